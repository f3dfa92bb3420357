"""The mailbox that messages come back to, polled: IMAP or POP3 over TLS, by ``PORTAL_BOUNCE_BOX``.

Reports about our messages are taken and deleted. What else arrives there, an answer of a person say, is left for people
to read: IMAP marks it as seen; POP3 remembers nothing, so such a mailbox should hold reports alone.
"""

from __future__ import annotations

import imaplib
import ipaddress
import poplib
import ssl
from collections.abc import Callable
from urllib.parse import SplitResult, unquote, urlsplit

import structlog

from portal.errors import PortalError
from portal.messages import bounces
from portal.runtime import Runtime

TIMEOUT = 20  # seconds
AT_A_TIME = 200
log = structlog.get_logger()
Taken = Callable[[bytes], bool]


class MailboxUnreachable(PortalError):
    """The mailbox does not answer, does not know us, or is spoken to without TLS."""


def poll(runtime: Runtime) -> int:
    """Take every report that waits; answers how many were about messages of ours. Raises MailboxUnreachable."""
    address = runtime.settings.bounce_box.get_secret_value()
    if not address:
        return 0
    url = urlsplit(address)
    read = {"imap": _imap, "imaps": _imap, "pop3": _pop, "pop3s": _pop}.get(url.scheme)
    if read is None or not url.hostname:
        raise MailboxUnreachable("PORTAL_BOUNCE_BOX begins with imaps:// or pop3s://")
    if not url.scheme.endswith("s") and not _loopback(url.hostname):
        raise MailboxUnreachable("a mailbox on another machine is opened over TLS only")

    def take(raw: bytes) -> bool:
        report = bounces.read_report(runtime.vault, raw)
        if report is None:
            return False
        bounces.take(runtime, report)
        return True

    try:
        count = read(url, take)
    except (OSError, imaplib.IMAP4.error, poplib.error_proto) as error:
        raise MailboxUnreachable(f"the mailbox does not answer ({type(error).__name__})") from error
    if count:
        log.info("messages.bounces", count=count)
    return count


def _imap(url: SplitResult, take: Taken) -> int:
    """Unseen mails of a folder (the path, else INBOX); a taken one is deleted, another one stays as seen."""
    host = url.hostname or ""
    box: imaplib.IMAP4 = (
        imaplib.IMAP4_SSL(host, url.port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
        if url.scheme == "imaps"
        else imaplib.IMAP4(host, url.port or 143, timeout=TIMEOUT)
    )
    with box:
        box.login(unquote(url.username or ""), unquote(url.password or ""))
        box.select(unquote(url.path.strip("/")) or "INBOX")
        _answer, found = box.search(None, "UNSEEN")
        count = 0
        for number in (found[0] or b"").split()[:AT_A_TIME]:
            _answer, parts = box.fetch(number.decode(), "(RFC822)")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            if take(raw):
                box.store(number.decode(), "+FLAGS", r"(\Deleted)")
                count += 1
        box.expunge()
    return count


def _pop(url: SplitResult, take: Taken) -> int:
    """All mails of the box; a taken one is deleted."""
    host = url.hostname or ""
    box: poplib.POP3 = (
        poplib.POP3_SSL(host, url.port or 995, context=ssl.create_default_context(), timeout=TIMEOUT)
        if url.scheme == "pop3s"
        else poplib.POP3(host, url.port or 110, timeout=TIMEOUT)
    )
    try:
        box.user(unquote(url.username or ""))
        box.pass_(unquote(url.password or ""))
        count = 0
        for number in range(1, min(box.stat()[0], AT_A_TIME) + 1):
            if take(b"\r\n".join(box.retr(number)[1])):
                box.dele(number)
                count += 1
        box.quit()
    except BaseException:
        box.close()
        raise
    return count


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
