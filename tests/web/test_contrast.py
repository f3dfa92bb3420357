"""The colours of the pages, in both schemes, against WCAG 2.2: 4.5:1 for text, 3:1 for what shows where to act."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static" / "css" / "portal.css").read_text()
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "link") for ground in ("paper", "surface", "sunken")),
    *(
        (ink, ground)
        for ink in ("seal", "good", "wait", "bad")
        for ground in ("surface", "paper", f"{ink}-soft")
    ),
    *(("ink", ground) for ground in ("seal-soft", "good-soft", "wait-soft", "bad-soft", "action-soft")),
    *(("link", ground) for ground in ("seal-soft", "wait-soft", "bad-soft", "action-soft")),
    *(("ink-soft", ground) for ground in ("action-soft", "seal-soft")),
    ("on-action", "action"),
    ("on-action", "action-hover"),
    ("on-seal", "seal-fill"),
    ("on-seal", "seal-hover"),
    ("action", "surface"),
    ("action", "paper"),
    ("action", "action-soft"),
]
MARKS = [
    ("line-strong", "paper"),
    ("line-strong", "surface"),
    ("action", "paper"),
    ("action", "line"),
    ("bad", "surface"),
    ("focus-ink", "paper"),
    ("focus-ink", "surface"),
    ("focus-ink", "focus"),
]


def scheme(name: str) -> dict[str, str]:
    """The colour tokens of the light or dark scheme."""
    roots = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", roots[0]))
    return (
        colours
        if name == "light"
        else {**colours, **dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", roots[1]))}
    )


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_knows_black_on_white() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_can_be_read(name: str) -> None:
    colours = scheme(name)
    faint = [(pair, contrast(colours[pair[0]], colours[pair[1]])) for pair in TEXT]
    assert [(pair, round(ratio, 2)) for pair, ratio in faint if ratio < 4.5] == []


@pytest.mark.parametrize("name", ["light", "dark"])
def test_borders_and_marks_that_mean_something_can_be_seen(name: str) -> None:
    colours = scheme(name)
    faint = [(pair, contrast(colours[pair[0]], colours[pair[1]])) for pair in MARKS]
    assert [(pair, round(ratio, 2)) for pair, ratio in faint if ratio < 3] == []
