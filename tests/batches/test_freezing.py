"""Which claims a batch takes, in which order, and that each is taken once."""

import dataclasses
import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from portal import audit
from portal.audit import AuditEvent
from portal.batches import errors, service
from portal.batches.lines import RegisterLine
from portal.batches.models import Batch, BatchEntry, BatchState
from portal.batches.selection import Blocker, Criteria, candidates
from portal.claims import flags
from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.correspondence.models import Letter
from portal.database import new_id
from portal.matters.review_rules import ConflictRules
from portal.packets.models import PacketState
from portal.runtime import Runtime
from tests.conftest import NOW

from .claims import a_packet, all_of, an_accepted_claim, frozen


def entries(runtime: Runtime, batch: Batch) -> list[BatchEntry]:
    with runtime.database.reading() as session:
        query = sa.select(BatchEntry).where(BatchEntry.batch_id == batch.id).order_by(BatchEntry.position)
        return list(session.scalars(query))


def test_claims_stand_in_the_order_of_their_acceptance_and_then_of_their_numbers(desk: Runtime) -> None:
    early, late = NOW - timedelta(days=3), NOW - timedelta(days=2)
    with desk.database.transaction() as session:
        for number, at in (("CP-ZZZZ-0001", early), ("CP-BBBB-0001", late), ("CP-AAAA-0001", late)):
            an_accepted_claim(session, desk, number=number, accepted_at=at)
    batch = frozen(desk)
    assert (batch.number, batch.claims, batch.state) == ("CP-KR-0001", 3, BatchState.FROZEN)
    assert [one.claim_number for one in entries(desk, batch)] == [
        "CP-ZZZZ-0001",
        "CP-AAAA-0001",
        "CP-BBBB-0001",
    ]
    assert [one.position for one in entries(desk, batch)] == [1, 2, 3]


