"""Text messages: their ways out, chosen by ``PORTAL_SMS_URL``, and how long they are."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from portal.matters.messages import CODE_BYTES, euc_kr_bytes
from portal.messages.failures import MailNotSetUp, MailUnreachable, UnknownMailUrl
from portal.settings import Settings

if TYPE_CHECKING:
    from portal.messages.solapi import Solapi

# 3GPP TS 23.038, clause 6.2.1: the default alphabet; what stands in its extension takes two places.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")
_ALONE = {"gsm-7": 160, "ucs-2": 70}
_JOINED = {"gsm-7": 153, "ucs-2": 67}  # the rest of each part says which part it is


@dataclass(frozen=True)
class Sms:
    """One text message as it is handed to a way out. ``key`` is the same for each attempt."""

    key: str
    to: str
    text: str


class Texter(Protocol):
    """Takes one text message out of the house; answers what the provider calls it. Raises MailError."""

    def deliver(self, sms: Sms) -> str | None: ...


class ConsoleTexter:
    """The demo: text messages appear where the server was started."""

    def deliver(self, sms: Sms) -> None:
        """Print the message."""
        sys.stdout.write("\n".join(["", "-" * 72, f"SMS to {sms.to}", "", sms.text, "-" * 72, ""]))
        sys.stdout.flush()


class SilentTexter:
    """Takes every message and sends none."""

    def deliver(self, sms: Sms) -> None:
        """Let it go."""


class NoTexter:
    """An installation without text messages."""

    def deliver(self, sms: Sms) -> None:
        """Say so."""
        raise MailNotSetUp("no way out for text messages is set up")


@dataclass(frozen=True)
class FolderTexter:
    """Each text message as a file: for rehearsals, and for a modem that fetches them."""

    folder: Path

    def deliver(self, sms: Sms) -> None:
        """Write the file whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / f"{sms.key}.txt"
        draft = target.with_suffix(".part")
        try:
            draft.write_text(f"To: {sms.to}\n\n{sms.text}\n", "utf-8")
        except OSError as error:
            raise MailUnreachable("the folder for text messages cannot be written") from error
        draft.replace(target)


def texter_of(settings: Settings, to: str) -> Texter:
    """The way out for a number: Korea's own, where one is named, else the one for all. Raises UnknownMailUrl."""
    korean = to.startswith("+82") and settings.sms_url_kr.get_secret_value()
    return _texter(settings, korean or settings.sms_url.get_secret_value())


def asked_for_reports(settings: Settings) -> list[Solapi]:
    """The accounts that tell what became of a message only when they are asked."""
    from portal.messages.solapi import Solapi

    found = [texter_of(settings, to) for to in ("+82", "+1")]
    return list(dict.fromkeys(one for one in found if isinstance(one, Solapi)))


def check_urls(settings: Settings) -> None:
    """Raise UnknownMailUrl if either setting names no way out."""
    for to in ("+82", "+1"):
        texter_of(settings, to)


def sends_sms(settings: Settings) -> bool:
    """Whether this installation sends text messages at all; without them no page offers a telephone."""
    return not settings.sms_url.get_secret_value().startswith("none:")


def sms_kind(text: str) -> Literal["SMS", "LMS"]:
    """How a Korean carrier takes it: 90 bytes of EUC-KR are an SMS, more are an LMS."""
    return "SMS" if euc_kr_bytes(text) <= CODE_BYTES else "LMS"


def segments(text: str) -> tuple[str, int]:
    """The alphabet that a message elsewhere needs, and how many parts it is charged as."""
    plain = all(character in _GSM or character in _GSM_TWICE for character in text)
    alphabet = "gsm-7" if plain else "ucs-2"
    size = (
        sum(2 if character in _GSM_TWICE else 1 for character in text)
        if plain
        else len(text.encode("utf-16-be")) // 2
    )
    return alphabet, 1 if size <= _ALONE[alphabet] else -(-size // _JOINED[alphabet])


def _texter(settings: Settings, address: str) -> Texter:
    from portal.messages.solapi import Solapi
    from portal.messages.twilio import Twilio

    url = urlsplit(address)
    match url.scheme:
        case "console":
            return ConsoleTexter()
        case "silent":
            return SilentTexter()
        case "none":
            return NoTexter()
        case "file":
            return FolderTexter(Path(unquote(url.path)))
        case "solapi":
            return Solapi(**_account(url, "https://api.solapi.com"))
        case "twilio":
            return Twilio(**_account(url, "https://api.twilio.com"), site=_site(settings))
    raise UnknownMailUrl(
        f"PORTAL_SMS_URL begins with {url.scheme!r}; use console:, none:, file:///, solapi:// or twilio://"
    )


def _account(url: SplitResult, usual: str) -> dict[str, str]:
    """Key and secret, the number that messages come from, and where the provider answers."""
    asked = parse_qs(url.query)
    sender = asked.get("from", [""])[0].strip()
    if not (url.username and url.password and sender):
        raise UnknownMailUrl(
            f"{url.scheme}: needs a key, a secret and ?from=, as {url.scheme}://KEY:SECRET@?from=…"
        )
    return {
        "key": unquote(url.username),
        "secret": unquote(url.password),
        "sender": sender,
        "api": asked.get("api", [usual])[0],
    }


def _site(settings: Settings) -> str:
    """Where the provider's reports come in; only a site that the internet reaches gets any."""
    return f"https://{settings.site_address}" if settings.production else ""
