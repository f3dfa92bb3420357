"""The forms of checking a message and of reporting it. What is pasted is hostile: it is shown, never cleaned."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import DataRequired, StopValidation

LONGEST = 10_000  # characters of a message; longer than any that people are asked to judge


class Pasted(TextAreaField):
    """A message as it was pasted, with everything that cannot be seen in it, up to a length."""

    def process_formdata(self, valuelist: Any) -> None:
        text = valuelist[0] if valuelist else ""
        self.too_long = len(text) > LONGEST
        self.data = "" if self.too_long else text.replace("\r\n", "\n").replace("\x00", "\ufffd")

    def pre_validate(self, form: Any) -> None:
        """Refuse what is too long before anything looks at it, and what is empty."""
        if getattr(self, "too_long", False):
            raise StopValidation(
                _(
                    "This is too long. Paste only the message, up to %(count)s characters.",
                    count=f"{LONGEST:,}",
                )
            )
        if not (self.data or "").strip():
            raise StopValidation(_("Paste the message, the sender or the link."))


class AskForm(FlaskForm):
    """One message to be judged."""

    text = Pasted(_l("The message, its sender or a link"))


class ReportForm(FlaskForm):
    """A judged message, handed over on purpose."""

    text = Pasted(_l("The message, its sender or a link"))
    channel = SelectField(
        _l("How did it come?"),
        choices=[
            ("sms", _l("Text message")), ("email", _l("E-mail")), ("call", _l("Call")), ("other", _l("Some other way")),
        ],
    )  # fmt: skip
    consent = BooleanField(
        _l("You may keep this message."),
        validators=[DataRequired(_l("Tick this box if we may keep the message."))],
    )
