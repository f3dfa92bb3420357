"""Whole claims of invented people (``sample_people``), for samples, benchmarks and tests."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256

from PIL import Image, ImageDraw, ImageFont

from portal.claims.act import Reading, SigningAct, Stroke
from portal.claims.kinds import age
from portal.claims.particulars import Particulars
from portal.fonts import Subset, face
from portal.matters.matter import Matter
from portal.matters.model import ClaimKind, Jurisdiction
from portal.packets.content import Exhibit, PacketContent, Sealer, TrackDecision
from portal.packets.formats import full_name
from portal.packets.pdf.file import Objects, stream
from portal.packets.pdf.fonts import put_font
from portal.packets.sample_people import ANSWERS, JIWOO, MINJUN, PEOPLE, SIGNED

SEALER = Sealer("법무법인 대륜 (SAMPLE)", demo=True)

_ACTING = {"self": "self", "minor": "child", "heir": "heir", "company": "company", "represented": "ward"}


def sample_claim(matter: Matter, jurisdiction: Jurisdiction, kind: ClaimKind = "self") -> PacketContent:
    """An adult in Seoul for Korean counsel, a Korean in New Jersey, with shares, for American counsel; or of another
    kind somebody of `PEOPLE`, for either.
    """
    who = PEOPLE.get(kind) or (MINJUN if jurisdiction == "kr" else JIWOO)
    tracks = _tracks(jurisdiction, kind)
    return PacketContent(
        matter=matter,
        jurisdiction=jurisdiction,
        tracks=tracks,
        claim_number="CP-7K3M-9QXA" if jurisdiction == "kr" else "CP-4D8R-2WZN",
        revision=1,
        made_at=SIGNED + timedelta(seconds=12),
        particulars=who,
        answers=ANSWERS | {"residence": jurisdiction, "acting": _ACTING[kind]},
        decisions=tuple(
            TrackDecision(track, "eligible", _reasons(matter, track), SIGNED) for track in tracks
        ),
        acts=sample_acts(matter, jurisdiction, who, tracks, kind),
        exhibits=tuple(
            replace(one, incident=who.diary[place].id if place < len(who.diary) else "")
            for place, one in enumerate(sample_exhibits(matter, tracks))
        ),
        sealer=SEALER,
        code="5F2K-8WQJ-31TG",
        verify_address=f"claims.example/{matter.packets[jurisdiction].governing_language}/verify",
        kind=kind,
        age=_age(who),
    )


def _tracks(jurisdiction: Jurisdiction, kind: str) -> tuple[str, ...]:
    if jurisdiction == "kr":
        return ("kr-consumer",)
    return ("us-consumer", "us-securities") if kind == "self" else ("us-consumer",)


def _age(who: Particulars) -> int | None:
    return age(who.birth_date, SIGNED.date()) if who.birth_date else None


def sample_acts(
    matter: Matter, jurisdiction: Jurisdiction, who: Particulars, tracks: tuple[str, ...], kind: ClaimKind
) -> tuple[SigningAct, ...]:
    """One act of each who signs: of the claimant, or of every representative, an evening apart."""
    first = sample_act(matter, jurisdiction, who, tracks, kind)
    if not who.representatives:
        return (first.model_copy(update={"capacity": "heir"}) if kind == "heir" else first,)
    return tuple(
        first.model_copy(
            update={
                "signer": one.id,
                "capacity": one.kind,
                "signer_name": full_name(one.name),
                "contacts": (one.contact,) if one.contact else who.contacts,
                "signed_at": SIGNED - timedelta(hours=3 * (len(who.representatives) - place)),
                "strokes": first.strokes if place == 1 else another_hand(),
            }
        )
        for place, one in enumerate(who.representatives, 1)
    )


def another_hand() -> tuple[Stroke, ...]:
    """A signature that is not that of `sample_strokes`."""
    return tuple(
        tuple((1_000 - x, 60 + y * 0.8, t) for x, y, t in stroke[::-1]) for stroke in sample_strokes()
    )


def _reasons(matter: Matter, track: str) -> tuple[str, ...]:
    return tuple(
        rule.id for rule in matter.rules.rules if rule.track == track and rule.outcome == "eligible"
    )[:1]


def sample_act(
    matter: Matter,
    jurisdiction: Jurisdiction,
    particulars: Particulars,
    tracks: tuple[str, ...],
    kind: str = "self",
) -> SigningAct:
    """A drawn signature with every text read and every consent given but the one that may be refused."""
    readings = []
    documents = matter.documents_for(jurisdiction, tracks, kind, _age(particulars))
    for place, document in enumerate(documents):
        opened = SIGNED - timedelta(minutes=3 * (len(documents) - place))
        consent = document.required is not None
        readings.append(
            Reading(
                document=document.id,
                jurisdiction=jurisdiction,
                matter_version=matter.version_label,
                text_hashes={
                    lang: matter.document(document.id, lang, kind).text_hash for lang in ("ko", "en")
                },
                opened_at=opened,
                confirmed_at=opened + timedelta(seconds=97),
                seconds_open=97 + 11 * place,
                given=bool(document.required) if consent else None,
            )
        )
    return SigningAct(
        jurisdiction=jurisdiction,
        means="drawn",
        strokes=sample_strokes(),
        language="ko" if jurisdiction == "kr" else "en",
        place="KR" if jurisdiction == "kr" else "US",
        particulars=particulars,
        signed_at=SIGNED,
        readings=tuple(readings),
        contacts=particulars.contacts,
        session_began_at=SIGNED - timedelta(minutes=52),
        address="203.0.113.87" if jurisdiction == "kr" else "2001:db8:40f1:7::21",
        device="Android, Samsung Internet" if jurisdiction == "kr" else "macOS, Safari",
        audit_sequence=4182,
        audit_hash=sha256(b"audit head").hexdigest(),
    )


def sample_strokes() -> tuple[Stroke, ...]:
    """A signature as a pad delivers it: points with their time in milliseconds."""
    wave = tuple(
        (180 + 5.2 * step, 210 + 95 * math.sin(step / 5.5) * math.exp(-step / 160) - step * 0.3, step * 11.0)
        for step in range(105)
    )
    line = tuple(
        (150 + 6.0 * step, 320 - step * 0.9 + 6 * math.sin(step / 9), 1500 + step * 9.0) for step in range(85)
    )
    return (wave, line)


@lru_cache(maxsize=4)
def sample_exhibits(matter: Matter, tracks: tuple[str, ...]) -> tuple[Exhibit, ...]:
    """Two photographs and a PDF of two pages, one of them lying on its side."""
    kinds = matter.evidence_for(tracks)
    notice = screenshot(
        "쿠팡 개인정보 유출 안내", ("고객님의 개인정보가 유출되었음을", "알려 드리며 깊이 사과드립니다.")
    )
    message = screenshot(
        "[배송 지연] 주소 확인", ("김*준님 강남구 테헤란로 152", "주소 불일치로 배송이 지연되었습니다.")
    )
    order = sample_pdf()
    received = SIGNED - timedelta(minutes=20)

    def exhibit(
        number: int, title: str, dated: date | None, pictures: tuple[bytes, ...] = (), pdf: bytes = b""
    ) -> Exhibit:
        shown = pictures[0] if pictures else pdf
        return Exhibit(
            number=number,
            title=title,
            kind=kinds[min(number - 1, len(kinds) - 1)],
            received_at=received + timedelta(minutes=number),
            sha256=sha256(b"as received " + shown).hexdigest(),
            copy_sha256=sha256(shown).hexdigest(),
            dated=dated,
            pictures=pictures,
            pdf=pdf,
        )

    return (
        exhibit(1, "쿠팡에서 받은 유출 안내 문자", date(2025, 11, 29), (notice,)),
        exhibit(2, "주문 내역(2025년 7월~10월)", date(2025, 12, 1), pdf=order),
        exhibit(3, "배송 지연을 가장한 스미싱 문자 화면", None, (message,)),
    )


def screenshot(title: str, lines: tuple[str, ...]) -> bytes:
    """A picture of a phone's screen with a message, as JPEG."""
    picture = Image.new("RGB", (1080, 1920), "#eef1f5")
    draw = ImageDraw.Draw(picture)
    large, small = (ImageFont.truetype(str(face("sans").path), size) for size in (54, 44))
    draw.rectangle((0, 0, 1080, 150), fill="#ffffff")
    draw.text((60, 48), "문자 메시지", font=large, fill="#1c2430")
    draw.rounded_rectangle((60, 240, 960, 420 + 76 * len(lines)), 40, fill="#ffffff")
    draw.text((110, 280), title, font=large, fill="#1c2430")
    for place, line in enumerate(lines):
        draw.text((110, 380 + 76 * place), line, font=small, fill="#505a68")
    for y in range(900, 1800, 6):
        draw.line((60, y, 60 + (y * 37) % 900, y), fill=(220, 225 - y % 30, 232))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()


