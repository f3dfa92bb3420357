"""The matter's public pages: the page itself, who the company is, and the words of the law. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Flask, abort, render_template, request
from flask_babel import format_date, format_datetime, ngettext
from flask_babel import gettext as _

from portal.eligibility.calendars import Ending, LastDay, Slip, counts, ending, read_day
from portal.eligibility.terms import with_terms
from portal.eligibility.views import blueprint, open_tracks
from portal.matters.matter import Matter
from portal.matters.page import Clock
from portal.web import allow, runtime
from portal.web.language import HOME_ZONES, current
from portal.web.public import kept


@dataclass(frozen=True)
class YourDate:
    """A clock with what a visitor said, and what comes of it: an ending, or a sentence that says what is wrong."""

    clock: Clock
    typed: str = ""
    ending: Ending | None = None
    error: str = ""


@blueprint.get("/")
@allow.anybody
@kept
def matter_page() -> str:
    """The public page of the matter. With a day in the query it also says when that visitor's period ends."""
    matter, now = _matter(), runtime().clock()
    told = matter.toml
    return render_template(
        "matter/page.html",
        open_tracks=open_tracks(matter),
        now=now,
        your_dates=[_your_date(clock, now) for clock in told.clocks],
        counts=counts(told.disclosure) if told.disclosure else (),
        last_day=LastDay,
    )


@blueprint.get("/company")
@allow.anybody
@kept
def company() -> str:
    """Who the company is, for people who have never heard of it."""
    if _matter().toml.company is None:
        abort(404)
    return render_template("matter/company.html")


@blueprint.get("/glossary")
@allow.anybody
@kept
def glossary() -> str:
    """The words of the law that the pages use, in the order of the reader's alphabet."""
    lang = current()
    if not (terms := _matter().toml.glossary):
        abort(404)
    return render_template(
        "matter/glossary.html", terms=sorted(terms, key=lambda one: one.term[lang].casefold())
    )


def install(app: Flask) -> None:
    """Make days in words, and terms with their links, known to templates."""
    for function in (long_day, long_moment, days_left, with_terms, not_counted_word):
        app.jinja_env.filters[function.__name__] = function


def long_day(value: date) -> str:
    """A day in words with its weekday: 2028년 11월 29일 (수), or Wednesday, November 29, 2028."""
    return format_date(value, "y년 M월 d일 (E)" if current() == "ko" else "EEEE, MMMM d, y")


def long_moment(value: datetime) -> str:
    """A time in words, as clocks in its own zone show it."""
    pattern = "y년 M월 d일 (E) B h:mm" if current() == "ko" else "EEEE, MMMM d, y, h:mm a"
    return format_datetime(value.replace(tzinfo=None), pattern, rebase=False)


def days_left(left: int) -> str:
    """How much time is left until the end of a day."""
    if left < 0:
        return _("passed")
    if left == 0:
        return _("today is the last day")
    return ngettext("%(num)s day left", "%(num)s days left", left)


def not_counted_word(why: str) -> str:
    """Why a day is no business day, in the reader's language."""
    name, _mark, _rest = why.partition(" (")
    return {
        "weekend": _("weekend"),
        "closed": _("federal offices closed"),
        "New Year's Day": _("New Year's Day"),
        "Martin Luther King Jr. Day": _("Martin Luther King Jr. Day"),
        "Washington's Birthday": _("Washington's Birthday"),
        "Memorial Day": _("Memorial Day"),
        "Juneteenth National Independence Day": _("Juneteenth"),
        "Independence Day": _("Independence Day"),
        "Labor Day": _("Labor Day"),
        "Columbus Day": _("Columbus Day"),
        "Veterans Day": _("Veterans Day"),
        "Thanksgiving Day": _("Thanksgiving Day"),
        "Christmas Day": _("Christmas Day"),
    }.get(name, _("federal holiday"))


def _your_date(clock: Clock, now: datetime) -> YourDate:
    typed: Any = request.args.get(clock.id, "")
    if not typed:
        return YourDate(clock)
    found = read_day(typed, clock.earliest, now.astimezone(HOME_ZONES[clock.jurisdiction]).date())
    if isinstance(found, date):
        return YourDate(clock, found.isoformat(), ending(clock, found))
    return YourDate(clock, typed[:20], error=_slip(found, clock))


def _slip(slip: Slip, clock: Clock) -> str:
    if slip == "unreadable":
        return _("Write a date like 2025-11-29.")
    if slip == "late":
        return _("This day has not come yet.")
    return _("Choose a day from %(day)s on: nobody could know before.", day=long_day(clock.earliest))


def _matter() -> Matter:
    return runtime().matters.current().matter
