"""The claim card: what is needed to come back, on a sheet for the purse. It opens nothing by itself."""

from __future__ import annotations

from flask import render_template

from portal.claims import access, sealed
from portal.claims.blueprint import pages
from portal.web import allow, claimant, runtime


@pages.get("/claim/card")
@allow.claimant
def card() -> str:
    """Number, address to type, a hint at the phrase, where to call; nothing on it logs anybody in."""
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        particulars = sealed.read_latest(reading, runtime().vault, claim)
    return render_template(
        "claims/card.html",
        claim=claim,
        hint=hint_of(particulars.phrase),
        site=runtime().settings.site_address,
        kinds=[one.kind for one in particulars.contacts],
    )


def hint_of(phrase: str) -> str:
    """Enough of a phrase to remind of it, not enough to tell it: its first character, and how the rest is spaced."""
    words = phrase.split()
    if not words:
        return ""
    first = words[0][0] + "·" * (len(words[0]) - 1)
    return " ".join([first, *("·" * len(word) for word in words[1:])])
