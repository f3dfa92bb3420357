"""Prints of pictures: near for one picture saved again, far for others, and found by their bands."""

from io import BytesIO
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from portal.screening.prints import NEAR, bands, near, print_of

BITS = st.integers(min_value=0, max_value=2**64 - 1)


def a_picture(seed: int) -> Image.Image:
    rng = Random(seed)
    picture = Image.new("RGB", (640, 480), "white")
    drawing = ImageDraw.Draw(picture)
    for _shape in range(40):
        x, y, shade = rng.randrange(600), rng.randrange(440), rng.randrange(256)
        drawing.ellipse(
            (x, y, x + rng.randrange(40, 200), y + rng.randrange(40, 200)), fill=(shade, shade, shade)
        )
    return picture


def saved(picture: Image.Image, quality: int = 90) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def test_a_picture_saved_again_smaller_has_nearly_the_same_print():
    for seed in range(20):
        first, again = (
            print_of(saved(a_picture(seed))),
            print_of(saved(a_picture(seed).resize((320, 240)), 60)),
        )
        assert first is not None
        assert again is not None
        assert near(first, again)


def test_other_pictures_have_other_prints():
    prints = [print_of(saved(a_picture(seed))) for seed in range(20)]
    assert not any(near(one, other) for one in prints for other in prints if one is not other)


def test_what_says_too_little_has_no_print():
    assert print_of(saved(Image.new("RGB", (640, 480), "white"))) is None
    assert print_of(b"no picture") is None
    assert print_of(saved(a_picture(1))[:300]) is None


@given(BITS, st.lists(st.integers(0, 63), max_size=NEAR))
def test_prints_that_are_near_have_a_band_in_common(bits, flipped):
    other = bits
    for place in flipped:
        other ^= 1 << place
    assert near(bits, other)
    assert set(bands(bits)) & set(bands(other))