def test_only_accepted_claims_with_sealed_packets_are_taken(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        good = an_accepted_claim(session, desk)
        an_accepted_claim(session, desk, state=ClaimState.IN_REVIEW)
        an_accepted_claim(session, desk, packet=PacketState.PENDING)
        an_accepted_claim(session, desk, packet=PacketState.FAILED)
        an_accepted_claim(session, desk, packet=None)
        an_accepted_claim(session, desk, jurisdiction="us", tracks=("us-consumer",))
    assert [one.engagement_id for one in entries(desk, frozen(desk))] == [good.id]


def test_a_claim_whose_newest_packet_is_not_sealed_waits_for_it(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        engagement = an_accepted_claim(session, desk)
        a_packet(session, desk, engagement, state=PacketState.PENDING, revision=2)
    with pytest.raises(errors.NothingToFreeze):
        frozen(desk)


def test_the_newest_packet_is_the_one_that_is_frozen(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        engagement = an_accepted_claim(session, desk)
        second = a_packet(session, desk, engagement, revision=2)
    (entry,) = entries(desk, frozen(desk))
    assert (entry.packet_id, entry.packet_sha256) == (second.id, second.sha256)
    assert entry.file == f"packets/{engagement.claim.number}-kr-r2.pdf"


def test_the_preview_says_what_keeps_each_listed_claim_out(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        in_batch = an_accepted_claim(session, desk).claim.number
    frozen(desk)
    with desk.database.transaction() as session:
        ready = an_accepted_claim(session, desk).claim.number
        review = an_accepted_claim(session, desk, state=ClaimState.IN_REVIEW).claim.number
        unsealed = an_accepted_claim(session, desk, packet=PacketState.PENDING).claim.number
        erased = an_accepted_claim(session, desk)
        erased.claim.erased_at = NOW
        other = an_accepted_claim(session, desk, jurisdiction="us").claim.number
        listed = (in_batch, ready, review, unsealed, erased.claim.number, other)
    with desk.database.reading() as session:
        preview = candidates(
            session, desk.matters.current().matter, all_of().model_copy(update={"numbers": listed})
        )
    assert preview.ready == 1
    assert [one.number for one in preview.first_ready] == [ready]
    assert {one.number: one.blocker for one in preview.first_blocked} == {
        in_batch: Blocker.IN_A_BATCH,
        review: Blocker.NOT_ACCEPTED,
        unsealed: Blocker.PACKET_NOT_SEALED,
        erased.claim.number: Blocker.ERASED,
        other: Blocker.UNKNOWN,
    }
    assert preview.blocked == dict.fromkeys(sorted(preview.blocked), 1)


def test_whatever_stands_between_a_claim_and_a_batch_is_said(desk: Runtime) -> None:
    expected = {}
    with desk.database.transaction() as session:
        for flag in flags.BLOCKING:
            flagged = an_accepted_claim(session, desk)
            flags.raise_flag(session, flagged, flag, NOW)
            expected[flagged.claim.number] = Blocker(flag.value)
        asked = an_accepted_claim(session, desk, state=ClaimState.INFORMATION_REQUESTED)
        gone = an_accepted_claim(session, desk, state=ClaimState.WITHDRAWN)
        minor = an_accepted_claim(session, desk)
        minor.claim.kind = "minor"
        wrote = an_accepted_claim(session, desk)
        letter = Letter(
            id=new_id(), engagement_id=wrote.id, kind="letter", author="claimant", body=b"", sent_at=NOW
        )
        session.add(letter)
        expected |= {
            asked.claim.number: Blocker.QUESTION_OPEN,
            gone.claim.number: Blocker.WITHDRAWN,
            minor.claim.number: Blocker.AUTHORITY_MISSING,
            wrote.claim.number: Blocker.LETTER_WAITING,
        }
        listed = all_of().model_copy(update={"numbers": tuple(expected)})
    with desk.database.reading() as session:
        preview = candidates(session, desk.matters.current().matter, listed)
    assert {one.number: one.blocker for one in preview.first_blocked} == expected
    with pytest.raises(errors.NothingToFreeze):
        frozen(desk, listed)


def test_a_claim_is_held_back_until_conflicts_are_checked_where_the_matter_asks_for_it(desk: Runtime) -> None:
    published = desk.matters.current()
    rules = published.matter.review.model_copy(update={"conflicts": ConflictRules(required=True)})
    matter = dataclasses.replace(published.matter, review=rules)
    with desk.database.transaction() as session:
        unchecked, clear = an_accepted_claim(session, desk), an_accepted_claim(session, desk)
        unchecked.conflict = ""
        session.flush()
        preview = candidates(session, matter, all_of())
    assert [one.number for one in preview.first_ready] == [clear.claim.number]
    assert [(one.number, one.blocker) for one in preview.first_blocked] == [
        (unchecked.claim.number, Blocker.CONFLICT_UNCHECKED)
    ]


def test_a_supplement_carries_only_what_was_signed_anew(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        changed, _same = an_accepted_claim(session, desk), an_accepted_claim(session, desk)
    first = frozen(desk)
    supplement = all_of().model_copy(update={"supplements": first.number})
    with pytest.raises(errors.NothingToFreeze):
        frozen(desk, supplement)
    with desk.database.transaction() as session:
        second = a_packet(session, desk, session.get_one(Engagement, changed.id), revision=2)
    with pytest.raises(errors.NothingToFreeze):  # it is in a batch already; only a supplement takes it again
        frozen(desk)
    (entry,) = entries(desk, frozen(desk, supplement))
    assert (entry.engagement_id, entry.packet_id) == (changed.id, second.id)


def test_claims_stand_in_the_order_of_their_numbers_where_that_was_chosen(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        for number, days in (("CP-BBBB-0001", 3), ("CP-AAAA-0001", 2)):
            an_accepted_claim(session, desk, number=number, accepted_at=NOW - timedelta(days=days))
    batch = frozen(desk, all_of().model_copy(update={"order": "number"}))
    assert [one.claim_number for one in entries(desk, batch)] == ["CP-AAAA-0001", "CP-BBBB-0001"]


def test_without_a_list_only_what_waits_for_its_packet_is_called_blocked(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        an_accepted_claim(session, desk, state=ClaimState.IN_REVIEW)
        an_accepted_claim(session, desk, packet=PacketState.PENDING)
    with desk.database.reading() as session:
        preview = candidates(session, desk.matters.current().matter, all_of())
    assert (preview.ready, preview.blocked) == (0, {Blocker.PACKET_NOT_SEALED: 1})


def test_tracks_days_and_a_limit_narrow_the_choice(desk: Runtime) -> None:
    midnight = NOW.replace(hour=15, minute=0) - timedelta(days=2)  # 00:00 in Seoul on 23 November
    with desk.database.transaction() as session:
        before = an_accepted_claim(session, desk, accepted_at=midnight - timedelta(seconds=1)).claim.number
        after = an_accepted_claim(session, desk, accepted_at=midnight).claim.number
        for track in ("us-consumer", "us-securities"):
            an_accepted_claim(session, desk, jurisdiction="us", tracks=(track,), number=f"CP-{track}"[:12])

    def chosen(**criteria: object) -> list[str]:
        wanted = Criteria.model_validate({"matter": "coupang-2025", "jurisdiction": "kr", **criteria})
        with desk.database.reading() as session:
            return [
                one.number for one in candidates(session, desk.matters.current().matter, wanted).first_ready
            ]

    assert chosen(accepted_from=date(2026, 11, 23)) == [after]
    assert chosen(accepted_to=date(2026, 11, 22)) == [before]
    assert chosen(limit=1) == [before]
    assert chosen(jurisdiction="us", track="us-securities") == ["CP-us-securi"]


def test_a_choice_that_changed_since_it_was_shown_is_not_frozen(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        an_accepted_claim(session, desk)
    with pytest.raises(errors.SelectionChanged) as caught, desk.database.transaction() as session:
        service.freeze(
            session,
            desk.vault,
            desk.matters.current(),
            all_of(),
            actor=audit.SYSTEM,
            now=NOW,
            expected=2,
        )
    assert (caught.value.expected, caught.value.found) == (2, 1)


def test_batches_are_numbered_within_their_jurisdiction(desk: Runtime) -> None:
    numbers = []
    for jurisdiction in ("kr", "us", "kr"):
        with desk.database.transaction() as session:
            an_accepted_claim(session, desk, jurisdiction=jurisdiction)
        numbers.append(frozen(desk, all_of(jurisdiction)).number)
    assert numbers == ["CP-KR-0001", "CP-US-0001", "CP-KR-0002"]


def test_the_register_line_is_kept_as_it_was_and_only_sealed(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        engagement = an_accepted_claim(session, desk, name="뷁길동")
    (entry,) = entries(desk, frozen(desk))
    assert "뷁길동".encode() not in entry.line
    with desk.database.reading() as session:
        plain = desk.vault.open(session, entry.subject_id, service.SEALED_LINE, entry.line)
    line = RegisterLine.model_validate_json(plain)
    assert (line.hangul, line.phone, line.postcode) == ("뷁길동", "010-1234-5678", "04524")
    assert line.claim_number == engagement.claim.number
    assert line.address == "서울특별시 중구 세종대로 110 101호"


def test_freezing_is_audited_with_numbers_only(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        an_accepted_claim(session, desk)
    batch = frozen(desk)
    with desk.database.reading() as session:
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "batch.frozen")).one()
    assert event.detail == {
        "batch": str(batch.id),
        "number": "CP-KR-0001",
        "jurisdiction": "kr",
        "claims": 1,
    }


def test_two_people_who_freeze_at_the_same_moment_get_each_claim_once(either: Runtime) -> None:
    with either.database.transaction() as session:
        for _ in range(30):
            an_accepted_claim(session, either)
    start, outcomes = threading.Barrier(4), []

    def one_person() -> None:
        start.wait()
        try:
            outcomes.append(frozen(either).claims)
        except errors.NothingToFreeze:
            outcomes.append(0)

    people = [threading.Thread(target=one_person) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(outcomes) == [0, 0, 0, 30]
    with either.database.reading() as session:
        taken = session.scalars(sa.select(BatchEntry.engagement_id)).all()
    assert len(taken) == len(set(taken)) == 30


def test_the_database_itself_refuses_a_claim_in_two_batches(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        an_accepted_claim(session, desk)
    batch = frozen(desk)
    (entry,) = entries(desk, batch)
    again = {column.name: getattr(entry, column.name) for column in BatchEntry.__table__.columns}
    with pytest.raises(sa.exc.IntegrityError), desk.database.transaction() as session:
        session.execute(sa.insert(BatchEntry), [{**again, "position": 2}])


def test_freezing_leaves_the_claims_state_alone(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        engagement = an_accepted_claim(session, desk)
    frozen(desk)
    with desk.database.reading() as session:
        assert session.get_one(Engagement, engagement.id).state is ClaimState.ACCEPTED
