"""Markdown becomes a Document; whatever could not be laid out, or stands for nothing, is a complaint."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from markdown_it.token import Token

from portal.matters.bilingual import Language
from portal.matters.documents import (
    PLACEHOLDER,
    SLOTS,
    Block,
    Clause,
    Document,
    ListBlock,
    Paragraph,
    Run,
    Slot,
    plain,
)
from portal.matters.markdown import parser

_CLAUSE_HEADING = re.compile(r"^(\d+(?:-\d+)?)\. (\S.*)$")
_MARKDOWN = parser()


class DocumentError(ValueError):
    """A legal text that cannot be laid out; `complaints` are (line, reason) pairs in order."""

    def __init__(self, complaints: Iterable[tuple[int, str]]) -> None:
        self.complaints = tuple(sorted(complaints))
        super().__init__("; ".join(f"line {line}: {reason}" for line, reason in self.complaints))


def read_document(document_id: str, lang: Language, source: str, facts: Mapping[str, str]) -> Document:
    """Reads the Markdown of one document, with `facts` in place of its placeholders.

    Raises DocumentError with every complaint about the text.
    """
    reader = _Reader(facts)
    title, preamble, clauses = reader.read(source)
    if reader.complaints:
        raise DocumentError(reader.complaints)
    return Document(document_id, lang, title, preamble, clauses)


class _Reader:
    """Walks the tokens of one Markdown text and collects complaints on the way."""

    def __init__(self, facts: Mapping[str, str]) -> None:
        self.facts = facts
        self.complaints: list[tuple[int, str]] = []

    def read(self, source: str) -> tuple[str, tuple[Block, ...], tuple[Clause, ...]]:
        tokens = _MARKDOWN.parse(source)
        title = self._title(tokens)
        preamble: list[Block] = []
        clauses: list[tuple[str, str, list[Block]]] = []
        blocks = preamble
        for opening, body in _top_level(tokens[3:] if title else tokens):
            if opening.type == "heading_open":
                blocks = []
                clauses.append((*self._clause_heading(opening, body[0]), blocks))
            else:
                blocks.extend(self._block(opening, body))
        self._check_clauses(clauses, source)
        if not preamble and not clauses:
            self.complaints.append((1, "the document has no text"))
        built = (Clause(number, name, tuple(found)) for number, name, found in clauses)
        return title, tuple(preamble), tuple(built)

    def _complain(self, token: Token, reason: str) -> None:
        self.complaints.append(((token.map[0] + 1) if token.map else 1, reason))

    def _title(self, tokens: list[Token]) -> str:
        if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1" and tokens[0].map == [0, 1]:
            return plain(self._runs(tokens[1]))
        self.complaints.append((1, 'the first line must be the title, "# Title"'))
        return ""

    def _clause_heading(self, opening: Token, inline: Token) -> tuple[str, str]:
        heading = plain(self._runs(inline))
        match = _CLAUSE_HEADING.match(heading)
        if opening.tag == "h2" and match:
            return match[1], match[2]
        self._complain(opening, f'the heading "{heading}" is not of the form "## 1. Title"')
        return "", heading

    def _check_clauses(self, clauses: list[tuple[str, str, list[Block]]], source: str) -> None:
        seen: set[str] = set()
        for number, title, blocks in clauses:
            line = _line_of(source, rf"^##\s+{re.escape(number)}\.\s") if number else 1
            if number and number in seen:
                self.complaints.append((line, f"clause {number} stands twice"))
            if not blocks:
                self.complaints.append((line, f'clause {number} "{title}" has no text'))
            seen.add(number)

    def _block(self, opening: Token, body: list[Token]) -> Iterator[Block]:
        match opening.type:
            case "paragraph_open":
                yield self._paragraph(body[0])
            case "bullet_list_open" | "ordered_list_open":
                start = int(opening.attrGet("start") or 1)
                yield ListBlock(opening.type == "ordered_list_open", tuple(self._items(body)), start)
            case kind:
                name = _NAMES.get(kind, kind)
                self._complain(opening, f"{name} cannot be laid out; use paragraphs and lists")

    def _paragraph(self, inline: Token) -> Block:
        alone = PLACEHOLDER.fullmatch(inline.content.strip())
        if alone and alone[1] in SLOTS:
            return Slot(alone[1])
        return Paragraph(self._runs(inline))

    def _items(self, body: list[Token]) -> Iterator[tuple[Run, ...]]:
        for opening, content in _top_level(body):
            parts = list(_top_level(content))
            if len(parts) != 1 or parts[0][0].type != "paragraph_open":
                self._complain(opening, "an item of a list must be one paragraph, without lists inside it")
                continue
            yield self._runs(parts[0][1][0])

    def _runs(self, inline: Token) -> tuple[Run, ...]:
        runs: list[Run] = []
        bold = italic = 0
        for child in inline.children or ():
            match child.type:
                case "text" | "text_special":
                    _append(runs, Run(child.content, bold > 0, italic > 0))
                case "softbreak":
                    _append(runs, Run(" ", bold > 0, italic > 0))
                case "strong_open" | "strong_close":
                    bold += child.nesting
                case "em_open" | "em_close":
                    italic += child.nesting
                case kind:
                    self._complain(inline, f"{_NAMES.get(kind, kind)} cannot be laid out in a legal text")
        return tuple(Run(self._resolve(run.text, inline), run.bold, run.italic) for run in runs)

    def _resolve(self, text: str, inline: Token) -> str:
        def fact(match: re.Match[str]) -> str:
            name = match[1]
            if name in self.facts:
                return self.facts[name]
            self._complain(inline, _unknown(name))
            return match[0]

        around = PLACEHOLDER.sub("", text)
        if "{{" in around or "}}" in around:
            self._complain(inline, 'a placeholder is not closed; write "{{ name }}" in one style')
        if "**" in around:
            self._complain(inline, "two stars are left over: bold text is opened or closed only once")
        return PLACEHOLDER.sub(fact, text)


def _unknown(name: str) -> str:
    if name in SLOTS:
        return f'"{{{{ {name} }}}}" takes personal content and must stand alone in a paragraph'
    return f'the placeholder "{{{{ {name} }}}}" does not exist'


def _append(runs: list[Run], run: Run) -> None:
    if not run.text:
        return
    if runs and (runs[-1].bold, runs[-1].italic) == (run.bold, run.italic):
        run = Run(runs.pop().text + run.text, run.bold, run.italic)
    runs.append(run)


def _top_level(tokens: list[Token]) -> Iterator[tuple[Token, list[Token]]]:
    """Each outermost element with the tokens inside it."""
    index = 0
    while index < len(tokens):
        opening = tokens[index]
        depth: int = opening.nesting
        end = index
        while depth > 0:
            end += 1
            depth += tokens[end].nesting
        yield opening, tokens[index + 1 : end]
        index = end + 1


def _line_of(source: str, pattern: str) -> int:
    match = re.search(pattern, source, re.MULTILINE)
    return source.count("\n", 0, match.start()) + 1 if match else 1


_NAMES = {
    "fence": "a code block",
    "code_block": "an indented block",
    "code_inline": "code",
    "blockquote_open": "a quotation block",
    "hr": "a horizontal rule",
    "html_block": "HTML",
    "html_inline": "HTML",
    "link_open": "a link",
    "link_close": "a link",
    "image": "an image",
    "hardbreak": "a forced line break",
}
