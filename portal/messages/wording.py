"""From a matter's text and its values to the words of one message."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import cast

from pydantic import BaseModel, ConfigDict

from portal.errors import PortalError
from portal.matters.bilingual import Language
from portal.matters.matter import Matter


class UnsafeHeader(PortalError):
    """An address or subject holds a line break or another control character: it could add headers or recipients."""


class Wording(BaseModel):
    """What is sealed of a message: to whom and in which words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: str
    subject: str
    body: str


def word(matter: Matter, kind: str, language: str, to: str, values: Mapping[str, str]) -> Wording:
    """The matter's text with its values. Raises KeyError for a value the text needs, UnsafeHeader for a bad address."""
    text = matter.message(kind, cast(Language, language))
    subject, body = text.filled({name: _plain(value) for name, value in values.items()})
    return Wording(to=header(to), subject=header(subject), body=body)


def header(value: str) -> str:
    """The value, which may stand in a header. Raises UnsafeHeader; nothing is repaired that somebody wanted broken."""
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in value):
        raise UnsafeHeader("a header value holds a control character")
    return value


def _plain(value: str) -> str:
    """A value without what could end a line in one mail program and not in another."""
    lines = (unicodedata.normalize("NFC", line).strip() for line in value.splitlines())
    return "\n".join("".join(c for c in line if unicodedata.category(c) != "Cc") for line in lines)
