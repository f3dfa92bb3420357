"""The pages that claimants sign upon hold what tests/packets/test_twin.py compares with the print."""

from __future__ import annotations

import re

import pytest

from tests.web.house import Visit


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("document_id", ["kr-power", "kr-statement", "us-declaration"])
def test_a_document_s_page_shows_both_texts_and_the_claimant_s_own_rows_once(
    visit: Visit, lang: str, document_id: str
) -> None:
    page = visit.as_("drafting").get(f"/{lang}/claim/read/{document_id}").text
    (article,) = re.findall(r'<article class="card legal">.*?</article>', page, re.DOTALL)
    assert article.count('data-slot="schedule"') == article.count('data-slot="signature"') == 1
    assert article.count('<span lang="">구름재, GU REUMJAE</span>') == 1
    assert re.search(r'<h2 lang="ko">[^<]+</h2>', article)
    assert re.search(r'<h2 lang="en">[^<]+</h2>', article)
    assert page.count("<h1") == 1


def test_both_wordings_of_the_declaration_can_be_read_before_signing(visit: Visit) -> None:
    page = visit.as_("drafting").get("/en/claim/read/us-declaration").text
    assert "under the laws of the United States of America that the foregoing is true" in page
    assert "under penalty of perjury that the foregoing is true" in page
    assert "28 U.S.C. 1746(1)" in page
    assert "28 U.S.C. 1746(2)" in page
