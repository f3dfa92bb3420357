"""Signing is all or nothing: whoever is told "received" is in, and nobody is half in."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.claims.errors import AlreadySubmitted, ConsentMissing, NotReady, TextsChanged, TrackClosed
from portal.messages import service as messages
from portal.packets import reading
from portal.runtime import open_runtime
from tests.batches.claims import publish
from tests.conftest import ROOT
from tests.faults import ready
from tests.faults.ready import NOTHING, WHOLE, a_claim_ready_to_sign, sign, traces


@pytest.fixture
def claim_id(runtime):
    publish(runtime)
    return a_claim_ready_to_sign(runtime)


@pytest.fixture
def either_runtime(any_database, settings, clock):
    """Everything open on SQLite, and again on PostgreSQL."""
    url = any_database.engine.url.render_as_string(hide_password=False)
    opened = open_runtime(settings.model_copy(update={"database_url": url}), clock=clock)
    yield opened
    opened.close()


def killed_before(settings, claim_id, statement: int) -> int:
    command = [
        sys.executable,
        "-m",
        "tests.faults.dies",
        "sign",
        settings.data_dir,
        str(claim_id),
        str(statement),
    ]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=120).returncode


def test_a_signed_claim_is_whole(runtime, claim_id):
    assert traces(runtime, claim_id) == NOTHING
    sign(runtime, claim_id)
    assert traces(runtime, claim_id) == WHOLE


def test_fifty_presses_at_once_make_one_claim(either_runtime):
    runtime = either_runtime
    publish(runtime)
    claim_id = a_claim_ready_to_sign(runtime)

    def press(_number: int) -> str:
        try:
            sign(runtime, claim_id)
        except AlreadySubmitted:
            return "already"
        return "signed"

    with ThreadPoolExecutor(50) as presses:
        answers = list(presses.map(press, range(50)))
    assert sorted(answers) == ["already"] * 49 + ["signed"]
    assert traces(runtime, claim_id) == WHOLE


@pytest.mark.parametrize("statement", [2, 9, 17, 25, 33, 1_000])
def test_a_process_killed_while_signing_leaves_all_or_nothing(runtime, settings, claim_id, statement):
    assert killed_before(settings, claim_id, statement) == -9
    left = traces(runtime, claim_id)
    assert left == (WHOLE if statement == 1_000 else NOTHING)
    if left == NOTHING:
        sign(runtime, claim_id)
        assert traces(runtime, claim_id) == WHOLE


def test_an_error_in_the_middle_of_signing_leaves_nothing(runtime, claim_id, monkeypatch):
    def full(*_arguments: object, **_names: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(messages, "queue", full)
    with pytest.raises(OSError, match="No space"):
        sign(runtime, claim_id)
    assert traces(runtime, claim_id) == NOTHING


def test_nothing_is_signed_that_was_not_read(runtime, claim_id):
    with runtime.database.transaction() as session:
        claim = session.get_one(ready.Claim, claim_id)
        readings = reading.read_readings(session, runtime.vault, claim)
        readings.pop("kr-power")
        reading.write_readings(session, runtime.vault, claim, readings)
    with pytest.raises(NotReady):
        sign(runtime, claim_id)
    assert traces(runtime, claim_id) == NOTHING


def test_a_text_published_anew_meanwhile_has_to_be_read_again(runtime, claim_id):
    with runtime.database.transaction() as session:
        claim = session.get_one(ready.Claim, claim_id)
        readings = reading.read_readings(session, runtime.vault, claim)
        old = readings["kr-retainer"].model_copy(
            update={"text_hashes": {"ko": "0" * 64, "en": "0" * 64}, "shown": "0" * 64}
        )
        reading.write_readings(session, runtime.vault, claim, {**readings, "kr-retainer": old})
    with pytest.raises(TextsChanged):
        sign(runtime, claim_id)
    assert traces(runtime, claim_id) == NOTHING


def test_a_required_consent_that_was_refused_stops_the_signing_by_name(runtime, claim_id):
    published = runtime.matters.current()
    required = next(
        one.id for plan in published.matter.packets.values() for one in plan.documents if one.required
    )
    with runtime.database.transaction() as session:
        claim = session.get_one(ready.Claim, claim_id)
        readings = reading.read_readings(session, runtime.vault, claim)
        refused = readings[required].model_copy(update={"given": False})
        reading.write_readings(session, runtime.vault, claim, {**readings, required: refused})
    with pytest.raises(ConsentMissing) as caught:
        sign(runtime, claim_id)
    assert caught.value.document == required
    assert traces(runtime, claim_id) == NOTHING


def test_refusing_the_transfer_abroad_stops_the_american_signature_and_not_the_korean(runtime, claim_id):
    with runtime.database.transaction() as session:
        claim = session.get_one(ready.Claim, claim_id)
        readings = reading.read_readings(session, runtime.vault, claim)
        refused = readings["kr-consent-transfer"].model_copy(update={"given": False})
        reading.write_readings(session, runtime.vault, claim, {**readings, "kr-consent-transfer": refused})
    with pytest.raises(ConsentMissing) as caught:
        sign(runtime, claim_id)
    assert caught.value.document == "kr-consent-transfer"

    with runtime.database.transaction() as session:
        claim = session.get_one(ready.Claim, claim_id)
        matter = runtime.matters.current().matter
        ready.claims.choose_tracks(session, matter, claim, ["kr-consumer"], runtime.clock())
    sign(runtime, claim_id)
    assert traces(runtime, claim_id)["signatures"] == 1


def test_a_closed_track_takes_nobody(runtime, clock, claim_id):
    clock.advance(days=800)
    with pytest.raises(TrackClosed):
        sign(runtime, claim_id)
    assert traces(runtime, claim_id) == NOTHING
