"""Finding claims without reading them: by number, e-mail, phone or name, through blind indexes only."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

import phonenumbers

from portal.claims.name_parts import hangul_parts, normalised_name
from portal.claims.numbers import read_number
from portal.vault import Vault

LONGEST = 200  # characters of a search; nobody's name or address needs more


@dataclass(frozen=True)
class Way:
    """One reading of what was typed: a claim's number, or indexes that a claim must all have."""

    number: str = ""
    digests: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)


def ways(vault: Vault, prefix: str, typed: str) -> list[Way]:
    """Every reading of what was typed; a claim that meets one of them is found."""
    text = unicodedata.normalize("NFC", typed).strip()[:LONGEST]
    if number := read_number(text, prefix):
        return [Way(number=number)]
    return [
        Way(digests=tuple((kind, vault.index(kind, value)) for kind, value in keys)) for keys in keys_of(text)
    ]


def keys_of(text: str) -> list[list[tuple[str, str]]]:
    """What the typed text may be: an address, a phone or its last four digits, a name or part of one, or a name with
    the last four digits of a phone. Each is a list of kind and value that must all be met."""
    if "@" in text:
        return [[("email", text.casefold())]]
    if len(text) == 4 and text.isascii() and text.isdigit():
        return [[("phone4", text)]]
    if phone := _phone(text):
        return [[("phone", phone)]]
    found = _of_name(text)
    name, _space, last = text.rpartition(" ")
    if name and len(last) == 4 and last.isascii() and last.isdigit():
        found.append([("name_phone4", f"{normalised_name(name)} {last}")])
        found += [[*keys, ("phone4", last)] for keys in _of_name(name)]
    return found


def _of_name(text: str) -> list[list[tuple[str, str]]]:
    name = normalised_name(text)
    if not name:
        return []
    parts = sorted(hangul_parts(name)) if len(name) > 1 else []
    if (parts and len(parts) == len(name) - 1) or (len(set(name)) == 1 and parts):
        return [[("name", name)], [("name_part", part) for part in parts]]
    words = [normalised_name(word) for word in text.split()]
    ordered = [("name_words", " ".join(sorted(word for word in words if word)))]
    return [[("name", name)], ordered, [("name_given", name)]]


def _phone(text: str) -> str | None:
    if sum(character.isdigit() for character in text) < 7:
        return None
    try:
        number = phonenumbers.parse(text, "KR")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
