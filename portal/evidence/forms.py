"""The forms of evidence."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import MultipleFileField, SelectField

from portal.claims.fields import date_parts, parts_of
from portal.evidence.service import Piece
from portal.matters.model import EvidenceKind
from portal.web.typed import Line


def _choices(kinds: tuple[EvidenceKind, ...], lang: str) -> list[tuple[str, str]]:
    return [(kind.id, kind.name[lang]) for kind in kinds]


class AddForm(FlaskForm):
    """Files to add, and what they show: the last kind of the matter's list until the person says otherwise."""

    kind = SelectField(_l("What the files show"))
    files = MultipleFileField(_l("Photos or PDF files"))

    def __init__(self, kinds: tuple[EvidenceKind, ...], lang: str, **more: Any) -> None:
        super().__init__(**more)
        self.kind.choices = _choices(kinds, lang)
        self.kind.data = self.kind.data or kinds[-1].id


class DescribeForm(FlaskForm):
    """What one file is."""

    kind = SelectField(_l("What it shows"))
    title = Line(_l("Title"), longest=100)
    author = Line(_l("Who made it"), longest=60)
    dated = date_parts(_l("Date on it"))

    def __init__(self, kinds: tuple[EvidenceKind, ...], lang: str, piece: Piece) -> None:
        details = piece.details
        super().__init__(
            data={
                "kind": piece.kind,
                "title": details.title,
                "author": details.author,
                "dated": parts_of(details.dated),
            }
        )
        self.kind.choices = _choices(kinds, lang)


class RemoveForm(FlaskForm):
    """Only the token: removing is asked on a page of its own."""
