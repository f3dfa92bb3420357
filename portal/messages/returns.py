"""How a message that comes back is known: by its Message-ID, and by the address that it comes back to (VERP).

Both carry a tag made with the vault's key, so that nobody who has not received the message can say that it came back.
"""

from __future__ import annotations

import hmac
import re
from uuid import UUID

from portal.vault import Vault

_MARK = re.compile(r"(?<![0-9a-f])([0-9a-f]{32})[.-]([0-9a-f]{16})(?![0-9a-f])")


def tag_of(vault: Vault, message_id: UUID) -> str:
    """The message's tag."""
    return vault.index("message return", message_id.hex)[:8].hex()


def message_id_of(message_id: UUID, tag: str, domain: str) -> str:
    """The same for each attempt, so that a mail program shows a message sent twice only once."""
    return f"<{message_id.hex}.{tag}@{domain}>"


def address_of(message_id: UUID, tag: str, bounces: str) -> str:
    """Where this message comes back to: bounces+<message>-<tag>@firm.example (variable envelope return path)."""
    name, _, domain = bounces.partition("@")
    return f"{name}+{message_id.hex}-{tag}@{domain}"


def found_in(vault: Vault, text: str) -> UUID | None:
    """The message whose genuine mark stands in a text."""
    for digits, tag in _MARK.findall(text):
        message_id = UUID(hex=digits)
        if hmac.compare_digest(tag, tag_of(vault, message_id)):
            return message_id
    return None
