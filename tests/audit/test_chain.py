"""The audit chain: a change, a gap, a swap and a cut end are each found."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal import audit
from portal.audit import AuditEvent, Finding
from portal.audit.chain import ORIGIN
from portal.database import Base, Database

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path}/audit.sqlite3")
    Base.metadata.create_all(opened.engine, tables=[AuditEvent.__table__, audit.AuditCheckpoint.__table__])
    yield opened
    opened.close()


@pytest.fixture
def key():
    return Ed25519PrivateKey.generate()


def chain(database: Database, length: int = 5) -> None:
    for number in range(length):
        with database.transaction() as session:
            moment = NOW + timedelta(seconds=number)
            actor = audit.Actor("staff", uuid4())
            audit.record(
                session,
                now=moment,
                actor=actor,
                action="claim.read",
                subject=uuid4(),
                number=number,
                이유="검토",
            )


def verified(database: Database, key: Ed25519PrivateKey):
    with database.reading() as session:
        return audit.verify(session, key.public_key())


def change(database: Database, statement) -> None:
    with database.transaction() as session:
        session.execute(statement)


def test_an_untouched_chain_is_whole(database, key):
    chain(database)
    assert verified(database, key) == (5, [])


@pytest.mark.parametrize(
    "change_to",
    [
        {"action": "claim.other"},
        {"detail": {"number": 9}},
        {"actor_id": None},
        {"at": NOW + timedelta(days=1)},
        {"hash": b"x" * 32},
    ],
)
def test_a_changed_event_is_found(database, key, change_to):
    chain(database)
    change(database, sa.update(AuditEvent).where(AuditEvent.sequence == 3).values(**change_to))
    _count, findings = verified(database, key)
    assert findings
    assert findings[0].sequence in (3, 4)
    assert findings[0].reason == "changed"


def test_a_removed_event_is_found(database, key):
    chain(database)
    change(database, sa.delete(AuditEvent).where(AuditEvent.sequence == 2))
    assert Finding(2, "missing") in verified(database, key)[1]


def test_two_swapped_events_are_found(database, key):
    chain(database)
    for here, there in ((2, 99), (3, 2), (99, 3)):
        change(database, sa.update(AuditEvent).where(AuditEvent.sequence == here).values(sequence=there))
    assert [finding.sequence for finding in verified(database, key)[1]][:1] == [2]


def test_cutting_off_the_end_is_found_by_the_checkpoint(database, key):
    chain(database)
    with database.transaction() as session:
        assert audit.checkpoint(session, key, NOW).sequence == 5
        assert audit.checkpoint(session, key, NOW) is None
    change(database, sa.delete(AuditEvent).where(AuditEvent.sequence > 3))
    assert verified(database, key)[1] == [Finding(5, "cut off")]


def test_a_checkpoint_by_another_key_is_forged(database, key):
    chain(database)
    with database.transaction() as session:
        audit.checkpoint(session, Ed25519PrivateKey.generate(), NOW)
    assert verified(database, key)[1] == [Finding(5, "forged checkpoint")]


def test_an_event_stands_or_falls_with_its_transaction(database, key):
    def act_and_fail():
        with database.transaction() as session:
            audit.record(session, now=NOW, actor=audit.SYSTEM, action="claim.begun")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_and_fail()
    assert verified(database, key) == (0, [])


def test_a_subjects_trail_names_the_hash_before_each_event(database: Database) -> None:
    mine, other = uuid4(), uuid4()
    with database.transaction() as session:
        for subject in (mine, other, mine):
            audit.record(session, now=NOW, actor=audit.SYSTEM, action="claim.read", subject=subject)
    with database.reading() as session:
        first, last = audit.trail(session, mine)
        between = session.get_one(AuditEvent, 2)
    assert (first.event.sequence, last.event.sequence) == (1, 3)
    assert (first.previous, last.previous) == (ORIGIN, between.hash)
    assert first.holds
    assert last.holds


def test_a_trail_shows_what_was_changed(database: Database) -> None:
    mine = uuid4()
    with database.transaction() as session:
        for _ in range(2):
            audit.record(session, now=NOW, actor=audit.SYSTEM, action="claim.read", subject=mine)
        session.get_one(AuditEvent, 1).action = "claim.written"
    with database.reading() as session:
        assert [one.holds for one in audit.trail(session, mine)] == [False, True]
