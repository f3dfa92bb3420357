"""사업자등록번호, shares of an inheritance, contacts of somebody else, and names: whatever may be typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.claims.kinds import age
from portal.claims.party_forms import read_contact, read_share
from portal.claims.registration import checks, read_registration, shown_registration
from tests.visitor import Visitor, errors_of

NINE = st.text("0123456789", min_size=9, max_size=9)


@given(NINE)
def test_exactly_one_last_digit_fits_and_each_way_to_write_it_is_read(nine: str) -> None:
    (whole,) = [nine + last for last in "0123456789" if checks(nine + last)]
    for typed in (whole, shown_registration(whole), f" {whole[:3]} {whole[3:5]} {whole[5:]} "):
        assert read_registration(typed) == whole
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in whole)
    assert read_registration(full_width) == whole


@given(st.text(max_size=60))
def test_anything_else_is_none_or_ten_digits_that_check(typed: str) -> None:
    found = read_registration(typed)
    assert found is None or (len(found) == 10 and found.isascii() and found.isdigit() and checks(found))


def test_numbers_that_the_tax_office_gave_out_check() -> None:
    assert read_registration("124-81-00998")
    assert read_registration("120-88-00767") == "1208800767"
    assert read_registration("124-81-00999") is None
    assert read_registration("900101-1234567") is None


@given(st.text(max_size=12), st.text(max_size=12))
def test_a_share_is_never_more_than_the_whole(parts: str, whole: str) -> None:
    share = read_share(parts, whole)
    assert share is None or 1 <= share[0] <= share[1] <= 1_000


@pytest.mark.parametrize(
    ("parts", "whole", "share"),
    [
        ("2", "7", (2, 7)),
        ("１", "１", (1, 1)),
        ("3", "2", None),
        ("0", "1", None),
        ("1.5", "3", None),
        ("", "", None),
    ],
)
def test_a_share_is_read_as_people_write_it(parts: str, whole: str, share: tuple[int, int] | None) -> None:
    assert read_share(parts, whole) == share


@pytest.mark.parametrize(
    ("typed", "country", "value"),
    [
        ("Appa@Example.com ", "", "appa@example.com"),
        ("010-9876-5432", "", "+821098765432"),
        ("+1 212 736 5000", "", "+12127365000"),
        ("212 736 5000", "US", "+12127365000"),
        ("아버지", "", None),
        ("a@b", "", None),
        ("@" * 300, "", None),
    ],
)
def test_a_contact_is_an_address_or_a_number(typed: str, country: str, value: str | None) -> None:
    assert read_contact(typed, country) == value


def test_age_counts_whole_years_by_the_calendar() -> None:
    from datetime import date

    assert age(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age(date(2008, 2, 29), date(2026, 3, 1)) == 18


@pytest.mark.parametrize(
    "fields",
    [
        {"hangul": "", "passport": "Suharto"},
        {"hangul": "", "passport": "U"},
        {"hangul": "뷔", "passport": ""},
        {"hangul": "", "passport": "Jean-Luc O’Brien Ng"},
        {"hangul": "하" * 100, "passport": ""},
        {"hangul": "", "passport": " ".join(["Wolfeschlegelsteinhausen"] * 6)},
    ],
)
def test_people_with_one_name_one_letter_or_very_long_names_get_through(
    patient_draft: Visitor, fields: dict[str, str]
) -> None:
    sent = patient_draft.send("name", {"hanja": "", **fields})
    assert sent.status_code == 303, errors_of(sent)
    held = patient_draft.particulars().name
    assert held is not None
    assert (held.hangul, held.passport) == (fields["hangul"], fields["passport"])
