"""The e-mail and SMS texts of a matter: one file a kind and language, with the text message in its head."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from portal.matters.bilingual import Language
from portal.matters.documents import PLACEHOLDER

_ABOUT_A_CLAIM = frozenset({"claim_number", "phrase", "site"})
# To a representative or to counsel: nothing about the person but the claim's number, and not the person's phrase.
_TO_OTHERS = frozenset({"claim_number", "site"})
# What each kind of message is given when it is queued; a text that names more could not be sent. What staff wrote is
# never among it: a message holds no personal data beyond phrase and number, and the claim's page shows the words.
MESSAGE_PLACEHOLDERS = {
    "code": frozenset({"code", "minutes", "site"}),
    "received": _ABOUT_A_CLAIM | {"date"},
    "packets-ready": _ABOUT_A_CLAIM,
    "information-requested": _ABOUT_A_CLAIM | {"counsel", "date"},
    "accepted": _ABOUT_A_CLAIM | {"counsel", "date"},
    "countersigned": _ABOUT_A_CLAIM | {"counsel", "date"},
    "declined": _ABOUT_A_CLAIM | {"counsel", "date", "until"},
    "decided-in-part": _ABOUT_A_CLAIM | {"counsel", "date", "until"},
    "correction": _ABOUT_A_CLAIM | {"counsel"},
    "merged": _ABOUT_A_CLAIM | {"counsel", "date"},
    "withdrawn": _ABOUT_A_CLAIM | {"counsel", "date"},
    "counsel-withdrawn": _TO_OTHERS | {"counsel", "date"},
    "filed": _ABOUT_A_CLAIM | {"counsel", "date"},
    "letter": _ABOUT_A_CLAIM | {"counsel"},
    "erasure-answer": _ABOUT_A_CLAIM | {"date"},
    "erased": _ABOUT_A_CLAIM | {"date"},
    "party-invited": _TO_OTHERS,
    "claim-prepared": _TO_OTHERS | {"date"},
    "party-signed": _ABOUT_A_CLAIM | {"date"},
    "party-refused": _ABOUT_A_CLAIM | {"date"},
    "party-sign-again": _TO_OTHERS,
    "party-done": _TO_OTHERS | {"date"},
    "all-signed": _ABOUT_A_CLAIM | {"date"},
    "of-age": _ABOUT_A_CLAIM,
    "recovery-started": _ABOUT_A_CLAIM | {"date"},
    "recovery-done": _ABOUT_A_CLAIM | {"date"},
    "contact-changed": _ABOUT_A_CLAIM | {"date"},
    "already-have-claim": _ABOUT_A_CLAIM,
    "reminder-unfinished": _ABOUT_A_CLAIM | {"date"},
    "reminder-unsigned": _ABOUT_A_CLAIM | {"date"},
    "draft-ending": _ABOUT_A_CLAIM | {"date"},
    "not-delivered": _ABOUT_A_CLAIM,
}
MESSAGE_KINDS = tuple(MESSAGE_PLACEHOLDERS)
# They answer what the person has just done, or must reach them before somebody else acts: sent at any hour.
SENT_AT_ONCE = frozenset(
    {"code", "received", "packets-ready", "withdrawn", "counsel-withdrawn", "party-invited", "recovery-started",
     "recovery-done", "contact-changed", "already-have-claim", "all-signed", "party-done"}
)  # fmt: skip
CODE_BYTES = (
    90  # a code must fit into one plain SMS of a Korean carrier; longer ones go as LMS, later and dearer
)
SMS_BYTES = 600  # more than that belongs into an e-mail; carriers take 2,000 bytes as LMS
# The longest values that placeholders of a text message get, to measure it before it is ever sent.
_LONGEST = {
    "code": "000000",
    "minutes": "10",
    "claim_number": "CPXX-0000-0000",
    "phrase": "가" * 40,
    "date": "2026. 12. 31.",
    "until": "2026. 12. 31.",
    "counsel": "가" * 30,
}
_SUBJECT, _SMS = "Subject:", "SMS:"
_LINK = re.compile(r"https?://|\bwww\.|\]\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MessageText:
    """One kind of message in one language, with placeholders still open: subject and body of an e-mail, and the SMS."""

    kind: str
    lang: Language
    subject: str
    body: str
    sms: str = ""

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and body with the values in place. Raises KeyError for a value that was not given."""
        # A value that holds a line break must not add a header to the message.
        return _one_line(_filled(self.subject, values)), _filled(self.body, values)

    def filled_sms(self, values: Mapping[str, str]) -> str:
        """The text message, on one line. A matter that has none for this kind says the subject, number and phrase."""
        if self.sms:
            return _one_line(_filled(self.sms, values))
        subject, number, phrase = _filled(self.subject, values), values["claim_number"], values["phrase"]
        parts = [subject, number if number not in subject else "", phrase]
        return _one_line(" / ".join(part for part in parts if part.strip("-")))

    @property
    def placeholders(self) -> frozenset[str]:
        """Names of the values that `filled` needs."""
        return frozenset(PLACEHOLDER.findall(f"{self.subject}\n{self.body}\n{self.sms}"))


class MessageTextError(ValueError):
    """A message text that cannot be sent; `complaints` are (line, reason) pairs."""

    def __init__(self, complaints: list[tuple[int, str]]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("; ".join(reason for _, reason in complaints))


def read_message(kind: str, lang: Language, source: str) -> MessageText:
    """Reads a message: "Subject: …", "SMS: …" if it has one, an empty line, the body. Raises MessageTextError."""
    first, _, rest = source.partition("\n")
    subject, sms = first.removeprefix(_SUBJECT).strip(), ""
    if rest.startswith(_SMS):
        line, _, rest = rest.partition("\n")
        sms = line.removeprefix(_SMS).strip()
    complaints = [*_shape(first, subject, rest), *_contents(kind, source), *_short(kind, sms)]
    if complaints:
        raise MessageTextError(complaints)
    return MessageText(kind, lang, subject, rest.strip() + "\n", sms)


def _shape(first: str, subject: str, rest: str) -> list[tuple[int, str]]:
    complaints = []
    if not first.startswith(_SUBJECT) or not subject:
        complaints.append((1, 'the first line must be "Subject: " and the subject'))
    if not rest.startswith("\n"):
        complaints.append((2, "an empty line must follow the subject and the text message"))
    if not rest.strip():
        complaints.append((3, "the message has no text"))
    return complaints


def _short(kind: str, sms: str) -> list[tuple[int, str]]:
    """What a text message must keep to; an e-mail may say more."""
    complaints = []
    names = PLACEHOLDER.findall(sms)
    if "site" in names and kind not in (
        "party-invited",
        "claim-prepared",
    ):  # they have never seen the address
        # Telephones turn an address in a text message into a link by themselves.
        complaints.append((2, "a text message must not hold the site's address: telephones make it a link"))
    if kind == "code" and sms and "code" not in names:
        complaints.append((2, "the text message does not hold {{ code }}"))
    longest = CODE_BYTES if kind == "code" else SMS_BYTES
    if (size := euc_kr_bytes(_filled(sms, defaultdict(str, _LONGEST)))) > longest:
        complaints.append(
            (2, f"the text message can be {size} bytes long in EUC-KR; at most {longest} are sent")
        )
    return complaints


def euc_kr_bytes(text: str) -> int:
    """How long Korean carriers count a text: one byte for ASCII, two for everything else."""
    return sum(1 if ord(character) < 128 else 2 for character in text)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: values[match[1]], text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


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
