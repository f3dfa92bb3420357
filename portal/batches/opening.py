"""What a profile is given of a batch: entries in their order, opened while they are written."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from portal.batches.ahead import ahead
from portal.batches.errors import stopping_at
from portal.batches.freezing import SEALED_LINE
from portal.batches.keys import keys_at_hand
from portal.batches.lines import HeadLanguage, RegisterLine
from portal.batches.models import Batch, BatchEntry, Volume
from portal.batches.profiles.base import Work
from portal.packets import editions
from portal.packets.models import Packet, PacketEdition
from portal.runtime import Runtime

_PAGE = 200
_READERS = 4  # threads that read the store ahead, a bucket far away above all; each holds a packet in memory


def work_of(
    runtime: Runtime, session: Session, batch: Batch, volume: Volume, *, within: bool = False
) -> Work:
    """The batch for a profile. ``within`` reads in ``session`` itself, which may hold what is not committed yet."""
    assert batch.frozen_at is not None
    gone = frozenset(one["claim"] for one in volume.left_out)
    opened = _Opened(runtime, batch.id, gone, session if within else None)
    return Work(
        runtime=runtime,
        published=runtime.matters.by_id(batch.matter_version_id),
        batch_id=batch.id,
        batch_number=batch.number,
        jurisdiction=batch.jurisdiction,
        volume_id=volume.id,
        language=cast(HeadLanguage, volume.language),
        frozen_at=batch.frozen_at,
        count=volume.total,
        options=dict(volume.options or {}),
        entries=opened.entries,
        packets=opened.packets,
        packet=opened.packet,
        line=opened.line,
    )


class _Opened:
    """A batch's entries, some at a time and each time in a session of its own: no transaction outlives a page."""

    def __init__(
        self, runtime: Runtime, batch_id: uuid.UUID, left_out: frozenset[str], session: Session | None
    ) -> None:
        self._runtime, self._batch_id, self._left_out = runtime, batch_id, left_out
        self._given = session
        self._at_hand: Session | None = session

    def entries(self) -> Iterator[BatchEntry]:
        """Those that are in, in their order."""
        for _session, page in self._pages(sa.select(BatchEntry), 0):
            yield from page

    def packets(self, first: int) -> Iterator[tuple[BatchEntry, bytes]]:
        """The same with their packets, each in the edition that was frozen."""
        query = sa.select(BatchEntry).options(defer(BatchEntry.line), defer(BatchEntry.case_file))
        with ThreadPoolExecutor(_READERS) as pool:
            for session, page in self._pages(query, first):
                blobs = _blobs(session, self._batch_id, page)
                sealed = ahead(
                    pool, self._runtime.storage.get, (blobs[one.position] for one in page), _READERS
                )
                for entry, (_blob, bytes_at_rest) in zip(page, sealed, strict=True):
                    with stopping_at(entry.claim_number):
                        plain = self._opened(session, entry, bytes_at_rest.result())
                    yield entry, plain

    def packet(self, entry: BatchEntry) -> bytes:
        """One entry's packet; that it is the frozen one is proved when it is written."""
        with self._session() as session, stopping_at(entry.claim_number):
            (blob,) = _blobs(session, self._batch_id, [entry]).values()
            return self._opened(session, entry, self._runtime.storage.get(blob))

    def line(self, entry: BatchEntry) -> RegisterLine:
        """One entry's line of the register."""
        with self._session() as session, stopping_at(entry.claim_number):
            plain = self._runtime.vault.open(session, entry.subject_id, SEALED_LINE, entry.line)
        return RegisterLine.model_validate_json(plain)

    def _opened(self, session: Session, entry: BatchEntry, sealed: bytes) -> bytes:
        return self._runtime.vault.open(session, entry.subject_id, editions.purpose(entry.packet_id), sealed)

    def _pages(self, query: sa.Select[BatchEntry], first: int) -> Iterator[tuple[Session, list[BatchEntry]]]:
        query = query.where(BatchEntry.batch_id == self._batch_id).order_by(BatchEntry.position).limit(_PAGE)
        after, skip = 0, first
        while True:
            with self._session(fresh=True) as session:
                found = session.scalars(query.where(BatchEntry.position > after)).all()
                if not found:
                    return
                after = found[-1].position
                page = [one for one in found if one.claim_number not in self._left_out]
                page, skip = page[skip:], max(0, skip - len(page))
                with keys_at_hand(session, [one.subject_id for one in page]):
                    yield session, page

    @contextmanager
    def _session(self, *, fresh: bool = False) -> Iterator[Session]:
        """The session of the page at hand, with its keys, or one for a moment."""
        if self._given or (self._at_hand and not fresh):
            yield cast(Session, self._given or self._at_hand)
            return
        with self._runtime.database.reading() as session:
            before, self._at_hand = self._at_hand, session
            try:
                yield session
            finally:
                self._at_hand = before


def _blobs(session: Session, batch_id: uuid.UUID, page: list[BatchEntry]) -> dict[int, str]:
    """Where the store has the packets that were frozen, by their entries' places."""
    # A countersignature or a timestamp since then made a newer edition, which is no part of the batch.
    frozen = sa.and_(
        PacketEdition.packet_id == BatchEntry.packet_id, PacketEdition.sha256 == BatchEntry.packet_sha256
    )
    query = (
        sa.select(BatchEntry.position, sa.func.coalesce(PacketEdition.blob, Packet.blob))
        .join(Packet, Packet.id == BatchEntry.packet_id)
        .outerjoin(PacketEdition, frozen)
        .where(BatchEntry.batch_id == batch_id)
    )
    if not page:
        return {}
    places = BatchEntry.position.between(page[0].position, page[-1].position)
    return {row[0]: row[1] for row in session.execute(query.where(places))}
