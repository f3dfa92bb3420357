"""Whatever name or address somebody has: it comes back as it was given, or the page says what is wrong with it."""

from __future__ import annotations

import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.claims import sealed, service
from portal.claims.particulars import Address, Particulars, PersonName
from portal.database import Database
from portal.fonts import undrawable
from portal.runtime import Runtime
from portal.web.typed import tidy
from tests.visitor import Visitor, errors_of

SYLLABLES = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
HANGUL_NAMES = st.text(SYLLABLES, min_size=2, max_size=20)
ANYTHING = st.text(min_size=1, max_size=40)
PATIENT = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@PATIENT
@given(HANGUL_NAMES)
def test_every_name_of_hangul_syllables_comes_back(patient_draft: Visitor, name: str) -> None:
    sent = patient_draft.fill("name", hangul=unicodedata.normalize("NFD", name))
    assert sent.status_code == 303
    held = patient_draft.particulars().name
    assert held is not None
    assert held.hangul == name


@PATIENT
@given(ANYTHING)
def test_any_phrase_comes_back_or_is_refused_with_a_reason(patient_draft: Visitor, phrase: str) -> None:
    page = patient_draft.fill("phrase", phrase=phrase)
    if page.status_code == 303:
        held = patient_draft.particulars().phrase
        assert held == tidy(phrase)
        assert not undrawable(held)
    else:
        assert page.status_code == 422
        assert errors_of(page)


@PATIENT
@given(ANYTHING, ANYTHING)
def test_any_address_comes_back_or_is_refused_with_a_reason(
    patient_draft: Visitor, line: str, city: str
) -> None:
    fields = {"where": "other", "country": "FR", "line1": line, "city": city, "postcode": "75001"}
    page = patient_draft.send("address", fields, "?in=other")
    if page.status_code == 303:
        held = patient_draft.particulars().address
        assert held is not None
        assert (held.line1, held.city) == (tidy(line), tidy(city))
    else:
        assert page.status_code == 422
        assert errors_of(page)


@PATIENT
@given(hangul=st.text(max_size=30), line=st.text(max_size=60))
def test_the_sealed_store_gives_back_what_it_took(patient_draft: Visitor, hangul: str, line: str) -> None:
    runtime: Runtime = patient_draft.runtime
    database: Database = runtime.database
    try:
        given_particulars = Particulars(
            name=PersonName(hangul=hangul), address=Address(country="KR", postcode="04524", line1=line)
        )
        given_particulars.model_dump_json()
    except ValueError:
        return  # a lone surrogate: no text that could have come in
    with database.transaction() as session:
        claim = session.merge(patient_draft.claim())
        sealed.write(session, runtime.vault, claim, given_particulars, runtime.clock())
        assert sealed.read(session, runtime.vault, claim) == given_particulars
        assert service.claimant_of(claim).kind == "claimant"
