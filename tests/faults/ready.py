"""A claim that only has to be signed, and what is in the database after somebody tried."""

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from portal.claims import service as claims
from portal.claims.models import Claim, Consent, Decision, Engagement, Signature
from portal.claims.particulars import (
    AccountFacts,
    Address,
    OtherCounsel,
    Particulars,
    PersonName,
    VerifiedContact,
)
from portal.jobs import waiting
from portal.messages.models import OutboxMessage
from portal.packets import reading, signing
from portal.packets.models import Packet
from portal.runtime import Runtime
from tests.visitor import ADULT_IN_KOREA

TYPED = signing.GivenSignature(typed_name="홍길동")
WHERE = signing.Circumstances(language="ko", place="KR", address="203.0.113.7", device="Android, Chrome")


def a_claim_ready_to_sign(runtime: Runtime) -> UUID:
    """A draft in both jurisdictions, every text read and every consent given."""
    published, now = runtime.matters.current(), runtime.clock()
    with runtime.database.transaction() as session:
        claim = claims.begin(
            session,
            runtime.vault,
            published.matter,
            version_id=published.version_id,
            subject_id=runtime.vault.new_subject(session, now),
            language="ko",
            answers=ADULT_IN_KOREA,
            tracks=["kr-consumer", "us-consumer"],
            particulars=_hong(now),
            now=now,
        )
        for entry in reading.reading_list(session, runtime, published, claim):
            given = True if entry.consent else None
            reading.confirm(session, runtime, published, claim, entry, given, now + timedelta(minutes=1))
        return claim.id


def sign(runtime: Runtime, claim_id: UUID) -> None:
    """Hand the claim in, as the page does."""
    published = runtime.matters.current()
    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, claim_id)
        signatures = {one.jurisdiction: TYPED for one in reading.to_sign(session, runtime, published, claim)}
        signing.submit(session, runtime, published, claim, signatures, WHERE, runtime.clock())


def traces(runtime: Runtime, claim_id: UUID) -> dict[str, int]:
    """What signing left behind: all of it, or nothing, is whole."""
    with runtime.database.reading() as session:
        claim = session.get_one(Claim, claim_id)
        own = sa.select(Engagement.id).where(Engagement.claim_id == claim_id)

        def count(model: type, condition: sa.ColumnElement[bool]) -> int:
            return session.scalar(sa.select(sa.func.count()).select_from(model).where(condition)) or 0

        return {
            "submitted": int(claim.submitted_at is not None),
            "engagements": count(
                Engagement, sa.and_(Engagement.claim_id == claim_id, Engagement.state == "submitted")
            ),
            "signatures": count(Signature, Signature.engagement_id.in_(own)),
            "consents": count(Consent, Consent.claim_id == claim_id),
            "decisions": count(Decision, Decision.claim_id == claim_id),
            "packets": count(Packet, Packet.engagement_id.in_(own)),
            "jobs": waiting(session, "packets.make"),
            "receipts": count(OutboxMessage, OutboxMessage.kind == "received"),
        }


NOTHING = dict.fromkeys(
    ("submitted", "engagements", "signatures", "consents", "decisions", "packets", "jobs", "receipts"), 0
)
WHOLE = {
    "submitted": 1,
    "engagements": 2,
    "signatures": 2,
    "consents": 4,
    "decisions": 2,
    "packets": 4,  # a packet and a receipt for each firm
    "jobs": 4,
    "receipts": 1,
}


def _hong(now) -> Particulars:
    return Particulars(
        contacts=(VerifiedContact(kind="email", value="gildong@mail.example", verified_at=now),),
        phrase="파란 연 1987",
        name=PersonName(hangul="홍길동", passport="HONG GILDONG"),
        birth_date=date(1987, 3, 14),
        address=Address(country="KR", postcode="04524", line1="서울특별시 중구 세종대로 110"),
        phone="+821023456789",
        account=AccountFacts(harm="택배가 늦어진다는 문자를 받았습니다."),
        other=OtherCounsel(),
    )
