"""How a contact is proved: send a code, check it, spend the proof."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import messages
from portal.database import new_id
from portal.errors import PortalError
from portal.identity import pressure
from portal.identity.contacts import Contact, Kind, target_of
from portal.identity.models import Code, SpentPass
from portal.identity.pressure import Asking
from portal.matters.matter import Matter
from portal.runtime import Runtime

LIFE = timedelta(minutes=10)
PROOF_LIFE = timedelta(hours=1)  # long enough for the eligibility questions, if they were not answered before
TRIES = 5
PURPOSE = "contact"
PURGED_AT_ONCE = 500  # contacts in one transaction, so that nobody waits long for the one writer
Purpose = Literal["enter", "contact", "recover"]
_HOUR = timedelta(hours=1)


class ProofSpent(PortalError):
    """The proof has opened a session before; a second press of the button finds it so."""


class WorkNeeded(PortalError):
    """It is crowded: the browser must work or wait for this code first. ``weight`` says how hard it must work."""

    def __init__(self, weight: int) -> None:
        super().__init__("work is asked for")
        self.weight = weight


class PassSpent(PortalError):
    """The work or the wait was used for another code before."""


@dataclass(frozen=True)
class Pass:
    """Work that was done or a wait that is over, checked; good for one code. ``digest`` names it."""

    kind: Literal["work", "wait"]
    digest: bytes


@dataclass(frozen=True)
class Proof:
    """A contact that somebody proved to hold, in this browser, a short while ago."""

    code_id: UUID
    subject_id: UUID
    kind: Kind
    value: str
    proved_at: datetime
    purpose: str = "enter"

    @property
    def email(self) -> str:
        """The address, where it is an e-mail address; else an empty string."""
        return self.value if self.kind == "email" else ""

    @property
    def contact(self) -> Contact:
        """What was proved."""
        return Contact(self.kind, self.value)


def send_code(
    session: Session,
    runtime: Runtime,
    matter: Matter,
    *,
    kind: Kind,
    value: str,
    browser: str,
    language: str,
    purpose: Purpose = "enter",
    block: str = "",
    passed: Pass | None = None,
    silent: bool = False,
) -> Code:
    """Make a code for a normalised contact and queue its message. Raises TooManyCodes, WorkNeeded, PassSpent.

    Nothing here looks for a claim: the answer and its time cannot tell whether there is one. ``block`` is the block
    of network addresses that asks. ``silent`` does all of it but the message, for what no person filled in.
    """
    now, contact = runtime.clock(), Contact(kind, value)
    asking = asked_by(runtime, block, contact)
    weight = pressure.weight(session, runtime.settings, asking, now)
    if kind == "phone" and not silent:
        pressure.check_texts(session, runtime.settings, now)
    if weight and passed is None:
        raise WorkNeeded(weight)
    if passed is not None:
        _spend_pass(session, passed, asking.block, now)
    subject_id, code_id, digits = (
        runtime.vault.new_subject(session, now),
        new_id(),
        f"{secrets.randbelow(10**6):06d}",
    )
    code = Code(
        id=code_id,
        subject_id=subject_id,
        digest=_digest(runtime, code_id, digits),
        target=asking.target,
        block=asking.block or None,
        browser=_browser(browser),
        contact=runtime.vault.seal(session, subject_id, PURPOSE, value.encode()),
        kind=kind,
        purpose=purpose,
        created_at=now,
        expires_at=now + LIFE,
        tries=0,
    )
    session.add(code)
    if not silent:
        _send(session, runtime, matter, code, value, digits, language)
    return code


def asked_by(runtime: Runtime, block: str, contact: Contact | None = None) -> Asking:
    """Who asks, as the blind indexes by which requests are counted."""
    index = runtime.vault.index
    # Kinds of their own, so that a row cannot be tied to the claim that the same contact is found by.
    return Asking(
        target=index("code target", f"{contact.kind} {target_of(contact)}") if contact else b"",
        block=index("network block", block) if block else b"",
    )


def check_code(
    session: Session,
    runtime: Runtime,
    *,
    code_id: UUID | None,
    browser: str,
    typed: str,
    purpose: Purpose = "enter",
) -> Proof | None:
    """The proof that a right code gives; None for a wrong one, which is counted: keep the transaction either way."""
    now = runtime.clock()
    code = session.get(Code, code_id, with_for_update=True) if code_id else None
    if code is None or code.purpose != purpose or not hmac.compare_digest(code.browser, _browser(browser)):
        return None
    if code.proved_at or code.tries >= TRIES or code.expires_at <= now:
        return None
    code.tries += 1
    if not hmac.compare_digest(code.digest, _digest(runtime, code.id, typed)):
        return None
    code.proved_at = now
    proof = _proof(session, runtime, code)
    messages.proved(session, runtime.vault, proof.value)
    return proof


def tries_left(session: Session, code_id: UUID | None, browser: str, now: datetime) -> int:
    """How often this browser may still try its code."""
    code = session.get(Code, code_id) if code_id else None
    if code is None or not hmac.compare_digest(code.browser, _browser(browser)):
        return 0
    return 0 if code.proved_at or code.expires_at <= now else max(0, TRIES - code.tries)


def standing_proof(
    session: Session, runtime: Runtime, *, code_id: UUID | None, browser: str, purpose: Purpose = "enter"
) -> Proof | None:
    """The proof this browser gave within the last hour and has not spent yet."""
    code = session.get(Code, code_id) if code_id else None
    if code is None or code.purpose != purpose or not hmac.compare_digest(code.browser, _browser(browser)):
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
    session.execute(sa.delete(SpentPass).where(SpentPass.spent_at < now - 2 * _HOUR))
    return count


def new_browser_token() -> str:
    """What binds a code to the browser that asked for it; kept in its signed cookie."""
    return secrets.token_urlsafe(24)


def _send(
    session: Session, runtime: Runtime, matter: Matter, code: Code, to: str, digits: str, language: str
) -> None:
    messages.queue(
        session,
        runtime,
        subject_id=code.subject_id,
        to=to,
        kind="code",
        channel="sms" if code.kind == "phone" else "email",
        language=language,
        matter=matter,
        useless_after=code.expires_at,
        code=digits,
        minutes=str(int(LIFE.total_seconds() // 60)),
        counsel="",
        text="",
        date="",
    )


def _spend_pass(session: Session, passed: Pass, block: bytes, now: datetime) -> None:
    try:
        with session.begin_nested():
            session.add(SpentPass(digest=passed.digest, kind=passed.kind, block=block or None, spent_at=now))
    except IntegrityError:
        raise PassSpent("used for another code before") from None


def _digest(runtime: Runtime, code_id: UUID, digits: str) -> bytes:
    # Six figures are guessed through in a second, however slow the hash: what keeps them is the key, which is not in
    # the database.
    return runtime.vault.index("code", f"{code_id.hex} {digits}")


def _browser(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _proof(session: Session, runtime: Runtime, code: Code) -> Proof:
    value = runtime.vault.open(session, code.subject_id, PURPOSE, code.contact).decode()
    assert code.proved_at is not None
    kind: Kind = "phone" if code.kind == "phone" else "email"
    return Proof(code.id, code.subject_id, kind, value, code.proved_at, code.purpose)


def _claimed(session: Session, subject_id: UUID) -> bool:
    # The table by its name: claims stand above identity, and only this one fact is needed of them.
    claims = sa.table("claims", sa.column("subject_id", sa.Uuid()))
    return (
        session.scalar(
            sa.select(sa.func.count()).select_from(claims).where(claims.c.subject_id == subject_id)
        )
        != 0
    )
