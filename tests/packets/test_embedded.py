"""Pages of claimants' PDFs in a packet: as they were, upright, self-contained, and unable to act."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops

from portal.packets import samples
from portal.packets.pdf.embedded import NotAPdf, embed
from portal.packets.pdf.file import Objects
from portal.packets.render import render
from tests.packets.test_render import matter, text_of


def a_pdf(font: str, *, name: str = "/F1", extra: str = "", rotate: int = 0) -> bytes:
    """One page that says "Order 4021" in a font that is not embedded."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 200))
    made = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name(f"/{font}")
    )
    page.Resources = pikepdf.Dictionary({"/Font": pikepdf.Dictionary({name: pdf.make_indirect(made)})})
    page.Contents = pdf.make_stream(f"BT {name} 24 Tf 40 90 Td (Order 4021) Tj ET {extra}".encode())
    page.Rotate = rotate
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def packet_with(data: bytes) -> bytes:
    content = samples.sample_claim(matter(), "us")
    return bytes(
        render(replace(content, exhibits=(replace(content.exhibits[0], pictures=(), pdf=data),))).data
    )


def exhibit_page(packet: bytes) -> pypdfium2.PdfPage:
    document = pypdfium2.PdfDocument(packet)
    (index,) = [
        mark.get_dest().get_index() for mark in document.get_toc() if mark.get_title().startswith("Exhibit A")
    ]
    return document[index]


def test_a_page_in_a_readers_own_font_becomes_a_picture_of_itself():
    page = exhibit_page(packet_with(a_pdf("Helvetica")))
    kinds = [item.type for item in page.get_objects(max_depth=1)]
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE in kinds
    assert "4021" not in page.get_textpage().get_text_range()


@pytest.mark.parametrize("jurisdiction", ["us"])
def test_no_packet_relies_on_a_readers_fonts(jurisdiction):
    with pikepdf.open(io.BytesIO(packet_with(a_pdf("Arial-BoldMT")))) as pdf:
        fonts = [
            one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"
        ]
        assert fonts
        assert all(str(font.BaseFont)[7] == "+" for font in fonts), "every font is a subset of its own"


def test_a_page_with_its_fonts_stays_text():
    packet = packet_with(samples.sample_pdf())
    assert text_of(packet).count("주문번호 4021") == 2


def test_a_font_may_be_called_like_an_action():
    """Only in a typed dictionary does /A mean an action; in resources it is the name of a font."""
    with pikepdf.open(io.BytesIO(samples.sample_pdf())) as pdf:
        page = pdf.pages[0]
        page.Resources.Font["/A"] = page.Resources.Font["/F1"]
        del page.Resources.Font["/F1"]
        page.Contents = pdf.make_stream(page.Contents.read_bytes().replace(b"/F1", b"/A"))
        out = io.BytesIO()
        del pdf.pages[1]
        pdf.save(out)
    assert "주문번호 4021" in text_of(packet_with(out.getvalue()))


def test_a_page_looks_in_the_packet_as_it_did():
    source = pypdfium2.PdfDocument(samples.sample_pdf())
    page = exhibit_page(packet_with(samples.sample_pdf()))
    (form,) = [item for item in page.get_objects(max_depth=1) if item.type == pypdfium2.raw.FPDF_PAGEOBJ_FORM]
    left, bottom, right, top = form.get_bounds()
    text = source[0].get_textpage()
    inked = [text.get_rect(index) for index in range(text.count_rects())]
    across = (max(box[2] for box in inked) - min(box[0] for box in inked)) / (right - left)
    down = (max(box[3] for box in inked) - min(box[1] for box in inked)) / (top - bottom)
    assert across == pytest.approx(down, rel=0.02), "scaled alike in both directions"


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_turned_page_is_drawn_as_its_reader_would_turn_it(rotate):
    plain, turned = (a_pdf("Times-Roman", rotate=angle) for angle in (0, rotate))
    seen = [pypdfium2.PdfDocument(data)[0].render(scale=1).to_pil().convert("L") for data in (plain, turned)]
    assert ImageChops.difference(seen[0].rotate(-rotate, expand=True), seen[1]).getextrema()[1] < 100
    objects = Objects()
    (page,) = embed(turned, objects)
    assert (page.width > page.height) == (rotate == 180)


def test_nothing_of_a_page_can_act_or_reach_outside():
    with pikepdf.open(io.BytesIO(samples.sample_pdf())) as pdf:
        trap = pdf.make_stream(
            b"q Q", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 1, 1]
        )
        trap.Ref = pikepdf.Dictionary(F=pikepdf.String("other.pdf"), Page=0)
        trap.AA = pikepdf.Dictionary(
            O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert()"))
        )
        pdf.pages[0].Resources.XObject = pikepdf.Dictionary(T=trap)
        out = io.BytesIO()
        pdf.save(out)
    packet = packet_with(out.getvalue())
    assert b"JavaScript" not in packet
    assert b"other.pdf" not in packet


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", samples.sample_pdf()[:900]])
def test_what_is_no_pdf_is_named_so(data):
    with pytest.raises(NotAPdf):
        embed(data, Objects())
