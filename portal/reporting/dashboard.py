"""The charts of the numbers' page, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.batches.models import Batch, BatchState
from portal.claims.states import OPEN, ClaimState
from portal.matters.matter import Matter
from portal.messages.words import state_word as message_word
from portal.reporting.aggregate import Numbers
from portal.reporting.charts import Chart, Row, sums
from portal.reporting.counting import AGES, ENDED, FUNNEL, MESSAGES, SOURCES, WORKED_ON, Counted
from portal.reporting.periods import By, Stretch
from portal.reporting.trouble import Trouble
from portal.web.language import current, day
from portal.web.words import country_word, outcome_word, state_word

MOST_ROWS = 12
"""Rows of reasons and countries; the rest is summed up."""


@dataclass(frozen=True)
class Board:
    """What the charts are made of."""

    numbers: Numbers
    stretches: Sequence[Stretch]
    by: By
    matter: Matter
    batches: Sequence[tuple[str, int, int]]
    trouble: Trouble | None

    def charts(self) -> list[Chart]:
        """All charts in the page's order."""
        by_time = self._by_time()
        return [
            by_time,
            self._funnel(by_time),
            self._sources(),
            self._states(),
            self._ages(),
            self._tracks(),
            self._parts("outcomes", _("Outcomes"), "outcome", outcome_word, "outcome"),
            self._reasons(),
            self._parts("kinds", _("Kinds of claimant"), "kind", kind_word, "kind"),
            self._parts("countries", _("Countries of residence"), "country", _country, "country"),
            self._batches(),
            self._messages(),
            *([trouble_chart(self.trouble)] if self.trouble else []),
        ]

    def _by_time(self) -> Chart:
        steps = (*FUNNEL, *ENDED)
        rows = [
            Row(stretch_word(self.by, one), tuple(self._sum(one, step) for step in steps))
            for one in self.stretches
        ]
        titles = {"day": _("By day"), "week": _("By week"), "month": _("By month")}
        return Chart(
            "time",
            titles[self.by],
            {"day": _("Day"), "week": _("Week from"), "month": _("Month")}[self.by],
            tuple(step_word(step) for step in steps),
            tuple(rows),
            shape="columns",
            drawn=FUNNEL.index("submitted"),
            crossed=FUNNEL.index("accepted"),
        )

    def _funnel(self, by_time: Chart) -> Chart:
        totals = sums(by_time.rows)[: len(FUNNEL)] if by_time.rows else (0,) * len(FUNNEL)
        rows = [Row(step_word(step), (total,)) for step, total in zip(FUNNEL, totals, strict=True)]
        return Chart(
            "funnel",
            _("From the first code to the court"),
            _("Step"),
            (_("In the whole period"),),
            tuple(rows),
            note=_(
                "Codes are of the whole site; visits are not tracked. A claim filed now may have begun earlier."
            ),
        )

    def _sources(self) -> Chart:
        steps = FUNNEL[2:]
        rows = [
            Row(
                source_word(source),
                tuple(sum(self._sum(one, step, source) for one in self.stretches) for step in steps),
            )
            for source in SOURCES
        ]
        return Chart(
            "sources",
            _("How they came"),
            _("Source"),
            tuple(step_word(step) for step in steps),
            tuple(rows),
            drawn=steps.index("submitted"),
        )

    def _states(self) -> Chart:
        counted = self.numbers.stock
        rows = [
            Row(state_word(state), (counted["state", state],), _queue(state=state))
            for state in ClaimState
            if state is not ClaimState.DRAFT
        ]
        return Chart("states", _("Where claims stand"), _("Status"), (_("Claims"),), tuple(rows))

    def _ages(self) -> Chart:
        counted = self.numbers.stock
        rows = []
        for place in range(len(AGES) + 1):
            values = tuple(counted["age", f"{state} {place}"] for state in WORKED_ON)
            rows.append(Row(age_word(place), (*values, sum(values))))
        heads = tuple(state_word(state) for state in WORKED_ON)
        return Chart(
            "ages",
            _("How long claims have stood where they are"),
            _("Days"),
            (*heads, _("Together")),
            tuple(rows),
            drawn=len(heads),
            note=_("Counted at the end of %(day)s.", day=day(self.numbers.ages_day))
            if self.numbers.ages_day
            else "",
        )

    def _tracks(self) -> Chart:
        rows = []
        for track in self.matter.tracks:
            if track.jurisdiction != self.numbers.jurisdiction:
                continue
            counted = self.numbers.stock
            to_review = sum(counted["track", f"{track.id} {state}"] for state in OPEN)
            others = (
                counted["track", f"{track.id} {state}"] for state in (ClaimState.ACCEPTED, ClaimState.FILED)
            )
            link = _queue(state="all", track=track.id)
            rows.append(Row(track.short[current()], (counted["track", track.id], to_review, *others), link))
        heads = (_("Claims"), _("To review"), state_word("accepted"), state_word("filed"))
        return Chart("tracks", _("Tracks"), _("Track"), heads, tuple(rows))

    def _reasons(self) -> Chart:
        told = {rule.id: rule.reason[current()] for rule in self.matter.rules}
        return self._parts(
            "reasons", _("Reasons of decisions"), "reason", lambda code: told.get(code, code), ""
        )

    def _parts(
        self, chart: str, title: str, measure: str, word: Callable[[str], str], filtered: str
    ) -> Chart:
        """One row a part, the most frequent first; what comes after the first dozen is summed up."""
        counted = sorted(
            (
                (number, part)
                for (what, part), number in self.numbers.stock.items()
                if what == measure and number
            ),
            key=lambda one: (-one[0], one[1]),
        )
        rows = [
            Row(word(part), (number,), _queue(state="all", **{filtered: part}) if filtered and part else "")
            for number, part in counted[:MOST_ROWS]
        ]
        if rest := sum(number for number, _part in counted[MOST_ROWS:]):
            rows.append(Row(_("Others"), (rest,)))
        return Chart(chart, title, title, (_("Claims"),), tuple(rows))

    def _batches(self) -> Chart:
        found = {state: (batches, claims) for state, batches, claims in self.batches}
        rows = [Row(batch_word(state), found.get(state, (0, 0))[::-1]) for state in map(str, BatchState)]
        link = url_for("batches.index")
        return Chart(
            "batches",
            _("Batches"),
            _("Status"),
            (_("Claims"), _("Batches")),
            tuple(Row(row.label, row.values, link) for row in rows),
        )

    def _messages(self) -> Chart:
        rows = [
            Row(message_word(state), (sum(self._sum(one, "message", state) for one in self.stretches),))
            for state in MESSAGES
        ]
        note = _("Of the whole site, written in the period, by how they stood three days later or stand now.")
        return Chart("messages", _("Messages"), _("Status"), (_("Messages"),), tuple(rows), note=note)

    def _sum(self, stretch: Stretch, measure: str, part: str | None = None) -> int:
        return sum(
            _measured(self.numbers.days[day], measure, part)
            for day in stretch.days()
            if day in self.numbers.days
        )


