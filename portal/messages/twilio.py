"""Text messages through Twilio, and its reports about them.

Sending: https://www.twilio.com/docs/messaging/api/message-resource (Basic authentication with account and token).
Reports: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status, signed as
https://www.twilio.com/docs/usage/webhooks/webhooks-security says: HMAC-SHA1 with the account's token over the address
and the sorted parameters.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from portal.messages import https
from portal.messages.failures import MailNotSetUp, MailRefused
from portal.messages.sms import Sms

REPORTS = "/hooks/twilio"
# https://www.twilio.com/docs/api/errors: an invalid number, one that takes no text messages, one that answered STOP.
_NO_SUCH_NUMBER = {21211, 21214, 21217, 21219, 21421, 21610, 21612, 21614}
# Of the account: not permitted to that country, no such sender, no money, suspended.
_OURS = {20003, 20005, 20008, 21408, 21603, 21606, 21607, 21608, 21659, 21660, 21703, 30001, 30002}
# Reports: an unknown or a fixed-line number; everything else may pass, or is our doing.
_GONE = {"30005", "30006"}


@dataclass(frozen=True)
class Twilio:
    """One account: its SID and token, the number or messaging service that it writes from, and where reports go."""

    key: str
    secret: str
    sender: str
    api: str
    site: str = ""

    def deliver(self, sms: Sms) -> str | None:
        """Hand the message over. Raises MailError."""
        given = {"To": sms.to, "Body": sms.text}
        given["MessagingServiceSid" if self.sender.startswith("MG") else "From"] = self.sender
        if self.site:
            given["StatusCallback"] = self.site + REPORTS
        known = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {known}", "Content-Type": "application/x-www-form-urlencoded"}
        address = f"{self.api}/2010-04-01/Accounts/{self.key}/Messages.json"
        return _reference(*https.post(address, urlencode(given).encode(), headers))


def signature(token: str, address: str, parameters: Mapping[str, str]) -> str:
    """What Twilio puts into X-Twilio-Signature of a form that it posts to an address."""
    text = address + "".join(f"{name}{value}" for name, value in sorted(parameters.items()))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def reported(parameters: Mapping[str, str]) -> MailRefused | None:
    """What a report says went wrong; None for one of progress."""
    if parameters.get("MessageStatus") not in ("failed", "undelivered"):
        return None
    code = parameters.get("ErrorCode", "")[:8]
    return MailRefused("not delivered", status=code, address=code in _GONE)


def _reference(status: int, body: bytes) -> str | None:
    answer = https.answer_of(status, body)
    if status < 400:
        return str(answer["sid"])[:64] if answer.get("sid") else None
    code = answer.get("code")
    if status in (401, 402, 403, 404) or code in _OURS:
        raise MailNotSetUp(f"the provider does not serve us: {code}")
    raise MailRefused(
        f"the provider refused it: {code}", status=str(code or ""), address=code in _NO_SUCH_NUMBER
    )
