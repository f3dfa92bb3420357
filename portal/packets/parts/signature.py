"""The act on paper: a consent given or refused, the date, the name, and the signature itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.claims.act import SigningAct
from portal.matters.bilingual import Text
from portal.matters.model import Counsel, DocumentKind, PacketDocument
from portal.packets import formats
from portal.packets.content import PacketContent
from portal.packets.parts.fields import single, two_columns
from portal.packets.pdf.file import Objects, stream
from portal.packets.pdf.ink import operands, smooth_curve
from portal.packets.setting.lines import Line, set_lines, text_width
from portal.packets.setting.strips import (
    BoxMark,
    Element,
    Group,
    GroupMark,
    Mark,
    PathMark,
    PictureMark,
    RuleMark,
    Strip,
    TextMark,
    baseline,
    grouped,
    space,
)
from portal.packets.setting.styles import INK, LABEL, NOTE, SEAL, SMALL, SOFT, VALUE, WHITE, Page, Style
from portal.packets.words import other, signer_role, word

_PAD = (190.0, 46.0)  # room for the signature above its line
_TYPED = Style("serif", 19, 26)
_SMALLER = SMALL.with_(size=7.5, leading=10)
_SMALLEST = 9.0
_MIDDLE = 118.0  # where the printed name begins
_LARGEST, _MARGIN = 0.3, 10.0  # points a unit of the pad; room for the pen around the strokes, in units
SIGNATURE = "Signature"


@dataclass(frozen=True)
class SignatureForm:
    """The drawn strokes as an object of the file, and their size in points where nothing limits it."""

    number: int
    width: float
    height: float


def put_signature(objects: Objects, act: SigningAct) -> SignatureForm | None:
    """Writes the strokes as curves, once for all the places where they are shown; None for a typed signature."""
    if not act.strokes:
        return None
    points = [point for stroke in act.strokes for point in stroke]
    across, down = [point[0] for point in points], [point[1] for point in points]
    left, bottom = min(across) - _MARGIN, max(down) + _MARGIN
    width, height = max(across) - left + _MARGIN, bottom - min(down) + _MARGIN
    scale = min((_PAD[0] - 20) / width, (_PAD[1] - 2) / height, _LARGEST)
    drawn = [f"q {scale:.5f} 0 0 {scale:.5f} 0 0 cm 1 J 1 j {1.3 / scale:.2f} w {operands(INK)} RG\n"]
    for stroke in act.strokes:
        drawn += (smooth_curve([(x - left, bottom - y) for x, y, _ in stroke]), " S\n")
    drawn.append("Q")
    width, height = width * scale, height * scale
    entries = f"/Type/XObject/Subtype/Form/BBox[0 0 {width:.2f} {height:.2f}]/Resources<<>>"
    number = objects.add(stream("".join(drawn).encode("ascii"), entries, level=1))
    return SignatureForm(number, width, height)


def signature_block(
    content: PacketContent, document: PacketDocument, page: Page, act_strip: Strip
) -> list[Strip]:
    """Governing language, the act of signing; for an agreement also the room for counsel's own."""
    plan = content.matter.packets[content.jurisdiction]
    first = plan.governing_language
    strips = [
        space(10),
        two_columns(plan.governing_notice, first, page.measure, SMALL),
        space(8),
        _signing_strip(content, signer_role(document.kind), page, act_strip),
    ]
    if document.kind is DocumentKind.AGREEMENT:
        firm = content.matter.counsel(content.jurisdiction)
        strips += [space(12), _counsel_strip(firm, page.measure, first)]
    return strips


def _signing_strip(content: PacketContent, role: Text, page: Page, act_strip: Strip) -> Strip:
    """The act, with what its signer is called in this document."""
    first = content.matter.packets[content.jurisdiction].governing_language
    return Strip(act_strip.height, (*act_strip.marks, GroupMark(_MIDDLE, 0, _label(role, first))))


def signing_act(content: PacketContent, page: Page, form: SignatureForm | None) -> Strip:
    """Date, printed name, and the signature above its line, as they stand in every document."""
    first = content.matter.packets[content.jurisdiction].governing_language
    act, second, right = content.act, other(first), page.measure - _PAD[0]
    dates = {lang: formats.local_date(act.signed_at, content.jurisdiction, lang) for lang in ("ko", "en")}
    name = formats.full_name(content.particulars.name) if content.particulars.name else ""
    printed = set_lines(name, VALUE, right - _MIDDLE - 14)
    signed, line = _signed(act, right, form)
    means, element = word(f"signature.{act.means}"), Element("P")
    marks: list[Mark] = [
        GroupMark(0, 0, _label(word("signature.date"), first)),
        single(dates[first], VALUE, 0, 13, first),
        single(dates[second], SMALL, 0, 30, second),
        *_lines_from(printed, VALUE, _MIDDLE, 13, element),
        *signed,
        RuleMark(right, line, page.measure, line, 0.8, INK),
        single(means[first], SMALL, right, line + 2, first),
        single(means[second], _SMALLER, right, line + 13, second),
    ]
    return grouped(Strip(max(line + 26, 19 + len(printed) * VALUE.leading), tuple(marks)))


