"""A picture comes out upright, with its pixels and nothing else."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageCms

from portal.evidence.cleanse import cleanse
from portal.evidence.harmless import Bounds, Harmless
from portal.evidence.inspect import MediaType
from portal.evidence.pictures import KEPT_PIXELS
from portal.evidence.refusals import Broken, TooManyPixels
from tests.evidence import hostile

BOUNDS = Bounds()
WHITE, RED, BLUE = (255, 255, 255), (254, 0, 0), (0, 0, 254)


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def made(picture: Image.Image, form: str = "PNG", **options: object) -> Harmless:
    target = io.BytesIO()
    picture.save(target, form, **options)
    return cleanse(target.getvalue(), BOUNDS)


def near(found: object, meant: tuple[int, int, int], tolerance: int = 12) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) <= tolerance for a, b in zip(found, meant, strict=True))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_comes_out_upright_without_exif(orientation: int) -> None:
    upright = opened(hostile.a_photo())
    turned = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    harmless = made(
        upright.transpose(turned) if turned is not None else upright, "JPEG", exif=exif, quality=95
    )
    picture = opened(harmless.content)
    assert picture.size == (640, 480)
    assert near(picture.getpixel((20, 20)), WHITE)
    assert near(picture.getpixel((200, 400)), RED)
    assert near(picture.getpixel((600, 20)), BLUE)
    assert not picture.getexif()


def test_where_and_with_what_a_photo_was_taken_is_gone() -> None:
    original = hostile.a_photo_with_gps(orientation=6)
    assert opened(original).getexif().get_ifd(0x8825)
    harmless = cleanse(original, BOUNDS)
    for content in (harmless.content, harmless.thumbnail):
        assert not opened(content).getexif()
        assert b"Exif" not in content
        assert b"Secret" not in content


def test_a_heic_called_jpg_becomes_a_jpeg() -> None:
    harmless = cleanse(hostile.a_heic(), BOUNDS)
    assert harmless.media_type is MediaType.JPEG
    assert opened(harmless.content).size == (640, 480)
    assert near(opened(harmless.content).getpixel((200, 400)), RED)


def test_a_screenshot_of_text_stays_a_png_and_a_photo_becomes_a_jpeg() -> None:
    screenshot = hostile.a_screenshot()
    harmless = cleanse(screenshot, BOUNDS)
    assert harmless.media_type is MediaType.PNG
    assert opened(harmless.content).tobytes() == opened(screenshot).tobytes()
    grain = Image.effect_noise((800, 600), 60).convert("RGB")
    assert made(grain).media_type is MediaType.JPEG


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_of_png_is_seen(mode: str) -> None:
    picture = opened(made(opened(hostile.a_photo()).convert(mode)).content)
    assert picture.size == (640, 480)
    assert picture.convert("RGB").getpixel((20, 20)) == WHITE


def test_transparency_becomes_white() -> None:
    clear = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    clear.putpixel((5, 5), (255, 0, 0, 255))
    picture = opened(made(clear).content).convert("RGB")
    assert picture.getpixel((50, 50)) == WHITE
    assert picture.getpixel((5, 5)) == (255, 0, 0)
    indexed = Image.new("P", (60, 60), 0)
    assert opened(made(indexed, transparency=0).content).convert("RGB").getpixel((5, 5)) == WHITE


def test_sixteen_bit_greys_are_scaled_not_clipped() -> None:
    grey = Image.new("I;16", (40, 40), 0x8000)
    assert opened(made(grey).content).convert("L").getpixel((5, 5)) in range(126, 131)


def test_print_colours_become_screen_colours() -> None:
    cyan = Image.new("CMYK", (64, 64), (255, 0, 0, 0))
    picture = opened(made(cyan, "JPEG", quality=95).content)
    assert picture.mode == "RGB"
    assert near(picture.getpixel((30, 30)), (0, 255, 255), 20)


def test_a_colour_profile_is_applied_and_dropped() -> None:
    # A profile that swaps nothing visible still leaves: it can name the device.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    harmless = made(opened(hostile.a_photo()), "JPEG", icc_profile=profile)
    assert "icc_profile" not in opened(harmless.content).info
    broken = made(opened(hostile.a_photo()), "JPEG", icc_profile=b"not a profile")
    assert near(opened(broken.content).getpixel((200, 400)), RED)


def test_of_an_animation_the_first_picture_is_taken() -> None:
    first = opened(hostile.a_photo())
    later = Image.new("RGB", first.size, "green")
    for form in ("PNG", "WEBP"):
        harmless = made(first, form, save_all=True, append_images=[later])
        assert near(opened(harmless.content).getpixel((200, 400)), RED)


def test_a_large_photo_is_reduced_and_the_usual_phone_photo_is_not() -> None:
    assert opened(cleanse(hostile.a_photo(4032, 3024), BOUNDS).content).size == (4032, 3024)
    width, height = opened(cleanse(hostile.a_photo(8000, 6000), BOUNDS).content).size
    assert width * height <= KEPT_PIXELS * 1.01
    assert width / height == pytest.approx(4 / 3, rel=0.01)


def test_a_scrolled_screenshot_keeps_its_width_and_its_thumbnail_shows_the_top() -> None:
    harmless = cleanse(hostile.a_screenshot(1080, 15_000), BOUNDS)
    assert opened(harmless.content).size == (1080, 15_000)
    assert opened(harmless.thumbnail).size == (160, 320)


def test_pixel_floods_are_refused_from_their_header() -> None:
    with pytest.raises(TooManyPixels) as caught:
        cleanse(hostile.a_png_of(50_000, 50_000), BOUNDS)
    assert (caught.value.found, caught.value.limit) == (2_500_000_000, BOUNDS.pixels)
    with pytest.raises(TooManyPixels):
        cleanse(hostile.a_jpeg_claiming(65_500, 65_500), BOUNDS)


@pytest.mark.parametrize(
    "content",
    [
        hostile.a_photo()[:3_000],
        hostile.a_photo(form="PNG")[:-40],
        hostile.a_photo(form="WEBP")[:300],
        hostile.a_heic()[:900],
        hostile.a_png_of(0, 10),
        b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20,
    ],
)
def test_cut_off_and_damaged_pictures_are_called_broken(content: bytes) -> None:
    with pytest.raises(Broken):
        cleanse(content, BOUNDS)


def test_a_photo_that_is_also_a_pdf_leaves_only_the_photo() -> None:
    polyglot = hostile.a_polyglot()
    assert b"%PDF-" in polyglot
    harmless = cleanse(polyglot, BOUNDS)
    assert harmless.media_type is MediaType.JPEG
    assert b"%PDF-" not in harmless.content
    assert b"EVILMARK" not in harmless.content
