"""What can be done with staff accounts and sessions: the only place that changes them."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import SYSTEM, Actor
from portal.database import new_id
from portal.settings import Settings
from portal.staff import factors
from portal.staff.browsers import Browser
from portal.staff.errors import AlreadyStaff, LastAdministrator, OwnAccount, UnknownStaff
from portal.staff.models import Passkey, RoleChange, StaffMember, StaffSession
from portal.vault import Vault
from portal.web import rights

FREE_TRIES = 5  # 안전성 확보조치 기준 제5조 제6항: access is limited after a set number of wrong tries
LONGEST_LOCK = timedelta(
    minutes=15
)  # long enough to stop guessing, short enough not to lock a victim out for good

ADMINISTRATOR = "administrator"


class Person(BaseModel):
    """Who a staff member is; sealed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    email: str


@dataclass(frozen=True)
class Attempt:
    """How a try to sign in ended: the member when it was right, whether it has to wait otherwise."""

    member: StaffMember | None
    locked: bool = False


def add(
    session: Session,
    vault: Vault,
    person: Person,
    *,
    roles: Iterable[str],
    language: str,
    password: str | None,
    by: Actor = SYSTEM,
    now: datetime,
) -> StaffMember:
    """A new account; without a password nobody can sign in to it before they were invited and chose one.

    Raises WeakPassword, AlreadyStaff or UnknownRight. The second factor comes at first sign-in.
    """
    given = rights.expanded(roles)
    index = _email_index(vault, person.email)
    if session.scalar(sa.select(StaffMember.id).where(StaffMember.email_index == index)):
        raise AlreadyStaff("an account with that address is there")
    subject_id = vault.new_subject(session, now)
    member = StaffMember(
        id=new_id(),
        subject_id=subject_id,
        email_index=index,
        person=vault.seal(session, subject_id, "person", person.model_dump_json().encode()),
        roles=given,
        language=language,
        password_hash=factors.hash_password(password) if password is not None else "",
        totp_step=0,
        recovery=[],
        failures=0,
        created_at=now,
    )
    session.add(member)
    session.flush()
    _note_roles(session, member, [], by, now)
    audit.record(session, now=now, actor=by, action="staff.added", subject=member.id, roles=given)
    return member


def grant(
    session: Session, member: StaffMember, roles: Iterable[str], *, by: Actor = SYSTEM, now: datetime
) -> None:
    """Replace a member's rights; in force at their next request. Raises UnknownRight, OwnAccount, LastAdministrator."""
    _refuse_own(member, by)
    given = rights.expanded(roles)
    if given == member.roles:
        return
    if ADMINISTRATOR in member.roles and ADMINISTRATOR not in given:
        _keep_an_administrator(session, member)
    before, member.roles = list(member.roles), given
    _note_roles(session, member, before, by, now)
    audit.record(
        session, now=now, actor=by, action="staff.granted", subject=member.id, was=before, roles=member.roles
    )


def disable(session: Session, member: StaffMember, *, by: Actor = SYSTEM, now: datetime) -> None:
    """Close an account and throw its sessions out. Raises OwnAccount or LastAdministrator."""
    _refuse_own(member, by)
    if ADMINISTRATOR in member.roles:
        _keep_an_administrator(session, member)
    member.disabled_at = now
    end_sessions(session, member, now)
    audit.record(session, now=now, actor=by, action="staff.disabled", subject=member.id)


def enable(session: Session, member: StaffMember, *, by: Actor = SYSTEM, now: datetime) -> None:
    """Open a closed account again, with the rights, password and factor it had. Raises OwnAccount."""
    _refuse_own(member, by)
    member.disabled_at, member.failures, member.locked_until = None, 0, None
    audit.record(session, now=now, actor=by, action="staff.enabled", subject=member.id)


