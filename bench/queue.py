"""The queue and the search with a million claims behind them: the whole page through the application, on each database.

Rows are written straight into the tables: engagements in some thousands of groups, and blind indexes of invented names,
telephones and addresses. Every claim shares one sealed person; a page opens and masks fifty of them as ever.
``PORTAL_BENCH_CLAIMS`` makes fewer, ``PORTAL_BENCH_DATABASES`` names which of sqlite and postgresql.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
import structlog
from flask.testing import FlaskClient
from psycopg import sql

from bench.figure import Figure
from portal import create_app
from portal.claims.flags import Flag
from portal.claims.models import BlindIndex, Claim, Engagement
from portal.claims.name_parts import hangul_parts
from portal.claims.numbers import new_number
from portal.claims.particulars import Particulars, PersonName, VerifiedContact
from portal.claims.queue_models import QueueGroup, QueueRow
from portal.claims.queued import Facets, listed
from portal.claims.states import ClaimState
from portal.operations.prepare import make_ready
from portal.runtime import Runtime
from portal.settings import Settings
from portal.staff import factors, service

CLAIMS = int(os.environ.get("PORTAL_BENCH_CLAIMS", "1000000"))
DATABASES = os.environ.get("PORTAL_BENCH_DATABASES", "sqlite,postgresql").split(",")
POSTGRESQL = os.environ.get("PORTAL_TEST_POSTGRESQL", "postgresql://root@127.0.0.1:5432/test")
CHUNK = 20_000
SURNAMES = "김이박최정강조윤장임한오서신권황안송류전"
SYLLABLES = "민서지우현준영수진하은도윤재호성연정희경미주원아라나다유승태"
STATES = (
    ("submitted", 30), ("in_review", 12), ("information_requested", 6), ("accepted", 30), ("declined", 7),
    ("withdrawn", 5), ("filed", 10),
)  # fmt: skip
FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"state": "all"},
    {"state": "all", "order": "doubt"},
    {"state": "filed", "country": "VN"},
    {"state": "all", "flag": "conflict"},
    {"state": "all", "flag": "recall", "country": "US", "kind": "heir"},
    {"state": "all", "outcome": "not_eligible", "kind": "company", "country": "JP", "order": "doubt"},
    {"state": "information_requested", "due": "late"},
    {"state": "information_requested", "due": "week", "country": "US", "outcome": "needs_review"},
    {"assignee": "me"},
    {"state": "all", "assignee": "nobody", "reason": "rule-3", "track": "kr-consumer"},
    {"state": "withdrawn", "reason": "rule-9", "flag": "pair", "kind": "minor", "outcome": "eligible"},
)


def run() -> list[Figure]:
    """``search_1m`` and ``queue_page``: ms of the slowest kind of page, the median of its requests."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    figures: list[Figure] = []
    for name in DATABASES:
        with _installation(name) as (_runtime, client, known):
            pages = [(str(one) or "plain", _getting(client, one)) for one in (*FILTERS, *_combinations())]
            finds = [(f"search {what}", _searching(client, text)) for what, text in known.items()]
            figures.append(_figure("queue_page", name, pages))
            figures.append(_figure("search_1m", name, finds))
    return figures


def _figure(name: str, database: str, tasks: list[tuple[str, Callable[[], int]]]) -> Figure:
    found = []
    for what, task in tasks:
        task()
        times = sorted(task() for _round in range(5))
        found.append((times[2] / 1e6, what))
        print(f"  {database:<10} {times[2] / 1e6:7.1f} ms  {what}", flush=True)
    slowest, what = max(found)
    middle = statistics.median(ms for ms, _what in found)
    return Figure(
        name=f"{name}_{database}",
        value=slowest,
        unit="ms",
        reference=f"slowest of {len(found)} ({what}); the median of all {middle:.0f} ms; {CLAIMS:,} claims",
        ratio=None,
    )


def _combinations(number: int = 40) -> Iterator[dict[str, str]]:
    """Filters put together at random, the same in each run."""
    chance = random.Random(7)
    choices = {
        "state": ["open", "all", *(state for state, _weight in STATES)],
        "outcome": ["", "eligible", "needs_review", "not_eligible"],
        "country": ["", "", "KR", "US", "JP", "VN"],
        "kind": ["", "", "self", "minor", "heir", "company"],
        "flag": ["", "", *(flag.value for flag in Flag)],
        "reason": ["", "", *(f"rule-{at}" for at in range(12))],
        "assignee": ["", "", "me", "nobody"],
        "due": ["", "", "", "late", "week"],
        "order": ["received", "doubt"],
    }
    for _one in range(number):
        yield {name: value for name, values in choices.items() if (value := chance.choice(values))}


