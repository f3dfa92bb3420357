"""What was said in each step, in words and in the reader's language, for looking through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.claims import diary, diary_words, joinder
from portal.claims.case_forms import OtherForm
from portal.claims.exposed import exposed_texts
from portal.claims.fields import shown_phone
from portal.claims.kinds import MINOR
from portal.claims.models import Claim
from portal.claims.particulars import (
    AccountFacts,
    Company,
    Deceased,
    Incident,
    OtherCounsel,
    Particulars,
    PersonName,
    Representative,
    Securities,
    Trade,
)
from portal.claims.party_forms import RELATIONS, shown_contact
from portal.claims.places import country_name
from portal.claims.registration import shown_registration
from portal.claims.steps import steps_of
from portal.matters.matter import Matter
from portal.web import language

Rows = list[tuple[str, str]]
NOTHING = "–"


@dataclass(frozen=True)
class Group:
    """One step with what it holds; ``fixed`` rows are shown with it but not changed there."""

    step: str
    rows: Rows
    fixed: tuple[tuple[str, str], ...] = ()


def summary(claim: Claim, particulars: Particulars, matter: Matter) -> list[Group]:
    """Every step of the claim with its rows; a step not done has rows without values."""
    readers: dict[str, Callable[[], Rows]] = {
        "phrase": lambda: [(_("Your phrase"), particulars.phrase)],
        "company": lambda: _company(particulars.company),
        "deceased": lambda: _deceased(particulars.deceased),
        "representative": lambda: _representative(particulars.representative("r1")),
        "other-parent": lambda: _other_parent(particulars, matter),
        "name": lambda: _name(particulars.name or PersonName()),
        "birth": lambda: [
            (_("Date of birth"), language.day(particulars.birth_date) if particulars.birth_date else "")
        ],
        "address": lambda: [(_("Address"), _address(particulars))],
        "contact": lambda: _contact(claim, particulars),
        "account": lambda: _account(particulars, matter),
        "harm": lambda: [
            (_("What happened to you"), particulars.account.harm if particulars.account else "")
        ],
        "diary": lambda: _diary(particulars, matter),
        "other": lambda: _other(particulars.other),
        "joinder": lambda: declared_rows(joinder.declared(matter, claim.tracks, particulars.joinder)),
        "securities": lambda: _securities(particulars.securities or Securities()),
    }
    proved = tuple(
        (_("Phone number, confirmed"), shown_phone(one.value))
        if one.kind == "phone"
        else (_("E-mail address, confirmed"), one.value)
        for one in particulars.contacts
    )
    return [
        Group(
            step.name,
            [(label, value or NOTHING) for label, value in readers[step.name]()],
            proved if step.name == "contact" else (),
        )
        for step in steps_of(matter, claim)
        if step.name in readers
    ]


def _name(name: PersonName) -> Rows:
    return [
        (_("Name in Hangul"), name.hangul),
        (_("Name in Hanja"), name.hanja),
        (_("Name as in the passport"), name.passport),
    ]


def _company(company: Company | None) -> Rows:
    held = company or Company(name="", country="")
    return [
        (_("Name of the company or organization"), held.name),
        (_("Name in Latin letters"), held.name_latin),
        (_("Where it is registered"), country_name(held.country, language.current()) if held.country else ""),
        (_("Business registration number (사업자등록번호)"), shown_registration(held.registration)),
    ]


def _deceased(deceased: Deceased | None) -> Rows:
    if deceased is None:
        return [(_("The person who died"), "")]
    return [
        *_name(deceased.name),
        (_("Date of birth"), language.day(deceased.birth_date) if deceased.birth_date else ""),
        (_("Date of death"), language.day(deceased.died_on)),
        (_("How were you related?"), str(RELATIONS[deceased.relation])),
        (_("Your share"), f"{deceased.share_of}/{deceased.share_in}"),
        (_("Other heirs, as far as you know"), deceased.other_heirs),
    ]


def _representative(who: Representative | None) -> Rows:
    if who is None:
        return [(_("Name"), "")]
    rows = [(_("Name in Hangul"), who.name.hangul), (_("Name as in the passport"), who.name.passport)]
    if who.position:
        rows.append((_("Title"), who.position))
    if who.invited:
        rows.append((_("E-mail address or mobile number"), shown_contact(who.invited)))
    return rows


def _other_parent(particulars: Particulars, matter: Matter) -> Rows:
    kind = matter.claimants.kind(MINOR)
    exception = kind.exception(particulars.exception) if kind and particulars.exception else None
    if exception:
        return [(_("Who signs?"), exception.text[language.current()])]
    second = particulars.representative("r2")
    both = _("Both parents sign") if second else ""
    return [(_("Who signs?"), both), *(_representative(second) if second else [])]


def _address(particulars: Particulars) -> str:
    address = particulars.address
    if address is None:
        return ""
    if address.country == "KR":
        return address.shown()
    named = address.model_copy(update={"country": country_name(address.country, language.current())})
    return named.shown()


def _contact(claim: Claim, particulars: Particulars) -> Rows:
    return [
        (_("Phone number"), shown_phone(particulars.phone) if particulars.phone else ""),
        (_("Language of our messages"), language.LANGUAGES[claim.language]),
    ]


def _account(particulars: Particulars, matter: Matter) -> Rows:
    account = particulars.account or AccountFacts()
    exposed = exposed_texts(matter, account.exposed)
    same = _("The same as above") if particulars.account else ""
    return [
        (_("E-mail address of the account"), account.email or same),
        (_("Phone number of the account"), shown_phone(account.phone) if account.phone else same),
        (_("Notice arrived"), language.day(account.noticed_on) if account.noticed_on else ""),
        (_("Data that the notice named"), ", ".join(text[language.current()] for text in exposed)),
    ]


def _diary(particulars: Particulars, matter: Matter) -> Rows:
    rows = [
        (f"{diary_words.kind_name(matter, one)} · {diary_words.days(one)}", incident_line(one))
        for one in diary.in_order(particulars.diary)
    ]
    if totals := diary.totals(particulars.diary):
        rows.append((_("Together"), diary_words.sums(totals)))
    words = particulars.account.harm if particulars.account else ""
    return [*rows, (_("Anything else"), words)] if rows or words else [(_("Incidents"), "")]


def incident_line(incident: Incident) -> str:
    """What an entry of the diary says beside its kind and day, on one line."""
    parts = [incident.text]
    if incident.lost:
        parts.append(diary_words.money(incident.lost))
    if incident.minutes:
        parts.append(diary_words.duration(incident.minutes))
    if incident.reported:
        parts.append(_("reported: %(where)s", where=incident.reported))
    return " · ".join(part for part in parts if part)


def incident_rows(matter: Matter, incident: Incident) -> Rows:
    """An entry of the diary as label and value."""
    rows = [
        (_("What it was"), diary_words.kind_name(matter, incident)),
        (_("When it happened"), diary_words.days(incident)),
        (_("What you wrote"), incident.text),
        (_("Money lost or spent"), diary_words.money(incident.lost) if incident.lost else ""),
        (_("Time spent"), diary_words.duration(incident.minutes) if incident.minutes else ""),
        (_("Reported to"), incident.reported),
    ]
    return [(label, value) for label, value in rows if value]


def declared_rows(declared: Iterable[joinder.Declared]) -> Rows:
    """What was declared about other suits, as label and value."""
    return [(one.question.name[language.current()], said(one)) for one in declared]


def said(declared: joinder.Declared) -> str:
    """An answer with the words beside it."""
    text = declared.option.text[language.current()]
    return f"{text}: {declared.details}" if declared.details else text


def _other(other: OtherCounsel | None) -> Rows:
    form = OtherForm(formdata=None, meta={"csrf": False})
    chosen = {name: dict(form[name].choices) for name in ("lawyer", "voucher", "release")}
    return [
        (_("Another lawyer or suit"), str(chosen["lawyer"][other.lawyer]) if other else ""),
        *([(_("Which lawyer or suit?"), other.details)] if other and other.details else []),
        (_("Compensation voucher"), str(chosen["voucher"][other.voucher]) if other else ""),
        (_("Agreement not to claim"), str(chosen["release"][other.release]) if other else ""),
    ]


def _securities(held: Securities) -> Rows:
    trades = [
        (_("Trade %(number)s", number=number), _trade(one)) for number, one in enumerate(held.trades, 1)
    ]
    return [*(trades or [(_("Trades"), "")]), (_("Lead roles in other cases"), held.lead_roles)]


def _trade(trade: Trade) -> str:
    side = _("Bought") if trade.side == "buy" else _("Sold")
    price = f"USD {trade.price.normalize():f}"
    parts = [language.day(trade.on), side, f"{trade.quantity.normalize():f} × {price}", trade.account]
    return " · ".join(part for part in parts if part)
