"""What stands on each printed sheet around the text: the code twice, the same in letters, and where to sign."""

from __future__ import annotations

from portal.matters.bilingual import Text
from portal.packets.paper.marks import BlankMark, PageMark, modules, runs
from portal.packets.parts.fields import both
from portal.packets.parts.furniture import artifact
from portal.packets.pdf.file import stream
from portal.packets.press import Press
from portal.packets.setting.lines import set_label, text_width
from portal.packets.setting.strips import Mark, PictureMark, RuleMark, TextMark, baseline
from portal.packets.setting.styles import FURNITURE, INK, LINE, MM, SEAL, Page
from portal.packets.words import filled, other, word

CODE = 18.5 * MM
"""Side of a code: its modules are 0.64 mm, which a telephone's picture of a whole A4 page shows eight pixels wide."""
_EDGE = 5.0 * MM  # printers leave about 4 mm of a sheet white
_QUIET = 4 * CODE / 29  # four modules of white around it (ISO/IEC 18004, 9.1)
_BOLD = FURNITURE.with_(face="sans-bold", colour=INK)
_SIGN = _BOLD.with_(colour=SEAL, size=8)
_NOTICE = FURNITURE.with_(size=6.5, leading=8)
PICTURE = "Code"


def code_form(mark: PageMark | BlankMark) -> bytes:
    """The code as a form XObject of black squares: drawn, not a picture, so that no viewer blurs it."""
    rows = modules(mark.text)
    side = len(rows)
    drawn = "".join(f"{x} {side - 1 - y} {length} 1 re\n" for x, y, length in runs(rows))
    entries = f"/Type/XObject/Subtype/Form/BBox[0 0 {side} {side}]/Resources<<>>"
    return stream(f"0 g\n{drawn}f\n".encode("ascii"), entries)


def sheet_head(press: Press, title: Text, page: Page) -> list[Mark]:
    """The matter and the document, left of the code in the upper right corner."""
    first = press.plan.governing_language
    y, short = page.head - 13, press.matter.toml.short_name[first]
    right, beside = page.width - page.right - CODE - _QUIET, page.left + text_width(short, _BOLD) + 8
    named = both(title, first, " · ")
    if beside + text_width(named, FURNITURE) > right:
        named = title[first]
    return [
        RuleMark(page.left, page.head, page.left + 22, page.head, 1.6, SEAL),
        RuleMark(page.left + 22, page.head, right, page.head, 0.4, LINE),
        artifact(short, _BOLD, page.left, y),
        artifact(named, FURNITURE, beside, y),
    ]


def sheet_marks(
    press: Press, page: Page, mark: PageMark | BlankMark, claim_number: str, *, signature: bool
) -> list[Mark]:
    """What is this page's own: its codes in two opposite corners, its number, and whether it is to be signed."""
    side = len(modules(mark.text))
    box = (0.0, 0.0, float(side), float(side))
    right, low = page.width - page.right, page.height - _EDGE - CODE
    marks: list[Mark] = [
        PictureMark(right - CODE, _EDGE, CODE, CODE, PICTURE, box),
        PictureMark(page.left, low, CODE, CODE, PICTURE, box),
        *_foot(press, page, mark, claim_number),
    ]
    if signature:
        said = both(word("print.sign_here"), press.plan.governing_language, " · ")
        marks.append(artifact(said, _SIGN, right - CODE - _QUIET - text_width(said, _SIGN), page.head - 27))
    return marks


def _foot(press: Press, page: Page, mark: PageMark | BlankMark, claim_number: str) -> list[Mark]:
    first = press.plan.governing_language
    left, rule = page.left + CODE + _QUIET, page.height - page.foot
    counted = (
        both(filled("print.page", page=mark.page, pages=mark.pages), first, " · ")
        if mark.page
        else both(word("print.instructions"), first, " · ")
    )
    marks: list[Mark] = [
        RuleMark(left, rule, page.width - page.right, rule, 0.4, LINE),
        artifact(counted, _BOLD, left, rule + 3),
        artifact(" · ".join(part for part in (mark.shown, claim_number) if part), FURNITURE, left, rule + 13),
    ]
    y = rule + 25.0
    for lang in (first, other(first)):
        for line in set_label(press.plan.sample_notice[lang], _NOTICE, page.width - page.right - left):
            marks.append(TextMark(left, y + baseline(_NOTICE), line, _NOTICE))
            y += _NOTICE.leading
    return marks