def _getting(client: FlaskClient, filters: dict[str, str]) -> Callable[[], int]:
    return lambda: _timed(lambda: client.get("/staff/queue", query_string=filters))


def _searching(client: FlaskClient, text: str) -> Callable[[], int]:
    token = client.get("/staff/queue").text.split('name="csrf_token" value="')[1].split('"')[0]
    fields = {"csrf_token": token, "text": text, "state": "all"}
    return lambda: _timed(lambda: client.post("/staff/queue", data=fields))


def _timed(ask: Callable[[], Any]) -> int:
    started = time.perf_counter_ns()
    answer = ask()
    spent = time.perf_counter_ns() - started
    assert answer.status_code == 200, answer.status_code
    return spent


@contextmanager
def _installation(name: str) -> Iterator[tuple[Runtime, FlaskClient, dict[str, str]]]:
    """An application with everybody's claims, a member of staff signed in, and what can be searched for."""
    folder = Path(tempfile.mkdtemp(prefix="bench-queue-"))
    with _url(name) as url:
        settings = Settings(env="test", data_dir=folder / "var", database_url=url, rate_limits=False)
        make_ready(settings)
        app = create_app(settings)
        runtime: Runtime = app.extensions["portal"]
        try:
            member_id, token = _member(runtime)
            started = time.monotonic()
            known = _fill(runtime, member_id)
            print(f"  {name}: {CLAIMS:,} claims in {time.monotonic() - started:.0f} s", flush=True)
            client = app.test_client()
            client.set_cookie("staff", token)
            yield runtime, client, known
        finally:
            runtime.close()
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _url(name: str) -> Iterator[str]:
    if name == "sqlite":
        yield ""
        return
    database = f"portal_bench_{os.getpid()}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(database))
        )
    try:
        yield sa.make_url(POSTGRESQL).set(database=database).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(POSTGRESQL, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))


def _member(runtime: Runtime) -> tuple[UUID, str]:
    now = runtime.clock()
    with runtime.database.transaction() as session:
        person = service.Person(name="Dana Whitfield", email="dana@staff.example")
        member = service.add(
            session, runtime.vault, person, roles=("kr", "us"), language="en", password="paper lantern over water",
            now=now,
        )  # fmt: skip
        member.totp = runtime.vault.seal(
            session, member.subject_id, "totp", factors.new_totp_secret().encode()
        )
        return member.id, service.open_session(session, member, now)


