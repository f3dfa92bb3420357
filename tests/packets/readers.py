"""Claimants who have come as far as the documents."""

from __future__ import annotations

from flask import Flask

from tests.visitor import Visitor


def an_open_claim(app: Flask, tracks: tuple[str, ...] = ("kr-consumer",), lang: str = "ko") -> Visitor:
    """Somebody who gave every detail."""
    return Visitor(app, lang).begin(tracks=tracks).fill_all()


def read_everything(visitor: Visitor) -> Visitor:
    """Open every document that is to be read, and go on from it, consenting wherever that is asked."""
    for _document in range(30):
        page = visitor.get("/claim/read").text
        place = page.partition('class="button action block" href="')[2].partition('"')[0]
        if place.endswith("/sign"):
            return visitor
        visitor.get(place)
        visitor.post(place, {"given": "yes"})
    raise AssertionError("more documents than there can be")
