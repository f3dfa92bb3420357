"""Counsel signs on PostgreSQL as on SQLite: rows are locked, and two workers keep one signature."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from portal.jobs import run_worker
from portal.packets import countersigning
from portal.packets.models import AuthorityEvent, Countersigning, Packet, PacketEdition
from portal.runtime import Runtime, open_runtime
from tests.conftest import NOW, Clock
from tests.packets.claims import a_signed_claim
from tests.packets.test_countersigning import accept
from tests.packets.test_seal import a_firm_key


@pytest.mark.slow
def test_accepted_packets_are_signed_once_each_on_postgresql(postgresql_runtime: Runtime) -> None:
    runtime = postgresql_runtime
    lawyer, both = a_firm_key("한서진"), threading.Barrier(2, timeout=20)

    class Meeting:
        """Both workers have made their signature before either keeps it."""

        chain = lawyer.chain

        def sign(self, data: bytes) -> bytes:
            both.wait()
            return lawyer.sign(data)

    def work(packet_id) -> None:
        other = open_runtime(runtime.settings, clock=Clock())
        countersigning.sign_packet(other, packet_id, Meeting(), None)
        other.close()

    claims = [a_signed_claim(runtime, tracks=("kr-consumer",)) for _ in range(2)]
    run_worker(runtime, once=True)
    for claim in claims:
        accept(runtime, claim)
    with runtime.database.reading() as session:
        first, second = session.scalars(countersigning.ready(["kr"])).all()
    workers = [threading.Thread(target=work, args=(first,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with runtime.database.transaction() as session:
        one = countersigning.start(session, "kr", now=NOW)
    run_worker(runtime, once=True)
    with runtime.database.reading() as session:
        done = session.get_one(Countersigning, one.id)
        query = sa.select(PacketEdition.packet_id, sa.func.count()).group_by(PacketEdition.packet_id)
        kinds = dict(map(tuple, session.execute(query)))
        signed = session.scalars(sa.select(Packet.id).where(Packet.countersigned_at.is_not(None))).all()
        events = session.scalars(
            sa.select(AuthorityEvent.kind).where(AuthorityEvent.kind == "countersigned")
        ).all()
    assert (done.state, done.total, done.done) == ("done", 1, 1)
    assert {name: count for name, count in kinds.items() if count > 1} == {first: 2, second: 2}
    assert set(signed) == {first, second}
    assert len(events) == 2
