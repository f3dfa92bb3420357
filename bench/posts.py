"""What people send: a request for a code, and one step of a claim, beside the least that Flask and SQLite can do."""

from __future__ import annotations

import io
import itertools
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Flask, redirect, request
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from bench.figure import Figure, rates
from portal import create_app
from portal.claims.particulars import Particulars, VerifiedContact
from portal.claims.service import begin
from portal.identity import open_session
from portal.operations.prepare import make_ready
from portal.packets import sample_people
from portal.runtime import Runtime
from portal.settings import Settings

Environment = dict[str, Any]
BIRTHS = (("1987", "3", "14"), ("1988", "4", "15"))


def run() -> list[Figure]:
    """``code_request`` and ``claim_post``: posts a second in one process on SQLite.

    The reference is a bare view that reads a form and keeps it in one committed row. Ours check token, session and
    limits, seal, index, and queue a message or save a step.
    """
    with tempfile.TemporaryDirectory() as folder:
        # Nobody asks 10,000 times a minute in earnest, so the limits count but do not stop.
        many = dict.fromkeys(("codes_per_address_hour", "codes_per_block_hour", "codes_per_minute"), 10**9)
        settings = Settings(env="test", data_dir=Path(folder) / "var", mail_url="silent:", **many)  # type: ignore[arg-type]
        make_ready(settings)
        app = create_app(settings)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
        codes, steps, least = rates(
            _posting(app, _codes(app)), _posting(app, _steps(app)), _posting(*_bare(Path(folder) / "bare"))
        )
        app.extensions["portal"].close()
    reference = f"bare Flask view and one SQLite row, {least:,.0f} posts/s"
    return [
        Figure(name="code_request", value=codes, unit="posts/s", reference=reference, ratio=codes / least),
        Figure(name="claim_post", value=steps, unit="posts/s", reference=reference, ratio=steps / least),
    ]


def _codes(app: Flask) -> Iterator[Environment]:
    """Requests for a code, each for another address."""
    client = app.test_client()
    token = _hidden(client, "/ko/claim/start", "csrf_token")
    for number in itertools.count():
        fields = {"csrf_token": token, "email": f"claimant{number}@example.com"}
        yield _environment(client, "/ko/claim/start", fields)


def _steps(app: Flask) -> Iterator[Environment]:
    """One claimant who corrects the birth date for ever: each save was shown the one before."""
    client, path = app.test_client(), "/ko/claim/details/birth"
    client.set_cookie("claim", _open_claim(app))
    token = _hidden(client, "/ko/claim/start", "csrf_token")
    seen = []
    for birth in (*BIRTHS, BIRTHS[0]):
        seen.append(_hidden(client, path, "seen"))
        assert client.post(path, data=_birth(token, seen[-1], birth)).status_code == 303
    seen[0] = _hidden(client, path, "seen")
    for turn in itertools.count(1):
        yield _environment(client, path, _birth(token, seen[0 if turn % 2 else 2], BIRTHS[turn % 2]))


def _birth(token: str, seen: str, birth: tuple[str, str, str]) -> dict[str, str]:
    parts = zip(("birth-year", "birth-month", "birth-day"), birth, strict=True)
    return {"csrf_token": token, "seen": seen, **dict(parts)}


def _open_claim(app: Flask) -> str:
    """A draft; answers the token of a session of its claimant."""
    runtime: Runtime = app.extensions["portal"]
    published, now = runtime.matters.current(), runtime.clock()
    contact = VerifiedContact(kind="email", value="steps@example.com", verified_at=now)
    with runtime.database.transaction() as session:
        claim = begin(
            session, runtime.vault, published.matter, version_id=published.version_id,
            subject_id=runtime.vault.new_subject(session, now), language="ko", answers=sample_people.ANSWERS,
            tracks=["kr-consumer"], particulars=Particulars(contacts=(contact,)), now=now,
        )  # fmt: skip
        return open_session(session, runtime.settings, claim.id, now)


def _bare(file: Path) -> tuple[Flask, Iterator[Environment]]:
    """The reference, with the database's own settings: one writer, a write-ahead log, every row on disk."""
    app, database = Flask("bare"), sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE posts (id INTEGER PRIMARY KEY, body BLOB)")

    @app.post("/")
    def keep() -> Any:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO posts (body) VALUES (?)", (urlencode(request.form),))
        database.execute("COMMIT")
        return redirect("/", 303)

    return app, (
        _environment(app.test_client(), "/", {"email": f"a{n}@example.com"}) for n in itertools.count()
    )


def _posting(app: Flask, environments: Iterator[Environment]) -> Callable[[], object]:
    def post() -> None:
        chunks = app(next(environments), _start)
        for _chunk in chunks:
            pass
        if close := getattr(chunks, "close", None):
            close()

    return post


def _environment(client: FlaskClient, path: str, fields: dict[str, str]) -> Environment:
    """A request as a server hands it over; made by hand, since building it costs more than the bare view."""
    made = _frame(client, path)
    body = urlencode(fields).encode()
    return {**made, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}


_frames: dict[tuple[int, str], Environment] = {}


def _frame(client: FlaskClient, path: str) -> Environment:
    if (id(client), path) not in _frames:
        builder = EnvironBuilder(path=path, method="POST", content_type="application/x-www-form-urlencoded")
        frame = builder.get_environ()
        client._add_cookies_to_wsgi(frame)
        _frames[id(client), path] = frame
    return _frames[id(client), path]


def _hidden(client: FlaskClient, path: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', client.get(path).text)
    assert found, f"{path} has no {name}"
    return found[1]


def _start(status: str, _headers: object, _exc_info: object = None) -> Callable[[bytes], object]:
    assert status.startswith("303"), status
    return lambda _data: None
