"""Text messages through Solapi, a Korean provider.

Authentication: https://developers.solapi.dev/references/authentication/api-key (HMAC-SHA256 over date and salt, which
the provider accepts once and within 15 minutes). Sending: https://docs.solapi.com/api-reference/messages/sendsimplemessage
(the sender's number must be registered beforehand, 전기통신사업법 제84조의2). What became of them:
https://solapi.com/developers/api/msg-getList.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

import phonenumbers

from portal.messages import https
from portal.messages.failures import MailNotSetUp, MailRefused, MailUnreachable
from portal.messages.sms import Sms, sms_kind

_PATH, _LIST = "/messages/v4/send", "/messages/v4/list"
_ARRIVED = "4000"
# The account's trouble, not the recipient's: an operator mends it, and messages wait until then.
_OURS = ("APIKey", "ApiKey", "Signature", "TimeTooSkewed", "Balance", "Unauthorized", "Forbidden", "SenderId")
_TAKEN = ("2", "3000", "4000")  # accepted, handed to the carrier, arrived


@dataclass(frozen=True)
class Solapi:
    """One account: its key and secret, and the number that it writes from."""

    key: str
    secret: str
    sender: str
    api: str

    def deliver(self, sms: Sms) -> str | None:
        """Hand the message over. Raises MailError."""
        number = phonenumbers.parse(sms.to)
        national = str(number.national_number)
        message = {
            "to": f"0{national}" if number.country_code == 82 else national,
            "from": "".join(character for character in self.sender if character.isdigit()),
            "text": sms.text,
            "country": str(number.country_code),
            "customFields": {"key": sms.key},
        }
        if number.country_code == 82:
            message["type"] = sms_kind(sms.text)  # otherwise the provider guesses, and may split what fits
        body = json.dumps({"message": message}, ensure_ascii=False).encode()
        headers = {"Authorization": self._authorization(), "Content-Type": "application/json; charset=utf-8"}
        return _reference(*https.post(self.api + _PATH, body, headers))

    def reports(self, references: Sequence[str]) -> dict[str, MailRefused | None]:
        """How messages ended that have ended: arrived (None), or why not. Raises MailError.

        A carrier's code does not tell reliably whether the number is at fault, so no number is stopped by it.
        """
        asked = urlencode({"messageIds": json.dumps(list(references)), "limit": len(references)})
        status, body = https.get(f"{self.api}{_LIST}?{asked}", {"Authorization": self._authorization()})
        if status != 200:
            raise MailUnreachable(f"the provider answers {status}")
        try:
            listed = json.loads(body)["messageList"].values()
            ended = {
                str(one["messageId"]): str(one["statusCode"]) for one in listed if one["status"] == "COMPLETE"
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            raise MailUnreachable("the provider's answer is not as its document says") from None
        return {
            reference: None if code == _ARRIVED else MailRefused("not delivered", status=code[:8])
            for reference, code in ended.items()
        }

    def _authorization(self) -> str:
        date, salt = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), secrets.token_hex(16)
        return (
            f"HMAC-SHA256 apiKey={self.key}, date={date}, salt={salt}, "
            f"signature={signature(self.secret, date, salt)}"
        )


def signature(secret: str, date: str, salt: str) -> str:
    """What proves that a request is the account's own: over the date and the salt, in hexadecimal."""
    return hmac.new(secret.encode(), (date + salt).encode(), hashlib.sha256).hexdigest()


def _reference(status: int, body: bytes) -> str | None:
    answer = https.answer_of(status, body)
    if status >= 400:
        code = str(answer.get("errorCode", ""))
        if status in (401, 402, 403) or any(word in code for word in _OURS):
            raise MailNotSetUp(f"the provider does not serve us: {code[:40]}")
        raise MailRefused(f"the provider refused it: {code[:40]}", address=True)
    code = str(answer.get("statusCode", "2000"))
    if not code.startswith(_TAKEN):
        raise MailRefused(f"the provider refused it: {code[:8]}", status=code[:8], address=True)
    return str(answer["messageId"])[:64] if answer.get("messageId") else None
