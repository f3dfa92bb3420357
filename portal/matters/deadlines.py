"""What deadlines.toml holds: the matter's dates, and how each is counted where it is not simply known.

A day is fixed (``on``), or counted (``count``) from a day that is said or from another date of the file. Which days are
no working days follows from the jurisdiction; so does what happens to a last day that is none.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from portal.matters.bilingual import Part, Shared, Text
from portal.matters.page import Country
from portal.matters.questions import Identifier

Kind = Literal["limitation", "filing", "service", "hearing", "notice", "disclosure", "internal"]
Sure = Literal["A", "B", "C"]
Unit = Literal["days", "business_days", "months", "years"]
Holidays = Literal["next", "previous", "stays"]


class Count(Part):
    """So many days, business days, months or years after a day, or before it where the number is below zero.

    The day itself is not counted (민법 제157조; FRCP 6(a)(1)(A)). ``holidays`` says where a last day goes that is no
    working day: to the next (민법 제161조; FRCP 6(a)(1)(C)), the one before, or nowhere.
    """

    number: Annotated[int, Field(ge=-3_650, le=3_650)]
    unit: Unit
    start: date | None = None
    start_text: Text | None = None
    after: Identifier | None = None
    holidays: Holidays = "next"
    rule: Shared

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.start is None) == (self.after is None):
            raise ValueError('a count begins with "start", a day, or with "after", the id of another date')
        if (self.start is None) != (self.start_text is None):
            raise ValueError('"start" and "start_text" go together')
        if self.number == 0 or (self.unit in ("months", "years") and abs(self.number) > 600):
            raise ValueError("the number is not 0, and at most 600 months or years")
        return self


class MatterDate(Part):
    """One date of the matter. ``sure``: A read at a source, B to be confirmed by counsel, C assumed.

    ``at`` is the hour on a clock of the jurisdiction's office by which it has to be done; without it the day's end.
    """

    id: Identifier
    jurisdiction: Country
    kind: Kind
    title: Text
    note: Text | None = None
    on: date | None = None
    count: Count | None = None
    at: time | None = None
    sure: Sure
    source: Shared
    warn_days: Annotated[tuple[Annotated[int, Field(ge=0, le=730)], ...], Field(min_length=1)] = (30, 7, 1)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.on is None) == (self.count is None):
            raise ValueError('a date is fixed by "on" or has a "count", not both')
        if self.at is not None and self.at.tzinfo is not None:
            raise ValueError('"at" is an hour where the office is; it bears no zone')
        return self


class DeadlinesToml(Part):
    """The whole of deadlines.toml."""

    dates: tuple[MatterDate, ...] = ()

    def named(self, date_id: str) -> MatterDate:
        """Raises KeyError for an unknown date."""
        for one in self.dates:
            if one.id == date_id:
                return one
        raise KeyError(date_id)
