"""A PDF comes out with its pages' looks and nothing that acts, calls, hides or names its author."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
from pikepdf import Dictionary, Name, String
from PIL import Image

from portal.evidence.cleanse import cleanse
from portal.evidence.harmless import Bounds
from portal.evidence.inspect import MediaType
from portal.evidence.refusals import Broken, Locked, Refusal, TooDemanding, TooManyPages, TooManyPixels
from tests.evidence import hostile

BOUNDS = Bounds()


def laid_open(content: bytes) -> bytes:
    """All bytes of a PDF with every stream unpacked, so that a search can miss nothing."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return hostile.saved(
            pdf,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            qdf=True,
        )


def text_of(content: bytes, page: int = 0) -> str:
    return str(pypdfium2.PdfDocument(content)[page].get_textpage().get_text_range())


def test_nothing_that_acts_is_left_and_all_that_shows_is() -> None:
    harmless = cleanse(hostile.a_pdf_that_acts(), BOUNDS)
    inside = laid_open(harmless.content)
    for trace in (
        b"EVILMARK", b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"/Launch", b"/URI", b"/EmbeddedFile",
        b"/AcroForm", b"/XFA", b"/RichMedia", b"/Movie", b"/Annots", b"/Metadata",
        b"/PieceInfo", b"/Info", b"/OPI", b"/Outlines",
    ):  # fmt: skip
        assert trace not in inside, trace
    assert "Card statement 1" in text_of(harmless.content)
    assert "FILLED IN" in text_of(harmless.content), "what was typed into a form is evidence"


def test_a_clean_copy_is_sound_and_always_the_same() -> None:
    first, second = (cleanse(hostile.a_pdf(3), BOUNDS) for _ in range(2))
    assert first == second
    assert (first.media_type, first.pages) == (MediaType.PDF, 3)
    with pikepdf.open(io.BytesIO(first.content)) as pdf:
        assert pdf.check_pdf_syntax() == []
    assert Image.open(io.BytesIO(first.thumbnail)).size[1] == 320


def test_resources_called_like_actions_keep_their_place() -> None:
    pdf = hostile.an_open_pdf(1, "Named")
    fonts = pdf.pages[0].Resources.Font
    fonts.JS, fonts.EF, fonts.A = fonts.F1, fonts.F1, fonts.F1
    pdf.pages[0].Contents = pdf.make_stream(b"BT /JS 24 Tf 72 700 Td (odd) Tj /EF 24 Tf ( names) Tj ET")
    assert "odd names" in text_of(cleanse(hostile.saved(pdf), BOUNDS).content)


def test_what_follows_or_precedes_the_pdf_is_dropped() -> None:
    for content in (hostile.a_pdf_with_a_tail(), b"\n\n" + hostile.a_pdf_with_a_tail()):
        harmless = cleanse(content, BOUNDS)
        assert harmless.content.startswith(b"%PDF-")
        assert b"EVILMARK" not in harmless.content
        assert harmless.pages == 2


def test_what_a_revision_hid_is_dropped() -> None:
    pdf = hostile.an_open_pdf(2, "EVILMARK")
    del pdf.pages[1]
    pdf.pages[0].Contents = pdf.make_stream(b"")
    assert b"EVILMARK" not in laid_open(cleanse(hostile.saved(pdf), BOUNDS).content)


def test_a_pdf_that_needs_a_password_is_refused_as_locked() -> None:
    with pytest.raises(Locked):
        cleanse(hostile.a_locked_pdf(), BOUNDS)


def test_a_pdf_that_only_forbids_changes_is_taken() -> None:
    # Banks lock statements so; anyone can read them without a password.
    harmless = cleanse(hostile.a_pdf_locked_only_for_changes(), BOUNDS)
    with pikepdf.open(io.BytesIO(harmless.content)) as pdf:
        assert not pdf.is_encrypted


