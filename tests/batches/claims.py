"""Accepted claims with sealed packets, as far as batches look at them."""

import hashlib
import uuid
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.audit import Actor
from portal.batches import recipients, service
from portal.batches.handing_models import Recipient
from portal.batches.models import Batch, BatchState, Volume
from portal.batches.selection import Criteria
from portal.claims import sealed
from portal.claims.models import Claim, Engagement, Signature
from portal.claims.numbers import new_number
from portal.claims.particulars import Address, Particulars, PersonName, VerifiedContact
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.matters.shelf import PublishedMatter
from portal.packets import editions
from portal.packets.models import Packet, PacketState
from portal.runtime import Runtime
from tests.conftest import NOW
from tests.visitor import publish_first

STAFF = Actor("staff", uuid.UUID(int=7))
SECOND = Actor("staff", uuid.UUID(int=8))


def publish(runtime: Runtime) -> PublishedMatter:
    return publish_first(runtime)


def a_person(name: str = "홍길동") -> Particulars:
    contact = VerifiedContact(kind="email", value="kiltong@example.com", verified_at=NOW)
    return Particulars(
        contacts=(contact,),
        phrase="파란 대문",
        name=PersonName(hangul=name, passport="HONG KILTONG"),
        birth_date=date(1990, 1, 2),
        address=Address(country="KR", postcode="04524", line1="서울특별시 중구 세종대로 110", line2="101호"),
        phone="+821012345678",
    )


def an_accepted_claim(
    session: Session,
    runtime: Runtime,
    *,
    name: str = "홍길동",
    jurisdiction: str = "kr",
    tracks: tuple[str, ...] = ("kr-consumer",),
    accepted_at: datetime = NOW - timedelta(days=1),
    state: ClaimState = ClaimState.ACCEPTED,
    packet: PacketState | None = PacketState.SEALED,
    content: bytes | None = None,
    number: str | None = None,
) -> Engagement:
    """One claim with one engagement and, if wanted, its packet."""
    version = runtime.matters.current()
    claim = Claim(
        id=new_id(),
        number=number or new_number("CP"),
        subject_id=runtime.vault.new_subject(session, NOW),
        matter_slug=version.matter.slug,
        matter_version_id=version.version_id,
        language="ko",
        created_at=NOW,
        updated_at=NOW,
        submitted_at=accepted_at - timedelta(days=1),
    )
    session.add(claim)
    sealed.write(session, runtime.vault, claim, a_person(name), NOW)
    engagement = Engagement(
        id=new_id(),
        claim_id=claim.id,
        jurisdiction=jurisdiction,
        state=state,
        tracks=list(tracks),
        submitted_at=claim.submitted_at,
        state_changed_at=accepted_at,
        conflict="clear",
    )
    claim.engagements.append(engagement)
    session.flush()
    if packet is not None:
        a_packet(session, runtime, engagement, state=packet, content=content)
    return engagement


def a_packet(
    session: Session,
    runtime: Runtime,
    engagement: Engagement,
    *,
    state: PacketState = PacketState.SEALED,
    content: bytes | None = None,
    revision: int = 1,
) -> Packet:
    """A packet of an engagement; ``content`` need not be a PDF, for batches never look inside."""
    plain = (
        content if content is not None else f"%PDF-1.7 {engagement.claim.number} r{revision}\n".encode() * 50
    )
    version_id = engagement.claim.matter_version_id
    signature = Signature(
        id=new_id(),
        engagement_id=engagement.id,
        matter_version_id=version_id,
        means="typed",
        act=b"",
        signed_at=NOW,
    )
    session.add(signature)
    session.flush()
    made = Packet(
        id=new_id(),
        engagement_id=engagement.id,
        signature_id=signature.id,
        matter_version_id=version_id,
        jurisdiction=engagement.jurisdiction,
        revision=revision,
        state=state,
        created_at=NOW,
    )
    if state is PacketState.SEALED:
        bytes_at_rest = runtime.vault.seal(
            session, engagement.claim.subject_id, editions.purpose(made.id), plain
        )
        made.blob = runtime.storage.put(bytes_at_rest)
        made.sha256, made.size, made.pages = hashlib.sha256(plain).hexdigest(), len(plain), 1
        made.sealed_at = NOW
    session.add(made)
    session.flush()
    return made


def all_of(jurisdiction: str = "kr") -> Criteria:
    return Criteria(matter="coupang-2025", jurisdiction=jurisdiction)


def frozen(runtime: Runtime, criteria: Criteria | None = None) -> Batch:
    with runtime.database.transaction() as session:
        return service.freeze(
            session,
            runtime.vault,
            runtime.matters.current(),
            criteria or all_of(),
            actor=Actor("system"),
            now=runtime.clock(),
        )


def approved(runtime: Runtime, batch: Batch) -> Batch:
    """The batch once a second person agreed; content when somebody had."""
    with runtime.database.transaction() as session:
        held = session.get_one(Batch, batch.id)
        if held.state is BatchState.FROZEN:
            service.approve(session, held, actor=SECOND, now=runtime.clock())
        return held


def a_recipient(runtime: Runtime, name: str = "접수계", key: str = "") -> Recipient:
    """Whom volumes of Seoul go to."""
    with runtime.database.transaction() as session:
        return recipients.add(
            session,
            matter_slug="coupang-2025",
            jurisdiction="kr",
            name=name,
            office="서울중앙지방법원",
            language="ko",
            key=key,
            actor=STAFF,
            now=runtime.clock(),
        )


def asked_for(runtime: Runtime, batch: Batch, **asked: Any) -> Volume:
    """A volume of the batch that waits to be written, after it was approved."""
    import portal.batches.jobs  # noqa: F401 - so that it can be deferred

    approved(runtime, batch)
    usual = {"language": "both", "purpose": "for the court of Seoul", "actor": Actor("system")}
    with runtime.database.transaction() as session:
        return service.start_export(
            session,
            runtime,
            session.get_one(Batch, batch.id),
            now=runtime.clock(),
            **{**usual, **asked},
        )


def plain_zip(runtime: Runtime, volume_id: uuid.UUID, path: Path, part: int = 1) -> Path:
    """A part of the volume as somebody downloads it."""
    from portal.batches.contents import signer_of
    from portal.batches.export import folder_of

    with runtime.database.transaction() as session:
        taken = service.open_volume(
            session,
            runtime.vault,
            folder_of(runtime),
            session.get_one(Volume, volume_id),
            reason="to hand it to the court",
            actor=STAFF,
            now=runtime.clock(),
            signer=signer_of(runtime),
            name="서지안",
            part=part,
        )
    path.write_bytes(b"".join(taken.pieces))
    assert path.stat().st_size == taken.size
    return path


def sealed_bytes(runtime: Runtime, volume_id: uuid.UUID) -> list[bytes]:
    """What was written of each part, without the receipt of a download."""
    from portal.batches.export import folder_of
    from portal.batches.taking import sealed_as

    with runtime.database.reading() as session:
        volume = session.get_one(Volume, volume_id)
        assert volume.subject_id is not None
        found = []
        for part in volume.parts:
            with open(folder_of(runtime) / str(part.file), "rb") as file:
                reader = runtime.vault.reader(session, volume.subject_id, sealed_as(part.number), file)
                found.append(b"".join(reader))
        return found
