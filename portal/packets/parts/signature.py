"""The act on paper: a consent given or refused, the date, the name, and the signature itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from portal.claims.act import SigningAct
from portal.fonts import FaceName
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
    RoomMark,
    RuleMark,
    Strip,
    TextMark,
    baseline,
    bind,
    grouped,
    space,
)
from portal.packets.setting.styles import INK, LABEL, SEAL, SMALL, SMALLEST, SOFT, WHITE, Look, Style
from portal.packets.words import filled, other, signer_role, word

_PAD = (190.0, 46.0)  # room for the signature above its line
_TYPED = Style("serif", 19, 26)
COUNSEL_ROOM = (250.0, 88.0)  # of the visible countersignature
COUNSEL_FIELD = "Counsel"
_MIDDLE = 118.0  # where the printed name begins
_LARGEST, _MARGIN = 0.3, 10.0  # points a unit of the pad; room for the pen around the strokes, in units


@dataclass(frozen=True)
class SignatureForm:
    """Drawn strokes as an object of the file, by its resource name, and their size where nothing limits it."""

    resource: str
    number: int
    width: float
    height: float


@dataclass(frozen=True)
class Signatures:
    """The packet's drawn signatures, each written once for all the places where it is shown, and the pages of sheets
    signed in ink by document.
    """

    forms: Mapping[int, SignatureForm]
    scans: Mapping[str, int] = field(default_factory=dict)

    def of(self, act: SigningAct) -> SignatureForm | None:
        """What was drawn; None for a signature that was typed or written in ink."""
        return self.forms.get(id(act))


def put_signatures(objects: Objects, acts: Sequence[SigningAct], inked: Iterable[str] = ()) -> Signatures:
    """Writes the strokes of each act as curves; `inked` are the documents whose sheets will be shown on some page."""
    drawn = [act for act in acts if act.strokes]
    forms = {id(act): _put(objects, act, place) for place, act in enumerate(drawn, 1)}
    return Signatures(forms, dict.fromkeys(inked, 1))


def _put(objects: Objects, act: SigningAct, place: int) -> SignatureForm:
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
    number = objects.add(stream("".join(drawn).encode("ascii"), entries, level=0))
    return SignatureForm(f"Signature{place}", number, width, height)


@dataclass(frozen=True)
class SignerBlock:
    """What one signer did in one document: the choice, where it is a consent, and the act."""

    choice: Sequence[Strip]
    act: Strip


def signature_block(
    content: PacketContent, document: PacketDocument, look: Look, signed: Sequence[SignerBlock]
) -> list[Strip]:
    """Governing language, the act of each signer; for an agreement also the room for counsel's own."""
    plan = content.matter.packets[content.jurisdiction]
    first, width = plan.governing_language, look.page.measure
    notice = [space(10), two_columns(plan.governing_notice, first, width, look.small), space(8)]
    # A person's own choice stands above the notice; of several people each above their own signature.
    before, *others = signed
    alone = not others
    strips = bind([*before.choice, *notice, before.act] if alone else [*notice, *_one(before)], last=alone)
    for block in others:
        strips += [space(14), *bind(_one(block))]
    if document.kind is DocumentKind.AGREEMENT:
        firm = content.matter.counsel(content.jurisdiction)
        strips[-1] = strips[-1]._replace(bound=True)
        strips += [space(12, bound=True), _counsel_strip(firm, look, first)]
    return strips


def _one(block: SignerBlock) -> list[Strip]:
    return [*block.choice, *([space(8)] if block.choice else []), block.act]


def named_act(content: PacketContent, document: PacketDocument, act_strip: Strip) -> Strip:
    """The act, with what the claimant is called in this document."""
    role = signer_role(document.kind)
    first = content.matter.packets[content.jurisdiction].governing_language
    return Strip(act_strip.height, (*act_strip.marks, GroupMark(_MIDDLE, 0, _label(role, first))))


