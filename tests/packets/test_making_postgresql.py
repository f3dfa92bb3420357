"""Packets are made on PostgreSQL as they are on SQLite: jobs, row locks and the last message included."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.database import Database
from portal.jobs import run_worker
from portal.messages.models import OutboxMessage
from portal.runtime import open_runtime
from portal.settings import Settings
from tests.conftest import ROOT, Clock
from tests.packets.claims import a_signed_claim, packets_of


@pytest.mark.slow
def test_a_signed_claim_gets_its_packets_on_postgresql(postgresql: Database, tmp_path: Path) -> None:
    url = postgresql.engine.url.render_as_string(hide_password=False)
    settings = Settings(
        env="test",
        data_dir=tmp_path / "var",
        matters_dir=ROOT / "matters",
        database_url=url,
        rate_limits=False,
    )
    runtime = open_runtime(settings, clock=Clock())
    try:
        claim = a_signed_claim(runtime)
        run_worker(runtime, once=True)
        assert [(one.jurisdiction, one.state) for one in packets_of(runtime, claim)] == [
            ("kr", "sealed"),
            ("us", "sealed"),
        ]
        with runtime.database.reading() as session:
            ready = sa.select(sa.func.count()).where(OutboxMessage.kind == "packets-ready")
            assert session.scalar(ready) == 1
    finally:
        runtime.close()
