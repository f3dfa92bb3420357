"""The addresses that a pasted text holds: links, host names, e-mail addresses and telephone numbers. Pure.

Nothing is ever opened, fetched or looked up. Every pattern is linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["link", "host", "email", "phone"]
_LABEL = r"[^\W_](?:[\w-]{0,62})"
_HOST = rf"(?:{_LABEL}\.){{1,30}}(?:[a-z]{{2,24}}|xn--[a-z0-9-]{{1,59}}|한국)"
_URL = re.compile(
    r"\b(?:https?|ftp|hxxps?)\s?:\s?[/\\]{1,3}([^\s/\\?#<>\"']{1,500})([/\\?#][^\s<>\"']{0,500})?"
)
_EMAIL = re.compile(rf"(?<![\w.+-])[\w.+-]{{1,64}}@({_HOST})(?![a-z0-9-])")
_BARE = re.compile(
    rf"(?<![\w@.-])(?:www\.)?({_HOST})(?![a-z0-9-]|\.[a-z0-9])(:\d{{1,5}})?(/[^\s<>\"']{{0,500}})?"
)
_PHONE = re.compile(r"(?<![\w+])(?:\+|0)[\d ().-]{6,22}\d(?!\d)")
_NUMERIC = re.compile(r"\[?[0-9a-fx.:]+\]?")
_DOTS = str.maketrans({"\u3002": ".", "\uff61": ".", "\u2024": "."})
# Names of the last part by which a word with a dot in it, and nothing else, is taken for an address. With a scheme, a
# path or "www." any will do.
_COMMON = re.compile(
    "com|net|org|kr|io|co|info|biz|top|xyz|shop|site|online|click|link|live|icu|vip|club|store|app|dev|page|me|us|uk|jp"
    "|cn|ru|tk|ml|ga|cf|cc|ws|pw|gg|lat|cam|sbs|cfd|bond|world|today|space|fun|win|work|law|legal|center|support|help"
    "|example|test|한국"
)


@dataclass(frozen=True)
class Address:
    """One address as it was written, with the host it leads to or comes from, or the digits of a number.

    `disguised` if what stands before an @ in a link only looks like the host.
    """

    kind: Kind
    written: str
    host: str = ""
    number: str = ""
    disguised: bool = False

    @property
    def numeric(self) -> bool:
        """Whether the host is an IP address in any notation."""
        return (
            bool(self.host)
            and self.host.strip("[]").replace(".", "").replace(":", "") != ""
            and bool(_NUMERIC.fullmatch(self.host))
            and any(character.isdigit() for character in self.host)
        )


def folded(text: str) -> str:
    """The text as address bars read it: one form of each letter, small, nothing invisible, dots made dots."""
    plain = unicodedata.normalize("NFKC", text).translate(_DOTS).casefold()
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    return plain.replace("[.]", ".").replace("(.)", ".").replace("[dot]", ".")


def hidden(text: str) -> tuple[str, ...]:
    """Characters that cannot be seen or that turn the direction of reading, each once, in order."""
    return tuple(dict.fromkeys(c for c in text if _unseen(c)))


def _unseen(character: str) -> bool:
    return character not in "\n\r\t" and unicodedata.category(character) in (
        "Cc",
        "Cf",
        "Co",
        "Cs",
        "Cn",
        "Zl",
        "Zp",
    )


def found(text: str) -> tuple[Address, ...]:
    """Every address of a text, each once, in the order: links, e-mail addresses, host names, telephone numbers."""
    rest, addresses = folded(text), []
    for pattern, read in ((_URL, _link), (_EMAIL, _email), (_BARE, _host), (_PHONE, _phone)):
        for match in pattern.finditer(rest):
            if address := read(match):
                addresses.append(address)
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    return tuple(dict.fromkeys(addresses))


def _link(match: re.Match[str]) -> Address | None:
    authority = match[1]
    before, at, after = authority.rpartition("@")
    host = _plain_host(after)
    return Address("link", match[0], host, disguised=bool(at and before)) if host else None


def _email(match: re.Match[str]) -> Address | None:
    return Address("email", match[0], _plain_host(match[1]))


def _host(match: re.Match[str]) -> Address | None:
    host, path = _plain_host(match[1]), match[3] or ""
    written = match[0]
    certain = written.startswith("www.") or bool(path)
    if not certain and not _COMMON.fullmatch(host.rpartition(".")[2]) and "xn--" not in written:
        return None
    return Address("link" if certain else "host", written, host)


def _phone(match: re.Match[str]) -> Address | None:
    digits = re.sub(r"\D", "", match[0])
    number = f"+{digits}" if match[0].startswith("+") else digits
    return Address("phone", match[0].strip(), number=number) if 8 <= len(digits) <= 15 else None


def _plain_host(written: str) -> str:
    host = written if written.startswith("[") else re.sub(r":\d*$", "", written)
    return ".".join(_decoded(label) for label in host.strip(".").split(".") if label)


def _decoded(label: str) -> str:
    """A label in the letters that it stands for: xn--… is how other alphabets travel."""
    if not label.startswith("xn--"):
        return label
    try:
        return unicodedata.normalize("NFKC", label[4:].encode("ascii").decode("punycode")).casefold() or label
    except (UnicodeError, ValueError, OverflowError):
        return label
