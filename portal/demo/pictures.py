"""Pictures of invented messages, as somebody would photograph or save them."""

import io
from random import Random

from PIL import Image, ImageDraw, ImageFont

from portal.fonts import face

MESSAGES = (
    ("[배송 지연] 주소 불일치", "주소를 확인하지 않으면 반송됩니다."),
    ("[카드 알림] 해외 결제 시도", "본인이 아니면 바로 연락하십시오."),
    ("개인정보 유출 안내", "고객님의 정보가 유출되었습니다."),
    ("Parcel on hold", "Confirm your address within 24 hours."),
)


def message_picture(rng: Random) -> bytes:
    """A small JPEG of a message on a screen."""
    title, text = rng.choice(MESSAGES)
    picture = Image.new("RGB", (720, 520), rng.choice(("#f4f1ea", "#eef2f6", "#ffffff")))
    draw = ImageDraw.Draw(picture)
    large, small = (ImageFont.truetype(str(face("sans").path), size) for size in (40, 28))
    draw.rounded_rectangle((40, 60, 680, 320), 24, fill="#dfe6ee")
    draw.text((70, 90), title, fill="#1c2430", font=large)
    draw.text((70, 170), text, fill="#1c2430", font=small)
    draw.text(
        (70, 250),
        f"2025. 12. {rng.randint(1, 28)}.  {rng.randint(7, 22)}:{rng.randint(10, 59)}",
        fill="#505a68",
        font=small,
    )
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=82)
    return file.getvalue()