def reset(
    session: Session,
    member: StaffMember,
    password: str | None,
    *,
    forget_factor: bool,
    by: Actor,
    now: datetime,
) -> None:
    """A new password, or none until a code is used; ends all sessions. Raises OwnAccount.

    The second factor, passkeys included, stays unless its loss was proved to whoever runs this.
    """
    _refuse_own(member, by)
    member.password_hash = factors.hash_password(password) if password is not None else ""
    member.failures, member.locked_until = 0, None
    if forget_factor:
        member.totp, member.recovery = None, []
        session.execute(sa.delete(Passkey).where(Passkey.staff_id == member.id))
    end_sessions(session, member, now)
    audit.record(session, now=now, actor=by, action="staff.reset", subject=member.id, factor=forget_factor)


def find(session: Session, vault: Vault, email: str) -> StaffMember:
    """The account of an address. Raises UnknownStaff."""
    member = session.scalar(
        sa.select(StaffMember).where(StaffMember.email_index == _email_index(vault, email))
    )
    if member is None:
        raise UnknownStaff("no account has that address")
    return member


def find_locked(session: Session, vault: Vault, email: str) -> StaffMember | None:
    """The account of an address, its row locked until the transaction ends; None when there is none."""
    query = sa.select(StaffMember).where(StaffMember.email_index == _email_index(vault, email))
    return session.scalar(query.with_for_update())


def person(session: Session, vault: Vault, member: StaffMember) -> Person:
    """Name and address of a member."""
    return Person.model_validate_json(vault.open(session, member.subject_id, "person", member.person))


def check_password(session: Session, vault: Vault, email: str, password: str, now: datetime) -> Attempt:
    """First factor. Unknown, disabled, locked and wrong look and last alike to whoever asks."""
    member = find_locked(session, vault, email)
    usable = member is not None and member.disabled_at is None
    matches = factors.password_matches(member.password_hash if member and usable else None, password)
    if member is None:
        audit.record(session, now=now, actor=SYSTEM, action="staff.sign_in_refused", reason="unknown")
        return Attempt(None)
    if is_locked(member, now):
        return Attempt(None, locked=True)
    if not matches:
        count_failure(session, member, now, "password")
        return Attempt(None)
    return Attempt(member)


def enrol(
    session: Session, vault: Vault, member: StaffMember, secret: str, code: str, now: datetime
) -> list[str] | None:
    """Set up the second factor with a first code; answers fresh recovery codes, None when the code is wrong."""
    step = factors.totp_step(secret, code, now, 0)  # the secret is new, and so are all its codes
    if step is None:
        return None
    member.totp = vault.seal(session, member.subject_id, "totp", secret.encode())
    member.totp_step = step
    codes = new_recovery_codes(vault, member)
    actor = Actor("staff", member.id)
    audit.record(session, now=now, actor=actor, action="staff.enrolled", subject=member.id)
    return codes


def new_recovery_codes(vault: Vault, member: StaffMember) -> list[str]:
    """Fresh recovery codes, to be shown once; those before stop working."""
    codes = factors.new_recovery_codes()
    member.recovery = [factors.recovery_hash(vault, code) for code in codes]
    return codes


def check_code(session: Session, vault: Vault, member: StaffMember, code: str, now: datetime) -> bool:
    """Second factor: a code of the app, never twice, or an unused recovery code. Counts wrong tries."""
    if is_locked(member, now) or member.totp is None or member.disabled_at is not None:
        return False
    secret = vault.open(session, member.subject_id, "totp", member.totp).decode()
    step = factors.totp_step(secret, code.replace(" ", ""), now, member.totp_step)
    if step is not None:
        member.totp_step, member.failures, member.locked_until = step, 0, None
        return True
    digest = factors.recovery_hash(vault, code)
    if digest in member.recovery:
        member.recovery = [one for one in member.recovery if one != digest]
        member.failures, member.locked_until = 0, None
        actor = Actor("staff", member.id)
        audit.record(session, now=now, actor=actor, action="staff.recovery_code_used", subject=member.id)
        return True
    count_failure(session, member, now, "code")
    return False


