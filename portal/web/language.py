"""The reader's language stands in the path, as ``/ko/...`` or ``/en/...``; staff pages use the staff member's own."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, has_request_context, request
from flask_babel import format_datetime, to_user_timezone

LANGUAGES = {"ko": "한국어", "en": "English"}
PREFIX = "/<any(ko, en):lang>"
HOME_ZONES = {"kr": ZoneInfo("Asia/Seoul"), "us": ZoneInfo("America/New_York")}  # where counsel of each sit


def install(app: Flask) -> None:
    """Take the language out of the path before views run, and put it into every address they make."""
    app.url_value_preprocessor(_take)
    app.url_defaults(_give)
    app.context_processor(lambda: {"lang": current(), "in_language": in_language, "languages": LANGUAGES})


def current() -> str:
    """The language of this request: of the path, else of the staff member, else what the browser asks for."""
    if lang := g.get("lang") or _of_path():
        return str(lang)
    if staff := g.get("staff"):
        return str(staff.language)
    return preferred()


def _of_path() -> str:
    """The language that an address names even where no page answers to it, as /en/mistyped."""
    first = request.path.split("/", 2)[1] if has_request_context() else ""
    return first if first in LANGUAGES else ""


def preferred() -> str:
    """What the browser asks for; Korean when it asks for neither, for most people here read it."""
    return request.accept_languages.best_match(list(LANGUAGES)) or "ko"


def timezone() -> str:
    """Times are shown where counsel are: Seoul for Korean, New York for English."""
    return "Asia/Seoul" if current() == "ko" else "America/New_York"


def moment(value: Any) -> str:
    """A time in words with its zone's name, in the reader's language. CLDR's short Korean time prints "PM 2:05", and
    its short zone "+0900"."""
    pattern = "y. M. d. B h:mm (zzzz)" if current() == "ko" else "d MMMM y, h:mm a (zzz)"
    return format_datetime(value, pattern)


def short_moment(value: Any) -> str:
    """A time for dense tables, in the reader's zone: 11-24 12:00, with its year when that is another."""
    # Digits alone need no locale: a table of fifty times is then set in a tenth of the time.
    local = to_user_timezone(value)
    this_year = local.year == to_user_timezone(datetime.now(UTC)).year
    return str(local.strftime("%m-%d %H:%M" if this_year else "%Y-%m-%d %H:%M"))


def day(value: Any, lang: str | None = None) -> str:
    """A date as people of the language write it: 2025. 11. 29. or 29 November 2025."""
    if (lang or current()) == "ko":
        return f"{value.year}. {value.month}. {value.day}."
    return f"{value.day} {value:%B} {value.year}"


def in_language(lang: str) -> str:
    """This very page in another language."""
    parts = request.path.split("/", 2)
    query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    if len(parts) > 1 and parts[1] in LANGUAGES:
        return f"/{lang}/{parts[2] if len(parts) > 2 else ''}{query}"
    return f"/{lang}/"


def _take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "lang" in values:
        g.lang = values.pop("lang")


def _give(endpoint: str, values: dict[str, Any]) -> None:
    from flask import current_app

    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = current()
