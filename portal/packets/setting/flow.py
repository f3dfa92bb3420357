"""Fills pages with strips, and turns a page's strips into content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from portal.packets.setting.strips import Hole, Strip


class Placed(NamedTuple):
    """A strip or hole and its distance from the top of the type area. `repeated` asks for its head above it."""

    y: float
    strip: Strip | Hole
    repeated: bool = False


class Oversized(Exception):
    """A block that must stay together is higher than a page."""


def fill_pages(strips: Iterable[Strip | Hole], depth: float) -> list[list[Placed]]:
    """The strips on as many pages as they need, each `depth` points deep. No page begins or ends with white space."""
    pages: list[list[Placed]] = [[]]
    y = 0.0
    for block in _blocks(strips):
        height = sum(strip.height for strip in block)
        if y + height > depth + 0.01 and pages[-1]:
            pages.append([])
            y = 0.0
        y = _place(block, pages[-1], y)
        if y > depth + 0.01:
            raise Oversized(f"a block of {height:.0f} points does not fit a page of {depth:.0f}")
    for page in pages:
        while page and page[-1].strip.glue:
            page.pop()
    return [page for page in pages if page] or [[]]


def _place(block: Sequence[Strip | Hole], page: list[Placed], y: float) -> float:
    for strip in block:
        at_top = not page
        if at_top and strip.glue:
            continue
        head = _head_height(strip) if at_top else 0.0
        page.append(Placed(y + head, strip, repeated=head > 0))
        y += head + strip.height
    return y


def _head_height(strip: Strip | Hole) -> float:
    return strip.head_height if isinstance(strip, Hole) else sum(one.height for one in strip.head)


def _blocks(strips: Iterable[Strip | Hole]) -> Iterable[list[Strip | Hole]]:
    """Runs of strips that no page break may part."""
    block: list[Strip | Hole] = []
    for strip in strips:
        block.append(strip)
        if not strip.bound:
            yield block
            block = []
    if block:
        yield block
