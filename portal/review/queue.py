"""The queue: filters, numbers and pages by key over the engagements that a staff member may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.claims.flags import Flag
from portal.claims.models import BlindIndex, Claim
from portal.claims.queue_models import QueueGroup, QueueRow
from portal.claims.states import OPEN, ClaimState
from portal.review import search
from portal.vault import Vault
from portal.web import Staff
from portal.web.language import HOME_ZONES

PAGE = 50
GROUPS: dict[str, frozenset[ClaimState]] = {
    "open": OPEN,
    **{str(state): frozenset({state}) for state in ClaimState if state is not ClaimState.DRAFT},
    "all": frozenset(ClaimState) - {ClaimState.DRAFT},
}
OUTCOMES = ("eligible", "needs_review", "not_eligible")
ORDERS = ("received", "doubt")
DUE = ("late", "week")
# So many matches are read and sorted in a few milliseconds; where there are more, they lie so close together that
# walking along the order meets a page of them sooner.
FEW, FEW_GROUPS = 20_000, 5_000


@dataclass(frozen=True)
class Filters:
    """What the reader asked to see; unknown values mean "any". ``text`` is searched for, ``before`` a page's key."""

    state: str = "open"
    track: str = ""
    outcome: str = ""
    reason: str = ""
    flag: str = ""
    due: str = ""
    assignee: str = ""
    country: str = ""
    kind: str = ""
    order: str = "received"
    text: str = ""
    before: str = ""

    @property
    def states(self) -> frozenset[ClaimState]:
        """The states that the chosen group stands for."""
        return GROUPS.get(self.state, OPEN)

    @property
    def chosen(self) -> dict[str, str]:
        """What differs from the plain queue, without text and place: what a link or a saved view says."""
        plain = asdict(Filters())
        return {
            name: value
            for name, value in asdict(self).items()
            if value != plain[name] and name not in ("text", "before")
        }


@dataclass(frozen=True)
class Found:
    """Ids of a page in their order, the key of the next older ones, and how many meet the filters (None: many)."""

    ids: list[UUID]
    older: str
    number: int | None


def find(
    session: Session,
    vault: Vault,
    prefix: str,
    staff: Staff,
    filters: Filters,
    *,
    today: date,
    limit: int = PAGE,
) -> Found:
    """The first engagements after the key that pass the filters; of a search the newest claims first."""
    within = _within(staff, filters)
    if filters.text.strip():
        return _searched(
            session, search.ways(vault, prefix, filters.text), within, staff, filters, today, limit
        )
    number: int | None
    groups, number = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(QueueGroup.number), 0)).where(
            *within, QueueGroup.number > 0
        )
    ).one()
    if not number:
        return Found([], "", 0)
    order = _Order(filters)
    due = _due(filters, today)
    if number <= FEW and groups <= FEW_GROUPS:
        some = sa.select(QueueGroup.id).where(*within, QueueGroup.number > 0)
        # An expression of the column keeps the database from walking along its index.
        query = order.sorted(sa.select(QueueRow).where(QueueRow.group_id.in_(some), *due))
        rows = session.execute(query.limit(limit + 1)).scalars().all()
    else:
        alike = sa.exists().where(QueueGroup.id == QueueRow.group_id, *within).correlate(QueueRow)
        rows = order.merged(
            [_walk(session, order, place, alike, due, limit) for place in staff.jurisdictions], limit
        )
    if due:
        number = None if len(rows) > limit or filters.before else len(rows)
    older = order.key(rows[limit - 1]) if len(rows) > limit else ""
    return Found([row.engagement_id for row in rows[:limit]], older, number)


def counts(session: Session, staff: Staff) -> dict[str, int]:
    """How many engagements stand in each state, for the navigation."""
    query = sa.select(QueueGroup.state, sa.func.sum(QueueGroup.number))
    within = QueueGroup.jurisdiction.in_(staff.jurisdictions)
    by_state = {
        ClaimState(state): int(number)
        for state, number in session.execute(query.where(within).group_by(QueueGroup.state))
    }
    return {group: sum(by_state.get(state, 0) for state in states) for group, states in GROUPS.items()}