def _fill(runtime: Runtime, member_id: UUID) -> dict[str, str]:
    """Write all rows; answers something to search for of each kind."""
    chance, engine = random.Random(1), runtime.database.engine
    published = runtime.matters.current()
    begun = datetime(2026, 6, 1, tzinfo=UTC)
    with runtime.database.transaction() as session:
        subject = runtime.vault.new_subject(session, begun)
        contact = VerifiedContact(kind="email", value="kiltong@example.com", verified_at=begun)
        person = Particulars(
            contacts=(contact,),
            name=PersonName(hangul="홍길동", passport="HONG KILTONG"),
            phone="+821012345678",
        )
        sealed = runtime.vault.seal(session, subject, "particulars", person.model_dump_json().encode())
    groups: dict[Facets, UUID] = {}
    numbers: dict[UUID, int] = {}
    known: dict[str, str] = {}
    written, indexes = 0, _dropped(runtime)
    for start in range(0, CLAIMS, CHUNK):
        rows: dict[Any, list[dict[str, Any]]] = {Claim: [], Engagement: [], QueueRow: [], BlindIndex: []}
        for at in range(start, min(start + CHUNK, CLAIMS)):
            moment = begun + timedelta(seconds=at * 14)
            facets, due = _facets(chance, moment, member_id)
            group = groups.setdefault(facets, UUID(int=len(groups) + 1))
            numbers[group] = numbers.get(group, 0) + 1
            claim_id = UUID(int=(int(moment.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | at)
            engagement_id = UUID(int=claim_id.int + (1 << 40))
            number = new_number("CP")
            rows[Claim].append(
                {
                    "id": claim_id, "number": number, "subject_id": subject, "matter_slug": published.matter.slug,
                    "matter_version_id": published.version_id, "kind": facets.kind, "language": "ko",
                    "residence": facets.country, "particulars": sealed, "revision": 1, "created_at": moment,
                    "updated_at": moment, "submitted_at": moment,
                }
            )  # fmt: skip
            rows[Engagement].append(
                {
                    "id": engagement_id, "claim_id": claim_id, "jurisdiction": facets.jurisdiction,
                    "state": ClaimState(facets.state), "tracks": facets.tracks.strip("|").split("|"),
                    "outcome": facets.outcome, "submitted_at": moment, "state_changed_at": moment, "due_on": due,
                    "assignee_id": UUID(facets.assignee) if facets.assignee else None, "doubt": 0, "conflict": "",
                }
            )  # fmt: skip
            rows[QueueRow].append(
                {
                    "engagement_id": engagement_id, "claim_id": claim_id, "group_id": group,
                    "jurisdiction": facets.jurisdiction, "received_at": moment, "due_on": due,
                    "doubt": chance.choice((0, 0, 0, 0, 10, 20, 30, 50)) if facets.flags else 0,
                }
            )  # fmt: skip
            for kind, value in _keys(chance, at, known, number):
                rows[BlindIndex].append(
                    {
                        "id": UUID(int=(claim_id.int ^ (len(rows[BlindIndex]) << 20))), "claim_id": claim_id,
                        "kind": kind, "digest": runtime.vault.index(kind, value),
                    }
                )  # fmt: skip
        with engine.begin() as connection:
            fresh = [
                {"id": group, "digest": facets.digest, "number": 0, **vars(facets)}
                for facets, group in list(groups.items())[written:]
            ]
            written = len(groups)
            if fresh:
                connection.execute(sa.insert(QueueGroup.__table__), fresh)
            for model, values in rows.items():
                _insert(connection, model.__table__, values)
    with engine.begin() as connection:
        table = QueueGroup.__table__
        counted = [{"which": group, "many": number} for group, number in numbers.items()]
        connection.execute(
            sa.update(table).where(table.c.id == sa.bindparam("which")).values(number=sa.bindparam("many")),
            counted,
        )
    print(f"  {len(groups):,} groups", flush=True)
    for index in indexes:
        index.create(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE")
    return known


def _dropped(runtime: Runtime) -> list[sa.Index]:
    """Indexes that are made after the rows: what is measured is reading."""
    indexes = [index for model in (Engagement, QueueRow, BlindIndex) for index in model.__table__.indexes]
    for index in indexes:
        index.drop(runtime.database.engine)
    return indexes


def _insert(connection: sa.Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if connection.dialect.name != "postgresql":
        connection.execute(sa.insert(table), rows)
        return
    names = list(rows[0])
    processors = {
        name: table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for name in names
    }
    raw = connection.connection.driver_connection
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(
                [
                    processors[name](row[name]) if processors[name] and row[name] is not None else row[name]
                    for name in names
                ]
            )


def _facets(chance: random.Random, moment: datetime, member_id: UUID) -> tuple[Facets, date | None]:
    state = chance.choices([one for one, _weight in STATES], [weight for _one, weight in STATES])[0]
    place = "us" if chance.random() < 0.15 else "kr"
    flags = [flag.value for flag in Flag if chance.random() < 0.01]
    reasons = {f"rule-{min(int(chance.expovariate(0.6)), 11)}" for _one in range(chance.choice((1, 1, 1, 2)))}
    due = (moment + timedelta(days=21)).date() if state == "information_requested" else None
    return Facets(
        jurisdiction=place,
        state=state,
        outcome=chance.choices(("eligible", "needs_review", "not_eligible"), (80, 16, 4))[0],
        kind=chance.choices(("self", "minor", "heir", "represented", "company"), (92, 4, 2, 1, 1))[0],
        country=chance.choices(("KR", "US", "JP", "VN", "CN", "CA", "AU", "DE"), (86, 8, 1, 1, 1, 1, 1, 1))[
            0
        ],
        assignee=str(member_id) if chance.random() < 0.002 else "",
        tracks=listed(
            [f"{place}-consumer", *(["us-securities"] if place == "us" and chance.random() < 0.2 else [])]
        ),
        reasons=listed(reasons),
        flags=listed(flags),
    ), due


def _keys(chance: random.Random, at: int, known: dict[str, str], number: str) -> Iterator[tuple[str, str]]:
    name = chance.choice(SURNAMES) + chance.choice(SYLLABLES) + chance.choice(SYLLABLES)
    phone = f"+8210{chance.randrange(10**8):08}"
    email = f"claimant{at}@example.com"
    if at == CLAIMS // 2:
        known |= {
            "number": number, "whole name": name, "given name": name[1:], "surname and syllable": name[:2],
            "phone": "0" + phone[3:], "last four digits": phone[-4:], "e-mail": email,
            "name and digits": f"{name} {phone[-4:]}", "nobody": "뷁쀍쮉", "Latin": f"given{at % 3000} kim",
        }  # fmt: skip
    yield "name", name
    yield from (("name_part", part) for part in hangul_parts(name))
    yield "name_words", f"given{at % 3000} kim"
    yield "phone", phone
    yield "phone4", phone[-4:]
    yield "email", email
