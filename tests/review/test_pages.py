"""The queue and a claim's page, walked as staff of each office do."""

import re
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from portal.audit import AuditEvent
from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.messages.models import OutboxMessage
from portal.packets import service as packets
from portal.packets.models import Packet, PacketState
from portal.staff import factors
from portal.staff import service as staff
from tests.batches.claims import an_accepted_claim, publish
from tests.conftest import NOW

PASSWORD = "paper lantern over gwanghwamun"


@pytest.fixture
def opened(app):
    runtime = app.extensions["portal"]
    publish(runtime)
    return runtime


@pytest.fixture
def desk(app, opened):
    """``desk("kr")``: a browser in which somebody with these roles is signed in."""

    def sign_in(*roles: str):
        client, now = app.test_client(), opened.clock()
        with opened.database.transaction() as session:
            person = staff.Person(name="Dana Whitfield", email=f"{'-'.join(roles)}@staff.example")
            member = staff.add(
                session, opened.vault, person, roles=roles, language="en", password=PASSWORD, now=now
            )
            secret = factors.new_totp_secret()
            assert staff.enrol(session, opened.vault, member, secret, pyotp.TOTP(secret).at(now), now)
            token = staff.open_session(session, member, now)
        client.set_cookie("staff", token)
        return client

    return sign_in


def a_claim(opened, **changes) -> Engagement:
    given = {"state": ClaimState.SUBMITTED, **changes}
    with opened.database.transaction() as session:
        made = an_accepted_claim(session, opened, **given)
        made.conflict = "clear"
        return made


def post(client, page: str, address: str, **fields: str):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    return client.post(address, data={"csrf_token": token[1], **fields})


def address_of(engagement: Engagement) -> str:
    return f"/staff/claims/{engagement.id}"


def state_of(opened, engagement: Engagement) -> ClaimState:
    with opened.database.reading() as session:
        return session.get_one(Engagement, engagement.id).state


def events(opened, action: str) -> list[AuditEvent]:
    with opened.database.reading() as session:
        return list(session.scalars(sa.select(AuditEvent).where(AuditEvent.action == action)))


def test_the_queue_shows_one_office_its_own_claims_and_masks_people(opened, desk):
    mine, theirs = a_claim(opened), a_claim(opened, jurisdiction="us", tracks=("us-consumer",))
    page = desk("kr").get("/staff/queue").text
    assert mine.claim.number in page
    assert theirs.claim.number not in page
    assert "홍*동" in page
    assert "010-****-5678" in page
    for hidden in ("홍길동", "1012345678", "kiltong@example.com", "세종대로"):
        assert hidden not in page
    assert events(opened, "claims.listed")[0].detail == {"count": 1, "searched": False}


@pytest.mark.parametrize(
    "typed",
    ["{number}", "{number_lower}", "홍길동", "HONG KILTONG", "hong kiltong", "kiltong@example.com", "010-1234-5678",
     "+82 10 1234 5678", "홍길동 5678"],
)  # fmt: skip
def test_a_claim_is_found_by_number_name_and_contact(opened, desk, typed):
    wanted, other = a_claim(opened), a_claim(opened, name="남궁서연")
    number = wanted.claim.number
    text = typed.format(number=number, number_lower=number.replace("-", " ").lower())
    page = post(desk("kr"), "/staff/queue", "/staff/queue", text=text).text
    assert number in page
    if "{number" in typed or typed.startswith("홍"):
        assert other.claim.number not in page


@pytest.mark.parametrize(
    "typed", ["성춘향", "nobody@example.com", "%", "' OR 1=1 --", "{{7*7}}", "\x00", "홍" * 5_000]
)
def test_what_is_not_there_is_not_found_and_shown_literally(opened, desk, typed):
    wanted = a_claim(opened)
    answer = post(desk("kr"), "/staff/queue", "/staff/queue", text=typed)
    assert answer.status_code == 200
    assert wanted.claim.number not in answer.text
    assert "49" not in re.findall(r'name="text" value="([^"]*)"', answer.text)