def test_more_pages_than_an_exhibit_may_have_are_refused_with_both_figures() -> None:
    with pytest.raises(TooManyPages) as caught:
        cleanse(hostile.a_pdf(pages=201), BOUNDS)
    assert (caught.value.found, caught.value.limit) == (201, 200)
    assert cleanse(hostile.a_pdf(pages=200), BOUNDS).pages == 200


def test_page_floods_are_refused() -> None:
    for content in (
        hostile.a_page_flood(500),
        hostile.a_page_flood(200_000),
        hostile.a_page_tree_of_many_levels(),
    ):
        with pytest.raises(Refusal):
            cleanse(content, BOUNDS)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_stream_bomb_is_refused_even_if_packed_again(times: int) -> None:
    with pytest.raises(TooDemanding):
        cleanse(hostile.a_stream_bomb(300_000_000, times), BOUNDS)


def test_a_bomb_of_an_old_codec_is_refused() -> None:
    pdf = hostile.an_open_pdf(2)
    packed = b"\x81\x00" * 400_000 + b"\x80"  # run lengths of 128 zeros: 51 million
    pdf.pages[1].Contents = pikepdf.Stream(pdf, packed, Filter=Name.RunLengthDecode)
    content = hostile.saved(pdf, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    with pytest.raises(TooDemanding):
        cleanse(content, Bounds(stream=40_000_000))
    assert cleanse(content, Bounds(stream=400_000_000)).pages == 2


def test_many_streams_that_are_large_only_together_are_refused() -> None:
    pdf = hostile.an_open_pdf(5)
    for page in pdf.pages:
        page.Contents = pdf.make_stream(b" " * 1_000_000)
    with pytest.raises(TooDemanding):
        cleanse(hostile.saved(pdf), Bounds(unpacked=4_000_000))


def test_a_pixel_flood_inside_a_page_is_refused() -> None:
    with pytest.raises(TooManyPixels):
        cleanse(hostile.a_pixel_flood_in_a_pdf(), BOUNDS)


def test_a_picture_that_understates_its_size_is_measured_by_its_own_header() -> None:
    pdf = hostile.an_open_pdf(1)
    flood = pikepdf.Stream(pdf, hostile.a_jpeg_claiming(60_000, 60_000), Type=Name.XObject, Subtype=Name.Image,
                           Width=64, Height=64, BitsPerComponent=8, ColorSpace=Name.DeviceRGB,
                           Filter=Name.DCTDecode)  # fmt: skip
    pdf.pages[0].Resources.XObject = Dictionary(I=flood)
    with pytest.raises(TooManyPixels):
        cleanse(hostile.saved(pdf), BOUNDS)


@pytest.mark.parametrize(
    "content",
    [
        hostile.an_xref_loop(),
        hostile.a_pdf()[:200],
        b"%PDF-1.7\n" + bytes(range(256)) * 20,
        b"%PDF-1.7\n%%EOF",
        hostile.saved(pikepdf.new()),
    ],
)
def test_damaged_loops_and_empty_pdfs_are_called_broken(content: bytes) -> None:
    with pytest.raises(Broken):
        cleanse(content, BOUNDS)


@pytest.mark.parametrize("key", ["AcroForm", "Names", "OCProperties", "Outlines", "OpenAction", "AA"])
@pytest.mark.parametrize("value", [7, True, String("x"), pikepdf.Array([1])])
def test_objects_of_the_wrong_type_do_no_harm(key: str, value: object) -> None:
    pdf = hostile.an_open_pdf(1)
    pdf.Root["/" + key] = value
    assert cleanse(hostile.saved(pdf), BOUNDS).pages == 1


def test_a_catalog_without_pages_is_called_broken() -> None:
    pdf = hostile.an_open_pdf(1)
    content = hostile.saved(pdf).replace(b"/Pages", b"/Sages", 1)
    with pytest.raises(Broken):
        cleanse(content, BOUNDS)
