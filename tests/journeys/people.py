"""Invented claimants of the journeys, and every form in which their data must not lie about."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

Fields = dict[str, str]


@dataclass(frozen=True)
class Person:
    """One claimant: what she answers, chooses and types. ``planted`` are the words that give her away."""

    lang: str
    email: str
    answers: Fields
    tracks: tuple[str, ...]
    details: dict[str, Fields]
    place: str
    planted: tuple[str, ...]
    masked: tuple[str, ...] = field(default=(), repr=False)

    @property
    def signature(self) -> str:
        """The name as it is typed for a signature."""
        name = self.details["name"]
        return (name.get("hangul") if self.lang == "ko" else "") or name["passport"]


NOH = Person(
    lang="ko",
    email="noh.dambi.417@example.com",
    answers={
        "acting": "self",
        "residence": "kr",
        "account": "yes",
        "notice": "sms",
        "harm": "contact",
        "release": "none",
        "other_case": "none",
        "insider": "none",
        "shares": "none",
    },
    tracks=("kr-consumer", "us-consumer"),
    details={
        "phrase": {"phrase": "보라 고래 셋"},
        "name": {"hangul": "노담비", "hanja": "盧談飛", "passport": "NOH DAMBI"},
        "birth": {"birth-year": "1987", "birth-month": "10", "birth-day": "29"},
        "address": {
            "postcode": "48303",
            "line1": "부산광역시 수영구 파도소리로 417",
            "line2": "203동 1904호",
        },
        "contact": {"phone": "010-9182-7364", "correspondence": "ko"},
        "account": {
            "email": "dambi.shop@example.org",
            "phone": "010-5647-3829",
            "noticed-year": "2025",
            "noticed-month": "11",
            "noticed-day": "30",
        },
        "harm": {"harm": "배송 조회라며 제 이름을 부르는 문자를 열두 번 받았습니다.\n잠을 설쳤습니다."},
        "joinder": {
            "lawyer": "none", "suit": "none", "mediation": "none", "release": "none", "voucher": "unused",
            "payment": "none",
        },
    },
    place="KR",
    planted=(
        "노담비", "盧談飛", "NOH DAMBI", "noh.dambi.417@example.com", "dambi.shop@example.org", "010-9182-7364",
        "+821091827364", "01091827364", "9182-7364", "010-5647-3829", "+821056473829", "파도소리로", "203동 1904호",
        "보라 고래 셋", "열두 번 받았습니다", "1987-10-29", "1987. 10. 29.",
    ),
    masked=("노*비", "010-****-7364"),
)  # fmt: skip

HALVORSEN = Person(
    lang="en",
    email="w.halvorsen@example.net",
    answers={
        "acting": "self",
        "residence": "us",
        "account": "yes",
        "notice": "email",
        "harm": "worry",
        "release": "none",
        "other_case": "none",
        "insider": "none",
        "shares": "direct",
        "purchase": "class",
        "sale": "held",
    },
    tracks=("kr-consumer", "us-consumer", "us-securities"),
    details={
        "phrase": {"phrase": "seventeen brass kettles"},
        "name": {"passport": "WILHELMINA HALVORSEN"},
        "birth": {"birth-year": "1979", "birth-month": "4", "birth-day": "2"},
        "address": {
            "line1": "1886 Marigold Terrace",
            "line2": "Apt 9C",
            "city": "Poughkeepsie",
            "region": "NY",
            "postcode": "12601",
        },
        "contact": {"phone": "+1 845 555 0142", "correspondence": "en"},
        "account": {"noticed-year": "2025", "noticed-month": "12", "noticed-day": "1"},
        "harm": {"harm": "I changed every password and watched my accounts for a week."},
        "joinder": {
            "lawyer": "none", "suit": "none", "mediation": "none", "release": "none", "voucher": "none",
            "payment": "none", "lead": "none",
        },
        "securities": {
            "trades-0-on": "2025-08-11",
            "trades-0-quantity": "120",
            "trades-0-price": "28.16",
            "trades-0-account": "brokerage",
            "trades-1-on": "2025-10-03",
            "trades-1-quantity": "80",
            "trades-1-price": "31.05",
            "trades-1-account": "brokerage",
        },
    },
    place="US",
    planted=(
        "WILHELMINA", "HALVORSEN", "Halvorsen", "w.halvorsen@example.net", "845 555 0142", "+18455550142",
        "845-555-0142", "Marigold Terrace", "Poughkeepsie", "seventeen brass kettles", "watched my accounts",
        "1979-04-02", "2 April 1979", "April 2, 1979",
    ),
    masked=("W********* H********",),
)  # fmt: skip


def traces(words: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Each word with the bytes that would give it away: as UTF-8 (composed or not), in JSON, and as UTF-16."""
    for word in words:
        forms = {
            word.encode(),
            unicodedata.normalize("NFD", word).encode(),
            json.dumps(word)[1:-1].encode(),
            word.encode("utf-16-le"),
            word.encode("utf-16-be"),
        }
        for form in sorted(forms):
            yield word, form
