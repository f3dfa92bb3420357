"""The e-mail and SMS texts of a matter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from portal.matters.bilingual import Language
from portal.matters.documents import PLACEHOLDER

_ABOUT_A_CLAIM = frozenset({"claim_number", "phrase", "site"})
# What each kind of message is given when it is queued; a text that names more could not be sent.
MESSAGE_PLACEHOLDERS = {
    "code": frozenset({"code", "minutes", "site"}),
    "received": _ABOUT_A_CLAIM | {"date"},
    "packets-ready": _ABOUT_A_CLAIM,
    "information-requested": _ABOUT_A_CLAIM | {"counsel", "text", "date"},
    "accepted": _ABOUT_A_CLAIM | {"counsel", "date"},
    "declined": _ABOUT_A_CLAIM | {"counsel", "text", "date"},
    "withdrawn": _ABOUT_A_CLAIM | {"counsel", "date"},
    # To counsel's own address: nothing about the person but the claim's number.
    "counsel-withdrawn": frozenset({"claim_number", "counsel", "date", "site"}),
    "filed": _ABOUT_A_CLAIM | {"counsel", "date"},
}
MESSAGE_KINDS = tuple(MESSAGE_PLACEHOLDERS)
_SUBJECT = "Subject:"
_LINK = re.compile(r"https?://|\bwww\.|\]\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MessageText:
    """Subject and body of one kind of message in one language, with placeholders still open."""

    kind: str
    lang: Language
    subject: str
    body: str

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and body with the values in place. Raises KeyError for a value that was not given."""

        def value(match: re.Match[str]) -> str:
            return values[match[1]]

        subject = PLACEHOLDER.sub(value, self.subject)
        # A value that holds a line break must not add a header to the message.
        return " ".join(subject.split()), PLACEHOLDER.sub(value, self.body)

    @property
    def placeholders(self) -> frozenset[str]:
        """Names of the values that `filled` needs."""
        return frozenset(PLACEHOLDER.findall(f"{self.subject}\n{self.body}"))


class MessageTextError(ValueError):
    """A message text that cannot be sent; `complaints` are (line, reason) pairs."""

    def __init__(self, complaints: list[tuple[int, str]]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("; ".join(reason for _, reason in complaints))


def read_message(kind: str, lang: Language, source: str) -> MessageText:
    """Reads a message: "Subject: …", an empty line, the body. Raises MessageTextError."""
    first, _, rest = source.partition("\n")
    subject = first.removeprefix(_SUBJECT).strip()
    complaints = [*_shape(first, subject, rest), *_contents(kind, source)]
    if complaints:
        raise MessageTextError(complaints)
    return MessageText(kind, lang, subject, rest.strip() + "\n")


def _shape(first: str, subject: str, rest: str) -> list[tuple[int, str]]:
    complaints = []
    if not first.startswith(_SUBJECT) or not subject:
        complaints.append((1, 'the first line must be "Subject: " and the subject'))
    if not rest.startswith("\n"):
        complaints.append((2, "an empty line must follow the subject"))
    if not rest.strip():
        complaints.append((3, "the message has no text"))
    return complaints


def _contents(kind: str, source: str) -> list[tuple[int, str]]:
    complaints = []
    for number, line in enumerate(source.split("\n"), start=1):
        for name in PLACEHOLDER.findall(line):
            if name not in MESSAGE_PLACEHOLDERS[kind]:
                known = any(name in names for names in MESSAGE_PLACEHOLDERS.values())
                why = "has no value in this message" if known else "does not exist"
                complaints.append((number, f'the placeholder "{{{{ {name} }}}}" {why}'))
        if "{{" in (rest := PLACEHOLDER.sub("", line)) or "}}" in rest:
            complaints.append((number, "a placeholder is not closed"))
        if _LINK.search(line):
            complaints.append(
                (number, "a message must not hold a link; people are asked to type the address")
            )
    return complaints
