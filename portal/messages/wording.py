"""From a matter's text and its values to the words of one message."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from portal.errors import PortalError
from portal.matters.bilingual import Language
from portal.matters.matter import Matter
from portal.messages.addresses import channel_of


class UnsafeHeader(PortalError):
    """An address or subject holds a line break or another control character: it could add headers or recipients."""


class Wording(BaseModel):
    """What is sealed of a message: to whom and in which words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: str
    subject: str = Field("", description="empty in a text message")
    body: str
    values: dict[str, str] = Field({}, description="to say the same by another channel")
    unsubscribe: str = Field("", description="address that stops such messages; only reminders have one")


def word(
    matter: Matter, kind: str, language: str, to: str, values: Mapping[str, str], unsubscribe: str = ""
) -> Wording:
    """The matter's text with its values, as e-mail or as text message.

    Raises KeyError for a value that the text needs, UnsafeHeader for a bad address.
    """
    text = matter.message(kind, cast(Language, language))
    given = {name: _plain(value) for name, value in values.items()}
    kept = {} if kind == "code" else given
    if channel_of(to) == "sms":
        return Wording(to=header(to), body=text.filled_sms(given), values=kept)
    subject, body = text.filled(given)
    return Wording(
        to=header(to), subject=header(subject), body=body, values=kept, unsubscribe=header(unsubscribe)
    )


def header(value: str) -> str:
    """The value, which may stand in a header. Raises UnsafeHeader; nothing is repaired that somebody wanted broken."""
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in value):
        raise UnsafeHeader("a header value holds a control character")
    return value


def _plain(value: str) -> str:
    """A value without what could end a line in one mail program and not in another."""
    lines = (unicodedata.normalize("NFC", line).strip() for line in value.splitlines())
    return "\n".join("".join(c for c in line if unicodedata.category(c) != "Cc") for line in lines)
