"""A portal on the tests' own clock, served to real browsers from this process: for journeys in which days pass."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler, make_server

from portal import create_app, migrations
from portal.database import Database
from portal.messages import OutboxMessage, service
from portal.packets import making
from portal.packets.models import Packet, PacketState
from portal.runtime import Runtime
from portal.settings import Settings
from tests.conftest import ROOT, Clock
from tests.journeys import signing
from tests.visitor import on_the_tests_clock


class Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log_request(self, *_said: object) -> None:
        """Say nothing."""


class Desk:
    """What stands behind the pages: the messages that went out, the clock, and the work that a worker would do."""

    def __init__(self, app: Flask, url: str, clock: Clock) -> None:
        self.app, self.url, self.clock = app, url, clock

    @property
    def runtime(self) -> Runtime:
        """What the application holds open."""
        found: Runtime = self.app.extensions["portal"]
        return found

    def messages_to(self, to: str) -> list[tuple[str, str]]:
        """Kind and words of every message to an address or number, oldest first."""
        with self.runtime.database.reading() as session:
            rows = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)).all()
            worded = [(row.kind, service.read(session, self.runtime, row)) for row in rows]
        return [(kind, f"{one.subject}\n{one.body}") for kind, one in worded if one and one.to == to]

    def code(self, to: str) -> str:
        """The newest code that went there."""
        words = [words for kind, words in self.messages_to(to) if kind == "code"]
        found = re.search(r"\b\d{6}\b", words[-1])
        assert found
        return found[0]

    def make_packets(self) -> None:
        """Do the worker's part."""
        with self.runtime.database.reading() as session:
            waiting = session.scalars(sa.select(Packet.id).where(Packet.state == PacketState.PENDING)).all()
        # In a thread of its own: the browser's event loop runs in this one, and a seal has one too.
        with ThreadPoolExecutor(1) as worker:
            for packet_id in waiting:
                worker.submit(making.make, self.runtime, packet_id).result()


class Browsing:
    """One person with one device at a desk's pages."""

    def __init__(self, desk: Desk, page: Page, lang: str) -> None:
        self.desk, self.page, self.lang = desk, page, lang

    def go(self, path: str) -> None:
        """Type an address of this reader's language."""
        answer = self.page.goto(f"{self.desk.url}/{self.lang}{path}")
        assert answer, path
        assert answer.ok, f"{path} answers {answer.status}"

    @property
    def path(self) -> str:
        """Where the page stands, without the language."""
        return self.page.url.removeprefix(f"{self.desk.url}/{self.lang}").partition("?")[0]

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    def press(self, name: str = "") -> None:
        """Press the button or link of that name, by default the page's main one, and be led on."""
        main = self.page.locator("main .button.block:visible").last
        named = self.page.locator("main").locator("button, a").filter(has_text=name).first
        with self.page.expect_navigation():
            (named if name else main).click()

    def fill(self, fields: dict[str, str]) -> None:
        """Type or choose each field by its name."""
        for name, value in fields.items():
            field = self.page.locator(f'main [name="{name}"]')
            match field.first.evaluate("one => one.type"):
                case "radio" | "checkbox":
                    self.page.locator(f'main [name="{name}"][value="{value}"]').check()
                case "select-one":
                    field.select_option(value)
                case _:
                    field.fill(value)

    def answer_all(self, answers: dict[str, str], tracks: tuple[str, ...]) -> None:
        """Every question, and the choice of tracks."""
        self.go("/check")
        while self.path != "/check/result":
            self.fill({"answer": answers[self.path.rsplit("/", 1)[1]]})
            self.press()
        for box in self.page.locator('input[name="tracks"]').all():
            box.set_checked(box.get_attribute("value") in tracks)
        self.press()

    def prove(self, contact: str) -> None:
        """Come in by an e-mail address or phone."""
        self.go("/claim/start" if "@" in contact else "/claim/start?by=phone")
        self.fill({"email" if "@" in contact else "phone": contact})
        self.press()
        to = contact if "@" in contact else "+82" + contact.replace("-", "")[1:]
        self.fill({"code": self.desk.code(to)})
        self.press()

    def details(self, steps: dict[str, dict[str, str]]) -> None:
        """Each step as it comes, until evidence is asked for; where nothing is to be said, the page is passed."""
        self.go("/claim")
        self.press()
        for _step in range(40):
            if self.path == "/claim/evidence":
                return
            step = self.path.removeprefix("/claim/").removeprefix("details/")
            if step in steps:
                self.fill(steps[step])
            elif step.startswith("joinder/"):
                self.page.locator('input[name="answer"]').first.check()
            self.press()
        raise AssertionError(f"still at {self.path}")

    def read_and_sign(self, name: str, *, place: str = "KR") -> None:
        """Open and confirm every document, give each consent, type the name, hand in."""
        self.go("/claim/read")
        self.press()
        while self.path.startswith("/claim/read/"):
            if self.page.locator('input[name="given"]').count():
                self.fill({"given": "yes"})
            self.press()
        assert self.path == "/claim/sign", self.path
        self.fill({"place": place})
        for jurisdiction in ("kr", "us"):
            if self.page.locator(f'[name="{jurisdiction}-means"]').count():
                signing.type_name(self.page, jurisdiction, name)
        self.press()


@contextmanager
def open_desk(folder: Path) -> Iterator[Desk]:
    """The first matter, nobody's claim yet."""
    data_dir = folder / "var"
    data_dir.mkdir()
    database = Database(f"sqlite:///{data_dir}/portal.sqlite3")
    migrations.upgrade(database)
    database.close()
    clock = Clock()
    settings = Settings(env="test", data_dir=data_dir, matters_dir=ROOT / "matters", rate_limits=False)
    app = on_the_tests_clock(create_app(settings), clock)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield Desk(app, f"http://127.0.0.1:{server.port}", clock)
    server.shutdown()
    serving.join()
    app.extensions["portal"].close()
