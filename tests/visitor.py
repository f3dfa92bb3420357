"""A person with a browser: walks the real pages of the real application, without a screen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from portal.claims.models import Claim
    from portal.claims.particulars import Particulars
    from portal.matters.models import MatterVersion
    from portal.matters.shelf import PublishedMatter
    from portal.runtime import Runtime
    from tests.conftest import Clock

PUBLISHED = datetime(2026, 11, 1, tzinfo=UTC)
ADULT_IN_KOREA = {
    "acting": "self",
    "residence": "kr",
    "account": "yes",
    "notice": "sms",
    "harm": "contact",
    "release": "none",
    "other_case": "none",
    "insider": "none",
    "shares": "none",
}
DETAILS: dict[str, dict[str, str]] = {
    "phrase": {"phrase": "파란 연 1987"},
    "name": {"hangul": "홍길동", "hanja": "洪吉童", "passport": "HONG GILDONG"},
    "birth": {"birth-year": "1987", "birth-month": "3", "birth-day": "14"},
    "address": {
        "where": "KR",
        "postcode": "04524",
        "line1": "서울특별시 중구 세종대로 110",
        "line2": "101동 1203호",
    },
    "contact": {"phone": "010-2345-6789", "correspondence": "ko"},
    "account": {"noticed-year": "2025", "noticed-month": "11", "noticed-day": "30"},
    "harm": {"harm": "택배가 늦어진다는 문자를 받았습니다."},
    "joinder": {
        "lawyer": "none", "suit": "none", "mediation": "none", "release": "none", "voucher": "unused",
        "payment": "none",
    },
}  # fmt: skip


@cache
def published(matters_dir: Path, slug: str) -> dict[str, Any]:
    """The matter's first version as a row. Checking a whole matter takes a second, and one check is enough."""
    from portal import migrations
    from portal.database import Database
    from portal.matters import service
    from portal.matters.folder import read_folder

    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/published.sqlite3")
        migrations.upgrade(database)
        with database.transaction() as session:
            version = service.publish(
                session, read_folder(matters_dir / slug), now=PUBLISHED, published_by="test"
            )
            row = {
                column.key: getattr(version, column.key) for column in sa.inspect(type(version)).column_attrs
            }
        database.close()
    return row


def first_version(matters_dir: Path, slug: str) -> MatterVersion:
    """A row to be added: the folder as published before any of these tests began."""
    from portal.matters.models import MatterVersion

    return MatterVersion(**published(matters_dir, slug))


def publish_first(runtime: Runtime) -> PublishedMatter:
    """Have the first matter's first version on the shelf; checked once a process, for checking takes a second."""
    from portal.matters.models import MatterVersion

    with runtime.database.transaction() as session:
        if session.scalar(sa.select(sa.func.count()).select_from(MatterVersion)) == 0:
            session.add(first_version(runtime.settings.matters_dir, runtime.settings.matter))
    runtime.matters.refresh()
    return runtime.matters.current()


def on_the_tests_clock(app: Flask, clock: Clock) -> Flask:
    """The application with the first matter published and the clock that the test moves."""
    opened: Runtime = app.extensions["portal"]
    app.extensions["portal"] = replace(opened, clock=clock)
    with opened.database.transaction() as session:
        session.add(first_version(opened.settings.matters_dir, opened.settings.matter))
    opened.matters.refresh()
    return app


