"""What dates are called: their kinds, how sure they are, and why a day does not count."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from portal.eligibility.pages import not_counted_word
from portal.web.calendars import day_off


def kind_word(kind: str) -> str:
    """What a date is about."""
    return {
        "limitation": _("Limitation"),
        "filing": _("Filing"),
        "service": _("Service"),
        "hearing": _("Hearing"),
        "notice": _("Notice"),
        "disclosure": _("Disclosure"),
        "internal": _("Our own"),
    }[kind]


def sure_word(sure: str) -> str:
    """How sure a date is."""
    return {
        "A": _("Read at its source"),
        "B": _("To be confirmed by counsel"),
        "C": _("Assumed"),
    }[sure]


def off_word(day: date, jurisdiction: str) -> str:
    """Why a day is no working day there; empty where it is one."""
    why = day_off(day, jurisdiction)
    return not_counted_word(why) if why and (jurisdiction == "us" or why == "weekend") else why
