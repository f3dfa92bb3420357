"""What people type, before anything else looks at it: one form of Unicode, nothing invisible, nothing that no packet
could print, and never a 주민등록번호.

Every check is linear in the length of the text, and the length is checked first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError

from portal.fonts import undrawable

_SEPARATOR = r"[-\u00ad\u2010-\u2015\u2212\u30fc~._·/ \t\u00a0\u3000]"
# Six digits, then seven of which the first is 1 to 8 (5 to 8: foreigners). With a separator the shape alone is enough;
# without one, order and tracking numbers look alike, so the first six must also be a date.
LONGEST_CHOICE = 64
_SPACED_NUMBER = re.compile(rf"(?<!\d)(\d{{6}}){_SEPARATOR}{{1,3}}([1-8]\d{{6}})(?!\d)")
_JOINED_NUMBER = re.compile(r"(?<!\d)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[1-8]\d{6}(?!\d)")
_BLANKED = "●●●●●●-●●●●●●●"
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\u0085")
_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")


def tidy(text: str) -> str:
    """One line, NFC, with plain single spaces."""
    return _BLANKS.sub(
        " ", _LINE_ENDS.sub(" ", unicodedata.normalize("NFC", text)).replace("\n", " ")
    ).strip()


def tidy_lines(text: str) -> str:
    """Several lines, NFC, with plain line ends and no blanks at their ends."""
    lines = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text)).split("\n")
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in lines).strip()


def halfwidth(text: str) -> str:
    """Full-width digits and letters as plain ones: 010 for ０１０."""
    return unicodedata.normalize("NFKC", text)


def has_resident_number(text: str) -> bool:
    """Whether the text holds what looks like a 주민등록번호 or 외국인등록번호, in any width of digits."""
    if len(text) < 13:  # of its digits
        return False
    plain = _plain_digits(text)
    return bool(_SPACED_NUMBER.search(plain) or _JOINED_NUMBER.search(plain))


def without_resident_number(text: str) -> str:
    """The text with such numbers blanked out, to be shown back."""
    plain = _plain_digits(text)  # one character for one, so that what is not a number stays as it was typed
    for pattern in (_SPACED_NUMBER, _JOINED_NUMBER):
        for found in reversed(list(pattern.finditer(plain))):
            text = text[: found.start()] + _BLANKED + text[found.end() :]
            plain = plain[: found.start()] + _BLANKED + plain[found.end() :]
    return text


def unprintable(text: str) -> list[str]:
    """Characters that no packet can show: invisible ones, emoji, and what the fonts lack; each once, in order."""
    bad = [c for c in dict.fromkeys(text) if c != "\n" and unicodedata.category(c) in _INVISIBLE]
    return bad + [c for c in undrawable(text) if c not in bad]


def named(character: str) -> str:
    """How a message names a character: shown if it can be seen, with its code."""
    code = f"U+{ord(character):04X}"
    seen = unicodedata.category(character) not in _INVISIBLE | {"Mn", "Me"}
    return f"“{character}” ({code})" if seen else code


class Printable:
    """Refuses, naming them, characters that could not be printed in a packet, and resident registration numbers."""

    def __call__(self, _form: Any, field: Field) -> None:
        text = field.data or ""
        if has_resident_number(text):
            field.data = without_resident_number(text)
            raise StopValidation(
                _("Do not enter a resident registration number. We took it out and did not keep it.")
            )
        if bad := unprintable(text):
            shown = ", ".join(named(character) for character in bad[:5])
            raise StopValidation(
                _("This character cannot be printed in your documents: %(characters)s", characters=shown)
            )


class Short:
    """Refuses more than so many characters, before anything slower looks at the text."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.field_flags = {"maxlength": longest}

    def __call__(self, _form: Any, field: Field) -> None:
        raw = field.raw_data[0] if field.raw_data else ""
        if len(field.data or "") > self.longest or len(raw) > 4 * self.longest:
            field.data = (field.data or "")[: self.longest]
            raise StopValidation(_("Use at most %(count)s characters.", count=self.longest))


class Needed:
    """Refuses an empty field with a sentence of its own."""

    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence
        self.field_flags = {"required": True}

    def __call__(self, _form: Any, field: Field) -> None:
        if not field.data or not str(field.data).strip():
            raise StopValidation(str(self.sentence))


class _Typed:
    """What the one-line and the many-line field share: the length first, then tidied, then the checks."""

    tidied: Callable[[str], str]

    def process_formdata(self, values: Sequence[str]) -> None:
        text = values[0] if values else ""
        longest = 4 * self.longest  # type: ignore[attr-defined]
        self.data = type(self).tidied(text) if len(text) <= longest else text[: longest + 1]


class Line(_Typed, StringField):
    """One line of text about a person. ``checks`` run after length and printability."""

    tidied = staticmethod(tidy)

    def __init__(self, label: Any = None, checks: Sequence[Any] = (), *, longest: int, **more: Any) -> None:
        self.longest = longest
        first = [check for check in checks if isinstance(check, Needed)]
        rest = [check for check in checks if not isinstance(check, Needed)]
        super().__init__(label, [*first, Short(longest), Printable(), *rest], **more)


class Lines(_Typed, TextAreaField):
    """Several lines of text about a person."""

    tidied = staticmethod(tidy_lines)

    def __init__(self, label: Any = None, checks: Sequence[Any] = (), *, longest: int, **more: Any) -> None:
        self.longest = longest
        super().__init__(label, [Short(longest), Printable(), *checks], **more)


class Several(SelectMultipleField):
    """Any number of a list's choices. A stranger to the list is refused by its beginning, not said back whole."""

    def process_formdata(self, values: Sequence[str]) -> None:
        self.data = [value[:LONGEST_CHOICE] for value in values]


def refuse(sentence: str) -> ValidationError:
    """A refusal to raise from a check."""
    return ValidationError(sentence)


def _plain_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else "-" if c == "－" else c for c in text)
