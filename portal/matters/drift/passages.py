"""The pieces of text that stand in both languages: a clause's paragraphs, a message's, a pair of a TOML file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it.token import Token

from portal.matters.documents import PLACEHOLDER, SLOTS
from portal.matters.markdown import parser

_MARKDOWN = parser()
_NUMBERED = re.compile(r"^(\d+(?:-\d+)?)\. ")
_STARS = re.compile(r"\*+")


@dataclass(frozen=True)
class Passage:
    """A paragraph, a heading or an item of a list, with the line that it begins on."""

    file: str
    line: int
    text: str

    def line_of(self, at: int) -> int:
        """The line of a character of the text."""
        return self.line + self.text.count("\n", 0, at)

    def around(self, at: int, room: int = 70) -> str:
        """What stands around a character, on one line."""
        start, end = max(0, at - room), min(len(self.text), at + room)
        start = self.text.rfind(" ", 0, start) + 1 if start else 0
        stop = self.text.find(" ", end)
        end = len(self.text) if stop < 0 or stop > end + 30 else stop
        shown = " ".join(self.text[start:end].split())
        return f"{'…' if start else ''}{shown}{'…' if end < len(self.text) else ''}"


@dataclass
class Section:
    """A clause with its heading first, or what stands before the first clause (number "")."""

    number: str
    passages: list[Passage] = field(default_factory=list)

    def whole(self) -> Passage:
        """The section as one passage, for texts whose paragraphs do not answer each other."""
        first = self.passages[0]
        lines = [""] * (self.passages[-1].line - first.line + 1)
        for passage in self.passages:
            lines[passage.line - first.line] += passage.text.replace("\n", " ") + " "
        return Passage(first.file, first.line, "\n".join(lines))


def of_document(file: str, source: str) -> list[Section]:
    """The sections of a legal text as it stands in its file, with placeholders still open. Slots are left out."""
    sections = [Section("")]
    for opening, inline in _inlines(_MARKDOWN.parse(source)):
        text = _STARS.sub("", inline.content)
        line = (inline.map[0] + 1) if inline.map else 1
        numbered = _NUMBERED.match(text)
        if opening == "h2" and numbered:
            sections.append(Section(numbered[1]))
            text = text[numbered.end() :]
        alone = PLACEHOLDER.fullmatch(text.strip())
        if not (alone and alone[1] in SLOTS):
            sections[-1].passages.append(Passage(file, line, text))
    return [section for section in sections if section.passages]


def _inlines(tokens: list[Token]) -> Iterator[tuple[str, Token]]:
    tag = ""
    for token in tokens:
        if token.nesting == 1:
            tag = token.tag
        elif token.type == "inline":
            yield tag, token


def _headless(paragraph: str) -> str:
    return paragraph.removeprefix("Subject:").replace("\nSMS:", "\n")


def of_message(file: str, source: str) -> Section:
    """Subject and text message, and the paragraphs of a message."""
    section, line = Section(""), 1
    for paragraph in re.split(r"(\n\s*\n)", source):
        if paragraph.strip():
            lead = len(paragraph) - len(paragraph.lstrip("\n"))
            section.passages.append(Passage(file, line + lead, _headless(paragraph.strip("\n"))))
        line += paragraph.count("\n")
    return section
