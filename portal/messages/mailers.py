"""Ways out for a message, chosen by ``PORTAL_MAIL_URL``: the console, nowhere, a folder, or an SMTP server."""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
import sys
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from portal.messages.failures import (
    MailError,
    MailNotSecured,
    MailNotSetUp,
    MailRefused,
    MailUnreachable,
    UnknownMailUrl,
    blames_address,
    enhanced_status,
)
from portal.messages.returns import address_of, message_id_of
from portal.messages.wording import Wording
from portal.settings import Settings

TIMEOUT = 20  # seconds; a server that is silent longer is treated as down


class Mailer(Protocol):
    """Takes one message out of the house. Raises MailError."""

    def deliver(self, message: EmailMessage) -> None: ...


class ConsoleMailer:
    """The demo: messages appear where the server was started."""

    def deliver(self, message: EmailMessage) -> None:
        """Print the message as a person would read it."""
        lines = [f"{name}: {message[name]}" for name in ("To", "Subject")]
        sys.stdout.write("\n".join(["", "-" * 72, *lines, "", message.get_content(), "-" * 72, ""]))
        sys.stdout.flush()


class SilentMailer:
    """Takes every message and sends none: for invented claims by the hundred, whose messages nobody waits for."""

    def deliver(self, message: EmailMessage) -> None:
        """Let it go."""


@dataclass(frozen=True)
class FolderMailer:
    """Each message as an .eml file: for rehearsals, and for machines whose mail is fetched."""

    folder: Path

    def deliver(self, message: EmailMessage) -> None:
        """Write the file whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / f"{message['Message-ID'].strip('<>').partition('@')[0]}.eml"
        draft = target.with_suffix(".part")
        try:
            draft.write_bytes(message.as_bytes(policy=SMTP))
        except OSError as error:
            raise MailUnreachable("the mail folder cannot be written") from error
        draft.replace(target)


@dataclass(frozen=True)
class SmtpMailer:
    """A mail server. TLS is required unless it runs on this very machine."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    implicit_tls: bool = False
    context: ssl.SSLContext | None = None

    def deliver(self, message: EmailMessage) -> None:
        """Hand the message over, with the certificate verified."""
        comes_back_to = message["Return-Path"]
        del message["Return-Path"]  # the envelope says it; the last server writes the header, RFC 5321, 4.4
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message, from_addr=comes_back_to)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(*next(iter(error.recipients.values())), recipient=True) from error
        except smtplib.SMTPAuthenticationError as error:
            raise MailNotSetUp("the server does not know us") from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error, recipient=False) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnreachable("the server does not answer") from error

    def _connected(self) -> smtplib.SMTP:
        context = self.context or ssl.create_default_context()
        if self.implicit_tls:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
            elif not _loopback(self.host):
                raise MailNotSecured("the mail server offers no STARTTLS")
        except BaseException:
            server.close()
            raise
        return server


def mailer_of(settings: Settings) -> Mailer:
    """The way out that the settings name. Raises UnknownMailUrl."""
    url = urlsplit(settings.mail_url)
    match url.scheme:
        case "console":
            return ConsoleMailer()
        case "silent":
            return SilentMailer()
        case "file":
            return FolderMailer(Path(unquote(url.path)))
        case "smtp" | "smtps" if url.hostname:
            return _smtp(url)
    raise UnknownMailUrl(
        f"PORTAL_MAIL_URL begins with {url.scheme!r}; use console:, file:///, smtp:// or smtps://"
    )


def compose(
    settings: Settings, message_id: UUID, language: str, wording: Wording, now: datetime, tag: str = ""
) -> EmailMessage:
    """The message as it travels: one recipient, plain text, no links, marked as automatic. Raises MailRefused."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    try:
        found = validate_email(wording.to, check_deliverability=False)
    except EmailNotValidError:
        raise MailRefused("no e-mail address", address=True) from None
    message["To"] = Address(addr_spec=found.ascii_email or "")
    message["Subject"] = wording.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id_of(message_id, tag, settings.mail_from.rpartition("@")[2])
    if settings.bounce_address:
        message["Return-Path"] = address_of(message_id, tag, settings.bounce_address)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office programs leave it alone
    if wording.unsubscribe:  # RFC 8058; the text itself holds no link
        message["List-Unsubscribe"] = f"<{wording.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(wording.body)
    message["Content-Language"] = language  # after the content, which takes other Content- headers away
    return message


def _smtp(url: SplitResult) -> SmtpMailer:
    implicit = url.scheme == "smtps"
    authority = parse_qs(url.query).get("ca", [""])[0]
    return SmtpMailer(
        host=url.hostname or "",
        port=url.port or (465 if implicit else 587),
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        implicit_tls=implicit,
        context=ssl.create_default_context(cafile=authority) if authority else None,
    )


def _refused(code: int, words: bytes | str, *, recipient: bool) -> MailError:
    """What a server's answer means: RFC 5321, 4.2.1, and the enhanced status of RFC 3463 where it gives one."""
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else str(words)
    if code < (500 if recipient else 550):
        return MailUnreachable("recipient" if recipient else "message")
    status = enhanced_status(text)
    blamed = blames_address(status) if status else recipient and code in (550, 551, 553)
    return MailRefused("recipient" if recipient else "message", status=status, address=blamed)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
