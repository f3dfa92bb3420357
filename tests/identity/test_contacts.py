"""Contacts in their one form, and which of them fill the same mailbox."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.identity import NotAnAddress, normalised_email, normalised_phone
from portal.identity.contacts import Contact, target_of
from portal.web.limits import block_of


@pytest.mark.parametrize(
    "typed", ["hong@gmail.com", "h.o.n.g@gmail.com", "hong+1@gmail.com", "H.ong+coupang@googlemail.com"]
)
def test_variants_of_one_mailbox_are_one_target(typed: str) -> None:
    assert target_of(Contact("email", normalised_email(typed))) == "hong@gmail.com"


def test_dots_count_where_they_count() -> None:
    assert target_of(Contact("email", "h.ong@example.com")) != target_of(Contact("email", "hong@example.com"))


@pytest.mark.parametrize("typed", ["010-2345-6789", "01023456789", "＋82 10 2345 6789", "+82-10-2345-6789"])
def test_a_korean_number_has_one_form(typed: str) -> None:
    assert normalised_phone(typed) == "+821023456789"


@pytest.mark.parametrize("typed", ["", "12", "010-2345", "+999 1234567", "not a number", "0" * 5_000])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(NotAnAddress):
        normalised_phone(typed)


def test_numbers_of_other_countries_are_taken() -> None:
    assert normalised_phone("+1 212 736 5000") == "+12127365000"
    assert normalised_phone("+49 30 901820") == "+4930901820"


@given(st.text(max_size=60))
def test_a_form_once_found_stays_and_no_text_breaks_it(typed: str) -> None:
    for read in (normalised_email, normalised_phone):
        try:
            found = read(typed)
        except NotAnAddress:
            continue
        assert read(found) == found


def test_blocks_of_addresses() -> None:
    assert block_of("203.0.113.7") == block_of("203.0.113.200") != block_of("203.0.114.7")
    assert block_of("2001:db8:1:2::5") == block_of("2001:db8:1:ffff::9") != block_of("2001:db8:2::5")
    assert block_of("::ffff:203.0.113.7") == block_of("203.0.113.9")
    assert block_of("") == block_of("unix socket") == ""
