"""What stands on every page: whose packet, which document, which version, which page of how many."""

from __future__ import annotations

from collections.abc import Callable

from portal.matters.bilingual import Text
from portal.matters.matter import Matter
from portal.matters.model import PacketPlan
from portal.packets.content import PacketContent
from portal.packets.parts.fields import both, single
from portal.packets.setting.lines import Line, Piece, text_width
from portal.packets.setting.strips import (
    BoxMark,
    Group,
    GroupMark,
    Mark,
    PathMark,
    RuleMark,
    TextMark,
    baseline,
)
from portal.packets.setting.styles import (
    FURNITURE,
    GUTTER,
    LABEL,
    LINE,
    SEAL,
    SMALL,
    Page,
    Style,
    column_widths,
)
from portal.packets.words import filled, other, word

_NOTICE = SMALL.with_(size=6.5, leading=8.5)


def artifact(text: str, style: Style, x: float, y: float) -> TextMark:
    """A line that belongs to the page, not to the text: readers skip it."""
    made = single(text, style, x, y)
    return TextMark(made.x, made.y, made.line, made.style, None)


def fixed_furniture(matter: Matter, plan: PacketPlan, title: Text, page: Page) -> list[Mark]:
    """Head and foot as they are in every claim."""
    first = plan.governing_language
    name = FURNITURE.with_(face="sans-bold")
    short = matter.toml.short_name[first]
    top, foot = page.top - 42, page.height - page.bottom + 16
    right = page.width - page.right
    return [
        RuleMark(page.left, top + 13, page.left + 22, top + 13, 1.6, SEAL),
        RuleMark(page.left + 22, top + 13, right, top + 13, 0.4, LINE),
        artifact(short, name, page.left, top),
        artifact(both(title, first, " · "), FURNITURE, page.left + text_width(short, name) + 8, top),
        RuleMark(page.left, foot, right, foot, 0.4, LINE),
        artifact(plan.sample_notice[first], _NOTICE, page.left, foot + 15),
        artifact(plan.sample_notice[other(first)], _NOTICE, page.left, foot + 24),
    ]


def column_heads(plan: PacketPlan, page: Page) -> list[Mark]:
    """Names the two languages above their columns and says which governs."""
    first = plan.governing_language
    second = other(first)
    beside = page.left + column_widths(page)[first] + GUTTER
    governing = word("page.governing")[first]
    return [
        artifact(governing, LABEL.with_(face="sans-bold", size=7.5), page.left, page.top - 21),
        artifact(word("page.translation")[second], LABEL.with_(size=7.5), beside, page.top - 21),
    ]


def claim_furniture(content: PacketContent, page: Page, total: int) -> Callable[[int], list[Mark]]:
    """The claim's number and the page's, for each page; the bottom right corner stays free for a Bates number."""
    first = content.matter.packets[content.jurisdiction].governing_language
    foot = page.height - page.bottom + 19
    counted, bold = both(word("page.number"), first, "  ·  "), FURNITURE.with_(face="sans-bold")
    revision = filled("page.revision", revision=content.revision)[first]
    whose = f"{content.claim_number} · {revision} · {content.matter.version_label}"
    middle, drop = page.left + max(225.0, text_width(whose, FURNITURE) + 16), baseline(bold)
    claim = Group((artifact(whose, FURNITURE, page.left, foot),))

    def marks(number: int) -> list[Mark]:
        line = Line(0, (Piece(0, bold.face, counted.format(page=number, total=total)),))
        return [GroupMark(0, 0, claim), TextMark(middle, foot + drop, line, bold)]

    return marks


def seal_mark(x: float, y: float, size: float) -> list[Mark]:
    """The vermilion mark of the portal: a rounded square with three lines."""
    unit = size / 28
    lines = tuple(
        ((8 * unit, at * unit), (end * unit, at * unit)) for at, end in ((9, 20), (14, 20), (19, 15))
    )
    return [
        BoxMark(
            x + 1.5 * unit,
            y + 1.5 * unit,
            25 * unit,
            25 * unit,
            stroke=SEAL,
            line=2.4 * unit,
            radius=5 * unit,
        ),
        PathMark(x, y, lines, 2.4 * unit, SEAL),
    ]
