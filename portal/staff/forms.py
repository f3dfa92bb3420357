"""Forms of signing in, of one's own account, and of other people's."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.identity.contacts import NotAnAddress, normalised_email
from portal.staff.words import right_word
from portal.web import rights
from portal.web.language import LANGUAGES, current
from portal.web.typed import Line, Needed, Several

LONGEST_PASSWORD = 1024  # characters that are looked at; more than any that is accepted


class SignInForm(FlaskForm):
    """First factor."""

    email = StringField(
        __("E-mail address"), validators=[InputRequired(__("Enter your e-mail address.")), Length(max=254)]
    )
    password = PasswordField(
        __("Password"), validators=[InputRequired(__("Enter your password.")), Length(max=LONGEST_PASSWORD)]
    )


class CodeForm(FlaskForm):
    """Second factor: the app's six digits, or a recovery code."""

    code = StringField(__("Code"), validators=[InputRequired(__("Enter the code.")), Length(max=16)])


class JoinForm(FlaskForm):
    """An invitation taken up."""

    email = StringField(
        __("E-mail address"), validators=[InputRequired(__("Enter your e-mail address.")), Length(max=254)]
    )
    code = StringField(
        __("Code from the e-mail"), validators=[InputRequired(__("Enter the code.")), Length(max=40)]
    )
    new_password = PasswordField(
        __("New password"),
        validators=[InputRequired(__("Choose a password.")), Length(max=LONGEST_PASSWORD)],
    )


class PasswordForm(FlaskForm):
    """One's own password, the old and the new."""

    old_password = PasswordField(
        __("Password until now"),
        validators=[InputRequired(__("Enter your password.")), Length(max=LONGEST_PASSWORD)],
    )
    new_password = PasswordField(
        __("New password"),
        validators=[InputRequired(__("Choose a password.")), Length(max=LONGEST_PASSWORD)],
    )


class PasskeyForm(FlaskForm):
    """What somebody calls a passkey, to tell it from the next."""

    name = Line(
        __("Name of the passkey"),
        [Needed(__("Give it a name."))],
        longest=40,
        description=__("Such as the name of the phone, computer or key."),
    )


class LanguageForm(FlaskForm):
    """The language of the staff pages."""

    language = SelectField(__("Language"), choices=list(LANGUAGES.items()))


class RightsForm(FlaskForm):
    """What somebody may do: duties, each in one jurisdiction."""

    rights = Several(__("Rights"))

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.rights.choices = [(one, right_word(one, current())) for one in rights.every_right()]

    def validate_rights(self, field: Several) -> None:
        """Somebody without any right has no account: it is closed instead."""
        if not field.data:
            raise ValidationError(_("Choose at least one right."))


class InviteForm(RightsForm):
    """Somebody new."""

    name = Line(__("Name"), [Needed(__("Enter the name."))], longest=80)
    email = StringField(
        __("E-mail address"),
        validators=[InputRequired(__("Enter the e-mail address.")), Length(max=254)],
    )
    language = SelectField(__("Language"), choices=list(LANGUAGES.items()))

    def validate_email(self, field: StringField) -> None:
        """In its one form; there it is invited, and with it the person signs in."""
        try:
            field.data = normalised_email(field.data)
        except NotAnAddress as error:
            raise ValidationError(_("This is not an e-mail address.")) from error
