"""Forms of signing in."""

from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length


class SignInForm(FlaskForm):
    """First factor."""

    email = StringField(
        __("E-mail address"), validators=[InputRequired(__("Enter your e-mail address.")), Length(max=254)]
    )
    password = PasswordField(
        __("Password"), validators=[InputRequired(__("Enter your password.")), Length(max=1024)]
    )


class CodeForm(FlaskForm):
    """Second factor: the app's six digits, or a recovery code."""

    code = StringField(__("Code"), validators=[InputRequired(__("Enter the code.")), Length(max=16)])
