"""Evidence as people have it: photos and a PDF with Korean file names, made on the spot."""

from __future__ import annotations

from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image, ImageDraw, ImageFont

from tests.conftest import ROOT

FONT = ROOT / "portal" / "fonts" / "NotoSansKR-Regular.ttf"
PLACE = (37.5665, 126.978)  # degrees; must not survive in the copy that counsel see


def photo(path: Path, text: str, size: tuple[int, int] = (900, 1600)) -> Path:
    """A JPEG of a phone's screen that shows a message, with the place where it was taken."""
    picture = Image.new("RGB", size, "#e9eef5")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((60, 200, size[0] - 60, 620), 40, fill="#fff")
    draw.multiline_text((110, 260), text, font=ImageFont.truetype(FONT, 44), fill="#1c2430", spacing=18)
    exif = Image.Exif()
    exif[0x010F] = "Camera of the claimant"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (37.0, 33.0, 59.4)
    picture.save(path, quality=88, exif=exif)
    return path


def letter(path: Path, lines: tuple[str, ...]) -> Path:
    """A PDF of two pages, each with a few lines."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in (1, 2):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        rows = "".join(f"({line} {number}) Tj 0 -24 Td " for line in lines)
        page.Contents = pdf.make_stream(f"BT /F1 14 Tf 72 740 Td {rows}ET".encode())
    pdf.save(path)
    return path


def papers(folder: Path) -> list[Path]:
    """Two photos and a PDF."""
    return [
        photo(
            folder / "쿠팡 안내 문자.jpg",
            "[쿠팡] 개인정보 유출 안내\n고객님의 성명, 연락처,\n배송지 주소가 노출되었습니다.",
        ),
        photo(folder / "스미싱 캡처.png", "[택배] 주소 불일치로\n배송이 지연되고 있습니다."),
        letter(folder / "주문 내역.pdf", ("Order history", "2025-07-02 Rice cooker", "2025-09-15 Books")),
    ]
