"""Pages a court takes: its form, the room for a production's numbers, stamps, and long values inside the margins."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from portal.claims.particulars import Address, PersonName
from portal.packets import samples
from portal.packets.content import PacketContent, PaperScan
from portal.packets.filing import Part, parts_of
from portal.packets.parts.furniture import BATES_HEIGHT, BATES_INSET, BATES_WIDTH
from portal.packets.press import press_for
from portal.packets.render import render
from portal.packets.setting.styles import MM, SMALLEST, Page
from tests.packets.test_render import (
    LONG_ADDRESS,
    flowing,
    made,
    matter,
    pages_of,
    with_act,
    with_particulars,
)


def parts(data: bytes) -> list[Part]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return list(parts_of(pdf))


def of_documents(data: bytes, *names: str) -> list[int]:
    return [page for part in parts(data) if part.name in names for page in part.pages]


def ink(page: pypdfium2.PdfPage, scale: float = 1.0) -> tuple[float, float, float, float]:
    """What is drawn on the page: left, top, right, bottom in points from its top left corner."""
    seen = page.render(scale=scale).to_pil().convert("L")
    box = ImageChops.invert(seen).getbbox()
    assert box, "an empty page"
    return tuple(edge / scale for edge in box)


def is_white(page: pypdfium2.PdfPage, box: tuple[float, float, float, float]) -> bool:
    """Whether nothing is drawn in a box: left, top, right, bottom in points."""
    seen = page.render(scale=2).to_pil().convert("L").crop(tuple(round(edge * 2) for edge in box))
    return seen.getextrema() == (255, 255)


@cache
def sizes(data: bytes) -> list[dict[float, str]]:
    """For each page the text written in each size, from the operators of its content."""
    found = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            content = b"\n".join(part.read_bytes() for part in page.Contents)
            by_size: dict[float, str] = {}
            for size, codes in re.findall(rb"/[FP]\d ([\d.]+) Tf <([0-9A-F]+)> Tj", content):
                by_size[float(size)] = by_size.get(float(size), "") + codes.decode()
            found.append(by_size)
    return found


def test_what_is_filed_in_korea_has_the_margins_of_the_courts_form():
    data, plan = made("kr"), matter().packets["kr"]
    top, right, bottom, left = (margin * MM for margin in plan.court_page.margins_mm)
    filed = of_documents(data, *(document.id for document in plan.documents if document.filed))
    assert len(filed) >= 8
    page = press_for(matter(), "kr").court.page
    assert (page.top, page.right, page.bottom, page.left) == pytest.approx((top, right, bottom, left))
    with pypdfium2.PdfDocument(data) as document:
        for number in filed:
            shown = document[number]
            assert is_white(shown, (0, 0, left - 1, page.height))
            assert is_white(shown, (page.width - right + 1, 0, page.width, page.height))
            # Head and foot stand in the margins: between them and the text nothing is drawn.
            assert is_white(shown, (0, page.head + 20, page.width, top - 1))
            assert is_white(shown, (0, page.height - bottom + 1, page.width, page.height - page.foot - 2))


def test_what_is_filed_in_korea_is_set_in_twelve_points_at_two_hundred_per_cent():
    look = press_for(matter(), "kr").court
    assert (look.body[0].size, look.body[0].leading) == (12, 24)
    assert look.value.size == 12
    assert look.table.size >= 10
    assert (look.body[1].size, look.body[1].leading) == (9, 12), "two lines of the translation to one line"
    data = made("kr")
    for number in of_documents(data, "kr-power"):
        assert len(sizes(data)[number].get(12.0, "")) > len(sizes(data)[number].get(9.0, "")) / 4


def test_clauses_of_filed_documents_begin_on_one_level_in_both_languages():
    with pypdfium2.PdfDocument(made("kr")) as document:
        page = document[of_documents(made("kr"), "kr-power")[0]]
        text = page.get_textpage()
        levels = []
        for words in ("제1조", "Article 1 "):
            at = text.search(words).get_next()
            levels.append(text.get_charbox(at[0], loose=True)[1])
        assert levels[0] == pytest.approx(levels[1], abs=2.5)


@pytest.mark.parametrize("jurisdiction", ["kr", "us"])
def test_nothing_that_a_lawyer_must_read_is_smaller_than_nine_points(jurisdiction):
    read = set()
    with pikepdf.open(io.BytesIO(made(jurisdiction))) as pdf:
        for page in pdf.pages:
            content = b"\n".join(part.read_bytes() for part in page.Contents)
            for body in re.findall(rb"/\w+<</MCID \d+>>BDC(.*?)EMC", content, re.DOTALL):
                read |= {float(size) for size in re.findall(rb"/[FP]\d ([\d.]+) Tf", body)}
    assert {12.0, 10.0, 9.0} & read
    assert {size for size in read if size < SMALLEST} <= {6.2, 7.5}, (
        "the words of the seal's stamp and the exhibit tab"
    )


def test_room_for_a_productions_number_is_free_on_every_page_for_the_united_states():
    thirty = replace(
        samples.sample_claim(matter(), "us"),
        exhibits=tuple(
            replace(samples.sample_claim(matter(), "us").exhibits[0], number=number, title="긴 제목 " * 20)
            for number in range(1, 12)
        ),
    )
    for data in (made("us"), bytes(render(thirty).data)):
        with pypdfium2.PdfDocument(data) as document:
            for page in document:
                right, bottom = page.get_width() - BATES_INSET, page.get_height() - BATES_INSET
                assert is_white(page, (right - BATES_WIDTH, bottom - BATES_HEIGHT, right, bottom))


@pytest.mark.parametrize(
    ("jurisdiction", "labels", "whose"),
    [
        ("kr", ["갑 제1호증", "갑 제2호증의 1", "갑 제2호증의 2"], "원고 김민준"),
        ("us", ["EXHIBIT A", "EXHIBIT B-1", "EXHIBIT B-2"], ""),
    ],
)
def test_exhibits_are_stamped_at_the_top_right_with_their_number_and_submitter(jurisdiction, labels, whose):
    content = samples.sample_claim(matter(), jurisdiction)
    first, second, third = content.exhibits
    several = (first, replace(second, number=2, part=1), replace(third, number=2, part=2))
    data = bytes(render(replace(content, exhibits=several)).data)
    exhibits = [part for part in parts(data) if part.kind == "exhibit"]
    assert [part.name for part in exhibits] == ["1.0", "2.1", "2.2"]
    with pypdfium2.PdfDocument(data) as document:
        for label, part in zip(labels, exhibits, strict=True):
            for number in part.pages:
                page = document[number]
                corner = page.get_textpage().get_text_bounded(
                    page.get_width() - 260, page.get_height() - 75, page.get_width(), page.get_height()
                )
                assert "".join(label.split()) in "".join(corner.split())
                assert whose in corner


def test_the_statement_of_exhibits_is_a_table_of_five_columns():
    (page,) = [one for one in pages_of(made("kr")) if "입증취지" in one]
    for head in ("호증", "증거의 명칭", "작성일", "작성자", "입증취지"):
        assert head in page


def test_a_photograph_has_its_caption_with_hash_and_time_of_receipt():
    content = samples.sample_claim(matter(), "kr")
    (part, *_) = [one for one in parts(made("kr")) if one.kind == "exhibit"]
    page = pages_of(made("kr"))[part.first]
    assert content.exhibits[0].title in page
    assert "2026. 2. 3. 오후 1:46 KST" in page
    assert content.exhibits[0].sha256 in "".join(page.split())


@pytest.mark.parametrize("size", [(4000, 300), (300, 4000), (3, 3), (2481, 3508)])
@pytest.mark.parametrize("jurisdiction", ["kr", "us"])
def test_pictures_of_every_shape_fit_between_stamp_and_caption(jurisdiction, size):
    out = io.BytesIO()
    Image.new("RGB", size, "#404040").save(out, "JPEG")
    content = samples.sample_claim(matter(), jurisdiction)
    exhibit = replace(content.exhibits[0], pictures=(out.getvalue(),), title="제목 " * 33)
    data = bytes(render(replace(content, exhibits=(exhibit,))).data)
    (part,) = [one for one in parts(data) if one.kind == "exhibit"]
    page = press_for(matter(), jurisdiction).page
    with pypdfium2.PdfDocument(data) as document:
        assert exhibit.sha256 in "".join(document[part.first].get_textpage().get_text_bounded().split())
        assert_inside(document[part.first], page)


def test_a_sheet_signed_in_ink_stands_after_the_documents_and_the_signature_names_its_page():
    content = with_act("kr", means="ink", strokes=(), typed_name="")
    picture = content.exhibits[0].pictures[0]
    scans = tuple(
        PaperScan(document, page, signed, picture, "ab" * 32, content.made_at)
        for document, page, signed in (
            ("kr-retainer", 2, False),
            ("kr-retainer", 3, True),
            ("kr-power", 9, True),
        )
    )
    data = bytes(render(replace(content, paper=scans)).data)
    kinds = [part.kind for part in parts(data)]
    assert kinds == ["cover", *["document"] * 7, "paper", "paper", *["exhibit"] * 3, "record"]
    pages, (retainer, power) = pages_of(data), [part for part in parts(data) if part.kind == "paper"]
    signed = {part.name: pages[part.pages[-1]] for part in parts(data) if part.kind == "document"}
    assert f"{retainer.first + 2}쪽의 서명한 종이" in signed["kr-retainer"]
    assert f"{power.first + 1}쪽의 서명한 종이" in signed["kr-power"]
    assert "종이에 자필로 서명함" in signed["kr-power"]
    marks = {mark.get_title() for mark in pypdfium2.PdfDocument(data).get_toc()}
    assert "종이에 서명한 서류: 소송위임장" in marks


def test_the_cover_says_which_revision_it_replaces_and_where_to_check_it():
    content = replace(samples.sample_claim(matter(), "kr"), revision=2, replaces=1)
    data = bytes(render(content).data)
    cover = pages_of(data)[0]
    assert "이 서류는 제1판을 대신합니다." in cover
    assert "This packet replaces revision 1." in cover
    assert content.verify_address in cover
    assert all(content.code in page for page in pages_of(data))
    assert "대신합니다" not in pages_of(made("kr"))[0]


def test_words_that_no_shared_font_has_are_right_in_every_packet():
    names = {"CI": "Côted’Ivoire", "AX": "ÅlandIslands"}
    for code in ("CI", "AX", "CI", "AX"):
        assert names[code] in flowing(bytes(render(with_act("us", place=code)).data))


def assert_inside(shown: pypdfium2.PdfPage, page: Page) -> None:
    """All ink between the side margins, and above the lower edge of the sheet."""
    left, top, right, bottom = ink(shown)
    assert left >= page.left - 4
    assert right <= page.width - page.right + 4
    assert top >= 15
    assert bottom <= page.height - 12


letters = st.one_of(
    st.text("가나다라뷁똠쾅힣", min_size=1, max_size=60),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=60),
    st.text("ÓÑŽŁẾỄỮĐØÞ'’- WIM", min_size=1, max_size=60).map(str.strip).filter(bool),
)
Awkward = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def squeezed(text: str) -> str:
    return "".join(text.split())


@Awkward
@given(letters, st.text("金民俊燁鷄龍", max_size=30), letters, st.sampled_from(["kr", "us"]))
def test_names_of_any_length_stay_inside_and_come_back_exactly(hangul, hanja, passport, jurisdiction):
    name = PersonName(hangul=hangul, hanja=hanja, passport=passport)
    check_whole(with_particulars(jurisdiction, name=name), jurisdiction, [hangul, hanja, passport])


@Awkward
@given(
    st.text("서울특별시 강남구로123-", min_size=1, max_size=200).map(str.strip).filter(bool),
    st.text("아파트WM동호 12", max_size=120).map(str.strip),
    st.sampled_from(["kr", "us"]),
)
def test_addresses_of_any_length_stay_inside_and_come_back_exactly(line1, line2, jurisdiction):
    address = Address(country="KR", postcode="63534", line1=line1, line2=line2)
    check_whole(with_particulars(jurisdiction, address=address), jurisdiction, [line1, line2])


def check_whole(content: PacketContent, jurisdiction: str, said: list[str]) -> None:
    data = bytes(render(content).data)
    text = flowing(data)
    assert all(squeezed(one) in text for one in said)
    page = press_for(matter(), jurisdiction).page
    with pypdfium2.PdfDocument(data) as document:
        whole = squeezed("".join(one.get_textpage().get_text_range() for one in document))
        assert all(squeezed(one) in whole for one in said)
        for shown in document:
            assert_inside(shown, page)


NAMED = ["김민준", "뷁", "똠", "燁", "ÓSCAR", "NGUYỄN", "가" * 60, "W" * 60]


@pytest.mark.parametrize("jurisdiction", ["kr", "us"])
@pytest.mark.parametrize("name", NAMED)
def test_the_fonts_own_maps_give_back_every_name(jurisdiction, name):
    """What any reader goes by: the codes of the content and the map of their font (ISO 32000-1, 9.10.3)."""
    latin = name.isascii() or "Ó" in name or "Ễ" in name
    given = PersonName(passport=name) if latin else PersonName(hangul=name)
    content = with_particulars(jurisdiction, name=given, address=LONG_ADDRESS)
    data = bytes(render(content).data)
    written = squeezed("".join(decoded(data)))
    assert name in written
    assert squeezed(LONG_ADDRESS.line1) in written
    with pypdfium2.PdfDocument(data) as document:
        assert name in squeezed("".join(page.get_textpage().get_text_range() for page in document))
    assert name in flowing(data)


def decoded(data: bytes) -> list[str]:
    """The text of each page, code by code."""
    pages = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        maps = {name: characters(font) for name, font in pdf.pages[0].Resources.Font.items()}
        for page in pdf.pages:
            content = b"\n".join(part.read_bytes() for part in page.Contents)
            found = re.findall(rb"(/[FP]\d) [\d.]+ Tf <([0-9A-F]+)> Tj", content)
            pages.append(
                "".join(
                    maps[font.decode()][codes[at : at + 4].decode()]
                    for font, codes in found
                    for at in range(0, len(codes), 4)
                )
            )
    return pages


def characters(font: pikepdf.Object) -> dict[str, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", font.ToUnicode.read_bytes())
    return {code.decode(): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


@pytest.mark.parametrize("means", ["drawn", "typed"])
@pytest.mark.parametrize("jurisdiction", ["kr", "us"])
def test_the_longest_claim_of_all_stays_inside(jurisdiction, means):
    name = PersonName(hangul="뷁" * 60, hanja="燁" * 30, passport="W" * 80)
    content = with_particulars(jurisdiction, name=name, address=LONG_ADDRESS)
    typed = {"strokes": (), "typed_name": name.hangul} if means == "typed" else {}
    act = content.act.model_copy(update={"means": means, **typed})
    check_whole(replace(content, acts=(act,)), jurisdiction, ["뷁" * 60, "燁" * 30, "W" * 80])
