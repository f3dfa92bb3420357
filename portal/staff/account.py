"""What staff do with their own account: sessions, password, second factor, language. Each change is told by e-mail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.runtime import Runtime
from portal.settings import Settings
from portal.staff import browsers, factors, notices, service
from portal.staff.browsers import Browser
from portal.staff.models import StaffMember, StaffSession


def sign_in(session: Session, runtime: Runtime, member: StaffMember, browser: Browser) -> str:
    """Open a session once both factors were right; answers its token. A browser not seen before is told by e-mail."""
    if browsers.is_new(session, member, browser):
        notices.tell(session, runtime, member, "new-browser", browser=browser.family or "-")
    return service.open_session(session, member, runtime.clock(), browser)


def check_code(session: Session, runtime: Runtime, member: StaffMember, code: str) -> bool:
    """The second factor, as ``service.check_code``; the use of a recovery code is told by e-mail."""
    before = len(member.recovery)
    right = service.check_code(session, runtime.vault, member, code, runtime.clock())
    if right and len(member.recovery) < before:
        notices.tell(session, runtime, member, "recovery-used")
    return right


def enrol(
    session: Session, runtime: Runtime, member: StaffMember, secret: str, code: str
) -> list[str] | None:
    """Connect an authenticator app, the first or another; fresh recovery codes, None when the code is wrong."""
    codes = service.enrol(session, runtime.vault, member, secret, code.replace(" ", ""), runtime.clock())
    if codes is not None:
        notices.tell(session, runtime, member, "factor-set")
    return codes


def renew_recovery(session: Session, runtime: Runtime, member: StaffMember) -> list[str]:
    """New recovery codes in place of the old ones; shown once."""
    codes = service.new_recovery_codes(runtime.vault, member)
    _note(session, runtime, member, "staff.recovery_renewed")
    notices.tell(session, runtime, member, "recovery-renewed")
    return codes


def change_password(
    session: Session, runtime: Runtime, member: StaffMember, old: str, new: str, *, keep: UUID
) -> bool:
    """Change the password and end every session but one; False when the old one is wrong, which is counted.

    Raises WeakPassword.
    """
    now = runtime.clock()
    hashed = factors.hash_password(new)
    if service.is_locked(member, now) or not factors.password_matches(member.password_hash, old):
        service.count_failure(session, member, now, "password")
        return False
    member.password_hash = hashed
    service.end_sessions(session, member, now, but=keep)
    _note(session, runtime, member, "staff.password_changed")
    notices.tell(session, runtime, member, "password-changed")
    return True


def live_sessions(session: Session, settings: Settings, member_id: UUID, now: datetime) -> list[StaffSession]:
    """The sessions that still stand, the last used first."""
    query = sa.select(StaffSession).where(StaffSession.staff_id == member_id, StaffSession.ended_at.is_(None))
    found = session.scalars(query.order_by(StaffSession.seen_at.desc())).all()
    return [one for one in found if now < service.ends_at(settings, one)]


def own_session(session: Session, member_id: UUID, session_id: UUID) -> StaffSession | None:
    """A session of this person; None for one of another's."""
    found = session.get(StaffSession, session_id)
    return found if found is not None and found.staff_id == member_id else None


def set_language(session: Session, runtime: Runtime, member: StaffMember, language: str) -> None:
    """The language of the staff pages and of e-mails to this person."""
    member.language = language
    _note(session, runtime, member, "staff.language_set")


def _note(session: Session, runtime: Runtime, member: StaffMember, action: str) -> None:
    actor = Actor("staff", member.id)
    audit.record(session, now=runtime.clock(), actor=actor, action=action, subject=member.id)
