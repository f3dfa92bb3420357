"""An earlier sign-up list becomes drafts: batch by batch, each in a transaction of its own, and each row once for good.

A run is known by a keyed hash of its file and mapping, so the same command goes on where a killed one stopped, and does
nothing once all is done. A row is known by a keyed hash of what it says: no other file makes the same draft again, even
after its person discarded it. Nobody is written to; that is a step of its own (``inviting``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import SYSTEM
from portal.claims.models import BlindIndex, Claim
from portal.claims.name_parts import normalised_name
from portal.claims.service import SEOUL
from portal.database import new_id
from portal.intake import bulk
from portal.intake.mapping import Mapping, read_mapping
from portal.intake.models import ImportedRow, ImportRun
from portal.intake.people import Finding, Person, Row, Weight, read_row
from portal.intake.report import Counts, Report
from portal.intake.tables import Table, open_table
from portal.matters.shelf import PublishedMatter
from portal.runtime import Runtime

BATCH = 500  # rows in one transaction: a third of a second, so that nobody else waits long for the one writer


@dataclass(frozen=True)
class Source:
    """A list with its mapping, both read and fitting each other."""

    table: Table
    mapping: Mapping
    published: PublishedMatter

    def rows(self, today: datetime) -> Iterator[Row]:
        """Every row, as far as it can be judged by itself."""
        day = today.astimezone(SEOUL).date()
        return (read_row(line, self.mapping, day) for line in self.table.lines())


def open_source(file: Path, mapping: Path, published: PublishedMatter) -> Source:
    """Read both. Raises ImportRefused with what to change."""
    read = read_mapping(mapping, published.matter)
    return Source(open_table(file, read.file, list(read.columns)), read, published)


def dry_run(runtime: Runtime, source: Source, report: Report) -> Counts:
    """What would happen, written down line by line; nothing is kept."""
    counts, seen = Counts(), Seen()
    for page in _pages(source.rows(runtime.clock())):
        with runtime.database.reading() as session:
            for row, findings in _judged(session, runtime, source, page, seen, None):
                _count(counts, row, findings)
                report.write(row.number, findings)
    return counts


def run(runtime: Runtime, source: Source, report: Report) -> tuple[ImportRun, Counts]:
    """Make the drafts; goes on with a run that was interrupted, and makes nothing twice."""
    with runtime.database.transaction() as session:
        run_id = _run_of(session, runtime, source).id
    counts, seen = Counts(), Seen()
    for page in _pages(source.rows(runtime.clock())):
        with runtime.database.transaction() as session:
            found = session.get_one(ImportRun, run_id, with_for_update=True)
            for row, findings in _take(session, runtime, source, found, page, seen):
                _count(counts, row, findings)
                report.write(row.number, findings)
    with runtime.database.transaction() as session:
        found = session.get_one(ImportRun, run_id, with_for_update=True)
        if found.finished_at is None:
            found.finished_at = runtime.clock()
            _record(session, runtime, found, "claims.import_finished")
    return found, counts


Seen = dict[bytes, int]
"""By key of a person the row in which the walk first met them."""


def _run_of(session: Session, runtime: Runtime, source: Source) -> ImportRun:
    slug = source.published.matter.slug
    digest = runtime.vault.index("import", f"{source.table.digest} {source.mapping.digest}")
    same = (ImportRun.matter_slug == slug, ImportRun.file_digest == digest)
    if found := session.scalars(sa.select(ImportRun).where(*same)).one_or_none():
        return found
    tracks = set(source.mapping.claim.tracks)
    for column in source.mapping.columns.values():
        if column.field == "tracks":
            tracks |= {
                one
                for value in column.values.values()
                for one in ([value] if isinstance(value, str) else value)
            }
    made = ImportRun(
        id=new_id(),
        matter_slug=slug,
        file_digest=digest,
        jurisdictions=sorted(
            {one.jurisdiction for one in source.published.matter.tracks if one.id in tracks}
        ),
        begun_at=runtime.clock(),
        done=0,
        created=0,
        duplicates=0,
        refused=0,
    )
    session.add(made)
    _record(session, runtime, made, "claims.import_begun")
    return made


def _take(
    session: Session, runtime: Runtime, source: Source, run: ImportRun, page: Sequence[Row], seen: Seen
) -> list[tuple[Row, tuple[Finding, ...]]]:
    """Deal with a page of rows; those of an interrupted run that were dealt with are only told of again."""
    judged = _judged(session, runtime, source, page, seen, run)
    fresh = [(row, findings) for row, findings in judged if row.number > run.done]
    people = [row.person for row, findings in fresh if row.person and not _stops(findings)]
    claims = iter(
        bulk.open_drafts(
            session,
            runtime.vault,
            source.published,
            [(one, bulk.keys_of(runtime.vault, one)) for one in people],
            runtime.clock(),
        )
    )
    kept = []
    for row, findings in fresh:
        claim_id = next(claims) if row.person and not _stops(findings) else None
        codes = {one.code for one in findings}
        if row.person and not codes & {"imported_before", "same_row"}:
            digest = _digest(runtime, source, row.person)
            kept.append(
                {
                    "id": new_id(),
                    "run_id": run.id,
                    "number": row.number,
                    "digest": digest,
                    "claim_id": claim_id,
                }
            )
        run.created += claim_id is not None
        run.refused += row.person is None
        run.duplicates += row.person is not None and claim_id is None
    if kept:
        session.execute(sa.insert(ImportedRow), kept)
    if fresh:
        run.done = max(run.done, page[-1].number)
        _record(session, runtime, run, "claims.imported", rows=len(fresh), drafts=len(people))
    return judged


def _judged(
    session: Session, runtime: Runtime, source: Source, page: Sequence[Row], seen: Seen, run: ImportRun | None
) -> list[tuple[Row, tuple[Finding, ...]]]:
    """Each row with its findings, those about other rows and about claims that exist among them."""
    people = {row.number: row.person for row in page if row.person}
    digests = {number: _digest(runtime, source, one) for number, one in people.items()}
    before = _imported(session, set(digests.values()), run)
    holders = _holders(session, runtime, source, people, run)
    judged = []
    for row in page:
        findings = list(row.findings)
        if row.person:
            same = _keys(runtime, row.person)
            other = next((seen[one] for one in same if one in seen), 0)
            if digests[row.number] in before:
                findings.append(Finding("imported_before", Weight.REFUSED))
            elif other:
                findings.append(Finding("same_row", Weight.REFUSED, other=other))
            elif row.number in holders:
                findings.append(Finding("has_claim", Weight.REFUSED))
            for one in same:
                seen.setdefault(one, row.number)
        judged.append((row, tuple(findings)))
    return judged


def _keys(runtime: Runtime, person: Person) -> frozenset[bytes]:
    """By which a row is of the same person as another: name and birth date, or name and one contact.

    One contact alone is that of a household, unless no name is known.
    """
    names, born = _names(person) or {""}, person.particulars.birth_date
    said = {f"{name} {one.kind} {one.value}" for name in names for one in person.particulars.unproved}
    if born and names != {""}:
        said |= {f"{name} {born.isoformat()}" for name in names}
    return frozenset(runtime.vault.index("same person", one) for one in said)


def _holders(
    session: Session, runtime: Runtime, source: Source, people: dict[int, Person], run: ImportRun | None
) -> set[int]:
    """The rows of people who have a claim: by name and birth date, or by a contact together with a name.

    What this very run made is left out, for a run that goes on meets its own drafts.
    """
    index = runtime.vault.index
    births: dict[bytes, int] = {}
    contacts: dict[bytes, list[int]] = {}
    for number, one in people.items():
        if born := one.particulars.birth_date:
            births |= {index("name_birth", f"{name} {born.isoformat()}"): number for name in _names(one)}
        for contact in one.particulars.unproved:
            contacts.setdefault(index(contact.kind, contact.value), []).append(number)
    found = _claims_with(session, source, [*births, *contacts], run)
    holders = {births[digest] for digest, _claim in found if digest in births}
    by_contact = [(digest, claim) for digest, claim in found if digest in contacts]
    named = _names_of(session, {claim for _digest, claim in by_contact})
    for digest, claim in by_contact:
        for number in contacts[digest]:
            own = {index("name", name) for name in _names(people[number])}
            if not own or not named.get(claim) or own & named[claim]:
                holders.add(number)
    return holders


def _claims_with(
    session: Session, source: Source, digests: Sequence[bytes], run: ImportRun | None
) -> list[tuple[bytes, UUID]]:
    met = [Claim.matter_slug == source.published.matter.slug, Claim.erased_at.is_(None)]
    if run is not None:
        own = sa.exists().where(ImportedRow.claim_id == BlindIndex.claim_id, ImportedRow.run_id == run.id)
        met.append(~own)
    query = sa.select(BlindIndex.digest, BlindIndex.claim_id).join(Claim, Claim.id == BlindIndex.claim_id)
    kinds = BlindIndex.kind.in_(("email", "phone", "name_birth"))
    found = session.execute(query.where(kinds, BlindIndex.digest.in_(digests), *met))
    return [(digest, claim) for digest, claim in found]


def _names_of(session: Session, claims: set[UUID]) -> dict[UUID, set[bytes]]:
    query = sa.select(BlindIndex.claim_id, BlindIndex.digest).where(
        BlindIndex.claim_id.in_(claims), BlindIndex.kind == "name"
    )
    names: dict[UUID, set[bytes]] = {}
    for claim, digest in session.execute(query):
        names.setdefault(claim, set()).add(digest)
    return names


def _imported(session: Session, digests: set[bytes], run: ImportRun | None) -> set[bytes]:
    """Of these rows those that another list said before."""
    query = sa.select(ImportedRow.digest).where(ImportedRow.digest.in_(digests))
    return set(session.scalars(query.where(ImportedRow.run_id != run.id) if run else query))


def _names(person: Person) -> set[str]:
    name = person.particulars.name
    return {normalised_name(one) for one in ((name.hangul, name.hanja, name.passport) if name else ())} - {""}


def _digest(runtime: Runtime, source: Source, person: Person) -> bytes:
    return runtime.vault.index("imported row", f"{source.published.matter.slug} {person.said}")


def _stops(findings: Sequence[Finding]) -> bool:
    return any(one.weight is Weight.REFUSED for one in findings)


def _count(counts: Counts, row: Row, findings: tuple[Finding, ...]) -> None:
    counts.rows += 1
    counts.refused += row.person is None
    counts.duplicates += row.person is not None and _stops(findings)
    counts.created += row.person is not None and not _stops(findings)
    counts.note(findings)


def _pages(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while page := list(itertools.islice(rows, BATCH)):
        yield page


def _record(session: Session, runtime: Runtime, run: ImportRun, action: str, **detail: int) -> None:
    audit.record(session, now=runtime.clock(), actor=SYSTEM, action=action, subject=run.id, **detail)
