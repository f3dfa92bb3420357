"""The lists of parties and former clients of an office: named, dated, and replaced as a whole by a newer version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit, jobs
from portal.audit import Actor
from portal.database import new_id
from portal.runtime import Runtime
from portal.screening import keys, names
from portal.screening.models import ConflictEntry, ConflictKey, ConflictList
from portal.screening.sheet import Listed, Sheet

MOST_MET = 300
"""Entries that are opened for one claim; with more, the nearest keys say nothing any more."""


class Met(NamedTuple):
    """An entry that may be somebody in a claim."""

    entry_id: UUID
    of: ConflictList
    listed: Listed


def take(
    session: Session, runtime: Runtime, jurisdiction: str, name: str, dated: date, sheet: Sheet,
    *, by: Actor, now: datetime,
) -> ConflictList:  # fmt: skip
    """Keep a list in place of its earlier version, whose entries are destroyed, and have all claims checked again."""
    before = newest(session, jurisdiction, name)
    if before is not None:
        _replace(session, runtime, before, now)
    made = ConflictList(
        id=new_id(), jurisdiction=jurisdiction, name=name, version=before.version + 1 if before else 1, dated=dated,
        entries=len(sheet.entries), skipped=sheet.skipped, subject_id=runtime.vault.new_subject(session, now),
        imported_at=now, imported_by=by.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _write(session, runtime, made, sheet.entries)
    audit.record(
        session, now=now, actor=by, action="conflicts.list_taken", subject=made.id, jurisdiction=jurisdiction,
        version=made.version, entries=made.entries, skipped=made.skipped,
    )  # fmt: skip
    jobs.defer(session, "screening.recheck", jurisdiction=jurisdiction)
    return made


def current(session: Session, jurisdiction: str) -> list[ConflictList]:
    """The newest version of each list of an office, by name."""
    query = sa.select(ConflictList).where(
        ConflictList.jurisdiction == jurisdiction, ConflictList.replaced_at.is_(None)
    )
    return list(session.scalars(query.order_by(ConflictList.name)))


def newest(session: Session, jurisdiction: str, name: str) -> ConflictList | None:
    """The newest version of a list; None while there is none of that name."""
    query = sa.select(ConflictList).where(
        ConflictList.jurisdiction == jurisdiction, ConflictList.name == name
    )
    return session.scalars(query.order_by(ConflictList.version.desc()).limit(1)).first()


def met(session: Session, runtime: Runtime, jurisdiction: str, called: Iterable[str]) -> list[Met]:
    """Entries of an office's lists whose keys meet those of these names, opened."""
    digests = [keys.named_digest(runtime, key) for key in names.near_keys(called)]
    query = (
        sa.select(ConflictEntry, ConflictList)
        .join(ConflictList, ConflictList.id == ConflictEntry.list_id)
        .where(
            ConflictList.jurisdiction == jurisdiction,
            ConflictList.replaced_at.is_(None),
            ConflictEntry.id.in_(sa.select(ConflictKey.entry_id).where(ConflictKey.digest.in_(digests))),
        )
    )
    found = session.execute(query.order_by(ConflictEntry.id).limit(MOST_MET))
    return [Met(entry.id, one, _opened(session, runtime, one, entry)) for entry, one in found]


def _opened(session: Session, runtime: Runtime, of: ConflictList, entry: ConflictEntry) -> Listed:
    plain = runtime.vault.open(session, of.subject_id, _purpose(entry.id), entry.content)
    return Listed.model_validate_json(plain)


def _write(session: Session, runtime: Runtime, made: ConflictList, entries: Iterable[Listed]) -> None:
    rows: list[dict[str, object]] = []
    indexed: list[dict[str, object]] = []
    for one in entries:
        entry_id = new_id()
        content = runtime.vault.seal(
            session, made.subject_id, _purpose(entry_id), one.model_dump_json().encode()
        )
        rows.append({"id": entry_id, "list_id": made.id, "content": content})
        indexed += [
            {"entry_id": entry_id, "digest": keys.named_digest(runtime, key)}
            for key in sorted(names.near_keys(one.names))
        ]
    if rows:
        session.execute(sa.insert(ConflictEntry), rows)
        session.execute(sa.insert(ConflictKey), indexed)


def _replace(session: Session, runtime: Runtime, before: ConflictList, now: datetime) -> None:
    mine = sa.select(ConflictEntry.id).where(ConflictEntry.list_id == before.id)
    session.execute(sa.delete(ConflictKey).where(ConflictKey.entry_id.in_(mine)))
    session.execute(sa.delete(ConflictEntry).where(ConflictEntry.list_id == before.id))
    runtime.vault.erase(session, before.subject_id, now)
    before.replaced_at = now


def _purpose(entry_id: UUID) -> str:
    return f"conflict entry {entry_id}"
