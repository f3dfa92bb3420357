"""The forms of evidence."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import UUID, InputRequired, Length, NumberRange, Optional, Regexp

from portal.claims.fields import date_parts, parts_of, today
from portal.evidence import certificates, wording
from portal.evidence.listing import Piece
from portal.matters.model import EvidenceKind
from portal.web.typed import Line


def _choices(kinds: tuple[EvidenceKind, ...], lang: str) -> list[tuple[str, str]]:
    return [(kind.id, kind.name[lang]) for kind in kinds]


class AddForm(FlaskForm):
    """Files to add, and what they show: the last kind of the matter's list until the person says otherwise."""

    kind = SelectField(_l("What the files show"))
    files = MultipleFileField(_l("Photos or PDF files"))
    incident = HiddenField()

    def __init__(self, kinds: tuple[EvidenceKind, ...], lang: str, **more: Any) -> None:
        super().__init__(**more)
        self.kind.choices = _choices(kinds, lang)
        self.kind.data = self.kind.data or kinds[-1].id


class DescribeForm(FlaskForm):
    """What one file is; ``signed_on`` says on which day the mandate was signed that a certificate proves."""

    kind = SelectField(_l("What it shows"))
    title = Line(_l("Title"), longest=100)
    author = Line(_l("Who made it"), longest=60)
    dated = date_parts(_l("Date on it"))

    def __init__(
        self,
        kinds: tuple[EvidenceKind, ...],
        lang: str,
        piece: Piece,
        signed_on: Callable[[EvidenceKind], date | None],
        typed: MultiDict[str, str] | None = None,
    ) -> None:
        """``typed`` is what was entered before a session expired, to be shown in the place of what is saved."""
        self._kinds, self._signed_on = {kind.id: kind for kind in kinds}, signed_on
        details = piece.details
        super().__init__(
            **({} if typed is None else {"formdata": typed}),
            data={
                "kind": piece.kind,
                "title": details.title,
                "author": details.author,
                "dated": parts_of(details.dated),
            },
        )
        self.kind.choices = _choices(kinds, lang)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is in order; a certificate must also be one that may be filed."""
        if not super().validate(extra_validators):
            return False
        kind = self._kinds[self.kind.data]
        if not kind.authority:
            return True
        issued, signed = self.dated.form.value, self._signed_on(kind)
        found = certificates.standing(kind, issued, signed, today())
        if found is certificates.Standing.GOOD:
            return True
        self.dated.form.form_errors.append(wording.certificate(found, kind, signed))
        return False


class AnnounceForm(FlaskForm):
    """What a script says of a file before it sends its parts."""

    name = StringField(validators=[Length(max=1_000)])
    size = IntegerField(validators=[InputRequired(), NumberRange(0, 10**12)])
    type = StringField(validators=[Length(max=200)])
    sha256 = StringField(validators=[Regexp(r"^([0-9a-f]{64})?\Z")])
    changed = StringField(validators=[Length(max=20)])
    incident = StringField(validators=[Length(max=8)])
    role = SelectField(choices=[("file", ""), ("covered", ""), ("cover", "")], default="file")


class FinishForm(FlaskForm):
    """What becomes of an upload whose parts are all there."""

    kind = SelectField()
    incident = StringField(validators=[Length(max=8)])
    masked = BooleanField()
    cover = StringField(validators=[Optional(), UUID()])

    @property
    def cover_id(self) -> uuid.UUID | None:
        """The upload of the picture with parts covered."""
        return uuid.UUID(self.cover.data) if self.cover.data else None

    def __init__(self, kinds: tuple[EvidenceKind, ...], **more: Any) -> None:
        super().__init__(**more)
        self.kind.choices = [(kind.id, "") for kind in kinds]


class MoveForm(FlaskForm):
    """Where in the list a file goes: one place up or down, or to a place counted from 1."""

    to = StringField(validators=[Regexp(r"^(up|down|[1-9][0-9]{0,3})\Z")])


class TurnForm(FlaskForm):
    """Quarter turns clockwise."""

    turns = SelectField(choices=[("1", ""), ("2", ""), ("3", "")], default="1")
    next = SelectField(choices=[("list", ""), ("describe", "")], default="list")


class CoverForm(FlaskForm):
    """Rectangles in fractions of the picture, and what becomes of the uncovered original."""

    covers = HiddenField(validators=[Length(max=20_000)])
    original = RadioField(
        _l("The picture without covers"),
        choices=[
            ("keep", _l("Keep it sealed")),
            ("delete", _l("Delete it")),
        ],
        default="keep",
    )


class RemoveForm(FlaskForm):
    """Only the token: removing is asked on a page of its own."""
