"""Certificates that prove who signed: asked for only when counsel asks, issued after signing, recent when filed."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from portal.claims.models import Claim
from portal.claims.states import ClaimState
from portal.evidence import certificates, listing, numbering
from portal.evidence.certificates import Standing, standing
from portal.evidence.models import EvidenceFile
from portal.matters.bilingual import Text
from portal.matters.model import EvidenceKind
from portal.runtime import Runtime
from tests.evidence.builders import a_claim, added
from tests.evidence.hostile import a_photo
from tests.evidence.test_views import HOME, a_browser_of, opened, token_on

__all__ = ["opened"]
SIGNED, TODAY = date(2026, 8, 31), date(2026, 11, 24)


def a_kind(**changes: object) -> EvidenceKind:
    text = Text(ko="인감증명서", en="Certificate of seal impression")
    given = {"id": "seal", "name": text, "help": text, "tracks": ("kr-consumer",), "proves": text}
    return EvidenceKind(**{**given, "authority": True, "valid_months": 3, **changes})


@pytest.mark.parametrize(
    ("issued", "today", "found"),
    [
        (None, TODAY, Standing.UNDATED),
        (date(2026, 8, 30), TODAY, Standing.BEFORE_SIGNING),
        (date(2026, 8, 31), date(2026, 8, 31), Standing.GOOD),
        (date(2026, 8, 31), date(2026, 11, 30), Standing.GOOD),  # November has no 31st
        (date(2026, 8, 31), date(2026, 12, 1), Standing.EXPIRED),
        (date(2026, 11, 25), TODAY, Standing.FUTURE),
    ],
)
def test_a_certificate_counts_from_the_day_of_signing_for_three_months(
    issued: date | None, today: date, found: Standing
) -> None:
    assert standing(a_kind(), issued, SIGNED, today) is found


def test_before_signing_no_certificate_can_be_good() -> None:
    assert standing(a_kind(), TODAY, None, TODAY) is Standing.BEFORE_SIGNING


def test_a_matter_may_set_no_limit() -> None:
    assert certificates.expiry(a_kind(valid_months=None), SIGNED) is None
    assert standing(a_kind(valid_months=None), SIGNED, SIGNED, date(2036, 1, 1)) is Standing.GOOD


@given(issued=st.dates(date(2000, 1, 1), date(2099, 12, 31)), months=st.integers(1, 120))
def test_every_certificate_runs_out_that_many_months_later(issued: date, months: int) -> None:
    expires = certificates.expiry(a_kind(valid_months=months), issued)
    assert expires is not None
    assert (expires.year - issued.year) * 12 + expires.month - issued.month == months
    assert expires.day == issued.day or (expires + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"required": True},
        {"authority": False},
        {"authority": False, "valid_months": None, "required": True, "asked": "never"},
    ],
)
def test_a_kind_that_contradicts_itself_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        a_kind(**changes)


def moved(runtime: Runtime, claim_id: UUID, state: ClaimState) -> None:
    """The Korean engagement signed on the day before, and now in this state."""
    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, claim_id)
        claim.submitted_at = runtime.clock() - timedelta(days=1)
        engagement = claim.engagement("kr")
        assert engagement is not None
        engagement.state, engagement.submitted_at = state, claim.submitted_at


def names(runtime: Runtime, claim_id: UUID) -> list[str]:
    with runtime.database.reading() as session:
        matter = runtime.matters.current().matter
        return [kind.id for kind in certificates.offered(matter, session.get_one(Claim, claim_id))]


def test_certificates_are_offered_only_while_counsel_asks(runtime: Runtime) -> None:
    claim_id = a_claim(runtime)
    assert "seal-certificate" not in names(runtime, claim_id)
    moved(runtime, claim_id, ClaimState.INFORMATION_REQUESTED)
    assert {"seal-certificate", "signature-certificate"} < set(names(runtime, claim_id))
    moved(runtime, claim_id, ClaimState.ACCEPTED)
    assert "seal-certificate" not in names(runtime, claim_id)


def test_the_other_counsels_question_asks_for_no_korean_certificate(runtime: Runtime) -> None:
    claim_id = a_claim(runtime)
    with runtime.database.transaction() as session:
        american = session.get_one(Claim, claim_id).engagement("us")
        assert american is not None
        american.state = ClaimState.INFORMATION_REQUESTED
    assert "seal-certificate" not in names(runtime, claim_id)


def test_a_certificate_is_no_exhibit_and_moves_no_number(runtime: Runtime) -> None:
    claim_id = a_claim(runtime, tracks=("kr-consumer",))
    moved(runtime, claim_id, ClaimState.INFORMATION_REQUESTED)
    added(runtime, claim_id, a_photo(), "인감.jpg", "seal-certificate")
    added(runtime, claim_id, a_photo(320), "문자.jpg")
    with runtime.database.reading() as session:
        claim, matter = session.get_one(Claim, claim_id), runtime.matters.current().matter
        (exhibit,) = numbering.exhibits_for(session, runtime, matter, claim, "kr")
        (certificate,) = numbering.certificates_for(session, runtime, matter, claim, "kr")
    assert (exhibit.number, exhibit.kind.id) == (1, "company-notice")
    assert (certificate.number, certificate.kind.id) == (1, "seal-certificate")


@pytest.fixture
def asked(app: Flask, opened: Runtime) -> tuple[FlaskClient, UUID, UUID]:
    """A claimant whom counsel asked, with a certificate just added: browser, claim and file."""
    claim_id = a_claim(opened, tracks=("kr-consumer",))
    moved(opened, claim_id, ClaimState.INFORMATION_REQUESTED)
    file_id = added(opened, claim_id, a_photo(), "인감.jpg", "seal-certificate").file_id
    return a_browser_of(app, claim_id), claim_id, file_id


def described(browser: FlaskClient, file_id: UUID, issued: date | None, **fields: str):
    page = f"{HOME}/{file_id}"
    parts = (
        {"dated-year": issued.year, "dated-month": issued.month, "dated-day": issued.day} if issued else {}
    )
    form = {"csrf_token": token_on(browser, page), "kind": "seal-certificate", "title": "", "author": ""}
    return browser.post(page, data={**form, **parts, **fields})


def test_the_page_asks_for_the_date_of_issue(asked: tuple[FlaskClient, UUID, UUID]) -> None:
    browser, _claim_id, file_id = asked
    assert "Enter the date of issue of “인감.jpg”" in browser.get(HOME).text
    refused = described(browser, file_id, None)
    assert refused.status_code == 422
    assert "Enter the date of issue that is printed on the certificate." in refused.text


def test_a_certificate_older_than_the_signature_is_refused_in_words(
    asked: tuple[FlaskClient, UUID, UUID], opened: Runtime
) -> None:
    browser, _claim_id, file_id = asked
    today = opened.clock().date()
    refused = described(browser, file_id, today - timedelta(days=9))
    assert refused.status_code == 422
    assert "This certificate was issued before you signed on" in refused.text
    assert described(browser, file_id, today).status_code == 303
    assert "Enter the date of issue" not in browser.get(HOME).text
    with opened.database.reading() as session:
        file = session.get_one(EvidenceFile, file_id)
        assert listing.piece_of(session, opened, file).details.dated == today


def test_calling_it_an_exhibit_asks_for_no_date(asked: tuple[FlaskClient, UUID, UUID]) -> None:
    browser, _claim_id, file_id = asked
    assert described(browser, file_id, None, kind="company-notice").status_code == 303


def test_the_help_says_where_to_get_it_and_what_to_cover(opened: Runtime) -> None:
    a_claim(opened)
    mandate = [
        kind
        for kind in opened.matters.current().matter.authority_for(("kr-consumer",))
        if kind.asked == "on_request" and not kind.any_date and kind.id != "consular-certificate"
    ]
    assert len(mandate) == 2
    for kind in mandate:
        assert "주민센터" in kind.help.ko
        assert "뒷자리" in kind.help.ko
        assert "요청이 없으면" in kind.help.ko or "요청한 경우에만" in kind.help.ko
        assert "only if counsel asks" in kind.help.en
        assert "last seven digits" in kind.help.en