class Visitor:
    """One browser. ``post`` sends the token of the page last seen, as a form of that page would."""

    def __init__(self, app: Flask, lang: str = "ko") -> None:
        self.app, self.lang = app, lang
        self.client = app.test_client()
        self.page: TestResponse | None = None

    @property
    def runtime(self) -> Runtime:
        """What the application holds open."""
        found: Runtime = self.app.extensions["portal"]
        return found

    def get(self, path: str) -> TestResponse:
        """Open a page of this visitor's language; ``path`` begins with a slash."""
        self.page = self.client.get(self._path(path))
        return self.page

    def post(self, path: str, fields: Mapping[str, Any] | None = None) -> TestResponse:
        """Send a form."""
        self.page = self.client.post(self._path(path), data={"csrf_token": self.token, **(fields or {})})
        return self.page

    @property
    def token(self) -> str:
        """The form token of this browser."""
        if self.page is None or 'name="csrf_token"' not in self.page.text:
            self.get("/claim/start")
        return self.hidden("csrf_token")

    def hidden(self, name: str) -> str:
        """The value of a hidden field of the page last seen."""
        assert self.page is not None
        found = next(tag for tag in re.findall(r"<input[^>]*>", self.page.text) if f'name="{name}"' in tag)
        value = re.search(r'value="([^"]*)"', found)
        return unescape(value[1]) if value else ""

    # -- from the questions to an open claim

    def answer(
        self, answers: Mapping[str, str] = ADULT_IN_KOREA, tracks: tuple[str, ...] = ("kr-consumer",)
    ) -> None:
        """Answer the questions as they come, and choose tracks."""
        for _question in range(40):
            place = self.client.get(self._path("/check")).headers["Location"]
            self.get(place)
            if place.endswith("/result"):
                break
            self.post(place, {"answer": answers[place.rsplit("/", 1)[1]]})
        sent = self.post("/check/result", {"tracks": list(tracks)})
        assert sent.status_code == 303, sent.text

    def have_answered(
        self, answers: Mapping[str, str] = ADULT_IN_KOREA, tracks: tuple[str, ...] = ("kr-consumer",)
    ) -> None:
        """Be where :meth:`answer` leads, without walking there: the cookie holds the answers."""
        with self.client.session_transaction() as cookie:
            cookie.update(answers=dict(answers), tracks=list(tracks))

    def ask_code(self, contact: str) -> str:
        """Have a code sent to an e-mail address or phone number, and read it where only its owner could."""
        by_phone = "@" not in contact
        fields = {"by": "phone", "phone": contact} if by_phone else {"email": contact}
        sent = self.post("/claim/start", fields)
        assert sent.status_code == 303, sent.text
        return self.newest_code()

    def newest_code(self) -> str:
        """The code in the newest message."""
        from portal.messages import OutboxMessage, service

        with self.runtime.database.reading() as session:
            codes = sa.select(OutboxMessage).where(OutboxMessage.kind == "code")
            message = session.scalars(codes.order_by(OutboxMessage.id.desc()).limit(1)).one()
            wording = service.read(session, self.runtime, message)
        assert wording is not None
        found = re.search(r"\d{6}", f"{wording.subject} {wording.body}")
        assert found
        return found[0]

    def enter(self, code: str) -> TestResponse:
        """Type a code into the page that asks for it."""
        self.get("/claim/code")
        return self.post("/claim/code", {"code": code})

    def begin(
        self, email: str = "hong@example.com", tracks: tuple[str, ...] = ("kr-consumer",), **said: str
    ) -> Visitor:
        """With the questions answered, prove an address and stand before an open draft."""
        self.have_answered({**ADULT_IN_KOREA, **said}, tracks)
        entered = self.enter(self.ask_code(email))
        assert entered.status_code == 303, entered.text
        return self

    # -- the claim

    def fill(self, step: str, **fields: Any) -> TestResponse:
        """Open a step and send it; what is not given is what a usual claimant would say."""
        return self.send(step, {**DETAILS.get(step, {}), **fields})

    def send(self, step: str, fields: Mapping[str, Any], query: str = "") -> TestResponse:
        """Open a step and send exactly these fields."""
        if step == "joinder":
            return self.declare(fields)
        self.get(f"/claim/details/{step}{query}")
        return self.post(f"/claim/details/{step}{query}", {"seen": self.hidden("seen"), **fields})

    def declare(self, answers: Mapping[str, Any]) -> TestResponse:
        """Answer the questions about other suits; words beside an answer stand under its name and "-details"."""
        for question in [name for name in answers if not name.endswith("-details")]:
            place = f"/claim/joinder/{question}"
            self.get(place)
            sent = self.post(place, {"seen": self.hidden("seen"), "answer": answers[question]})
            if words := answers.get(f"{question}-details"):
                self.get(f"{place}/details")
                sent = self.post(f"{place}/details", {"seen": self.hidden("seen"), "details": words})
        return sent

    def fill_all(self) -> Visitor:
        """Give every detail that a consumer's claim asks for."""
        for step in DETAILS:
            sent = self.fill(step)
            assert sent.status_code == 303, sent.text
        return self

    def read_all(self) -> Visitor:
        """Read whatever is to be read, and give every consent."""
        for _document in range(40):
            opened = self.get("/claim/read").text
            here = opened.partition('class="button action block" href="')[2].partition('"')[0]
            if here.endswith("/sign"):
                break
            self.get(here)
            self.post(here, {"given": "yes"})
        return self

    def read_and_sign(self, name: str, place: str = "KR") -> Visitor:
        """Read all, type the name, and hand in."""
        self.read_all().get("/claim/sign")
        typed = {"means": "typed", "typed_name": name, "intent": "y"}
        fields = {f"{one}-{field}": value for one in ("kr", "us") for field, value in typed.items()}
        sent = self.post("/claim/sign", {"place": place, **fields})
        assert sent.status_code == 303, sent.text
        return self

    def claim(self) -> Claim:
        """The claim that is open in this browser."""
        from portal.claims.models import Claim
        from portal.identity import sessions

        cookie = self.client.get_cookie("claim")
        assert cookie is not None
        with self.runtime.database.reading() as session:
            found = sessions.find(session, cookie.value)
            assert found is not None
            return session.get_one(Claim, found.claim_id)

    def particulars(self) -> Particulars:
        """What that claim holds, opened."""
        from portal.claims import sealed

        with self.runtime.database.reading() as session:
            return sealed.read(session, self.runtime.vault, self.claim())

    def _path(self, path: str) -> str:
        return path if path.startswith(("/ko/", "/en/", "/demo", "/staff")) else f"/{self.lang}{path}"


def stored_bytes(runtime: Runtime) -> bytes:
    """Everything that lies on the disk of an SQLite installation: database, its write-ahead log, blobs.

    The compiled catalogues are left out: they hold the interface's own words, examples of names among them.
    """
    folder = runtime.settings.data_dir
    kept = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".mo")
    return b"\0".join(path.read_bytes() for path in kept)


def errors_of(page: TestResponse) -> str:
    """The sentences of a page that stand beside fields in error."""
    found = re.findall(
        r'id="[^"]*-error">(.*?)</span>\s*(?=<input|<textarea|<select|<div|</fieldset)', page.text, re.S
    )
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", part)) for part in found)
