"""The sentences of verdicts and signs, each in one place; and how what was pasted is shown without doing anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from portal.matters.page import Scam
from portal.trust.addresses import Address, hidden
from portal.trust.judgement import Finding, Sign, Verdict

KINDS = {Verdict.OURS: "wait", Verdict.NOT_OURS: "bad", Verdict.SCAM: "bad", Verdict.UNKNOWN: "wait"}
"""The colour of a verdict. None is the colour of safety: senders can be forged."""


def headline(finding: Finding) -> str:
    """The verdict in one line."""
    return {
        Verdict.OURS: _("It names an address of ours. That alone proves nothing."),
        Verdict.NOT_OURS: _("This is not from us."),
        Verdict.SCAM: _("This looks like a known scam."),
        Verdict.UNKNOWN: _("We cannot tell whether this is from us."),
    }[finding.verdict]


def meaning(finding: Finding) -> str:
    """What the verdict means and what to go by."""
    if finding.linked_to_us:
        return _(
            "It holds a link to an address of ours. Our messages never hold links. Do not tap it; type the address "
            "yourself."
        )
    return {
        Verdict.OURS: _(
            "Senders can be forged. Look for the phrase that you chose, and type our address into the address bar "
            "yourself. If the phrase is missing, it is not from us, unless it only brings a code that you asked for."
        ),
        Verdict.NOT_OURS: _("None of the addresses in it is ours. Do not answer, and follow no link in it."),
        Verdict.SCAM: _(
            "Do not answer, tap nothing, and call no number in it. Keep a picture of it as it is."
        ),
        Verdict.UNKNOWN: _(
            "It holds no address that we could compare. Look for the phrase that you chose: without it, it is not "
            "from us."
        ),
    }[finding.verdict]


def sign(found: Sign, lang: str) -> tuple[str, str]:
    """A sign's name, and how it is recognised."""
    if found.scam is not None:
        return found.scam.name[lang], found.scam.sign[lang]
    return {
        "look-alike": (
            _("An address made to look like another"),
            _(
                "“%(address)s” only looks like “%(imitated)s”. It is another address.",
                address=_with_code(found.address),
                imitated=found.imitated,
            ),
        ),
        "mixed-alphabets": (
            _("Letters of several alphabets in one address"),
            _("“%(address)s” mixes letters that look alike.", address=_with_code(found.address)),
        ),
        "disguised-link": (
            _("A link that hides where it leads"),
            _(
                "What stands before the @ only looks like an address; it leads to “%(address)s”.",
                address=_with_code(found.address),
            ),
        ),
        "numeric-address": (
            _("A link to a bare number"),
            _("“%(address)s” has no name. Honest sites have one.", address=_with_code(found.address)),
        ),
        "our-name": (
            _("It uses our name and holds somebody else's link"),
            _("Our messages never hold links."),
        ),
        "hidden-characters": (
            _("Characters that cannot be seen"),
            _("They are used to deceive filters and eyes. They are marked below."),
        ),
    }[found.code]


def _with_code(host: str) -> str:
    """A host; with letters of other alphabets, also in the form that shows them: the eye cannot tell them apart."""
    if host.isascii():
        return host
    labels = (one if one.isascii() else f"xn--{one.encode('punycode').decode()}" for one in host.split("."))
    return f"{host} = {'.'.join(labels)}"


def sign_name(code: str, scams: Iterable[Scam], lang: str) -> str:
    """The name of a sign that was kept by its code; the code itself where the matter no longer knows it."""
    scam = next((one for one in scams if one.id == code), None)
    try:
        return sign(Sign(code, scam), lang)[0]
    except KeyError:
        return code


def address_kind(address: Address) -> str:
    """What kind of address it is."""
    return {
        "link": _("Link"),
        "host": _("Address of a site"),
        "email": _("E-mail address"),
        "phone": _("Telephone number"),
    }[address.kind]


def visible(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces; True where a piece stands for a character that cannot be seen, named by its code."""
    unseen, start = set(hidden(text)), 0
    for place, character in enumerate(text):
        if character in unseen:
            if start < place:
                yield text[start:place], False
            yield f"U+{ord(character):04X}", True
            start = place + 1
    if start < len(text):
        yield text[start:], False


def grouped_hex(digest: str) -> str:
    """A SHA-256 in two rows of groups of eight digits, which two people can compare over the telephone."""
    groups = [digest[start : start + 8] for start in range(0, len(digest), 8)]
    return "\n".join(" ".join(groups[start : start + 4]) for start in range(0, len(groups), 4))
