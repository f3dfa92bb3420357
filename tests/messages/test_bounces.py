"""A message that comes back is known as ours, stops its address, and is said where the person can still be reached."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from portal.claims import sealed, undelivered
from portal.claims.particulars import VerifiedContact
from portal.claims.telling import tell
from portal.messages import MessageState, OutboxMessage, bounces, hooks, mailbox, service, stops, twilio
from portal.messages.mailbox import MailboxUnreachable
from portal.messages.mailers import SmtpMailer
from portal.messages.returns import address_of, message_id_of, tag_of
from portal.runtime import Runtime
from tests.conftest import Clock
from tests.messages.mailbox import NAME, PASSWORD, open_imap, open_pop
from tests.messages.mailhouse import open_mailhouse
from tests.messages.providers import ACCOUNT, TOKEN
from tests.visitor import Visitor, on_the_tests_clock

ANY_ID = UUID(int=7)
PHONE = "+821023456789"
SECRET = "a hook secret that is long enough for it"


@pytest.fixture
def site(app: Flask, clock: Clock) -> Flask:
    """The application with the first matter published."""
    return on_the_tests_clock(app, clock)


@pytest.fixture
def hong(site: Flask) -> Visitor:
    """Somebody with a proved address and a proved telephone."""
    visitor = Visitor(site).begin()
    visitor.fill("phrase")
    runtime = visitor.runtime
    with runtime.database.transaction() as session:
        claim = session.merge(visitor.claim())
        known = sealed.read(session, runtime.vault, claim)
        phone = VerifiedContact(kind="phone", value=PHONE, verified_at=runtime.clock())
        added = known.model_copy(update={"contacts": (*known.contacts, phone)})
        sealed.write(session, runtime.vault, claim, added, runtime.clock())
    return visitor


def written(visitor: Visitor, kind: str = "packets-ready") -> OutboxMessage:
    """A message that has left for the claimant's address."""
    runtime = visitor.runtime
    with runtime.database.transaction() as session:
        row = tell(session, runtime, session.merge(visitor.claim()), kind)
        row.state, row.sent_at = MessageState.SENT, runtime.clock()
        return row


def dsn(
    runtime: Runtime, message: OutboxMessage, status: str = "5.1.1", action: str = "failed", **more: str
) -> bytes:
    """A report as a mail server writes it, RFC 3464."""
    tag = tag_of(runtime.vault, message.id)
    returned = more.get("returned", message_id_of(message.id, tag, "portal.example"))
    back_to = more.get("to", "bounces@firm.example")
    return f"""From: MAILER-DAEMON@mx.example\r
To: {back_to}\r
Subject: Undelivered Mail Returned to Sender\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
MIME-Version: 1.0\r
\r
--b\r
Content-Type: text/plain; charset=utf-8\r
\r
메일을 전달하지 못했습니다.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example\r
Arrival-Date: Tue, 24 Nov 2026 03:00:00 +0000\r
\r
Final-Recipient: rfc822; hong@example.com\r
Action: {action}\r
Status: {status}\r
Diagnostic-Code: smtp; 550 {status} no such user\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: {returned}\r
Subject: x\r
\r
--b--\r
""".encode()


def now_of(visitor: Visitor, message: OutboxMessage) -> OutboxMessage:
    with visitor.runtime.database.reading() as session:
        return session.get_one(OutboxMessage, message.id)


def later(visitor: Visitor, after: OutboxMessage) -> list[tuple[str, str, str]]:
    """Kind, channel and state of what was queued after a message."""
    with visitor.runtime.database.reading() as session:
        rows = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)).all()
    return [(row.kind, row.channel, row.state) for row in rows if row.id > after.id]


def comes_back(
    visitor: Visitor, message: OutboxMessage, status: str = "5.1.1", action: str = "failed"
) -> None:
    """The report is read and the job that follows runs."""
    report = bounces.read_report(visitor.runtime.vault, dsn(visitor.runtime, message, status, action))
    assert report is not None
    bounces.take(visitor.runtime, report)
    undelivered.undelivered(visitor.runtime, str(message.id))


def test_a_hard_bounce_stops_the_address_and_is_said_by_telephone(hong: Visitor) -> None:
    message = written(hong)
    comes_back(hong, message)
    found = now_of(hong, message)
    assert (found.state, found.error) == (MessageState.BOUNCED, "5.1.1")
    assert later(hong, message) == [("not-delivered", "sms", "queued"), ("packets-ready", "sms", "queued")]
    undelivered.undelivered(hong.runtime, str(message.id))
    assert len(later(hong, message)) == 2, "said once"
    assert written(hong).channel == "sms", "from now on by telephone"

    page = hong.get("/claim").text
    assert "h···@example.com" in page
    assert "@example.com에 도착하지 않았습니다" in page
    assert "hong@example.com" not in page


