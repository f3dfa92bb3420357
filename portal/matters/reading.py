"""From files to a Matter, collecting everything that cannot be read instead of stopping at the first."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from portal.matters import only_for
from portal.matters.bilingual import LANGUAGES, Language, Part
from portal.matters.claimants import ClaimantsToml
from portal.matters.deadlines import DeadlinesToml
from portal.matters.document_reader import DocumentError, read_document
from portal.matters.documents import Document
from portal.matters.filing import FilingToml
from portal.matters.joinder import JoinderToml
from portal.matters.matter import Matter
from portal.matters.messages import MESSAGE_KINDS, MessageText, MessageTextError, read_message
from portal.matters.model import (
    ClaimKind,
    Eligibility,
    EvidenceToml,
    Jurisdiction,
    MatterToml,
    PacketPlan,
    PacketsToml,
)
from portal.matters.placeholders import placeholders
from portal.matters.problems import Problem
from portal.matters.review_rules import ReviewToml
from portal.matters.ruleset import RuleSet
from portal.matters.terms import TermsToml
from portal.matters.toml_lines import TomlLines
from portal.matters.unprintable import unprintable

MATTER, ELIGIBILITY, EVIDENCE, PACKETS = "matter.toml", "eligibility.toml", "evidence.toml", "packets.toml"
TERMS = "terms.toml"
JOINDER = "joinder.toml"
REVIEW = "review.toml"
DEADLINES = "deadlines.toml"
FILING = "filing.toml"
CLAIMANTS = "claimants.toml"
LANGUAGE_NAMES = {"ko": "Korean", "en": "English"}
Table = TypeVar("Table", bound=Part)


def document_file(document_id: str, language: str) -> str:
    """Where a document's text stands in the folder."""
    return f"documents/{document_id}.{language}.md"


def message_file(kind: str, language: str) -> str:
    """Where a message's text stands in the folder."""
    return f"messages/{kind}.{language}.md"


@dataclass
class FolderReader:
    """Reads one folder; `problems` grows on the way. What could not be read is None or missing."""

    files: Mapping[str, bytes]
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, TomlLines] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    matter: MatterToml | None = None
    eligibility: Eligibility | None = None
    evidence: EvidenceToml | None = None
    packets: PacketsToml | None = None
    terms: TermsToml | None = None
    joinder: JoinderToml | None = None
    claimants: ClaimantsToml | None = None
    review: ReviewToml | None = None
    deadlines: DeadlinesToml | None = None
    filing: FilingToml | None = None
    documents: dict[tuple[str, Language], Document] = field(default_factory=dict)
    variants: dict[tuple[str, Language, str], Document] = field(default_factory=dict)
    messages: dict[tuple[str, Language], MessageText] = field(default_factory=dict)

    def read(self) -> None:
        """Reads everything that can be read."""
        self.matter = self._toml(MATTER, MatterToml)
        self.eligibility = self._toml(ELIGIBILITY, Eligibility)
        self.evidence = self._toml(EVIDENCE, EvidenceToml)
        self.packets = self._toml(PACKETS, PacketsToml)
        self.terms = self._toml(TERMS, TermsToml) if TERMS in self.files else None
        self.joinder = self._toml(JOINDER, JoinderToml) if JOINDER in self.files else None
        self.claimants = self._toml(CLAIMANTS, ClaimantsToml) if CLAIMANTS in self.files else ClaimantsToml()
        self.review = self._toml(REVIEW, ReviewToml) if REVIEW in self.files else ReviewToml()
        self.deadlines = self._toml(DEADLINES, DeadlinesToml) if DEADLINES in self.files else DeadlinesToml()
        self.filing = self._toml(FILING, FilingToml) if FILING in self.files else FilingToml()
        self._read_messages()
        if self.matter and self.packets:
            self._read_documents(self.matter, self.packets)

    def complain(self, file: str, line: int, reason: str) -> None:
        self.problems.append(Problem(file, line, reason))

    def text(self, file: str) -> str | None:
        """The file's text, with a complaint where it is missing or not UTF-8."""
        if file not in self.texts:
            content = self.files.get(file)
            if content is None:
                self.complain(file, 0, "the file is missing")
                return None
            try:
                self.texts[file] = content.decode().replace("\r\n", "\n")
            except UnicodeDecodeError as error:
                line = content.count(b"\n", 0, error.start) + 1
                self.complain(file, line, "the file is not UTF-8 text")
                return None
            for number, text in enumerate(self.texts[file].split("\n"), start=1):
                if reason := unprintable(text):
                    self.complain(file, number, reason)
        return self.texts[file]

    def _toml(self, file: str, table: type[Table]) -> Table | None:
        source = self.text(file)
        if source is None:
            return None
        try:
            content = tomllib.loads(source)
        except tomllib.TOMLDecodeError as error:
            self.complain(file, *_broken_toml(str(error), source))
            return None
        self.lines[file] = TomlLines(source)
        self._look_for_hidden_characters(file, content, ())
        try:
            return table.model_validate(content)
        except ValidationError as error:
            for details in error.errors():
                line = self.lines[file].of(details["loc"])
                self.complain(file, line, _reason(details))
            return None

    def _look_for_hidden_characters(self, file: str, value: object, path: tuple[str | int, ...]) -> None:
        """An escape such as \\u0007 stands in no line of the file as the character that it is."""
        match value:
            case str() if (reason := unprintable(value)) and not unprintable(self.texts[file]):
                self.complain(file, self.lines[file].of(path), reason)
            case dict():
                for key, part in value.items():
                    self._look_for_hidden_characters(file, part, (*path, key))
            case list():
                for index, part in enumerate(value):
                    self._look_for_hidden_characters(file, part, (*path, index))

    def _read_documents(self, matter: MatterToml, packets: PacketsToml) -> None:
        for language in LANGUAGES:
            facts = placeholders(matter, language)
            for document_id in document_ids(packets):
                file = document_file(document_id, language)
                source = self.text(file)
                if source is None:
                    continue
                self._complain_all(file, only_for.complaints(source))
                self._read_variants(document_id, language, source, facts, kinds_of(packets, document_id))

    def _read_variants(
        self,
        document_id: str,
        language: Language,
        source: str,
        facts: Mapping[str, str],
        wanted: Iterable[ClaimKind],
    ) -> None:
        """The document as each kind of claim has it; those that read alike are one."""
        read: dict[str, Document | None] = {}
        for kind in wanted:
            text = only_for.text_for(source, kind)
            if text not in read:
                try:
                    read[text] = read_document(document_id, language, text, facts)
                except DocumentError as error:
                    read[text] = None
                    self._complain_all(document_file(document_id, language), error.complaints)
            if document := read[text]:
                self.variants[document_id, language, kind] = document
                self.documents.setdefault((document_id, language), document)

    def _read_messages(self) -> None:
        for language in LANGUAGES:
            for kind in MESSAGE_KINDS:
                file = message_file(kind, language)
                source = self.text(file)
                if source is None:
                    continue
                try:
                    self.messages[kind, language] = read_message(kind, language, source)
                except MessageTextError as error:
                    self._complain_all(file, error.complaints)

    def _complain_all(self, file: str, complaints: Iterable[tuple[int, str]]) -> None:
        for line, reason in complaints:
            self.complain(file, line, reason)


