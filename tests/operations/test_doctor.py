"""The doctor on packets: what was signed and has none, and what has one whose seal does not hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from portal.operations import doctor
from portal.packets import checking, service
from portal.packets.models import Packet
from portal.runtime import Runtime
from tests.batches.claims import an_accepted_claim, publish
from tests.conftest import Clock


@pytest.fixture
def findings(runtime: Runtime):
    publish(runtime)

    def examine() -> dict[str, tuple[bool, str]]:
        checks = dict(doctor._checks())
        found = [doctor._look(part, checks[part], runtime) for part in ("signed", "seals")]
        return {one.part: (one.well, one.text) for one in found}

    return examine


def signed(runtime: Runtime) -> str:
    with runtime.database.transaction() as session:
        made = an_accepted_claim(session, runtime)
        for packet in service.packets_of(session, made):
            packet.sealed_at = runtime.clock()
        return made.claim.number


def test_a_new_installation_is_well(findings):
    assert findings() == {
        "signed": (True, "every signature has its sealed packet"),
        "seals": (True, "none to open yet"),
    }


def test_signed_claims_without_a_packet_are_named_up_to_a_few(runtime: Runtime, clock: Clock, findings):
    numbers = [signed(runtime) for _ in range(doctor.SHOWN + 2)]
    with runtime.database.transaction() as session:
        session.execute(sa.delete(Packet))
    clock.advance(hours=2)
    well, text = findings()["signed"]
    assert not well
    assert text.startswith("7 signed without a sealed packet: ")
    assert text.endswith("and 2 more")
    assert sum(number in text for number in numbers) == doctor.SHOWN


def test_a_seal_that_does_not_hold_is_named(runtime: Runtime, findings):
    number = signed(runtime)  # its file is no PDF at all
    with runtime.database.reading() as session:
        packet_id = session.scalars(sa.select(Packet.id)).one()
    assert not checking.examine(runtime, packet_id)
    assert findings()["seals"] == (False, f"1 without a valid seal: {number}")


def test_a_check_that_does_not_run_is_noticed_after_two_days(
    runtime: Runtime, clock: Clock, findings, monkeypatch
):
    monkeypatch.setattr(checking, "examine", lambda *_: True)
    signed(runtime)
    assert findings()["seals"][0]
    clock.advance(days=3)
    assert findings()["seals"] == (False, "the daily check has not run for two days: is a worker running?")
    following: checking.Round | None = checking.begin(runtime)
    while following:
        following = checking.go_on(runtime, following)
    well, text = findings()["seals"]
    assert well
    assert text.startswith("all held on 2026-11-27")


def test_a_sender_that_the_matter_does_not_list_is_named_where_real_people_are_written_to(runtime: Runtime):
    publish(runtime)

    def told(**said: str) -> str:
        settings = runtime.settings.model_copy(update={"env": "production", **said})
        return doctor._look("senders", doctor._senders, replace(runtime, settings=settings)).text

    assert "portal.example" in told(mail_from="intake@portal.example", site_address="claims.example")
    assert told(mail_from="notice@claims.example", site_address="claims.example") == "3 listed"
