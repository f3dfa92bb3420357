"""Giving a claimant everything they gave, as one ZIP that is written while it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal import audit
from portal.claims.models import Claim
from portal.claims.service import claimant_of
from portal.runtime import Runtime
from portal.takeout.gathering import Gathering
from portal.zipping import Archive


class _Pipe:
    """What an archive writes, until it is sent on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes, /) -> None:
        self._parts.append(data)

    def taken(self) -> list[bytes]:
        parts, self._parts = self._parts, []
        return parts


def note_download(session: Session, claim: Claim, now: datetime) -> None:
    """Record that everything was given out, before any of it is."""
    audit.record(session, now=now, actor=claimant_of(claim), action="takeout.downloaded", subject=claim.id)


def stream(runtime: Runtime, claim_id: UUID, now: datetime) -> Iterator[bytes]:
    """The ZIP in pieces; memory holds one file at a time. Without its end, which comes last, it cannot be opened."""
    pipe = _Pipe()
    archive = Archive(pipe, now)
    for name, content in Gathering(runtime, claim_id, now).entries():
        archive.add(name, content)
        yield from pipe.taken()
    archive.close()
    yield from pipe.taken()


def file_name(claim: Claim, now: datetime) -> str:
    """The claim's number and the day; nothing personal."""
    return f"{claim.number}-{now:%Y-%m-%d}.zip"