def count_each(session: Session, staff: Staff, views: Sequence[Filters]) -> list[int]:
    """How many meet each of several filters, in one pass over the groups; a date to answer by is left out."""
    if not views:
        return []
    columns = [
        sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*_within(staff, one)), QueueGroup.number))), 0)
        for one in views
    ]
    mine = QueueGroup.jurisdiction.in_(staff.jurisdictions)
    return [int(number) for number in session.execute(sa.select(*columns).where(mine)).one()]


def countries(session: Session, staff: Staff) -> list[str]:
    """Countries of residence of those in the queue."""
    mine = QueueGroup.jurisdiction.in_(staff.jurisdictions)
    query = sa.select(QueueGroup.country).where(mine, QueueGroup.country != "").distinct()
    return sorted(session.scalars(query))


def _within(staff: Staff, filters: Filters) -> list[sa.ColumnElement[bool]]:
    """The filters as conditions on groups."""
    met: list[sa.ColumnElement[bool]] = [QueueGroup.jurisdiction.in_(staff.jurisdictions)]
    if filters.states != GROUPS["all"]:
        met.append(QueueGroup.state.in_(sorted(filters.states)))
    if filters.outcome in OUTCOMES:
        met.append(QueueGroup.outcome == filters.outcome)
    for column, value in (
        (QueueGroup.tracks, filters.track),
        (QueueGroup.reasons, filters.reason),
        (QueueGroup.flags, filters.flag if filters.flag in set(Flag) else ""),
    ):
        if value:
            met.append(column.contains(f"|{value}|", autoescape=True))
    if filters.country:
        met.append(QueueGroup.country == filters.country)
    if filters.kind:
        met.append(QueueGroup.kind == filters.kind)
    if filters.assignee:
        named = {"me": str(staff.id), "nobody": ""}
        met.append(QueueGroup.assignee == named.get(filters.assignee, filters.assignee))
    return met


def _due(filters: Filters, today: date) -> list[sa.ColumnElement[bool]]:
    """The date until which the claimant is asked to answer: passed, or within seven days."""
    match filters.due:
        case "late":
            return [QueueRow.due_on < today]
        case "week":
            return [QueueRow.due_on.between(today, today + timedelta(days=7))]
        case _:
            return []


def _walk(
    session: Session,
    order: _Order,
    place: str,
    alike: sa.ColumnElement[bool],
    due: list[sa.ColumnElement[bool]],
    limit: int,
) -> Sequence[QueueRow]:
    """The first of one jurisdiction, by walking along the order; few that are due are sorted instead."""
    query = sa.select(QueueRow).where(QueueRow.jurisdiction == place, alike, *due)
    if due:
        those = sa.select(sa.literal(1)).where(QueueRow.jurisdiction == place, *due).limit(FEW + 1)
        if (session.scalar(sa.select(sa.func.count()).select_from(those.subquery())) or 0) <= FEW:
            return session.execute(order.sorted(query).limit(limit + 1)).scalars().all()
    return session.execute(order.walked(query).limit(limit + 1)).scalars().all()


def _searched(
    session: Session,
    ways: list[search.Way],
    within: list[sa.ColumnElement[bool]],
    staff: Staff,
    filters: Filters,
    today: date,
    limit: int,
) -> Found:
    """Claims that one of the ways finds, the newest begun first: ids of claims grow with time."""
    alike = sa.exists().where(QueueGroup.id == QueueRow.group_id, *within).correlate(QueueRow)
    # Bent, so that no database begins with the jurisdiction's index instead of the few that the search finds.
    place_of = sa.func.coalesce(QueueRow.jurisdiction, "")
    mine = (place_of.in_(staff.jurisdictions), alike, *_due(filters, today))
    found = []
    for way in ways:
        place, query = _of_way(way)
        query = query.where(*mine)
        if key := _parsed(filters.before, UUID, UUID):
            query = query.where(sa.tuple_(place, QueueRow.engagement_id) < sa.tuple_(*map(sa.literal, key)))
        query = query.order_by(place.desc(), QueueRow.engagement_id.desc()).limit(limit + 1)
        found.append(session.execute(query).scalars().all())
    rows = _merged(found, lambda row: (row.claim_id.hex, row.engagement_id.hex), limit)
    older = f"{rows[limit - 1].claim_id}~{rows[limit - 1].engagement_id}" if len(rows) > limit else ""
    number = None if older or filters.before else len(rows)
    return Found([row.engagement_id for row in rows[:limit]], older, number)


