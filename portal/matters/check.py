"""Everything that is wrong with a matter's folder, said to its author with file, line and reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from portal.matters.checks import (
    claimants,
    deadlines,
    drift,
    facts,
    filing,
    incidents,
    joinder,
    packets,
    page,
    questions,
    review,
    texts,
)
from portal.matters.checks.finding import Finding
from portal.matters.folder import read_folder
from portal.matters.problems import Problem
from portal.matters.reading import (
    CLAIMANTS,
    DEADLINES,
    ELIGIBILITY,
    EVIDENCE,
    FILING,
    JOINDER,
    MATTER,
    PACKETS,
    REVIEW,
    TERMS,
    FolderReader,
)
from portal.matters.terms import Allowed

__all__ = ["Problem", "allowances", "check"]


def check(folder: Path | Mapping[str, bytes]) -> list[Problem]:
    """All problems in order of file and line; none means that the matter can be published.

    Raises MatterError when there is no such folder.
    """
    files = read_folder(folder) if isinstance(folder, Path) else folder
    reader = FolderReader(files)
    reader.read()
    found = set(reader.problems)
    found.update(_of_tables(reader))
    found.update(texts.problems(reader))
    found.update(drift.problems(reader))
    return sorted(found)


def allowances(files: Mapping[str, bytes]) -> tuple[Allowed, ...]:
    """The differences between the languages that the author of a sound matter stands by."""
    reader = FolderReader({name: files[name] for name in (TERMS,) if name in files})
    reader.read()
    return reader.terms.allowed if reader.terms else ()


def _of_tables(reader: FolderReader) -> Iterable[Problem]:
    if reader.matter is None:
        return
    tracks = reader.matter.tracks
    yield from _placed(reader, MATTER, facts.findings(reader.matter))
    yield from _placed(reader, MATTER, page.findings(reader.matter))
    if reader.eligibility:
        yield from _placed(reader, ELIGIBILITY, questions.findings(reader.eligibility, tracks))
    if reader.evidence:
        yield from _placed(reader, EVIDENCE, packets.evidence_findings(reader.evidence, tracks))
        yield from _placed(reader, EVIDENCE, incidents.findings(reader.evidence, tracks))
    if reader.joinder:
        asked = reader.eligibility.questions if reader.eligibility else None
        yield from _placed(reader, JOINDER, joinder.findings(reader.joinder, tracks, asked))
    if reader.claimants and CLAIMANTS in reader.files:
        asked = reader.eligibility.questions if reader.eligibility else None
        yield from _placed(reader, CLAIMANTS, claimants.findings(reader.claimants, reader.evidence, asked))
    if reader.review and REVIEW in reader.files:
        yield from _placed(reader, REVIEW, review.findings(reader.review))
    if reader.filing and FILING in reader.files:
        yield from _placed(reader, FILING, filing.findings(reader.filing, tracks))
    if reader.deadlines and DEADLINES in reader.files:
        yield from _placed(reader, DEADLINES, deadlines.findings(reader.deadlines))
    if reader.evidence:
        yield from _placed(reader, MATTER, page.evidence_findings(reader.matter, reader.evidence))
    if reader.packets:
        yield from _placed(reader, PACKETS, packets.findings(reader.packets, tracks))
        if reader.claimants:
            yield from _placed(reader, PACKETS, claimants.document_findings(reader.packets, reader.claimants))


def _placed(reader: FolderReader, file: str, findings: Iterable[Finding]) -> Iterable[Problem]:
    for finding in findings:
        yield Problem(file, reader.lines[file].of(finding.path), finding.reason)
