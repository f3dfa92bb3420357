"""What a claim can have in common with another, as keyed hashes: kept beside the claim, deleted with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims.act import newest_signature, read_act
from portal.claims.models import Claim
from portal.claims.particulars import Address, Particulars
from portal.claims.service import SEOUL
from portal.evidence import listing
from portal.identity.contacts import Contact, target_of
from portal.runtime import Runtime
from portal.screening import names, prints
from portal.screening.models import ScreeningKey

_DIGITS = re.compile(r"\d+")


class Kind(StrEnum):
    """Kinds of keyed hashes."""

    NAME_BIRTH = "name_birth"  # a name's key with the birth date
    NAMED = "named"  # a name's near keys, which lists of conflicts are met by
    PHONE = "phone"
    EMAIL = "mailbox"
    ADDRESS = "address"
    REGISTRATION = "registration"
    DEVICE = "device"
    FILE = "file"
    PICTURE = "picture"


def renew(session: Session, runtime: Runtime, claim: Claim, particulars: Particulars) -> dict[bytes, Kind]:
    """Have the claim's keyed hashes say what it is now; answers them with their kinds."""
    wanted = dict(_digests(session, runtime, claim, particulars))
    held = session.scalars(sa.select(ScreeningKey).where(ScreeningKey.claim_id == claim.id)).all()
    for row in held:
        if row.digest not in wanted:
            session.delete(row)
    known = {row.digest for row in held}
    session.add_all(
        ScreeningKey(claim_id=claim.id, kind=kind.value, digest=digest)
        for digest, kind in sorted(wanted.items())
        if digest not in known
    )
    session.flush()
    return wanted


def forget(session: Session, claim_id: UUID) -> None:
    """Delete a claim's keyed hashes."""
    session.execute(sa.delete(ScreeningKey).where(ScreeningKey.claim_id == claim_id))


def all_names(particulars: Particulars) -> tuple[str, ...]:
    """The claimant's names in every script, a company's too."""
    company = particulars.company
    registered = (company.name, company.name_latin) if company else ()
    return tuple(dict.fromkeys(one for one in (*names.written(particulars.name), *registered) if one))


def mailboxes(particulars: Particulars) -> set[str]:
    """The mailboxes behind its e-mail addresses, without what their providers pass over: dots, +tags, case."""
    given = {one.value for one in particulars.contacts if one.kind == "email"}
    if particulars.account and particulars.account.email:
        given.add(particulars.account.email)
    return {target_of(Contact("email", one.lower())) for one in given if "@" in one}


def phones(particulars: Particulars) -> set[str]:
    """Its phone numbers in E.164."""
    given = {one.value for one in particulars.contacts if one.kind == "phone"} | {particulars.phone}
    if particulars.account:
        given.add(particulars.account.phone)
    return given - {""}


def place(address: Address | None) -> str:
    """An address by what people write alike: country, postcode and the numbers of house and flat; else empty."""
    if address is None:
        return ""
    postcode = "".join(c for c in address.postcode.casefold() if c.isalnum())[:8]
    house = _DIGITS.findall(address.line1)
    if not postcode or not house:
        return ""
    flat = _DIGITS.findall(address.line2)
    return f"{address.country} {postcode} {'-'.join(house)} {'-'.join(flat)}"


def of_particulars(runtime: Runtime, particulars: Particulars) -> dict[bytes, Kind]:
    """The keyed hashes of what a person told, with their kinds."""
    return {digest(runtime, kind, value): kind for kind, value in _values(particulars)}


def _digests(
    session: Session, runtime: Runtime, claim: Claim, particulars: Particulars
) -> Iterator[tuple[bytes, Kind]]:
    yield from of_particulars(runtime, particulars).items()
    for value in _devices(session, runtime, claim):
        yield digest(runtime, Kind.DEVICE, value), Kind.DEVICE
    for file in listing.files_of(session, claim.id):
        yield file.content_digest, Kind.FILE
    for bits in prints.of_claim(session, runtime, claim):
        for band in prints.bands(bits):
            yield digest(runtime, Kind.PICTURE, band), Kind.PICTURE


def _values(particulars: Particulars) -> Iterator[tuple[Kind, str]]:
    called = all_names(particulars)
    if particulars.birth_date:
        for key in names.keys(called):
            yield Kind.NAME_BIRTH, f"{key} {particulars.birth_date.isoformat()}"
    for key in names.near_keys(_listed_under(particulars)):
        yield Kind.NAMED, key
    for value in phones(particulars):
        yield Kind.PHONE, value
    for value in mailboxes(particulars):
        yield Kind.EMAIL, value
    if where := place(particulars.address):
        yield Kind.ADDRESS, where
    if particulars.company and particulars.company.registration:
        yield Kind.REGISTRATION, particulars.company.registration


def _listed_under(particulars: Particulars) -> tuple[str, ...]:
    """Names of everybody in the claim who may stand on a list of conflicts."""
    acting = (name for one in particulars.representatives for name in names.written(one.name))
    died = names.written(particulars.deceased.name) if particulars.deceased else ()
    return (*all_names(particulars), *acting, *died)


def _devices(session: Session, runtime: Runtime, claim: Claim) -> Iterator[str]:
    """Network address, class of device and day of each newest signature: the sealed act has them, nothing else does."""
    for engagement in claim.engagements:
        signature = newest_signature(session, engagement)
        if signature is not None and signature.act:
            act = read_act(session, runtime.vault, engagement, signature)
            if act.address and act.means != "ink":
                yield f"{act.address} {act.device} {act.signed_at.astimezone(SEOUL).date().isoformat()}"


def digest(runtime: Runtime, kind: Kind, value: str) -> bytes:
    """The keyed hash of a value of a kind."""
    return runtime.vault.index(f"screening {kind.value}", value)


def named_digest(runtime: Runtime, key: str) -> bytes:
    """The keyed hash by which a claim and an entry of a list meet."""
    return digest(runtime, Kind.NAMED, key)
