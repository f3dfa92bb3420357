"""Staff correct a particular; nothing counts before the claimant has confirmed it."""

import re

import pytest

from portal.claims import flags, sealed
from portal.claims.flags import Flag
from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.review import correcting
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
        return an_accepted_claim(session, opened, state=ClaimState.SUBMITTED, packet=None)


def correct(client, engagement: Engagement, step: str, **fields: str):
    address = f"/staff/claims/{engagement.id}/correct/{step}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)[1]
    return client.post(address, data={"csrf_token": token, **fields})


def names(opened, engagement: Engagement) -> tuple[str, str, list[Flag]]:
    with opened.database.reading() as session:
        one = session.get_one(Engagement, engagement.id)
        signed = sealed.read(session, opened.vault, one.claim).name
        latest = sealed.read_latest(session, opened.vault, one.claim).name
        return signed.hangul, latest.hangul, flags.flags_of(session, one)


NAME = {"hangul": "홍길순", "hanja": "", "passport": "HONG KILTONG"}


def test_a_correction_waits_for_the_claimant_and_stands_on_both_pages(app, opened, engagement):
    reviewer, _secret = signed_in(app, "reviewer:kr")
    answer = correct(reviewer, engagement, "name", note="여권과 다르게 적혀 있었습니다.", **NAME)
    assert answer.status_code == 303
    assert names(opened, engagement) == ("홍길동", "홍길순", [Flag.CORRECTION])
    page = reviewer.get(f"/staff/claims/{engagement.id}").text
    assert "여권과 다르게 적혀 있었습니다." in page
    assert "홍길순" not in page
    with app.test_request_context("/ko/claim"), opened.database.reading() as session:
        (line,) = correcting.lines_for_claim(session, session.get_one(Engagement, engagement.id).claim)
    assert [(before, after) for _label, before, after in line.rows] == [("홍길동", "홍길순")]


@pytest.mark.parametrize("confirmed", [True, False])
def test_confirmed_it_counts_and_refused_it_does_not(app, opened, engagement, confirmed):
    correct(
        signed_in(app, "reviewer:kr")[0], engagement, "name", note="여권과 다르게 적혀 있었습니다.", **NAME
    )
    with opened.database.transaction() as session:
        claim = session.get_one(Engagement, engagement.id).claim
        if confirmed:
            # This claim has no signed document that says the name; with one, the claimant would sign it again.
            assert correcting.confirm(session, opened, claim, opened.clock())
        else:
            correcting.refuse(session, claim, opened.clock())
    counts = "홍길순" if confirmed else "홍길동"
    assert names(opened, engagement) == (counts, counts, [])


def test_bad_input_is_said_beside_the_field_and_kept(app, opened, engagement):
    reviewer, _secret = signed_in(app, "reviewer:kr")
    wrong = correct(reviewer, engagement, "name", note="because", **{**NAME, "hangul": "1234"})
    assert wrong.status_code == 422
    assert 'value="1234"' in wrong.text
    same = correct(reviewer, engagement, "name", note="because", **{**NAME, "hangul": "홍길동"})
    assert "Nothing is different" in same.text
    without = correct(reviewer, engagement, "name", note="", **NAME)
    assert "Say why." in without.text
    assert names(opened, engagement) == ("홍길동", "홍길동", [])


def test_only_who_may_correct_can(app, opened, engagement):
    for role in ("intake:kr", "exporter:kr", "admin"):
        client, _secret = signed_in(app, role)
        assert client.get(f"/staff/claims/{engagement.id}/correct/name").status_code == 403
    assert signed_in(app, "us")[0].get(f"/staff/claims/{engagement.id}/correct/name").status_code == 404
