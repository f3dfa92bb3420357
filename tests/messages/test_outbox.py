"""What is said to claimants leaves the house once, sealed until then, in their language."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import jobs, messages
from portal.matters.matter import Matter
from portal.messages import MessageState, OutboxMessage, service, views
from portal.messages import jobs as message_jobs
from portal.messages.failures import MailNotSecured, MailUnreachable, UnknownMailUrl
from portal.messages.mailers import SmtpMailer, mailer_of
from portal.messages.wording import UnsafeHeader
from portal.runtime import Runtime
from tests.conftest import Clock
from tests.messages.mailhouse import open_mailhouse
from tests.visitor import stored_bytes


class Collected:
    """A way out that keeps what it was given."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []

    def deliver(self, message: EmailMessage) -> None:
        self.taken.append(message)


class Down:
    """A way out that is not there."""

    def deliver(self, _message: EmailMessage) -> None:
        raise MailUnreachable("nobody answers")


def queued(runtime: Runtime, matter: Matter, **more: Any) -> OutboxMessage:
    """A message to Hong about the receipt of a claim."""
    given = {
        "to": "hong@example.com",
        "kind": "received",
        "language": "ko",
        "claim_number": "CP-7K3M-9QXA",
        "phrase": "파란 연 1987",
        "date": "2026. 11. 24.",
        **more,
    }
    with runtime.database.transaction() as session:
        subject = runtime.vault.new_subject(session, runtime.clock())
        return messages.queue(session, runtime, subject_id=subject, matter=matter, **given)


def kept(runtime: Runtime, message: OutboxMessage) -> OutboxMessage:
    """The message as it stands now."""
    with runtime.database.reading() as session:
        return session.get_one(OutboxMessage, message.id)


def test_a_message_speaks_the_claimants_language_and_carries_the_phrase(
    runtime: Runtime, matter: Matter
) -> None:
    out = Collected()
    for language, word in (("ko", "접수"), ("en", "received")):
        message = queued(runtime, matter, language=language)
        assert service.send(runtime, out, message.id) is MessageState.SENT
        sent = out.taken[-1]
        assert word in sent["Subject"]
        assert sent["Content-Language"] == language
        assert sent["To"] == "hong@example.com"
        assert "파란 연 1987" in sent.get_content()
        assert "CP-7K3M-9QXA" in sent.get_content()
        assert "http" not in sent.get_content()


def test_a_message_survives_its_journey_as_bytes(runtime: Runtime, matter: Matter) -> None:
    with open_mailhouse() as house:
        message = queued(runtime, matter)
        assert service.send(runtime, SmtpMailer("127.0.0.1", house.port), message.id) is MessageState.SENT
    read: Any = email.message_from_bytes(house.arrived[0], policy=email.policy.default)
    assert "참여 신청을 접수하였습니다" in read["Subject"]
    assert "파란 연 1987" in read.get_content()
    assert read["Auto-Submitted"] == "auto-generated"
    assert house.recipients == ["rcpt TO:<hong@example.com>"]


def test_nothing_of_a_message_can_be_read_in_the_database(runtime: Runtime, matter: Matter) -> None:
    queued(runtime, matter, to="planted@example.com", phrase="planted phrase")
    stored = stored_bytes(runtime)
    assert b"planted@example.com" not in stored
    assert b"planted phrase" not in stored


@pytest.mark.parametrize(
    "to", ["hong@example.com\r\nBcc: all@example.com", "hong@example.com\nX: y", "a\x00@example.com"]
)
def test_an_address_cannot_add_headers(runtime: Runtime, matter: Matter, to: str) -> None:
    with pytest.raises(UnsafeHeader):
        queued(runtime, matter, to=to)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b"])
def test_a_value_cannot_add_headers(runtime: Runtime, matter: Matter, end: str) -> None:
    out = Collected()
    message = queued(runtime, matter, claim_number=f"CP-1{end}Bcc: all@example.com")
    service.send(runtime, out, message.id)
    sent = email.message_from_bytes(out.taken[0].as_bytes(policy=email.policy.SMTP))
    assert sent["Bcc"] is None
    assert sent.get_all("To") == ["hong@example.com"]


