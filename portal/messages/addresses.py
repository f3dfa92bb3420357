"""Where a message goes: by which channel, how an address is known without being read, and how it is shown."""

from __future__ import annotations

from typing import Literal

from portal.vault import Vault

Channel = Literal["email", "sms"]


def channel_of(to: str) -> Channel:
    """A number in E.164 begins with a plus and is written to by SMS; everything else is an e-mail address."""
    return "sms" if to.startswith("+") else "email"


def target_of(vault: Vault, to: str) -> bytes:
    """The blind index of an address among messages; of a kind of its own, so that no claim is found by it."""
    return vault.index("message target", to.strip().lower())


def masked(to: str) -> str:
    """An address as it may stand on a page that others could look over: h***@example.com, +82 ···· 6789."""
    if channel_of(to) == "sms":
        return f"···· {to[-4:]}"
    name, _, domain = to.partition("@")
    return f"{name[:1]}···@{domain}"
