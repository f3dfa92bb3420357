"""deadlines.toml: dates that stand twice, or that are counted from none or from themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portal.matters.checks.finding import Finding, duplicates
from portal.matters.deadlines import DeadlinesToml, MatterDate


def findings(deadlines: DeadlinesToml) -> Iterator[Finding]:
    """Everything that the dates contradict."""
    yield from duplicates("dates", "date", [one.id for one in deadlines.dates])
    known = {one.id: one for one in deadlines.dates}
    for index, one in enumerate(deadlines.dates):
        path: tuple[str | int, ...] = ("dates", index)
        if one.count is None or one.count.after is None:
            continue
        if one.count.after not in known:
            yield Finding(
                (*path, "count", "after"),
                f'date "{one.id}" is counted from "{one.count.after}", which is no date here',
            )
        elif _circular(one.id, known):
            yield Finding((*path, "count", "after"), f'date "{one.id}" is counted from itself in the end')


def _circular(start: str, known: Mapping[str, MatterDate]) -> bool:
    seen: set[str] = set()
    here: str | None = start
    while here is not None and here in known and here not in seen:
        seen.add(here)
        count = known[here].count
        here = count.after if count else None
    return here in seen
