"""The forms that ask for a contact and for the code that was sent to it."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, StringField, TelField
from wtforms.validators import ValidationError

from portal.identity.contacts import Contact, Kind, NotAnAddress, normalised_email, normalised_phone
from portal.messages.sms import sends_sms
from portal.web import runtime
from portal.web.typed import halfwidth, has_resident_number


class ContactForm(FlaskForm):
    """One e-mail address or one phone number, as ``by`` says; ``contact`` is it once the form is valid."""

    by = HiddenField()
    email = EmailField(_l("E-mail address"))
    phone = TelField(_l("Phone number"))
    # Programs that fill in every field fill in this one. It has its label, for those who hear the page.
    homepage = StringField(_l("Leave this field empty"))
    contact: Contact

    @property
    def kind(self) -> Kind:
        """Which of the two is asked for: what the form says, else what the address of the page asks for."""
        return "phone" if self._phone_wanted and self.texts else "email"

    @property
    def texts(self) -> bool:
        """Whether a code can go to a phone at all."""
        return sends_sms(runtime().settings)

    @property
    def phone_in_vain(self) -> bool:
        """Whether a phone was asked for where no text messages are set up."""
        return self._phone_wanted and not self.texts

    @property
    def asked(self) -> Any:
        """The field that counts."""
        return self[self.kind]

    @property
    def filled_by_a_program(self) -> bool:
        """Whether the field that no person sees was filled in."""
        return bool(self.homepage.data)

    def validate_email(self, field: EmailField) -> None:
        """Take the address, or say what to do."""
        if self.kind != "email":
            return
        if self.phone_in_vain:
            raise ValidationError(
                _(
                    "No text messages are sent from here, so a code can only come by e-mail. Enter an e-mail address."
                )
            )
        if not (field.data or "").strip():
            raise ValidationError(_("Enter your e-mail address."))
        try:
            self.contact = Contact("email", normalised_email(self._typed(field)))
        except NotAnAddress:
            field.data = (field.data or "")[:320]
            raise ValidationError(_("Enter an e-mail address like name@example.com.")) from None

    def validate_phone(self, field: TelField) -> None:
        """Take the number, or say what to do."""
        if self.kind != "phone":
            return
        if not (field.data or "").strip():
            raise ValidationError(_("Enter a phone number."))
        try:
            self.contact = Contact("phone", normalised_phone(self._typed(field)))
        except NotAnAddress:
            field.data = (field.data or "")[:40]
            raise ValidationError(
                _(
                    "Enter a phone number like 010-1234-5678, or with its country's code, like +1 212 736 5000."
                )
            ) from None

    @property
    def _phone_wanted(self) -> bool:
        return (self.by.data if self.is_submitted() else request.args.get("by")) == "phone"

    def _typed(self, field: Any) -> str:
        typed: str = field.data or ""
        if has_resident_number(typed[:400]):
            field.data = ""
        return typed


class CodeForm(FlaskForm):
    """Six figures, however they were typed or pasted."""

    code = StringField(_l("Code"))

    @property
    def figures(self) -> str:
        """The figures alone."""
        return "".join(c for c in halfwidth((self.code.data or "")[:40]) if c.isascii() and c.isdigit())
