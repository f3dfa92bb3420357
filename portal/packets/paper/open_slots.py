"""The slots of a blank form: nothing is known of anybody, so every value is a line to write on or a box to tick."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portal.matters.bilingual import LANGUAGES, Text
from portal.matters.matter import Matter
from portal.matters.model import DocumentKind, PacketDocument
from portal.matters.questions import Option, Question
from portal.packets import rows
from portal.packets.content import PacketContent
from portal.packets.paper.blanks import NAME, ROOM, name_room, open_line
from portal.packets.parts.fields import Column, section_heading, single, small_heading, table, two_columns
from portal.packets.parts.signature import (
    Signatures,
    SignerBlock,
    choices,
    named_act,
    role_label,
    signature_block,
)
from portal.packets.parts.slots import Filling, diary_columns, trade_columns
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
from portal.packets.setting.styles import INK, LABEL, LINE, SMALL, WHITE, Look
from portal.packets.words import filled, other, word

_ROW, _TALL = 27.0, 38.0  # points: a line for handwriting, a row of a table
_LABELS = 0.36
_TICKED, _OPTION = LABEL.with_(colour=INK), SMALL
_DIARY_ROWS, _EXHIBIT_ROWS, _TRADE_ROWS, _LINES = 6, 10, 8, 6
_PERSON = ("schedule.hangul", "schedule.passport", "schedule.birth")
_REACHED = ("schedule.address", "schedule.email", "schedule.phone")
_COMPANY = ("schedule.company", "schedule.company_latin", "schedule.registration", "schedule.country")
_ACTING = ("schedule.name", "schedule.birth", "schedule.contact")
# Who signs for each kind, as the capacities of their blocks.
_SIGNERS = {
    "self": ("self",),
    "heir": ("heir",),
    "minor": ("parent", "parent"),
    "represented": ("guardian",),
    "company": ("officer",),
}


class OpenSlots(Filling):
    """Fills slots with lines and boxes, for one kind of claim."""

    def __init__(self, content: PacketContent, look: Look) -> None:
        super().__init__(content, look, Signatures({}))
        self.matter: Matter = content.matter

    def _lines(self, *paths: str) -> list[Strip]:
        return [_line(word(path), self.first, self.width) for path in paths]

    def _schedule(self) -> list[Strip]:
        kind = self.content.kind
        strips = self._lines(*(_COMPANY if kind == "company" else _PERSON), *_REACHED)
        if kind == "heir":
            strips += [*self._small("schedule.deceased"), *self._lines("schedule.name", "schedule.birth")]
            relations = [word(f"schedule.relations.{one}") for one in _RELATIONS]
            strips += [
                *self._lines("schedule.died"),
                _choice(word("schedule.relation"), relations, self.first, self.width),
                *self._lines("schedule.share"),
            ]
        for capacity in _SIGNERS[kind] if kind not in ("self", "heir") else ():
            paths = ("schedule.name", "schedule.position") if capacity == "officer" else _ACTING
            strips += bind([*self._small(f"capacity.{capacity}"), *self._lines(*paths)])
        return strips

    def _small(self, path: str) -> tuple[Strip, ...]:
        return small_heading(word(path), self.first, self.width)

    def _heading(self, path: str) -> tuple[Strip, ...]:
        return section_heading(word(path), self.first, self.width)

    def _claim_facts(self) -> list[Strip]:
        strips = [
            *self._heading("cover.tracks"),
            *self._options([self.matter.track(one).name for one in self._tracks]),
        ]
        strips += self._heading("facts.account")
        strips += self._lines("facts.account_email", "facts.account_phone", "facts.noticed")
        if self.matter.toml.exposed:
            strips += [*self._small("facts.exposed"), *self._options(self.matter.toml.exposed)]
        strips += [*self._heading("facts.answers"), *self._asked(self.matter.questions)]
        if self.matter.joinder:
            strips += [
                *self._heading("facts.joinder"),
                *self._asked(self.matter.joinder.questions, details=True),
            ]
        strips += [*self._heading("facts.harm"), *([_writing(self.width)] * _LINES)]
        return [*strips, *self._diary()]

    @property
    def _tracks(self) -> tuple[str, ...]:
        return self.content.tracks

    def _asked(self, questions: Sequence[Question], *, details: bool = False) -> list[Strip]:
        """Each question with its answers to tick; `details` with a line for words beside the answer."""
        strips: list[Strip] = []
        for question in questions:
            tracks = getattr(question, "tracks", ())
            if tracks and set(tracks).isdisjoint(self._tracks):
                continue
            asked = two_columns(question.text, self.first, self.width, _TICKED)
            block = [space(5), asked, space(2), *self._options([one.text for one in question.options])]
            if details and any(_asks_details(one) for one in question.options):
                block.append(_line(word("facts.other_details"), self.first, self.width))
            strips += bind(block)
        return strips

    def _options(self, texts: Sequence[Text]) -> list[Strip]:
        return [_box(text, self.first, self.width) for text in texts]

    def _declared(self) -> Sequence[Strip]:
        """Asked once, where the facts stand: what is written twice can say two things."""
        return [two_columns(word("blank.declared"), self.first, self.width, self.look.note)]

    def _diary(self) -> list[Strip]:
        kinds = " · ".join(
            f"{number} {one.name[self.first]}" for number, one in enumerate(self.matter.incidents, 1)
        )
        second = other(self.first)
        translated = " · ".join(
            f"{number} {one.name[second]}" for number, one in enumerate(self.matter.incidents, 1)
        )
        told = word("blank.diary")
        legend = Text(**{self.first: f"{told[self.first]} {kinds}", second: f"{told[second]} {translated}"})
        return [
            *self._heading("diary.title"),
            two_columns(legend, self.first, self.width, SMALL),
            space(4),
            *_grid(diary_columns(), _DIARY_ROWS, self.first, self.width, self.look),
        ]

    def _trades(self) -> Sequence[Strip]:
        roles = _line(word("trades.lead_roles"), self.first, self.width)
        return [*_grid(trade_columns(), _TRADE_ROWS, self.first, self.width, self.look), roles]

    def _exhibits(self) -> Sequence[Strip]:
        columns = [
            Column(word(head), share)
            for head, share in zip(rows.EXHIBIT_HEADS, (1.6, 4.4, 2.0, 1.8, 4.0), strict=True)
        ]
        return _grid(columns, _EXHIBIT_ROWS, self.first, self.width, self.look)

    def _declaration(self, document: PacketDocument) -> list[Strip]:
        """Both statutory forms: the one for the place of signing is ticked, and day and country are written in."""
        strips: list[Strip] = []
        for form in ("outside", "inside"):
            said = filled(f"declaration.{form}", date=_OPEN)
            law = filled(f"declaration.{form}_form", place=_OPEN)
            text = Text(**{lang: f"{said[lang]}\n{law[lang]}" for lang in LANGUAGES})
            strips += [_box(text, self.first, self.width), space(5)]
        return bind(
            [
                two_columns(word("blank.declaration"), self.first, self.width, self.look.note),
                space(4),
                *strips,
            ]
        )

    def _signature(self, document: PacketDocument) -> list[Strip]:
        blocks = [self._block(document, capacity) for capacity in _SIGNERS[self.content.kind]]
        strips = signature_block(self.content, document, self.look, blocks)
        return [space(6, bound=True), *strips, space(8)]

    def _block(self, document: PacketDocument, capacity: str) -> SignerBlock:
        choice: list[Strip] = []
        if document.kind is DocumentKind.CONSENT:
            choice = [space(8), choices(None, self.width, self.first), space(6)]
        marks = [*open_line(self.look, self.first), *_name_line(self.look)]
        if capacity != "self":
            marks.append(
                role_label(word(f"capacity.{capacity}"), self.first, NAME, 14.0, name_room(self.look))
            )
        return SignerBlock(choice, named_act(self.content, document, grouped(Strip(ROOM + 18, tuple(marks)))))


_RELATIONS = ("spouse", "child", "parent", "sibling", "other")
_OPEN = "______________"


def _asks_details(option: Option) -> bool:
    return getattr(option, "details", None) is not None


def _name_line(look: Look) -> Iterator[Mark]:
    """A line for the printed name between the date and the signature."""
    yield RuleMark(NAME, ROOM, NAME + name_room(look), ROOM, 0.8, INK)


def _line(label: Text, first: str, width: float) -> Strip:
    """A label in both languages, and a line to write on."""
    second, x = other(first), width * _LABELS
    marks: list[Mark] = []
    y = 3.0
    for lang, style in ((first, _TICKED.with_(leading=11)), (second, SMALL.with_(leading=11))):
        if lang == second and label.ko == label.en:
            continue
        element = Element("P", lang)
        for line in set_lines(label[lang], style, x - 8):
            marks.append(TextMark(0, y + baseline(style), line, style, element))
            y += style.leading
    height = max(_ROW, y + 2)
    marks.append(RuleMark(x, height, width, height, 0.6, INK))
    marks.append(RuleMark(0, height, x, height, 0.4, LINE))
    return grouped(Strip(height, tuple(marks)))


def _choice(label: Text, options: Sequence[Text], first: str, width: float) -> Strip:
    """A label with short answers to tick beside it, two on a line."""
    x, second = width * _LABELS, other(first)
    room = (width - x) / 2
    marks: list[Mark] = [
        single(label[first], _TICKED, 0, 3, first),
        single(label[second], SMALL, 0, 15, second),
    ]
    for place, text in enumerate(options):
        left, top = x + place % 2 * room, 4 + place // 2 * 18
        marks.append(BoxMark(left, top, 11, 11, fill=WHITE, stroke=INK, line=0.8, radius=2))
        marks.append(single(text[first], _TICKED, left + 17, top - 1, first))
        end = left + 23 + text_width(text[first], _TICKED)
        marks.append(single(text[second], SMALL, end, top - 0.5, second))
    height = max(30.0, 8 + (len(options) + 1) // 2 * 18)
    marks.append(RuleMark(0, height, width, height, 0.4, LINE))
    return grouped(Strip(height, tuple(marks)))


def _box(text: Text, first: str, width: float) -> Strip:
    """A box to tick, and what it stands for in both languages side by side."""
    half, deepest = (width - 20) / 2, 0.0
    marks: list[Mark] = [BoxMark(2, 2.5, 11, 11, fill=WHITE, stroke=INK, line=0.8, radius=2)]
    for x, lang, style in ((20.0, first, _TICKED), (half + 20, other(first), _OPTION)):
        y, element = 1.5, Element("P", lang)
        for line in set_lines(text[lang], style, half + (-20 if x == 20.0 else 0)):
            marks.append(TextMark(x, y + baseline(style), line, style, element))
            y += style.leading
        deepest = max(deepest, y)
    return grouped(Strip(max(17.0, deepest + 2), tuple(marks)))


def _writing(width: float) -> Strip:
    """A line to write on over the whole width."""
    return Strip(_ROW - 2, (RuleMark(0, _ROW - 2, width, _ROW - 2, 0.5, INK),))


def _grid(columns: Sequence[Column], count: int, first: str, width: float, look: Look) -> list[Strip]:
    """A table of empty rows with lines between its columns."""
    *_, head = table(columns, [tuple("" for _ in columns)], first, width, look=look)[:1]
    total, edges, x = sum(one.share for one in columns), [], 0.0
    for column in columns[:-1]:
        x += width * column.share / total
        edges.append(x)
    marks: tuple[Mark, ...] = (
        RuleMark(0, _TALL, width, _TALL, 0.5, INK),
        *(RuleMark(edge, 0, edge, _TALL, 0.4, LINE) for edge in edges),
    )
    row = Strip(_TALL, marks, head=(head._replace(bound=False),))
    return [*bind([head], last=True), *([row] * count)]
