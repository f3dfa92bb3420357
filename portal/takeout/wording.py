"""The words of the download's README, in both languages."""

from __future__ import annotations

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from portal.matters.matter import Matter
from portal.web import language

LANGUAGES = ("ko", "en")


def readme(matter: Matter, number: str, now: datetime) -> str:
    """What is in the download and how to read it, first in Korean, then in English."""
    return ("\r\n\r\n" + "-" * 60 + "\r\n\r\n").join(
        "\r\n".join(_lines(matter, number, now, lang)) for lang in LANGUAGES
    ) + "\r\n"


def _lines(matter: Matter, number: str, now: datetime, lang: str) -> list[str]:
    zone = language.HOME_ZONES["kr" if lang == "ko" else "us"]
    local = now.astimezone(zone)
    with force_locale(lang):
        return [
            matter.toml.name["ko" if lang == "ko" else "en"],
            _("Claim number:") + f" {number}",
            _("Made on %(day)s, %(time)s", day=language.day(local, lang), time=f"{local:%H:%M} ({zone.key})"),
            "",
            _("This is everything that you gave, and what became of it."),
            "",
            "data/: "
            + _(
                "Your details, answers, consents, signatures, letters, messages and history, as JSON. Any text "
                "editor opens them."
            ),
            "evidence/as-received/: " + _("Your files, exactly as they came."),
            "evidence/made-harmless/: " + _("The copies that counsel sees, without hidden data."),
            "letters/: " + _("Files that you enclosed with letters."),
            "documents/: " + _("Your signed documents and receipts, sealed PDFs."),
            "",
            _(
                "Files bear numbers instead of names. Which number is which file stands in data/files.json; letters "
                "name theirs in data/letters.json."
            ),
            _(
                "It holds personal data. Keep it where only you can read it, and delete it when you no longer need it."
            ),
            _("A file that we could not open is named in data/unreadable.json; ask the law firm about it."),
        ]
