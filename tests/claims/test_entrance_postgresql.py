"""On PostgreSQL, where writers meet: one contact begins one claim, and work is spent once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from portal.claims import ways
from portal.claims.models import Claim
from portal.identity import Contact, Pass, PassSpent, send_code
from portal.runtime import Runtime
from tests.visitor import first_version


def test_work_that_two_requests_hand_in_at_once_counts_for_one(postgresql_runtime: Runtime) -> None:
    runtime = postgresql_runtime
    with runtime.database.transaction() as session:
        session.add(first_version(runtime.settings.matters_dir, runtime.settings.matter))
    runtime.matters.refresh()
    matter, passed = runtime.matters.current().matter, Pass("work", b"done once")

    def ask(number: int) -> bool:
        try:
            with runtime.database.transaction() as session:
                send_code(
                    session, runtime, matter, kind="email", value=f"p{number}@example.com", browser="b",
                    language="ko", passed=passed,
                )  # fmt: skip
        except PassSpent:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(ask, range(8))) == [False] * 7 + [True]


def test_the_lock_of_a_contact_is_taken(postgresql_runtime: Runtime) -> None:
    runtime, contact = postgresql_runtime, Contact("phone", "+821012345678")
    with runtime.database.transaction() as session:
        assert ways.ways_in(session, runtime.vault, "m", contact, runtime.clock(), to_open=True) == ()
        held = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert session.scalar(held)
        assert session.scalar(sa.select(sa.func.count()).select_from(Claim)) == 0
