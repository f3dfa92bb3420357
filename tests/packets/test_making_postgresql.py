"""Packets are made on PostgreSQL as they are on SQLite: jobs, row locks and the last message included."""

import pytest
import sqlalchemy as sa

from portal.jobs import run_worker
from portal.messages.models import OutboxMessage
from portal.runtime import Runtime
from tests.packets.claims import a_signed_claim, packets_of


@pytest.mark.slow
def test_a_signed_claim_gets_its_packets_on_postgresql(postgresql_runtime: Runtime) -> None:
    runtime = postgresql_runtime
    claim = a_signed_claim(runtime)
    run_worker(runtime, once=True)
    assert [(one.jurisdiction, one.state) for one in packets_of(runtime, claim)] == [
        ("kr", "sealed"),
        ("us", "sealed"),
    ]
    with runtime.database.reading() as session:
        ready = sa.select(sa.func.count()).where(OutboxMessage.kind == "packets-ready")
        assert session.scalar(ready) == 1
