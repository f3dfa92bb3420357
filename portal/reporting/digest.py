"""The daily digest: failures and dates by e-mail, to staff who asked for it, on the mornings on which they work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from portal.eligibility.pages import days_left, long_day
from portal.matters.matter import Matter
from portal.messages import service as messages
from portal.messages.wording import Wording, header
from portal.reporting import cure, dates
from portal.reporting.cure import CureDay
from portal.reporting.dates import Standing
from portal.reporting.models import DigestReader, SentDigest
from portal.reporting.trouble import Trouble, trouble
from portal.reporting.words import sure_word
from portal.runtime import Runtime
from portal.staff import service as accounts
from portal.staff.models import StaffMember
from portal.web import rights
from portal.web.calendars import works
from portal.web.language import HOME_ZONES, current

KIND = "digest"
SOON = 7  # days before a cure date from which it is spoken of
USEFUL = timedelta(
    hours=12
)  # a digest that could not leave until evening says nothing that the next one does not


@dataclass(frozen=True)
class Digest:
    """What one reader is told of one day: of the site, and of the offices where they work."""

    office: str
    day: date
    trouble: Trouble
    dates: tuple[Standing, ...]
    cure_days: tuple[CureDay, ...]

    @property
    def news(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.dates or self.cure_days) or not self.trouble.none


def chosen(session: Session, staff_id: UUID) -> bool:
    """Whether somebody gets the digest."""
    return session.get(DigestReader, staff_id) is not None


def turn(session: Session, staff_id: UUID, now: datetime) -> bool:
    """Begin to send it to somebody, or end it; answers whether they get it now."""
    held = session.get(DigestReader, staff_id, with_for_update=True)
    if held is not None:
        session.delete(held)
        return False
    session.add(DigestReader(staff_id=staff_id, chosen_at=now))
    return True


def due(session: Session, hour: int, now: datetime) -> list[UUID]:
    """Readers whose digest of today has not been dealt with, from the hour on, where they work and on working days."""
    query = sa.select(StaffMember).join(DigestReader, DigestReader.staff_id == StaffMember.id)
    found = []
    for member in session.scalars(query.where(StaffMember.disabled_at.is_(None))):
        local = now.astimezone(HOME_ZONES[office_of(member)])
        if local.hour < hour or not works(local.date(), office_of(member)):
            continue
        if session.get(SentDigest, (member.id, local.date())) is None:
            found.append(member.id)
    return found


def office_of(member: StaffMember) -> str:
    """Whose mornings and working days count for somebody: the office they work in, else that of their language."""
    places = rights.places(member.roles, "failures.read")
    return places[0] if places else {"ko": "kr"}.get(member.language, "us")


def of(session: Session, runtime: Runtime, matter: Matter, member: StaffMember, now: datetime) -> Digest:
    """What there is to tell somebody, held to their rights as they stand now."""
    failing = rights.places(member.roles, "failures.read")
    dated = rights.places(member.roles, "deadlines.read")
    return gathered(session, runtime, matter, office_of(member), failing, dated, now)


def gathered(
    session: Session,
    runtime: Runtime,
    matter: Matter,
    office: str,
    failing: Sequence[str],
    dated: Sequence[str],
    now: datetime,
) -> Digest:
    """What there is to tell on an office's day: of failures in some offices, and of dates in some."""
    found = dates.due_warnings(dates.standings(matter.deadlines, dated, now), now)
    cure_days = [one for one in cure.by_day(session, dated, now) if one.left <= SOON] if dated else []
    return Digest(
        office=office,
        day=now.astimezone(HOME_ZONES[office]).date(),
        trouble=trouble(session, runtime, failing),
        dates=tuple(found),
        cure_days=tuple(cure_days),
    )


def deal_with(session: Session, runtime: Runtime, matter: Matter, member: StaffMember, now: datetime) -> str:
    """Send somebody today's digest if there is anything to say, or once a week that there is not.

    Answers what was said. The caller has set the member's language. The row that notes it keeps a second worker from
    sending it again.
    """
    told = of(session, runtime, matter, member, now)
    said = "news" if told.news else "well" if first_of_week(told.day, told.office) else "nothing"
    session.add(SentDigest(staff_id=member.id, day=told.day, said=said))
    session.flush()
    if said != "nothing":
        person = accounts.person(session, runtime.vault, member)
        subject, body = words(told, runtime.settings.site_address)
        messages.queue_words(
            session,
            runtime,
            subject_id=member.subject_id,
            kind=KIND,
            language=member.language,
            wording=Wording(to=header(person.email), subject=header(subject), body=body),
            useless_after=now + USEFUL,
        )
    return said


def first_of_week(day: date, office: str) -> bool:
    """Whether a day is the first of its week on which an office works."""
    return not any(works(day - timedelta(days=n), office) for n in range(1, day.weekday() + 1))


def words(told: Digest, site: str) -> tuple[str, str]:
    """Subject and text in the language that is set. No link and nobody's name: where to look is said in words."""
    day = long_day(told.day)
    if not told.news:
        subject = _("All is well: %(day)s", day=day)
        return subject, _("Nothing has failed, and no date is near. This message comes once a week.") + "\n"
    blocks = [_failures(told.trouble), _dates(told.dates), _cure_days(told.cure_days)]
    body = "\n\n".join("\n".join(block) for block in map(list, blocks) if block)
    foot = _(
        "Sign in at %(site)s to see more. You chose this message on the page of dates or of numbers.",
        site=site,
    )
    return _("Failures and dates: %(day)s", day=day), f"{body}\n\n{foot}\n"


def _failures(found: Trouble) -> Iterator[str]:
    if found.none:
        return
    yield _("Failures")
    for label, number in found.lines():
        if number:
            yield f"- {label}: {number:,}"
    if found.unchecked:
        yield "- " + _("The stored files were not checked in the last two days.")


def _dates(found: tuple[Standing, ...]) -> Iterator[str]:
    if not found:
        return
    yield _("Dates")
    for one in found:
        yield f"- {long_day(one.day)}, {days_left(one.days)}: {one.of.title[current()]} ({sure_word(one.of.sure)})"


def _cure_days(found: tuple[CureDay, ...]) -> Iterator[str]:
    late = sum(one.claims for one in found if one.left < 0)
    soon = [one for one in found if one.left >= 0]
    if not found:
        return
    yield _("Answers that claimants were asked for")
    if late:
        yield "- " + ngettext(
            "%(num)s claim: the date has passed", "%(num)s claims: the date has passed", late
        )
    for one in soon:
        claims = ngettext("%(num)s claim", "%(num)s claims", one.claims)
        yield f"- {long_day(one.day)}, {days_left(one.left)}: {claims}"
