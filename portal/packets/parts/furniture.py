"""What stands on every page: whose packet, which document, which version, which page of how many."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from portal.matters.bilingual import Text
from portal.matters.matter import Matter
from portal.matters.model import PacketPlan
from portal.packets.content import PacketContent
from portal.packets.parts.fields import both, single
from portal.packets.setting.lines import set_label, text_width
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
from portal.packets.setting.styles import FURNITURE, LINE, SEAL, Look, Page, Style
from portal.packets.words import filled, other, word

_NAME = FURNITURE.with_(face="sans-bold")
_NOTICE = FURNITURE.with_(size=6.5, leading=8)
# Where a production's numbers are stamped: the bottom right corner, this wide and high, this far from the edges.
BATES_WIDTH, BATES_HEIGHT, BATES_INSET = 144.0, 34.0, 12.0


def artifact(text: str, style: Style, x: float, y: float) -> TextMark:
    """A line that belongs to the page, not to the text: readers skip it."""
    made = single(text, style, x, y)
    return TextMark(made.x, made.y, made.line, made.style, None)


def fixed_furniture(matter: Matter, plan: PacketPlan, title: Text, page: Page) -> list[Mark]:
    """Head and foot as they are in every claim: the case, the document, the version of its texts, the notice."""
    first = plan.governing_language
    right, foot = page.width - page.right, page.height - page.foot
    return [
        RuleMark(page.left, page.head, page.left + 22, page.head, 1.6, SEAL),
        RuleMark(page.left + 22, page.head, right, page.head, 0.4, LINE),
        *_head(matter, title, first, page, right),
        RuleMark(page.left, foot, right, foot, 0.4, LINE),
        *_notice(matter, plan, page, foot + 14),
    ]


def _head(matter: Matter, title: Text, first: str, page: Page, right: float) -> list[Mark]:
    y, short, named = page.head - 13, matter.toml.short_name[first], both(title, first, " · ")
    beside = page.left + text_width(short, _NAME) + 8
    if beside + text_width(named, FURNITURE) > right:
        named = title[first]
    return [artifact(short, _NAME, page.left, y), artifact(named, FURNITURE, beside, y)]


def _notice(matter: Matter, plan: PacketPlan, page: Page, y: float) -> list[Mark]:
    """The texts' version and that they are samples, in both languages, left of where a production's number goes."""
    first, marks = plan.governing_language, []
    bates = BATES_INSET + BATES_WIDTH + 6 if plan.exhibit_style == "letter" else page.right
    said = f"{matter.version_label} · {plan.sample_notice[first]}", plan.sample_notice[other(first)]
    for text in said:
        for line in set_label(text, _NOTICE, page.width - bates - page.left):
            marks.append(TextMark(page.left, y + baseline(_NOTICE), line, _NOTICE))
            y += _NOTICE.leading
    return list(marks)


def column_heads(plan: PacketPlan, look: Look) -> list[Mark]:
    """Names the two languages above their columns and says which governs."""
    first, page = plan.governing_language, look.page
    second, y = other(first), page.head + 7
    beside = page.left + (page.measure - look.gutter) * look.shares[0] + look.gutter
    return [
        artifact(word("page.governing")[first], _NAME, page.left, y),
        artifact(word("page.translation")[second], FURNITURE, beside, y),
    ]


def claim_furniture(content: PacketContent, page: Page, total: int) -> Callable[[int], list[Mark]]:
    """The page's number, then the claim's, the packet's revision and code; the bottom right corner stays free."""
    first = content.matter.packets[content.jurisdiction].governing_language
    foot = page.height - page.foot + 3
    widest = text_width(_counted(total, total, first), _NAME)
    revision = filled("page.revision", revision=content.revision)[first]
    code = filled("page.code", code=content.code)[first]
    # A receipt of the handing in is no revision of anything.
    whose = " · ".join([content.claim_number, *([] if content.receipt else [revision]), code])
    claim = Group((artifact(whose, FURNITURE, page.left + widest + 14, foot),))

    def marks(number: int) -> list[Mark]:
        return [GroupMark(0, 0, claim), GroupMark(page.left, foot, _page_number(number, total, first))]

    return marks


def _counted(number: int, total: int, first: str) -> str:
    return both(word("page.number"), first, " · ").format(page=number, total=total)


@lru_cache(4096)
def _page_number(number: int, total: int, first: str) -> Group:
    """Which page of how many, as all packets of that length say it."""
    return Group((artifact(_counted(number, total, first), _NAME, 0, 0),), lasting=True)


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
