"""Letters and erasure where SQL differs: on PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa

from portal.audit import Actor
from portal.claims.models import Claim, Engagement
from portal.correspondence import service as letters
from portal.correspondence.enclosures import Taken, take
from portal.correspondence.models import Author
from portal.runtime import Runtime
from portal.takeout import erasing, jobs
from portal.takeout.gathering import Gathering
from tests.conftest import NOW
from tests.packets.claims import a_picture, a_signed_claim


def test_letters_requests_and_erasure(postgresql_runtime: Runtime) -> None:
    runtime = postgresql_runtime
    claim = a_signed_claim(runtime)
    seen = sa.select(Engagement).where(Engagement.jurisdiction.in_(("kr", "us")))
    with runtime.database.reading() as session:
        engagement = session.get_one(Claim, claim.id).engagement("kr")
        assert engagement is not None
    taken = take(runtime, engagement, [a_picture()], NOW)
    with runtime.database.transaction() as session:
        found = session.get_one(Engagement, engagement.id)
        letters.write(session, runtime, found, "안녕하십니까", taken, now=NOW)
        letters.write(session, runtime, found, "한 가지 더", Taken(), now=NOW)
    with runtime.database.transaction() as session:
        ((waits, since, count),) = letters.waiting(session, seen)
        assert (waits.id, since, count) == (engagement.id, NOW, 2)
        assert letters.count_waiting(session, seen) == 1
        assert letters.counts(session, session.get_one(Claim, claim.id), Author.STAFF)[waits.id].unread == 2
        assert letters.waiting_in(session, [waits.id]) == {waits.id: 2}
        assert letters.read_all(session, waits, Author.STAFF, NOW) == 2
        assert letters.settle(session, waits, now=NOW, by=Actor("staff")) == 2
    names = [name for name, _content in Gathering(runtime, claim.id, NOW).entries()]
    assert "letters/kr-001.jpg" in names
    with runtime.database.transaction() as session:
        assert erasing.request(session, runtime, session.get_one(Claim, claim.id), NOW)
        assert erasing.count_open(session, seen) == 2
    for jurisdiction in ("kr", "us"):
        with runtime.database.transaction() as session:
            one = session.get_one(Claim, claim.id).engagement(jurisdiction)
            assert one is not None
            asked = erasing.open_request_of(session, one)
            assert asked is not None
            erasing.grant(session, runtime, asked, by=Actor("staff"), now=NOW)
    jobs.sweep(runtime)
    assert not runtime.storage.keys()
