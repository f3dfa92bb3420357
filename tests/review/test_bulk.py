"""Acts upon many claims: the preview, the proof, the work in the background, and the report."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.claims.states import ClaimState
from portal.messages.models import OutboxMessage
from portal.review import bulk
from portal.review.desk_models import BulkItem, BulkRun
from tests.batches.claims import publish
from tests.review.queue_desk import QUEUE, a_claim, colleague, post, state_of, work
from tests.visitor import on_the_tests_clock


@pytest.fixture
def desk(app, clock):
    on_the_tests_clock(app, clock)
    publish(app.extensions["portal"])
    return app


@pytest.fixture
def opened(desk):
    return desk.extensions["portal"]


def test_the_preview_says_of_each_claim_what_will_happen_and_why_not(desk, opened):
    office, _me = colleague(desk, "kr")
    can, cannot = a_claim(opened), a_claim(opened, state=ClaimState.WITHDRAWN)
    page = post(office, f"{QUEUE}/acts", act="accept", pick=[str(can.id), str(cannot.id), "nonsense"]).text
    rows = re.findall(r"<tr>\s*<td class=\"tabular\">.*?</tr>", page, re.DOTALL)
    assert [("In its present status" in row, can.claim.number in row) for row in rows] == [
        (False, True),
        (True, False),
    ]
    assert "Do it with 1 claim" in page
    assert state_of(opened, can) is ClaimState.SUBMITTED


def test_many_are_done_in_the_background_and_each_that_failed_is_named(desk, opened):
    office, _me = colleague(desk, "kr")
    claims = [a_claim(opened) for _one in range(3)]
    picked = [str(one.id) for one in claims]
    answer = post(office, f"{QUEUE}/acts/many", act="accept", pick=picked)
    assert answer.status_code == 303
    with opened.database.transaction() as session:
        session.execute(
            sa.update(type(claims[1])).where(type(claims[1]).id == claims[1].id).values(state="withdrawn")
        )
    work(opened)
    report = office.get(answer.location).text
    assert re.search(r"<dt>Done</dt>\s*<dd>2</dd>", report)
    assert claims[1].claim.number in report
    assert "In its present status this cannot be done." in report
    assert [state_of(opened, one) for one in claims] == [
        ClaimState.ACCEPTED, ClaimState.WITHDRAWN, ClaimState.ACCEPTED,
    ]  # fmt: skip
    other, _them = colleague(desk, "kr", name="Kim Minseo")
    assert other.get(answer.location).status_code == 404


def test_a_mass_act_asks_for_the_second_factor_again(desk, opened, clock):
    office, _me = colleague(desk, "kr")
    picked = [str(a_claim(opened).id) for _one in range(2)]
    clock.advance(minutes=6)
    answer = post(office, f"{QUEUE}/acts/many", act="accept", pick=picked)
    assert answer.status_code == 200
    assert "proof_code" in answer.text
    with opened.database.reading() as session:
        assert session.scalars(sa.select(BulkRun)).all() == []


def test_words_are_asked_for_and_kept_when_something_lacks(desk, opened):
    office, _me = colleague(desk, "kr")
    claims = [a_claim(opened) for _one in range(2)]
    fields = {
        "act": "ask",
        "pick": [str(one.id) for one in claims],
        "text": "유출 안내 화면을 올려 주십시오.",
    }
    refused = post(office, f"{QUEUE}/acts/many", **fields, until="")
    assert refused.status_code == 200
    assert "유출 안내 화면을 올려 주십시오." in refused.text
    assert "Choose a date." in refused.text
    until = (opened.clock() + timedelta(days=9)).date().isoformat()
    assert post(office, f"{QUEUE}/acts/many", **fields, until=until).status_code == 303
    work(opened)
    assert {state_of(opened, one) for one in claims} == {ClaimState.INFORMATION_REQUESTED}
    with opened.database.reading() as session:
        assert session.scalars(sa.select(OutboxMessage.kind)).all() == ["information-requested"] * 2
        assert session.scalars(sa.select(BulkRun.text)).all() == [None]


def test_a_run_that_was_interrupted_goes_on_where_it_stood(desk, opened):
    office, _me = colleague(desk, "kr")
    claims = [a_claim(opened) for _one in range(3)]
    post(office, f"{QUEUE}/acts/many", act="accept", pick=[str(one.id) for one in claims])
    with opened.database.transaction() as session:
        run = session.scalars(sa.select(BulkRun)).one()
        bulk._do_one(session, opened, run.id, 1)
    bulk.go_on(opened, run.id)
    bulk.go_on(opened, run.id)
    with opened.database.reading() as session:
        assert session.scalars(sa.select(OutboxMessage.kind)).all() == ["accepted"] * 3
        assert session.scalars(sa.select(BulkItem.state)).all() == ["done"] * 3


def test_who_may_not_decide_is_refused(desk, opened):
    intake, _me = colleague(desk, "intake:kr")
    engagement = a_claim(opened)
    assert post(intake, f"{QUEUE}/acts", act="accept", pick=str(engagement.id)).status_code == 403
    assert post(intake, f"{QUEUE}/acts", act="erase", pick=str(engagement.id)).status_code == 400
    assert post(intake, f"{QUEUE}/{engagement.id}/accept", json=True).status_code == 403
