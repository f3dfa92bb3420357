"""What later features show on the claim's page: its packets and its files. They bring them; claims know neither."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy.orm import Session

from portal.claims.models import Claim
from portal.claims.particulars import PersonName
from portal.matters.bilingual import Text

Lines = Callable[[Session, Claim], Sequence[Any]]


@dataclass(frozen=True)
class PacketLine:
    """A packet on its claim's page; ``url`` is empty until it can be downloaded."""

    jurisdiction: str
    revision: int
    state: str
    url: str = ""
    size: int = 0
    pages: int = 0
    sealed_at: datetime | None = None
    kind: str = "engagement"
    code: str = ""
    countersigned_at: datetime | None = None
    countersigner: str = ""


@dataclass(frozen=True)
class UnsignedLine:
    """A document that a change after signing touched, and that is to be signed again."""

    jurisdiction: str
    title: Text


@dataclass(frozen=True)
class FileLine:
    """A piece of evidence on its claim's page."""

    title: str
    size: int
    received_at: datetime
    incident: str = ""


@dataclass(frozen=True)
class PaperLine:
    """A print that is signed in ink: how many of its pages are here, and whose turn it is.

    ``void``: a text or detail changed since, so that something has to be printed anew. ``checking``: every page is
    here and the firm looks at them. ``note`` says why pages are asked for again.
    """

    jurisdiction: str
    url: str
    received: int
    total: int
    void: bool = False
    checking: bool = False
    note: str = ""


def bring(app: Flask, name: str, lines: Lines) -> None:
    """Have the claim's page show lines under a name (``packets``, ``files``, ``unsigned`` or ``paper``)."""
    app.extensions.setdefault("portal.claim_sections", {})[name] = lines


def lines(session: Session, claim: Claim, name: str) -> Sequence[Any]:
    """The lines that a feature brought for this claim."""
    found: dict[str, Lines] = current_app.extensions.get("portal.claim_sections", {})
    return found[name](session, claim) if name in found else ()


@dataclass(frozen=True)
class SignerLine:
    """Somebody who must sign a claim that others sign for; ``here`` is the reader's own line.

    ``waiting``: there is something that they have still to sign. ``contact`` is masked; empty for whoever began the
    claim, who signs in the claim's own session.
    """

    party: str
    seat: str
    capacity: str
    name: PersonName
    here: bool
    contact: str = ""
    invited_at: datetime | None = None
    joined_at: datetime | None = None
    refused_at: datetime | None = None
    signed_at: datetime | None = None
    waiting: bool = True


@dataclass(frozen=True)
class LackingLine:
    """A paper that proves who acts and that is not there yet, with what follows from it."""

    kind: str
    name: Text
    help: Text
    follows: Text
