"""Claim numbers: read back however they are typed, refused when mistyped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.claims.numbers import ALPHABET, new_number, read_number

places = st.integers(0, 7)


def test_new_numbers_read_back_and_differ():
    numbers = {new_number("CP") for _ in range(500)}
    assert len(numbers) == 500
    assert {read_number(number, "CP") for number in numbers} == numbers


@pytest.mark.parametrize(
    "spell",
    [
        str.lower,
        lambda n: n.replace("-", " "),
        lambda n: n.removeprefix("CP-"),
        lambda n: n.replace("0", "O").replace("1", "l"),
    ],
)
def test_it_may_be_typed_carelessly(spell):
    number = new_number("CP")
    assert read_number(spell(number), "CP") == number


@given(places)
def test_any_one_wrong_character_is_noticed(place):
    number = new_number("CP")
    plain = number.removeprefix("CP-").replace("-", "")
    for character in ALPHABET:
        typed = plain[:place] + character + plain[place + 1 :]
        assert read_number(typed, "CP") == (number if typed == plain else None)


@given(st.integers(0, 5))
def test_two_swapped_neighbours_are_noticed(place):
    plain = new_number("CP").removeprefix("CP-").replace("-", "")
    typed = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    assert typed == plain or read_number(typed, "CP") is None


@given(st.text(max_size=40))
def test_anything_else_is_no_number(text):
    read = read_number(text, "CP")
    assert read is None or read.startswith("CP-")
