"""Certificates that prove who signed, such as 인감증명서: when they are asked for, and whether they may be filed. Pure.

A certificate issued before the mandate proves nothing about it (서울중앙지방법원 2018가합561379), so it must be issued
on the day of signing or later; and courts want one that is recent when it is filed.
"""

from __future__ import annotations

import calendar
from datetime import date
from enum import StrEnum

from portal.claims.models import Claim
from portal.claims.states import ClaimState
from portal.matters.matter import Matter
from portal.matters.model import EvidenceKind


class Standing(StrEnum):
    """Whether a certificate may be filed as things stand."""

    GOOD = "good"
    UNDATED = "undated"
    BEFORE_SIGNING = "before-signing"
    EXPIRED = "expired"
    FUTURE = "future"


def standing(kind: EvidenceKind, issued: date | None, signed: date | None, today: date) -> Standing:
    """How a certificate issued on a day stands today, for a mandate signed on a day (None: not signed yet).

    All are days where the certificate is used. The day on which a certificate runs out still counts.
    """
    if issued is None:
        return Standing.GOOD if kind.any_date else Standing.UNDATED
    if issued > today:
        return Standing.FUTURE
    if not kind.any_date and (signed is None or issued < signed):
        return Standing.BEFORE_SIGNING
    expires = expiry(kind, issued)
    return Standing.EXPIRED if expires is not None and today > expires else Standing.GOOD


def expiry(kind: EvidenceKind, issued: date) -> date | None:
    """The last day on which a certificate may be filed; None where the matter sets no limit."""
    if kind.valid_months is None:
        return None
    years, month = divmod(issued.month - 1 + kind.valid_months, 12)
    year, month = issued.year + years, month + 1
    return date(year, month, min(issued.day, calendar.monthrange(year, month)[1]))


def offered(matter: Matter, claim: Claim) -> tuple[EvidenceKind, ...]:
    """The kinds of evidence that a claimant can add now, in the matter's order."""
    known = {*matter.evidence_for(claim.tracks), *matter.authority_for(claim.tracks)}
    acting = matter.claimants.kind(claim.kind)
    named = set(acting.all_proofs) if acting else set()
    return tuple(kind for kind in matter.evidence if kind in known and _is_asked(kind, claim, named))


def _is_asked(kind: EvidenceKind, claim: Claim, named: set[str]) -> bool:
    if kind.asked == "acting":
        return kind.id in named
    if kind.asked == "on_request":
        return any(
            one.state is ClaimState.INFORMATION_REQUESTED and not set(kind.tracks).isdisjoint(one.tracks)
            for one in claim.engagements
        )
    return kind.asked == "always"