def test_a_code_still_goes_there_and_proves_the_address_again(hong: Visitor) -> None:
    message = written(hong)
    comes_back(hong, message)
    back = Visitor(hong.app)
    assert back.enter(back.ask_code("hong@example.com")).status_code == 303
    assert "에 도착하지 않았습니다" not in back.get("/claim").text
    assert written(hong).channel == "email"


def test_without_another_contact_later_messages_are_kept_as_stopped(site: Flask) -> None:
    visitor = Visitor(site).begin()
    visitor.fill("phrase")
    message = written(visitor)
    comes_back(visitor, message)
    assert later(visitor, message) == []
    with visitor.runtime.database.transaction() as session:
        row = tell(session, visitor.runtime, session.merge(visitor.claim()), "packets-ready")
    assert (row.state, row.error) == (MessageState.FAILED, "stopped")
    assert "이 화면에서 보실 수 있습니다" in visitor.get("/claim").text


@pytest.mark.parametrize(
    ("status", "action", "state", "stopped"),
    [
        ("4.4.1", "delayed", MessageState.SENT, False),
        ("4.4.7", "failed", MessageState.BOUNCED, False),
        ("5.7.1", "failed", MessageState.BOUNCED, False),
        ("5.2.1", "failed", MessageState.BOUNCED, True),
        ("5.2.2", "failed", MessageState.BOUNCED, False),
        ("5.0.0", "failed", MessageState.BOUNCED, True),
        ("2.0.0", "delivered", MessageState.SENT, False),
    ],
)
def test_what_passes_and_what_is_our_doing_does_not_stop_the_address(
    hong: Visitor, status: str, action: str, state: MessageState, stopped: bool
) -> None:
    message = written(hong)
    report = bounces.read_report(hong.runtime.vault, dsn(hong.runtime, message, status, action))
    assert (report is None) == (action == "delivered")
    if report:
        bounces.take(hong.runtime, report)
    assert now_of(hong, message).state == state
    with hong.runtime.database.reading() as session:
        assert stops.stopped(session, hong.runtime.vault, "Hong@example.com") is stopped


def test_a_message_is_known_by_the_address_that_it_comes_back_to(hong: Visitor) -> None:
    vault, message = hong.runtime.vault, written(hong)
    back_to = address_of(message.id, tag_of(vault, message.id), "bounces@firm.example")
    raw = dsn(hong.runtime, message, to=back_to, returned="<somebody-elses@id>")
    report = bounces.read_report(vault, raw)
    assert report
    assert report.message_id == message.id


def test_a_report_that_somebody_made_up_is_ignored(hong: Visitor) -> None:
    vault, message = hong.runtime.vault, written(hong)
    for returned in (f"<{message.id.hex}@portal.example>", f"<{message.id.hex}.{'0' * 16}@portal.example>"):
        assert bounces.read_report(vault, dsn(hong.runtime, message, returned=returned)) is None


@given(raw=st.binary(max_size=300), at=st.integers(0, 900), cut=st.integers(0, 200))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_mail_however_broken_upsets_the_reader(runtime: Runtime, raw: bytes, at: int, cut: int) -> None:
    whole = dsn(runtime, OutboxMessage(id=ANY_ID))
    bounces.read_report(runtime.vault, raw)
    bounces.read_report(runtime.vault, whole[:at] + raw + whole[at + cut :])


@pytest.mark.parametrize("opened", [open_imap, open_pop])
def test_the_mailbox_is_polled_and_only_reports_are_taken(hong: Visitor, opened: Any) -> None:
    message = written(hong)
    letter = b"From: hong@example.com\r\nSubject: hello\r\n\r\nWhen do we go to court?\r\n"
    scheme = "imap" if opened is open_imap else "pop3"
    with opened([letter, dsn(hong.runtime, message)]) as box:
        url = f"{scheme}://{NAME}:{quote(PASSWORD)}@127.0.0.1:{box.port}"
        polling = replace(
            hong.runtime,
            settings=hong.runtime.settings.model_copy(update={"bounce_box": SecretStr(url)}),
        )
        assert mailbox.poll(polling) == 1
        assert box.deleted == {2}
        wrong = polling.settings.model_copy(update={"bounce_box": SecretStr(url.replace("secret", "wrong"))})
        with pytest.raises(MailboxUnreachable):
            mailbox.poll(replace(polling, settings=wrong))
    assert now_of(hong, message).state == MessageState.BOUNCED
    with pytest.raises(MailboxUnreachable):
        mailbox.poll(polling)


def test_a_mailbox_elsewhere_is_not_opened_without_tls(runtime: Runtime) -> None:
    plain = runtime.settings.model_copy(update={"bounce_box": SecretStr("imap://a:b@mail.example")})
    with pytest.raises(MailboxUnreachable, match="TLS"):
        mailbox.poll(replace(runtime, settings=plain))
    assert mailbox.poll(runtime) == 0


def with_settings(visitor: Visitor, **chosen: Any) -> None:
    runtime = visitor.app.extensions["portal"]
    visitor.app.extensions["portal"] = replace(runtime, settings=runtime.settings.model_copy(update=chosen))


