"""Timestamps: asked of a real authority, checked to the last byte, and waited for when it fails."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from portal.packets import timestamps
from portal.packets.seal import Signed, room, sign
from portal.packets.signer import FirmKey, as_asn1
from portal.packets.timestamps import Authority, TimestampRefused, obtain
from portal.settings import Settings, UnsafeSettings
from tests.packets.authority import TestAuthority, serving
from tests.packets.test_seal import a_draft, a_firm_key

DIGEST = hashlib.sha256(b"a signature").digest()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestAuthority]:
    with serving(tmp_path_factory.mktemp("authority")) as authority:
        yield authority


@pytest.fixture
def faults(server: TestAuthority) -> Iterator[TestAuthority]:
    """The authority, which behaves again after the test."""
    yield server
    server.faults.__init__()  # type: ignore[misc]


@pytest.fixture(scope="module")
def key() -> FirmKey:
    return a_firm_key()


@pytest.fixture(scope="module")
def stamped(server: TestAuthority, key: FirmKey) -> Signed:
    authority = server.authority()
    return sign(a_draft(reserved=room(authority)), key, authority)


def test_the_authority_says_that_our_hash_was_there_now(server: TestAuthority) -> None:
    stamp = obtain(server.authority(), DIGEST)
    assert abs(stamp.at - datetime.now(UTC)) < timedelta(seconds=5)
    assert (stamp.authority, stamp.trusted) == ("Test Time Authority", True)
    assert stamp.expires > datetime.now(UTC) + timedelta(days=1000)


def test_pyhanko_finds_the_timestamp_in_the_seal_and_trusts_it(
    stamped: Signed, server: TestAuthority, key: FirmKey
) -> None:
    (signature,) = PdfFileReader(io.BytesIO(stamped.data), strict=True).embedded_signatures
    roots = [as_asn1(key.chain[-1]), *map(as_asn1, server.roots)]
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    status = validate_pdf_signature(signature, context, ts_validation_context=context)
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    time = status.timestamp_validity
    assert time is not None
    assert (time.intact, time.valid, time.trusted) == (True, True, True)
    assert stamped.stamp is not None
    assert time.timestamp == stamped.stamp.at


def test_without_an_authority_a_seal_keeps_no_room_for_one(key: FirmKey) -> None:
    assert room(None) == 8_192
    assert sign(a_draft(), key).level == "B-B"


def refusal(_request: bytes, _answer: bytes) -> bytes:
    status = {"status": "rejection", "status_string": ["no"], "fail_info": {"bad_request"}}
    return bytes(tsp.TimeStampResp({"status": status}).dump())


ANSWERS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "a refusal": refusal,
    "garbage": lambda _request, _answer: b"\x30\x82\xff\xff nonsense",
    "a page of HTML": lambda _request, _answer: b"<html><body>Welcome to our Wi-Fi</body></html>",
    "nothing": lambda _request, _answer: b"",
    "too much": lambda _request, answer: answer + bytes(200_000),
    "more after its end": lambda _request, answer: answer + b"\0",
    "half of it": lambda _request, answer: answer[: len(answer) // 2],
}


@pytest.mark.parametrize("fault", ANSWERS)
def test_an_answer_that_is_no_timestamp_is_refused(faults: TestAuthority, fault: str) -> None:
    faults.faults.answer = ANSWERS[fault]
    with pytest.raises(TimestampRefused):
        obtain(faults.authority(), DIGEST)


def test_the_answer_to_another_question_is_refused(faults: TestAuthority) -> None:
    """A recorded answer over the same hash has another nonce."""
    kept: list[bytes] = []
    faults.faults.answer = lambda _request, answer: kept.append(answer) or answer  # type: ignore[func-returns-value]
    obtain(faults.authority(), DIGEST)
    faults.faults.answer = lambda _request, _answer: kept[0]
    with pytest.raises(TimestampRefused, match="nonce"):
        obtain(faults.authority(), DIGEST)


def test_a_timestamp_over_another_hash_is_refused(faults: TestAuthority) -> None:
    def over_another(request: bytes, _answer: bytes) -> bytes:
        changed = tsp.TimeStampReq.load(request)
        changed["message_imprint"]["hashed_message"] = bytes(32)
        return faults.stamped(changed.dump())

    faults.faults.answer = over_another
    with pytest.raises(TimestampRefused, match="over what was asked"):
        obtain(faults.authority(), DIGEST)


def test_an_authority_under_another_root_is_refused(server: TestAuthority) -> None:
    stranger = Authority(server.url, a_firm_key().chain[-1:])
    with pytest.raises(TimestampRefused):
        obtain(stranger, DIGEST)


def test_an_authority_whose_clock_is_wrong_is_refused(
    server: TestAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timestamps, "SKEW", timedelta(seconds=-1))
    with pytest.raises(TimestampRefused, match="clock"):
        obtain(server.authority(), DIGEST)


@pytest.mark.parametrize("status", [404, 500, 503, 302])
def test_an_error_of_the_server_is_refused(faults: TestAuthority, status: int) -> None:
    faults.faults.status = status
    with pytest.raises(TimestampRefused, match=str(status)):
        obtain(faults.authority(), DIGEST)


def test_an_absent_authority_is_refused() -> None:
    with pytest.raises(TimestampRefused, match="does not answer"):
        obtain(Authority("http://127.0.0.1:9/tsa", a_firm_key().chain), DIGEST)


@pytest.mark.parametrize("slowness", ["wait", "drip"])
def test_a_slow_authority_is_not_waited_for_longer_than_was_said(
    faults: TestAuthority, slowness: str
) -> None:
    setattr(faults.faults, slowness, 3.0 if slowness == "wait" else True)
    began = datetime.now(UTC)
    with pytest.raises(TimestampRefused):
        obtain(faults.authority(seconds=0.5), DIGEST)
    assert datetime.now(UTC) - began < timedelta(seconds=2)


def test_one_bit_changed_anywhere_in_a_token_is_refused(server: TestAuthority) -> None:
    token = obtain(server.authority(), DIGEST).token
    for at in range(0, len(token), 7):
        for bit in (0, 5):
            changed = bytearray(token)
            changed[at] ^= 1 << bit
            with pytest.raises(TimestampRefused):
                timestamps.check(bytes(changed), DIGEST, server.roots)


def test_the_roots_in_use_are_kept_for_those_who_verify_later(server: TestAuthority, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        seal_level="B-T",
        timestamp_url=server.url,
        timestamp_roots=str(server.roots_pem),
    )
    authority = timestamps.open_authority(settings)
    assert authority is not None
    assert authority.roots == server.roots == timestamps.known_roots(tmp_path)


@pytest.mark.parametrize(
    "missing", [{"timestamp_url": ""}, {"timestamp_roots": ""}, {"timestamp_url": "tsa.example"}]
)
def test_a_level_that_cannot_be_reached_is_refused_at_the_start(missing: dict[str, str]) -> None:
    given = {"timestamp_url": "https://tsa.example/", "timestamp_roots": "roots.pem", **missing}
    with pytest.raises(UnsafeSettings, match="B-LTA"):
        Settings(seal_level="B-LTA", **given).refuse_unsafe()
