"""The way into a claim and through its details on each kind of database, also when two requests meet."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import create_app
from portal.claims.models import Claim
from portal.database import Database
from portal.settings import Settings
from tests.conftest import Clock
from tests.visitor import Visitor, on_the_tests_clock


@pytest.fixture
def any_site(settings: Settings, any_database: Database, clock: Clock) -> Iterator[Flask]:
    """The application, once on SQLite and once on PostgreSQL."""
    url = any_database.engine.url.render_as_string(hide_password=False)
    site = on_the_tests_clock(create_app(settings.model_copy(update={"database_url": url})), clock)
    site.testing = True
    yield site
    site.extensions["portal"].close()


def count_of_claims(visitor: Visitor) -> int:
    with visitor.runtime.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Claim)) or 0


def test_a_claim_is_begun_filled_in_and_resumed(any_site: Flask) -> None:
    visitor = Visitor(any_site).begin(tracks=("kr-consumer", "us-consumer")).fill_all()
    assert visitor.get("/claim/review").status_code == 200
    other = Visitor(any_site)
    other.enter(other.ask_code("hong@example.com"))
    assert other.claim().id == visitor.claim().id
    held = other.particulars().name
    assert held is not None
    assert held.hangul == "홍길동"


def test_two_proofs_of_one_address_at_once_begin_one_claim(any_site: Flask) -> None:
    visitors = [Visitor(any_site) for _browser in range(4)]
    codes = []
    for visitor in visitors:
        visitor.have_answered()
        codes.append(visitor.ask_code("hong@example.com"))
        visitor.get("/claim/code")
    start, answers = threading.Barrier(len(visitors)), []

    def enter(visitor: Visitor, code: str) -> None:
        start.wait()
        answers.append(visitor.post("/claim/code", {"code": code}).headers.get("Location"))

    threads = [threading.Thread(target=enter, args=pair) for pair in zip(visitors, codes, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Whoever comes later brought fresh answers, and is asked before they replace those of the first.
    assert sorted(answers) == ["/ko/claim", *["/ko/claim/choose"] * 3]
    assert count_of_claims(visitors[0]) == 1


def test_one_code_pressed_twice_at_once_opens_one_session(any_site: Flask) -> None:
    visitor = Visitor(any_site)
    visitor.have_answered()
    code = visitor.ask_code("hong@example.com")
    visitor.get("/claim/code")
    twins = [Visitor(any_site), Visitor(any_site)]
    kept = visitor.client.get_cookie("visit")
    assert kept is not None
    for twin in twins:
        twin.client.set_cookie("visit", kept.value)
        twin.page = visitor.page
    start, opened = threading.Barrier(2), []

    def enter(twin: Visitor) -> None:
        start.wait()
        twin.post("/claim/code", {"code": code})
        opened.append(twin.client.get_cookie("claim") is not None)

    threads = [threading.Thread(target=enter, args=(twin,)) for twin in twins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(opened) == [False, True]
    assert count_of_claims(visitor) == 1


def test_two_devices_that_save_at_once_do_not_overwrite_each_other(any_site: Flask) -> None:
    first = Visitor(any_site).begin()
    second = Visitor(any_site)
    second.enter(second.ask_code("hong@example.com"))
    devices = {"첫째 기기": first, "둘째 기기": second}
    for device in devices.values():
        device.get("/claim/details/phrase")
    start, answers = threading.Barrier(2), {}

    def save(phrase: str, device: Visitor) -> None:
        fields = {"seen": device.hidden("seen"), "phrase": phrase}
        start.wait()
        answers[phrase] = device.post("/claim/details/phrase", fields).status_code

    threads = [threading.Thread(target=save, args=pair) for pair in devices.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers.values()) == [303, 409]
    winner = next(phrase for phrase, status in answers.items() if status == 303)
    assert first.particulars().phrase == winner
