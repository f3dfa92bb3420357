"""The daily look and the answers to anybody on PostgreSQL, where outer joins and row locks go their own ways."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portal.packets import checking, service, standing
from portal.packets.models import Packet
from portal.runtime import Runtime
from tests.batches.claims import an_accepted_claim, publish
from tests.conftest import Clock


@pytest.mark.slow
def test_both_lists_and_a_standing_on_postgresql(postgresql_runtime: Runtime, clock: Clock) -> None:
    runtime = postgresql_runtime
    publish(runtime)
    with runtime.database.transaction() as session:
        broken, missing = an_accepted_claim(session, runtime), an_accepted_claim(session, runtime)
        (packet,) = service.packets_of(session, broken)
        session.execute(sa.delete(Packet).where(Packet.engagement_id == missing.id))
    clock.advance(hours=2)
    following: checking.Round | None = checking.begin(runtime)
    while following:
        following = checking.go_on(runtime, following)
    with runtime.database.reading() as session:
        last = checking.last_look(session)
        assert last is not None
        assert (last.checked, last.queued, last.unmade, last.unsound) == (1, 1, 1, 1)
        assert [number for _packet, number in checking.unsound(session)] == [broken.claim.number]
        assert [one.number for one in checking.unmade(session, clock())] == [missing.claim.number]
        assert standing.of_code(session, packet.code).answer is standing.Answer.CURRENT
