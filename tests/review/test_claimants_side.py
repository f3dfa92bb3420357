"""What a decision and a correction look like to the claimant, through their own pages."""

import re

import pytest

from portal.claims import flags, sealed
from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.identity import sessions
from tests.batches.claims import an_accepted_claim, publish
from tests.review.test_correcting import NAME, correct
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
            tracks=("us-consumer", "us-securities"),
        )
        made.conflict = "clear"
        return made


def claimant_of(app, opened, engagement: Engagement):
    """The claimant's browser, with a live session."""
    client = app.test_client()
    with opened.database.transaction() as session:
        token = sessions.open_session(session, opened.settings, engagement.claim_id, opened.clock())
    client.set_cookie("claim", token)
    return client


def post(client, page: str, address: str, **fields: str):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)[1]
    return client.post(address, data={"csrf_token": token, **fields})


def state_of(opened, engagement: Engagement) -> tuple[ClaimState, list[str]]:
    with opened.database.reading() as session:
        one = session.get_one(Engagement, engagement.id)
        return one.state, [str(flag) for flag in flags.flags_of(session, one)]


def test_the_claimant_reads_the_reason_asks_again_and_counsel_look_again(app, opened, engagement):
    with opened.database.transaction() as session:
        session.get_one(Engagement, engagement.id).tracks = ["us-consumer"]
    counsel, mine = signed_in(app, "us")[0], claimant_of(app, opened, engagement)
    page = f"/staff/claims/{engagement.id}"
    post(counsel, page, f"{page}/decline", text="Your account was opened after the leak.")
    told = mine.get("/en/claim").text
    assert "Your account was opened after the leak." in told
    assert "You have the right to ask for another look, until" in told
    again = "/en/claim/again/us"
    assert "Say in a few words why." in post(mine, again, again, text="").text
    assert "at least 10" in post(mine, again, again, text="short").text
    assert post(mine, again, again, text="It was opened in 2019; see the new picture.").status_code == 303
    assert state_of(opened, engagement)[0] is ClaimState.IN_REVIEW
    assert "It was opened in 2019" in counsel.get(page).text
    assert mine.get(again).status_code == 303
    assert "You asked for another look." in mine.get("/en/claim").text


def test_what_is_declined_in_part_stands_beside_what_is_accepted(app, opened, engagement):
    first, second = signed_in(app, "reviewer:us")[0], signed_in(app, "counsel:us")[0]
    page = f"/staff/claims/{engagement.id}"
    fields = {"track-us-consumer": "accept", "track-us-securities": "decline", "reasons": "outside-period"}
    post(first, page, f"{page}/tracks", **fields)
    post(second, page, f"{page}/confirm")
    told = claimant_of(app, opened, engagement).get("/en/claim").text
    assert "Not accepted" in told
    assert "기간에 이루어진 것이 아닙니다" in told
    assert "Counsel accepted part of your claim." in told


@pytest.mark.parametrize("act", ["confirm", "refuse"])
def test_the_claimant_sees_a_correction_and_answers_it(app, opened, engagement, act):
    reviewer, mine = signed_in(app, "reviewer:us")[0], claimant_of(app, opened, engagement)
    correct(reviewer, engagement, "name", note="Your passport says otherwise.", **NAME)
    told = mine.get("/en/claim").text
    assert "Your passport says otherwise." in told
    assert re.search(r"<del>홍길동</del><br><ins>홍길순</ins>", told)
    assert post(mine, "/en/claim", f"/en/claim/corrections/{act}").status_code == 303
    with opened.database.reading() as session:
        held = sealed.read(session, opened.vault, session.get_one(Engagement, engagement.id).claim)
    assert held.name.hangul == ("홍길순" if act == "confirm" else "홍길동")
    assert state_of(opened, engagement) == (ClaimState.SUBMITTED, [])
    assert "Your passport says otherwise." not in mine.get("/en/claim").text
