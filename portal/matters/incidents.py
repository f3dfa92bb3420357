"""What evidence.toml says of the harm diary: which incidents it takes, and what proves each."""

from __future__ import annotations

from datetime import date
from typing import Literal

from portal.matters.bilingual import Part, Text
from portal.matters.questions import Identifier

Ask = Literal["until", "money", "minutes", "reported"]


class Proof(Part):
    """What proves an incident: a kind of evidence, and what such a file should show."""

    evidence: Identifier
    text: Text


class IncidentKind(Part):
    """A kind of incident; without tracks it is offered on all.

    `asks` are the questions beside day and words: a last day, money lost, minutes spent, to whom it was reported.
    `advice` is what to do now, for somebody to whom this has just happened.
    """

    id: Identifier
    name: Text
    help: Text
    tracks: tuple[Identifier, ...] = ()
    asks: tuple[Ask, ...] = ()
    advice: Text | None = None
    proofs: tuple[Proof, ...] = ()


class DiaryToml(Part):
    """`since` is the KST date from which incidents can come of the matter; `earlier` is said of one before it."""

    since: date
    earlier: Text
