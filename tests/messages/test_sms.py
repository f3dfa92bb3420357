"""Text messages: short, without a link, through a provider that checks what it is asked."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from portal.matters.matter import Matter
from portal.matters.messages import MESSAGE_KINDS, MessageTextError, euc_kr_bytes, read_message
from portal.messages import MessageState, channel_of, service, stops
from portal.messages import jobs as message_jobs
from portal.messages.failures import UnknownMailUrl
from portal.messages.sms import segments, sends_sms, sms_kind, texter_of
from portal.runtime import Runtime
from portal.settings import Settings, UnsafeSettings
from tests.messages.providers import ACCOUNT, KEY, SECRET, TOKEN, Provider, open_solapi, open_twilio
from tests.messages.test_outbox import Collected, kept, queued

KOREAN, AMERICAN = "+821023456789", "+12015550123"


def through(runtime: Runtime, **urls: str) -> Runtime:
    """The same process with other ways out for text messages."""
    chosen = {name: SecretStr(url) for name, url in urls.items()}
    return replace(runtime, settings=runtime.settings.model_copy(update=chosen))


def solapi(provider: Provider, secret: str = SECRET) -> str:
    return f"solapi://{KEY}:{quote(secret, safe='')}@?from=02-1234-5678&api={provider.api}"


def twilio(provider: Provider, token: str = TOKEN, sender: str = "%2B12015550100") -> str:
    return f"twilio://{ACCOUNT}:{quote(token, safe='')}@?from={sender}&api={provider.api}"


def sent(runtime: Runtime, matter: Matter, to: str, **more: Any) -> tuple[MessageState | None, Any]:
    message = queued(runtime, matter, to=to, **more)
    return service.send(runtime, Collected(), message.id), kept(runtime, message)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", MESSAGE_KINDS)
def test_every_kind_has_a_short_text_without_a_link_that_says_number_and_phrase(
    matter: Matter, kind: str, language: Any
) -> None:
    text = matter.message(kind, language)
    values = dict.fromkeys(text.placeholders, "x")
    said = text.filled_sms(
        values | {"claim_number": "CP-7K3M-9QXA", "phrase": "파란 연 1987", "site": "site.example"}
    )
    assert text.sms, "the first matter has a text of its own for each"
    assert "http" not in said
    assert "\n" not in said
    if "phrase" in text.placeholders:
        assert "파란 연 1987" in said
        assert "CP-7K3M-9QXA" in said
    assert ("site.example" in said) == (kind in ("party-invited", "claim-prepared"))
    if language == "en":
        english = re.sub("파란 연 1987", "blue kite", said)
        assert segments(english) in {("gsm-7", count) for count in (1, 2, 3)}


def test_a_code_fits_into_one_plain_message_in_both_countries(matter: Matter) -> None:
    for language in ("ko", "en"):
        said = matter.message("code", language).filled_sms(
            {"code": "123456", "minutes": "10", "site": "-", "claim_number": "", "phrase": "-"}
        )
        assert sms_kind(said) == "SMS"
        assert euc_kr_bytes(said) <= 90
        assert segments(said)[1] == 1


def test_the_address_decides_the_channel() -> None:
    assert [channel_of(to) for to in (KOREAN, AMERICAN, "hong@example.com", "+hong@example.com")][:3] == [
        "sms",
        "sms",
        "email",
    ]


def test_solapi_gets_a_signed_request_it_accepts_once(runtime: Runtime, matter: Matter) -> None:
    with open_solapi() as provider:
        house = through(runtime, sms_url=solapi(provider))
        state, message = sent(house, matter, KOREAN, kind="code", code="123456", minutes="10")
        assert state is MessageState.SENT
        assert message.channel == "sms"
        assert message.reference == "M4V0000000000001"
        state, _ = sent(house, matter, KOREAN)
        assert state is MessageState.SENT
    code, received = provider.taken
    assert (code["to"], code["from"], code["country"], code["type"]) == (
        "01023456789",
        "0212345678",
        "82",
        "SMS",
    )
    assert "123456" in code["text"]
    assert received["type"] == "LMS"
    assert "파란 연 1987" in received["text"]
    assert "CP-7K3M-9QXA" in received["text"]
    assert len(provider.seen) == 2, "each request has a signature of its own"


def test_solapi_is_asked_how_messages_ended(runtime: Runtime, matter: Matter) -> None:
    with open_solapi() as provider:
        house = through(runtime, sms_url=solapi(provider))
        arrived, lost, under_way = (sent(house, matter, KOREAN)[1] for _ in range(3))
        assert arrived.reference
        provider.ended = {arrived.reference: "4000", lost.reference: "3104", under_way.reference: ""}
        message_jobs.take_reports(house)
        provider.ended = {}
        message_jobs.take_reports(house)
    assert (kept(runtime, arrived).state, kept(runtime, arrived).reference) == (MessageState.SENT, None)
    assert (kept(runtime, lost).state, kept(runtime, lost).error) == (MessageState.BOUNCED, "3104")
    assert kept(runtime, under_way).reference == under_way.reference, "it is asked for again"
    with runtime.database.reading() as session:
        assert not stops.stopped(session, runtime.vault, KOREAN)
    message_jobs.take_reports(runtime)  # nobody to ask


def test_a_wrong_secret_waits_for_the_operator(runtime: Runtime, matter: Matter) -> None:
    with open_solapi() as provider:
        state, message = sent(through(runtime, sms_url=solapi(provider, "wrong")), matter, KOREAN)
    assert (state, message.error) == (MessageState.QUEUED, "not_set_up")
    assert not provider.taken
    with open_twilio() as provider:
        state, message = sent(through(runtime, sms_url=twilio(provider, "wrong")), matter, AMERICAN)
    assert (state, message.error) == (MessageState.QUEUED, "not_set_up")
    assert not provider.taken


def test_twilio_gets_the_form_of_its_document(runtime: Runtime, matter: Matter) -> None:
    with open_twilio() as provider:
        house = through(runtime, sms_url=twilio(provider))
        state, message = sent(house, matter, AMERICAN, language="en")
        assert state is MessageState.SENT
        assert re.fullmatch(r"SM[0-9a-f]{32}", message.reference)
        real = replace(house, settings=house.settings.model_copy(update={"env": "production"}))
        service.send(real, Collected(), queued(house, matter, to=AMERICAN).id)
        service_sid = through(runtime, sms_url=twilio(provider, sender="MG" + "1" * 32))
        sent(service_sid, matter, AMERICAN)
    first, second, third = provider.taken
    assert (first["To"], first["From"]) == (AMERICAN, "+12015550100")
    assert "StatusCallback" not in first, "nobody could reach the demo"
    assert second["StatusCallback"].startswith("https://")
    assert second["StatusCallback"].endswith("/hooks/twilio")
    assert third["MessagingServiceSid"] == "MG" + "1" * 32
    assert "From" not in third


@pytest.mark.parametrize(
    ("status", "told", "state", "error"),
    [
        (500, {}, MessageState.QUEUED, "unreachable"),
        (429, {"code": 20429}, MessageState.QUEUED, "unreachable"),
        (400, {"code": 21211}, MessageState.BOUNCED, "21211"),
        (400, {"code": 21610}, MessageState.BOUNCED, "21610"),
        (400, {"code": 21606}, MessageState.QUEUED, "not_set_up"),
        (400, {"code": 21617}, MessageState.BOUNCED, "21617"),
    ],
)
def test_twilios_refusals_are_told_apart(
    runtime: Runtime, matter: Matter, status: int, told: dict[str, Any], state: MessageState, error: str
) -> None:
    with open_twilio() as provider:
        provider.answer = (status, told)
        found, message = sent(through(runtime, sms_url=twilio(provider)), matter, AMERICAN)
    assert (found, message.error) == (state, error)


@pytest.mark.parametrize(
    ("status", "told", "state", "error"),
    [
        (503, {}, MessageState.QUEUED, "unreachable"),
        (400, {"errorCode": "NotEnoughBalance"}, MessageState.QUEUED, "not_set_up"),
        (400, {"errorCode": "InvalidPhoneNumber"}, MessageState.BOUNCED, "refused"),
        (200, {"statusCode": "3008", "messageId": "M"}, MessageState.BOUNCED, "3008"),
    ],
)
def test_solapis_refusals_are_told_apart(
    runtime: Runtime, matter: Matter, status: int, told: dict[str, Any], state: MessageState, error: str
) -> None:
    with open_solapi() as provider:
        provider.answer = (status, told)
        found, message = sent(through(runtime, sms_url=solapi(provider)), matter, KOREAN)
    assert (found, message.error) == (state, error)


def test_korean_numbers_may_have_a_way_of_their_own(runtime: Runtime, matter: Matter) -> None:
    with open_solapi() as korean, open_twilio() as all_others:
        house = through(runtime, sms_url=twilio(all_others), sms_url_kr=solapi(korean))
        sent(house, matter, KOREAN)
        sent(house, matter, AMERICAN)
    assert len(korean.taken) == len(all_others.taken) == 1


def test_a_provider_that_is_away_is_tried_again(runtime: Runtime, matter: Matter) -> None:
    with open_twilio() as provider:
        pass
    state, message = sent(through(runtime, sms_url=twilio(provider)), matter, AMERICAN)
    assert (state, message.error) == (MessageState.QUEUED, "unreachable")


def test_nothing_goes_to_a_provider_in_the_open(runtime: Runtime, matter: Matter) -> None:
    plain = through(runtime, sms_url=f"twilio://{ACCOUNT}:x@?from=%2B1&api=http://provider.example")
    state, message = sent(plain, matter, AMERICAN)
    assert (state, message.error) == (MessageState.QUEUED, "not_secured")


def test_the_sinks_take_text_messages(
    runtime: Runtime, matter: Matter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sent(through(runtime, sms_url="console:"), matter, KOREAN)[0] is MessageState.SENT
    assert "SMS to +821023456789" in capsys.readouterr().out
    folder = tmp_path / "sms"
    sent(through(runtime, sms_url=folder.as_uri()), matter, KOREAN)
    (file,) = folder.iterdir()
    assert file.read_text().startswith("To: +821023456789\n\n[쿠팡 유출 소송]")
    nowhere = through(runtime, sms_url="none:")
    assert not sends_sms(nowhere.settings)
    assert sent(nowhere, matter, KOREAN)[1].error == "not_set_up"


@pytest.mark.parametrize("url", ["pigeon:", "solapi://key@?from=02", "twilio://a:b@", "solapi://:@?from=1"])
def test_an_unknown_way_out_is_named(runtime: Runtime, url: str) -> None:
    with pytest.raises(UnknownMailUrl):
        texter_of(through(runtime, sms_url=url).settings, KOREAN)


@pytest.mark.parametrize(
    ("url", "safe"),
    [("console:", False), ("file:///x", False), ("none:", True), ("twilio://a:b@?from=1", True)],
)
def test_production_asks_for_a_real_way_out_or_none(url: str, safe: bool) -> None:
    with pytest.raises(UnsafeSettings) as told:
        Settings(env="production", sms_url=SecretStr(url)).refuse_unsafe()
    assert ("PORTAL_SMS_URL" in str(told.value)) is not safe


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("Subject: x\nSMS: 주소 {{ site }}\n\nx {{ code }}", "site's address"),
        ("Subject: x\nSMS: no code\n\nx {{ code }}", "does not hold {{ code }}"),
        ("Subject: x\nSMS: " + "가" * 43 + "{{ code }}\n\nx", "at most 90"),
        ("Subject: x\nSMS: https://a.example {{ code }}\n\nx", "must not hold a link"),
    ],
)
def test_a_text_message_that_could_not_be_sent_so_is_refused(source: str, reason: str) -> None:
    with pytest.raises(MessageTextError) as told:
        read_message("code", "ko", source)
    assert any(reason in why for _, why in told.value.complaints)


def test_a_matter_without_a_text_message_says_subject_and_phrase() -> None:
    text = read_message("received", "ko", "Subject: 접수 ({{ claim_number }})\n\n{{ date }}\n")
    assert text.filled_sms({"claim_number": "CP-1", "phrase": "연", "date": "x"}) == "접수 (CP-1) / 연"


@given(st.text(max_size=400))
@settings(max_examples=100, deadline=None)
def test_parts_are_counted_for_any_text(text: str) -> None:
    alphabet, count = segments(text)
    assert alphabet in ("gsm-7", "ucs-2")
    assert 1 <= count <= 1 + len(text.encode("utf-16-be")) // 2 // 67
