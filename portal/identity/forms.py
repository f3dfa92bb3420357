"""The form that asks for an e-mail address."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField
from wtforms.validators import ValidationError

from portal.identity.service import NotAnAddress, normalised_email
from portal.web.typed import Needed, has_resident_number


class EmailForm(FlaskForm):
    """One address; ``address`` is it in its normalised form once the form is valid."""

    email = EmailField(_l("E-mail address"), [Needed(_l("Enter your e-mail address."))])
    address = ""

    def validate_email(self, field: EmailField) -> None:
        """Take the address, or say what to do."""
        typed = field.data or ""
        if has_resident_number(typed[:400]):
            field.data = ""
        try:
            self.address = normalised_email(typed)
        except NotAnAddress:
            field.data = (field.data or "")[:320]
            raise ValidationError(str(_l("Enter an e-mail address like name@example.com."))) from None
