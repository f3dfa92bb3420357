"""Pages that are the same for everybody come from memory: quickly, compressed, and never with anything of anybody."""

import gzip
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask, session, url_for

from portal.web import allow
from portal.web.public import MOST_PAGES, PublicPages, kept
from tests.conftest import ROOT

FONTS = ROOT / "static/fonts"


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


def test_files_are_kept_for_good_under_an_address_that_names_their_content(app):
    client = app.test_client()
    with app.test_request_context():
        address = url_for("static", filename="css/portal.css")
    for _ in range(2):
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert gzip.decompress(answer.data) == (ROOT / "static/css/portal.css").read_bytes()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for other in ("/static/css/portal.css", "/static/css/portal.css?v=0000000000"):
        assert "immutable" not in client.get(other).headers["Cache-Control"]
    assert client.get("/static/../setup.cfg?v=1").status_code == 404


def test_a_font_is_the_same_address_in_the_page_and_in_its_stylesheet(app):
    with app.test_request_context():
        addresses = {url_for("static", filename=f"fonts/{path.name}") for path in FONTS.glob("*.woff2")}
    named = re.findall(r"url\(([^)]+)\)", (FONTS / "fonts.css").read_text())
    assert {f"/static/fonts/{name}" for name in named} == addresses