def sample_pdf() -> bytes:
    """Two pages of text; the second is stored sideways and turned by its /Rotate."""
    objects, pages = Objects(), []
    subset = Subset.of(face("sans"), ["0123456789-· 주문번호"])
    font, tree = put_font(objects, subset), objects.take()
    for sideways in (False, True):
        orders = [f"2025-0{7 + row % 3}-{11 + row} · 주문번호 {4021 + row * 17}" for row in range(14)]
        rows = [_row(60, 762 - 26 * row, text, subset, sideways) for row, text in enumerate(orders)]
        content = objects.add(stream(f"BT /F1 13 Tf {' '.join(rows)} ET".encode()))
        box, turned = ("842 595", "/Rotate 90") if sideways else ("595 842", "")
        pages.append(
            objects.add(
                f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {box}]{turned}/Contents {content} 0 R"
                f"/Resources<</Font<</F1 {font} 0 R>>>>>>"
            )
        )
    objects.put(tree, f"<</Type/Pages/Count 2/Kids[{pages[0]} 0 R {pages[1]} 0 R]>>".encode())
    root = objects.add(f"<</Type/Catalog/Pages {tree} 0 R>>")
    about = objects.add("<</Producer(a shop)>>")
    return bytes(objects.write(root=root, about=about, identity=bytes(16)).data)


def _row(x: int, y: int, text: str, subset: Subset, sideways: bool) -> str:
    matrix = f"0 1 -1 0 {842 - y} {x}" if sideways else f"1 0 0 1 {x} {y}"
    return f"{matrix} Tm <{''.join(subset.codes[character] for character in text)}> Tj"
