"""How Hangul is spelled in Latin letters: syllables taken apart, and what each sound is written as."""

from __future__ import annotations

import re
from functools import lru_cache

from portal.screening import surnames

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_INITIAL_CODES = dict(zip(_INITIALS, "KKNTTLMPPSS CCCKTPH", strict=True))
_FINAL_CODES = dict(zip(_FINALS, " KKKNNNTLKMLLLPLMPPTTNTTKTPT", strict=True))

# What each is written as in the systems in use and in passports; from the national system of 2000 to habit.
_SPELLED = {
    "ㄱ": "g|k|gh", "ㄲ": "kk|gg|k|g", "ㄴ": "n", "ㄷ": "d|t", "ㄸ": "tt|dd|d|t", "ㄹ": "r|l|n|", "ㅁ": "m",
    "ㅂ": "b|p|v", "ㅃ": "pp|bb|b|p", "ㅅ": "s|sh", "ㅆ": "ss|s", "ㅇ": "", "ㅈ": "j|ch|z|g", "ㅉ": "jj|tch|j",
    "ㅊ": "ch|c|j", "ㅋ": "k|kh|c", "ㅌ": "t|th", "ㅍ": "p|ph|f", "ㅎ": "h|wh|", "ㅏ": "ah?|ar",
    "ㅐ": "ae|ai|ay|e|a", "ㅑ": "ya", "ㅒ": "yae|yai", "ㅓ": "eo|o|u|uh|eoh|ur|er|ou|oe", "ㅔ": "e|ae|eh",
    "ㅕ": "yeo|yo|yu|you|eo|u|yuh|yeoh", "ㅖ": "ye|yae|e|yea|ae|ai|ea", "ㅗ": "oh?|oo?", "ㅘ": "wa|oa|hwa",
    "ㅙ": "wae|oae|wai", "ㅚ": "oe|oi|we|oy|wae", "ㅛ": "yoh?|o", "ㅜ": "u|oo|ou|wu|woo|uh|ue",
    "ㅝ": "wo|weo|uo|won?|u", "ㅞ": "we|ue", "ㅟ": "wi|ui|we|wee", "ㅠ": "yu|yoo|you|u|ew",
    "ㅡ": "eu|u|e|oo|uh", "ㅢ": "ui|eui|yi|i|ee|ey|uee", "ㅣ": "i|ee|y|yi|ie|ea",
}  # fmt: skip
_ENDINGS = {
    "K": "k|g|c|ck|q", "N": "n", "T": "t|d|s", "L": "l|r|ll", "M": "m", "P": "p|b", " ": "",
}  # fmt: skip
_TOKENS = re.compile(
    r"tch|ch|sh|kh|gh|ph|th|ng|[aeiouyw]+h(?![aeiouyw])|[aeiouyw]+|[bcdfgjklmnpqrstvxzh]|\d|.", re.DOTALL
)
_LATIN_CODES = {
    "tch": "C", "ch": "C", "sh": "S", "kh": "K", "gh": "K", "ph": "P", "th": "T", "b": "P", "c": "K", "d": "T",
    "f": "P", "g": "K", "h": "H", "j": "C", "k": "K", "l": "L", "m": "M", "n": "N", "ng": "N", "p": "P",
    "q": "K", "r": "L", "s": "S", "t": "T", "v": "P", "x": "S", "z": "C",
}  # fmt: skip


def is_hangul(text: str) -> bool:
    """Whether all of it is Hangul syllables."""
    return bool(text) and all("가" <= c <= "힣" for c in text)


def is_hanja(text: str) -> bool:
    """Whether all of it is Chinese characters."""
    return bool(text) and all("一" <= c <= "鿿" or "豈" <= c <= "龎" for c in text)


