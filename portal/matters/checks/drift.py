"""Where the two languages of a matter do not say the same: documents, messages, and the pairs of its tables."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from pydantic import BaseModel

from portal.matters.bilingual import LANGUAGES, Text
from portal.matters.drift.compare import Comparison, Difference, Pair, Side
from portal.matters.drift.passages import Passage, Section, of_document, of_message
from portal.matters.messages import MESSAGE_KINDS
from portal.matters.model import CLAIM_KINDS
from portal.matters.only_for import text_for
from portal.matters.problems import Problem
from portal.matters.reading import (
    CLAIMANTS,
    ELIGIBILITY,
    EVIDENCE,
    JOINDER,
    MATTER,
    PACKETS,
    REVIEW,
    TERMS,
    FolderReader,
    document_file,
    document_ids,
    message_file,
)
from portal.matters.terms import Allowed, TermsToml

_Path = tuple[str | int, ...]


def problems(reader: FolderReader) -> Iterator[Problem]:
    """Every difference that terms.toml does not allow, and every allowance that nothing needs."""
    if TERMS in reader.files and reader.terms is None:
        return  # what is wrong with terms.toml has been said; without it every statute would be unknown
    terms = reader.terms or TermsToml()
    comparison, needed = Comparison(terms), set()
    for difference in chain.from_iterable(comparison.differences(side) for side in _sides(reader)):
        allowing = {place for place, one in enumerate(terms.allowed) if _allows(one, difference)}
        needed |= allowing
        if not allowing:
            yield Problem(difference.file, difference.line, difference.reason)
    for place, one in enumerate(terms.allowed):
        if place not in needed:
            reason = f'nothing needs the allowance for "{one.text}" in {one.file}: both languages agree there'
            yield Problem(TERMS, reader.lines[TERMS].of(("allowed", place)), reason)


def _allows(allowed: Allowed, difference: Difference) -> bool:
    return (
        allowed.file in (difference.file, difference.other_file)
        and allowed.clause == difference.clause
        and allowed.text in difference.said
    )


def _sides(reader: FolderReader) -> Iterator[Side]:
    for sections in _documents(reader):
        yield _side(*sections)
    for kind in MESSAGE_KINDS:
        files = [message_file(kind, language) for language in LANGUAGES]
        if all((kind, language) in reader.messages for language in LANGUAGES):
            yield _side(*(of_message(file, reader.texts[file]) for file in files))
    tables: tuple[tuple[str, BaseModel | None], ...] = (
        (MATTER, reader.matter),
        (ELIGIBILITY, reader.eligibility),
        (EVIDENCE, reader.evidence),
        (PACKETS, reader.packets),
        (JOINDER, reader.joinder),
        (REVIEW, reader.review if REVIEW in reader.files else None),
        (CLAIMANTS, reader.claimants if CLAIMANTS in reader.files else None),
    )
    for file, table in tables:
        for path, text in _texts(table, ()):
            lines = {language: reader.lines[file].of((*path, language)) for language in LANGUAGES}
            yield Side("", [{lang: Passage(file, lines[lang], text[lang]) for lang in LANGUAGES}])


def _documents(reader: FolderReader) -> Iterator[tuple[Section, Section]]:
    """The clauses that a document has in both languages, as each kind of claim has them; that one is missing is told
    elsewhere.
    """
    for document_id in document_ids(reader.packets) if reader.packets else ():
        seen: set[tuple[tuple[Passage, ...], ...]] = set()
        for kind in CLAIM_KINDS:
            if all((document_id, language, kind) in reader.variants for language in LANGUAGES):
                for pair in _pairs(reader, document_id, kind):
                    words = tuple(tuple(section.passages) for section in pair)
                    if words not in seen:
                        seen.add(words)
                        yield pair


def _pairs(reader: FolderReader, document_id: str, kind: str) -> Iterator[tuple[Section, Section]]:
    files = [document_file(document_id, language) for language in LANGUAGES]
    korean, english = (of_document(file, text_for(reader.texts[file], kind)) for file in files)
    by_number = {section.number: section for section in english}
    for section in korean:
        if section.number in by_number:
            yield section, by_number[section.number]


def _side(korean: Section, english: Section) -> Side:
    if len(korean.passages) == len(english.passages):
        rows = zip(korean.passages, english.passages, strict=True)
        return Side(korean.number, [{"ko": one, "en": two} for one, two in rows])
    whole: Pair = {"ko": korean.whole(), "en": english.whole()}
    return Side(korean.number, [whole])


def _texts(part: object, path: _Path) -> Iterator[tuple[_Path, Text]]:
    match part:
        case Text():
            if part.ko != part.en:
                yield path, part
        case BaseModel():
            for name in type(part).model_fields:
                yield from _texts(getattr(part, name), (*path, name))
        case tuple():
            for index, one in enumerate(part):
                yield from _texts(one, (*path, index))