@lru_cache(64)
def _label(label: Text, first: str) -> Group:
    second = other(first)
    beside = text_width(label[first], LABEL) + 5
    marks = single(label[first], LABEL, 0, 0, first), single(label[second], SMALL, beside, 0.5, second)
    return Group(marks, lasting=True)


def _lines_from(lines: Sequence[Line], style: Style, x: float, y: float, element: Element) -> list[Mark]:
    drop = y + baseline(style)
    return [
        TextMark(x, drop + index * style.leading, line, style, element) for index, line in enumerate(lines)
    ]


def _signed(act: SigningAct, x: float, form: SignatureForm | None) -> tuple[list[Mark], float]:
    """The strokes as drawn, or the typed name whole, and how far down the line under it stands."""
    if form:
        alt = f"{word('signature.drawn').ko} / {word('signature.drawn').en}"
        box = (0.0, 0.0, form.width, form.height)
        y = _PAD[1] + 1 - form.height
        size = form.width, form.height
        return [PictureMark(x + 8, y, *size, SIGNATURE, box, Element("Figure", alt=alt))], _PAD[1] + 2
    style = _TYPED
    while style.size > _SMALLEST and text_width(act.typed_name, style) > _PAD[0]:
        style = style.with_(size=style.size - 0.5, leading=style.leading - 0.6)
    lines = set_lines(act.typed_name, style, _PAD[0])
    depth = max(_PAD[1], len(lines) * style.leading)
    marks = _lines_from(lines, style, x, depth - len(lines) * style.leading, Element("P"))
    return marks, depth + 2


@lru_cache(32)
def _counsel_strip(firm: Counsel, width: float, first: str) -> Strip:
    """Room for the countersignature, empty until counsel accepts."""
    right = width - _PAD[0]
    marks: list[Mark] = [
        GroupMark(0, 0, _label(word("signature.counsel"), first)),
        single(firm.name[first], VALUE, 0, 13, first),
        single(firm.responsible_lawyer[first], SMALL, 0, 30, first),
        RuleMark(right, 34, width, 34, 0.8, SOFT),
        single(word("signature.counter_note")[first], SMALL, right, 36, first),
    ]
    return grouped(Strip(50, tuple(marks)), lasting=True)


def consent_choice(content: PacketContent, document: PacketDocument, page: Page) -> list[Strip]:
    """Both boxes of a consent, the chosen one ticked, with the time of the choice."""
    first = content.matter.packets[content.jurisdiction].governing_language
    second = other(first)
    reading = next((one for one in content.act.readings if one.document == document.id), None)
    given = reading.given if reading else None
    strips = [space(8), _choices(given, page.measure, first)]
    if reading and reading.confirmed_at and given is not None:
        at, moment = word("consent.at"), reading.confirmed_at
        times = " · ".join(formats.clock_time(moment, zone) for zone in (formats.SEOUL, formats.NEW_YORK))
        strips += [space(4), Strip(13, (single(f"{at[first]} {at[second]}: {times}", NOTE),))]
    elif given is None:
        strips.append(two_columns(word("consent.unanswered"), first, page.measure, NOTE))
    return strips


@lru_cache(32)
def _choices(given: bool | None, width: float, first: str) -> Strip:
    marks: list[Mark] = [BoxMark(0, 0, width, 36, stroke=SOFT, line=0.6, radius=4)]
    marks += _choice("consent.given", first, 12, ticked=given is True)
    marks += _choice("consent.refused", first, width / 2 + 8, ticked=given is False)
    return grouped(Strip(36, tuple(marks)), lasting=True)


def _choice(path: str, first: str, x: float, *, ticked: bool) -> list[Mark]:
    """A drawn box (no Korean font has ☐ or ☑) and what it stands for."""
    text, second = word(path), other(first)
    main = Style("sans-bold" if ticked else "sans", 10, 16)
    marks: list[Mark] = [BoxMark(x, 11, 14, 14, fill=WHITE, stroke=INK, line=0.9, radius=2)]
    if ticked:
        tick = ((x + 3, 18.5), (x + 6, 21.5), (x + 11.5, 14))
        marks += [PathMark(0, 0, (tick[:2], tick[1:]), 1.9, SEAL, Element("Figure", alt="✓"))]
    marks.append(single(text[first], main, x + 22, 10, first))
    marks.append(single(text[second], SMALL, x + 22 + text_width(text[first], main) + 8, 12.5, second))
    return marks


def signature_picture(act: SigningAct, form: SignatureForm | None) -> Strip:
    """The signature alone, as the authority record shows it."""
    marks, line = _signed(act, 10, form)
    frame = BoxMark(0, 0, _PAD[0] + 20, line + 12, stroke=SOFT, line=0.5, radius=4)
    return Strip(line + 12, (frame, GroupMark(0, 4, Group(tuple(marks)))))