def printed_name(
    content: PacketContent, act: SigningAct, style: Style, room: float, first: str
) -> tuple[list[Mark], float]:
    """The claimant's name; for who signs in another capacity than their own also that capacity and their name, as
    signatures for others are written. Measured from the top of the first line.
    """
    marks, y = _name_lines(content.full_name, style, room, 0.0)
    if act.capacity == "self":
        return marks, y
    capacity = word(f"capacity.{act.capacity}")
    marks.append(GroupMark(_MIDDLE, y + 1, _label(capacity, first, room)))
    y += 1 + _label_height(capacity, first, room)
    if not act.signer:
        return marks, y
    below, end = _name_lines(_signer(content, act), style, room, y)
    return [*marks, *below], end


def _name_lines(name: str, style: Style, room: float, y: float) -> tuple[list[Mark], float]:
    if text_width(name, style) > room:
        name = name.replace(", ", ",\n")
    lines = set_lines(name, style, room) if name else ()
    return _lines_from(lines, style, _MIDDLE, y, Element("P")), y + len(lines) * style.leading


def _signer(content: PacketContent, act: SigningAct) -> str:
    """The representative's name, an officer's with the title."""
    who = (act.particulars or content.particulars).representative(act.signer)
    return f"{content.signer_name(act)}, {who.position}" if who and who.position else content.signer_name(act)


def signing_act(
    content: PacketContent, act: SigningAct, look: Look, signatures: Signatures, scan: int = 0
) -> Strip:
    """Date, printed name, and the signature above its line, as they stand in every document signed by this act.

    `scan` is the page where the sheet signed in ink is shown.
    """
    first = content.matter.packets[content.jurisdiction].governing_language
    value = look.value.with_(leading=look.value.size * 1.5)
    second, right = other(first), look.page.measure - _PAD[0]
    dates = {lang: formats.local_date(act.signed_at, content.jurisdiction, lang) for lang in ("ko", "en")}
    printed, tall = printed_name(content, act, value, right - _MIDDLE - 14, first)
    signed, line = _signed(act, right, signatures.of(act))
    below, deep = _below(act, right, line + 2, first, scan)
    marks: list[Mark] = [
        GroupMark(0, 0, _label(word("signature.date"), first)),
        single(dates[first], value, 0, 13, first),
        single(dates[second], SMALL, 0, 14 + value.leading, second),
        *[moved(mark, 13) for mark in printed],
        *signed,
        RuleMark(right, line, look.page.measure, line, 0.8, INK),
        *below,
    ]
    depth = max(deep, 19 + tall, 28 + value.leading)
    return grouped(Strip(depth, tuple(marks)))


def moved(mark: Mark, by: float) -> Mark:
    """A mark of a printed name, so much further down."""
    assert isinstance(mark, TextMark | GroupMark)
    return mark._replace(y=mark.y + by)


def _below(act: SigningAct, x: float, y: float, first: str, scan: int) -> tuple[list[Mark], float]:
    """What kind of signature it is, in both languages under its line, and where the sheet signed in ink is."""
    marks: list[Mark] = []
    for text in [word(f"signature.{act.means}"), *([filled("signature.scan", page=scan)] if scan else [])]:
        for lang in (first, other(first)):
            for line in set_lines(text[lang], SMALL, _PAD[0]):
                marks.append(TextMark(x, y + baseline(SMALL), line, SMALL, Element("P", lang)))
                y += 11
    return marks, y + 3


@lru_cache(64)
def _label(label: Text, first: str, room: float = 10_000.0) -> Group:
    """A label in both languages, the second under the first where there is no room beside it."""
    second = other(first)
    beside = text_width(label[first], LABEL) + 5
    below = _label_height(label, first, room) > LABEL.leading
    spot = (0.0, LABEL.leading - 1) if below else (beside, 0.2)
    marks = single(label[first], LABEL, 0, 0, first), single(label[second], SMALL, *spot, second)
    return Group(marks, lasting=True)


def role_label(label: Text, first: str, x: float, y: float, room: float) -> GroupMark:
    """A label in both languages at x, y, as signature blocks have it."""
    return GroupMark(x, y, _label(label, first, room))


