"""The act on paper: a consent given or refused, the date, the name, and the signature itself."""

from __future__ import annotations

from portal.claims.act import SigningAct
from portal.matters.model import DocumentKind, PacketDocument
from portal.packets import formats
from portal.packets.content import PacketContent
from portal.packets.parts.fields import single, two_columns
from portal.packets.pdf.file import Objects, stream
from portal.packets.pdf.ink import path_operators
from portal.packets.setting.lines import set_lines, text_width
from portal.packets.setting.strips import (
    BoxMark,
    Element,
    Mark,
    PathMark,
    PictureMark,
    RuleMark,
    Strip,
    TextMark,
    baseline,
    space,
)
from portal.packets.setting.styles import INK, LABEL, NOTE, SEAL, SMALL, SOFT, VALUE, WHITE, Page, Style
from portal.packets.words import signer_role, word

_PAD = (190.0, 46.0)  # room for the signature above its line
_TYPED = Style("serif", 19, 26)
_LARGEST, _MARGIN = 0.3, 10.0  # points a unit of the pad; room for the pen around the strokes, in units
SIGNATURE = "Signature"


def signature_block(content: PacketContent, document: PacketDocument, page: Page) -> list[Strip]:
    """Governing language, date, printed name and signature; for an agreement also the room for counsel's own."""
    plan = content.matter.packets[content.jurisdiction]
    first = plan.governing_language
    strips = [
        space(10),
        *two_columns(plan.governing_notice, first, page.measure, SMALL),
        space(8),
        _signing_strip(content, document, page, first),
    ]
    if document.kind is DocumentKind.AGREEMENT:
        strips += [space(12), _counsel_strip(content, page, first)]
    return strips


def _signing_strip(content: PacketContent, document: PacketDocument, page: Page, first: str) -> Strip:
    act, second = content.act, "en" if first == "ko" else "ko"
    left, right = 0.0, page.measure - _PAD[0]
    marks: list[Mark] = []
    date_label, role, means = (
        word("signature.date"),
        signer_role(document.kind),
        word(f"signature.{act.means}"),
    )
    dates = {lang: formats.local_date(act.signed_at, content.jurisdiction, lang) for lang in ("ko", "en")}
    marks += _labelled(date_label.ko, date_label.en, first, left, 0)
    marks.append(single(dates[first], VALUE, left, 13, first))
    marks.append(single(dates[second], SMALL, left, 30, second))
    middle = 118.0
    marks += _labelled(role.ko, role.en, first, middle, 0)
    name = content.particulars.name
    lines = set_lines(formats.full_name(name) if name else "", VALUE, right - middle - 14)
    element = Element("P")
    marks += [
        TextMark(middle, 13 + index * VALUE.leading + baseline(VALUE), line, VALUE, element)
        for index, line in enumerate(lines)
    ]
    height = max(_PAD[1] + 28, 13 + len(lines) * VALUE.leading + 6)
    marks += _signed(act, right, _PAD[1])
    marks.append(RuleMark(right, _PAD[1] + 2, page.measure, _PAD[1] + 2, 0.8, INK))
    marks.append(single(means[first], SMALL, right, _PAD[1] + 4, first))
    marks.append(single(means[second], SMALL.with_(size=7.5, leading=10), right, _PAD[1] + 15, second))
    return Strip(height, tuple(marks))


def _labelled(ko: str, en: str, first: str, x: float, y: float) -> list[Mark]:
    main, other = (ko, en) if first == "ko" else (en, ko)
    return [
        single(main, LABEL, x, y, first),
        single(other, SMALL, x + text_width(main, LABEL) + 5, y + 0.5, "en" if first == "ko" else "ko"),
    ]


def _signed(act: SigningAct, x: float, height: float) -> list[Mark]:
    """The strokes as drawn, or the typed name, above the line of the signature."""
    if act.means == "typed" or not act.strokes:
        style = _TYPED
        while style.size > 9 and text_width(act.typed_name, style) > _PAD[0]:
            style = style.with_(size=style.size - 0.5)
        lines = set_lines(act.typed_name, style, _PAD[0])[-2:]
        top = height - len(lines) * style.leading
        element = Element("P")
        return [
            TextMark(x, top + index * style.leading + baseline(style), line, style, element)
            for index, line in enumerate(lines)
        ]
    return [_strokes(act, x, height)]


def _strokes(act: SigningAct, x: float, height: float) -> PictureMark:
    _, _, wide, high = _extent(act)
    scale = min((_PAD[0] - 30) / wide, (height - 4) / high, _LARGEST)
    alt = f"{word('signature.drawn').ko} / {word('signature.drawn').en}"
    size = (wide + 2 * _MARGIN) * scale, (high + 2 * _MARGIN) * scale
    box = (0.0, 0.0, wide + 2 * _MARGIN, high + 2 * _MARGIN)
    return PictureMark(x + 10, height - size[1] + 1, *size, SIGNATURE, box, Element("Figure", alt=alt))


