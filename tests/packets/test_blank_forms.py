"""Blank paper forms: the packet's own texts, nothing about anybody, and codes by which their pages are told."""

from __future__ import annotations

import io
from functools import cache

import pypdfium2
import pytest
from flask import Flask

from portal.matters.folder import read_folder, read_matter
from portal.matters.model import CLAIM_KINDS, JURISDICTIONS, ClaimKind, Jurisdiction
from portal.packets import formats, sample_people
from portal.packets.paper.blank_forms import blank_form
from portal.packets.paper.marks import BlankMark, form_of, read_blank, read_mark, version_of
from portal.packets.paper.recognise import look_at
from portal.packets.words import word
from tests.conftest import ROOT
from tests.packets.claims import published
from tests.packets.tagged import sections_of

MATTER = read_matter(read_folder(ROOT / "matters" / "coupang-2025"))
FORMS = [(place, kind) for place in JURISDICTIONS for kind in CLAIM_KINDS]


@cache
def said(jurisdiction: Jurisdiction, kind: ClaimKind) -> dict[str, str]:
    """The text of each section, without white space."""
    found = sections_of(blank_form(MATTER, jurisdiction, kind))
    return {title: "".join("".join(one.text.split()) for one in elements) for title, elements in found}


@pytest.mark.parametrize(("jurisdiction", "kind"), FORMS)
def test_a_form_has_every_document_of_the_packet_and_one_sheet_of_instructions(
    jurisdiction: Jurisdiction, kind: ClaimKind
) -> None:
    first = MATTER.packets[jurisdiction].governing_language
    tracks = [track.id for track in MATTER.tracks if track.jurisdiction == jurisdiction]
    documents = MATTER.documents_for(jurisdiction, tracks, kind, 0 if kind == "minor" else None)
    assert list(said(jurisdiction, kind)) == [
        word("blank.title")[first], *[one.title[first] for one in documents],
    ]  # fmt: skip
    guide, *_ = sections_of(blank_form(MATTER, jurisdiction, kind))
    assert {one.page for one in guide[1]} == {0}
    never = "".join(word("blank.never")[first].split())
    assert never in said(jurisdiction, kind)[word("blank.title")[first]]


def test_a_form_is_the_same_bytes_whenever_it_is_made() -> None:
    before = blank_form(MATTER, "kr", "minor")
    blank_form.cache_clear()
    assert blank_form(MATTER, "kr", "minor") == before


def test_each_kind_has_its_own_lines_blocks_and_texts() -> None:
    retainer = word("print.in_ink")
    capacity = "".join(word("capacity.parent").ko.split())
    signed = {
        kind: said("kr", kind)["소송위임장"].count("".join(retainer.ko.split())) for kind in CLAIM_KINDS
    }
    assert signed == {"self": 1, "minor": 2, "heir": 1, "represented": 1, "company": 1}
    assert said("kr", "minor")["소송위임장"].count(capacity) == 4  # in the schedule and in the blocks
    assert "사업자등록번호" in said("kr", "company")["위임계약서"]
    assert "피상속인" in said("kr", "heir")["위임계약서"]
    assert "피상속인" not in said("kr", "self")["위임계약서"]


def test_a_form_holds_nothing_of_the_invented_people_of_samples() -> None:
    everything = "".join("".join(said(place, kind).values()) for place, kind in FORMS)
    for who in (sample_people.MINJUN, sample_people.JIWOO, *sample_people.PEOPLE.values()):
        for part in formats.claimant_name(who).split(", "):
            assert "".join(part.split()) not in everything
        assert who.email not in everything


def test_pages_are_told_by_their_codes_from_a_picture() -> None:
    data = blank_form(MATTER, "us", "heir")
    with pypdfium2.PdfDocument(io.BytesIO(data)) as document:
        total = len(document) - 1
        for number in (0, 1, total):
            seen = look_at(document[number].render(scale=2).to_pil())
            (mark,) = {read_blank(text) for text in seen.texts}
            assert isinstance(mark, BlankMark)
            assert (mark.form, mark.page, mark.pages) == (form_of("us", "heir"), number, total)
            assert mark.version == version_of(MATTER.hash)


@pytest.mark.parametrize(
    "text", ["", "JCB1:KR-SELF:3/2:1:0123ABCD", "JCB1:FR-SELF:1/2:1:0123ABCD", "JCP1:KR-SELF:1/2:1:0123ABCD"]
)
def test_other_codes_are_no_blank_forms(text: str) -> None:
    assert read_blank(text) is None
    assert read_mark("JCB1:KR-SELF:1/2:1:0123ABCD") is None


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_anybody_opens_the_page_and_the_forms_without_a_session(app: Flask, lang: str) -> None:
    published(app.extensions["portal"])
    client = app.test_client()
    page = client.get(f"/{lang}/paper-forms")
    assert page.status_code == 200
    assert "public" in page.headers["Cache-Control"]
    assert f"/{lang}/paper-forms/kr-minor.pdf" in page.text
    assert f"/{lang}/paper-forms/us-company.pdf" in page.text
    form = client.get(f"/{lang}/paper-forms/kr-self.pdf")
    assert form.mimetype == "application/pdf"
    assert form.data.startswith(b"%PDF-1.7")
    assert "Set-Cookie" not in form.headers
    again = client.get(f"/{lang}/paper-forms/kr-self.pdf", headers={"If-None-Match": form.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/{lang}/paper-forms/kr-nobody.pdf").status_code == 404