def _label_height(label: Text, first: str, room: float) -> float:
    beside = text_width(label[first], LABEL) + 5 + text_width(label[other(first)], SMALL)
    return LABEL.leading * (1 if beside <= room else 2)


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
        return [PictureMark(x + 8, y, *size, form.resource, box, Element("Figure", alt=alt))], _PAD[1] + 2
    style = Style(_face(act.face), 19, 26)
    while style.size > SMALLEST and text_width(act.typed_name, style) > _PAD[0]:
        style = style.with_(size=style.size - 0.5, leading=style.leading - 0.6)
    lines = set_lines(act.typed_name, style, _PAD[0]) if act.typed_name else ()
    depth = max(_PAD[1], len(lines) * style.leading)
    marks = _lines_from(lines, style, x, depth - len(lines) * style.leading, Element("P"))
    return marks, depth + 2


def _face(name: str) -> FaceName:
    """The face that the name was typed in; those that carry names have every letter that a name may have."""
    return "sans" if name == "sans" else "serif"


@lru_cache(32)
def _counsel_strip(firm: Counsel, look: Look, first: str) -> Strip:
    """Room for the countersignature, empty until counsel accepts: an empty signature field, for a later revision."""
    width, (wide, high) = look.page.measure, COUNSEL_ROOM
    right, note = width - wide, word("signature.counter_note")
    named = set_lines(firm.name[first], look.value, right - 12)
    lawyer = set_lines(firm.responsible_lawyer[first], SMALL, right - 12)
    below = 14 + len(named) * look.value.leading
    marks: list[Mark] = [
        GroupMark(0, 0, _label(word("signature.counsel"), first)),
        *_lines_from(named, look.value, 0, 13, Element("P", first)),
        *_lines_from(lawyer, SMALL, 0, below, Element("P", first)),
        RuleMark(right, high + 2, width, high + 2, 0.8, SOFT),
    ]
    y = high + 4
    for lang in (first, other(first)):
        for line in set_lines(note[lang], SMALL, wide):
            marks.append(TextMark(right, y + baseline(SMALL), line, SMALL, Element("P", lang)))
            y += 11
    strip = grouped(Strip(max(y + 3, below + len(lawyer) * SMALL.leading), tuple(marks)), lasting=True)
    return strip._replace(marks=(*strip.marks, RoomMark(right, 0, wide, high, COUNSEL_FIELD)))


def consent_choice(
    content: PacketContent, document: PacketDocument, act: SigningAct, look: Look
) -> list[Strip]:
    """Both boxes of a consent, the one that a signer chose ticked, with the time of the choice."""
    first = content.matter.packets[content.jurisdiction].governing_language
    second, width = other(first), look.page.measure
    reading = next((one for one in act.readings if one.document == document.id), None)
    given = reading.given if reading else None
    strips = [space(8), choices(given, width, first)]
    if reading and reading.confirmed_at and given is not None:
        at, moment = word("consent.at"), reading.confirmed_at
        times = " · ".join(formats.clock_time(moment, zone) for zone in (formats.SEOUL, formats.NEW_YORK))
        strips += [space(4), Strip(13, (single(f"{at[first]} {at[second]}: {times}", look.small),))]
    elif given is None:
        strips.append(two_columns(word("consent.unanswered"), first, width, look.note))
    return strips


@lru_cache(32)
def choices(given: bool | None, width: float, first: str) -> Strip:
    """Both boxes of a consent; neither is ticked while it is open."""
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


def signature_picture(act: SigningAct, signatures: Signatures) -> Strip:
    """The signature alone, as the authority record shows it."""
    marks, line = _signed(act, 10, signatures.of(act))
    frame = BoxMark(0, 0, _PAD[0] + 20, line + 12, stroke=SOFT, line=0.5, radius=4)
    return Strip(line + 12, (frame, GroupMark(0, 4, Group(tuple(marks)))))