def _extent(act: SigningAct) -> tuple[float, float, float, float]:
    points = [point for stroke in act.strokes for point in stroke]
    across, down = [point[0] for point in points], [point[1] for point in points]
    left, top = min(across), min(down)
    return left, top, max(max(across) - left, 1.0), max(max(down) - top, 1.0)


def put_signature(objects: Objects, act: SigningAct) -> int:
    """Writes the strokes as curves, once for all the places where they are shown."""
    left, top, wide, high = _extent(act)
    curves = tuple(
        tuple((point[0] - left + _MARGIN, point[1] - top + _MARGIN) for point in stroke)
        for stroke in act.strokes
    )
    scale = min((_PAD[0] - 30) / wide, (_PAD[1] - 4) / high, _LARGEST)
    drawn = path_operators(PathMark(0, 0, curves, 1.3 / scale, INK), 0, high + 2 * _MARGIN)
    box = f"[0 0 {wide + 2 * _MARGIN:.1f} {high + 2 * _MARGIN:.1f}]"
    return objects.add(stream(drawn.encode("ascii"), f"/Type/XObject/Subtype/Form/BBox{box}/Resources<<>>"))


def _counsel_strip(content: PacketContent, page: Page, first: str) -> Strip:
    """Room for the countersignature, empty until counsel accepts."""
    label, note = word("signature.counsel"), word("signature.counter_note")
    firm = content.matter.counsel(content.jurisdiction)
    right = page.measure - _PAD[0]
    marks: list[Mark] = _labelled(label.ko, label.en, first, 0, 0)
    marks.append(single(firm.name[first], VALUE, 0, 13, first))
    marks.append(single(firm.responsible_lawyer[first], SMALL, 0, 30, first))
    marks.append(RuleMark(right, 34, page.measure, 34, 0.8, SOFT))
    marks.append(single(note[first], SMALL, right, 36, first))
    return Strip(50, tuple(marks))


def consent_choice(content: PacketContent, document: PacketDocument, page: Page) -> list[Strip]:
    """Both boxes of a consent, the chosen one ticked, with the time of the choice."""
    first = content.matter.packets[content.jurisdiction].governing_language
    reading = next((one for one in content.act.readings if one.document == document.id), None)
    given = reading.given if reading else None
    half = page.measure / 2
    marks: list[Mark] = [BoxMark(0, 0, page.measure, 36, stroke=SOFT, line=0.6, radius=4)]
    marks += _choice("consent.given", first, 12, ticked=given is True)
    marks += _choice("consent.refused", first, half + 8, ticked=given is False)
    strips = [space(8), Strip(36, tuple(marks))]
    if reading and reading.confirmed_at and given is not None:
        at = word("consent.at")
        times = " · ".join(
            formats.clock_time(reading.confirmed_at, zone) for zone in (formats.SEOUL, formats.NEW_YORK)
        )
        second = "en" if first == "ko" else "ko"
        strips += [space(4), Strip(13, (single(f"{at[first]} {at[second]}: {times}", NOTE),))]
    elif given is None:
        strips.extend(two_columns(word("consent.unanswered"), first, page.measure, NOTE))
    return strips


def _choice(path: str, first: str, x: float, *, ticked: bool) -> list[Mark]:
    """A drawn box (no Korean font has ☐ or ☑) and what it stands for."""
    text, second = word(path), "en" if first == "ko" else "ko"
    main = Style("sans-bold" if ticked else "sans", 10, 16)
    marks: list[Mark] = [BoxMark(x, 11, 14, 14, fill=WHITE, stroke=INK, line=0.9, radius=2)]
    if ticked:
        tick = ((x + 3, 18.5), (x + 6, 21.5), (x + 11.5, 14))
        marks += [PathMark(0, 0, (tick[:2], tick[1:]), 1.9, SEAL, Element("Figure", alt="✓"))]
    marks.append(single(text[first], main, x + 22, 10, first))
    marks.append(single(text[second], SMALL, x + 22 + text_width(text[first], main) + 8, 12.5, second))
    return marks


def signature_picture(act: SigningAct) -> list[Strip]:
    """The signature alone, as the authority record shows it."""
    marks: list[Mark] = [BoxMark(0, 0, _PAD[0] + 20, _PAD[1] + 14, stroke=SOFT, line=0.5, radius=4)]
    marks += _signed(act, 10, _PAD[1] + 6)
    return [Strip(_PAD[1] + 14, tuple(marks))]
