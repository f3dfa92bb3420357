"""The queue's filters, pages, views, locks and what is done from it, through the real pages."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.audit import AuditEvent
from portal.claims import queued
from portal.claims.flags import Flag, lower_flag, raise_flag
from portal.claims.models import Claim, Engagement
from portal.claims.queue_models import QueueGroup, QueueRow
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.messages.models import OutboxMessage
from portal.review import queue
from portal.web import Staff
from tests.batches.claims import publish
from tests.conftest import NOW
from tests.review.queue_desk import QUEUE, a_claim, colleague, post, shown, state_of, work
from tests.visitor import on_the_tests_clock


@pytest.fixture
def desk(app, clock):
    on_the_tests_clock(app, clock)
    publish(app.extensions["portal"])
    return app


@pytest.fixture
def opened(desk):
    return desk.extensions["portal"]


def change(opened, engagement, act):
    with opened.database.transaction() as session:
        act(session, session.get_one(Engagement, engagement.id))


def messages(opened) -> list[str]:
    with opened.database.reading() as session:
        return list(session.scalars(sa.select(OutboxMessage.kind)))


def actions(opened) -> list[str]:
    with opened.database.reading() as session:
        return [
            one
            for one in session.scalars(sa.select(AuditEvent.action))
            if one.startswith(("claim.", "bulk."))
        ]


def test_every_filter_narrows_the_queue_and_follows_each_change(desk, opened):
    office, me = colleague(desk, "kr")
    wanted, other = a_claim(opened), a_claim(opened, name="남궁서연")

    def arrange(session, engagement):
        engagement.outcome, engagement.assignee_id, engagement.due_on = (
            "needs_review",
            me,
            NOW.date() - timedelta(1),
        )
        engagement.claim.residence, engagement.claim.kind = "US", "heir"
        raise_flag(session, engagement, Flag.PAIR, NOW, weight=30)

    change(opened, wanted, arrange)
    numbers = (wanted.claim.number, other.claim.number)
    for narrowed in (
        {"outcome": "needs_review"}, {"assignee": "me"}, {"assignee": str(me)}, {"due": "late"}, {"country": "US"},
        {"kind": "heir"}, {"flag": "pair"}, {"flag": "pair", "country": "US", "kind": "heir", "order": "doubt"},
    ):  # fmt: skip
        assert shown(office, **narrowed) == [numbers[0]], narrowed
    assert shown(office, assignee="nobody") == [numbers[1]]
    assert shown(office, track="us-consumer") == []
    assert shown(office, order="doubt")[0] == numbers[0]
    change(opened, wanted, lambda session, one: lower_flag(session, one, Flag.PAIR))
    assert shown(office, flag="pair") == []


def test_the_filters_show_what_was_chosen(desk):
    office, _me = colleague(desk, "kr")
    page = office.get("/staff/queue?state=all&outcome=needs_review").text
    assert re.search(r'<option value="all" selected>', page)
    assert re.search(r'<option value="needs_review" selected>', page)
    assert '<details class="more">' in page
    assert '<details class="more" open>' in office.get("/staff/queue?country=US").text


def test_groups_know_how_many_belong_to_them_after_every_kind_of_change(opened):
    claims = [a_claim(opened) for _one in range(3)]
    change(opened, claims[0], lambda session, one: raise_flag(session, one, Flag.DOUBT, NOW))
    change(opened, claims[1], lambda session, one: setattr(one, "state", ClaimState.ACCEPTED))
    with opened.database.transaction() as session:
        session.get_one(Claim, claims[2].claim_id).residence = "JP"
    with opened.database.reading() as session:
        numbers = dict(session.execute(sa.select(QueueGroup.id, QueueGroup.number)).all())
        rows = session.scalars(sa.select(QueueRow.group_id)).all()
    assert {group: number for group, number in numbers.items() if number} == {
        one: rows.count(one) for one in rows
    }
    assert len(set(rows)) == 3


def test_what_fails_leaves_the_groups_as_they_were(opened):
    engagement = a_claim(opened)
    with pytest.raises(ZeroDivisionError), opened.database.transaction() as session:
        session.get_one(Engagement, engagement.id).state = ClaimState.ACCEPTED
        session.flush()
        raise ZeroDivisionError
    change(opened, engagement, lambda session, one: None)
    with opened.database.reading() as session:
        (group,) = session.scalars(sa.select(QueueGroup).where(QueueGroup.number > 0)).all()
    assert (group.state, group.number) == ("submitted", 1)


def test_an_engagement_from_before_there_was_a_queue_is_put_into_it(opened):
    from portal.claims.reindexing import fill_queue

    engagement = a_claim(opened)
    with opened.database.transaction() as session:
        session.execute(sa.delete(QueueRow))
        session.execute(sa.update(QueueGroup).values(number=0))
        assert session.scalars(queued.missing(10)).all() == [engagement.id]
    fill_queue(opened)
    with opened.database.reading() as session:
        assert session.scalars(sa.select(QueueGroup.number)).all() == [1]


@pytest.mark.parametrize("order", ["received", "doubt"])
@pytest.mark.parametrize("few", [queue.FEW, 0])
def test_pages_by_key_show_each_once_in_order_both_ways_of_reading(desk, opened, monkeypatch, order, few):
    monkeypatch.setattr(queue, "FEW", few)
    office, _me = colleague(desk, "kr", "us")
    made = []
    for at in range(7):
        place = {"jurisdiction": "us", "tracks": ("us-consumer",)} if at % 2 else {}
        made.append(a_claim(opened, accepted_at=NOW - timedelta(hours=at // 2), **place))
        change(
            opened,
            made[-1],
            lambda session, one, at=at: raise_flag(session, one, Flag.DOUBT, NOW, weight=at % 3),
        )
    staff = Staff(
        id=new_id(), name="", roles=frozenset({"reviewer:kr", "reviewer:us"}), language="en", session_id=new_id(),
        proved_at=NOW, act="claims.list",
    )  # fmt: skip
    seen, before = [], ""
    with opened.database.reading() as session:
        while True:
            filters = queue.Filters(order=order, before=before)
            found = queue.find(session, opened.vault, "CP", staff, filters, today=NOW.date(), limit=2)
            seen += [session.get_one(QueueRow, one) for one in found.ids]
            if not (before := found.older):
                break
    assert len({one.engagement_id for one in seen}) == len(seen) == 7
    first = (lambda one: one.doubt) if order == "doubt" else (lambda one: 0)
    keys = [(first(one), one.received_at, one.engagement_id) for one in seen]
    assert keys == sorted(keys, reverse=True)
    assert office.get(QUEUE, query_string={"before": "nonsense~x", "order": order}).status_code == 200


def test_what_is_accepted_by_a_key_is_carried_out_ten_seconds_later_and_the_claimant_told_then(
    desk, opened, clock
):
    office, _me = colleague(desk, "kr")
    engagement = a_claim(opened)
    answer = post(office, f"{QUEUE}/{engagement.id}/accept", json=True)
    assert answer.status_code == 200
    work(opened)
    assert state_of(opened, engagement) is ClaimState.SUBMITTED
    assert messages(opened) == []
    clock.advance(seconds=11)
    work(opened)
    assert state_of(opened, engagement) is ClaimState.ACCEPTED
    assert messages(opened) == ["accepted"]


def test_an_undo_in_time_leaves_nothing_but_its_record(desk, opened, clock):
    office, _me = colleague(desk, "kr")
    engagement = a_claim(opened)
    act = post(office, f"{QUEUE}/{engagement.id}/accept", json=True).json["act"]
    clock.advance(seconds=9)
    assert post(office, f"{QUEUE}/undo", json=True, act=act).json["row"] == str(engagement.id)
    clock.advance(seconds=60)
    work(opened)
    assert state_of(opened, engagement) is ClaimState.SUBMITTED
    assert messages(opened) == []
    assert actions(opened)[-2:] == ["claim.act_held", "claim.act_undone"]


def test_an_undo_comes_too_late_after_ten_seconds_and_is_only_ones_own(desk, opened, clock):
    office, _me = colleague(desk, "kr")
    other, _them = colleague(desk, "kr", name="Kim Minseo")
    engagement = a_claim(opened)
    act = post(office, f"{QUEUE}/{engagement.id}/accept", json=True).json["act"]
    assert post(other, f"{QUEUE}/undo", json=True, act=act).status_code == 409
    clock.advance(seconds=11)
    late = post(office, f"{QUEUE}/undo", json=True, act=act)
    assert late.status_code == 409
    assert "ten seconds have passed" in late.json["error"]


def test_what_cannot_be_carried_out_any_more_is_said_until_it_is_read(desk, opened, clock):
    office, _me = colleague(desk, "kr")
    engagement = a_claim(opened)
    post(office, f"{QUEUE}/{engagement.id}/accept", json=True)
    change(opened, engagement, lambda session, one: setattr(one, "state", ClaimState.WITHDRAWN))
    clock.advance(seconds=11)
    work(opened)
    page = office.get(QUEUE).text
    assert "This could not be carried out" in page
    assert engagement.claim.number in page
    post(office, f"{QUEUE}/failed")
    assert "This could not be carried out" not in office.get(QUEUE).text


def test_rights_taken_within_the_ten_seconds_count(desk, opened, clock):
    from portal.staff import service
    from portal.staff.models import StaffMember

    office, me = colleague(desk, "kr")
    engagement = a_claim(opened)
    post(office, f"{QUEUE}/{engagement.id}/accept", json=True)
    with opened.database.transaction() as session:
        service.grant(session, session.get_one(StaffMember, me), ["intake:kr"], now=opened.clock())
    clock.advance(seconds=11)
    work(opened)
    assert state_of(opened, engagement) is ClaimState.SUBMITTED


def test_another_offices_claim_can_neither_be_taken_nor_decided_from_the_queue(desk, opened):
    office, me = colleague(desk, "kr")
    theirs = a_claim(opened, jurisdiction="us", tracks=("us-consumer",))
    for act in ("accept", "take"):
        assert post(office, f"{QUEUE}/{theirs.id}/{act}", json=True).status_code == 404
    page = post(office, f"{QUEUE}/acts", act="assign", pick=str(theirs.id), to=str(me)).text
    assert theirs.claim.number not in page


def test_work_is_taken_handed_over_within_the_office_and_given_back(desk, opened, clock):
    office, _me = colleague(desk, "kr")
    _other, minseo = colleague(desk, "kr", name="Kim Minseo")
    _american, jane = colleague(desk, "us", name="Jane Roe")
    engagement = a_claim(opened)
    post(office, f"{QUEUE}/{engagement.id}/take", json=True)
    assert shown(office, assignee="me") == [engagement.claim.number]
    one = {"act": "assign", "pick": str(engagement.id)}
    post(office, f"{QUEUE}/acts/one", **one, to=str(minseo))
    assert "Kim Minseo" in office.get(QUEUE).text
    assert shown(office, assignee=str(minseo)) == [engagement.claim.number]
    post(office, f"{QUEUE}/undo", json=True)
    assert shown(office, assignee="me") == [engagement.claim.number]
    post(office, f"{QUEUE}/acts/one", **one, to=str(jane))
    assert shown(office, assignee="me") == [engagement.claim.number]
    post(office, f"{QUEUE}/acts/one", **one, to="nobody")
    assert shown(office, assignee="nobody") == [engagement.claim.number]


def test_a_colleague_is_warned_who_works_on_a_claim_until_ten_minutes_or_leaving(desk, opened, clock):
    office, _me = colleague(desk, "kr")
    other, _them = colleague(desk, "kr", name="Kim Minseo")
    engagement = a_claim(opened)
    page = f"/staff/claims/{engagement.id}"
    warned = "Dana Whitfield is working on it since"
    assert warned not in office.get(page).text
    assert warned in other.get(page).text
    assert warned in other.get(QUEUE).text
    post(office, f"{page}/leave")
    assert warned not in other.get(page).text
    assert "seen by Dana Whitfield" in other.get(page).text
    office.get(page)
    clock.advance(minutes=11)
    assert warned not in other.get(page).text


def test_views_are_kept_by_name_with_their_numbers_and_never_a_searched_text(desk, opened):
    office, _me = colleague(desk, "kr")
    other, _them = colleague(desk, "kr", name="Kim Minseo")
    a_claim(opened)
    a_claim(opened, state=ClaimState.ACCEPTED)
    post(office, f"{QUEUE}/views", name="Ready <b>", back="state=accepted&text=홍길동")
    page = office.get(QUEUE).text
    held = re.search(
        r'<a href="(/staff/queue\?[^"]*)"[^>]*>Ready &lt;b&gt; <span class="side-count">1</span>', page
    )
    assert held
    assert held[1] == "/staff/queue?state=accepted"
    assert "Ready" not in other.get(QUEUE).text
    drop = re.search(r'action="([^"]+/drop)"', page)[1]
    post(other, drop)
    assert "Ready" in office.get(QUEUE).text
    post(office, drop)
    assert "Ready" not in office.get(QUEUE).text
