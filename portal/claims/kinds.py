"""Who a claim is made for, and by whom: words and days that all kinds of claim share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from portal.matters.kinds import ACTING, SELF, kind_of

__all__ = ["ACTING", "CHILD_AGE", "MAJORITY", "MINOR", "SELF", "age", "alone", "kind_of", "under_age"]

MINOR = "minor"
MAJORITY = 19  # 민법 제4조: 사람은 19세로 성년에 이르게 된다
CHILD_AGE = 14  # 개인정보 보호법 제22조의2: below it a legal representative consents to processing


def age(born: date, today: date) -> int:
    """Completed years on a KST date; somebody born on 29 February completes a year on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def under_age(born: date, today: date) -> bool:
    """Whether somebody is a minor in Korea on a KST date."""
    return age(born, today) < MAJORITY


def alone(answers: Mapping[str, str]) -> bool:
    """Whether a minor began the claim without a parent: the parents are then invited, both of them."""
    return answers.get(ACTING, SELF) in ("minor", "self")
