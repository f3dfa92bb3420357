"""Everything that is kept about a claim that its claimant gave or was told, as data and as files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.orm import Session

from portal import audit
from portal.claims import act, sealed
from portal.claims.models import Claim, Consent, Decision, Engagement, Signature
from portal.correspondence import enclosures
from portal.correspondence import service as letters
from portal.errors import PortalError
from portal.evidence import listing
from portal.evidence.blobs import Damaged
from portal.evidence.inspect import MediaType, identify
from portal.evidence.refusals import Refusal
from portal.messages import service as messages
from portal.messages.models import OutboxMessage
from portal.packets import events, service
from portal.packets.models import Packet, PacketState
from portal.runtime import Runtime
from portal.storage import StorageError
from portal.takeout import erasing
from portal.vault import VaultError

FORMAT = "portal.takeout.v1"
_WORKING_WORDS = ("reason",)  # of staff about their own work; what they said to the claimant stands elsewhere


@dataclass
class Gathering:
    """One claim being gathered; ``unreadable`` collects the names of files that could not be opened."""

    runtime: Runtime
    claim_id: UUID
    now: datetime
    unreadable: list[str] = field(default_factory=list)

    def entries(self) -> Iterator[tuple[str, bytes]]:
        """Names and contents, each opened only when its turn comes: no more than one file is in memory."""
        yield "README.txt", self._readme()
        for name, content in self._data():
            yield f"data/{name}.json", _json(content)
        yield from self._evidence()
        yield from self._enclosures()
        yield from self._packets()
        if self.unreadable:
            yield "data/unreadable.json", _json(self.unreadable)

    def _readme(self) -> bytes:
        with self.runtime.database.reading() as session:
            claim = session.get_one(Claim, self.claim_id)
            matter = self.runtime.matters.by_id(claim.matter_version_id).matter
        from portal.takeout import wording

        return wording.readme(matter, claim.number, self.now).encode("utf-8-sig")

    def _data(self) -> Iterator[tuple[str, Any]]:
        with self.runtime.database.reading() as session:
            claim = session.get_one(Claim, self.claim_id)
            topics: dict[str, Callable[[], Any]] = {
                "claim": lambda: self._claim(session, claim),
                "decisions": lambda: [_row(one, "id", "claim_id") for one in _of(session, Decision, claim)],
                "consents": lambda: [_row(one, "id", "claim_id") for one in _of(session, Consent, claim)],
                "readings": lambda: act.read_readings(session, self.runtime.vault, claim),
                "signatures": lambda: list(self._signatures(session, claim)),
                "letters": lambda: list(self._letters(session, claim)),
                "messages": lambda: list(self._messages(session, claim)),
                "files": lambda: self._files(session, claim),
                "history": lambda: list(self._history(session, claim)),
            }
            for name, gather in topics.items():
                try:
                    content = gather()
                except PortalError:  # one damaged part must not keep the others from their owner
                    self.unreadable.append(f"data/{name}.json")
                else:
                    yield name, content

    def _claim(self, session: Session, claim: Claim) -> dict[str, Any]:
        vault, version = self.runtime.vault, self.runtime.matters.by_id(claim.matter_version_id)
        latest = sealed.read_latest(session, vault, claim) if claim.amendment else None
        return {
            "format": FORMAT,
            "made_at": self.now,
            "claim": claim.number,
            "matter": version.matter.slug,
            "matter_version": version.matter.version_label,
            "kind": claim.kind,
            "language": claim.language,
            "created_at": claim.created_at,
            "submitted_at": claim.submitted_at,
            "particulars": sealed.read(session, vault, claim),
            "particulars_changed_not_signed": latest,
            "answers": sealed.read_answers(session, vault, claim),
            "law_firms": [self._engagement(session, claim, one) for one in claim.engagements],
        }

    def _engagement(self, session: Session, claim: Claim, engagement: Engagement) -> dict[str, Any]:
        request = erasing.latest(session, claim).get(engagement.id)
        return {
            "jurisdiction": engagement.jurisdiction,
            "state": engagement.state,
            "since": engagement.state_changed_at,
            "signed_at": engagement.submitted_at,
            "tracks": engagement.tracks,
            "told": sealed.read_note(session, self.runtime.vault, engagement),
            "answer_by": engagement.due_on,
            "erasure": request
            and {
                "requested_at": request.requested_at,
                "outcome": request.outcome,
                "decided_at": request.decided_at,
                "reason": erasing.reason_of(session, self.runtime, claim, request),
            },
        }

    def _signatures(self, session: Session, claim: Claim) -> Iterator[dict[str, Any]]:
        for engagement in claim.engagements:
            query = sa.select(Signature).where(Signature.engagement_id == engagement.id)
            for one in session.scalars(query.order_by(Signature.signed_at)):
                read = act.read_act(session, self.runtime.vault, engagement, one)
                yield {"party": one.party, "void_at": one.void_at, "act": read}

    def _letters(self, session: Session, claim: Claim) -> Iterator[dict[str, Any]]:
        for engagement in claim.engagements:
            for one in letters.talk(session, self.runtime, engagement):
                yield {
                    "jurisdiction": engagement.jurisdiction,
                    "from": one.author,
                    "kind": one.kind,
                    "sent_at": one.sent_at,
                    "read_at": one.read_at,
                    "text": one.text,
                    "files": [file.file_name for file in one.files],
                }

    def _messages(self, session: Session, claim: Claim) -> Iterator[dict[str, Any]]:
        query = sa.select(OutboxMessage).where(
            OutboxMessage.subject_id == claim.subject_id, OutboxMessage.kind != "code"
        )
        for one in session.scalars(query.order_by(OutboxMessage.created_at)):
            words = messages.read(session, self.runtime, one)
            yield {
                "kind": one.kind, "channel": one.channel, "at": one.created_at, "state": one.state, "words": words,
            }  # fmt: skip

    def _files(self, session: Session, claim: Claim) -> list[dict[str, Any]]:
        return [
            {
                "number": one.sequence,
                "kind": one.kind,
                "received_at": one.received_at,
                "size": one.size,
                "pages": one.pages,
                "details": one.details,
            }
            for one in listing.list_for(session, self.runtime, claim.id)
        ]

    def _history(self, session: Session, claim: Claim) -> Iterator[dict[str, Any]]:
        for trace in audit.trail(session, claim.id):
            event = trace.event
            detail = {name: value for name, value in event.detail.items() if name not in _WORKING_WORDS}
            yield {"at": event.at, "by": event.actor_kind, "what": event.action, "details": detail}
        for engagement in claim.engagements:
            for one in events.opened(session, self.runtime, engagement):
                yield {"authority_record": one.record}

    def _evidence(self) -> Iterator[tuple[str, bytes]]:
        with self.runtime.database.reading() as session:
            pieces = listing.list_for(session, self.runtime, self.claim_id)
        for piece in pieces:
            stem = f"{piece.sequence:03d}"
            with self.runtime.database.reading() as session:
                row = listing.file_of(session, self.claim_id, piece.id)
                if row is None:
                    continue  # removed since
                if piece.details.original_kept:
                    yield from self._opened(
                        f"evidence/as-received/{stem}",
                        lambda row=row: listing.open_original(session, self.runtime, row),
                    )
                yield from self._opened(
                    f"evidence/made-harmless/{stem}",
                    lambda row=row: listing.open_harmless(session, self.runtime, row),
                )

    def _enclosures(self) -> Iterator[tuple[str, bytes]]:
        with self.runtime.database.reading() as session:
            claim = session.get_one(Claim, self.claim_id)
            number = 0
            for engagement in claim.engagements:
                for letter in letters.talk(session, self.runtime, engagement):
                    for file in letter.files:
                        number += 1
                        row = enclosures.enclosure_of(session, [engagement], file.id)
                        if row is not None:
                            yield from self._opened(
                                f"letters/{engagement.jurisdiction}-{number:03d}",
                                lambda row=row: enclosures.open_part(
                                    session, self.runtime, claim.subject_id, row, "original"
                                ),
                            )

    def _packets(self) -> Iterator[tuple[str, bytes]]:
        with self.runtime.database.reading() as session:
            query = (
                sa.select(Packet)
                .join(Engagement, Packet.engagement_id == Engagement.id)
                .where(Engagement.claim_id == self.claim_id, Packet.state == PacketState.SEALED)
                .order_by(Packet.jurisdiction, Packet.revision)
            )
            for packet in session.scalars(query).all():
                yield from self._opened(
                    f"documents/{service.file_name(packet)}",
                    lambda packet=packet: service.open_packet(session, self.runtime, packet),
                    named=True,
                )

    def _opened(self, name: str, opening: Any, *, named: bool = False) -> Iterator[tuple[str, bytes]]:
        """One file; where it cannot be opened its name is kept, and the others go on."""
        try:
            content: bytes = opening()
        except (Damaged, StorageError, VaultError):
            self.unreadable.append(name)
            return
        yield (name if named else name + _ending(content)), content


def _of(session: Session, model: type[Any], claim: Claim) -> list[Any]:
    return list(session.scalars(sa.select(model).where(model.claim_id == claim.id).order_by(model.id)))


def _row(row: Any, *without: str) -> dict[str, Any]:
    columns = sa.inspect(type(row)).column_attrs
    return {one.key: getattr(row, one.key) for one in columns if one.key not in without}


def _ending(content: bytes) -> str:
    try:
        return identify(content).extension
    except Refusal:
        return MediaType.PDF.extension if content[:5] == b"%PDF-" else ".bin"


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2, default=_plain) + "\n").encode()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(f"no JSON for {type(value).__name__}")