def test_another_offices_claim_is_not_found_whatever_its_address(opened, desk):
    theirs = a_claim(opened, jurisdiction="us", tracks=("us-consumer",))
    korean, page = desk("kr"), "/staff/sign-in"
    assert korean.get(address_of(theirs)).status_code == 404
    for act in ("accept", "ask", "decline"):
        fields = {"text": "please send more pictures", "until": "2026-12-20"}
        assert post(korean, page, f"{address_of(theirs)}/{act}", **fields).status_code == 404
    with opened.database.reading() as session:
        (packet,) = packets.packets_of(session, theirs)
    reason = {"reason": "filing of the first complaint"}
    assert post(korean, page, f"{address_of(theirs)}/packets/{packet.id}", **reason).status_code == 404
    assert state_of(opened, theirs) is ClaimState.SUBMITTED


def test_administrators_see_no_claims_and_reviewers_no_log(opened, desk):
    engagement = a_claim(opened)
    administrator, reviewer = desk("admin"), desk("kr")
    assert administrator.get("/staff/queue").status_code == 403
    assert administrator.get(address_of(engagement)).status_code == 403
    assert reviewer.get("/staff/audit").status_code == 403
    reviewer.get(address_of(engagement))
    log = administrator.get("/staff/audit").text
    assert "claim.read" in log
    assert "홍길동" not in log


def test_opening_a_claim_is_audited_with_who_and_whose(opened, desk):
    engagement = a_claim(opened)
    page = desk("kr").get(address_of(engagement)).text
    assert "홍*동" in page
    (event,) = events(opened, "claim.read")
    assert (event.subject_id, event.detail["part"]) == (engagement.claim_id, "page")
    assert event.detail["unmasked"] == []
    assert event.actor_kind == "staff"


def test_accepting_tells_the_claimant(opened, desk):
    engagement = a_claim(opened)
    answer = post(desk("kr"), address_of(engagement), f"{address_of(engagement)}/accept")
    assert answer.status_code == 303
    assert state_of(opened, engagement) is ClaimState.ACCEPTED
    with opened.database.reading() as session:
        assert session.scalars(sa.select(OutboxMessage.kind)).all() == ["accepted"]


def test_asking_needs_words_and_a_day_to_come_and_keeps_what_was_typed(opened, desk):
    engagement, reviewer = a_claim(opened), desk("kr")
    page = address_of(engagement)
    yesterday = (opened.clock() - timedelta(days=1)).date().isoformat()
    refused = post(reviewer, page, f"{page}/ask", text="유출 안내 화면을 올려 주십시오.", until=yesterday)
    assert refused.status_code == 200
    assert "유출 안내 화면을 올려 주십시오." in refused.text
    assert "after today" in refused.text
    assert state_of(opened, engagement) is ClaimState.SUBMITTED

    soon = (opened.clock() + timedelta(days=9)).date().isoformat()
    assert (
        post(reviewer, page, f"{page}/ask", text="유출 안내 화면을 올려 주십시오.", until=soon).status_code
        == 303
    )
    assert state_of(opened, engagement) is ClaimState.INFORMATION_REQUESTED
    assert "유출 안내 화면을 올려 주십시오." in reviewer.get(page).text


def test_a_reason_full_of_code_reaches_nobody_as_code(opened, desk):
    engagement, reviewer = a_claim(opened), desk("kr")
    page, text = address_of(engagement), "<script>alert(1)</script> {{7*7}}\r\nBcc: everybody@example.com"
    assert post(reviewer, page, f"{page}/decline", text=text).status_code == 303
    shown = reviewer.get(page).text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in shown


