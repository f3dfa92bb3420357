"""Why a message did not leave, or came back."""

from __future__ import annotations

import re

from portal.errors import PortalError

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


class MailError(PortalError):
    """A message did not leave; ``code`` says why, for staff and operators."""

    code = "error"


class MailUnreachable(MailError):
    """No server answered, or it asked to come back later. Worth another attempt."""

    code = "unreachable"


class MailRefused(MailError):
    """The server or provider refused this address or message for good.

    ``status`` is the enhanced status code (RFC 3463) if one was given; ``address`` whether the address is at fault.
    """

    code = "refused"

    def __init__(self, reason: str, *, status: str = "", address: bool = False) -> None:
        super().__init__(reason)
        self.status, self.address = status, address


class MailNotSecured(MailError):
    """The server offers no TLS: codes and names would cross the network in the open, so nothing is sent."""

    code = "not_secured"


class MailNotSetUp(MailError):
    """The provider does not know us, or nothing is set up for this channel: an operator mends it; messages wait."""

    code = "not_set_up"


class UnknownMailUrl(PortalError):
    """PORTAL_MAIL_URL or PORTAL_SMS_URL names no way out that we know."""


def enhanced_status(text: str) -> str:
    """The enhanced status code that a server's words begin with or hold, such as 5.1.1; empty without one."""
    found = _ENHANCED.search(text)
    return found[0] if found else ""


def blames_address(status: str) -> bool:
    """Whether a permanent status says that the address is at fault, rather than our message, server or reputation.

    RFC 3463: X.1.* concerns the address, X.2.* the mailbox, save that it is full (X.2.2) or the message too long for it
    (X.2.3); 5.0.0 says nothing, and is taken for the address.
    """
    return status.startswith(("5.0.", "5.1.", "5.2.")) and status not in ("5.2.2", "5.2.3")
