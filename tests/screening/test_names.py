"""Namesakes across scripts and spellings."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.screening import names
from portal.screening.names import Likeness

SAME_PERSON = (
    ("홍길동", "HONG GILDONG", "Hong Kil-dong", "洪吉童", "Gildong Hong", "Kil Dong Hong"),
    ("이수", "Lee Soo", "Yi Su", "Rhee Soo", "李秀"),
    ("김민준", "Kim Minjun", "KIM MIN JOON", "Min-Joon Gim", "金民俊"),
    ("박서연", "Park Seoyeon", "Pak Suh Yun", "Seo-yeon Bak", "朴瑞姸"),
    ("최지우", "Choi Jiwoo", "Choe Chi-u"),
    ("남궁하은", "Namgung Haeun", "Namkoong Ha Eun"),
    ("정예린", "Jung Yerin", "Chung Ye-rin", "Jeong Ye Rin"),
    ("류현희", "Ryu Hyunhee", "Yoo Hyeon-hui"),
    ("윤태현", "Yoon Taehyun", "尹泰賢"),
    ("강한길", "Kang Hangil", "Gang Han Gil"),
    ("허재호", "Huh Jaeho", "Hur Jae Ho", "Heo Jae-ho"),
    ("최준혁", "Choi Junhyuk", "CHOE CHUN HYOK"),
    ("서석숙", "Seo Seok-sook", "Suh Suk Suk"),
    ("Siobhán O'Brien", "SIOBHAN OBRIEN", "O’Brien, Siobhan"),
    ("쿠팡 주식회사", "Coupang, Inc.", "COUPANG CORP."),
)
PAIRS = [(group[0], other) for group in SAME_PERSON for other in group[1:]]
ANYTHING = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=12),
    st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz -'"), max_size=40),
    st.sampled_from(
        ["NULL", "O'Brien", "뷁", "=HYPERLINK(1)", "null null", "\u202e", "ㄱㄴ", "ǅ", "李", "𠀀"]
    ),
)


@pytest.mark.parametrize(("hangul", "other"), PAIRS)
def test_one_name_in_two_scripts_shares_a_key_and_is_like(hangul, other):
    assert names.keys([hangul]) & names.keys([other])
    assert names.likeness([hangul], [other]) in (Likeness.SAME, Likeness.LIKE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("김민준", "이민준"),
        ("김민준", "김서연"),
        ("김민준", "Kim Minseo"),
        ("김민준", "Lee Minjun"),
        ("John Smith", "Jane Smith"),
        ("NULL", "O'Brien"),
        ("이수", "이서"),
    ],
)
def test_other_names_are_other(one, other):
    assert names.likeness([one], [other]) is Likeness.OTHER


def test_a_slip_of_one_letter_is_like_but_not_the_same():
    assert names.likeness(["김민준"], ["김민중"]) is Likeness.LIKE
    assert names.near_keys(["김민준"]) & names.near_keys(["김민중"])
    assert names.likeness(["김민준"], []) is Likeness.UNKNOWN


@settings(
    suppress_health_check=[HealthCheck.too_slow], deadline=None
)  # the table of letters is made on first use
@given(st.lists(ANYTHING, max_size=3), st.lists(ANYTHING, max_size=3))
def test_no_name_is_too_strange_and_likeness_is_mutual(mine, theirs):
    assert names.likeness(mine, theirs) is names.likeness(theirs, mine)
    assert names.closeness(mine, theirs) == names.closeness(theirs, mine)
    assert names.keys(mine) <= names.near_keys(mine)


@given(ANYTHING)
def test_a_name_is_itself_whatever_its_case_and_blanks(name):
    found = names.likeness([name], [f"  {name.upper()} ".replace(" ", "  ")])
    assert found in (Likeness.SAME, Likeness.LIKE, Likeness.UNKNOWN) or not name.isascii()
