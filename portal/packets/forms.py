"""Forms of reading and signing."""

import json
import unicodedata
from enum import StrEnum
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from pydantic import TypeAdapter, ValidationError
from wtforms import BooleanField, Field, HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.validators import ValidationError as FieldError

from portal.claims.act import PAD_HEIGHT, PAD_WIDTH, Strokes
from portal.packets.faces import TypedName
from portal.packets.handoff import Drawn
from portal.packets.signing import GivenSignature

MAX_STROKES_CHARACTERS = 200_000
MAX_NAME_CHARACTERS = 120
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


class Means(StrEnum):
    """The ways to sign that the page offers, all of the same effect."""

    DRAWN = "drawn"
    TYPED = "typed"
    PHONE = "phone"
    PAPER = "paper"


class SignatureForm(FlaskForm):
    """One signature, given in one of the ways. ``names`` are the claimant's own; ``handed`` is what a phone drew."""

    class Meta:
        csrf = False  # stands inside a form that has the token

    means = RadioField(
        __("How do you want to sign?"),
        choices=[
            (Means.DRAWN, __("Draw")),
            (Means.TYPED, __("Type my name")),
            (Means.PHONE, __("On my phone")),
            (Means.PAPER, __("Pen and paper")),
        ],
        default=Means.TYPED,
        validators=[InputRequired(__("Choose how you want to sign."))],
    )
    strokes = HiddenField(validators=[Length(max=MAX_STROKES_CHARACTERS)])
    typed_name = StringField(__("Your name"), validators=[Length(max=MAX_NAME_CHARACTERS)])
    intent = BooleanField(__("I sign with this name, as I would by hand."))

    def __init__(
        self, *args: Any, names: tuple[TypedName, ...] = (), handed: Drawn | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names, self.handed = names, handed
        self._given: GivenSignature | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the chosen way, and no other: what was begun in another is left alone."""
        if not super().validate(extra_validators):
            return False
        take = {
            Means.DRAWN: self._take_drawn,
            Means.TYPED: self._take_typed,
            Means.PHONE: self._take_phone,
            Means.PAPER: self._take_paper,
        }[Means(self.means.data)]
        try:
            self._given = take()
        except _Wrong as wrong:
            wrong.field.errors = [str(wrong)]
            return False
        return True

    def given(self) -> GivenSignature:
        """What was signed. Raises ValueError unless the form was found valid."""
        if self._given is None:
            raise ValueError("no valid signature")
        return self._given

    def _take_drawn(self) -> GivenSignature:
        strokes = _drawn_on(self.strokes)
        if not strokes:
            raise _Wrong(self.strokes, _("Draw your signature, or choose another way to sign."))
        return GivenSignature(strokes=strokes)

    def _take_typed(self) -> GivenSignature:
        said = folded(self.typed_name.data or "")
        if not said:
            raise _Wrong(self.typed_name, _("Type your name, or choose another way to sign."))
        name = next((one for one in self.names if folded(one.text) == said), None)
        if name is None:
            raise _Wrong(self.typed_name, _("Type your name as you gave it in your details."))
        if not self.intent.data:
            raise _Wrong(self.intent, _("Confirm that you sign with this name."))
        return GivenSignature(typed_name=name.text, face=name.face)

    def _take_phone(self) -> GivenSignature:
        if self.handed is None:
            raise _Wrong(self.means, _("Your phone has not sent a signature yet."))
        return GivenSignature(strokes=self.handed.strokes, handed_off=self.handed.device)

    def _take_paper(self) -> GivenSignature:
        sentence = _("What is signed on paper is handed in with the pages that come back. Print them first.")
        raise _Wrong(self.means, sentence)


class DrawnForm(FlaskForm):
    """A signature drawn on a phone for a desktop."""

    strokes = HiddenField(validators=[Length(max=MAX_STROKES_CHARACTERS)])

    def validate_strokes(self, field: HiddenField) -> None:
        """There is one, and it is long enough to be one."""
        try:
            self.drawn = _drawn_on(field)
        except _Wrong as wrong:
            raise FieldError(str(wrong)) from wrong
        if not self.drawn:
            raise FieldError(_("Draw your signature first."))


class _Wrong(Exception):
    """What is wrong with a signature, and beside which field it is said."""

    def __init__(self, field: Field, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def _drawn_on(field: HiddenField) -> Strokes:
    """The strokes that a field holds, none for an empty one. Raises _Wrong."""
    try:
        strokes = read_strokes(field.data or "")
    except ValueError as error:
        raise _Wrong(field, _("The drawn signature could not be read. Please draw it again.")) from error
    if strokes and ink(strokes) < MIN_INK:
        raise _Wrong(field, _("The signature is too short. Please draw it again, larger."))
    return strokes


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


def folded(name: str) -> str:
    """A name without what makes no other name of it: width, case and blanks."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
