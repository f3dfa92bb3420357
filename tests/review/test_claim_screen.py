"""A claim's page: what is masked for whom, and deciding by track, with a second person, and again."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.audit import AuditEvent
from portal.claims import flags
from portal.claims.flags import Flag
from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.correspondence.models import Letter
from portal.matters.reviewing import SecondEyes
from portal.messages.models import OutboxMessage
from portal.review import asking_again, masking, service, verdicts
from portal.review.asking_again import TooLate
from tests.batches.claims import an_accepted_claim, publish
from tests.staff.desk import signed_in

HIDDEN = (
    "홍길동",
    "HONG KILTONG",
    "kiltong@example.com",
    "010-1234-5678",
    "세종대로 110",
    "1990-01-02",
    "January 2, 1990",
)


@pytest.fixture
def opened(app):
    runtime = app.extensions["portal"]
    publish(runtime)
    return runtime


def a_claim(opened, **changes) -> Engagement:
    given = {"state": ClaimState.SUBMITTED, "packet": None, **changes}
    with opened.database.transaction() as session:
        made = an_accepted_claim(session, opened, **given)
        made.conflict = "clear"
        return made


def page_of(engagement: Engagement) -> str:
    return f"/staff/claims/{engagement.id}"


def post(client, engagement: Engagement, act: str, **fields):
    page = client.get(page_of(engagement)).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return client.post(f"{page_of(engagement)}/{act}", data={"csrf_token": token[1], **fields})


def standing(opened, engagement: Engagement) -> Engagement:
    with opened.database.reading() as session:
        return session.get_one(Engagement, engagement.id)


def messages(opened) -> list[str]:
    with opened.database.reading() as session:
        return list(session.scalars(sa.select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def events(opened, action: str) -> list[AuditEvent]:
    with opened.database.reading() as session:
        return list(session.scalars(sa.select(AuditEvent).where(AuditEvent.action == action)))


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# ---- Masks ----


def test_a_page_is_masked_until_a_click_that_the_record_keeps(app, opened):
    engagement = a_claim(opened)
    reviewer, _secret = signed_in(app, "kr")
    page = reviewer.get(page_of(engagement)).text
    assert not [hidden for hidden in HIDDEN if hidden in page]
    assert "홍*동" in page
    assert "1990-**-**" in page
    assert "서울특별시 ***" in page
    assert post(reviewer, engagement, "unmask", field="contact").status_code == 303
    page = reviewer.get(page_of(engagement)).text
    assert "kiltong@example.com" in page
    assert "010-1234-5678" in page
    assert "홍길동" not in page
    (event,) = events(opened, "claim.unmasked")
    assert (event.subject_id, event.detail["fields"]) == (engagement.claim_id, ["contact"])
    assert events(opened, "claim.read")[-1].detail["unmasked"] == ["contact"]


def test_everything_can_be_shown_at_once_and_masked_again(app, opened):
    engagement = a_claim(opened)
    reviewer, _secret = signed_in(app, "kr")
    post(reviewer, engagement, "unmask", field="all")
    page = reviewer.get(page_of(engagement)).text
    assert "홍길동" in page
    assert "세종대로 110" in page
    post(reviewer, engagement, "mask")
    assert "홍길동" not in reviewer.get(page_of(engagement)).text


def test_an_unmasking_ends_by_itself_and_is_of_one_sitting(app, opened, monkeypatch):
    engagement = a_claim(opened)
    reviewer, _secret = signed_in(app, "kr")
    other, _secret = signed_in(app, "reviewer:kr")
    post(reviewer, engagement, "unmask", field="name")
    assert "홍길동" in reviewer.get(page_of(engagement)).text
    assert "홍길동" not in other.get(page_of(engagement)).text
    with opened.database.transaction() as session:
        from portal.review.models import Unmasking

        session.execute(sa.update(Unmasking).values(until=opened.clock() - timedelta(seconds=1)))
    assert "홍길동" not in reviewer.get(page_of(engagement)).text


def test_exporters_see_a_masked_page_and_nothing_to_press(app, opened):
    engagement = a_claim(opened)
    exporter, _secret = signed_in(app, "exporter:kr")
    page = exporter.get(page_of(engagement)).text
    assert not [hidden for hidden in HIDDEN if hidden in page]
    assert "홍*동" in page
    for act in ("unmask", "accept", "ask", "decline", "correct", "evidence"):
        assert f"{page_of(engagement)}/{act}" not in page
    assert 'data-key="' not in page
    sent_in, _secret = signed_in(app, "intake:kr")
    token = re.search(r'name="csrf_token" value="([^"]+)"', sent_in.get(page_of(engagement)).text)[1]
    answer = sent_in.post(f"{page_of(engagement)}/unmask", data={"csrf_token": token, "field": "account"})
    assert answer.status_code == 403
    assert events(opened, "claim.unmasked") == []


def test_what_an_office_does_not_need_is_neither_shown_nor_to_be_asked_for(app, opened):
    engagement = a_claim(opened)
    counsel, _secret = signed_in(app, "kr")
    assert post(counsel, engagement, "unmask", field="trades").status_code == 403
    theirs = a_claim(opened, jurisdiction="us", tracks=("us-securities",))
    assert post(signed_in(app, "us")[0], theirs, "unmask", field="trades").status_code == 303


def test_a_mask_leaves_only_what_it_says(opened):
    from tests.batches.claims import a_person

    class Nobody(masking.Mask):
        def __init__(self) -> None:
            self.unmasked = frozenset()

    shown = masking.masked(a_person(), Nobody()).model_dump_json()
    assert not [hidden for hidden in (*HIDDEN, "파란 대문", "1012345678", "1990") if hidden in shown]


# ---- Deciding ----


@pytest.mark.usefixtures("nobody_looks_twice")
def test_some_tracks_are_accepted_and_others_declined_in_one_decision(app, opened):
    engagement = a_claim(opened, jurisdiction="us", tracks=("us-consumer", "us-securities"))
    counsel, _secret = signed_in(app, "us")
    fields = {"track-us-consumer": "accept", "track-us-securities": "decline", "reasons": "outside-period"}
    assert post(counsel, engagement, "tracks", **fields).status_code == 303
    now = standing(opened, engagement)
    assert now.state is ClaimState.ACCEPTED
    with opened.database.reading() as session:
        one = session.get_one(Engagement, engagement.id)
        assert verdicts.accepted_tracks(session, one) == ["us-consumer"]
        accepted, declined = verdicts.shown(session, opened, one, opened.clock())
    assert (accepted.accepted, declined.accepted) == (True, False)
    assert declined.reason == "제출하신 거래는 소송의 대상 기간에 이루어진 것이 아닙니다."
    assert declined.again_until == (opened.clock() + timedelta(days=30)).date()
    assert messages(opened) == ["decided-in-part"]


def test_each_track_needs_a_decision_and_those_declined_a_reason(app, opened):
    engagement = a_claim(opened, jurisdiction="us", tracks=("us-consumer", "us-securities"))
    counsel, _secret = signed_in(app, "us")
    page = post(counsel, engagement, "tracks", **{"track-us-consumer": "accept"})
    assert "Decide each track." in page.text
    page = post(
        counsel, engagement, "tracks", **{"track-us-consumer": "accept", "track-us-securities": "decline"}
    )
    assert "Give the reason." in page.text
    assert re.search(r'name="track-us-securities" value="decline" checked', page.text)
    assert standing(opened, engagement).state is ClaimState.SUBMITTED


def test_picked_reasons_are_sent_in_the_claimants_language_before_what_was_written(app, opened):
    engagement = a_claim(opened)
    intake, _secret = signed_in(app, "intake:kr")
    soon = (opened.clock() + timedelta(days=9)).date().isoformat()
    given = {
        "reasons": ["notice-screen", "unreadable"],
        "text": "두 번째 파일입니다. 부탁드립니다.",
        "until": soon,
    }
    assert post(intake, engagement, "ask", **given).status_code == 303
    page = signed_in(app, "counsel:kr")[0].get(page_of(engagement)).text
    assert re.search(r"개인정보 유출 안내를 받으신.*읽을 수 없습니다.*두 번째 파일입니다", page, re.DOTALL)
    assert standing(opened, engagement).due_on.isoformat() == soon


@pytest.mark.parametrize(
    ("conflict", "sentence"), [("", "no conflict check was made"), ("open", "nobody has settled")]
)
def test_nobody_accepts_before_the_conflict_check(app, opened, conflict, sentence):
    engagement = a_claim(opened)
    with opened.database.transaction() as session:
        session.get_one(Engagement, engagement.id).conflict = conflict
    counsel, _secret = signed_in(app, "kr")
    assert f"{page_of(engagement)}/accept" not in counsel.get(page_of(engagement)).text
    post(counsel, engagement, "accept")
    assert sentence in counsel.get(page_of(engagement)).text
    assert standing(opened, engagement).state is ClaimState.SUBMITTED
    assert post(counsel, engagement, "decline", reasons="no-exposure").status_code == 303
    assert standing(opened, engagement).state is ClaimState.DECLINED


@pytest.fixture
def nobody_looks_twice(opened) -> Iterator[None]:
    """The matter without its rule on second pairs of eyes; the matter is shared by all tests of the process."""
    review = opened.matters.current().matter.review
    asked = review.second_eyes
    object.__setattr__(review, "second_eyes", SecondEyes())
    yield
    object.__setattr__(review, "second_eyes", asked)


# ---- Asking again ----


def test_a_declined_claimant_can_ask_for_another_look_until_a_day(app, opened):
    engagement = a_claim(opened)
    counsel, _secret = signed_in(app, "kr")
    post(counsel, engagement, "decline", text="유출 대상이었음을 확인할 수 없습니다.")
    with opened.database.transaction() as session:
        one = session.get_one(Engagement, engagement.id)
        (line,) = _lines(app, session, one)
        assert line.due is not None
        assert line.reason == "유출 대상이었음을 확인할 수 없습니다."
        asking_again.ask_again(session, opened, one, "안내 문자를 다시 찾았습니다. 다시 보아 주십시오.")
    with opened.database.reading() as session:
        one = session.get_one(Engagement, engagement.id)
        assert one.state is ClaimState.IN_REVIEW
        assert session.scalars(sa.select(Letter.settled_at)).all() == [None]
        assert verdicts.shown(session, opened, one, opened.clock()) == []
    assert "asked for another look" in counsel.get(page_of(engagement)).text


def test_after_that_day_the_claimant_cannot_ask_again(app, opened):
    engagement = a_claim(opened)
    post(signed_in(app, "kr")[0], engagement, "decline", reasons="no-answer")
    with opened.database.transaction() as session:
        one = session.get_one(Engagement, engagement.id)
        from portal.review.models import TrackDecision

        session.execute(
            sa.update(TrackDecision).values(again_until=(opened.clock() - timedelta(days=2)).date())
        )
        with pytest.raises(TooLate):
            asking_again.ask_again(session, opened, one, "안내 문자를 다시 찾았습니다.")
    assert standing(opened, engagement).state is ClaimState.DECLINED


def _lines(app, session, engagement: Engagement):
    with app.test_request_context("/ko/claim"):
        return asking_again.lines_for_claim(session, engagement.claim)


# ---- History ----


def test_the_history_says_who_did_what_and_nothing_of_another_office(app, opened):
    engagement = a_claim(opened)
    reviewer, _secret = signed_in(app, "kr")
    post(reviewer, engagement, "unmask", field="name")
    post(reviewer, engagement, "accept")
    with opened.database.transaction() as session:
        from portal import audit

        audit.record(
            session, now=opened.clock(), actor=audit.SYSTEM, action="claim.declined", subject=engagement.claim_id,
            jurisdiction="us", was="submitted",
        )  # fmt: skip
    page = text_of(reviewer.get(f"{page_of(engagement)}/history").text)
    assert "Dana Whitfield accepted it" in page
    assert "Dana Whitfield unmasked particulars (name)" in page
    assert "declined" not in page
    other, _secret = signed_in(app, "us")
    assert other.get(f"{page_of(engagement)}/history").status_code == 404


def test_a_long_history_is_paged_without_a_gap(app, opened):
    engagement = a_claim(opened)
    reviewer, _secret = signed_in(app, "kr")
    for _time in range(60):
        with opened.database.transaction() as session:
            service.note_read(
                session,
                session.get_one(Engagement, engagement.id),
                by=_somebody(),
                now=opened.clock(),
                part="page",
            )
    first = reviewer.get(f"{page_of(engagement)}/history").text
    older = re.search(r'href="([^"]*before=[^"]+)"', first)[1]
    second = reviewer.get(older).text
    assert first.count("<time") + second.count("<time") == 60


def _somebody():
    from types import SimpleNamespace

    from portal.database import new_id

    return SimpleNamespace(id=new_id())


def test_flags_stand_in_words_on_the_page(app, opened):
    engagement = a_claim(opened)
    with opened.database.transaction() as session:
        flags.raise_flag(session, session.get_one(Engagement, engagement.id), Flag.PAIR, opened.clock())
    assert "Likely pair" in signed_in(app, "kr")[0].get(page_of(engagement)).text
