"""evidence.toml: incidents that stand twice, or that nothing proves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portal.matters.checks.finding import Finding, duplicates
from portal.matters.incidents import IncidentKind
from portal.matters.model import EvidenceKind, EvidenceToml, Track


def findings(evidence: EvidenceToml, tracks: Sequence[Track]) -> Iterator[Finding]:
    """Everything that the kinds of incident contradict."""
    yield from duplicates("incidents", "incident", [one.id for one in evidence.incidents])
    known = {track.id for track in tracks}
    kinds = {kind.id: kind for kind in evidence.kinds}
    for index, incident in enumerate(evidence.incidents):
        path = ("incidents", index)
        for track_id in incident.tracks:
            if track_id not in known:
                reason = (
                    f'incident "{incident.id}" is for the track "{track_id}", which matter.toml does not have'
                )
                yield Finding((*path, "tracks"), reason)
        for ask in sorted({ask for ask in incident.asks if incident.asks.count(ask) > 1}):
            yield Finding((*path, "asks"), f'incident "{incident.id}" asks for "{ask}" twice')
        yield from _proofs(path, incident, kinds)
    if evidence.incidents and not any(one.proofs for one in evidence.incidents):
        yield Finding(("incidents",), "no incident says what proves it")
    if evidence.diary and not evidence.incidents:
        yield Finding(("diary",), "there is a [diary], but no [[incidents]] that it could take")


def _proofs(
    path: tuple[str | int, ...], incident: IncidentKind, kinds: dict[str, EvidenceKind]
) -> Iterator[Finding]:
    named = [proof.evidence for proof in incident.proofs]
    yield from duplicates((*path, "proofs"), f'incident "{incident.id}": proof', named, key="evidence")
    for place, name in enumerate(named):
        where = (*path, "proofs", place, "evidence")
        kind = kinds.get(name)
        if kind is None:
            yield Finding(where, f'incident "{incident.id}" names the evidence "{name}", which is not a kind')
        elif kind.authority or kind.asked != "always":
            reason = f'incident "{incident.id}" names the evidence "{name}", which claimants are not offered'
            yield Finding(where, reason)
        elif incident.tracks and set(incident.tracks).isdisjoint(kind.tracks):
            reason = f'the evidence "{name}" helps none of the tracks of the incident "{incident.id}"'
            yield Finding(where, reason)