def open_session(session: Session, member: StaffMember, now: datetime, browser: Browser | None = None) -> str:
    """A new sign-in; answers the token for the browser, of which only the digest is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            id=new_id(),
            staff_id=member.id,
            token_digest=_digest(token),
            created_at=now,
            seen_at=now,
            proved_at=now,
            browser=browser.family if browser else "",
            device=browser.digest if browser else None,
        )
    )
    actor = Actor("staff", member.id)
    audit.record(session, now=now, actor=actor, action="staff.signed_in", subject=member.id)
    return token


def live_session(
    session: Session, settings: Settings, token: str, now: datetime
) -> tuple[StaffSession, StaffMember] | None:
    """The session of a token if it still stands: not ended, not idle, not too old, its member not disabled."""
    held = session.scalar(sa.select(StaffSession).where(StaffSession.token_digest == _digest(token)))
    if held is None or held.ended_at is not None or now >= ends_at(settings, held):
        return None
    member = session.get_one(StaffMember, held.staff_id)
    return None if member.disabled_at else (held, member)


def ends_at(settings: Settings, held: StaffSession) -> datetime:
    """When the session ends if nothing more is done."""
    idle = held.seen_at + timedelta(minutes=settings.staff_idle_minutes)
    return min(idle, held.created_at + timedelta(hours=settings.session_hours))


def end_session(session: Session, session_id: UUID, now: datetime) -> None:
    """Sign out: a copied cookie is worthless from now on."""
    held = session.get(StaffSession, session_id)
    if held is not None and held.ended_at is None:
        held.ended_at = now
        actor = Actor("staff", held.staff_id)
        audit.record(session, now=now, actor=actor, action="staff.signed_out", subject=held.staff_id)


def end_sessions(session: Session, member: StaffMember, now: datetime, but: UUID | None = None) -> None:
    """End every session of a member, or every other than one."""
    live = sa.update(StaffSession).where(StaffSession.staff_id == member.id, StaffSession.ended_at.is_(None))
    if but is not None:
        live = live.where(StaffSession.id != but)
    session.execute(live.values(ended_at=now))


def is_locked(member: StaffMember, now: datetime) -> bool:
    """Whether an account waits after too many wrong tries."""
    return member.locked_until is not None and now < member.locked_until


def count_failure(session: Session, member: StaffMember, now: datetime, factor: str) -> None:
    """Note a wrong try; from the fifth on the account waits, longer each time."""
    member.failures += 1
    if member.failures >= FREE_TRIES:
        wait = timedelta(seconds=30 * 2 ** min(member.failures - FREE_TRIES, 10))
        member.locked_until = now + min(wait, LONGEST_LOCK)
    actor = Actor("staff", member.id)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="staff.sign_in_refused",
        subject=member.id,
        reason=factor,
        tries=member.failures,
    )


def _refuse_own(member: StaffMember, by: Actor) -> None:
    if by.id == member.id:
        raise OwnAccount("nobody changes their own rights or closes their own account")


def _keep_an_administrator(session: Session, leaving: StaffMember) -> None:
    """Raise LastAdministrator if nobody else could manage accounts. Locks rows, so that two do not leave at once."""
    usable = sa.select(StaffMember).where(StaffMember.disabled_at.is_(None), StaffMember.totp.is_not(None))
    members = session.scalars(usable.order_by(StaffMember.id).with_for_update()).all()
    if [one for one in members if ADMINISTRATOR in one.roles] == [leaving]:
        raise LastAdministrator("somebody else has to be administrator first")


def _note_roles(session: Session, member: StaffMember, before: list[str], by: Actor, now: datetime) -> None:
    change = RoleChange(
        id=new_id(), staff_id=member.id, by_id=by.id, at=now, before=before, after=list(member.roles)
    )
    session.add(change)


def _email_index(vault: Vault, email: str) -> bytes:
    return vault.index("staff_email", email.strip().casefold())


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
