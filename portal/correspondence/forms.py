"""The forms of letters: a text, and files beside it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, MultipleFileField, TextAreaField
from wtforms.validators import StopValidation

from portal.correspondence.service import LONGEST
from portal.web.typed import Needed, Short, has_resident_number, tidy_lines, without_resident_number

# A letter is read on screens and never printed in a packet, so emoji may stand in it; what is invisible or turns the
# direction of other text may not. The joiner that emoji are put together with stays.
_JOINER = "\u200d"
_DROPPED = {"Cc", "Cf", "Co", "Cs", "Cn"}


def visible(text: str) -> str:
    """The text without control characters, direction marks and what else nobody sees."""
    return "".join(c for c in text if c in ("\n", _JOINER) or unicodedata.category(c) not in _DROPPED)


class NoResidentNumber:
    """Refuses a resident registration number, and does not show it back."""

    def __call__(self, _form: Any, field: Field) -> None:
        if has_resident_number(field.data or ""):
            field.data = without_resident_number(field.data)
            raise StopValidation(
                _("Do not enter a resident registration number. We took it out and did not keep it.")
            )


class LetterText(TextAreaField):
    """Several lines of a letter; its length is looked at before anything else."""

    def __init__(
        self, label: Any = None, checks: Sequence[Any] = (), *, longest: int = LONGEST, **more: Any
    ) -> None:
        self.longest = longest
        super().__init__(label, [*checks, Short(longest), NoResidentNumber()], **more)

    def process_formdata(self, values: Sequence[str]) -> None:
        """Plain line ends, NFC, nothing invisible."""
        text, longest = (values[0] if values else ""), 4 * self.longest
        self.data = (
            tidy_lines(visible(text.replace("\r\n", "\n"))) if len(text) <= longest else text[: longest + 1]
        )


class LetterForm(FlaskForm):
    """A letter of the claimant to counsel."""

    text = LetterText(_l("Your letter"), [Needed(_l("Write what you want to say."))])
    files = MultipleFileField(_l("Photos or PDF files"))


class AnswerForm(FlaskForm):
    """An answer to a request: words, files, or the word that nothing is missing any more."""

    text = LetterText(_l("Your answer to counsel"))
    files = MultipleFileField(_l("Photos or PDF files"))


class ReplyForm(FlaskForm):
    """A letter of staff to the claimant."""

    text = LetterText(
        _l("Your letter to the claimant"), [Needed(_l("Write what you want to say."))], id="letter-text"
    )
    files = MultipleFileField(_l("Photos or PDF files"), id="letter-files")
