"""Amounts, percentages, periods, ordinals and plain numbers with what they count."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from portal.matters.drift.figure import NUMBERS, Figure, Sheet
from portal.matters.drift.numerals import KOREAN_ORDINALS, ORDINALS, Numeral, fractions, numerals

_AFTER = [
    (re.compile(r"\s?여?\s?[%％]|\s?여?\s?(?:퍼센트|프로)|\s+per\s?cent\b", re.I | re.A), "percent"),
    (re.compile(r"\s?여?\s?원(?![고인본칙])|\s+(?:Korean\s+)?won\b|\s?KRW\b", re.I | re.A), "won"),
    (
        re.compile(
            r"\s?여?\s?(?:미국\s?)?(?:달러|불(?![가-힣]))|\s+(?:US\s+)?dollars?\b|\s?USD\b", re.I | re.A
        ),
        "dollar",
    ),
    (re.compile(r"\s?여?\s?영업일|[-\s]+(?:business|working)[-\s]days?\b", re.I | re.A), "business day"),
    (re.compile(r"\s?세(?![금무기])|[-\s]+years?\s+(?:of\s+age|old)\b", re.I | re.A), "year of age"),
    (re.compile(r"\s?여?\s?년(?!월)|[-\s]+years?\b", re.I | re.A), "year"),
    (re.compile(r"\s?여?\s?(?:개월|달(?!러))|[-\s]+months?\b", re.I | re.A), "month"),
    (re.compile(r"\s?여?\s?주(?:일|간)|[-\s]+weeks?\b", re.I | re.A), "week"),
    (re.compile(r"여?일(?!반|괄|시|부|정)|\s일(?=[\s,.)]|동안|이내|간|$)|[-\s]+days?\b", re.I | re.A), "day"),
    (re.compile(r"\s?여?\s?시간|[-\s]+hours?\b", re.I | re.A), "hour"),
    (re.compile(r"여?분(?!쟁|배|리|의|류)|[-\s]+minutes?\b", re.I | re.A), "minute"),
    (re.compile(r"여?초(?!과)|[-\s]+seconds?\b", re.I | re.A), "second"),
    (
        re.compile(
            r"\s?배(?!상|송|분|우|달)|\s?번(?!호|역|째)|\s?차례|회(?!사|수|복|의)|\s+times\b|-?fold\b",
            re.I | re.A,
        ),
        "times",
    ),
    (re.compile(r"\s?(?:shares?\b|주식)", re.I | re.A), "share"),
    (re.compile(r"\s?(MB|GB|KB)\b"), "megabyte"),
]
_WEEKS_OR_SHARES = re.compile(r"\s?주(?![소장식요문민차거])")
_FILLER = re.compile(
    r"[-\s]+(?:calendar|consecutive|full|further|additional|more|whole|successive)(?=\s)", re.I | re.A
)
_RESTATED = re.compile(r"\s?\(\s?(\d[\d,]*)\s?\)")
_BEFORE = [
    (re.compile(r"(?:₩|￦|\bKRW)\s?$"), "won"),
    (re.compile(r"(?:\bUS\s?)?\$\s?$|\bUSD\s?$"), "dollar"),
]
_RANGE = re.compile(r"\s?(?:to|or|–|-|~|내지|에서|또는|이나)\s?|\s+(?:to|or)\s+")

_MARKERS = re.compile(r"(?P<circled>[①-⑳])|^\s*\((?P<round>\d{1,2})\)(?=\s)")
_ADDRESSES = re.compile(
    r"[\w.+-]+@[\w.-]+|(?<![\d-])(?!\d{4}-\d\d-\d\d(?!\d))\+?\d{1,4}(?:-\d{2,4}){2,}", re.A
)
_CODES = re.compile(
    r"(?<![A-Za-z0-9$])(?:[A-Za-z]{1,10}[-‑]\d[A-Za-z0-9]*|\d+[-‑][A-Z]{1,3}(?![a-z])"
    r"|[A-Z][A-Za-z]*\d[A-Za-z0-9]*|\d+(?!MB|GB|KB|USD|KRW)[A-Z][A-Za-z0-9]*)(?![A-Za-z])"
)
_ORDINALS = re.compile(
    r"제\s?(?P<number>\d+)(?:심|자|차|회|판|기|종|급|단계|장|절|쪽)|(?P<digits>\d+)(?:st|nd|rd|th)\b"
    r"|(?:(?P<counted>\d+)|(?P<native>첫|두|세|네|다섯|여섯|일곱|여덟|아홉|열))\s?번째"
    rf"|(?<![가-힣])(?P<korean>{'|'.join(KOREAN_ORDINALS)}|첫(?=\s))|\b(?P<english>{'|'.join(ORDINALS)})\b",
    re.IGNORECASE | re.ASCII,
)
_NATIVE_ORDINALS = {
    "첫": "1", "두": "2", "세": "3", "네": "4", "다섯": "5", "여섯": "6", "일곱": "7", "여덟": "8", "아홉": "9",
    "열": "10",
}  # fmt: skip

# Words that speak of two or of one without counting: they answer a number of the other language, and ask for none.
_LOOSE = [
    (
        re.compile(
            r"\b(?:both|either|neither|double|doubly|dual)\b|양쪽|양측|쌍방|이중|둘 다|양 당사자", re.I | re.A
        ),
        "2",
        "",
    ),
    (re.compile(r"\b(?:once|single|any one)\b|1인당|단 한|하나라도|한 번", re.I | re.A), "1", ""),
    (re.compile(r"\b(?:a|an|each|every|per)\s+year\b|매년", re.I | re.A), "1", "year"),
    (re.compile(r"\b(?:a|an|each|every|per)\s+month\b|매월|매달", re.I | re.A), "1", "month"),
    (re.compile(r"\b(?:a|an|each|every|per)\s+week\b|매주", re.I | re.A), "1", "week"),
    (
        re.compile(r"\b(?:a|an|each|every|per|(?:a\s+)?single|any|one)\s+day\b|하루|매일", re.I | re.A),
        "1",
        "day",
    ),
    (re.compile(r"\b(?:a|an|each|every|per)\s+hour\b", re.I | re.A), "1", "hour"),
]
_COUNTED = [
    (re.compile(r"\btwice\b", re.I | re.A), "2", "times"),
    (re.compile(r"\bthrice\b", re.I | re.A), "3", "times"),
    (re.compile(r"\bfortnight\b", re.I | re.A), "2", "week"),
    *[
        (re.compile(rf"(?<![가-힣]){word}"), str(days), "day")
        for word, days in (("이틀", 2), ("사흘", 3), ("나흘", 4), ("닷새", 5), ("열흘", 10), ("보름", 15))
    ],
]
# One syllable that is also an ending, a verb or another noun: "열 수 있음", "그대로 둘지", "네, 그렇습니다".
_UNSURE = frozenset({"한", "하나", "두", "둘", "네", "석", "넉", "열", "쉰"})
_SURE_COUNTERS = re.compile(r"\s?(?:번|명|개|가지|건|사람|차례|배|자리|시간|군데|장|쪽|통)")
_SURE_ONES = frozenset({"year", "month", "week"})


def read_marks(sheet: Sheet) -> None:
    """Takes paragraph marks (① and (1)), and addresses and codes, whose digits count nothing."""
    sheet.take(_MARKERS, _marker)
    sheet.take(_ADDRESSES, lambda match: _one(match, "address", match[0].rstrip(".,;")))


def read_quantities(sheet: Sheet) -> None:
    """Takes everything else that is a number, in digits or words."""
    _numbers(sheet, fractions)
    sheet.take(_ORDINALS, _ordinal)
    sheet.take(_CODES, lambda match: _one(match, "code", match[0].upper().replace("‑", "-")))
    for pattern, value, unit in _COUNTED:
        sheet.take(pattern, lambda match, value=value, unit=unit: _loose(match, value, unit, certain=True))  # type: ignore[misc]
    for pattern, value, unit in _LOOSE:
        sheet.take(pattern, lambda match, value=value, unit=unit: _loose(match, value, unit, certain=False))  # type: ignore[misc]
    _numbers(sheet, numerals)


def _one(match: re.Match[str], kind: str, value: str) -> Iterator[Figure]:
    yield Figure(kind, value, match[0].strip(), match.start(), match.end())


def _marker(match: re.Match[str]) -> Iterator[Figure]:
    number = ord(match["circled"]) - ord("①") + 1 if match["circled"] else int(match["round"])
    yield from _one(match, "mark", str(number))


def _ordinal(match: re.Match[str]) -> Iterator[Figure]:
    word = (match["english"] or "").lower()
    value = (
        match["number"]
        or match["digits"]
        or match["counted"]
        or _NATIVE_ORDINALS.get(match["native"] or "")
        or ("1" if match["korean"] == "첫" else KOREAN_ORDINALS.get(match["korean"] or ""))
        or ORDINALS[word]
    )
    # "First" and "second" say as often before and after as they count.
    loose = (match["english"] or match["korean"] or match["native"]) and value in ("1", "2")
    yield Figure(
        NUMBERS, value, match[0], match.start(), match.end(), frozenset({"ordinal"}), certain=not loose
    )


def _loose(match: re.Match[str], value: str, unit: str, *, certain: bool) -> Iterator[Figure]:
    units = frozenset({unit} if unit else ())
    yield Figure(NUMBERS, value, match[0], match.start(), match.end(), units, certain=certain)


def _numbers(sheet: Sheet, read: Callable[[str], Iterator[Numeral]]) -> None:
    counted: list[Figure] = []
    for numeral in read(sheet.left):
        if (
            not counted or numeral.start >= counted[-1].end
        ):  # thirty (30): the second has been read with the first
            counted.append(_with_unit(numeral, sheet.left))
    for index, (one, following) in enumerate(pairwise(counted)):
        if not one.units and following.units and _RANGE.fullmatch(sheet.left[one.end : following.start]):
            counted[index] = _counting(one, following.units)
    for figure in counted:
        sheet.strike(figure.start, figure.end)
    sheet.figures.extend(counted)


def _with_unit(numeral: Numeral, text: str) -> Figure:
    start, end = numeral.start, numeral.end
    if (
        numeral.word
        and (restated := _RESTATED.match(text, end))
        and restated[1].replace(",", "") == numeral.value
    ):
        end = restated.end()
    units: frozenset[str] = frozenset()
    for pattern, unit in _BEFORE:
        if found := pattern.search(text, max(0, start - 6), start):
            units, start = frozenset({unit}), found.start()
    filler = _FILLER.match(text, end)
    at = filler.end() if filler else end
    for pattern, unit in _AFTER if not units else ():
        if found := pattern.match(text, at):
            units, end = frozenset({unit}), found.end()
            break
    if not units and (found := _WEEKS_OR_SHARES.match(text, at)):
        units, end = frozenset({"week", "share"}), found.end()
    if "year" in units and re.fullmatch(r"(?:19|20)\d\d", numeral.value):
        units = frozenset()  # 2025년 is a year's name
    sure = _is_sure(numeral, units, text)
    return Figure(NUMBERS, numeral.value, text[start:end].strip("\0 "), start, end, units, certain=sure)


def _is_sure(numeral: Numeral, units: frozenset[str], text: str) -> bool:
    if not numeral.word:
        return True
    if numeral.value == "1":
        return bool(units) and units <= _SURE_ONES
    if numeral.word in _UNSURE:
        return bool(units) or bool(_SURE_COUNTERS.match(text, numeral.end))
    return True


def _counting(figure: Figure, units: frozenset[str]) -> Figure:
    return Figure(figure.kind, figure.value, figure.said, figure.start, figure.end, units, figure.certain)