def test_values_are_text_and_nothing_else(runtime: Runtime, matter: Matter) -> None:
    out = Collected()
    message = queued(runtime, matter, phrase="{{ code }} {{7*7}} <b>")
    service.send(runtime, out, message.id)
    assert "{{ code }} {{7*7}} <b>" in out.taken[0].get_content()


def test_a_value_that_the_text_needs_must_be_given(runtime: Runtime, matter: Matter) -> None:
    with pytest.raises(KeyError):
        queued(runtime, matter, kind="declined")


def test_a_message_whose_transaction_fails_was_never_said(runtime: Runtime, matter: Matter) -> None:
    class Broken(Exception):
        pass

    with pytest.raises(Broken), runtime.database.transaction() as session:
        subject = runtime.vault.new_subject(session, runtime.clock())
        messages.queue(
            session,
            runtime,
            subject_id=subject,
            to="a@example.com",
            kind="received",
            language="en",
            matter=matter,
            date="-",
        )
        raise Broken
    with runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 0
        assert jobs.waiting(session, "messages.send") == 0


def test_with_the_mail_server_down_a_message_waits_and_is_tried_again(
    runtime: Runtime, matter: Matter, clock: Clock
) -> None:
    message = queued(runtime, matter)
    assert service.send(runtime, Down(), message.id) is MessageState.QUEUED
    waiting = kept(runtime, message)
    assert waiting.error == "unreachable"
    assert waiting.attempts == 1
    with runtime.database.reading() as session:
        assert service.standing(session).queued == 1
        assert jobs.waiting(session, "messages.send") == 2  # the first, and the one that tries again

    out = Collected()
    assert service.send(runtime, out, message.id) is None, "it rests before the next attempt"
    clock.advance(seconds=15)
    assert service.send(runtime, out, message.id) is MessageState.SENT
    assert len(out.taken) == 1


def test_pauses_grow_to_an_hour_and_end_after_three_days(
    runtime: Runtime, matter: Matter, clock: Clock
) -> None:
    message, pauses = queued(runtime, matter), []
    for _attempt in range(100):
        before = clock.now
        if service.send(runtime, Down(), message.id) is MessageState.FAILED:
            break
        pauses.append((kept(runtime, message).due_at - before).total_seconds())
        clock.advance(seconds=pauses[-1])
    assert pauses[:4] == [15, 30, 60, 120]
    assert max(pauses) == 3600
    assert kept(runtime, message).state == MessageState.FAILED
    with runtime.database.reading() as session:
        assert service.standing(session).failed == 1


def test_an_unreachable_server_is_noticed_without_an_error_page(runtime: Runtime, matter: Matter) -> None:
    with open_mailhouse() as house:
        port = house.port
    message = queued(runtime, matter)
    assert service.send(runtime, SmtpMailer("127.0.0.1", port), message.id) is MessageState.QUEUED


@pytest.mark.parametrize(
    ("answer", "state"), [("550 no such person", MessageState.BOUNCED), ("451 later", MessageState.QUEUED)]
)
def test_a_refused_address_fails_for_good_and_a_busy_one_later(
    runtime: Runtime, matter: Matter, answer: str, state: MessageState
) -> None:
    with open_mailhouse() as house:
        house.answer_to_recipient = answer
        message = queued(runtime, matter)
        assert service.send(runtime, SmtpMailer("127.0.0.1", house.port), message.id) is state
    assert not house.arrived


