"""사업자등록번호 and 고유번호: ten digits, the last of which checks the others. Not a resident registration number."""

from __future__ import annotations

import re

from portal.web.typed import halfwidth

_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)  # 국세청
_WRITTEN = re.compile(r"(\d{3})[- ]?(\d{2})[- ]?(\d{5})", re.ASCII)


def read_registration(typed: str) -> str | None:
    """The ten digits of a number as people write it, 123-45-67890; None when it cannot be one."""
    found = _WRITTEN.fullmatch(halfwidth(typed[:40]).strip())
    if found is None:
        return None
    digits = "".join(found.groups())
    return digits if checks(digits) else None


def checks(digits: str) -> bool:
    """Whether the last of ten digits agrees with the nine before it."""
    plain = [int(one) for one in digits]
    total = (
        sum(weight * digit for weight, digit in zip(_WEIGHTS, plain[:9], strict=True)) + plain[8] * 5 // 10
    )
    return (10 - total % 10) % 10 == plain[9]


def shown_registration(digits: str) -> str:
    """As it is written: 123-45-67890."""
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}" if len(digits) == 10 else digits