def taken_apart(syllable: str) -> tuple[str, str, str]:
    """Initial, vowel and final of one Hangul syllable; the final is a blank where there is none."""
    rest = ord(syllable) - 0xAC00
    return _INITIALS[rest // 588], _VOWELS[rest % 588 // 28], _FINALS[rest % 28]


def jamo(text: str) -> str:
    """Hangul letter by letter."""
    return "".join("".join(taken_apart(c)).strip() if "가" <= c <= "힣" else c for c in text)


def consonants(name: str) -> str:
    """The consonants of a Hangul name by their classes, runs of one class once."""
    codes = (
        f"{_INITIAL_CODES[initial]}{_FINAL_CODES[final]}" for initial, _vowel, final in map(taken_apart, name)
    )
    return _without_runs("".join(codes).replace(" ", ""))


def latin_consonants(text: str) -> frozenset[str]:
    """The same of Latin letters. An "ng" before a vowel is read both ways: 한길 and 항일 are both written Hangil.

    A "w", a "y", an "h" after a vowel and an "r" before a consonant belong to vowels, as in Suh, Park or Hur; Suhyun is
    read both ways, for 수현 and for 서윤.
    """
    found = _TOKENS.findall(text.casefold())
    readings = [""]
    for at, piece in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else ""
        vowel_follows = following[:1] in tuple("aeiouyw")
        if piece[0] in "aeiouyw" or (piece == "r" and not vowel_follows and at):
            codes = [""]
        elif piece == "ng" and vowel_follows:
            codes = ["N", "NK"]
        elif piece == "h" and at and found[at - 1][0] in "aeiouyw" and following[:1] in ("y", "w"):
            codes = ["H", ""]
        else:
            codes = [_LATIN_CODES.get(piece, piece if piece.isalnum() else "")]
        readings = [before + code for before in readings[:8] for code in codes]
    return frozenset(_without_runs(one) for one in readings)


def romanises(hangul: str, latin: str) -> bool:
    """Whether Latin words, in any order of surname and given name, can be how a Hangul name is written."""
    words = latin.split()
    if not words or len(words) > 5 or len(hangul) > 10:
        return False
    closed = {"".join(words)}
    for at in range(len(words)):
        closed.add(words[at] + "".join(words[:at] + words[at + 1 :]))
        # Forms hold their words in order of the alphabet, so what belongs together may stand the other way round.
        closed.add(words[at] + "".join(reversed(words[:at] + words[at + 1 :])))
    return any(pattern.fullmatch(one) for pattern in _patterns(hangul) for one in closed)


def both_romanise(one: str, other: str) -> bool:
    """Whether two Latin names can be two romanisations of one Korean name: the same surname, and like sounds."""
    mine, theirs = _korean(one), _korean(other)
    return any(
        surname == their_surname and codes & their_codes and _vowels_agree(rest, their_rest)
        for surname, codes, rest in mine
        for their_surname, their_codes, their_rest in theirs
    )


def _korean(words: str) -> list[tuple[str, frozenset[str], str]]:
    split = words.split()
    found = []
    for at, word in enumerate(split):
        for order in {1, -1} if len(split) > 2 else {1}:
            rest = "".join((split[:at] + split[at + 1 :])[::order])
            if rest:
                found += [(surname, latin_consonants(rest), rest) for surname in surnames.LATIN.get(word, ())]
    return found


_SOUNDS = (
    ("eui", "I"), ("yeo", "O"), ("you", "O"), ("woo", "O"), ("yoo", "O"), ("eo", "O"), ("eu", "O"), ("oo", "O"),
    ("ou", "O"), ("yo", "O"), ("yu", "O"), ("wo", "O"), ("ui", "I"), ("yi", "I"), ("ee", "I"), ("wi", "I"),
    ("ae", "E"), ("ai", "E"), ("ay", "E"), ("ye", "E"), ("oe", "E"), ("oi", "E"), ("we", "E"), ("ea", "E"),
    ("ya", "A"), ("wa", "A"), ("a", "A"), ("e", "E"), ("i", "I"), ("y", "I"), ("o", "O"), ("u", "O"),
    ("w", "O"),
)  # fmt: skip


def _vowels_agree(one: str, other: str) -> bool:
    return _sounds_of(one) == _sounds_of(other)


def _sounds_of(text: str) -> str:
    """Vowels by four classes: what romanisations write o, u, eo or eu is one."""
    found = []
    for run in re.findall(r"[aeiouyw]+", text):
        at = 0
        while at < len(run):
            letters, sound = next(pair for pair in _SOUNDS if run.startswith(pair[0], at))
            found.append(sound)
            at += len(letters)
    return _without_runs("".join(found))


@lru_cache(maxsize=4_000)
def _patterns(hangul: str) -> tuple[re.Pattern[str], ...]:
    """Surname as people write it, then the given name by syllables; a name without a known surname as a whole."""
    found = []
    for size in (2, 1):
        surname = surnames.HANGUL.get(hangul[:size])
        if surname and len(hangul) > size:
            written = [spelling for spelling, of in surnames.LATIN.items() if surname in of]
            found.append(re.compile(f"(?:{'|'.join(written)}){_spelled(hangul[size:])}"))
    return (*found, re.compile(_spelled(hangul)))


def _spelled(text: str) -> str:
    pieces = []
    for syllable in text:
        initial, vowel, final = taken_apart(syllable)
        ending = "ng|n" if final == "ㅇ" else _ENDINGS[_FINAL_CODES[final]]
        pieces.append(f"(?:{_SPELLED[initial]})(?:{_SPELLED[vowel]})(?:{ending})")
    return "".join(pieces)


def _without_runs(text: str) -> str:
    return re.sub(r"(.)\1+", r"\1", text)
