"""The harm diary: dated incidents of the matter's kinds, their totals, and amounts as people write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from portal.claims.particulars import Incident, Money, Particulars
from portal.errors import PortalError
from portal.matters.matter import Matter
from portal.web.typed import halfwidth

Currency = Literal["KRW", "USD"]
CURRENCIES: tuple[Currency, Currency] = ("KRW", "USD")
MOST_INCIDENTS = 100
EARLIEST = date(2000, 1, 1)
"""No incident of a matter is older; an earlier year is a slip of the finger."""
MOST_MINUTES = 600_000
MOST_MONEY = Decimal(1_000_000_000_000)  # a round limit below what the sealed amount can hold

_SIGNS: tuple[tuple[Currency, str], ...] = (
    ("KRW", r"₩|\\|krw|won|원"),
    ("USD", r"us\$|\$|usd|dollars?|미국달러|달러|불"),
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,15}", re.ASCII)
_MYRIADS = re.compile(
    r"(?:([\d천백십]{1,7})억)?(?:(\d,?\d{3}|[\d천백십]{1,7})만)?([\d천백십]{0,7})", re.ASCII
)
_THOUSANDS = re.compile(r"(?:(\d?)(천))?(?:(\d?)(백))?(?:(\d?)(십))?(\d{0,4})", re.ASCII)


class NotAnAmount(PortalError):
    """What was typed is no amount; ``why`` is nothing, shape, commas, decimals, currency or large."""

    def __init__(self, why: Literal["nothing", "shape", "commas", "decimals", "currency", "large"]) -> None:
        super().__init__(f"no amount: {why}")
        self.why = why


@dataclass(frozen=True)
class Totals:
    """What the entries of a diary add up to; a currency in which nothing was lost is missing."""

    incidents: int = 0
    money: tuple[Money, ...] = ()
    minutes: int = 0

    def __bool__(self) -> bool:
        return self.incidents > 0


def read_money(text: str, currency: Currency) -> Money:
    """An amount as people write it: 1,234,000원, ₩ 30000, 30만 원, $1,234.56, in any width of figures.

    A sign of the other currency is refused rather than believed: the amount goes into sworn papers. Raises NotAnAmount.
    """
    plain = re.sub(r"\s+", "", halfwidth(text[:60])).casefold()
    for sign, pattern in _SIGNS:
        stripped = re.sub(rf"^(?:{pattern})|(?:{pattern})$", "", plain)
        if stripped != plain and sign != currency:
            raise NotAnAmount("currency")
        plain = stripped
    whole, point, places = plain.partition(".")
    value = _whole(whole)
    if point:
        if not re.fullmatch(r"\d{1,2}", places, re.ASCII):
            raise NotAnAmount("shape")
        if currency == "KRW":
            raise NotAnAmount("decimals")
        value += Decimal(f"0.{places}")
    if value == 0:
        raise NotAnAmount("nothing")
    if value >= MOST_MONEY:
        raise NotAnAmount("large")
    return Money(amount=value, currency=currency)


def _whole(text: str) -> Decimal:
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", ""))
    found = _MYRIADS.fullmatch(text)
    if text and found:
        return Decimal(
            sum(
                _small(part) * unit
                for part, unit in zip(found.groups(), (10**8, 10**4, 1), strict=True)
                if part
            )
        )
    raise NotAnAmount("commas" if re.fullmatch(r"[\d,]+", text, re.ASCII) else "shape")


def _small(text: str) -> int:
    """A number below ten thousand as it stands before 억 and 만: 30, 3천, 천2백, 1,000."""
    found = _THOUSANDS.fullmatch(text.replace(",", ""))
    if found is None:
        raise NotAnAmount("shape")
    value = int(found[7] or 0)
    for place, unit in ((1, 1000), (3, 100), (5, 10)):
        if found[place + 1]:
            value += int(found[place] or 1) * unit
    return value


def written(money: Money) -> str:
    """The amount as a field shows it: thousands separated, cents only where there are some."""
    whole = money.amount == money.amount.to_integral_value()
    return f"{money.amount:,.0f}" if money.currency == "KRW" or whole else f"{money.amount:,.2f}"


def totals(incidents: Iterable[Incident]) -> Totals:
    """Count, money by currency and minutes of these entries."""
    entries = tuple(incidents)
    sums = [
        (
            currency,
            sum(
                (one.lost.amount for one in entries if one.lost and one.lost.currency == currency), Decimal(0)
            ),
        )
        for currency in CURRENCIES
    ]
    money = tuple(Money(amount=amount, currency=currency) for currency, amount in sums if amount)
    return Totals(len(entries), money, sum(one.minutes for one in entries))


def in_order(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    """By day, and on one day as they were entered."""
    return tuple(sorted(incidents, key=lambda one: (one.on, _number(one.id))))


def find(particulars: Particulars, incident_id: str) -> Incident | None:
    """The entry of that id."""
    return next((one for one in particulars.diary if one.id == incident_id), None)


def next_id(*used: Iterable[str]) -> str | None:
    """An id that nothing of the claim has borne; None when the diary is full."""
    numbers = [_number(name) for names in used for name in names if re.fullmatch(r"i\d{1,3}", name, re.ASCII)]
    following = max(numbers, default=0) + 1
    return f"i{following}" if following <= 999 else None


def put(particulars: Particulars, incident: Incident) -> Particulars:
    """The particulars with an entry added or replaced."""
    others = [one for one in particulars.diary if one.id != incident.id]
    return particulars.model_copy(update={"diary": in_order([*others, incident])})


def removed(particulars: Particulars, incident_id: str) -> Particulars:
    """The particulars without an entry."""
    kept = tuple(one for one in particulars.diary if one.id != incident_id)
    return particulars.model_copy(update={"diary": kept})


def is_early(matter: Matter, incident: Incident) -> bool:
    """Whether it happened before anything could come of the matter: said as a warning, never refused."""
    return matter.diary is not None and incident.on < matter.diary.since


def _number(name: str) -> int:
    return int(name.removeprefix("i"))
