"""Signed claims of invented people, as far as screening looks at them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from portal.claims import sealed
from portal.claims.models import Claim, Engagement
from portal.claims.numbers import new_number
from portal.claims.particulars import AccountFacts, Address, Particulars, PersonName, VerifiedContact
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.screening import service
from tests.conftest import NOW

if TYPE_CHECKING:
    from portal.runtime import Runtime

BORN = date(1990, 1, 2)


def a_person(
    hangul: str = "",
    passport: str = "",
    *,
    hanja: str = "",
    born: date | None = BORN,
    email: str = "",
    phone: str = "",
    address: Address | None = None,
    **more: object,
) -> Particulars:
    contacts = (VerifiedContact(kind="email", value=email, verified_at=NOW),) if email else ()
    return Particulars(
        contacts=contacts,
        name=PersonName(hangul=hangul, passport=passport, hanja=hanja),
        birth_date=born,
        address=address,
        phone=phone,
        account=AccountFacts(),
        **more,
    )


def seoul(flat: str = "101동 1203호", line1: str = "서울특별시 중구 세종대로 110") -> Address:
    return Address(country="KR", postcode="04524", line1=line1, line2=flat)


def signed(
    runtime: Runtime,
    person: Particulars,
    *jurisdictions: str,
    state: ClaimState = ClaimState.SUBMITTED,
    look: bool = True,
) -> Claim:
    """A signed claim, looked at."""
    version = runtime.matters.current()
    with runtime.database.transaction() as session:
        claim = Claim(
            id=new_id(),
            number=new_number("CP"),
            subject_id=runtime.vault.new_subject(session, NOW),
            matter_slug=version.matter.slug,
            matter_version_id=version.version_id,
            language="ko",
            created_at=NOW,
            updated_at=NOW,
            submitted_at=NOW,
        )
        session.add(claim)
        sealed.write(session, runtime.vault, claim, person, NOW)
        for place in jurisdictions or ("kr",):
            claim.engagements.append(
                Engagement(
                    id=new_id(),
                    claim_id=claim.id,
                    jurisdiction=place,
                    state=state,
                    tracks=[f"{place}-consumer"],
                    submitted_at=NOW,
                    state_changed_at=NOW,
                )
            )
    if look:
        service.look(runtime, claim.id, NOW)
    return claim
