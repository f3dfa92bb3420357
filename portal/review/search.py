"""Finding claims without reading them: by number, e-mail, phone or name, through blind indexes only."""

import unicodedata

import phonenumbers
import sqlalchemy as sa

from portal.claims.models import BlindIndex, Claim, Engagement
from portal.claims.numbers import read_number
from portal.claims.sealed import normalised_name
from portal.vault import Vault

LONGEST = 200  # characters of a search; nobody's name or address needs more


def matching(query: sa.Select[Engagement], vault: Vault, prefix: str, typed: str) -> sa.Select[Engagement]:
    """The engagements among ``query`` whose claim meets what was typed; an empty search meets all."""
    text = unicodedata.normalize("NFC", typed).strip()[:LONGEST]
    if not text:
        return query
    if number := read_number(text, prefix):
        return query.where(Engagement.claim_id.in_(sa.select(Claim.id).where(Claim.number == number)))
    digests = [(kind, vault.index(kind, value)) for kind, value in keys_of(text)]
    found = sa.select(BlindIndex.claim_id).where(
        sa.or_(*[sa.and_(BlindIndex.kind == kind, BlindIndex.digest == digest) for kind, digest in digests])
    )
    return query.where(Engagement.claim_id.in_(found))


def keys_of(text: str) -> list[tuple[str, str]]:
    """What the typed text may be: an address, a phone, a name, or a name with the last four digits of a phone."""
    if "@" in text:
        return [("email", text.casefold())]
    if phone := _phone(text):
        return [("phone", phone)]
    name, _space, last = text.rpartition(" ")
    keys = [("name", normalised_name(text))]
    if name and len(last) == 4 and last.isascii() and last.isdigit():
        keys.append(("name_phone4", f"{normalised_name(name)} {last}"))
    return keys


def _phone(text: str) -> str | None:
    if sum(character.isdigit() for character in text) < 7:
        return None
    try:
        number = phonenumbers.parse(text, "KR")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
