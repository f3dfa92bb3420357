"""Numbers, amounts, dates and periods read alike from both languages, whatever they are; and others read as others."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from babel.dates import format_date
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portal.matters.drift.figure import Figure
from portal.matters.drift.reader import figures, unanswered

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
SMALL = st.integers(3, 99)
WHOLE = st.integers(2, 999_999_999)
UNITS = st.sampled_from(
    [
        ("년", "years"),
        ("개월", "months"),
        ("주", "weeks"),
        ("일", "days"),
        ("시간", "hours"),
        ("분", "minutes"),
    ]
)
ONES = ["영", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉"]
NATIVE_ONES = ["_", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉"]
NATIVE_TENS = ["_", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"]
SINO = " 일이삼사오육칠팔구"
ENGLISH_ONES = [
    "_", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
ENGLISH_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def agree(korean: str, english: str) -> bool:
    return unanswered(figures(korean), figures(english)) == ([], [])


def the_figure(text: str) -> Figure:
    found = figures(text)
    assert len(found) == 1, found
    return found[0]


def english_words(number: int) -> str:
    """A number below a thousand million, as English spells it."""
    if number < 20:
        return ENGLISH_ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ENGLISH_TENS[tens] + (f"-{ENGLISH_ONES[ones]}" if ones else "")
    for scale, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            count, rest = divmod(number, scale)
            joint = " and " if scale == 100 else " "
            return f"{english_words(count)} {name}" + (joint + english_words(rest) if rest else "")
    raise AssertionError(number)


def sino_words(number: int) -> str:
    """A number as Korean spells it in Chinese readings: 삼백오십만."""
    words = ""
    for scale, name in ((10**8, "억"), (10**4, "만")):
        if number >= scale:
            count, number = divmod(number, scale)
            words += ("" if (count, name) == (1, "만") else _sino_section(count)) + name
    return words + _sino_section(number)


def _sino_section(number: int) -> str:
    words = ""
    for scale, name in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
        digit, number = divmod(number, scale)
        if digit:
            words += ("" if digit == 1 and name else SINO[digit]) + name
    return words


def korean_scaled(number: int) -> str:
    """Digits by ten thousands: 3억 5,000만 120."""
    parts = []
    for scale, name in ((10**8, "억"), (10**4, "만"), (1, "")):
        count, number = divmod(number, scale)
        if count:
            parts.append(f"{count:,}{name}")
    return " ".join(parts)


def native_words(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number == 20:
        return "스무"
    return (NATIVE_TENS[tens] if tens else "") + (NATIVE_ONES[ones] if ones else "")


def dates_of(day: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (
        (f"{day.year}. {day.month}. {day.day}.", f"{day.year}년 {day.month}월 {day.day}일", day.isoformat()),
        (
            format_date(day, "MMMM d, y", locale="en"),
            format_date(day, "d MMMM y", locale="en"),
            format_date(day, "MMM d, y", locale="en"),
        ),
    )


@settings(deadline=None)
@given(DAYS)
def test_a_date_in_any_form_is_that_date(day: date) -> None:
    for said in (form for forms in dates_of(day) for form in forms):
        figure = the_figure(f"({said})")
        assert (figure.kind, figure.value) == ("date", day.isoformat()), said


@settings(deadline=None)
@given(DAYS, DAYS)
def test_another_date_is_another(day: date, other: date) -> None:
    assume(day != other)
    for korean in dates_of(day)[0]:
        for english in dates_of(other)[1]:
            assert not agree(f"{korean}까지입니다.", f"until {english}")


@settings(deadline=None)
@given(DAYS, DAYS)
def test_a_range_within_a_year_may_name_it_once(one: date, other: date) -> None:
    first, last = sorted((one, other.replace(year=one.year, day=min(other.day, 28))))
    assume(first != last)
    korean = f"{first.year}. {first.month}. {first.day}.부터 {last.month}. {last.day}.까지"
    english = (
        f"from {format_date(first, 'MMMM d', locale='en')} to {format_date(last, 'MMMM d, y', locale='en')}"
    )
    assert agree(korean, english), (korean, english)


@settings(deadline=None)
@given(st.times())
def test_a_time_of_day_in_twelve_or_in_twenty_four_hours(moment: time) -> None:
    half, hour = ("오후", "p.m.") if moment.hour >= 12 else ("오전", "a.m."), moment.hour % 12 or 12
    for said in (
        f"{moment.hour}:{moment.minute:02}",
        f"{half[0]} {hour}시 {moment.minute}분",
        f"{hour}:{moment.minute:02} {half[1]}",
    ):
        assert the_figure(said).value == f"{moment.hour:02}:{moment.minute:02}", said


@settings(deadline=None)
@given(WHOLE)
def test_an_amount_in_any_form_is_that_amount(amount: int) -> None:
    forms = [f"{amount:,}원", f"{amount}원", f"{korean_scaled(amount)} 원", f"KRW {amount:,}", f"₩{amount:,}"]
    forms += [f"{amount:,} won", f"{english_words(amount)} won"]
    if amount >= 10:
        forms.append(f"금 {sino_words(amount)} 원")
    for said in forms:
        figure = the_figure(said)
        assert (figure.value, figure.units) == (str(amount), frozenset({"won"})), said


@settings(deadline=None)
@given(st.decimals("0.01", 999_999, places=2))
def test_an_amount_in_dollars(amount: Decimal) -> None:
    said = [f"{amount:,}달러", f"미화 {amount:,}달러", f"{amount:,} dollars"]
    said += [f"{before}{amount:,}" for before in ("$", "US$", "USD ")]
    assert len({(the_figure(one).value, the_figure(one).units) for one in said}) == 1


@settings(deadline=None)
@given(WHOLE, WHOLE)
def test_another_amount_or_another_currency_is_another(amount: int, other: int) -> None:
    assume(amount != other)
    assert not agree(f"{amount:,}원", f"KRW {other:,}")
    assert not agree(f"{korean_scaled(amount)} 원", f"{english_words(other)} won")
    assert not agree(f"{amount:,}원", f"${amount:,}")


@settings(deadline=None)
@given(SMALL, UNITS)
def test_a_period_in_digits_or_words_is_that_period(count: int, unit: tuple[str, str]) -> None:
    korean, english = unit
    word = english_words(count)
    said = [f"for {count} {english}", f"{word} {english}", f"{word} ({count}) {english}"]
    said.append(f"a {count}-{english[:-1]} period")
    for one in said:
        assert agree(f"{count}{korean} 동안", one), one


@settings(deadline=None)
@given(SMALL, SMALL, UNITS, UNITS)
def test_another_period_is_another(
    count: int, other: int, unit: tuple[str, str], other_unit: tuple[str, str]
) -> None:
    assume((count, unit) != (other, other_unit))
    assert not agree(f"{count}{unit[0]} 안에", f"within {other} {other_unit[1]}")


@settings(deadline=None)
@given(st.integers(3, 99))
def test_native_words_count(count: int) -> None:
    assert agree(f"{native_words(count)} 명이", f"{english_words(count)} people"), native_words(count)
    assert not agree(
        f"{native_words(count)} 명이", f"{english_words(count % 97 + 2 + (count % 97 + 2 == count))} people"
    )


@settings(deadline=None)
@given(st.integers(1, 20), st.integers(2, 20))
def test_fractions_and_percentages(above: int, below: int) -> None:
    assert agree(f"{below}분의 {above}", f"{above}/{below}")
    assert agree(f"{above}%", f"{above} percent")
    assert agree(f"{above}.{below}퍼센트", f"{above}.{below}%")
    assert not agree(f"{above}%", f"{above + below}%")


@settings(deadline=None)
@given(st.integers(1, 999), st.integers(1, 30), st.integers(1, 12))
def test_articles_with_branch_paragraph_and_item(article: int, paragraph: int, item: int) -> None:
    pairs = [
        (f"제{article}조", f"Article {article}"),
        (f"제{article}조의{item}", f"Article {article}-{item}"),
        (f"제{article}조 제{paragraph}항", f"Section {article}({paragraph})"),
        (f"제{article}조 제{item}호", f"Article {article}, item {item}"),
        (f"제{article}조, 제{article + 1}조의2", f"Articles {article} and {article + 1}-2"),
        (f"제{article}조부터 제{article + 4}조까지", f"Articles {article} to {article + 4}"),
        (f"제{paragraph}항", f"paragraph ({paragraph})"),
    ]
    for place, (korean, english) in enumerate(pairs):
        assert agree(korean, english), (korean, english)
        assert not any(agree(korean, other) for at, (_, other) in enumerate(pairs) if at != place)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    for figure in figures(text):
        assert 0 <= figure.start <= figure.end <= len(text)


@settings(deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from("제조항호의0123456789.,()- $원일년월two third부터분%만억§U.S.C"), max_size=60
    )
)
def test_every_text_agrees_with_itself(text: str) -> None:
    assert agree(text, text)
