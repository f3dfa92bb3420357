"""Particulars masked until somebody who may see them asks to, group by group; each asking is in the record.

Groups are those of authorisation.toml ``[fields]``. One that an office's purpose does not need is not shown at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.claims.models import Engagement
from portal.claims.particulars import Address, Particulars
from portal.errors import PortalError
from portal.review.models import Unmasking
from portal.web import Staff, rights
from portal.web.shown import masked_email, masked_name, masked_phone

HOLDS = timedelta(minutes=15)
"""How long an unmasking holds for one sitting and engagement: about the time that a claim is worked on."""
GROUPS = ("name", "birth_date", "contact", "address", "representatives", "account", "harm", "joinder", "trades",
          "evidence")  # fmt: skip
"""The groups that are masked. Signatures, the authority record and letters are shown to those who may see them."""


class NotTheirs(PortalError):
    """A group of fields that this person may not see, or that does not exist."""


class Mask:
    """What of one engagement is shown to one person now, and what they could have shown."""

    def __init__(self, staff: Staff, engagement: Engagement, unmasked: Collection[str]) -> None:
        here = engagement.jurisdiction
        may = staff.may("claims.unmask", here)
        self.needed = frozenset(name for name in rights.matrix().fields if rights.needed(name, here))
        self.sees = frozenset(name for name in self.needed if staff.sees(name, here))
        self.may_unmask = frozenset(name for name in GROUPS if may and name in self.sees)
        self.unmasked = self.may_unmask & set(unmasked)

    @property
    def masked(self) -> frozenset[str]:
        """The groups that this person could still unmask."""
        return self.may_unmask - self.unmasked

    def open(self, group: str) -> bool:
        """Whether a group is shown as it is."""
        return group in self.unmasked

    def name(self, name: str) -> str:
        """A name, as far as it is shown."""
        return name if self.open("name") else masked_name(name)


def mask_for(session: Session, staff: Staff, engagement: Engagement, now: datetime) -> Mask:
    """What is shown of an engagement to somebody."""
    query = sa.select(Unmasking.field).where(
        Unmasking.session_id == staff.session_id,
        Unmasking.engagement_id == engagement.id,
        Unmasking.until > now,
    )
    return Mask(staff, engagement, set(session.scalars(query)))


def unmask(
    session: Session, staff: Staff, engagement: Engagement, fields: Iterable[str], now: datetime
) -> None:
    """Show these groups of an engagement to somebody for a while. Raises NotTheirs and changes nothing then."""
    wanted = frozenset(fields)
    if not wanted or not wanted <= Mask(staff, engagement, ()).may_unmask:
        raise NotTheirs("a group of fields that is not theirs to see")
    session.execute(sa.delete(Unmasking).where(Unmasking.until <= now))
    for field in sorted(wanted):
        session.merge(
            Unmasking(
                session_id=staff.session_id, engagement_id=engagement.id, field=field, until=now + HOLDS
            )
        )
    audit.record(
        session, now=now, actor=Actor("staff", staff.id), action="claim.unmasked", subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction, fields=sorted(wanted),
    )  # fmt: skip


def mask_again(session: Session, session_id: UUID, engagement_id: UUID) -> None:
    """Mask everything of an engagement again in one sitting."""
    mine = (Unmasking.session_id == session_id, Unmasking.engagement_id == engagement_id)
    session.execute(sa.delete(Unmasking).where(*mine))


def masked(particulars: Particulars, mask: Mask) -> Particulars:
    """The particulars as far as they are shown: what pages are handed, so that none can show more by mistake.

    Of a name its first letters, of a birth date the year, of an address the city; of what people wrote, nothing.
    """
    changes: dict[str, object] = {}
    if not mask.open("name") and particulars.name:
        name = particulars.name
        hidden = {part: masked_name(getattr(name, part)) for part in ("hangul", "hanja", "passport")}
        changes["name"] = name.model_copy(update=hidden)
    if not mask.open("birth_date"):
        changes["birth_date"] = None
    if not mask.open("contact"):
        changes |= {
            "contacts": tuple(
                one.model_copy(
                    update={"value": masked_email(one.value) if one.kind == "email" else masked_phone(one.value)}
                )
                for one in particulars.contacts
            ),
            "replaced": (), "phrase": "", "phone": masked_phone(particulars.phone) if particulars.phone else "",
        }  # fmt: skip
    if not mask.open("address"):
        changes["address"] = None
    if not mask.open("representatives"):
        changes |= {"representatives": (), "company": None, "deceased": None}
    if not mask.open("account"):
        changes["account"] = None
    if not mask.open("harm"):
        changes["diary"] = ()
    if not mask.open("joinder"):
        changes |= {"joinder": None, "other": None}
    if not mask.open("trades"):
        changes["securities"] = None
    return particulars.model_copy(update=changes)


def city(address: Address | None) -> str:
    """The city of an address, and nothing nearer: a Korean one begins with its 시 or 도."""
    if address is None:
        return ""
    if address.country == "KR":
        return " ".join(address.line1.split()[:1])
    return ", ".join(part for part in (address.city, address.region, address.country) if part)
