"""Masks: enough to recognise one's own, not enough to learn another's."""

import pytest

from portal.web.shown import masked_email, masked_name, masked_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("홍길동", "홍*동"),
        ("이수", "이*"),
        ("남궁민수", "남**수"),
        ("洪吉童", "洪*童"),
        ("Jane Smith", "J*** S****"),
        ("", ""),
    ],
)
def test_names(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [("hong.gildong@example.com", "ho***@…"), ("a@b.kr", "a***@…"), ("not an address", "")],
)
def test_addresses(address: str, shown: str) -> None:
    assert masked_email(address) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [("+821012345678", "010-****-5678"), ("+12127365000", "+1 ****-5000"), ("", "")]
)
def test_phones(number: str, shown: str) -> None:
    assert masked_phone(number) == shown
