"""What is left open on paper: the date, the signature, the initials beside a consent, the date of a declaration."""

from __future__ import annotations

from portal.claims.act import SigningAct
from portal.matters.bilingual import LANGUAGES, Text
from portal.matters.model import DocumentKind, PacketDocument
from portal.packets import formats
from portal.packets.content import PacketContent
from portal.packets.parts.fields import single, two_columns
from portal.packets.parts.signature import (
    Signatures,
    SignerBlock,
    consent_choice,
    moved,
    named_act,
    printed_name,
)
from portal.packets.parts.slots import Filling
from portal.packets.setting.lines import set_lines, text_width
from portal.packets.setting.strips import (
    BoxMark,
    Element,
    Mark,
    RuleMark,
    Strip,
    TextMark,
    baseline,
    bind,
    grouped,
    space,
)
from portal.packets.setting.styles import INK, LABEL, SEAL, SMALL, WHITE, Look
from portal.packets.words import other, word

SIGNATURE = "signature"
_PAD, _ROOM = 190.0, 58.0  # points: the line to sign on, and the height above it, 20 mm
_DATE = 104.0
_MIDDLE = 118.0  # where the printed name begins, as in signature blocks of packets
_INITIALS = (76.0, 30.0)
_OPEN_DATE = Text(ko="____________", en="____________")


ROOM, NAME = _ROOM, _MIDDLE
"""The height above the lines, and where the line for a name begins."""


def name_room(look: Look) -> float:
    """Room for a name between the date and the signature."""
    return look.page.measure - _PAD - _MIDDLE - 14


class Blanks(Filling):
    """Fills slots as packets do, but leaves open what the pen fills in."""

    def __init__(self, content: PacketContent, look: Look) -> None:
        super().__init__(content, look, Signatures({}))

    def _signed(self, document: PacketDocument, act: SigningAct) -> SignerBlock:
        choice: list[Strip] = []
        if document.kind is DocumentKind.CONSENT:
            choice = consent_choice(self.content, document, act, self.look)
            choice += [space(6), _initials(self.look, self.first)]
        line = _signing_line(self.content, act, self.look)
        return SignerBlock(choice, named_act(self.content, document, line))

    def _declared_by(self, act: SigningAct, *, named: bool) -> list[Strip]:
        """The statutory form, chosen by where the person said they would sign; its date is written by hand."""
        form = "inside" if act.inside_us else "outside"
        said, law, place = (
            word(f"declaration.{form}"),
            word(f"declaration.{form}_form"),
            formats.country(act.place),
        )
        text = Text(**{lang: said[lang].format(date=_OPEN_DATE[lang]) for lang in LANGUAGES})
        form_named = Text(**{lang: law[lang].format(place=place[lang]) for lang in LANGUAGES})
        return bind(
            [
                two_columns(text, self.first, self.width, self.look.value),
                space(3),
                two_columns(form_named, self.first, self.width, self.look.note),
            ]
        )


def _signing_line(content: PacketContent, act: SigningAct, look: Look) -> Strip:
    """A line for the date, the printed name, a line for the signature with room for a real one."""
    first, width = content.matter.packets[content.jurisdiction].governing_language, look.page.measure
    right = width - _PAD
    printed, tall = printed_name(content, act, look.value, right - _MIDDLE - 14, first)
    return grouped(
        Strip(max(_ROOM + 16, 19 + tall), (*open_line(look, first), *[moved(mark, 13) for mark in printed]))
    )


def open_line(look: Look, first: str) -> list[Mark]:
    """The line for the date and the line to sign on."""
    second, width = other(first), look.page.measure
    right, date, ink = width - _PAD, word("signature.date"), word("print.in_ink")
    return [
        single(date[first], LABEL, 0, 0, first),
        single(date[second], SMALL, text_width(date[first], LABEL) + 5, 0.2, second),
        RuleMark(0, _ROOM, _DATE, _ROOM, 0.8, INK),
        BoxMark(right, _ROOM - 12, 2.5, 12, fill=SEAL),
        RuleMark(right, _ROOM, width, _ROOM, 0.8, INK),
        single(ink[first], SMALL, right, _ROOM + 2, first),
        single(ink[second], SMALL, right + text_width(ink[first], SMALL) + 6, _ROOM + 2, second),
    ]


def _initials(look: Look, first: str) -> Strip:
    """A box for initials: the answer was given on screen, and the pen confirms it."""
    width, text, (wide, high) = look.page.measure, word("print.initials"), _INITIALS
    room, second = look.page.measure - _INITIALS[0] - 16, other(first)
    marks: list[Mark] = [BoxMark(width - wide, 0, wide, high, fill=WHITE, stroke=SEAL, line=0.9, radius=3)]
    y = 2.0
    for lang in (first, second):
        for line in set_lines(text[lang], SMALL, room):
            marks.append(TextMark(0, y + baseline(SMALL), line, SMALL, Element("P", lang)))
            y += SMALL.leading
    return grouped(Strip(max(y, high + 2), tuple(marks)))
