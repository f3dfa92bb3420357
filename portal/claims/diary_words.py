"""The harm diary in the reader's words: amounts, times, kinds, and why an amount was not taken."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.claims.diary import NotAnAmount, Totals
from portal.claims.particulars import Incident, Money
from portal.matters.matter import Matter
from portal.web import language


def kind_name(matter: Matter, incident: Incident) -> str:
    """The kind of an entry; one that the matter no longer lists is called something else."""
    found = next((kind for kind in matter.incidents if kind.id == incident.kind), None)
    return found.name[language.current()] if found else _("Something else")


def money(amount: Money) -> str:
    """350,000 won, or 1,234.50 US dollars, as the reader's language writes it."""
    if amount.currency == "KRW":
        return _("KRW %(amount)s", amount=f"{amount.amount:,.0f}")
    return _("USD %(amount)s", amount=f"{amount.amount:,.2f}")


def duration(minutes: int) -> str:
    """2 hours 30 minutes."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(num)s hour", "%(num)s hours", hours))
    if rest or not hours:
        parts.append(ngettext("%(num)s minute", "%(num)s minutes", rest))
    return " ".join(parts)


def days(incident: Incident) -> str:
    """The day, or the first and the last."""
    first = language.day(incident.on)
    return (
        _("%(first)s to %(last)s", first=first, last=language.day(incident.until))
        if incident.until
        else first
    )


def sums(totals: Totals) -> str:
    """What a diary adds up to, on one line."""
    parts = [ngettext("%(num)s entry", "%(num)s entries", totals.incidents)]
    parts += [money(one) for one in totals.money]
    if totals.minutes:
        parts.append(duration(totals.minutes))
    return " · ".join(parts)


def refusal(error: NotAnAmount) -> str:
    """Why an amount was not taken, and how to write it."""
    return {
        "nothing": _("Enter an amount above zero, or leave the field empty."),
        "shape": _("Enter the amount in figures, like 350,000 or 12.50."),
        "commas": _("A comma separates thousands: write 1,234 or 1234."),
        "decimals": _("Won have no decimals: write 12,500 or choose US dollars."),
        "currency": _("The amount names another currency than the one you chose. Choose the right one."),
        "large": _("This amount is too large to be taken here. Check the number of zeros."),
    }[error.why]
