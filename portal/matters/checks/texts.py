"""Legal texts and messages: what a kind of document must hold, and what two languages must share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from portal.matters.bilingual import LANGUAGES, Language
from portal.matters.documents import PLACEHOLDER, SLOTS, Clause, Document, ListBlock, Slot
from portal.matters.messages import MESSAGE_KINDS
from portal.matters.model import DocumentKind, PacketDocument
from portal.matters.problems import Problem
from portal.matters.reading import LANGUAGE_NAMES, FolderReader, document_file, message_file, plans

_NEEDED_SLOT = {
    DocumentKind.AGREEMENT: "signature",
    DocumentKind.POWER: "signature",
    DocumentKind.CONSENT: "signature",
    DocumentKind.DECLARATION: "signature",
    DocumentKind.CERTIFICATION: "signature",
    DocumentKind.EXHIBITS: "exhibits",
}
_OTHER: dict[Language, Language] = {"ko": "en", "en": "ko"}


def problems(reader: FolderReader) -> Iterator[Problem]:
    """Everything wrong with texts that can be read one by one."""
    for kind, document_id in _documents(reader):
        for language in LANGUAGES:
            if document := reader.documents.get((document_id, language)):
                yield from _slots(kind, document)
        korean = reader.documents.get((document_id, "ko"))
        english = reader.documents.get((document_id, "en"))
        if korean and english:
            yield from _compare(reader, korean, english)
    for kind_name in MESSAGE_KINDS:
        yield from _message(reader, kind_name)
    yield from _strays(reader)


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
            yield from _compare_clause(reader, english, by_number[clause.number], clause)
    yield from _compare_blocks(reader, english, None, _shape(korean.preamble), _shape(english.preamble))
    yield from _compare_placeholders(reader, korean.id)


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


def _compare_clause(
    reader: FolderReader, english: Document, korean_clause: Clause, clause: Clause
) -> Iterator[Problem]:
    yield from _compare_blocks(reader, english, clause, _shape(korean_clause.blocks), _shape(clause.blocks))


def _shape(blocks: Iterable[object]) -> list[str]:
    shape = []
    for block in blocks:
        match block:
            case ListBlock(ordered, items):
                shape.append(f"{'a numbered' if ordered else 'a plain'} list of {len(items)}")
            case Slot(name):
                shape.append(f"{{{{ {name} }}}}")
    return shape


def _compare_blocks(
    reader: FolderReader, english: Document, clause: Clause | None, korean: list[str], found: list[str]
) -> Iterator[Problem]:
    if korean == found:
        return
    where = f"clause {clause.number}" if clause else "the text before the first clause"
    reason = f"{where} has {_said(found)} in English, but {_said(korean)} in Korean"
    yield Problem(document_file(english.id, "en"), _line(reader, english, clause) if clause else 0, reason)


def _said(shape: list[str]) -> str:
    return ", ".join(shape) or "no list and no block"


def _compare_placeholders(reader: FolderReader, document_id: str) -> Iterator[Problem]:
    for language in LANGUAGES:
        file, other = document_file(document_id, language), document_file(document_id, _OTHER[language])
        for name in sorted(_facts_named(reader.texts[file]) - _facts_named(reader.texts[other])):
            line = reader.texts[file][: _first(name, reader.texts[file])].count("\n") + 1
            language_name = LANGUAGE_NAMES[language]
            yield Problem(file, line, f'the {language_name} text alone names "{{{{ {name} }}}}"')


def _facts_named(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text)) - SLOTS


def _first(name: str, text: str) -> int:
    return next(match.start() for match in PLACEHOLDER.finditer(text) if match[1] == name)


def _line(reader: FolderReader, document: Document, clause: Clause) -> int:
    text = reader.texts[document_file(document.id, document.lang)]
    heading = re.search(rf"^##\s+{re.escape(clause.number)}\.\s", text, re.MULTILINE)
    return text.count("\n", 0, heading.start()) + 1 if heading else 0


def _message(reader: FolderReader, kind: str) -> Iterator[Problem]:
    texts = [reader.messages[kind, language] for language in LANGUAGES if (kind, language) in reader.messages]
    for text in texts:
        if kind == "code" and "code" not in text.placeholders:
            yield Problem(message_file(kind, text.lang), 0, "the message does not hold {{ code }}")
    if len(texts) == len(LANGUAGES):
        for text, other in zip(texts, reversed(texts), strict=True):
            for name in sorted(text.placeholders - other.placeholders):
                reason = f'the {LANGUAGE_NAMES[text.lang]} message alone names "{{{{ {name} }}}}"'
                yield Problem(message_file(kind, text.lang), 0, reason)


def _strays(reader: FolderReader) -> Iterator[Problem]:
    if reader.packets is None:
        return
    known = {"matter.toml", "eligibility.toml", "evidence.toml", "packets.toml", "README.md"}
    for language in LANGUAGES:
        known.update(document_file(document_id, language) for _, document_id in _documents(reader))
        known.update(message_file(kind, language) for kind in MESSAGE_KINDS)
    for file in sorted(set(reader.files) - known):
        reason = (
            "no packet names this document" if file.startswith("documents/") else "nothing reads this file"
        )
        yield Problem(file, 0, reason)