def test_nothing_is_sent_in_the_open_to_another_machine(
    runtime: Runtime, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.messages.mailers._loopback", lambda _host: False)
    with open_mailhouse() as house:
        message = queued(runtime, matter)
        assert service.send(runtime, SmtpMailer("127.0.0.1", house.port), message.id) is MessageState.QUEUED
        assert not house.arrived
        assert not house.recipients
    assert kept(runtime, message).error == MailNotSecured.code


def test_a_sent_message_is_not_sent_again(runtime: Runtime, matter: Matter) -> None:
    out, message = Collected(), queued(runtime, matter)
    service.send(runtime, out, message.id)
    assert service.send(runtime, out, message.id) is None
    assert len(out.taken) == 1


def test_a_worker_that_died_while_sending_leaves_the_message_to_another(
    runtime: Runtime, matter: Matter, clock: Clock
) -> None:
    class Killed(BaseException):
        pass

    class Dying:
        def deliver(self, _message: EmailMessage) -> None:
            raise Killed

    message = queued(runtime, matter)
    with pytest.raises(Killed):
        service.send(runtime, Dying(), message.id)
    clock.advance(minutes=5)
    with runtime.database.reading() as session:
        assert service.overdue(session, clock()) == [message.id]
    message_jobs.sweep(runtime)
    out = Collected()
    assert service.send(runtime, out, message.id) is MessageState.SENT


def test_a_code_that_nobody_can_use_any_more_is_not_sent(
    runtime: Runtime, matter: Matter, clock: Clock
) -> None:
    message = queued(
        runtime, matter, kind="code", code="123456", minutes="10", useless_after=clock.now.replace(hour=4)
    )
    clock.advance(hours=2)
    out = Collected()
    assert service.send(runtime, out, message.id) is None
    assert not out.taken
    assert kept(runtime, message).error == "too_late"


def test_in_production_a_sent_code_is_forgotten(runtime: Runtime, matter: Matter) -> None:
    real = replace(runtime, settings=runtime.settings.model_copy(update={"env": "production"}))
    code = queued(runtime, matter, kind="code", code="123456", minutes="10")
    receipt = queued(runtime, matter)
    for message in (code, receipt):
        service.send(real, Collected(), message.id)
    assert kept(runtime, code).sealed is None
    assert kept(runtime, receipt).sealed is not None


def test_messages_to_an_erased_person_are_neither_sent_nor_kept(runtime: Runtime, matter: Matter) -> None:
    message = queued(runtime, matter)
    with runtime.database.transaction() as session:
        runtime.vault.erase(session, message.subject_id, runtime.clock())
    out = Collected()
    assert service.send(runtime, out, message.id) is None
    assert not out.taken
    message_jobs.sweep(runtime)
    with runtime.database.reading() as session:
        assert session.get(OutboxMessage, message.id) is None


def test_an_internationalised_domain_travels_in_ascii(runtime: Runtime, matter: Matter) -> None:
    out, message = Collected(), queued(runtime, matter, to="hong@한국.kr")
    service.send(runtime, out, message.id)
    assert out.taken[0]["To"] == "hong@xn--3e0b707e.kr"


def test_messages_can_be_put_into_a_folder(runtime: Runtime, matter: Matter, tmp_path: Path) -> None:
    settings = runtime.settings.model_copy(update={"mail_url": (tmp_path / "mail").as_uri()})
    message = queued(runtime, matter)
    service.send(runtime, mailer_of(settings), message.id)
    (file,) = (tmp_path / "mail").iterdir()
    read: Any = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert "파란 연 1987" in read.get_content()


@pytest.mark.parametrize("url", ["smtp://user:p%40ss@mail.example:2525", "smtps://mail.example"])
def test_mail_urls_name_a_server(runtime: Runtime, url: str) -> None:
    found = mailer_of(runtime.settings.model_copy(update={"mail_url": url}))
    assert isinstance(found, SmtpMailer)
    assert (found.host, found.port, found.user, found.password) in {
        ("mail.example", 2525, "user", "p@ss"),
        ("mail.example", 465, "", ""),
    }


def test_an_unknown_mail_url_is_named(runtime: Runtime) -> None:
    with pytest.raises(UnknownMailUrl, match="carrier-pigeon"):
        mailer_of(runtime.settings.model_copy(update={"mail_url": "carrier-pigeon://roof"}))


@pytest.mark.parametrize(("env", "there"), [("demo", True), ("test", True), ("production", False)])
def test_production_has_no_outbox_page(runtime: Runtime, env: str, there: bool) -> None:
    app = Flask("bare")
    app.extensions["portal"] = replace(runtime, settings=runtime.settings.model_copy(update={"env": env}))
    views.install(app)
    assert ("/demo/outbox" in {str(rule) for rule in app.url_map.iter_rules()}) is there
