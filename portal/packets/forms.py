"""Forms of reading and signing."""

import json
import unicodedata
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from pydantic import TypeAdapter, ValidationError
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.validators import ValidationError as FieldError

from portal.claims.act import PAD_HEIGHT, PAD_WIDTH, Strokes
from portal.packets.signing import GivenSignature

MAX_STROKES_CHARACTERS = 200_000
MIN_INK = 150.0  # in units of the pad, 1,000 wide: shorter than this is a slip of the finger, not a signature
_STROKES: TypeAdapter[Strokes] = TypeAdapter(Strokes)


class ConfirmForm(FlaskForm):
    """Going on from a text that asks nothing."""


class ConsentForm(FlaskForm):
    """Giving or refusing one consent; nothing is ticked beforehand."""

    given = RadioField(
        __("Your answer"),
        choices=[("yes", __("I consent")), ("no", __("I do not consent"))],
        validators=[InputRequired(__("Choose one of the two answers."))],
    )


class PlaceForm(FlaskForm):
    """Where the person is while signing; it chooses the form of the declaration (28 U.S.C. 1746)."""

    place = RadioField(
        __("Where are you now, as you sign?"),
        choices=[
            ("KR", __("In Korea")),
            ("US", __("In the United States")),
            ("ZZ", __("In another country")),
        ],
        validators=[InputRequired(__("Choose where you are."))],
    )


class SignatureForm(FlaskForm):
    """One signature: drawn on the pad, or the name typed."""

    class Meta:
        csrf = False  # stands inside a form that has the token

    strokes = HiddenField(validators=[Length(max=MAX_STROKES_CHARACTERS)])
    typed_name = StringField(__("Type your name as your signature"), validators=[Length(max=120)])

    def __init__(self, *args: Any, names: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names = {_folded(name) for name in names if name}
        self._drawn: Strokes = ()

    def validate_typed_name(self, field: StringField) -> None:
        """Exactly one of the two ways; a typed signature is the claimant's own name."""
        try:
            self._drawn = read_strokes(self.strokes.data or "")
        except ValueError as error:
            raise FieldError(_("The drawn signature could not be read. Please draw it again.")) from error
        if self._drawn:
            if ink(self._drawn) < MIN_INK:
                raise FieldError(_("The signature is too short. Please draw it again, larger."))
            return
        if not (field.data or "").strip():
            raise FieldError(_("Draw your signature, or type your name."))
        if _folded(field.data or "") not in self._names:
            raise FieldError(_("Type your name as you gave it in your details."))

    def given(self) -> GivenSignature:
        """What was signed; only after the form was found valid."""
        if self._drawn:
            return GivenSignature(strokes=self._drawn)
        typed = unicodedata.normalize("NFC", self.typed_name.data or "").strip()
        return GivenSignature(typed_name=" ".join(typed.split()))


def read_strokes(text: str) -> Strokes:
    """Strokes from the pad's JSON, normalised to the pad's own size. Raises ValueError for anything else."""
    if not text:
        return ()
    try:
        held = json.loads(text)
        if not isinstance(held, dict) or (held.get("width"), held.get("height")) != (PAD_WIDTH, PAD_HEIGHT):
            raise ValueError("not a pad's drawing")
        return _STROKES.validate_python(tuple(tuple(map(tuple, stroke)) for stroke in held["strokes"]))
    except (ValidationError, KeyError, TypeError, RecursionError) as error:
        raise ValueError("not a pad's drawing") from error


def ink(strokes: Strokes) -> float:
    """Length of all strokes, in units of the pad."""
    return sum(
        ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        for stroke in strokes
        for (x1, y1, _t1), (x2, y2, _t2) in pairwise(stroke)
    )


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
