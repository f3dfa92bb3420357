"""What stands still or failed, counted: for the numbers' page and the daily digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.batches.models import Batch, Volume, VolumeState
from portal.jobs.models import GivenUpJob
from portal.messages import service as messages
from portal.packets import checking
from portal.packets.models import Packet, PacketState
from portal.runtime import Runtime

MISSED = checking.OVERDUE


@dataclass(frozen=True)
class Trouble:
    """How much of each went wrong.

    Packets, seals and volumes are those of the offices asked for, the rest is the whole site's; ``unchecked`` says that
    the daily opening of stored files did not come to its end in time.
    """

    packets: int
    seals: int
    volumes: int
    messages: int
    jobs: int
    unchecked: bool

    @property
    def none(self) -> bool:
        """Whether nothing is wrong."""
        return not (
            self.packets or self.seals or self.volumes or self.messages or self.jobs or self.unchecked
        )

    def lines(self) -> list[tuple[str, int]]:
        """Each with its name in the reader's language."""
        return [
            (_("Packets that failed"), self.packets),
            (_("Seals that do not hold"), self.seals),
            (_("Volumes that could not be written"), self.volumes),
            (_("Messages that did not arrive"), self.messages),
            (_("Background jobs given up"), self.jobs),
        ]


def trouble(session: Session, runtime: Runtime, jurisdictions: Sequence[str]) -> Trouble:
    """What is wrong now. Rows are counted by their indexes, none is loaded."""
    ours = Packet.jurisdiction.in_(jurisdictions)
    outbox = messages.standing(session)
    look = checking.last_look(session)
    anything = session.scalar(sa.select(Packet.id).where(Packet.state == PacketState.SEALED).limit(1))
    return Trouble(
        packets=_count(session, sa.select(Packet.id).where(Packet.state == PacketState.FAILED, ours)),
        seals=_count(
            session,
            sa.select(Packet.id).where(Packet.state == PacketState.SEALED, Packet.failure.is_not(None), ours),
        ),
        volumes=_count(
            session,
            sa.select(Volume.id)
            .join(Batch, Batch.id == Volume.batch_id)
            .where(Volume.state == VolumeState.FAILED, Batch.jurisdiction.in_(jurisdictions)),
        ),
        messages=outbox.failed + outbox.bounced,
        jobs=_count(session, sa.select(GivenUpJob.reference)),
        unchecked=bool(anything) and (look is None or runtime.clock() - look.at > MISSED),
    )


def _count(session: Session, query: sa.Select[Any]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