def test_a_mail_server_may_post_reports_that_it_signs(hong: Visitor, clock: Clock) -> None:
    message = written(hong)
    tag = tag_of(hong.runtime.vault, message.id)
    told = json.dumps({"message_id": message_id_of(message.id, tag, "x"), "status": "5.1.1"}).encode()
    stranger = hong.app.test_client()

    def post(body: bytes, at: int, secret: str = SECRET, kind: str = "application/json") -> int:
        signed = f"t={at},v1={hooks.signature(secret, at, body)}"
        headers = {"X-Portal-Signature": signed, "Content-Type": kind}
        return stranger.post("/hooks/bounces", data=body, headers=headers).status_code

    now = int(clock.now.timestamp())
    assert post(told, now) == 404, "no secret is set, so nothing is taken"
    with_settings(hong, hook_secret=SecretStr(SECRET))
    assert post(told, now, "another secret") == 403
    assert post(told, now - 301) == 403, "too old to be new"
    assert post(told, now + 301) == 403
    assert stranger.post("/hooks/bounces", data=told).status_code == 403
    assert post(b"{", now) == 400
    assert post(b"[1]", now) == 400
    assert post(json.dumps({"message_id": "<made@up>"}).encode(), now) == 202
    assert now_of(hong, message).state == MessageState.SENT
    assert post(told, now) == 202
    assert now_of(hong, message).state == MessageState.BOUNCED
    assert post(told, now) == 202, "repeated, it changes nothing"

    with hong.runtime.database.transaction() as session:
        stops.proved(session, hong.runtime.vault, "hong@example.com")
    mailed = written(hong)
    assert post(dsn(hong.runtime, mailed), now, kind="message/rfc822") == 202
    assert now_of(hong, mailed).state == MessageState.BOUNCED


def test_twilio_reports_what_did_not_arrive(hong: Visitor) -> None:
    with_settings(
        hong,
        sms_url=SecretStr(f"twilio://{ACCOUNT}:{quote(TOKEN)}@?from=%2B1"),
        site_address="portal.example",
    )
    with hong.runtime.database.transaction() as session:
        stops.stop(session, hong.runtime.vault, "hong@example.com", written(hong), hong.runtime.clock())
    message = written(hong)
    assert message.channel == "sms"
    with hong.runtime.database.transaction() as session:
        session.merge(now_of(hong, message)).reference = "SM1"
    stranger = hong.app.test_client()

    def report(token: str = TOKEN, **fields: str) -> int:
        given = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30005", **fields}
        signed = twilio.signature(token, "https://portal.example/hooks/twilio", given)
        return stranger.post("/hooks/twilio", data=given, headers={"X-Twilio-Signature": signed}).status_code

    assert report("another token") == 403
    assert stranger.post("/hooks/twilio", data={"MessageSid": "SM1"}).status_code == 403
    assert report(MessageStatus="delivered") == 204
    assert now_of(hong, message).state == MessageState.SENT
    assert report() == 204
    assert (now_of(hong, message).state, now_of(hong, message).error) == (MessageState.BOUNCED, "30005")
    with hong.runtime.database.reading() as session:
        assert stops.stopped(session, hong.runtime.vault, PHONE)
    assert report() == 204


def test_twilios_own_example_of_a_signature() -> None:
    """https://www.twilio.com/docs/usage/webhooks/webhooks-security, "Validating signatures"."""
    given = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    address = "https://example.com/myapp.php?foo=1&bar=2"
    assert twilio.signature("12345", address, given) == "L/OH5YylLD5NRKLltdqwSvS0BnU="


def test_a_refusal_at_the_door_is_a_bounce_too(hong: Visitor) -> None:
    runtime = hong.runtime
    with runtime.database.transaction() as session:
        row = tell(session, runtime, session.merge(hong.claim()), "packets-ready")
    with open_mailhouse() as house:
        house.answer_to_recipient = "550 5.1.1 no such user"
        assert service.send(runtime, SmtpMailer("127.0.0.1", house.port), row.id) is MessageState.BOUNCED
    assert now_of(hong, row).error == "5.1.1"
    with runtime.database.reading() as session:
        assert stops.stopped(session, runtime.vault, "hong@example.com")


def test_each_message_has_an_envelope_address_of_its_own(hong: Visitor) -> None:
    with_settings(hong, bounce_address="bounces@firm.example")
    runtime = hong.runtime
    with runtime.database.transaction() as session:
        row = tell(session, runtime, session.merge(hong.claim()), "packets-ready")
    with open_mailhouse() as house:
        service.send(runtime, SmtpMailer("127.0.0.1", house.port), row.id)
    tag = tag_of(runtime.vault, row.id)
    assert house.senders == [f"mail FROM:<bounces+{row.id.hex}-{tag}@firm.example>"]
    assert b"Return-Path" not in house.arrived[0]
    assert re.search(rb"Message-ID: <%s\.%s@" % (row.id.hex.encode(), tag.encode()), house.arrived[0])
