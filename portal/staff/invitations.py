"""Accounts by invitation: a one-time code by e-mail, with which the person sets their own password."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import SYSTEM, Actor
from portal.database import new_id
from portal.runtime import Runtime
from portal.staff import factors, notices, service
from portal.staff.errors import NoInvitation
from portal.staff.models import StaffInvitation, StaffMember
from portal.vault import Vault

LIFE = timedelta(hours=72)
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 16  # 78 bits


def invite(
    session: Session,
    runtime: Runtime,
    person: service.Person,
    *,
    roles: Iterable[str],
    language: str,
    by: Actor = SYSTEM,
) -> StaffMember:
    """An account whose owner has still to choose a password; they are sent a code.

    Raises AlreadyStaff or UnknownRight.
    """
    now = runtime.clock()
    member = service.add(
        session, runtime.vault, person, roles=roles, language=language, password=None, by=by, now=now
    )
    invite_again(session, runtime, member, by=by)
    return member


def invite_again(session: Session, runtime: Runtime, member: StaffMember, *, by: Actor = SYSTEM) -> None:
    """A new code to somebody who has not joined yet; the one before stops working. Raises NoInvitation otherwise."""
    if member.password_hash or member.disabled_at:
        raise NoInvitation("this account has a password, or is closed")
    _send(session, runtime, member, "invited", by)


def reset(
    session: Session, runtime: Runtime, member: StaffMember, *, forget_factor: bool, by: Actor = SYSTEM
) -> None:
    """Take the password away and send a code for a new one; the second factor stays unless its loss was proved.

    Raises OwnAccount.
    """
    service.reset(session, member, None, forget_factor=forget_factor, by=by, now=runtime.clock())
    _send(session, runtime, member, "reset", by)


def accept(session: Session, runtime: Runtime, email: str, code: str, password: str) -> StaffMember:
    """Take an invitation up: the password is set, the code is spent. The second factor is asked for next.

    Raises WeakPassword before the code is looked at, and NoInvitation, which counts as a wrong sign-in does: keep the
    transaction either way.
    """
    now = runtime.clock()
    hashed = factors.hash_password(password)  # also for strangers, so that all wait alike
    member = service.find_locked(session, runtime.vault, email)
    invitation = _open_invitation(session, member, now) if member is not None else None
    right = invitation is not None and secrets.compare_digest(
        invitation.code_digest, _digest(runtime.vault, code)
    )
    if member is None or service.is_locked(member, now):
        raise NoInvitation("no such invitation")
    if invitation is None or not right:
        service.count_failure(session, member, now, "invitation")
        raise NoInvitation("no such invitation")
    invitation.ended_at = now
    member.password_hash = hashed
    member.failures, member.locked_until = 0, None
    audit.record(
        session, now=now, actor=Actor("staff", member.id), action="staff.invitation_used", subject=member.id
    )
    return member


def pending(session: Session, member: StaffMember) -> StaffInvitation | None:
    """The newest invitation of somebody, unless it was used or replaced; it may have expired."""
    query = sa.select(StaffInvitation).where(
        StaffInvitation.staff_id == member.id, StaffInvitation.ended_at.is_(None)
    )
    return session.scalars(query.order_by(StaffInvitation.created_at.desc()).limit(1)).first()


def withdraw(session: Session, member: StaffMember, now: datetime) -> None:
    """No code that was sent to this person works any more."""
    live = sa.update(StaffInvitation).where(
        StaffInvitation.staff_id == member.id, StaffInvitation.ended_at.is_(None)
    )
    session.execute(live.values(ended_at=now))


def _send(session: Session, runtime: Runtime, member: StaffMember, what: str, by: Actor) -> None:
    now = runtime.clock()
    withdraw(session, member, now)
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    session.add(
        StaffInvitation(
            id=new_id(),
            staff_id=member.id,
            code_digest=_digest(runtime.vault, letters),
            by_id=by.id,
            created_at=now,
            expires_at=now + LIFE,
        )
    )
    session.flush()
    code = "-".join(letters[start : start + 4] for start in range(0, _LENGTH, 4))
    notices.send_code(session, runtime, member, what, code, LIFE)
    audit.record(session, now=now, actor=by, action="staff.invited", subject=member.id, why=what)


def _open_invitation(session: Session, member: StaffMember, now: datetime) -> StaffInvitation | None:
    found = pending(session, member)
    usable = found is not None and now < found.expires_at and member.disabled_at is None
    return found if usable and not member.password_hash else None


def _digest(vault: Vault, code: str) -> bytes:
    return vault.index("staff_invitation", code.strip().upper().replace("-", "").replace(" ", ""))
