"""What the server writes about a claimant's whole way: nothing that tells who it was."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal import jobs
from portal.settings import Settings
from tests.conftest import Clock
from tests.journeys.papers import papers
from tests.journeys.people import NOH, Person, traces
from tests.visitor import Visitor, on_the_tests_clock
from tests.web.conftest import log_of_now


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Messages go to a folder: the console is where a demo shows them on purpose."""
    return settings.model_copy(update={"mail_url": (tmp_path / "mail").as_uri()})


def walk(app: Flask, person: Person, files: list[Path]) -> Visitor:
    """From the check to a signed claim, with mistakes on the way."""
    visitor = Visitor(app, person.lang)
    visitor.answer(person.answers, person.tracks)
    visitor.post("/claim/start", {"email": f"{person.email} oops"})
    code = visitor.ask_code(person.email)
    visitor.enter("000000" if code != "000000" else "111111")
    assert visitor.enter(code).status_code == 303
    for step, fields in person.details.items():
        where = {"where": "KR"} if step == "address" else {}
        if step != "joinder":  # whose pages ask one question each
            visitor.send(step, {**fields, "birth-month": "77", "phone": "12"} | {"name": person.email})
        assert visitor.send(step, {**fields, **where}).status_code == 303, step
    for file in files:
        page = visitor.get("/claim/evidence")
        assert page.status_code == 200
        visitor.post(
            "/claim/evidence", {"kind": "other", "files": (io.BytesIO(file.read_bytes()), file.name)}
        )
    visitor.post(
        "/claim/evidence", {"kind": "other", "files": (io.BytesIO(b"no picture"), f"{person.signature}.jpg")}
    )
    visitor.read_and_sign(person.signature, person.place)
    return visitor


def test_nothing_in_the_log_tells_who_it_was(
    app: Flask, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site, log = on_the_tests_clock(app, clock), log_of_now()
    visitor = walk(site, NOH, papers(tmp_path))
    assert visitor.particulars().name is not None
    # A failure while personal data is in everybody's hands, and a visit after the session's end.
    site.view_functions["claims.overview"] = replace_with_failure(site, NOH)
    assert visitor.get("/claim").status_code == 500
    clock.advance(hours=2)
    visitor.post("/claim/details/name", {"hangul": "노담비"})
    jobs.load_all()
    jobs.run_worker(visitor.runtime, once=True)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {"code.refused", "unforeseen"} <= {line["event"] for line in lines}
    assert list((tmp_path / "mail").iterdir()), "no message was sent, so nothing was tried"
    written = (log.getvalue() + caplog.text).encode()
    assert [word for word, form in traces(NOH.planted) if form in written] == []


def replace_with_failure(site: Flask, person: Person) -> Callable[[], str]:
    """The overview, failing with the person's data in its variables and in its message."""
    view = site.view_functions["claims.overview"]

    def failing() -> str:
        name, phrase = person.signature, person.details["phrase"]["phrase"]
        raise ValueError(f"{name} {phrase} {person.email}")

    failing.portal_admission = view.portal_admission  # type: ignore[attr-defined]
    return failing