def test_a_withdrawn_claim_can_no_longer_be_accepted(opened, desk):
    engagement, reviewer = a_claim(opened, state=ClaimState.WITHDRAWN), desk("kr")
    page = address_of(engagement)
    answer = post(reviewer, page, f"{page}/accept")
    assert answer.status_code == 303
    assert "can no longer be done" in reviewer.get(page).text
    assert state_of(opened, engagement) is ClaimState.WITHDRAWN


def test_a_packet_leaves_only_for_a_reason_which_is_kept(opened, desk):
    engagement, reviewer = a_claim(opened), desk("kr")
    page = address_of(engagement)
    with opened.database.reading() as session:
        (packet,) = packets.packets_of(session, engagement)
    download = f"{page}/packets/{packet.id}"
    assert reviewer.get(download).status_code == 405
    assert not post(reviewer, page, download, reason="x").data.startswith(b"%PDF")
    taken = post(reviewer, page, download, reason="check of the signature before filing")
    assert taken.data.startswith(b"%PDF")
    assert (
        taken.headers["Content-Disposition"] == f'attachment; filename="{engagement.claim.number}-kr-r1.pdf"'
    )
    (event,) = events(opened, "claim.downloaded")
    assert event.detail["reason"] == "check of the signature before filing"


def test_a_packet_that_failed_is_shown_in_words_and_can_be_tried_again(opened, desk):
    engagement, reviewer = a_claim(opened, packet=PacketState.FAILED), desk("kr")
    page = address_of(engagement)
    with opened.database.transaction() as session:
        (packet,) = packets.packets_of(session, engagement)
        packet.failure = "corrupt-exhibit"
        session.merge(packet)
    assert "is damaged and cannot be placed" in reviewer.get(page).text
    assert engagement.claim.number in reviewer.get("/staff/failures").text
    assert post(reviewer, page, f"{page}/packets/{packet.id}/retry").status_code == 303
    with opened.database.reading() as session:
        assert session.get_one(Packet, packet.id).state == PacketState.PENDING


def test_pages_of_the_queue_neither_repeat_nor_skip_anybody(opened, desk):
    numbers = {
        a_claim(opened, accepted_at=NOW - timedelta(minutes=at // 3), packet=None).claim.number
        for at in range(120)
    }
    reviewer, address, seen = desk("kr"), "/staff/queue?state=all", []
    while address:
        page = reviewer.get(address).text
        seen += re.findall(r'class="tabular" href="[^"]+">(CP-[0-9A-Z]{4}-[0-9A-Z]{4})<', page)
        older = re.search(r'href="([^"]*before=[^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == 120
    assert set(seen) == numbers


def test_a_track_that_a_newer_version_dropped_does_not_close_the_queue(opened, desk):
    engagement = a_claim(opened, tracks=("kr-formerly",))
    answer = desk("kr").get("/staff/queue")
    assert answer.status_code == 200
    assert engagement.claim.number in answer.text
    assert "kr-formerly" in answer.text


def test_a_name_is_never_taken_from_an_address(opened, desk):
    wanted = a_claim(opened)
    page = desk("kr").get("/staff/queue", query_string={"text": "성춘향"}).text
    assert wanted.claim.number in page
    assert "성춘향" not in page


def test_a_declined_claim_can_be_looked_at_again(opened, desk):
    engagement, reviewer = a_claim(opened, state=ClaimState.DECLINED), desk("kr")
    page = address_of(engagement)
    assert post(reviewer, page, f"{page}/reopen").status_code == 303
    assert state_of(opened, engagement) is ClaimState.IN_REVIEW
    assert "in review again" in reviewer.get(page).text
    with opened.database.reading() as session:
        assert session.scalars(sa.select(OutboxMessage.kind)).all() == []


def test_failures_say_how_messages_and_jobs_stand(opened, desk):
    engagement, reviewer = a_claim(opened), desk("kr")
    post(reviewer, address_of(engagement), f"{address_of(engagement)}/accept")
    page = reviewer.get("/staff/failures").text
    assert re.search(r"Messages waiting</span><b>1</b>", page)
    assert "No packet has failed." in page
