"""matter.toml: names that point nowhere, and dates that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from portal.matters.checks.finding import Finding, duplicates
from portal.matters.model import MatterToml, Track
from portal.matters.placeholders import fee_names


def findings(matter: MatterToml) -> Iterator[Finding]:
    """Everything that matter.toml contradicts itself in."""
    yield from duplicates("courts", "court", [court.id for court in matter.courts])
    yield from duplicates("counsel", "counsel of", [firm.jurisdiction for firm in matter.counsel])
    yield from duplicates("tracks", "track", [track.id for track in matter.tracks])
    yield from duplicates("deadlines", "deadline", [deadline.id for deadline in matter.deadlines])
    yield from duplicates("fees", "fee", [name for name, _ in fee_names(matter.fees)])
    yield from _timeline(matter)
    yield from _tracks(matter)
    yield from _windows(matter.tracks)


def _timeline(matter: MatterToml) -> Iterator[Finding]:
    for index, (before, after) in enumerate(pairwise(matter.timeline), start=1):
        if after.date < before.date:
            reason = f"the timeline is out of order: {after.date} stands after {before.date}"
            yield Finding(("timeline", index, "date"), reason)


def _tracks(matter: MatterToml) -> Iterator[Finding]:
    courts = {court.id: court for court in matter.courts}
    firms = {firm.jurisdiction for firm in matter.counsel}
    for index, track in enumerate(matter.tracks):
        path = ("tracks", index)
        court = courts.get(track.court)
        if court is None:
            yield Finding(
                (*path, "court"), f'track "{track.id}" names the court "{track.court}", which is not listed'
            )
        elif court.jurisdiction != track.jurisdiction:
            places = f'"{track.jurisdiction}", its court "{court.id}" in "{court.jurisdiction}"'
            reason = f'track "{track.id}" is in {places}'
            yield Finding((*path, "court"), reason)
        if track.jurisdiction not in firms:
            yield Finding(path, f'track "{track.id}" has no counsel in "{track.jurisdiction}"')
        if track.closes and track.closes < track.opens:
            reason = f'track "{track.id}" opens on {track.opens}, after it closes on {track.closes}'
            yield Finding((*path, "opens"), reason)


def _windows(tracks: tuple[Track, ...]) -> Iterator[Finding]:
    """Two tracks for one case in one court must not take claims at the same time: which would a claim be on?"""
    for (_, one), (index, other) in combinations(enumerate(tracks), 2):
        same = (one.court, one.case_name) == (other.court, other.case_name)
        if same and one.id != other.id and _overlap(one, other):
            reason = f'tracks "{one.id}" and "{other.id}" take claims for the same case on overlapping dates'
            yield Finding(("tracks", index, "opens"), reason)


def _overlap(one: Track, other: Track) -> bool:
    ends_before = one.closes is not None and one.closes < other.opens
    begins_after = other.closes is not None and other.closes < one.opens
    return not ends_before and not begins_after
