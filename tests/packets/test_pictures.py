"""Pictures go into a PDF as they were stored, and come out of a viewer with the same pixels."""

import io

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from portal.packets.pdf.pictures import NotAPicture, Picture


def scene(mode):
    picture = Image.new(mode, (64, 40), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 31, 19), fill="red" if mode == "RGB" else 60)
    draw.rectangle((32, 20, 63, 39), fill="blue" if mode == "RGB" else 160)
    draw.text((4, 24), "abc", fill="black")
    return picture


def stored(picture, form, **options):
    target = io.BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()


def shown(picture):
    """What a viewer draws of a page of 64 by 40 points that the picture fills."""
    content = b"64 0 0 40 0 0 cm /I Do"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 64 40]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>",
        b"".join(picture.body()),
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
    return pypdfium2.PdfDocument(bytes(out))[0].render(scale=1).to_pil().convert("RGB")


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_png_is_shown_pixel_for_pixel(mode):
    picture = scene(mode)
    found = Picture.read(stored(picture, "PNG"))
    assert (found.width, found.height) == (64, 40)
    assert shown(found).tobytes() == picture.convert("RGB").tobytes()


def test_a_jpeg_is_shown_and_stays_byte_for_byte():
    content = stored(scene("RGB"), "JPEG", quality=95)
    found = Picture.read(content)
    assert content in found.body()[1]
    red, green, blue = shown(found).getpixel((8, 8))
    assert red > 240
    assert green < 15
    assert blue < 15


@pytest.mark.parametrize(
    "content",
    [
        stored(scene("RGB"), "PNG")[:-12],
        stored(scene("RGB"), "PNG")[:200],
        stored(scene("RGB").convert("RGBA"), "PNG"),
        stored(scene("RGB").convert("P"), "PNG"),
        stored(scene("RGB"), "JPEG")[:-2],
        b"\x89PNG\r\n\x1a\n",
        b"",
        b"GIF89a",
    ],
)
def test_what_evidence_never_keeps_is_refused(content):
    with pytest.raises(NotAPicture):
        Picture.read(content)
