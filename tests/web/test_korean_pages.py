"""Nobody who reads Korean meets an English sentence of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape

import pytest
import sqlalchemy as sa

from portal.audit import AuditEvent
from portal.claims.models import Claim
from portal.review import history
from tests.lint.test_translations import used
from tests.web.house import PEOPLE, Visit

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
UNSEEN = re.compile(r"<(script|style|noscript)\b.*?</\1>", re.DOTALL)
SAYING = re.compile(r'\b(?:aria-label|title|placeholder|alt|content|data-[\w-]+)="([^"]*)"')


@cache
def sentences() -> dict[str, str]:
    """English pieces of at least four words of every sentence in the catalogue, with the sentence."""
    return {
        piece.strip(): sentence
        for sentence in used()
        for piece in PLACEHOLDER.split(sentence)
        if len(piece.split()) > 3
    }


def said(page: str) -> str:
    """All that a page says to anybody: texts, labels for those who listen, words for scripts."""
    shown = UNSEEN.sub(" ", page)
    return " ".join(unescape(f"{re.sub('<[^>]+>', ' ', shown)} {' '.join(SAYING.findall(shown))}").split())


def korean_pages(visit: Visit) -> Iterator[tuple[str, str]]:
    """Every page that a Korean reader can open, and how it looks after a form was sent empty."""
    for who in PEOPLE:
        client = visit.as_(who)
        for _endpoint, path in visit.addresses("GET"):
            page = client.get(path, headers={"Accept-Language": "ko"})
            if page.status_code == 200 and page.mimetype == "text/html":
                yield f"{path} as {who}", page.text
        for endpoint, path in visit.addresses("POST"):
            if endpoint in {
                "claims.step",
                "identity.start",
                "claims.code",
                "eligibility.question",
                "packets.sign",
            }:
                page = client.post(path, data={"csrf_token": visit.token(client)})
                if page.status_code in (200, 400, 409, 422):
                    yield f"{path} as {who}, sent empty", page.text
    for path in ("/ko/nowhere", "/ko/check/nowhere"):
        yield path, visit.as_("stranger").get(path).text


def test_the_catalogue_has_sentences_to_look_for() -> None:
    assert len(sentences()) > 200


def test_no_english_sentence_stands_on_a_korean_page(own_visit: Visit) -> None:
    found, pages = [], 0
    for place, page in korean_pages(own_visit):
        assert '<html lang="ko">' in page, place
        pages += 1
        words = said(page)
        found += [f"{place}: {sentences()[piece]}" for piece in sentences() if piece in words]
    assert pages > 60
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", ["/en/", "/en/claim/start", "/en/status"])
def test_the_search_would_find_one(visit: Visit, path: str) -> None:
    words = said(visit.as_("stranger").get(path).text)
    assert any(piece in words for piece in sentences())


def test_everything_that_is_recorded_of_a_claim_has_words(visit: Visit) -> None:
    runtime = visit.app.extensions["portal"]
    with runtime.database.reading() as session, visit.app.test_request_context("/ko/"):
        query = sa.select(AuditEvent).where(AuditEvent.subject_id.in_(sa.select(Claim.id)))
        told = {event.action: history.in_words(event) for event in session.scalars(query)}
    assert {"claim.submitted", "packet.sealed"} <= set(told)
    assert not [action for action, words in told.items() if words == action]
