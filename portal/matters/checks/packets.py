"""packets.toml and evidence.toml: what a packet could not be made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import Formatter

from portal.matters.bilingual import LANGUAGES
from portal.matters.checks.finding import Finding, duplicates
from portal.matters.model import (
    DocumentKind,
    EvidenceToml,
    Jurisdiction,
    PacketDocument,
    PacketPlan,
    PacketsToml,
    Track,
)
from portal.matters.reading import plans


def findings(packets: PacketsToml, tracks: Sequence[Track]) -> Iterator[Finding]:
    """Everything that the plans of the packets lack or contradict."""
    seen: set[str] = set()
    planned = set()
    for jurisdiction, plan in plans(packets):
        planned.add(jurisdiction)
        yield from duplicates((jurisdiction, "documents"), "document", [one.id for one in plan.documents])
        yield from _plan(jurisdiction, plan, {track.id: track for track in tracks})
        for index, document in enumerate(plan.documents):
            if document.id in seen:
                reason = f'document "{document.id}" stands in both packets; give each its own text'
                yield Finding((jurisdiction, "documents", index, "id"), reason)
        seen.update(document.id for document in plan.documents)
    for track in tracks:
        if track.jurisdiction not in planned:
            yield Finding((), f'the track "{track.id}" has no packet: [{track.jurisdiction}] is missing')


def _plan(jurisdiction: Jurisdiction, plan: PacketPlan, tracks: dict[str, Track]) -> Iterator[Finding]:
    if all(track.jurisdiction != jurisdiction for track in tracks.values()):
        yield Finding((jurisdiction,), f"[{jurisdiction}] is for a jurisdiction without a track")
    for language in LANGUAGES:
        if _fields(plan.clause_heading[language]) != ["number", "title"]:
            reason = '"clause_heading" must hold {number} and {title}, each once, and nothing else in braces'
            yield Finding((jurisdiction, "clause_heading", language), reason)
    if plan.court_page and not any(document.filed for document in plan.documents):
        yield Finding((jurisdiction, "court_page"), "no document is filed, so nothing is set on this page")
    for index, document in enumerate(plan.documents):
        path = (jurisdiction, "documents", index)
        yield from _consent(path, document)
        if document.under_age and "minor" not in document.kinds:
            reason = f'document "{document.id}" is for the young, so its kinds must name "minor"'
            yield Finding((*path, "under_age"), reason)
        for track_id in document.tracks:
            track = tracks.get(track_id)
            if track is None:
                reason = (
                    f'document "{document.id}" is for the track "{track_id}", which matter.toml does not have'
                )
                yield Finding((*path, "tracks"), reason)
            elif track.jurisdiction != jurisdiction:
                reason = f'document "{document.id}" is for the track "{track_id}" of another jurisdiction'
                yield Finding((*path, "tracks"), reason)


def _fields(pattern: str) -> list[str]:
    try:
        return sorted(name for _, name, _, _ in Formatter().parse(pattern) if name is not None)
    except ValueError:
        return []


def _consent(path: tuple[str | int, ...], document: PacketDocument) -> Iterator[Finding]:
    if document.kind is DocumentKind.CONSENT:
        if document.refusal is None:
            yield Finding(path, f'consent "{document.id}" has no refusal text, the effect of refusing')
        if document.required is None:
            yield Finding(path, f'consent "{document.id}" does not say whether it is required')
        return
    for key in ("refusal", "required", "needed_in"):
        if getattr(document, key) not in (None, ()):
            yield Finding((*path, key), f'document "{document.id}" is no consent, so it takes no "{key}"')


def evidence_findings(evidence: EvidenceToml, tracks: Sequence[Track]) -> Iterator[Finding]:
    """Kinds of evidence that stand twice or help no track."""
    yield from duplicates("kinds", "kind of evidence", [kind.id for kind in evidence.kinds])
    known = {track.id for track in tracks}
    for index, kind in enumerate(evidence.kinds):
        for track_id in kind.tracks:
            if track_id not in known:
                reason = (
                    f'evidence "{kind.id}" is for the track "{track_id}", which matter.toml does not have'
                )
                yield Finding(("kinds", index, "tracks"), reason)
