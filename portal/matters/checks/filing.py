"""filing.toml: what stands twice, contacts that were not allowed, sizes and names that miss each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portal.matters.checks.finding import Finding, duplicates
from portal.matters.filing import CONTACTS, FilingToml, KoreanFiling
from portal.matters.model import Jurisdiction, Track


def findings(filing: FilingToml, tracks: Sequence[Track]) -> Iterator[Finding]:
    """Everything that the file contradicts."""
    jurisdictions = {track.jurisdiction for track in tracks}
    if filing.kr:
        yield from _unused("kr", jurisdictions)
        yield from _korean(filing.kr)
    if filing.us:
        yield from _unused("us", jurisdictions)
    if filing.hand_over:
        for index, fact in enumerate(filing.hand_over.facts):
            if fact in filing.hand_over.facts[:index]:
                yield Finding(("hand_over", "facts"), f'fact "{fact}" stands twice')


def _unused(table: Jurisdiction, jurisdictions: set[Jurisdiction]) -> Iterator[Finding]:
    if table not in jurisdictions:
        yield Finding((table,), f'no track of matter.toml is of the jurisdiction "{table}"')


def _korean(filing: KoreanFiling) -> Iterator[Finding]:
    yield from duplicates(("kr", "parties"), "column", [one.fact for one in filing.parties], "fact")
    for index, column in enumerate(filing.parties):
        if column.fact in CONTACTS and not filing.contacts:
            reason = f'column "{column.fact}" hands the court contacts; contacts = true says that it must'
            yield Finding(("kr", "parties", index, "fact"), reason)
    if not {"name", "hangul", "passport"} & {one.fact for one in filing.parties}:
        yield Finding(("kr", "parties"), "no column names the parties: name, hangul or passport")
    if filing.max_file_mb > filing.max_submission_mb:
        yield Finding(("kr", "max_file_mb"), "a file may not be larger than the whole submission")
    names = list(filing.names.model_dump().values())
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Finding(("kr", "names"), f'two kinds of files are called "{name}"')
