"""What we can say of a message that somebody got: whose addresses it names, and what it has of known scams. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from portal.matters.matter import Matter
from portal.matters.model import MatterToml
from portal.matters.page import Scam
from portal.trust import lookalikes
from portal.trust.addresses import Address, folded, found, hidden

_BLANKS = re.compile(r"\s+")
_PARTS = re.compile(r"\{\{[^}]*\}\}|[.!?:]\s|\n")
_SHORTEST_PART = 6  # characters: less is no sentence of ours
HOME_CODES = ("+82", "+1")  # of the countries that matters are run in


class Verdict(StrEnum):
    """What the page answers; none of them says that a message is safe."""

    OURS = "ours"
    NOT_OURS = "not-ours"
    SCAM = "scam"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Sign:
    """Something that a message has in common with scams: a scam of the matter, or a trick known by its `code`."""

    code: str
    scam: Scam | None = None
    address: str = ""
    imitated: str = ""


@dataclass(frozen=True)
class Finding:
    """The verdict with what it rests on. `linked_to_us`: it links to our own address, as our messages never do."""

    verdict: Verdict
    signs: tuple[Sign, ...]
    ours: tuple[Address, ...]
    others: tuple[Address, ...]
    hidden: tuple[str, ...] = ()
    linked_to_us: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The signs as they are kept with a report."""
        return tuple(dict.fromkeys(sign.code for sign in self.signs))


@dataclass(frozen=True)
class Official:
    """What the matter says is ours, in the form that addresses are compared in."""

    hosts: tuple[str, ...]
    emails: tuple[str, ...]
    numbers: tuple[str, ...]
    names: tuple[str, ...]

    def owns(self, address: Address) -> bool:
        """Whether an address is one of ours."""
        if address.kind == "email":
            return address.written in self.emails
        if address.kind == "phone":
            return national(address.number) in self.numbers
        return not address.disguised and any(lookalikes.is_under(address.host, host) for host in self.hosts)


def official(matter: MatterToml) -> Official:
    """Senders and counsel of a matter."""
    senders = matter.senders
    return Official(
        hosts=tuple(one.address.casefold() for one in senders if one.kind == "web"),
        emails=tuple(
            dict.fromkeys(
                [one.address.casefold() for one in senders if one.kind == "email"]
                + [firm.email.casefold() for firm in matter.counsel]
            )
        ),
        numbers=tuple(
            dict.fromkeys(
                [national(_digits(one.address)) for one in senders if one.kind == "sms"]
                + [national(_digits(firm.phone)) for firm in matter.counsel]
            )
        ),
        names=tuple(
            _tight(name) for firm in matter.counsel for name in {firm.name.ko, firm.name.en} if len(name) >= 4
        ),
    )


def judge(matter: Matter, text: str) -> Finding:
    """What can be said of a message or an address; the text is of bounded length.

    Sentences of the matter's own messages are left out when signs of scams are looked for: they warn of the same
    things in the same words.
    """
    known, addresses = official(matter.toml), found(text)
    ours = tuple(one for one in addresses if known.owns(one))
    others = tuple(one for one in addresses if one not in ours)
    unseen = hidden(text)
    signs = tuple(_signs(matter, known, text, others, unseen))
    links = tuple(one for one in ours if one.kind == "link" and not _is_all(one, text))
    if signs:
        verdict = Verdict.SCAM
    elif others:
        verdict = Verdict.NOT_OURS
    elif ours and not links:
        verdict = Verdict.OURS
    else:
        verdict = Verdict.UNKNOWN
    return Finding(verdict, signs, ours, others, unseen, linked_to_us=bool(links))


def national(number: str) -> str:
    """A telephone number as it is dialled in Korea, for comparing; others with their country's code."""
    digits = _digits(number)
    return f"0{digits[3:]}" if digits.startswith("+82") else digits


def _signs(
    matter: Matter, known: Official, text: str, others: tuple[Address, ...], unseen: tuple[str, ...]
) -> Iterator[Sign]:
    tight = _tight(text)
    rest = tight
    for sentence in _own_sentences(matter):
        rest = rest.replace(sentence, "|")
    for scam in matter.toml.scams:
        if _shows(scam, rest, others):
            yield Sign(scam.id, scam=scam)
    hosts = [one for one in others if one.host]
    for one in hosts:
        yield from _tricks(matter.toml, known, one)
    if any(one.kind in ("link", "host") for one in hosts) and any(name in tight for name in known.names):
        yield Sign("our-name")
    if unseen and hosts:
        yield Sign("hidden-characters")


def _tricks(matter: MatterToml, known: Official, address: Address) -> Iterator[Sign]:
    if address.disguised:
        yield Sign("disguised-link", address=address.host)
    if address.kind in ("link", "host") and address.numeric:
        yield Sign("numeric-address", address=address.host)
    if like := lookalikes.imitated(address.host, known.hosts, matter.imitated):
        yield Sign("look-alike", address=address.host, imitated=like)
    elif lookalikes.mixes_alphabets(address.host):
        yield Sign("mixed-alphabets", address=address.host)


def _shows(scam: Scam, tight: str, others: tuple[Address, ...]) -> bool:
    if scam.words and all(any(_tight(word) in tight for word in group) for group in scam.words):
        return True
    if any(
        lookalikes.is_under(one.host, host) for one in others if one.kind != "email" for host in scam.hosts
    ):
        return True
    numbers = [one.number for one in others if one.kind == "phone"]
    return ("070" in scam.senders and any(national(one).startswith("070") for one in numbers)) or (
        "abroad" in scam.senders and any(_abroad(one) for one in numbers)
    )


@lru_cache(maxsize=4)
def _own_sentences(matter: Matter) -> tuple[str, ...]:
    """What the matter's messages say between their placeholders, the longest first."""
    texts = [text for one in matter.messages.values() for text in (one.subject, one.sms, one.body)]
    parts = {_tight(part) for text in texts for part in _PARTS.split(text)}
    return tuple(
        sorted((part for part in parts if len(part) >= _SHORTEST_PART), key=lambda part: (-len(part), part))
    )


def _abroad(number: str) -> bool:
    """Carriers in Korea show calls from abroad with a prefix like 001 or 006."""
    return number.startswith("00") or (number.startswith("+") and not number.startswith(HOME_CODES))


def _is_all(address: Address, text: str) -> bool:
    """Whether the text is nothing but this address: somebody asks about an address, not about a message."""
    return folded(text).strip().rstrip("/.") == address.written.strip().rstrip("/.")


def _tight(text: str) -> str:
    return _BLANKS.sub("", folded(text))


def _digits(number: str) -> str:
    return ("+" if number.startswith("+") else "") + re.sub(r"\D", "", number)
