"""Drafts as staff or a list leave them: a contact that nobody proved, and some of the details."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from portal.audit import SYSTEM
from portal.claims import service
from portal.claims.models import Claim
from portal.claims.particulars import Particulars, PersonName, UnprovedContact
from portal.runtime import Runtime
from tests.visitor import ADULT_IN_KOREA

CALLER = Particulars(
    unproved=(
        UnprovedContact(kind="email", value="hong@example.com"),
        UnprovedContact(kind="phone", value="+821023456789"),
    ),
    name=PersonName(hangul="홍길동"),
    birth_date=date(1987, 3, 14),
    phone="+821023456789",
)


def a_draft(
    runtime: Runtime,
    *,
    origin: str = "phone",
    particulars: Particulars = CALLER,
    answers: Mapping[str, str] = ADULT_IN_KOREA,
    tracks: tuple[str, ...] = ("kr-consumer",),
) -> Claim:
    """A draft that its claimant has not seen yet."""
    published, now = runtime.matters.current(), runtime.clock()
    with runtime.database.transaction() as session:
        return service.begin(
            session,
            runtime.vault,
            published.matter,
            version_id=published.version_id,
            subject_id=runtime.vault.new_subject(session, now),
            language="ko",
            answers=answers,
            tracks=tracks,
            particulars=particulars,
            now=now,
            origin=origin,
            actor=SYSTEM,
        )
