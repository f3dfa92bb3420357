"""Defined terms as they stand in a clause, found longest first: 손해배상 is not 징벌적 손해배상."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.matters.bilingual import Language
from portal.matters.terms import Term


@dataclass(frozen=True)
class Use:
    """A form of a term where it stands; `binding` where it is the term itself and not one of its variants."""

    said: str
    start: int
    binding: bool


@dataclass(frozen=True)
class _Form:
    pattern: re.Pattern[str]
    first: str
    terms: tuple[tuple[int, bool], ...]


class Finder:
    """Finds the terms of one list in texts of one language."""

    def __init__(self, terms: Iterable[Term], language: Language) -> None:
        owners: dict[str, list[tuple[int, bool]]] = {}
        for place, term in enumerate(terms):
            # A text that gives the other language's own word, as "the 인감증명서", says the term too.
            quoted = term.en if language == "ko" else term.ko
            for index, form in enumerate((*term.forms(language), quoted)):
                owners.setdefault(form, []).append((place, index == 0))
        self._forms = [
            _Form(_pattern(form, language), form.split()[0].rstrip("*").lower(), tuple(owners[form]))
            for form in sorted(owners, key=len, reverse=True)
        ]

    def uses(self, text: str) -> dict[int, list[Use]]:
        """Uses of each term, by its place in the list."""
        found: dict[int, list[Use]] = {}
        for form, match in self._matches(text):
            for place, binding in form.terms:
                found.setdefault(place, []).append(Use(match[0], match.start(), binding))
        return found

    def _matches(self, text: str) -> Iterator[tuple[_Form, re.Match[str]]]:
        lowered = text.lower()
        for form in self._forms:
            if form.first not in lowered:
                continue
            for match in list(form.pattern.finditer(text)):
                yield form, match
                text = text[: match.start()] + "\0" * (match.end() - match.start()) + text[match.end() :]


def _pattern(form: str, language: Language) -> re.Pattern[str]:
    if language == "en" and not form.isascii():
        return re.compile(re.escape(form))
    words = [re.escape(word) for word in form.removesuffix("*").split()]
    if language == "ko" and not form.isascii():
        # 살피고 is not 피고: a term of two syllables begins a word.
        begins = "(?<![가-힣])" if len("".join(words)) <= 2 else ""
        return re.compile(begins + r"\s*".join(words))
    ending = r"[A-Za-z]*" if form.endswith("*") else r"(?:e?s)?(?![A-Za-z])"
    phrase = r"[\s-]+".join(words)
    return re.compile(rf"(?<![A-Za-z])(?:{phrase}){ending}", re.IGNORECASE)
