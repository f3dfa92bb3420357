"""Who a claim is made for. Everybody but an adult acting alone is helped by staff for now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

MAJORITY = 19  # 민법 제4조: 사람은 19세로 성년에 이르게 된다
ACTING = "acting"  # the one question id that every matter's eligibility.toml shares with this module
SELF = "self"
_KINDS = {"self": SELF, "child": "minor", "minor": "minor", "heir": "heir", "company": "company"}


def kind_of(answers: Mapping[str, str]) -> str:
    """The kind of claim that the eligibility answers describe; a matter that does not ask takes adults only."""
    return _KINDS.get(answers.get(ACTING, SELF), "represented")


def under_age(born: date, today: date) -> bool:
    """Whether somebody is a minor in Korea on a KST date; born on 29 February, one comes of age on 1 March."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return years < MAJORITY
