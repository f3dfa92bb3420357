"""The kept copy of a file turned, or parts of it painted over: in the box, like everything that decodes.

Made from the kept copy, never from the original: what was covered before stays covered.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from portal.evidence.box import LENGTH, order_for, packed, read_harmless, serve_one, work_in_box
from portal.evidence.harmless import Bounds, Cover, Harmless
from portal.evidence.inspect import identify
from portal.evidence.refusals import NoPicture

MOST_COVERS = 50


@dataclass(frozen=True)
class Change:
    """What is to be done with a copy: first covered, as it stands now, then turned by quarters clockwise."""

    turns: int = 0
    covers: tuple[Cover, ...] = ()


def rework_in_box(content: bytes, change: Change) -> Harmless:
    """The changed copy. Raises NoPicture when a PDF is to be covered, and whatever opening a file can raise."""
    told = json.dumps({"turns": change.turns, "covers": [asdict(cover) for cover in change.covers]}).encode()
    sent = LENGTH.pack(len(told)) + told + content
    return read_harmless(*work_in_box("portal.evidence.rework", order_for(content), sent))


def reworked(content: bytes, change: Change, bounds: Bounds) -> Harmless:
    """The changed copy, made here and now: only to be called in the box."""
    media_type = identify(content)
    if media_type.is_picture:
        from portal.evidence.pictures import redrawn

        return redrawn(content, media_type, change.turns, change.covers, bounds)
    if change.covers:
        raise NoPicture
    from portal.evidence.pages import turned

    return turned(content, change.turns, bounds)


def covers_from(told: Iterable[Any]) -> tuple[Cover, ...]:
    """Rectangles as a page sends them: lists of four fractions. Raises ValueError for anything else, or for none."""
    covers = tuple(Cover(*map(float, one)) for one in told)
    if not 0 < len(covers) <= MOST_COVERS or not all(map(_on_the_picture, covers)):
        raise ValueError("not a list of rectangles on the picture")
    return covers


def _on_the_picture(cover: Cover) -> bool:
    # Not-a-number compares false with everything, so it does not pass.
    return (
        0 <= cover.left < 1
        and 0 <= cover.top < 1
        and 0 < cover.width <= 1
        and 0 < cover.height <= 1
        and cover.left + cover.width <= 1.001
        and cover.top + cover.height <= 1.001
    )


def _answer(sent: bytes, bounds: Bounds) -> tuple[dict[str, Any], bytes]:
    start = LENGTH.size + LENGTH.unpack(sent[: LENGTH.size])[0]
    told = json.loads(sent[LENGTH.size : start])
    change = Change(told["turns"], tuple(Cover(**cover) for cover in told["covers"]))
    return packed(reworked(sent[start:], change, bounds))


if __name__ == "__main__":
    serve_one(sys.stdin.buffer, sys.stdout.buffer, _answer)
