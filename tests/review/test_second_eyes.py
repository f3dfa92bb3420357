"""Decisions that a second person confirms, where the matter asks for it."""

import re

import pytest
import sqlalchemy as sa

from portal.claims import flags
from portal.claims.flags import Flag
from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.matters.reviewing import SecondEyes
from portal.messages.models import OutboxMessage
from tests.batches.claims import an_accepted_claim, publish
from tests.staff.desk import signed_in


@pytest.fixture
def opened(app):
    runtime = app.extensions["portal"]
    publish(runtime)
    return runtime


@pytest.fixture
def engagement(opened) -> Engagement:
    with opened.database.transaction() as session:
        made = an_accepted_claim(
            session,
            opened,
            state=ClaimState.SUBMITTED,
            packet=None,
            jurisdiction="us",
            tracks=("us-securities",),
        )
        made.conflict = "clear"
        return made


def post(client, engagement: Engagement, act: str, **fields: str):
    address = f"/staff/claims/{engagement.id}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)[1]
    assert client.post(f"{address}/{act}", data={"csrf_token": token, **fields}).status_code in (200, 303)
    return client.get(address).text


def stands(opened, engagement: Engagement) -> tuple[ClaimState, list[Flag], list[str]]:
    with opened.database.reading() as session:
        one = session.get_one(Engagement, engagement.id)
        told = list(session.scalars(sa.select(OutboxMessage.kind)))
        return one.state, flags.flags_of(session, one), told


def test_one_decides_another_confirms_and_then_the_claimant_is_told(app, opened, engagement):
    first, second = signed_in(app, "reviewer:us")[0], signed_in(app, "counsel:us")[0]
    assert "Another person has to confirm it" in post(first, engagement, "accept")
    assert stands(opened, engagement) == (ClaimState.SUBMITTED, [Flag.SECOND_EYES], [])
    assert "another person has to confirm it" in post(first, engagement, "confirm")
    assert "waits for a second person" in post(second, engagement, "decline", reasons="no-answer")
    assert stands(opened, engagement)[0] is ClaimState.SUBMITTED
    post(second, engagement, "confirm")
    assert stands(opened, engagement) == (ClaimState.ACCEPTED, [], ["accepted"])
    assert "can no longer be done" in post(second, engagement, "confirm")


def test_what_is_sent_back_does_not_count_and_says_why(app, opened, engagement):
    first, second = signed_in(app, "reviewer:us")[0], signed_in(app, "counsel:us")[0]
    post(first, engagement, "decline", reasons="outside-period")
    assert "Say why." in post_only(second, engagement, "send-back", note="")
    post(second, engagement, "send-back", note="the trades are inside the period")
    assert stands(opened, engagement) == (ClaimState.SUBMITTED, [], [])
    assert "the trades are inside the period" in first.get(f"/staff/claims/{engagement.id}").text


def post_only(client, engagement: Engagement, act: str, **fields: str) -> str:
    address = f"/staff/claims/{engagement.id}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)[1]
    return client.post(f"{address}/{act}", data={"csrf_token": token, **fields}).text


@pytest.mark.parametrize(
    ("rules", "asked"),
    [
        (SecondEyes(), False),
        (SecondEyes(tracks=("us-securities",)), True),
        (SecondEyes(tracks=("kr-consumer",)), False),
        (SecondEyes(outcomes=("not_eligible",)), True),
        (SecondEyes(outcomes=("eligible",)), False),
        (SecondEyes(flags=("pair",)), True),
        (SecondEyes(flags=("doubt",)), False),
        (SecondEyes(decisions=("decline",), tracks=("us-securities",)), False),
    ],
)
def test_each_condition_of_the_matter_is_enough_and_without_any_nobody_waits(rules, asked):
    assert rules.asks({"accept"}, {"not_eligible"}, {"pair"}, {"us-securities"}) is asked
