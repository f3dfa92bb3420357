"""Two languages of one clause beside each other, and each thing that they do not say alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.matters.bilingual import LANGUAGES, Language
from portal.matters.documents import PLACEHOLDER
from portal.matters.drift.citations import unknown_laws
from portal.matters.drift.figure import NUMBERS, Figure
from portal.matters.drift.passages import Passage
from portal.matters.drift.reader import figures, unanswered
from portal.matters.drift.terms import Finder, Use
from portal.matters.terms import TermsToml

NAMES = {"ko": "Korean", "en": "English"}
_OTHER: dict[Language, Language] = {"ko": "en", "en": "ko"}
Pair = dict[Language, Passage]


@dataclass(frozen=True)
class Side:
    """A clause in both languages: its paragraphs in pairs. A text without clauses is one with an empty number."""

    clause: str
    pairs: Sequence[Pair]


@dataclass(frozen=True)
class Difference:
    """`said` are the quotations, one or one of each language, by which an author may allow the difference."""

    file: str
    line: int
    other_file: str
    clause: str
    said: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class _Spot:
    """A quotation where it stands."""

    language: Language
    passage: Passage
    said: str
    at: int
    law: str = ""

    @property
    def quoted(self) -> str:
        of = f" of the {self.law}" if self.law else ""
        return f'the {NAMES[self.language]} text says "{" ".join(self.said.split())}"{of}'

    @property
    def context(self) -> str:
        return f"[{self.passage.around(self.at)}]"

    @property
    def place(self) -> str:
        return f"{self.passage.file}:{self.passage.line_of(self.at)} {self.context}"


class Comparison:
    """Compares texts of one matter, whose terms and names of statutes it knows."""

    def __init__(self, terms: TermsToml) -> None:
        self._terms = terms.terms
        self._names = terms.names()
        self._finders = {language: Finder(terms.terms, language) for language in LANGUAGES}

    def differences(self, side: Side) -> Iterator[Difference]:
        """Everything that the clause says in one language only, or in another way in each."""
        for pair in side.pairs:
            yield from self._figures(side.clause, pair)
        yield from self._defined_terms(side)
        for pair in side.pairs:
            yield from self._statutes(side.clause, pair)

    def _figures(self, clause: str, pair: Pair) -> Iterator[Difference]:
        read = {language: figures(pair[language].text, self._names) for language in LANGUAGES}
        korean, english = unanswered(read["ko"], read["en"])
        if not korean and not english:
            yield from _orders(clause, pair, read)
        for one in list(english):
            answer = next((two for two in korean if _could_be_meant(one, two)), None)
            if answer:
                english.remove(one)
                korean.remove(answer)
                yield _changed(clause, _spot(pair, "en", one), _spot(pair, "ko", answer))
        for language, left in (("ko", korean), ("en", english)):
            for figure in left:
                yield _alone(clause, pair, _spot(pair, "ko" if language == "ko" else "en", figure))

    def _defined_terms(self, side: Side) -> Iterator[Difference]:
        uses: dict[Language, dict[int, list[tuple[int, Use]]]] = {"ko": {}, "en": {}}
        for language in LANGUAGES:
            for row, pair in enumerate(side.pairs):
                for term, found in self._finders[language].uses(pair[language].text).items():
                    uses[language].setdefault(term, []).extend((row, use) for use in found)
        for language in LANGUAGES:
            for place, found_in_rows in sorted(uses[language].items()):
                binding = next(((row, use) for row, use in found_in_rows if use.binding), None)
                if binding and place not in uses[_OTHER[language]]:
                    row, use = binding
                    counterpart = self._terms[place].forms(_OTHER[language])[0]
                    yield _without_term(side, row, language, use, counterpart)

    def _statutes(self, clause: str, pair: Pair) -> Iterator[Difference]:
        korean, english = pair["ko"], pair["en"]
        for law in unknown_laws(korean.text, self._names):
            if law not in english.text:
                spot = _Spot("ko", korean, law, korean.text.index(law))
                reason = (
                    f'{_where(clause)}the Korean text cites "{law}" {spot.context}, which terms.toml does not name in '
                    f"English, so nobody can tell whether {english.file}:{english.line} [{english.around(0)}] cites "
                    "the same"
                )
                yield _difference(clause, spot, english.file, (law,), reason)


def _spot(pair: Pair, language: Language, figure: Figure) -> _Spot:
    return _Spot(language, pair[language], figure.said, figure.start, figure.law)


def _where(clause: str) -> str:
    return f"clause {clause}: " if clause else ""


def _difference(clause: str, spot: _Spot, other_file: str, said: tuple[str, ...], reason: str) -> Difference:
    passage = spot.passage
    return Difference(passage.file, passage.line_of(spot.at), other_file, clause, said, reason)


def _could_be_meant(one: Figure, other: Figure) -> bool:
    """Whether one may be the other's counterpart, gone wrong: both are dates, or both count the same."""
    if one.kind != other.kind or PLACEHOLDER.fullmatch(one.said) or PLACEHOLDER.fullmatch(other.said):
        return False
    return (
        one.kind != NUMBERS
        or one.units == other.units
        or one.value == other.value
        or not (one.units and other.units)
    )


