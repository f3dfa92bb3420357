"""What people see when something is not there, not allowed, too large, or broken."""

from __future__ import annotations

import json
import re

import pytest

from portal.web import allow
from tests.conftest import ROOT
from tests.web.conftest import log_of_now
from tests.web.house import Visit

SECRET = "Noh Dambi lives at Padosori-ro 417"
REFERENCE = re.compile(r'<b class="number">([0-9A-F]{8})</b>')


def heading(page: str) -> str:
    """The page's own heading."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/{}/nowhere", 404), ("GET", "/{}/check/no-such-question", 404), ("DELETE", "/{}/check", 405),
     ("POST", "/{}/check/again", 400), ("GET", "/{}/claim/packets/1.pdf", 404)],
)  # fmt: skip
def test_each_refusal_is_a_whole_page_in_both_languages(
    visit: Visit, method: str, path: str, status: int
) -> None:
    korean, english = (visit.as_("stranger").open(path.format(lang), method=method) for lang in ("ko", "en"))
    assert (korean.status_code, english.status_code) == (status, status)
    assert '<html lang="ko">' in korean.text
    assert '<html lang="en">' in english.text
    assert re.search("[가-힣]", heading(korean.text)), "the Korean page's heading is not Korean"
    assert not re.search("[가-힣]", heading(english.text))
    assert 'href="/ko/"' in korean.text


def test_where_no_language_is_named_the_browsers_is_used(visit: Visit) -> None:
    for asked, lang in (("en-US,en;q=0.9", "en"), ("ko-KR", "ko"), ("fr", "ko")):
        answer = visit.as_("stranger").get("/nowhere", headers={"Accept-Language": asked})
        assert answer.status_code == 404
        assert f'<html lang="{lang}">' in answer.text


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_too_much_at_once_is_said_calmly(own_visit: Visit, lang: str) -> None:
    client = own_visit.as_("stranger")
    answer = client.post(f"/{lang}/claim/start", data={"email": "a" * 3_000_000})
    assert answer.status_code == 413
    assert REFERENCE.search(answer.text)


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("debugging", [False, True])
def test_a_failure_of_ours_is_a_calm_page_with_a_reference_and_no_trace(
    own_visit: Visit, lang: str, debugging: bool
) -> None:
    def broken() -> str:
        raise RuntimeError(SECRET)

    own_visit.app.view_functions["identity.status"] = allow.anybody(broken)
    own_visit.app.debug = debugging
    log = log_of_now()
    answer = own_visit.as_("stranger").get(f"/{lang}/status")
    assert answer.status_code == 500
    assert f'<html lang="{lang}">' in answer.text
    reference = REFERENCE.search(answer.text)
    assert reference
    for trace in (SECRET, "RuntimeError", "Traceback", "test_error_pages", str(ROOT)):
        assert trace not in answer.text
    logged = [json.loads(line) for line in log.getvalue().splitlines()]
    entry = next(one for one in logged if one["event"] == "unforeseen")
    assert entry["reference"] == reference[1], "what the person reads out finds nothing in the log"
    assert entry["error"] == "RuntimeError"
    assert SECRET not in log.getvalue(), "an exception's words may be somebody's"


def test_each_failure_has_a_reference_of_its_own(own_visit: Visit) -> None:
    own_visit.app.view_functions["identity.status"] = allow.anybody(lambda: 1 / 0)
    pages = [own_visit.as_("stranger").get("/ko/status").text for _ in range(5)]
    assert len({found[1] for page in pages if (found := REFERENCE.search(page))}) == 5