def plans(packets: PacketsToml) -> Iterator[tuple[Jurisdiction, PacketPlan]]:
    """The plans that the file holds, by jurisdiction."""
    if packets.kr:
        yield "kr", packets.kr
    if packets.us:
        yield "us", packets.us


def kinds_of(packets: PacketsToml, document_id: str) -> tuple[ClaimKind, ...]:
    """The kinds of claims that a document is for; the first is the one that it is read as where none is named."""
    return next(
        one.all_kinds for _, plan in plans(packets) for one in plan.documents if one.id == document_id
    )


def document_ids(packets: PacketsToml) -> tuple[str, ...]:
    """Every document that a packet names, once."""
    return tuple(dict.fromkeys(one.id for _, plan in plans(packets) for one in plan.documents))


def read(files: Mapping[str, bytes], digest: str) -> tuple[Matter | None, list[Problem]]:
    """The matter, None if a file of it cannot be read, and what is wrong with its files one by one."""
    reader = FolderReader(files)
    reader.read()
    return assemble(reader, digest), sorted(reader.problems)


def assemble(reader: FolderReader, digest: str) -> Matter | None:
    """The matter from what the reader has read."""
    if not (reader.matter and reader.eligibility and reader.evidence and reader.packets):
        return None
    return Matter(
        hash=digest,
        toml=reader.matter,
        rules_version=reader.eligibility.version,
        questions=reader.eligibility.questions,
        rules=RuleSet(reader.eligibility.rules, (track.id for track in reader.matter.tracks)),
        evidence=reader.evidence.kinds,
        packets=dict(plans(reader.packets)),
        documents=reader.documents,
        variants=reader.variants,
        messages=reader.messages,
        joinder=reader.joinder,
        claimants=reader.claimants or ClaimantsToml(),
        incidents=reader.evidence.incidents,
        diary=reader.evidence.diary,
        review=reader.review or ReviewToml(),
        deadlines=reader.deadlines or DeadlinesToml(),
        filing=reader.filing or FilingToml(),
    )


def _broken_toml(message: str, source: str) -> tuple[int, str]:
    place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if place:
        return int(place[1]), f"broken TOML: {message[: place.start()]} (column {place[2]})"
    return source.rstrip("\n").count(
        "\n"
    ) + 1, f"broken TOML: {message.removesuffix(' (at end of document)')}"


def _reason(details: ErrorDetails) -> str:
    """What pydantic found, as a sentence for somebody who writes TOML."""
    *_, name = path = [part for part in details["loc"] if isinstance(part, str)] or ["file"]
    around = path[-2] if len(path) > 1 else "file"
    language = LANGUAGE_NAMES.get(name)
    match details["type"]:
        case "extra_forbidden":
            return f'unknown key "{name}"'
        case "missing" if language:
            return f'"{around}" has no {language} text'
        case "missing":
            return f'the key "{name}" is missing'
        case "string_too_short" if language:
            return f'the {language} text of "{around}" is empty'
        case "model_type" | "model_attributes_type":
            return f'"{name}" must be a table, such as {{ ko = "…", en = "…" }}'
        case _:
            return f'"{name}": {_message(details)}'


def _message(details: ErrorDetails) -> str:
    message: str = details["msg"].removeprefix("Value error, ")
    shown: Any = details["input"]
    is_short = isinstance(shown, str | int | float) and len(str(shown)) <= 60
    return f"{message} (here: {shown!r})" if is_short else message
