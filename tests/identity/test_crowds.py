"""Junk costs work and keeps nobody out: proof of work, the slow lane, and who gets a code in a flood."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.database import new_id
from portal.identity import Pass, PassSpent, TooManyCodes, TooManyTexts, WorkNeeded, pressure, send_code, work
from portal.identity.models import Code
from portal.messages import OutboxMessage
from portal.runtime import Runtime
from tests.conftest import Clock
from tests.visitor import Visitor


def under(site: Flask, **settings: Any) -> Runtime:
    opened: Runtime = site.extensions["portal"]
    changed = replace(opened, settings=opened.settings.model_copy(update=settings))
    site.extensions["portal"] = changed
    return changed


def ask(runtime: Runtime, value: str, block: str, passed: Pass | None = None, browser: str = "b") -> Code:
    matter = runtime.matters.current().matter
    with runtime.database.transaction() as session:
        return send_code(
            session, runtime, matter, kind="email", value=value, browser=browser, language="ko",
            block=block, passed=passed, silent=True,
        )  # fmt: skip


def junk(runtime: Runtime, count: int, *, target: str = "", block: str = "") -> None:
    """Rows as thousands of requests would leave them, without the minutes that they would take."""
    index = runtime.vault.index
    with runtime.database.transaction() as session:
        model = ask_row(session, runtime)
        rows = [
            {
                **model,
                "id": new_id(),
                "target": index("code target", f"email {target or f'junk{number}@example.com'}"),
                "block": index("network block", block or f"10.{number // 250 % 250}.{number % 250}.0/24"),
            }
            for number in range(count)
        ]
        session.execute(sa.insert(Code), rows)


def ask_row(session: Any, runtime: Runtime) -> dict[str, Any]:
    now = runtime.clock()
    return {
        "subject_id": runtime.vault.new_subject(session, now), "digest": b"", "browser": b"", "contact": b"",
        "kind": "email", "purpose": "enter", "created_at": now, "expires_at": now, "tries": 0,
    }  # fmt: skip


def solution_of(challenge: dict[str, Any]) -> str:
    """What a browser's workers find, found by trying as they do."""
    said = challenge["parameters"]
    nonce, salt = bytes.fromhex(said["nonce"]), bytes.fromhex(said["salt"])
    for counter in range(10**6):
        key = hashlib.pbkdf2_hmac(
            "sha256", nonce + struct.pack(">I", counter), salt, said["cost"], said["keyLength"]
        )
        if key.hex().startswith(said["keyPrefix"]):
            break
    found = {"challenge": challenge, "solution": {"counter": counter, "derivedKey": key.hex(), "time": 1}}
    return base64.b64encode(json.dumps(found).encode()).decode()


def challenge_on(page: str) -> dict[str, Any]:
    found = re.search(r'data-work="([^"]+)"', page)
    assert found
    return json.loads(unescape(found[1]))


@pytest.fixture(autouse=True)
def _light_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "LEAST_TRIES", 3)
    monkeypatch.setattr(work, "ITERATIONS", 1)


def test_thousands_of_junk_sign_ups_do_not_keep_a_real_person_out(site: Flask) -> None:
    runtime = under(site, rate_limits=True, codes_per_minute=10_000)
    junk(runtime, 5_000, block="203.0.113.0/24")
    ask(runtime, "real@example.com", "198.51.100.0/24")
    with pytest.raises(WorkNeeded):
        ask(runtime, "another@example.com", "203.0.113.0/24")


def test_a_flood_from_everywhere_costs_everybody_work_and_refuses_nobody(site: Flask) -> None:
    runtime = under(site, rate_limits=True)
    junk(runtime, 5_000)
    visitor = Visitor(site)
    # The page itself brings the work, so that one request suffices.
    challenge = challenge_on(visitor.get("/claim/start").text)
    sent = visitor.post("/claim/start", {"email": "real@example.com", "altcha": solution_of(challenge)})
    assert sent.headers["Location"] == "/ko/claim/code"
    visitor.have_answered()
    assert visitor.enter(visitor.newest_code()).headers["Location"] == "/ko/claim"


def test_a_stranger_who_uses_up_somebodys_codes_does_not_lock_them_out(site: Flask) -> None:
    runtime = under(site, rate_limits=True)
    for _code in range(runtime.settings.codes_per_email_hour):
        ask(runtime, "victim+a@gmail.com", "203.0.113.0/24", Pass("work", bytes([_code])))
    with pytest.raises(TooManyCodes):
        ask(runtime, "v.ictim@gmail.com", "203.0.113.0/24")
    with pytest.raises(WorkNeeded):
        ask(runtime, "victim@gmail.com", "198.51.100.0/24")
    ask(runtime, "victim@gmail.com", "198.51.100.0/24", Pass("work", b"done"))


def test_nobody_is_bombed_with_codes_from_many_networks(site: Flask) -> None:
    runtime = under(site, rate_limits=True)
    most = pressure.TARGET_TIMES * runtime.settings.codes_per_email_hour
    junk(runtime, most, target="victim@example.com")
    with pytest.raises(TooManyCodes):
        ask(runtime, "victim@example.com", "198.51.100.0/24", Pass("work", b"done"))


def test_the_work_grows_with_the_crowd_and_has_an_end(site: Flask) -> None:
    runtime = under(site, rate_limits=True)
    heard = []
    for count in (0, 30, 60, 5_000):
        junk(runtime, count, block="203.0.113.0/24") if count else None
        asking = pressure.Asking(block=runtime.vault.index("network block", "203.0.113.0/24"))
        with runtime.database.transaction() as session:
            heard.append(pressure.weight(session, runtime.settings, asking, runtime.clock()))
            session.execute(sa.delete(Code))
    assert heard == [0, 1, 2, pressure.HEAVIEST]