def _changed(clause: str, english: _Spot, korean: _Spot) -> Difference:
    reason = f"{_where(clause)}{english.quoted} {english.context}, but {korean.quoted} at {korean.place}"
    return _difference(clause, english, korean.passage.file, (english.said, korean.said), reason)


def _alone(clause: str, pair: Pair, spot: _Spot) -> Difference:
    other = _OTHER[spot.language]
    silent = _Spot(other, pair[other], "", 0)
    said = " ".join(spot.said.split())
    if PLACEHOLDER.fullmatch(said):
        verb = "names"
    else:
        verb, said = "says", f'"{said}"'
    reason = (
        f"{_where(clause)}the {NAMES[spot.language]} text alone {verb} {said} {spot.context}; "
        f"nothing answers it in the {NAMES[other]} text at {silent.place}"
    )
    return _difference(clause, spot, silent.passage.file, (spot.said,), reason)


def _orders(clause: str, pair: Pair, read: dict[Language, tuple[Figure, ...]]) -> Iterator[Difference]:
    """Figures of one kind that both texts have, in another order: two periods may have changed places."""
    kinds = {language: _by_kind(read[language]) for language in LANGUAGES}
    for kind in kinds["ko"]:
        korean, english = kinds["ko"][kind], kinds["en"].get(kind, [])
        values = [[figure.value for figure in one] for one in (korean, english)]
        if values[0] != values[1] and sorted(values[0]) == sorted(values[1]):
            place = next(at for at, (one, two) in enumerate(zip(*values, strict=True)) if one != two)
            spots = _spot(pair, "en", english[place]), _spot(pair, "ko", korean[place])
            listed = [", ".join(f'"{figure.said}"' for figure in one) for one in (english, korean)]
            reason = (
                f"{_where(clause)}the English text says {listed[0]} in this order {spots[0].context}, "
                f"but the Korean text says {listed[1]} at {spots[1].place}"
            )
            yield _difference(clause, spots[0], pair["ko"].file, tuple(one.said for one in spots), reason)


def _by_kind(read: Sequence[Figure]) -> dict[tuple[str, frozenset[str]], list[Figure]]:
    kinds = defaultdict(list)
    for figure in read:
        if figure.certain and (figure.kind in ("date", "time") or (figure.kind == NUMBERS and figure.units)):
            kinds[figure.kind, figure.units].append(figure)
    return kinds


def _without_term(side: Side, row: int, language: Language, use: Use, counterpart: str) -> Difference:
    other = _OTHER[language]
    spot = _Spot(language, side.pairs[row][language], use.said, use.start)
    silent = _Spot(other, side.pairs[row][other], "", 0)
    reason = (
        f"{_where(side.clause)}{spot.quoted} {spot.context}, but the {NAMES[other]} text at {silent.place} "
        f'does not say "{counterpart}"'
    )
    return _difference(side.clause, spot, silent.passage.file, (use.said,), reason)
