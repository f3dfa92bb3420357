"""Phone numbers as people type them, in their one form."""

import phonenumbers

from portal.web.typed import halfwidth


def read_phone(typed: str, also: str = "") -> str | None:
    """The number in E.164; None when there can be no such number.

    A number without its country's code is Korean, or else of the country ``also`` (ISO 3166).
    """
    for region in dict.fromkeys(("KR", also or "KR")):
        try:
            number = phonenumbers.parse(halfwidth(typed[:40]), region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None