def test_text_messages_have_a_limit_of_their_own_and_email_goes_on(site: Flask) -> None:
    under(site, sms_codes_per_hour=1)
    visitor = Visitor(site)
    visitor.ask_code("010-2345-6789")
    refused = visitor.post("/claim/start", {"by": "phone", "phone": "010-2345-6780"})
    assert refused.status_code == 429
    visitor.ask_code("hong@example.com")
    assert TooManyTexts.__mro__[1] is TooManyCodes


def test_work_is_checked_bound_to_its_browser_and_good_once(site: Flask, clock: Clock) -> None:
    runtime = site.extensions["portal"]
    answer = solution_of(work.challenge(runtime, 1, "mine", clock()))
    digest = work.check(runtime, answer, "mine", clock())
    with pytest.raises(work.WorkRefused):
        work.check(runtime, answer, "another", clock())
    ask(runtime, "a@example.com", "", Pass("work", digest))
    with pytest.raises(PassSpent):
        ask(runtime, "b@example.com", "", Pass("work", digest))
    clock.advance(seconds=work.LIFE.total_seconds())
    with pytest.raises(work.WorkRefused):
        work.check(runtime, answer, "mine", clock())


def test_forged_work_is_refused_calmly(site: Flask, clock: Clock) -> None:
    runtime = site.extensions["portal"]
    good = json.loads(base64.b64decode(solution_of(work.challenge(runtime, 3, "b", clock()))))
    easier = {**good["challenge"]["parameters"], "keyPrefix": ""}
    later = {**good["challenge"]["parameters"], "expiresAt": 10**10}
    wrong = {**good, "solution": {"derivedKey": "00" * 32}}
    forged = [
        {**good, "challenge": {**good["challenge"], "parameters": easier}},
        {**good, "challenge": {**good["challenge"], "parameters": later}},
        {**good, "challenge": {**good["challenge"], "signature": "é"}},
        wrong, {}, [], 7, None, {"challenge": None}, {"challenge": {"parameters": [], "signature": ""}},
    ]  # fmt: skip
    for one in forged:
        with pytest.raises(work.WorkRefused):
            work.check(runtime, base64.b64encode(json.dumps(one).encode()).decode(), "b", clock())
    for text in ("", "%%%", "e30", "A" * 10_000, base64.b64encode(b"[" * 2_000).decode()):
        with pytest.raises(work.WorkRefused):
            work.check(runtime, text, "b", clock())


def test_without_scripts_a_person_waits_and_gets_in(site: Flask, clock: Clock) -> None:
    under(site, codes_per_minute=1)
    Visitor(site).ask_code("junk@example.com")
    visitor = Visitor(site)
    page = visitor.post("/claim/start", {"email": "real@example.com"})
    assert page.status_code == 200
    ticket = visitor.hidden("ticket")
    early = visitor.post("/claim/start", {"email": "real@example.com", "ticket": ticket})
    assert "20" in early.text
    assert visitor.hidden("ticket") == ticket, "waiting goes on"
    clock.advance(seconds=21)
    sent = visitor.post("/claim/start", {"email": "real@example.com", "ticket": ticket})
    assert sent.headers["Location"] == "/ko/claim/code"
    again = visitor.post("/claim/start", {"email": "second@example.com", "ticket": ticket})
    assert 'name="ticket"' in again.text, "good for one code"


def test_waiting_takes_longer_where_many_wait(site: Flask, clock: Clock) -> None:
    from portal.identity import waiting
    from portal.identity.models import SpentPass

    runtime, block = site.extensions["portal"], b"block"
    with runtime.database.transaction() as session:
        for number in range(2 * waiting.AT_ONE_WAIT):
            session.add(SpentPass(digest=bytes([number]), kind="wait", block=block, spent_at=clock()))
        session.flush()
        assert waiting.wait(session, block, clock()) == 4 * waiting.WAIT
        assert waiting.wait(session, b"elsewhere", clock()) == waiting.WAIT
        ticket = waiting.ticket(runtime, "b", clock())
        clock.advance(seconds=21)
        with pytest.raises(waiting.TooEarly):
            waiting.check(session, runtime, ticket, "b", block, clock())
        for given in ("", "x" * 5_000, ticket[:-1], ticket + "a"):
            with pytest.raises(waiting.TicketRefused):
                waiting.check(session, runtime, given, "b", b"", clock())
        with pytest.raises(waiting.TicketRefused):
            waiting.check(session, runtime, ticket, "another", b"", clock())
        assert waiting.check(session, runtime, ticket, "b", b"elsewhere", clock())


def test_a_field_for_programs_sends_nothing_and_says_nothing(site: Flask) -> None:
    program, person = Visitor(site), Visitor(site)
    sent = program.post("/claim/start", {"email": "real@example.com", "homepage": "https://buy.example"})
    told = person.post("/claim/start", {"email": "real@example.com"})
    assert (sent.status_code, sent.headers["Location"]) == (told.status_code, told.headers["Location"])
    answers = [one.enter("000000").text.replace(one.token, "") for one in (program, person)]
    assert answers[0] == answers[1]
    with program.runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 1


def test_the_field_for_programs_has_a_label_for_those_who_hear_the_page(visitor: Visitor) -> None:
    page = visitor.get("/claim/start").text
    assert re.search(r'<label for="homepage">[^<]+</label>', page)
    assert re.search(r'name="homepage"[^>]*tabindex="-1"', page)