def _of_way(way: search.Way) -> tuple[InstrumentedAttribute[UUID], sa.Select[QueueRow]]:
    if way.number:
        query = sa.select(QueueRow).join(Claim, Claim.id == QueueRow.claim_id)
        return QueueRow.claim_id, query.where(Claim.number == way.number)
    first, *others = way.digests
    query = (
        sa.select(QueueRow)
        .join(BlindIndex, BlindIndex.claim_id == QueueRow.claim_id)
        .where(BlindIndex.kind == first[0], BlindIndex.digest == first[1])
    )
    for kind, digest in others:
        again = sa.orm.aliased(BlindIndex)
        query = query.where(
            sa.exists().where(
                again.claim_id == BlindIndex.claim_id, again.kind == kind, again.digest == digest
            )
        )
    return BlindIndex.claim_id, query


class _Order:
    """By time received or by doubt, the newest or most doubtful first."""

    def __init__(self, filters: Filters) -> None:
        self.doubt = filters.order == "doubt"
        self._before = filters.before

    def walked(self, query: sa.Select[Any]) -> sa.Select[Any]:
        """In this order, along the index that has it."""
        return self._after(query).order_by(*(column.desc() for column in self._columns))

    def sorted(self, query: sa.Select[Any]) -> sa.Select[Any]:
        """In this order, sorted; no index has the first expression."""
        first, *rest = self._columns
        bent = sa.func.coalesce(first, first)
        return self._after(query).order_by(bent.desc(), *(column.desc() for column in rest))

    def merged(self, found: list[Sequence[QueueRow]], limit: int) -> list[QueueRow]:
        """Several of them as one."""
        return _merged(found, self._values, limit)

    def key(self, row: QueueRow) -> str:
        """Where the next page begins."""
        doubt = f"{row.doubt}~" if self.doubt else ""
        return f"{doubt}{row.received_at.isoformat()}~{row.engagement_id}"

    @property
    def _columns(self) -> list[Any]:
        return [
            *([QueueRow.doubt] if self.doubt else []),
            QueueRow.received_at,
            QueueRow.engagement_id,
        ]

    def _values(self, row: QueueRow) -> tuple[Any, ...]:
        return (row.doubt if self.doubt else 0, row.received_at, row.engagement_id.hex)

    def _after(self, query: sa.Select[Any]) -> sa.Select[Any]:
        kinds: list[Callable[[str], Any]] = [*([int] if self.doubt else []), datetime.fromisoformat, UUID]
        key = _parsed(self._before, *kinds)
        if key is None or key[-2].tzinfo is None:
            return query
        typed = [sa.literal(value, column.type) for value, column in zip(key, self._columns, strict=True)]
        return query.where(sa.tuple_(*self._columns) < sa.tuple_(*typed))


def _merged(
    found: list[Sequence[QueueRow]], values: Callable[[QueueRow], tuple[Any, ...]], limit: int
) -> list[QueueRow]:
    together: dict[UUID, QueueRow] = {}
    for row in merge(*found, key=values, reverse=True):
        together.setdefault(row.engagement_id, row)
    return list(islice(together.values(), limit + 1))


def _parsed(key: str, *kinds: Callable[[str], Any]) -> list[Any] | None:
    """The parts of a page's key; None for none, and for what was made up."""
    parts = key.split("~")
    if len(parts) != len(kinds):
        return None
    try:
        return [kind(part) for kind, part in zip(kinds, parts, strict=True)]
    except ValueError:
        return None


def filters_of(asked: Any, text: str = "") -> Filters:
    """The filters as a form or an address has them."""
    plain = Filters()
    given = {name: str(asked.get(name, ""))[:100] or value for name, value in asdict(plain).items()}
    chosen = replace(Filters(**given), text=text[:200])
    return chosen if chosen.order in ORDERS else replace(chosen, order=plain.order)


def today_of(staff: Staff, now: datetime) -> date:
    """The day in the office that looks."""
    place = staff.jurisdictions[0] if staff.jurisdictions else "kr"
    return now.astimezone(HOME_ZONES[place]).date()
