"""A packet as a PDF: whole, searchable, accessible, unable to act, and the same for the same claim."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from portal.claims.particulars import Address, PersonName, Trade
from portal.fonts import GlyphMissing
from portal.matters.folder import read_folder, read_matter
from portal.packets import sample_people, samples
from portal.packets.content import PacketContent
from portal.packets.parts.exhibits import ExhibitCorrupt
from portal.packets.render import render
from tests.conftest import ROOT

JURISDICTIONS = ("kr", "us")
NAMES = [
    PersonName(hangul="김민준", hanja="金民俊", passport="KIM MINJUN"),
    PersonName(hangul="뷁똠", hanja="燁", passport="ÓSCAR NGUYỄN-ŽIŽEK"),
    PersonName(passport="MARÍA-JOSÉ D’ARCY " + "WOLFESCHLEGELSTEINHAUSEN" * 2),
    PersonName(hangul="가" * 60, passport="A" * 60),
]
LONG_ADDRESS = Address(
    country="KR",
    postcode="63534",
    line1="제주특별자치도 서귀포시 " + "아주긴도로이름" * 20 + " 152",
    line2="제12층 1203호",
)


@cache
def matter():
    return read_matter(read_folder(ROOT / "matters" / "coupang-2025"))


@cache
def made(jurisdiction: str) -> bytes:
    return bytes(render(samples.sample_claim(matter(), jurisdiction)).data)


def with_particulars(jurisdiction: str, **changes: object) -> PacketContent:
    content = samples.sample_claim(matter(), jurisdiction)
    return replace(content, particulars=content.particulars.model_copy(update=changes))


def with_act(jurisdiction: str, **changes: object) -> PacketContent:
    content = samples.sample_claim(matter(), jurisdiction)
    return replace(content, acts=(content.act.model_copy(update=changes),))


def text_of(data: bytes, *options: str) -> str:
    run = subprocess.run(["pdftotext", *options, "-", "-"], input=data, capture_output=True, check=True)
    return run.stdout.decode()


def flowing(data: bytes) -> str:
    """All the text without line breaks and spaces, as searching for something that may wrap needs it."""
    return re.sub(r"\s+", "", text_of(data, "-raw"))


def pages_of(data: bytes) -> list[str]:
    return text_of(data).split("\f")[:-1]


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_same_content_gives_the_same_bytes(jurisdiction):
    assert bytes(render(samples.sample_claim(matter(), jurisdiction)).data) == made(jurisdiction)


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_qpdf_finds_nothing_wrong(jurisdiction, tmp_path: Path):
    path = tmp_path / "packet.pdf"
    path.write_bytes(made(jurisdiction))
    run = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_every_font_is_embedded_as_a_subset(jurisdiction, tmp_path: Path):
    path = tmp_path / "packet.pdf"
    path.write_bytes(made(jurisdiction))
    lines = subprocess.run(
        ["pdffonts", path], capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    assert len(lines) >= 5
    for line in lines:
        assert line.split()[-5:-2] == ["yes", "yes", "yes"], line


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_nothing_in_it_can_act_or_lead_away(jurisdiction):
    with pikepdf.open(io.BytesIO(made(jurisdiction))) as pdf:
        acting = {
            "/A",
            "/AA",
            "/JS",
            "/JavaScript",
            "/URI",
            "/Launch",
            "/OpenAction",
            "/EmbeddedFiles",
            "/RichMedia",
        }
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                assert not acting & set(item.keys()), dict(item)


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_each_page_says_which_of_how_many_it_is_and_whose(jurisdiction):
    pages = pages_of(made(jurisdiction))
    content = samples.sample_claim(matter(), jurisdiction)
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert content.claim_number in page
        assert matter().version_label in page
        assert "Sample for counsel’s review" in page
        assert "변호사 검토용 예시문" in page


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_contents_and_the_bookmarks_lead_to_the_same_pages(jurisdiction):
    document = pypdfium2.PdfDocument(made(jurisdiction))
    marks = {mark.get_title(): mark.get_dest().get_index() + 1 for mark in document.get_toc()}
    first = matter().packets[jurisdiction].governing_language
    cover = text_of(made(jurisdiction), "-layout", "-l", "1")
    documents = matter().documents_for(jurisdiction, samples.sample_claim(matter(), jurisdiction).tracks)
    for one in documents:
        page = marks[one.title[first]]
        assert re.search(rf"^\s*{re.escape(one.title[first])} .*\. +{page}$", cover, re.MULTILINE), one.title
        assert "".join(one.title[first].split()) in "".join(pages_of(made(jurisdiction))[page - 1].split())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_names_of_every_kind_come_back_exactly(jurisdiction, name):
    text = flowing(bytes(render(with_particulars(jurisdiction, name=name)).data))
    for part in filter(None, (name.hangul, name.hanja, name.passport)):
        assert "".join(part.split()) in text


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_longest_values_wrap_inside_the_type_area(jurisdiction):
    content = with_particulars(jurisdiction, name=NAMES[3], address=LONG_ADDRESS)
    account = content.particulars.account.model_copy(
        update={"harm": "가" * 1500 + " 나" * 800 + "\n\n끝말입니다."}
    )
    content = replace(content, particulars=content.particulars.model_copy(update={"account": account}))
    data = bytes(render(content).data)
    assert "".join(LONG_ADDRESS.shown().split()) in flowing(data)
    assert "끝말입니다." in flowing(data)
    for page in pypdfium2.PdfDocument(data):
        text = page.get_textpage()
        boxes = [text.get_rect(index) for index in range(text.count_rects())]
        assert min(box[0] for box in boxes) > 50
        assert max(box[2] for box in boxes) < page.get_width() - 50
        assert min(box[1] for box in boxes) > 14


def test_a_longer_address_moves_the_terms_and_changes_none_of_their_words():
    short = flowing(made("kr"))
    longer = flowing(bytes(render(with_particulars("kr", address=LONG_ADDRESS)).data))
    for clause in matter().document("kr-power", "ko").clauses:
        title = "".join(f"제{clause.number}조({clause.title})".split())
        assert title in short
        assert title in longer


def test_a_face_without_the_character_names_it():
    with pytest.raises(GlyphMissing) as refused:
        render(with_particulars("kr", name=PersonName(hangul="김☐준")))
    assert refused.value.character == "☐"


@pytest.mark.parametrize(("place", "form"), [("US", "inside"), ("KR", "outside"), ("CA", "outside")])
def test_the_declaration_takes_its_form_from_the_place_of_signing(place, form):
    text = flowing(bytes(render(with_act("us", place=place)).data))
    law = "underpenaltyofperjuryunderthelawsoftheUnitedStatesofAmerica"
    assert "Ideclareunderpenaltyofperjury" in text
    assert (law in text) == (form == "outside")


@pytest.mark.parametrize("given", [True, False])
def test_a_consent_shows_what_was_chosen(given):
    content = samples.sample_claim(matter(), "kr")
    consents = {one.id for one in matter().documents_for("kr", content.tracks) if one.required is not None}
    readings = tuple(
        one.model_copy(update={"given": given}) if one.document in consents else one
        for one in content.act.readings
    )
    content = replace(content, acts=(content.act.model_copy(update={"readings": readings}),))
    data = bytes(render(content).data)
    start = pypdfium2.PdfDocument(data).get_toc()
    (page,) = [mark.get_dest().get_index() for mark in start if mark.get_title() == "위임 진정성 기록"]
    record = "".join("".join(pages_of(data)[page:]).split())
    assert record.count("동의합니다") == (len(consents) if given else 0)
    assert record.count("동의하지않습니다") == (0 if given else len(consents))


def test_a_typed_signature_is_the_name_above_the_line():
    text = text_of(bytes(render(with_act("kr", means="typed", strokes=(), typed_name="김민준")).data))
    assert "성명을 입력하여 서명함" in text
    assert "화면에 자필로 서명함" not in text


def test_a_single_dot_is_drawn_as_a_signature_too():
    assert render(with_act("kr", strokes=(((500.0, 200.0, 0.0),),))).pages > 20


def test_eighty_trades_go_on_overleaf_under_the_same_head():
    trades = tuple(
        Trade(
            on=date(2025, 8, 6) + timedelta(days=day),
            side="buy",
            quantity=Decimal(day + 1),
            price=Decimal("28.16"),
        )
        for day in range(80)
    )
    content = with_particulars(
        "us", securities=sample_people.JIWOO.securities.model_copy(update={"trades": trades})
    )
    pages = pages_of(bytes(render(content).data))
    with_head = [page for page in pages if "Price a share (USD)" in page]
    assert len(with_head) >= 2
    assert sum(page.count("Purchase") for page in with_head) >= 80


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_exhibits_bear_their_number_their_hash_and_stand_upright(jurisdiction):
    content = samples.sample_claim(matter(), jurisdiction)
    pages = pages_of(made(jurisdiction))
    labels = ["갑 제1호증", "갑 제3호증"] if jurisdiction == "kr" else ["Exhibit A", "Exhibit C"]
    first, last = content.exhibits[0], content.exhibits[-1]
    for label, exhibit in zip(labels, (first, last), strict=True):
        page, record = [one for one in pages if label in one and exhibit.sha256[:8] in one]
        assert exhibit.sha256[-8:] in page
        assert exhibit.copy_sha256[-8:] in record
    sideways = [page for page in pages if "주문번호 4021" in page]
    assert len(sideways) == 2, "the page stored on its side reads like the other"


def test_a_cut_picture_names_its_exhibit():
    content = samples.sample_claim(matter(), "kr")
    cut = replace(content.exhibits[2], pictures=(content.exhibits[2].pictures[0][:-400],))
    with pytest.raises(ExhibitCorrupt) as refused:
        render(replace(content, exhibits=(*content.exhibits[:2], cut)))
    assert refused.value.number == 3


def test_a_claim_without_evidence_says_so():
    text = text_of(bytes(render(replace(samples.sample_claim(matter(), "kr"), exhibits=())).data))
    assert "청구인이 제출한 증거가 없습니다." in text


def test_thirty_exhibits_have_letters_to_ad():
    content = samples.sample_claim(matter(), "us")
    many = tuple(replace(content.exhibits[0], number=number) for number in range(1, 31))
    text = text_of(bytes(render(replace(content, exhibits=many)).data))
    assert "Exhibit Z" in text
    assert "Exhibit AD" in text


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_structure_covers_every_mark_in_the_language_it_is_in(jurisdiction):
    with pikepdf.open(io.BytesIO(made(jurisdiction))) as pdf:
        root = pdf.Root
        assert str(root.Lang) == matter().packets[jurisdiction].governing_language
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo.Title).startswith("CP-")
        numbers = root.StructTreeRoot.ParentTree.Nums
        for index, page in enumerate(pdf.pages):
            content = b"\n".join(part.read_bytes() for part in page.Contents)
            marks = sorted(map(int, re.findall(rb"/MCID (\d+)>>BDC", content)))
            elements = numbers[2 * index + 1]
            assert marks == list(range(len(elements)))
            for mark, element in enumerate(elements):
                assert (element.K, element.Pg.objgen) == (mark, page.obj.objgen)
                assert element.S != "/Figure" or str(element.Alt)


def test_terms_are_laid_out_once_for_claims_of_the_same_shape(monkeypatch):
    from portal.packets.press import Press, press_for

    made("kr")
    monkeypatch.setattr(Press, "_lay_out", lambda *_: pytest.fail("laid out again"))
    render(with_particulars("kr", name=PersonName(hangul="이서연", passport="LEE SEOYEON")))
    assert press_for(matter(), "kr") is press_for(matter(), "kr")


def test_no_claimant_stays_behind_in_what_is_shared():
    from portal.packets.press import press_for
    from portal.packets.setting.lines import set_label

    name = PersonName(hangul="독고영재쾅", passport="DOKGO YEONGJAEKWANG")
    render(with_particulars("kr", name=name))
    press = press_for(matter(), "kr")
    assert "쾅" not in "".join(subset.characters for subset in press.fonts.subsets.values())
    before = set_label.cache_info().currsize
    render(with_particulars("kr", name=PersonName(hangul="황보현쾅", passport="HWANGBO HYEONKWANG")))
    assert set_label.cache_info().currsize == before


def test_an_untitled_exhibit_is_called_by_its_kind_in_both_languages():
    content = samples.sample_claim(matter(), "us")
    exhibit = content.exhibits[0]
    kind = exhibit.kind.name
    untitled = replace(content, exhibits=(replace(exhibit, title=kind.en),))
    (page,) = [one for one in pages_of(bytes(render(untitled).data)) if "What it proves" in one]
    assert "".join(kind.ko.split()) in "".join(page.split())
    assert "".join(page.split()).count("".join(kind.en.split())) == 1
