"""Citations: 민사소송법 제90조 제2항, Article 90(2) of the Civil Procedure Act, 28 U.S.C. § 1746, 갑 제1호증."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.matters.drift.figure import Figure, Sheet

_SUB = r"(?:\([0-9A-Za-z]{1,4}\))"
_AND = r"(?:\s*(?:,\s*(?:and|or)\s|,|\band\b|\bor\b|및|와|과|·|/)\s*)"
_TO_KOREAN, _TO_ENGLISH = r"(?:\s*(?:부터|내지|~|–)\s*)", r"(?:\s*(?:\bto\b|\bthrough\b|–|~)\s*)"

# 제39조의2 제1항 제3호, and what a list leaves out of its later members: 제39조, 제39조의2; 제1항과 제2항.
_KOREAN_MEMBER = (
    r"(?:제\s?\d+(?:\.\d+)?조(?:의\s?\d+)?(?:\s?\([a-z0-9]{1,3}\)항)*(?:\s?제\s?\d+항)?(?:\s?제\s?\d+호(?!증))?"
    r"|제\s?\d+항(?:\s?제\s?\d+호(?!증))?|제\s?\d+호(?!증))"
)
_KOREAN = re.compile(rf"{_KOREAN_MEMBER}(?:(?:{_TO_KOREAN}|{_AND}){_KOREAN_MEMBER})*")
_MEMBER_PARTS = re.compile(
    r"제\s?(?P<article>\d+(?:\.\d+)?)조(?:의\s?(?P<branch>\d+))?|\((?P<letter>[a-z0-9]{1,3})\)항"
    r"|제\s?(?P<paragraph>\d+)항|제\s?(?P<item>\d+)호"
)

_ENGLISH_MEMBER = rf"(?:\d+(?:\.\d+)?(?:-\d+)?{_SUB}*(?:,\s*items?\s*\d+)?)"
_KEYWORD = r"(?P<keyword>Articles?|Art\.|Sections?|Sec\.|Rules?|Clauses?|Fed\.\s?R\.\s?\w+\.\s?P\.)"
_ENGLISH = re.compile(
    rf"\b{_KEYWORD}\s*(?P<list>{_ENGLISH_MEMBER}(?:(?:{_TO_ENGLISH}|{_AND}){_ENGLISH_MEMBER})*)"
)
_ITEMS_OF = re.compile(
    rf"\b[Ii]tems?\s+(?P<list>\d+(?:(?:{_TO_ENGLISH}|{_AND})\d+)*)\s+of\s+(?:Article|Section)\s+(?P<article>\d+(?:-\d+)?{_SUB}*)"
)
_PARAGRAPHS = re.compile(rf"\b[Pp]aragraphs?\s+(?P<list>\(\d+\)(?:(?:{_TO_ENGLISH}|{_AND})\(\d+\))*)")
_ROMAN_ITEM = re.compile(r"\b[Ii]tems?\s+\((?P<roman>[ivx]+)\)|\((?P<korean>[ivx]+)\)호")
_PART = re.compile(r"\bPart\s+(?P<number>\d+)|제\s?(?P<korean>\d+)부(?![가-힣]*장)")

# Codes of the United States are cited alike in both languages.
_CODE_MEMBER = rf"\d+[a-z]*(?:-\d+[a-z]*)?(?:\.\d+)?{_SUB}*"
_US_CODE = re.compile(
    rf"(?P<title>\d+)\s*(?P<code>U\.S\.C\.|C\.F\.R\.|NYCRR)\s*(?P<part>Part\s*)?(?:§+\s*)?"
    rf"(?P<list>{_CODE_MEMBER}(?:{_AND}{_CODE_MEMBER})*)"
)
_SECTION_SIGN = re.compile(
    rf"(?P<law>(?:[A-Z][\w.&’']*\s+)*)§+\s*(?P<list>{_CODE_MEMBER}(?:{_AND}{_CODE_MEMBER})*)"
)
_EXHIBIT = re.compile(
    r"(?P<side>[갑을병])\s?제\s?(?P<korean>\d+)호증(?:의\s?(?P<subs>\d+(?:,\s?\d+)*))?"
    r"|\b(?:Plaintiff[’']s |Gap )?Exhibit (?P<english>\d+|[A-Z]{1,2})\b(?:-(?P<sub>\d+))?",
    re.ASCII,
)
_UNKNOWN_LAW = re.compile(r"((?:[가-힣]*[^은는이가을를와과및에의도\s] )?[가-힣]+법)[」”\"]?\s*$")


@dataclass(frozen=True)
class Names:
    """The names that a text may cite by, each with the name that stands for it in both languages."""

    by_name: Mapping[str, str]

    @property
    def longest_first(self) -> list[str]:
        return sorted(self.by_name, key=len, reverse=True)

    def ending(self, text: str) -> str:
        """What the text before a citation cites, if it ends with a known name."""
        bare = re.sub(r"\s*\([^()]*\)$", "", text.rstrip(" ,").rstrip('”"’」』 '))
        for candidate in (text.rstrip(" ,").rstrip('”"’」』 '), bare.rstrip('”"’」』 ,')):
            for name in self.longest_first:
                if candidate.endswith(name):
                    return self.by_name[name]
        return ""

    def beginning(self, text: str) -> str:
        """What "of the …" after a citation names."""
        after = re.match(r"\s+of\s+(?:the\s+|this\s+)?", text)
        if after:
            rest = text[after.end() :].lstrip('“"‘')
            for name in self.longest_first:
                if rest.startswith(name):
                    return self.by_name[name]
        return ""


def read_citations(sheet: Sheet, names: Names) -> None:
    """Takes exhibits, articles, sections, rules, items and paragraphs. A range stays one figure."""
    sheet.take(_EXHIBIT, _exhibit)
    sheet.take(_US_CODE, _us_code)
    sheet.take(_SECTION_SIGN, _section_sign)
    sheet.take(_ROMAN_ITEM, _roman_item)
    sheet.take(_KOREAN, lambda match: _korean(match, sheet.text, names))
    sheet.take(_PART, _part)
    sheet.take(_ITEMS_OF, lambda match: _items_of(match, sheet.text, names))
    sheet.take(_ENGLISH, lambda match: _english(match, sheet.text, names))
    sheet.take(_PARAGRAPHS, _paragraphs)


def unknown_laws(text: str, names: Names) -> list[str]:
    """Korean statutes that are cited by article and stand in no list of names."""
    found = []
    for match in _KOREAN.finditer(text):
        before = text[: match.start()]
        law = _UNKNOWN_LAW.search(before)
        if law and "조" in match[0] and not names.ending(before):
            found.append(law[1])
    return found


def _figure(match: re.Match[str], value: str, kind: str = "citation", law: str = "") -> Figure:
    return Figure(kind, value, match[0].strip(" ,"), match.start(), match.end(), law=law)


def _exhibit(match: re.Match[str]) -> Iterator[Figure]:
    if match["english"]:
        yield _figure(match, match["english"] + (f"-{match['sub']}" if match["sub"] else ""), "exhibit")
        return
    side = "" if match["side"] == "갑" else match["side"]
    for sub in (match["subs"] or "").split(","):
        yield _figure(match, f"{side}{match['korean']}" + (f"-{sub.strip()}" if sub else ""), "exhibit")


def _us_code(match: re.Match[str]) -> Iterator[Figure]:
    code = f"{match['title']} {match['code']}"
    for member in re.findall(_CODE_MEMBER, match["list"]):
        yield _figure(match, f"{code} {member}", "code citation")


def _section_sign(match: re.Match[str]) -> Iterator[Figure]:
    for member in re.findall(_CODE_MEMBER, match["list"]):
        yield _figure(match, f"{' '.join(match['law'].split())} § {member}".strip(), "code citation")


def _roman_item(match: re.Match[str]) -> Iterator[Figure]:
    yield _figure(match, f"item {match['roman'] or match['korean']}")


def _part(match: re.Match[str]) -> Iterator[Figure]:
    yield _figure(match, f"part {match['number'] or match['korean']}")


def _korean(match: re.Match[str], text: str, names: Names) -> Iterator[Figure]:
    law = names.ending(text[: match.start()])
    article = paragraph = ""
    values: list[str] = []
    joints = re.split(_KOREAN_MEMBER, match[0])
    for index, member in enumerate(re.findall(_KOREAN_MEMBER, match[0])):
        value, article, paragraph = _korean_value(member, article, paragraph)
        _join(values, value, is_range=bool(re.fullmatch(_TO_KOREAN, joints[index])) and index > 0)
    for value in values:
        yield _figure(match, value, law=law)


def _korean_value(member: str, article: str, paragraph: str) -> tuple[str, str, str]:
    """The member's value, with the article and paragraph that the next one inherits."""
    item = ""
    for part in _MEMBER_PARTS.finditer(member):
        if part["article"]:
            article, paragraph = part["article"] + (f"-{part['branch']}" if part["branch"] else ""), ""
        elif part["letter"] or part["paragraph"]:
            paragraph = f"({part['letter'] or part['paragraph']})"
        else:
            item = f" item {part['item']}"
    return f"{article}{paragraph}{item}".strip(), article, paragraph


