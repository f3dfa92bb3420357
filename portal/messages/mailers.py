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

from email_validator import validate_email

from portal.errors import PortalError
from portal.messages.wording import Wording
from portal.settings import Settings

TIMEOUT = 20  # seconds; a server that is silent longer is treated as down


class MailError(PortalError):
    """A message did not leave; ``code`` says why, for staff and operators."""

    code = "error"


class MailUnreachable(MailError):
    """No server answered, or it asked to come back later. Worth another attempt."""

    code = "unreachable"


class MailRefused(MailError):
    """The server refused this address or message for good."""

    code = "refused"


class MailNotSecured(MailError):
    """The server offers no TLS: codes and names would cross the network in the open, so nothing is sent."""

    code = "not_secured"


class UnknownMailUrl(PortalError):
    """PORTAL_MAIL_URL names no way out that we know."""


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
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise (MailRefused if all(code >= 500 for code in codes) else MailUnreachable)(
                "recipient"
            ) from error
        except smtplib.SMTPAuthenticationError as error:
            raise MailUnreachable(
                "the server does not know us"
            ) from error  # an operator mends it; messages wait
        except smtplib.SMTPResponseException as error:
            raise (MailRefused if error.smtp_code >= 550 else MailUnreachable)("message") from error
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
    settings: Settings, message_id: UUID, language: str, wording: Wording, now: datetime
) -> EmailMessage:
    """The message as it travels: one recipient, plain text, no links, marked as automatic."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = Address(
        addr_spec=validate_email(wording.to, check_deliverability=False).ascii_email or ""
    )
    message["Subject"] = wording.subject
    message["Date"] = format_datetime(now)
    # The same for each attempt, so that a mail program shows a message sent twice only once.
    message["Message-ID"] = f"<{message_id.hex}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
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


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
