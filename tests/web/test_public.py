"""Pages that are the same for everybody come from memory: quickly, compressed, and never with anything of anybody."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask, session

from portal.web import allow
from portal.web.public import MOST_PAGES, PublicPages, kept


@pytest.fixture
def rendered(app: Flask) -> list[str]:
    """Which addresses the application rendered itself."""
    seen: list[str] = []

    @allow.anybody
    @kept
    def shown(name: str) -> str:
        seen.append(name)
        return f"<p>{name} " + "word " * 200

    @allow.anybody
    @kept
    def with_cookie() -> str:
        session["mine"] = 1
        seen.append("own")
        return "mine"

    app.add_url_rule("/<any(ko, en):lang>/shown/<name>", "shown", shown)
    app.add_url_rule("/<any(ko, en):lang>/own", "own", with_cookie)
    return seen


def test_a_page_is_rendered_once_and_again_the_next_day(app, rendered):
    client = app.test_client()
    first, second = client.get("/ko/shown/a"), client.get("/ko/shown/a")
    assert (first.data, first.headers["ETag"]) == (second.data, second.headers["ETag"])
    assert rendered == ["a"]
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1), tick=False):
        client.get("/ko/shown/a")
    assert rendered == ["a", "a"]


def test_it_is_sent_compressed_to_those_who_can_read_that(app, rendered):
    client = app.test_client()
    plain = client.get("/ko/shown/a")
    packed = client.get("/ko/shown/a", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 4


def test_who_has_it_already_is_told_so(app, rendered):
    client = app.test_client()
    tag = client.get("/ko/shown/a").headers["ETag"]
    again = client.get("/ko/shown/a", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "public, max-age=60"
    head = client.head("/ko/shown/a")
    assert (head.status_code, head.data) == (200, b"")
    assert int(head.headers["Content-Length"]) > 1000


def test_queries_other_hosts_and_pages_that_set_a_cookie_are_not_kept(app, rendered):
    client = app.test_client()
    for _ in range(2):
        assert client.get("/ko/shown/a?b=c").headers["Cache-Control"] == "no-store"
        client.get("/ko/own")
    client.get("/ko/shown/a")
    client.get("/ko/shown/a", headers={"Host": "other.example"})
    assert rendered == ["a", "own", "a", "own", "a", "a"]


def test_the_secure_headers_stand_on_kept_pages_too(app, rendered):
    client = app.test_client()
    for _ in range(2):
        answer = client.get("/ko/shown/a")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_memory_is_bounded(app, rendered, monkeypatch):
    monkeypatch.setattr("portal.web.public.MOST_PAGES", 3)
    client = app.test_client()
    for name in "abcde":
        client.get(f"/ko/shown/{name}")
    layer = app.wsgi_app
    while not isinstance(layer, PublicPages):
        layer = layer._inner
    assert len(layer._pages) == 3
    assert MOST_PAGES >= 64