def _join(values: list[str], value: str, *, is_range: bool) -> None:
    if is_range and values:
        values[-1] = f"{values[-1]} – {value}"
    else:
        values.append(value)


def _members(listed: str, member: str, prefix: str = "", suffix: str = "") -> list[str]:
    values: list[str] = []
    joints = re.split(member, listed)
    for index, one in enumerate(re.findall(member, listed)):
        value = prefix + re.sub(r",\s*items?\s*", " item ", one) + suffix
        _join(values, value, is_range=index > 0 and bool(re.fullmatch(_TO_ENGLISH, joints[index])))
    return values


def _english(match: re.Match[str], text: str, names: Names) -> Iterator[Figure]:
    keyword = match["keyword"]
    law = names.by_name.get(keyword, "") if keyword.startswith("Fed.") else ""
    law = law or names.ending(text[: match.start()]) or names.beginning(text[match.end() :])
    for value in _members(match["list"], _ENGLISH_MEMBER):
        yield _figure(match, value, law=law)


def _items_of(match: re.Match[str], text: str, names: Names) -> Iterator[Figure]:
    law = names.beginning(text[match.end() :]) or names.ending(text[: match.start()])
    for value in _members(match["list"], r"\d+", prefix=f"{match['article']} item "):
        yield _figure(match, value, law=law)


def _paragraphs(match: re.Match[str]) -> Iterator[Figure]:
    for value in _members(match["list"], r"\(\d+\)"):
        yield _figure(match, value)
