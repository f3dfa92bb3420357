"""Passkeys in the browser at hand: the question goes out with a page, its challenge in the visit's signed cookie."""

from __future__ import annotations

from flask import session as cookie
from sqlalchemy.orm import Session

from portal.staff import passkeys
from portal.staff.errors import PasskeyRefused
from portal.staff.models import Passkey, StaffMember
from portal.web import runtime

_KEY = "passkey"


def ask(session: Session, member: StaffMember | None) -> str:
    """What a page asks the browser for, as JSON: a passkey of this person, or (None) of anybody; empty for none."""
    site = passkeys.site_of(runtime().settings)
    if site is None or (member is not None and not passkeys.of_member(session, member)):
        return ""
    return _remembered(passkeys.ask(session, runtime(), site, member))


def ask_to_register(session: Session, member: StaffMember) -> str:
    """What a page asks the browser for so that it makes a passkey; empty where the site can have none."""
    site = passkeys.site_of(runtime().settings)
    return _remembered(passkeys.ask_to_register(session, runtime(), site, member)) if site else ""


def answered(session: Session, member: StaffMember | None, answer: str) -> StaffMember | None:
    """Whose passkey answered the question of this visit; None when it proves nothing. Keep the transaction."""
    site, challenge = passkeys.site_of(runtime().settings), _taken()
    if site is None or not challenge:
        return None
    try:
        return passkeys.check(session, runtime(), site, member, answer, challenge)
    except PasskeyRefused:
        return None


def registered(session: Session, member: StaffMember, answer: str, name: str) -> Passkey | None:
    """Keep the passkey that answered; None when it fits nothing that was asked. Keep the transaction."""
    site, challenge = passkeys.site_of(runtime().settings), _taken()
    if site is None or not challenge:
        return None
    try:
        return passkeys.register(session, runtime(), site, member, answer, challenge, name)
    except PasskeyRefused:
        return None


def _remembered(question: passkeys.Question) -> str:
    cookie[_KEY] = [question.challenge, runtime().clock().timestamp()]
    return question.options


def _taken() -> str:
    held = cookie.pop(_KEY, None)
    if not isinstance(held, list) or len(held) != 2:
        return ""
    fresh = runtime().clock().timestamp() - float(held[1]) <= passkeys.LIFE.total_seconds()
    return str(held[0]) if fresh else ""
