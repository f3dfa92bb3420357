"""Pictures on which the claimant covered parts: said wherever the exhibit is, and part of what is signed."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import pypdfium2
import pytest

from portal.matters.folder import read_folder, read_matter
from portal.matters.matter import Matter
from portal.packets import samples
from portal.packets.render import render
from portal.packets.shown import Facts, document_hash
from portal.packets.slots import filled_slots
from tests.conftest import ROOT

SAID = {"kr": "일부를 청구인이 가림", "us": "parts covered by the claimant"}


@cache
def matter() -> Matter:
    return read_matter(read_folder(ROOT / "matters" / "coupang-2025"))


def pages_of(data: bytes) -> list[str]:
    """The text of each page without any space: how lines break is no part of it."""
    read = pypdfium2.PdfDocument(io.BytesIO(data))
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in read]


@pytest.mark.parametrize("jurisdiction", SAID)
def test_what_was_covered_is_said_in_the_list_on_the_page_and_in_the_record(jurisdiction: str) -> None:
    content = samples.sample_claim(matter(), jurisdiction)
    first, *others = content.exhibits
    covered = replace(content, exhibits=(replace(first, covered=True), *others))
    said = SAID[jurisdiction].replace(" ", "")
    saying = [page for page in pages_of(bytes(render(covered).data)) if said in page]
    assert len(saying) == 3
    assert sum(first.sha256[:8] in page for page in saying) == 2, "the page and the record"
    assert all(page.count(said) == 1 for page in saying), "no other exhibit is called covered"


def test_the_page_on_which_it_is_read_says_it_and_the_signature_is_bound_to_it() -> None:
    content = samples.sample_claim(matter(), "us")
    covered = (replace(content.exhibits[0], covered=True), *content.exhibits[1:])
    for exhibits, times in ((content.exhibits, 0), (covered, 1)):
        shown = filled_slots(matter(), "us", content.particulars, {}, exhibits)["exhibits"]
        assert str(shown).count(SAID["us"]) == times
    hashes = {
        document_hash(matter(), "us-exhibits", Facts(content.particulars, {}, exhibits))
        for exhibits in (content.exhibits, covered)
    }
    assert len(hashes) == 2
