"""Duties, acts and fields: the one matrix of rights (``authorisation.toml``), read once.

A right is a duty in a jurisdiction, written ``reviewer:kr``; the administrator's duty stands everywhere and reaches no
claim. ``Staff.may`` and ``@allow.staff`` ask here; nothing else decides what staff may do.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from portal.errors import PortalError

JURISDICTIONS = ("kr", "us")
_FILE = Path(__file__).with_name("authorisation.toml")
_WORDS = Path(__file__).with_name("authorisation_words.toml")


class UnknownRight(PortalError):
    """A role that the matrix does not know."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Table):
    """A text in both languages."""

    ko: str
    en: str


class Duty(_Table):
    """What somebody is there for."""

    name: Words
    about: Words
    everywhere: bool = False


class FieldRule(_Table):
    """Who sees a group of a claim's fields unmasked, and in which jurisdictions it is needed at all."""

    duties: tuple[str, ...]
    jurisdictions: tuple[str, ...] = JURISDICTIONS


class About(_Table):
    """What acts and groups of fields are called in docs/authorisation.md."""

    acts: dict[str, Words]
    fields: dict[str, Words]


class Commands(_Table):
    """Commands of ``portal`` by whom they serve; those not named here need the installation's keyring."""

    anybody: tuple[str, ...]
    preparing: tuple[str, ...]


class Matrix(_Table):
    """The whole of ``authorisation.toml``."""

    duties: dict[str, Duty]
    shorthands: dict[str, tuple[str, ...]]
    acts: dict[str, tuple[str, ...]]
    fields: dict[str, FieldRule]
    commands: Commands


@cache
def matrix() -> Matrix:
    """The matrix as it stands beside this module."""
    return Matrix.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))


@cache
def about() -> About:
    """What acts and fields are called."""
    return About.model_validate(tomllib.loads(_WORDS.read_text(encoding="utf-8")))


def every_right() -> tuple[str, ...]:
    """All rights that a person can hold, in the matrix's order."""
    return tuple(
        right
        for name, duty in matrix().duties.items()
        for right in ([name] if duty.everywhere else [f"{name}:{place}" for place in JURISDICTIONS])
    )


def expanded(roles: Iterable[str]) -> list[str]:
    """Rights for the given rights and shorthands, sorted, each once. Raises UnknownRight."""
    given = {right for role in roles for right in matrix().shorthands.get(role, (role,))}
    if not given or not given <= set(every_right()):
        known = [*matrix().shorthands, *every_right()]
        raise UnknownRight("roles are " + ", ".join(known))
    return sorted(given)


def may(rights: Iterable[str], act: str, jurisdiction: str | None = None) -> bool:
    """Whether these rights allow an act, in one jurisdiction or (None) anywhere. Raises KeyError for an unknown act."""
    allowed = matrix().acts[act]
    return any(
        duty in allowed and (jurisdiction is None or not place or place == jurisdiction)
        for duty, place in map(_parts, rights)
    )


def places(rights: Iterable[str], act: str) -> tuple[str, ...]:
    """The jurisdictions in which these rights allow an act on claims; an administrator's duty has none."""
    allowed = matrix().acts[act]
    held = {place for duty, place in map(_parts, rights) if duty in allowed}
    return tuple(one for one in JURISDICTIONS if one in held)


def sees(rights: Iterable[str], field: str, jurisdiction: str) -> bool:
    """Whether these rights see a group of fields unmasked in a claim of a jurisdiction. KeyError: unknown group."""
    rule = matrix().fields[field]
    wanted = {f"{duty}:{jurisdiction}" for duty in rule.duties}
    return jurisdiction in rule.jurisdictions and not wanted.isdisjoint(rights)


def needed(field: str, jurisdiction: str) -> bool:
    """Whether an office's purpose needs a group of fields at all."""
    return jurisdiction in matrix().fields[field].jurisdictions


def _parts(right: str) -> tuple[str, str]:
    duty, _colon, place = right.partition(":")
    return duty, place