def batches_of(session: Session, jurisdiction: str) -> list[tuple[str, int, int]]:
    """Batches of an office and the claims in them, by state."""
    query = sa.select(Batch.state, sa.func.count(), sa.func.sum(Batch.claims))
    found = session.execute(query.where(Batch.jurisdiction == jurisdiction).group_by(Batch.state))
    return [(str(state), batches, claims or 0) for state, batches, claims in found]


def trouble_chart(found: Trouble) -> Chart:
    """What failed, as a chart of its own."""
    link = url_for("review.failures")
    rows = [Row(label, (number,), link) for label, number in found.lines()]
    return Chart("failures", _("Failures"), _("What"), (_("Now"),), tuple(rows))


def step_word(step: str) -> str:
    """A step on the way to court."""
    return {
        "codes": _("Codes asked for"),
        "proved": _("Contacts proved"),
        "begun": _("Claims begun"),
        "submitted": _("Signed"),
        "accepted": _("Accepted"),
        "filed": _("Filed"),
        "declined": _("Declined"),
        "withdrawn": _("Withdrawn"),
    }[step]


def source_word(source: str) -> str:
    """How a claim came."""
    return {
        "web": _("By themselves, signed on screen"),
        "paper": _("By themselves, signed on paper"),
        "phone": _("Taken in on the telephone"),
        "counter": _("Taken in at the counter"),
        "import": _("Imported from a list"),
    }[source]


def kind_word(kind: str) -> str:
    """Who a claim is made for."""
    return {
        "self": _("Adult"),
        "minor": _("Minor"),
        "heir": _("Heir"),
        "company": _("Company"),
        "represented": _("Ward with a guardian"),
    }.get(kind, kind)


def batch_word(state: str) -> str:
    """How a batch stands."""
    return {
        "open": _("Being put together"),
        "frozen": _("Frozen"),
        "approved": _("Approved"),
        "filed": _("Filed"),
    }.get(state, state)


def age_word(place: int) -> str:
    """A stretch of days, from AGES."""
    if place == 0:
        return _("under one day")
    if place == len(AGES):
        return _("%(days)s and more", days=AGES[-1])
    return _("%(low)s to %(high)s", low=AGES[place - 1], high=AGES[place])


def stretch_word(by: By, one: Stretch) -> str:
    """A day, week or month as an axis names it."""
    if by == "month":
        return str(format_date(one.first, "y. M." if current() == "ko" else "MMM y"))
    return str(format_date(one.first, "M. d." if current() == "ko" else "d MMM"))


def _measured(counted: Counted, measure: str, part: str | None) -> int:
    if part is not None:
        return counted[measure, part]
    return sum(number for (what, _part), number in counted.items() if what == measure)


def _country(code: str) -> str:
    return country_word(code) if code else _("Not known")


def _queue(**filters: Any) -> str:
    return url_for("review.queue_page", **filters)


def find(charts: Iterable[Chart], chart_id: str) -> Chart | None:
    """The chart of that name."""
    return next((one for one in charts if one.id == chart_id), None)
