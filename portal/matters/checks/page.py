"""matter.toml: what its public pages tell must point to what there is, and be complete where it is compared."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from portal.matters.checks.finding import Finding, duplicates
from portal.matters.model import EvidenceToml, MatterToml
from portal.matters.page import HostName

_HOST: TypeAdapter[str] = TypeAdapter(HostName)


def findings(matter: MatterToml) -> Iterator[Finding]:
    """Everything wrong with what only pages show."""
    for table, noun in (
        ("fee_rows", "row of fees"),
        ("clocks", "clock"),
        ("glossary", "term"),
        ("scams", "scam"),
    ):
        yield from duplicates(table, noun, [one.id for one in getattr(matter, table)])
    yield from _fees(matter)
    yield from _tracks(matter)
    yield from _days(matter)
    yield from _senders(matter)


def evidence_findings(matter: MatterToml, evidence: EvidenceToml) -> Iterator[Finding]:
    """A pasted message must become a kind of evidence that there is."""
    if matter.reported_as and matter.reported_as not in [kind.id for kind in evidence.kinds]:
        yield Finding(("reported_as",), f'there is no kind of evidence "{matter.reported_as}"')


def _fees(matter: MatterToml) -> Iterator[Finding]:
    rows = {row.id for row in matter.fee_rows}
    for index, fee in enumerate(matter.fees):
        if fee.row and fee.row not in rows:
            yield Finding(("fees", index, "row"), f'the fee names the row "{fee.row}", which is not listed')
    places = list(dict.fromkeys(track.jurisdiction for track in matter.tracks))
    for index, row in enumerate(matter.fee_rows):
        for place in places:
            count = sum(fee.row == row.id and fee.jurisdiction == place for fee in matter.fees)
            if count != 1:
                said = "no fee" if not count else f"{count} fees"
                yield Finding(
                    ("fee_rows", index), f'the row "{row.id}" has {said} in "{place}"; it needs one'
                )


def _tracks(matter: MatterToml) -> Iterator[Finding]:
    known = {track.id for track in matter.tracks}
    for index, paper in enumerate(matter.papers):
        if paper.track not in known:
            yield Finding(
                ("papers", index, "track"), f'the paper names the track "{paper.track}", which is not listed'
            )
    for index, thing in enumerate(matter.at_hand):
        for place, track in enumerate(thing.tracks):
            if track not in known:
                yield Finding(("at_hand", index, "tracks", place), f'the track "{track}" is not listed')


def _days(matter: MatterToml) -> Iterator[Finding]:
    for index, clock in enumerate(matter.clocks):
        for place, known in enumerate(clock.known):
            if known.date < clock.earliest:
                reason = f"{known.date} lies before the clock's earliest day, {clock.earliest}"
                yield Finding(("clocks", index, "known", place, "date"), reason)
    if matter.disclosure:
        for index, one in enumerate(matter.disclosure.assumptions):
            if one.date > matter.disclosure.filed:
                reason = f"{one.date} lies after the day of filing, {matter.disclosure.filed}"
                yield Finding(("disclosure", "assumptions", index, "date"), reason)


def _senders(matter: MatterToml) -> Iterator[Finding]:
    """What people are told to type must be what it seems: no scheme, no path, small plain letters."""
    for index, sender in enumerate(matter.senders):
        host = sender.address if sender.kind == "web" else sender.address.partition("@")[2]
        if sender.kind == "sms" or _is_host(host):
            continue
        what = "host name" if sender.kind == "web" else "e-mail address"
        reason = f'"{sender.address}" is no {what} in small letters'
        yield Finding(("senders", index, "address"), reason)


def _is_host(text: str) -> bool:
    try:
        _HOST.validate_python(text)
    except ValidationError:
        return False
    return True
