"""Whether messages reach the claimant, and whether they are reminded: for the claim's page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.claims import reminders, telling
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.messages import stops
from portal.messages.addresses import masked
from portal.runtime import Runtime


@dataclass(frozen=True)
class Reaching:
    """Contacts that messages came back from, shown half; whether another one still works; and reminders.

    ``kinds`` says by what the claim is opened: email, phone, or both.
    """

    kinds: frozenset[str] = frozenset()
    unreached: tuple[str, ...] = ()
    reached_otherwise: bool = False
    remindable: bool = False
    reminded: bool = False


def read(session: Session, runtime: Runtime, claim: Claim, particulars: Particulars) -> Reaching:
    """How it stands."""
    contacts = telling.contacts_of(runtime, particulars)
    stopped = stops.stopped_among(session, runtime.vault, contacts)
    return Reaching(
        kinds=frozenset(one.kind for one in particulars.contacts),
        unreached=tuple(masked(one) for one in contacts if one in stopped),
        reached_otherwise=len(stopped) < len(contacts),
        remindable=reminders.may_be_reminded(claim),
        reminded=claim.reminders_off_at is None,
    )
