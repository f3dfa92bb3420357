"""The form by which pages come back."""

from __future__ import annotations

from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from wtforms import MultipleFileField


class ReturnForm(FlaskForm):
    """Photographs, or a scan."""

    files = MultipleFileField(__("Photographs or a PDF of the signed pages"))
