"""Signed claims, made through the services that pages call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.claims import parties, sealed
from portal.claims import service as claims
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.evidence import service as evidence
from portal.matters.shelf import PublishedMatter
from portal.packets import reading, sample_people, samples, signing
from portal.packets.models import Packet, PacketKind
from portal.runtime import Runtime
from tests.conftest import NOW
from tests.visitor import publish_first

AT_HOME = signing.Circumstances(language="ko", place="KR", address="203.0.113.9", device="phone, Chrome")


def published(runtime: Runtime) -> PublishedMatter:
    """The first matter, published once per database."""
    return publish_first(runtime)


def a_signed_claim(
    runtime: Runtime,
    *,
    particulars: Particulars = sample_people.MINJUN,
    tracks: tuple[str, ...] = ("kr-consumer", "us-consumer"),
    uploads: tuple[evidence.Upload, ...] = (),
    typed: str = "",
    answers: Mapping[str, str] | None = None,
    where: signing.Circumstances = AT_HOME,
    describe: Callable[[Session, Claim], None] | None = None,
) -> Claim:
    """A claim read, consented and signed, with its packets still pending."""
    matter = published(runtime)
    with runtime.database.transaction() as session:
        claim = _begun(session, runtime, matter, particulars, tracks, answers)
    for upload in uploads:
        evidence.add(runtime, claim.id, upload, matter.matter.evidence_for(tracks)[0].id, NOW)
    if describe:
        with runtime.database.transaction() as session:
            describe(session, session.get_one(Claim, claim.id))
    for place, seat in enumerate(_seats(particulars)):
        claim = _signed(runtime, matter, claim, seat, typed, where, NOW + timedelta(minutes=5 + 20 * place))
    return claim


def _seats(particulars: Particulars) -> list[str]:
    """Where the signers sit: whoever began the claim, then each representative who is invited."""
    return ["", *[one.id for one in particulars.representatives if one.invited]]


def _signed(
    runtime: Runtime,
    matter: PublishedMatter,
    claim: Claim,
    seat: str,
    typed: str,
    where: signing.Circumstances,
    now: datetime,
) -> Claim:
    """One signer comes in, reads, consents and signs."""
    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, claim.id)
        who = sealed.read(session, runtime.vault, claim).representative(seat)
        if who and who.contact:
            parties.join(session, runtime, claim, seat, who.contact, now)
        read_everything(session, runtime, matter, claim, seat)
    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, claim.id)
        strokes = samples.another_hand() if seat else samples.sample_strokes()
        given = signing.GivenSignature(typed_name=typed) if typed else signing.GivenSignature(strokes=strokes)
        due = reading.to_sign(session, runtime, matter, claim, seat)
        signing.submit(
            session, runtime, matter, claim, {one.jurisdiction: given for one in due}, where, now, seat
        )
    return claim


def packets_of(runtime: Runtime, claim: Claim) -> list[Packet]:
    """The claim's packets as they now stand, by jurisdiction, without the receipts of their handing in."""
    with runtime.database.reading() as session:
        query = session.query(Packet).where(Packet.kind != PacketKind.RECEIPT)
        found = query.order_by(Packet.jurisdiction, Packet.revision).all()
        return [packet for packet in found if packet.engagement.claim_id == claim.id]


def a_picture() -> evidence.Upload:
    """A photograph of a message."""
    return evidence.Upload("문자.jpg", "image/jpeg", samples.screenshot("유출 안내", ("안내 문자입니다.",)))


def a_pdf() -> evidence.Upload:
    """A PDF of two pages, one lying on its side."""
    return evidence.Upload("주문.pdf", "application/pdf", samples.sample_pdf())


def _begun(
    session: Session,
    runtime: Runtime,
    matter: PublishedMatter,
    particulars: Particulars,
    tracks: tuple[str, ...],
    answers: Mapping[str, str] | None = None,
) -> Claim:
    return claims.begin(
        session,
        runtime.vault,
        matter.matter,
        version_id=matter.version_id,
        subject_id=runtime.vault.new_subject(session, NOW),
        language="ko",
        answers=answers or sample_people.ANSWERS,
        tracks=tracks,
        particulars=particulars,
        now=NOW,
    )


def read_everything(
    session: Session, runtime: Runtime, matter: PublishedMatter, claim: Claim, seat: str = ""
) -> None:
    """Open every text and go on from it, consenting wherever that is asked."""
    for entry in reading.reading_list(session, runtime, matter, claim, seat):
        reading.open_document(session, runtime, matter, claim, entry, NOW + timedelta(minutes=1), seat)
    for entry in reading.reading_list(session, runtime, matter, claim, seat):
        given = True if entry.consent else None
        reading.confirm(session, runtime, matter, claim, entry, given, NOW + timedelta(minutes=2), seat)
