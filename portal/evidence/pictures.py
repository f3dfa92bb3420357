"""Pictures: decoded, turned upright, flattened and encoded anew, so that only what is seen is left."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterable

from PIL import Image, ImageCms, ImageDraw, ImageOps

from portal.evidence.harmless import Bounds, Cover, Harmless
from portal.evidence.inspect import MediaType
from portal.evidence.refusals import Broken, TooManyPixels

KEPT_PIXELS = 12_600_000
"""A harmless copy is reduced to this many pixels: phones' usual 12 megapixels stay whole, and 300 dpi on A4 needs
8.7 million. The original is kept as it came."""
_SCROLLED_PIXELS, _SCROLLED_SIDE = 25_000_000, 1_600
"""A scrolled screenshot, narrow and very long, would lose its text by the same measure."""
THUMBNAIL_SIDE = 320
_TALLEST = 2  # a thumbnail of a long screenshot shows its top, at most this many times as tall as wide
_FORMATS = {MediaType.JPEG: "JPEG", MediaType.PNG: "PNG", MediaType.WEBP: "WEBP", MediaType.HEIC: "HEIF"}
_JPEG_QUALITY = 90
# Pillow names turns anticlockwise.
_TURNS = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}
_NO_SUBSAMPLING = 0  # coloured text in photos of screens stays readable
# What decoders raise on hostile bytes; each means that the picture cannot be seen.
_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, struct.error,
               RuntimeError)  # fmt: skip


def cleanse_picture(content: bytes, media_type: MediaType, bounds: Bounds) -> Harmless:
    """Rebuild a picture from its pixels. Raises TooManyPixels before decoding, Broken where decoding fails."""
    try:
        with warnings.catch_warnings(action="ignore"):
            picture = _in_srgb(_upright(_eight_bits(_decode(content, media_type, bounds))))
    except _UNREADABLE as error:
        raise Broken from error
    kept_type, kept = _encoded(picture, len(content) if media_type is MediaType.PNG else 0)
    return Harmless(kept_type, kept, thumbnail_of(picture), pages=1)


def redrawn(
    content: bytes, media_type: MediaType, turns: int, covers: Iterable[Cover], bounds: Bounds
) -> Harmless:
    """A harmless picture with parts of it painted over, then turned by quarters clockwise. Raises what opening does."""
    try:
        picture = _decode(content, media_type, bounds)
        picture = picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
        for cover in covers:
            # ImageDraw counts the last pixel in; outwards, so that no pixel of what is meant stays.
            left, top, right, bottom = cover.on(*picture.size)
            ImageDraw.Draw(picture).rectangle((left, top, right - 1, bottom - 1), fill=0)
        if turns % 4:
            picture = picture.transpose(_TURNS[turns % 4])
        picture.info = {}
    except _UNREADABLE as error:
        raise Broken from error
    kept_type, kept = _encoded(picture, len(content) if media_type is MediaType.PNG else 0)
    return Harmless(kept_type, kept, thumbnail_of(picture), pages=1)


def thumbnail_of(picture: Image.Image) -> bytes:
    """A JPEG that fits a square of 320 pixels; of something very tall, its top."""
    width, height = picture.size
    top = picture.crop((0, 0, width, min(height, width * _TALLEST)))
    top.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _bytes(top, "JPEG", quality=80, optimize=True)


def _decode(content: bytes, media_type: MediaType, bounds: Bounds) -> Image.Image:
    if media_type is MediaType.HEIC:
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    # Our own bound holds; Pillow's would warn from 89 and raise from 179 megapixels, even for reduced decoding.
    Image.MAX_IMAGE_PIXELS = None
    picture = Image.open(io.BytesIO(content), formats=[_FORMATS[media_type]])
    if media_type is MediaType.JPEG:
        # The JPEG decoder can decode at a half, quarter or eighth: 200-megapixel phones fit in the same memory.
        # A little less than what is kept will do: a quarter of 200 megapixels misses it narrowly.
        width, height = _reduced(picture.size)
        picture.draft(None, (width * 9 // 10, height * 9 // 10))
    width, height = picture.size
    if width * height > bounds.pixels:
        raise TooManyPixels(width * height, bounds.pixels)
    picture.load()
    return picture


def _reduced(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    kept = _SCROLLED_PIXELS if min(size) <= _SCROLLED_SIDE else KEPT_PIXELS
    scale = min(1.0, (kept / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _eight_bits(picture: Image.Image) -> Image.Image:
    """One of the modes L, LA, RGB, RGBA and CMYK, with transparency as alpha."""
    if picture.mode.startswith("I"):
        # Pillow clips 16-bit greys instead of scaling them.
        return picture.convert("I").point(lambda grey: grey / 256).convert("L")
    if "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return picture
    return picture.convert(
        "L" if picture.mode == "1" else "RGBA" if picture.mode in ("PA", "La", "RGBa") else "RGB"
    )


def _upright(picture: Image.Image) -> Image.Image:
    """Reduced first, flattened and turned second: the copies these make should be of the smaller picture."""
    info = picture.info
    if (size := _reduced(picture.size)) != picture.size:
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if picture.mode in ("LA", "RGBA"):
        picture = _on_white(picture)
    picture.info = {name: info[name] for name in ("exif", "icc_profile") if name in info}
    try:
        return ImageOps.exif_transpose(picture)
    except _UNREADABLE:
        return picture  # a broken EXIF block says nothing about which way is up; the pixels are still good


def _on_white(picture: Image.Image) -> Image.Image:
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture if picture.mode == "RGBA" else picture.getchannel("A"))
    return white


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Colours as they were meant, without the profile that said so (a profile can name the device)."""
    profile = picture.info.get("icc_profile")
    picture.info = {}
    if profile and picture.mode in ("RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (*_UNREADABLE, ImageCms.PyCMSError):
            converted = None  # a broken or foreign profile: the colours are taken as they stand
        picture = converted or picture
    if picture.mode == "CMYK":
        picture = picture.convert("RGB")
    picture.info = {}
    return picture


def _encoded(picture: Image.Image, png_size: int) -> tuple[MediaType, bytes]:
    """A JPEG; or a PNG where the original was one (`png_size` bytes) and a PNG is smaller, as for screens of text."""
    jpeg = _bytes(picture, "JPEG", quality=_JPEG_QUALITY, subsampling=_NO_SUBSAMPLING)
    # Packing a photo as PNG takes seconds and is never smaller: the original's own size foretells it.
    if 0 < png_size < 2 * len(jpeg):
        png = _bytes(picture, "PNG", compress_level=7)
        if len(png) < len(jpeg):
            return MediaType.PNG, png
    return MediaType.JPEG, jpeg


def _bytes(picture: Image.Image, form: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()
