"""How values are shown to people: dates, times, masked names and contacts. One function for each kind of value."""

import phonenumbers
from flask import Flask

from portal.web import language


def install(app: Flask) -> None:
    """Make them filters in templates."""
    for function in (
        language.moment,
        language.short_moment,
        language.day,
        phone_number,
        masked_name,
        masked_email,
        masked_phone,
        masked_contact,
    ):
        app.jinja_env.filters[function.__name__] = function


def phone_number(number: str) -> str:
    """+821012345678 as 010-1234-5678; numbers of other countries with their code and in their groups."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    kinds = phonenumbers.PhoneNumberFormat
    style = kinds.NATIONAL if parsed.country_code == 82 else kinds.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def masked_name(name: str) -> str:
    """홍길동 as 홍*동, 이수 as 이*, Jane Smith as J*** S****."""
    if any("가" <= character <= "힣" or "一" <= character <= "鿿" for character in name):
        if len(name) <= 2:
            return name[:1] + "*"
        return name[0] + "*" * (len(name) - 2) + name[-1]
    return " ".join(word[:1] + "*" * (len(word) - 1) for word in name.split())


def masked_email(address: str) -> str:
    """hong.gildong@example.com as ho***@…: enough to recognise one's own, not to learn another's."""
    local, at, _domain = address.partition("@")
    return f"{local[:2]}***@…" if at else ""


def masked_phone(number: str) -> str:
    """+821012345678 as 010-****-5678; other countries keep their code and last four digits."""
    if number.startswith("+82") and len(number) >= 11:
        return f"0{number[3:5]}-****-{number[-4:]}"
    return f"{number[:2]} ****-{number[-4:]}" if len(number) > 6 else ""


def masked_contact(value: str) -> str:
    """An e-mail address or an E.164 number, masked."""
    return masked_phone(value) if value.startswith("+") else masked_email(value)
