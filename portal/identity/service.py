"""How a contact is proved: send a code, check it, spend the proof."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from portal import messages
from portal.database import new_id
from portal.errors import PortalError
from portal.identity.models import Code
from portal.matters.matter import Matter
from portal.runtime import Runtime

LIFE = timedelta(minutes=10)
PROOF_LIFE = timedelta(hours=1)  # long enough for the eligibility questions, if they were not answered before
TRIES = 5
PURPOSE = "contact"
PURGED_AT_ONCE = 500  # contacts in one transaction, so that nobody waits long for the one writer
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


class ProofSpent(PortalError):
    """The proof has opened a session before; a second press of the button finds it so."""


class TooManyCodes(PortalError):
    """So many codes were asked for, for this contact or in total, that no more are sent for a while."""


class NotAnAddress(PortalError):
    """What was typed is no e-mail address that a message can be sent to."""


@dataclass(frozen=True)
class Proof:
    """A contact that somebody proved to hold, in this browser, a short while ago."""

    code_id: UUID
    subject_id: UUID
    email: str
    proved_at: datetime


def normalised_email(typed: str) -> str:
    """The address in its one form: NFC, lower case, its domain in Unicode. Raises NotAnAddress.

    Lower case throughout: mailboxes that differ only by case do not occur in practice, people who vary it do.
    """
    if len(typed) > 320:
        raise NotAnAddress("too long")
    try:
        # Addresses beyond ASCII before the @ need SMTPUTF8, which most of the world's mail servers still refuse.
        found = validate_email(typed.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise NotAnAddress("not an e-mail address") from error
    return found.normalized.lower()


def send_code(
    session: Session, runtime: Runtime, matter: Matter, *, email: str, browser: str, language: str
) -> Code:
    """Make a code for a normalised address and queue its message. Raises TooManyCodes.

    Nothing here looks for a claim: the answer and its time cannot tell whether there is one.
    """
    now = runtime.clock()
    # A kind of its own, so that a row cannot be tied to the claim that the same address is found by.
    target = runtime.vault.index("code target", email)
    _check_limits(session, runtime, target, now)
    subject_id, code_id, digits = (
        runtime.vault.new_subject(session, now),
        new_id(),
        f"{secrets.randbelow(10**6):06d}",
    )
    code = Code(
        id=code_id,
        subject_id=subject_id,
        digest=_digest(runtime, code_id, digits),
        target=target,
        browser=_browser(browser),
        contact=runtime.vault.seal(session, subject_id, PURPOSE, email.encode()),
        created_at=now,
        expires_at=now + LIFE,
        tries=0,
    )
    session.add(code)
    messages.queue(
        session,
        runtime,
        subject_id=subject_id,
        to=email,
        kind="code",
        language=language,
        matter=matter,
        useless_after=code.expires_at,
        code=digits,
        minutes=str(int(LIFE.total_seconds() // 60)),
        counsel="",
        text="",
        date="",
    )
    return code


def check_code(
    session: Session, runtime: Runtime, *, code_id: UUID | None, browser: str, typed: str
) -> Proof | None:
    """The proof that a right code gives; None for a wrong one, which is counted: keep the transaction either way."""
    now = runtime.clock()
    code = session.get(Code, code_id, with_for_update=True) if code_id else None
    if code is None or not hmac.compare_digest(code.browser, _browser(browser)):
        return None
    if code.proved_at or code.tries >= TRIES or code.expires_at <= now:
        return None
    code.tries += 1
    if not hmac.compare_digest(code.digest, _digest(runtime, code.id, typed)):
        return None
    code.proved_at = now
    return _proof(session, runtime, code)


def tries_left(session: Session, code_id: UUID | None, browser: str, now: datetime) -> int:
    """How often this browser may still try its code."""
    code = session.get(Code, code_id) if code_id else None
    if code is None or not hmac.compare_digest(code.browser, _browser(browser)):
        return 0
    return 0 if code.proved_at or code.expires_at <= now else max(0, TRIES - code.tries)


def standing_proof(session: Session, runtime: Runtime, *, code_id: UUID | None, browser: str) -> Proof | None:
    """The proof this browser gave within the last hour and has not spent yet."""
    code = session.get(Code, code_id) if code_id else None
    if code is None or not hmac.compare_digest(code.browser, _browser(browser)):
        return None
    if code.proved_at is None or code.spent_at or code.proved_at + PROOF_LIFE <= runtime.clock():
        return None
    return _proof(session, runtime, code)


def spend(session: Session, proof: Proof, now: datetime) -> None:
    """Use the proof up. Raises ProofSpent when another request did so first."""
    unspent = sa.update(Code).where(Code.id == proof.code_id, Code.spent_at.is_(None)).values(spent_at=now)
    if session.execute(unspent).rowcount != 1:  # type: ignore[attr-defined]
        raise ProofSpent("the proof was used before")


def purge(session: Session, runtime: Runtime, now: datetime) -> int:
    """Forget codes that no limit counts any more, and erase contacts that no claim came of; answers how many."""
    old = sa.select(Code).where(Code.created_at < now - 2 * _HOUR).limit(PURGED_AT_ONCE)
    count = 0
    for code in session.scalars(old).all():
        if not _claimed(session, code.subject_id):
            runtime.vault.erase(session, code.subject_id, now)
        session.delete(code)
        count += 1
    return count


def new_browser_token() -> str:
    """What binds a code to the browser that asked for it; kept in its signed cookie."""
    return secrets.token_urlsafe(24)


def _check_limits(session: Session, runtime: Runtime, target: bytes, now: datetime) -> None:
    settings = runtime.settings
    for_target = sa.select(sa.func.count()).where(Code.target == target, Code.created_at > now - _HOUR)
    in_all = sa.select(sa.func.count()).where(Code.created_at > now - _MINUTE)
    if (session.scalar(for_target) or 0) >= settings.codes_per_email_hour:
        raise TooManyCodes("for this contact")
    if (session.scalar(in_all) or 0) >= settings.codes_per_minute:
        raise TooManyCodes("in total")


def _digest(runtime: Runtime, code_id: UUID, digits: str) -> bytes:
    # Six figures are guessed through in a second, however slow the hash: what keeps them is the key, which is not in
    # the database.
    return runtime.vault.index("code", f"{code_id.hex} {digits}")


def _browser(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _proof(session: Session, runtime: Runtime, code: Code) -> Proof:
    email = runtime.vault.open(session, code.subject_id, PURPOSE, code.contact).decode()
    assert code.proved_at is not None
    return Proof(code.id, code.subject_id, email, code.proved_at)


def _claimed(session: Session, subject_id: UUID) -> bool:
    # The table by its name: claims stand above identity, and only this one fact is needed of them.
    claims = sa.table("claims", sa.column("subject_id", sa.Uuid()))
    return (
        session.scalar(
            sa.select(sa.func.count()).select_from(claims).where(claims.c.subject_id == subject_id)
        )
        != 0
    )
