"""Numbers as digits and as words: 3,370만, 33.7 million, three, 다섯, 3분의 1, 33 1/3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

PLACEHOLDER = r"\{\{\s*[^{}]*?\s*\}\}"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"

_NATIVE = {
    "한": 1, "하나": 1, "두": 2, "둘": 2, "세": 3, "셋": 3, "석": 3, "네": 4, "넷": 4, "넉": 4, "다섯": 5, "여섯": 6,
    "일곱": 7, "여덟": 8, "아홉": 9, "열": 10, "스무": 20, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60,
    "일흔": 70, "여든": 80, "아흔": 90,
}  # fmt: skip
_TENS = "열|스물|서른|마흔|쉰|예순|일흔|여든|아흔"
_SINO_DIGITS = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
_SINO_SMALL = {"십": 10, "백": 100, "천": 1000}
_SINO_LARGE = {"만": 10**4, "억": 10**8, "조": 10**12}

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_ENGLISH_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ENGLISH = {name: value for value, name in enumerate(_ONES)}
_ENGLISH |= {name: 10 * value for value, name in enumerate(_ENGLISH_TENS, 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ORDINALS = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
]  # fmt: skip
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10, "hundredth": 100}

_WORD = rf"(?:{'|'.join(sorted(_ENGLISH, key=len, reverse=True))})"
_LARGE = "|".join(_SCALES)
_ENGLISH_WORDS = (
    rf"\b(?:(?:a\s+)?(?:hundred|thousand)\b|{_WORD}(?:[-\s]{_WORD})?)"
    rf"(?:\s+(?:and\s+)?(?:{_WORD}(?:[-\s]{_WORD})?|{_LARGE}))*\b"
)
_NATIVE_WORDS = (
    rf"(?<![가-힣\d}}])(?:(?:{_TENS})(?:한|하나|두|둘|세|셋|네|넷|다섯|여섯|일곱|여덟|아홉)?|스무"
    r"|다섯|여섯|일곱|여덟|아홉|하나|둘|셋|넷|한|두|세|석|네|넉)"
)
# Native words of one syllable are also endings, nouns and verbs: they count only before a space or a counter.
_COUNTER = r"번|명|개|가지|건|달|해|곳|사람|시간|주|차례|배|장|쪽|부|통|군데|자리|글|살|분|종|줄|칸|층|곱"
_SINO_WORDS = (
    r"(?<![가-힣\d])(?:금\s?)?(?P<sino>[일이삼사오육칠팔구]?[십백천만억조][일이삼사오육칠팔구십백천만억조]*|[삼오육칠팔구])"
    r"(?=\s?(?:원|달러|년|개월|주일|주간|퍼센트|배|명|영업일|일)(?![가-힣])|\s?(?:원|년|개월|명|퍼센트)(?:[을를이가은는의에과와도씩]|동안|이내|이상|이하|간|부터|까지))"
)

_FRACTIONS = re.compile(
    r"(?P<below>\d+|[이삼사오육칠팔구십]|두|세|네)\s?분의\s?(?P<above>\d+|[일이삼사오육칠팔구])"
    r"|(?<![\w/])(?P<whole>\d+)\s(?P<over>\d+)/(?P<under>\d+)(?![\w/])|(?<![\w/])(?P<upper>\d+)/(?P<lower>\d+)(?![\w/])"
    r"|\b(?P<count>one|two|three|four)[-\s](?P<part>third|quarter|half|fourth|fifth|tenth|hundredth)s?\b"
    r"|\b(?P<some>a|one)[-\s](?P<of>third|quarter|half|fourth|fifth|tenth)(?=\s+of\b)"
    r"|(?<![가-힣])(?P<half>절반)|\b(?P<english_half>half)\b",
    re.IGNORECASE | re.ASCII,
)
_NUMBERS = re.compile(
    rf"(?P<placeholder>{PLACEHOLDER})"
    rf"|(?<![A-Za-z0-9.])(?P<digits>{_DIGITS})(?P<scale>\s?(?:thousand|million|billion|trillion)\b|[십백천]?[조억만](?:\s?(?:{_DIGITS})[천백]?[억만]?)*|[천백](?=\s?(?:원|달러|명|개|건)))?"
    rf"|{_SINO_WORDS}"
    rf"|(?P<native>{_NATIVE_WORDS})(?=\s|{_COUNTER})"
    rf"|(?P<words>{_ENGLISH_WORDS})",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class Numeral:
    """A number where it stands in a text; `word` is set where it is written in letters."""

    value: str
    start: int
    end: int
    word: str = ""


def fractions(text: str) -> Iterator[Numeral]:
    """Parts of a whole: 3분의 1, one-third, 33 1/3, half."""
    for match in _FRACTIONS.finditer(text):
        value = _fraction(match)
        if value is not None:
            yield Numeral(str(value), match.start(), match.end())


def _fraction(match: re.Match[str]) -> Fraction | None:
    if match["half"] or match["english_half"]:
        return Fraction(1, 2)
    if match["below"]:
        above, below = (_small(match[name]) for name in ("above", "below"))
    elif match["whole"]:
        above, below = int(match["over"]), int(match["under"])
        return int(match["whole"]) + Fraction(above, below) if below else None
    elif match["upper"]:
        above, below = int(match["upper"]), int(match["lower"])
    elif match["some"]:
        above, below = 1, _PARTS[match["of"].lower()]
    else:
        above, below = _ENGLISH[match["count"].lower()], _PARTS[match["part"].lower()]
    return Fraction(above, below) if below else None


def _small(said: str) -> int:
    if said.isdigit():
        return int(said)
    return _NATIVE.get(said) or _SINO_DIGITS.get(said) or _sino(said)


def numerals(text: str) -> Iterator[Numeral]:
    """Whole and decimal numbers in order; a placeholder counts as the number that it will hold."""
    for match in _NUMBERS.finditer(text):
        start, end = match.span()
        if match["placeholder"]:
            yield Numeral(re.sub(r"\s", "", match[0]), start, end)
        elif match["digits"]:
            yield Numeral(_plain(_scaled(match["digits"], match["scale"] or "")), start, end)
        elif match["sino"]:
            yield Numeral(_plain(Fraction(_sino(match["sino"]))), start, end, match["sino"])
        elif match["native"]:
            yield Numeral(str(_native(match["native"])), start, end, match["native"])
        else:
            yield Numeral(str(_english(match["words"])), start, end, match["words"].lower())


def _plain(value: Fraction) -> str:
    return str(value)


def _number(digits: str) -> Fraction:
    return Fraction(digits.replace(",", ""))


def _scaled(digits: str, scale: str) -> Fraction:
    """33.7 million, 3,370만, 3억 5,000만, 5천만."""
    word = scale.strip().lower()
    if word in _SCALES:
        return _number(digits) * _SCALES[word]
    total, part = Fraction(0), _number(digits)
    for piece in re.findall(rf"{_DIGITS}|[십백천만억조]", scale):
        if piece in _SINO_SMALL:
            part *= _SINO_SMALL[piece]
        elif piece in _SINO_LARGE:
            total, part = total + part * _SINO_LARGE[piece], Fraction(0)
        else:
            part += _number(piece)
    return total + part


def _sino(word: str) -> int:
    """삼백오십만 is 3,500,000."""
    total = section = digit = 0
    for letter in word:
        if letter in _SINO_DIGITS:
            digit = _SINO_DIGITS[letter]
        elif letter in _SINO_SMALL:
            section, digit = section + (digit or 1) * _SINO_SMALL[letter], 0
        else:
            total, section, digit = total + (section + digit or 1) * _SINO_LARGE[letter], 0, 0
    return total + section + digit


def _native(word: str) -> int:
    if word in _NATIVE:
        return _NATIVE[word]
    tens = next(ten for ten in _TENS.split("|") if word.startswith(ten))
    return _NATIVE[tens] + _NATIVE[word[len(tens) :]]


def _english(words: str) -> int:
    """Two hundred and fifty thousand is 250,000."""
    total = section = 0
    for word in re.split(r"[-\s]+", words.lower()):
        if word in _ENGLISH:
            section += _ENGLISH[word]
        elif word == "hundred":
            section = (section or 1) * 100
        elif word in _SCALES:
            total, section = total + (section or 1) * _SCALES[word], 0
    return total + section


ORDINALS = {word: str(place) for place, word in enumerate(_ORDINALS, 1)}
KOREAN_ORDINALS = {"첫째": "1", "둘째": "2", "셋째": "3", "넷째": "4", "다섯째": "5"}
