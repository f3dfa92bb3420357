"""The numbers of days that are over, written once; and what pages show of them, with today counted live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.reporting import counting
from portal.reporting.counting import Counted, Events
from portal.reporting.models import DailyNumber
from portal.runtime import Runtime
from portal.web.language import HOME_ZONES

DAY = timedelta(days=1)
EVENTS = ("audit", "")
"""The last audit event of a day: where counting of the next one begins. That it is there says that the day is done."""
STOCK = ("state", "track", "outcome", "kind", "country", "reason", "age")
UNSETTLED = 3
"""Days until a message has arrived or come back (messages.service.GIVE_UP); its day is counted again until then."""
DAYS_AT_ONCE = 30
LIVE_LIMIT = 20_000
"""Claims in work whose ages are counted while somebody waits; of more, the last day's count is shown."""


@dataclass(frozen=True)
class Numbers:
    """What a page shows of one office: counts by day, and how everything stands.

    That was counted at the end of ``stock_day`` or, where that is empty, just now, and the ages of work likewise at the
    end of ``ages_day``; not at all without ``counted``.
    """

    jurisdiction: str
    today: date
    days: dict[date, Counted] = field(default_factory=dict)
    stock: Counted = field(default_factory=Counter)
    stock_day: date | None = None
    ages_day: date | None = None
    counted: bool = True


def fill(runtime: Runtime) -> int:
    """Count the days that are over and not counted yet, oldest first; answers how many. Repeating it is harmless."""
    now, done = runtime.clock(), 0
    for jurisdiction in HOME_ZONES:
        while done < DAYS_AT_ONCE * len(HOME_ZONES):
            with runtime.database.transaction() as session:
                if not _fill_next(session, jurisdiction, now):
                    break
                done += 1
    return done


def numbers(session: Session, jurisdiction: str, since: date, now: datetime, *, settled: bool) -> Numbers:
    """The numbers of an office from a day on.

    With ``settled`` only those of days that are over: two looks on one day do not show what one person did between.
    """
    today = counting.today(jurisdiction, now)
    days = _kept(session, jurisdiction, since, today)
    last = _last_done(session, jurisdiction)
    if settled:
        stock = _stock_of(session, jurisdiction, last)
        return Numbers(jurisdiction, today, days, stock, last, last, last is not None)
    after = _events_of(session, jurisdiction, last)
    for day in _uncounted(last, today, since):  # today, and yesterday until the job has come by
        days[day] = counting.flows(session, jurisdiction, counting.span(day, jurisdiction), Events(after))
    stock = counting.stock(session, jurisdiction)
    if sum(stock["state", state] for state in counting.WORKED_ON) <= LIVE_LIMIT:
        return Numbers(jurisdiction, today, days, stock + counting.ages(session, jurisdiction, now))
    kept = _stock_of(session, jurisdiction, last, ("age",))
    return Numbers(jurisdiction, today, days, stock + kept, ages_day=last)


def _uncounted(last: date | None, today: date, since: date) -> Iterable[date]:
    # At most a week: without a worker for longer the pages say so little that somebody looks why.
    first = max(since, today - 7 * DAY, (last + DAY) if last else today)
    return [first + n * DAY for n in range((today - first).days + 1)]


def _fill_next(session: Session, jurisdiction: str, now: datetime) -> bool:
    """Count the oldest day that is over and not counted; False when there is none."""
    today = counting.today(jurisdiction, now)
    last = _last_done(session, jurisdiction)
    day = last + DAY if last else counting.first_day(session, jurisdiction)
    if day is None or day >= today:
        return False
    within, after = counting.span(day, jurisdiction), _events_of(session, jurisdiction, last)
    last_event = counting.last_event(session, within.end, after)
    counted = counting.flows(session, jurisdiction, within, Events(after, last_event))
    counted[EVENTS] = last_event
    if day == today - DAY:  # how things stood on an earlier day cannot be told any more
        counted += counting.stock(session, jurisdiction) + counting.ages(session, jurisdiction, now)
    _write(session, jurisdiction, day, counted)
    _count_messages_again(session, jurisdiction, day)
    return True


def _count_messages_again(session: Session, jurisdiction: str, day: date) -> None:
    for earlier in (day - n * DAY for n in range(1, UNSETTLED + 1)):
        session.execute(
            sa.delete(DailyNumber).where(
                DailyNumber.jurisdiction == jurisdiction,
                DailyNumber.day == earlier,
                DailyNumber.measure == "message",
            )
        )
        _write(
            session,
            jurisdiction,
            earlier,
            counting.messages(session, counting.span(earlier, jurisdiction)),
        )


def _write(session: Session, jurisdiction: str, day: date, counted: Counted) -> None:
    session.add_all(
        DailyNumber(jurisdiction=jurisdiction, day=day, measure=measure, part=part, number=number)
        for (measure, part), number in counted.items()
        if number or (measure, part) == EVENTS
    )
    session.flush()


def _kept(session: Session, jurisdiction: str, since: date, today: date) -> dict[date, Counted]:
    query = sa.select(DailyNumber.day, DailyNumber.measure, DailyNumber.part, DailyNumber.number).where(
        DailyNumber.jurisdiction == jurisdiction,
        DailyNumber.day >= since,
        DailyNumber.day < today,
        DailyNumber.measure.not_in(STOCK),
    )
    days: dict[date, Counted] = {}
    for day, measure, part, number in session.execute(query):
        days.setdefault(day, Counter())[measure, part] = number
    return days


def _stock_of(
    session: Session, jurisdiction: str, day: date | None, measures: tuple[str, ...] = STOCK
) -> Counted:
    query = sa.select(DailyNumber.measure, DailyNumber.part, DailyNumber.number).where(
        DailyNumber.jurisdiction == jurisdiction, DailyNumber.day == day, DailyNumber.measure.in_(measures)
    )
    return Counter({(measure, part): number for measure, part, number in session.execute(query)})


def _last_done(session: Session, jurisdiction: str) -> date | None:
    done = (DailyNumber.jurisdiction == jurisdiction, DailyNumber.measure == EVENTS[0])
    newest = sa.select(DailyNumber.day).where(*done).order_by(DailyNumber.day.desc()).limit(1)
    return session.scalar(newest)


def _events_of(session: Session, jurisdiction: str, day: date | None) -> int:
    found = session.get(DailyNumber, (jurisdiction, day, *EVENTS)) if day else None
    return found.number if found else 0
