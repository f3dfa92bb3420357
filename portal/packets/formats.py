"""How packets write dates, times, names, numbers and what is masked."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale

from portal.claims.particulars import Particulars, PersonName
from portal.matters import placeholders
from portal.matters.bilingual import LANGUAGES, Text

SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")
_KOREAN_MOBILE = re.compile(r"\+82(10)(\d{4})(\d{4})")
HOME = {"kr": SEOUL, "us": NEW_YORK}


@lru_cache(4096)
def legal_date(day: date, language: str) -> str:
    """A date as legal texts of that language write it: 2025. 11. 29. or November 29, 2025."""
    return placeholders.legal_date(day, language)


def local_date(moment: datetime, jurisdiction: str, language: str) -> str:
    """The date of a moment where the packet is used: 2025. 11. 29. or November 29, 2025."""
    return legal_date(moment.astimezone(HOME[jurisdiction]).date(), language)


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """A moment to the second with the zone's name: 2025-11-29 14:05:09 KST."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"


def spoken_time(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """A moment to the minute as people write it, with the zone's short name: 2026. 11. 24. 오후 2:05 KST."""
    local = moment.astimezone(zone)
    hour, half = local.hour % 12 or 12, local.hour // 12
    day = legal_date(local.date(), language)
    if language == "ko":
        return f"{day} {('오전', '오후')[half]} {hour}:{local:%M} {local.tzname()}"
    return f"{day}, {hour}:{local:%M} {('a.m.', 'p.m.')[half]} {local.tzname()}"


def full_name(name: PersonName) -> str:
    """Every form of the name that was given: 김민준(金民俊), KIM MINJUN."""
    korean = f"{name.hangul}({name.hanja})" if name.hangul and name.hanja else name.hangul or name.hanja
    return ", ".join(part for part in (korean, name.passport) if part)


def claimant_name(who: Particulars) -> str:
    """Who claims: 김민준(金民俊), KIM MINJUN; or of a company 주식회사 가람, Garam Co., Ltd."""
    if who.company:
        return ", ".join(part for part in (who.company.name, who.company.name_latin) if part)
    return full_name(who.name) if who.name else ""


def short_name(who: Particulars, language: str) -> str:
    """The claimant's name in one language, where it has one."""
    if who.company:
        return (who.company.name_latin if language == "en" else "") or who.company.name
    return who.name.shown(language) if who.name else ""


def business_number(digits: str) -> str:
    """A 사업자등록번호 as it is written: 123-45-67890; anything else stands as it was given."""
    if len(digits) == 10 and digits.isdecimal():
        return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
    return digits


def span(first: date, last: date | None, language: str) -> str:
    """A day, or the first and last of several: 2025. 12. 2. ~ 2025. 12. 5."""
    if last is None or last == first:
        return legal_date(first, language)
    between = " ~ " if language == "ko" else " to "
    return legal_date(first, language) + between + legal_date(last, language)


def money(value: Decimal, currency: str, language: str) -> str:
    """An amount as that language writes it: 480,000원, KRW 480,000, USD 28.50, 28.50달러."""
    number = f"{value:,.2f}".removesuffix(".00")
    if language == "en":
        return f"{currency} {number}"
    return f"{number}{ {'KRW': '원', 'USD': '달러'}[currency] }"


def duration(minutes: int, language: str) -> str:
    """Time spent: 6시간 30분, 6 h 30 min."""
    hours, rest = divmod(minutes, 60)
    units = ("시간", "분") if language == "ko" else (" h", " min")
    parts = [f"{number}{unit}" for number, unit in zip((hours, rest), units, strict=True) if number]
    return " ".join(parts) or f"0{units[1]}"


def exhibit_letter(number: int) -> str:
    """1 is A, 26 is Z, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def amount(value: Decimal) -> str:
    """A number with thousands separated and no idle zeros: 1,250 or 28.16."""
    text = f"{value:,.4f}".rstrip("0")
    return text.rstrip(".") if "." in text else text


def phone(number: str) -> str:
    """An E.164 number as people write it: 010-1234-5678 in Korea, +1 201-555-0123 elsewhere."""
    if mobile := _KOREAN_MOBILE.fullmatch(number):
        return "0" + "-".join(mobile.groups())
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    home = parsed.country_code == 82
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def masked_contact(kind: str, value: str) -> str:
    """Enough to recognise an address or phone, too little to write to it: mi•••@naver.com, +8210•••5678."""
    if kind == "email":
        name, _, host = value.partition("@")
        return f"{name[:2] if len(name) > 3 else name[:1]}•••@{host}"
    return f"{value[:5]}•••{value[-4:]}"


def masked_origin(address: str) -> str:
    """A network address without the part that names one household: 203.0.113.•••, 2001:db8:•••."""
    if "." in address:
        return address.rpartition(".")[0] + ".•••"
    return ":".join(address.split(":")[:2]) + ":•••" if address else ""


@lru_cache(512)
def country(code: str) -> Text:
    """A country's name in both languages by its ISO 3166 code; an unknown code stands as it is."""
    names = {lang: Locale(lang).territories.get(code) or code or "–" for lang in LANGUAGES}
    return Text(ko=names["ko"], en=names["en"])


def grouped(digest: str, line: int = 8) -> str:
    """A SHA-256 in groups of eight digits, which a person can compare; `line` groups on each line."""
    groups = [digest[start : start + 8] for start in range(0, len(digest), 8)]
    return "\n".join(" ".join(groups[start : start + line]) for start in range(0, len(groups), line))
