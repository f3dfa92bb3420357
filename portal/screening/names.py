"""Names across Hangul, Latin letters and Hanja: keys under which likely namesakes meet, and how like two names are.

A key is the surname, where it is a Korean one, and the consonants of the rest: vowels are what romanisations differ in.
So 홍길동, HONG GILDONG, Hong Kil-dong and 洪吉童 share a key. Keys are coarse on purpose and only find candidates;
``likeness`` then compares the names themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from portal.claims.particulars import PersonName
from portal.screening import hanja, spelling, surnames

LONGEST = 120
"""Characters of a name that are looked at."""
MOST_KEYS = 40
_LEGAL_FORMS = re.compile(
    r"\(주\)|㈜|\(유\)|주식회사|유한회사|유한책임회사|재단법인|사단법인|법무법인"
    r"|\b(?:incorporated|inc|llc|llp|ltd|limited|corporation|corp|company|co|plc|gmbh|pte)\b\.?",
    re.IGNORECASE,
)


class Likeness(StrEnum):
    """How like two names are."""

    SAME = "same"  # the same as written, in one script at least
    LIKE = "like"  # the same in another script or spelling, or but for one letter
    OTHER = "other"
    UNKNOWN = "unknown"  # one of both has no name


def bare(name: str) -> str:
    """A name for comparing: composed, without marks, legal forms and anything but letters, digits and single blanks."""
    shown = _LEGAL_FORMS.sub(" ", unicodedata.normalize("NFKC", name[:LONGEST]).casefold())
    apart = "".join(c for c in unicodedata.normalize("NFKD", shown) if not unicodedata.combining(c))
    whole = unicodedata.normalize("NFC", apart).replace("'", "").replace("’", "")
    return " ".join("".join(c if c.isalnum() else " " for c in whole).split())


def keys(names: Iterable[str]) -> frozenset[str]:
    """Every key under which somebody with these names can be found, in whatever scripts they are. Never raises."""
    found: set[str] = set()
    for name in names:
        found |= _keys(bare(name))
    return frozenset(sorted(found)[:MOST_KEYS])


def near_keys(names: Iterable[str]) -> frozenset[str]:
    """The keys, and each with one consonant left out: two names meet that differ by one letter."""
    found = set(keys(names))
    for key in tuple(found):
        surname, _, rest = key.partition(":")
        if len(rest) >= 3:
            found |= {f"{surname}:{rest[:at]}{rest[at + 1 :]}~" for at in range(len(rest))}
            found.add(f"{key}~")
    return frozenset(found)


def written(name: PersonName | None) -> tuple[str, ...]:
    """A person's names in all scripts in which they are given."""
    return tuple(one for one in (name.hangul, name.passport, name.hanja) if one) if name else ()


def likeness(mine: Iterable[str], theirs: Iterable[str]) -> Likeness:
    """How like two people's names are, each given in any scripts; the same whichever comes first. Never raises."""
    here, there = _forms(mine), _forms(theirs)
    if not here or not there:
        return Likeness.UNKNOWN
    if here & there:
        return Likeness.SAME
    if any(_alike(one, other) for one in here for other in there):
        return Likeness.LIKE
    return Likeness.OTHER


def closeness(mine: Iterable[str], theirs: Iterable[str]) -> int:
    """The same in percent, for lists where no birth date helps: 100 as written, 95 in another script."""
    here, there = _forms(mine), _forms(theirs)
    if here & there:
        return 100
    scores = [95 if _sounds(one, other) else _percent(one, other) for one in here for other in there]
    return max(scores, default=0)


def _forms(names: Iterable[str]) -> frozenset[str]:
    """Comparable forms: of Hangul without blanks, of Latin letters by word in order, of Hanja its reading besides."""
    found = set()
    for name in names:
        plain = bare(name)
        closed = plain.replace(" ", "")
        if not closed:
            continue
        if spelling.is_hangul(closed):
            found.add(closed)
        elif spelling.is_hanja(closed):
            found |= {closed, hanja.reading(closed)} - {""}
        else:
            found.add(" ".join(sorted(plain.split())))
    return frozenset(found)


def _alike(one: str, other: str) -> bool:
    return _sounds(one, other) or _percent(one, other) >= 93 or _one_letter(one, other)


def _one_letter(one: str, other: str) -> bool:
    """Whether two Hangul names differ by one jamo, as a slip of the finger does; short ones are too easily like."""
    if not (spelling.is_hangul(one) and spelling.is_hangul(other) and min(len(one), len(other)) >= 3):
        return False
    return Levenshtein.distance(spelling.jamo(one), spelling.jamo(other), score_cutoff=1) <= 1


def _percent(one: str, other: str) -> int:
    if spelling.is_hangul(one) != spelling.is_hangul(other):
        return 0
    if spelling.is_hangul(one):
        return int(100 * Levenshtein.normalized_similarity(spelling.jamo(one), spelling.jamo(other)))
    return int(fuzz.ratio(one, other))


def _sounds(one: str, other: str) -> bool:
    """Whether both can be the same name: Hangul beside Latin letters, or two romanisations."""
    mine, theirs = spelling.is_hangul(one), spelling.is_hangul(other)
    if mine and theirs:
        return False
    if mine or theirs:
        return spelling.romanises(*((one, other) if mine else (other, one)))
    return spelling.both_romanise(one, other)


@lru_cache(maxsize=20_000)
def _keys(plain: str) -> frozenset[str]:
    closed = plain.replace(" ", "")
    if not closed:
        return frozenset()
    if spelling.is_hangul(closed):
        return _hangul_keys(closed)
    if spelling.is_hanja(closed):
        read = hanja.reading(closed)
        return (_hangul_keys(read) if read else frozenset()) | {f"=:{closed}"}
    return _latin_keys(plain.split())


def _hangul_keys(name: str) -> frozenset[str]:
    found = {f"?:{spelling.consonants(name)}"} if len(name) > 4 or len(name) == 1 else set()
    for size in (2, 1):
        surname = surnames.HANGUL.get(name[:size])
        if surname and len(name) > size:
            found.add(f"{surname}:{spelling.consonants(name[size:])}")
    return frozenset(found or {f"?:{spelling.consonants(name)}"})


def _latin_keys(words: list[str]) -> frozenset[str]:
    """With the first and with the last word as the surname: nobody knows the order in which it was typed."""
    found = {f"?:{code}" for code in spelling.latin_consonants("".join(words))}
    for at in {0, len(words) - 1} if len(words) > 1 else set():
        rest = "".join(words[:at] + words[at + 1 :])
        codes = spelling.latin_consonants(rest)
        known = surnames.LATIN.get(words[at], ())
        found |= {f"{surname}:{code}" for surname in known for code in codes}
        if not known:
            found |= {f"{head}:{code}" for head in spelling.latin_consonants(words[at]) for code in codes}
    return frozenset(found)
