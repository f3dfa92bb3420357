"""Legal texts and messages: what a kind of document must hold, and what two languages must share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from portal.matters.bilingual import LANGUAGES
from portal.matters.documents import Block, Clause, Document, ListBlock, Paragraph, Slot
from portal.matters.messages import MESSAGE_KINDS
from portal.matters.model import CLAIM_KINDS, DocumentKind, PacketDocument
from portal.matters.problems import Problem
from portal.matters.reading import (
    CLAIMANTS,
    DEADLINES,
    ELIGIBILITY,
    EVIDENCE,
    FILING,
    JOINDER,
    LANGUAGE_NAMES,
    MATTER,
    PACKETS,
    REVIEW,
    TERMS,
    FolderReader,
    document_file,
    message_file,
    plans,
)

_NEEDED_SLOT = {
    DocumentKind.AGREEMENT: "signature",
    DocumentKind.POWER: "signature",
    DocumentKind.CONSENT: "signature",
    DocumentKind.DECLARATION: "signature",
    DocumentKind.CERTIFICATION: "signature",
    DocumentKind.EXHIBITS: "exhibits",
}
KNOWN_FILES = (
    MATTER, ELIGIBILITY, EVIDENCE, PACKETS, TERMS, JOINDER, CLAIMANTS, REVIEW, DEADLINES, FILING, "README.md"
)  # fmt: skip
_Part = tuple[Document, Clause | None]


def problems(reader: FolderReader) -> Iterator[Problem]:
    """Everything wrong with texts that can be read one by one."""
    for kind, document_id in _documents(reader):
        for korean, english in _variants(reader, document_id):
            for document in (korean, english):
                if document:
                    yield from _slots(kind, document)
            if korean and english:
                yield from _compare(reader, korean, english)
    for kind_name in MESSAGE_KINDS:
        yield from _message(reader, kind_name)
    yield from _strays(reader)


def _variants(reader: FolderReader, document_id: str) -> Iterator[tuple[Document | None, Document | None]]:
    """A document in both languages as each kind of claim has it; kinds whose texts are the same count once."""
    seen = set()
    for kind in CLAIM_KINDS:
        pair = tuple(reader.variants.get((document_id, language, kind)) for language in LANGUAGES)
        if any(pair) and tuple(map(id, pair)) not in seen:
            seen.add(tuple(map(id, pair)))
            yield pair[0], pair[1]


def _documents(reader: FolderReader) -> Iterator[tuple[DocumentKind, str]]:
    listed: Iterable[PacketDocument] = ()
    if reader.packets:
        listed = (one for _, plan in plans(reader.packets) for one in plan.documents)
    for document in listed:
        yield document.kind, document.id


def _slots(kind: DocumentKind, document: Document) -> Iterator[Problem]:
    file = document_file(document.id, document.lang)
    needed = _NEEDED_SLOT[kind]
    if needed not in document.slots:
        what = "signature block" if needed == "signature" else "list of exhibits"
        yield Problem(file, 0, f"the {kind} has no {what}, {{{{ {needed} }}}} alone in a paragraph")
    if kind is DocumentKind.CERTIFICATION and "trades" not in document.slots:
        yield Problem(file, 0, "the certification has no table of trades, {{ trades }} alone in a paragraph")
    for name in sorted(set(document.slots)):
        if document.slots.count(name) > 1:
            yield Problem(file, 0, f'"{{{{ {name} }}}}" stands more than once')


def _compare(reader: FolderReader, korean: Document, english: Document) -> Iterator[Problem]:
    alone = list(_alone(reader, korean, english))
    yield from alone
    numbers = [clause.number for clause in korean.clauses]
    if not alone and numbers != [clause.number for clause in english.clauses]:
        file = document_file(english.id, "en")
        yield Problem(file, 0, "the clauses stand in another order than in the Korean text")
    by_number = {clause.number: clause for clause in korean.clauses}
    for clause in english.clauses:
        if clause.number in by_number:
            yield from _compare_blocks(reader, (korean, by_number[clause.number]), (english, clause))
    yield from _compare_blocks(reader, (korean, None), (english, None))


def _alone(reader: FolderReader, *documents: Document) -> Iterator[Problem]:
    for document, other in zip(documents, reversed(documents), strict=True):
        known = {clause.number for clause in other.clauses}
        for clause in document.clauses:
            if clause.number not in known:
                language = LANGUAGE_NAMES[document.lang]
                reason = f'clause {clause.number} "{clause.title}" stands only in the {language} text'
                yield Problem(
                    document_file(document.id, document.lang), _line(reader, document, clause), reason
                )


def _shape(blocks: Iterable[Block]) -> list[str]:
    shape = []
    for block in blocks:
        match block:
            case ListBlock(ordered, items):
                shape.append(f"{'a numbered' if ordered else 'a plain'} list of {len(items)}")
            case Slot(name):
                shape.append(f"{{{{ {name} }}}}")
    return shape


def _compare_blocks(reader: FolderReader, korean: _Part, english: _Part) -> Iterator[Problem]:
    """Lists and slots must answer each other; and paragraphs, or they could not be printed side by side."""
    shapes = [_shape(_blocks_of(part)) for part in (english, korean)]
    said = [_said(shape) for shape in shapes]
    if shapes[0] == shapes[1]:
        counts = [_paragraphs(_blocks_of(part)) for part in (english, korean)]
        if counts[0] == counts[1]:
            return
        said = [f"{count} paragraph{'s' if count != 1 else ''}" for count in counts]
    where = f"clause {english[1].number}" if english[1] else "the text before the first clause"
    file, line = _place(reader, korean)
    reason = f"{where} has {said[0]} in English, but {said[1]} in Korean at {file}:{line}"
    yield Problem(*_place(reader, english), reason)


def _blocks_of(part: _Part) -> tuple[Block, ...]:
    document, clause = part
    return clause.blocks if clause else document.preamble


def _paragraphs(blocks: Iterable[Block]) -> int:
    return sum(isinstance(block, Paragraph) for block in blocks)


def _place(reader: FolderReader, part: _Part) -> tuple[str, int]:
    document, clause = part
    return document_file(document.id, document.lang), _line(reader, document, clause) if clause else 1


def _said(shape: list[str]) -> str:
    return ", ".join(shape) or "no list and no block"


def _line(reader: FolderReader, document: Document, clause: Clause) -> int:
    text = reader.texts[document_file(document.id, document.lang)]
    heading = re.search(rf"^##\s+{re.escape(clause.number)}\.\s", text, re.MULTILINE)
    return text.count("\n", 0, heading.start()) + 1 if heading else 0


def _message(reader: FolderReader, kind: str) -> Iterator[Problem]:
    texts = [reader.messages[kind, language] for language in LANGUAGES if (kind, language) in reader.messages]
    for text in texts:
        if kind == "code" and "code" not in text.placeholders:
            yield Problem(message_file(kind, text.lang), 0, "the message does not hold {{ code }}")


def _strays(reader: FolderReader) -> Iterator[Problem]:
    if reader.packets is None:
        return
    known = {*KNOWN_FILES}
    for language in LANGUAGES:
        known.update(document_file(document_id, language) for _, document_id in _documents(reader))
        known.update(message_file(kind, language) for kind in MESSAGE_KINDS)
    for file in sorted(set(reader.files) - known):
        reason = (
            "no packet names this document" if file.startswith("documents/") else "nothing reads this file"
        )
        yield Problem(file, 0, reason)
