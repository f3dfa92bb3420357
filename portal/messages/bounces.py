"""Messages that come back by mail: a delivery status notification (RFC 3464) read, matched and kept.

What is believed: the status of a report about a message of ours whose genuine mark stands in it, in the address that it
came back to or in the Message-ID of what it returns. Everything else in such a mail is ignored.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage, Message
from typing import Literal, cast
from uuid import UUID

from portal.messages import service, stops
from portal.messages.failures import MailRefused, blames_address, enhanced_status
from portal.messages.models import MessageState, OutboxMessage
from portal.messages.returns import found_in
from portal.runtime import Runtime
from portal.vault import Vault

LARGEST = 1_000_000  # bytes; a report is some kilobytes, and may return the message
_TO_US = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Return-Path")


@dataclass(frozen=True)
class Report:
    """What one report says of one message: ``status`` is X.Y.Z of RFC 3463."""

    message_id: UUID
    status: str
    action: Literal["failed", "delayed"]

    @property
    def hard(self) -> bool:
        """Whether another attempt would be in vain."""
        return self.status.startswith("5.")


def read_report(vault: Vault, raw: bytes) -> Report | None:
    """The report in a mail; None when it is none, or not about a message of ours."""
    if len(raw) > LARGEST:
        return None
    mail = cast(EmailMessage, email.message_from_bytes(raw, policy=email.policy.compat32))
    groups = _groups(mail)
    recipient = next((group for group in groups if group.get("Action")), None)
    if recipient is None:
        return None
    action = str(recipient.get("Action", "")).strip().lower()
    if action not in ("failed", "delayed"):
        return None  # delivered, relayed or expanded: nothing is wrong
    message_id = _message_of(vault, mail)
    if message_id is None:
        return None
    status = enhanced_status(str(recipient.get("Status", ""))) or enhanced_status(
        str(recipient.get("Diagnostic-Code", ""))
    )
    return Report(message_id, status or ("5.0.0" if action == "failed" else "4.0.0"), action)  # type: ignore[arg-type]


def take(runtime: Runtime, report: Report) -> MessageState | None:
    """Keep what a report says. Told twice, it changes nothing; None for a message that is not there any more."""
    with runtime.database.transaction() as session:
        message = session.get(OutboxMessage, report.message_id, with_for_update=True)
        if message is None or message.state not in (MessageState.SENT, MessageState.QUEUED):
            return None if message is None else MessageState(message.state)
        if report.action == "delayed":
            message.error = report.status[:32]  # still on its way
            return MessageState(message.state)
        wording = service.read(session, runtime, message)
        why = MailRefused(
            "came back", status=report.status, address=report.hard and blames_address(report.status)
        )
        stops.came_back(session, runtime, message, wording.to if wording else "", why)
        return MessageState(message.state)


def _groups(mail: Message) -> list[Message]:
    """The groups of fields of the report's second part, RFC 3464, 2.1: first of the message, then of each recipient."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            content = part.get_payload()
            if isinstance(content, list):
                return [one for one in content if isinstance(one, Message)]
    return []


def _message_of(vault: Vault, mail: Message) -> UUID | None:
    """By the address that it came back to, else by the Message-ID of the message or header that it returns."""
    for name in _TO_US:
        for value in mail.get_all(name, []):
            if found := found_in(vault, str(value)):
                return found
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            returned = inner[0] if isinstance(inner, list) and inner else None
            if isinstance(returned, Message) and (found := _by_id(vault, returned)):
                return found
        elif part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            headers = email.message_from_bytes(payload if isinstance(payload, bytes) else b"")
            if found := _by_id(vault, headers):
                return found
    return None


def _by_id(vault: Vault, returned: Message) -> UUID | None:
    return found_in(vault, str(returned.get("Message-ID", "")))
