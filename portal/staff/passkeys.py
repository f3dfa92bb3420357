"""Passkeys (WebAuthn Level 3): as second factor, or alone where the authenticator itself checks the person.

The challenge travels in the signed cookie of the visit and is spent in the database: an old cookie proves nothing.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import webauthn
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal import audit
from portal.audit import Actor
from portal.database import new_id
from portal.runtime import Runtime
from portal.settings import Settings
from portal.staff import notices, service
from portal.staff.errors import PasskeyRefused
from portal.staff.models import Passkey, SpentChallenge, StaffMember

LIFE = timedelta(minutes=5)
MOST = 10  # passkeys per person
LARGEST = 16_000  # characters of an authenticator's answer; real ones have some 1,500
_SEAL = "passkey"


class Credential(BaseModel):
    """What is sealed of a passkey; bytes in base64url."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    credential_id: str
    public_key: str
    name: str


@dataclass(frozen=True)
class Site:
    """Where a passkey is good: its relying party's id and the origin of the pages."""

    rp_id: str
    origin: str


@dataclass(frozen=True)
class Question:
    """What the browser is asked (JSON for ``navigator.credentials``) and the challenge that the answer must hold."""

    options: str
    challenge: str


def site_of(settings: Settings) -> Site | None:
    """Where passkeys are bound to, from PORTAL_SITE_ADDRESS; None when that is a bare number, which browsers refuse."""
    scheme, _mark, rest = settings.site_address.rpartition("://")
    address = rest.partition("/")[0]
    host = address.rpartition(":")[0] if address.rpartition(":")[2].isdigit() else address
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        secure = settings.production or host != "localhost"
        return Site(host, f"{scheme or ('https' if secure else 'http')}://{address}")
    return None


def of_member(session: Session, member: StaffMember) -> list[Passkey]:
    """Somebody's passkeys, in the order in which they were added."""
    query = sa.select(Passkey).where(Passkey.staff_id == member.id)
    return list(session.scalars(query.order_by(Passkey.created_at, Passkey.id)))


def opened(session: Session, runtime: Runtime, member: StaffMember, passkey: Passkey) -> Credential:
    """What is sealed of a passkey."""
    return Credential.model_validate_json(
        runtime.vault.open(session, member.subject_id, _SEAL, passkey.content)
    )


def ask_to_register(session: Session, runtime: Runtime, site: Site, member: StaffMember) -> Question:
    """What to ask the browser so that it makes a passkey; authenticators that hold one already say so."""
    person = service.person(session, runtime.vault, member)
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.rp_id,
        user_id=member.id.bytes,
        user_name=person.email,
        user_display_name=person.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(session, runtime, member),
    )
    return Question(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def register(
    session: Session,
    runtime: Runtime,
    site: Site,
    member: StaffMember,
    answer: str,
    challenge: str,
    name: str,
) -> Passkey:
    """Keep the passkey that a browser made. Raises PasskeyRefused."""
    now = runtime.clock()
    if len(of_member(session, member)) >= MOST:
        raise PasskeyRefused("there are as many passkeys as one person may have")
    _spend(session, challenge, now)
    try:
        made = webauthn.verify_registration_response(
            credential=_readable(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefused("the answer does not fit what was asked") from error
    digest = _digest(made.credential_id)
    if session.scalar(sa.select(Passkey.id).where(Passkey.credential_digest == digest)):
        raise PasskeyRefused("this passkey is registered already")
    held = Credential(
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        name=name,
    )
    passkey = Passkey(
        id=new_id(),
        staff_id=member.id,
        credential_digest=digest,
        content=runtime.vault.seal(session, member.subject_id, _SEAL, held.model_dump_json().encode()),
        sign_count=made.sign_count,
        created_at=now,
    )
    session.add(passkey)
    session.flush()
    _note(session, member, now, "staff.passkey_added", passkey)
    notices.tell(session, runtime, member, "passkey-added")
    return passkey


def ask(session: Session, runtime: Runtime, site: Site, member: StaffMember | None) -> Question:
    """What to ask the browser of somebody who gave their password, or (None) of anybody who has a passkey for us."""
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        allow_credentials=_descriptors(session, runtime, member) if member else None,
        user_verification=UserVerificationRequirement.PREFERRED
        if member
        else UserVerificationRequirement.REQUIRED,
    )
    return Question(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def check(
    session: Session, runtime: Runtime, site: Site, member: StaffMember | None, answer: str, challenge: str
) -> StaffMember:
    """Whose passkey answered: of ``member``, or (None) of whomever it names, whom the authenticator checked itself.

    Raises PasskeyRefused, which counts as a wrong sign-in does where it is known whose: keep the transaction.
    """
    now = runtime.clock()
    _spend(session, challenge, now)
    given = _readable(answer)
    passkey = _named(session, given)
    owner = session.get_one(StaffMember, passkey.staff_id, with_for_update=True) if passkey else None
    if passkey is None or owner is None or (member is not None and owner.id != member.id):
        if member is not None:
            service.count_failure(session, member, now, "passkey")
        raise PasskeyRefused("nobody has that passkey here")
    if owner.disabled_at or owner.totp is None or service.is_locked(owner, now):
        raise PasskeyRefused("this account cannot be signed in to now")
    held = opened(session, runtime, owner, passkey)
    try:
        proof = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(held.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=member is None,
        )
    except (WebAuthnException, ValueError) as error:
        service.count_failure(session, owner, now, "passkey")
        raise PasskeyRefused("the answer does not fit what was asked") from error
    passkey.sign_count, passkey.used_at = proof.new_sign_count, now
    owner.failures, owner.locked_until = 0, None
    return owner


def remove(session: Session, runtime: Runtime, member: StaffMember, passkey: Passkey) -> None:
    """Forget a passkey; it opens nothing any more."""
    _note(session, member, runtime.clock(), "staff.passkey_removed", passkey)
    session.delete(passkey)
    notices.tell(session, runtime, member, "passkey-removed")


def _named(session: Session, given: str) -> Passkey | None:
    try:
        raw_id = parse_authentication_credential_json(given).raw_id
    except (WebAuthnException, ValueError):
        return None
    wanted = sa.select(Passkey).where(Passkey.credential_digest == _digest(raw_id))
    return session.scalars(wanted.with_for_update()).one_or_none()


def _readable(answer: str) -> str:
    if len(answer) > LARGEST:
        raise PasskeyRefused("no authenticator says that much")
    return answer


def _spend(session: Session, challenge: str, now: datetime) -> None:
    """Use a challenge up. Raises PasskeyRefused when it was answered before."""
    session.execute(sa.delete(SpentChallenge).where(SpentChallenge.spent_at < now - timedelta(days=1)))
    digest = hashlib.sha256(challenge.encode()).digest()
    if not challenge or session.get(SpentChallenge, digest) is not None:
        raise PasskeyRefused("this question was answered before")
    session.add(SpentChallenge(digest=digest, spent_at=now))
    session.flush()


def _descriptors(
    session: Session, runtime: Runtime, member: StaffMember
) -> list[PublicKeyCredentialDescriptor]:
    held = (opened(session, runtime, member, one) for one in of_member(session, member))
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in held]


def _digest(credential_id: bytes) -> bytes:
    return hashlib.sha256(credential_id).digest()


def _note(session: Session, member: StaffMember, now: datetime, action: str, passkey: Passkey) -> None:
    facts: dict[str, Any] = {"passkey": str(passkey.id)}
    audit.record(session, now=now, actor=Actor("staff", member.id), action=action, subject=member.id, **facts)
