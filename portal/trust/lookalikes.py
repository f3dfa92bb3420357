"""Host names that are made to be taken for another. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

_SHORTEST_NAME = 5  # shorter names stand inside too many honest ones
# Letters of other alphabets, and digits, that look like a Latin letter in common fonts (a part of Unicode's UTS 39).
_TWINS: Final = str.maketrans(
    {
        "а": "a", "в": "b", "е": "e", "ё": "e", "з": "3", "і": "i", "ї": "i", "ј": "j", "к": "k", "м": "m", "н": "h",
        "о": "o", "р": "p", "с": "c", "ѕ": "s", "т": "t", "у": "y", "х": "x", "ԁ": "d", "ԛ": "q", "ԝ": "w", "ӏ": "l",
        "һ": "h", "п": "n", "ո": "n", "ս": "u", "օ": "o", "ց": "g", "ѵ": "v", "α": "a", "β": "b", "γ": "y", "ε": "e",
        "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "σ": "o", "τ": "t", "υ": "u", "χ": "x", "ω": "w",
        "ı": "i", "ɡ": "g", "ɑ": "a", "ʟ": "l", "ł": "l", "ø": "o", "đ": "d", "0": "o", "1": "l", "3": "e",
        "5": "s", "|": "l",
    }
)  # fmt: skip


def skeleton(host: str) -> str:
    """The host as a hurried eye reads it."""
    bare = "".join(c for c in unicodedata.normalize("NFD", host) if not unicodedata.combining(c))
    return bare.translate(_TWINS).replace("rn", "m").replace("vv", "w").replace("cl", "d")


def is_under(host: str, domain: str) -> bool:
    """Whether a host is a domain or stands below it."""
    return host == domain or host.endswith(f".{domain}")


def imitated(host: str, ours: Iterable[str], others: Iterable[str]) -> str:
    """The domain that a host imitates, empty if none. Of `others` their name alone counts too: it is no common word."""
    ours, others = tuple(ours), tuple(others)
    if any(is_under(host, domain) for domain in (*ours, *others)):
        return ""
    for domain in (*ours, *others):
        if f"{domain}." in f"{host}." or _reads_like(host, domain):
            return domain
    labels = [part for label in host.split(".") for part in label.split("-")]
    for domain in others:
        name = domain.partition(".")[0]
        if len(name) >= _SHORTEST_NAME and (
            skeleton(name) in skeleton(host) or any(_reads_like(part, name) for part in labels)
        ):
            return domain
    return ""


def mixes_alphabets(host: str) -> bool:
    """Whether one label has Latin letters beside Cyrillic or Greek ones; no honest name has."""
    return any({"LATIN"} < _alphabets(label) for label in host.split("."))


def _alphabets(label: str) -> set[str]:
    named = {unicodedata.name(c, "").partition(" ")[0] for c in label if c.isalpha()}
    return named & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN"}


def _reads_like(one: str, other: str) -> bool:
    """Whether one is the other to a hurried eye, or but for one slip."""
    seen, meant = skeleton(one), skeleton(other)
    if is_under(seen, meant):
        return True
    return len(other) >= _SHORTEST_NAME and (_one_slip(one, other) or _one_slip(seen, meant))


def _one_slip(one: str, other: str) -> bool:
    """Whether two different words differ by one letter wrong, missing, too many, or by two that changed places."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
