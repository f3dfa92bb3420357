"""Two devices, one page: what the later one typed beside what the other saved, field by field, and the choice between.

Nothing here writes. A choice turns into a form as if it had been typed so, which is checked and saved like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectFieldBase,
    SelectMultipleField,
    TextAreaField,
)

from portal.web import language

HERE, THERE, BOTH = "here", "there", "both"
WHOLE = "whole"
NOTHING = "–"
_PREFIX = "keep-"


@dataclass(frozen=True)
class Difference:
    """One field whose two values part. ``both`` tells whether the two texts can be kept one after the other."""

    name: str
    label: str
    here: tuple[str, ...]
    there: tuple[str, ...]
    both: bool = False


def between(typed: Any, saved: Any) -> tuple[Difference, ...]:
    """The fields in which a typed form parts from the same form as it is saved."""
    found = [
        Difference(
            field.name,
            str(field.label.text),
            _lines(field) or (NOTHING,),
            _lines(saved[field.name]) or (NOTHING,),
            both=isinstance(field, TextAreaField) and bool(field.data) and bool(saved[field.name].data),
        )
        for field in _fields(typed)
        if field.name in saved and _lines(field) != _lines(saved[field.name])
    ]
    return (_as_one(found),) if found and getattr(typed, "as_one", False) else tuple(found)


def said(form: Any) -> list[tuple[str, str]]:
    """What a form holds, in words: label and value of each field that was filled in."""
    return [(str(field.label.text), "\n".join(lines)) for field in _fields(form) if (lines := _lines(field))]


def carried(typed: MultiDict[str, str]) -> list[tuple[str, str]]:
    """What a page that asks for the choice repeats of what was typed."""
    own = {"csrf_token", "seen", "merge"}
    return [
        (name, value)
        for name, value in typed.items(multi=True)
        if name not in own and not name.startswith(_PREFIX)
    ]


def resolved(typed: MultiDict[str, str], saved: Any) -> MultiDict[str, str]:
    """What was typed, with the saved value in the place of each field for which that was chosen."""
    if "merge" not in typed:
        return typed
    merged = MultiDict([("seen", typed.get("seen", "")), *carried(typed)])
    whole = typed.get(_PREFIX + WHOLE, HERE)
    for field in _fields(saved):
        choice = whole if getattr(saved, "as_one", False) else typed.get(_PREFIX + field.name, HERE)
        if choice == THERE:
            _take(merged, field)
        elif choice == BOTH and isinstance(field, TextAreaField):
            merged[field.name] = f"{field.data or ''}\n\n{typed.get(field.name, '')}"
    return merged


def _as_one(found: list[Difference]) -> Difference:
    """An address is one thing: half of one and half of another would be nobody's."""
    here = tuple(f"{one.label}: {', '.join(one.here)}" for one in found)
    there = tuple(f"{one.label}: {', '.join(one.there)}" for one in found)
    return Difference(WHOLE, _("All of this page"), here, there)


def _fields(form: Any) -> Iterator[Field]:
    return (field for field in form if not isinstance(field, HiddenField))


def _take(merged: MultiDict[str, str], field: Field) -> None:
    for name in [name for name in merged if name == field.name or name.startswith(f"{field.name}-")]:
        del merged[name]
    for name, value in _entries(field):
        merged.add(name, value)


def _entries(field: Field) -> Iterator[tuple[str, str]]:
    """A field's value as a browser would send it."""
    if isinstance(field, FormField):
        for inner in field.form:
            yield from _entries(inner)
    elif isinstance(field, FieldList):
        for entry in field.entries:
            yield from _entries(entry)
    elif isinstance(field, SelectMultipleField):
        yield from ((field.name, str(value)) for value in field.data or ())
    elif isinstance(field, BooleanField):
        if field.data:
            yield field.name, "y"
    elif isinstance(field, SelectFieldBase):
        if field.data not in (None, "None"):
            yield field.name, str(field.data)
    else:
        yield field.name, str(field._value() or "")


def _lines(field: Field) -> tuple[str, ...]:
    """A field's value in words."""
    if isinstance(field, FormField):
        return _of_date(field) if hasattr(field.form, "year") else _joined(field.form)
    if isinstance(field, FieldList):
        return tuple(" · ".join(_lines(entry)) for entry in field.entries if _lines(entry))
    if isinstance(field, BooleanField):
        return (_("Yes"),) if field.data else ()
    if isinstance(field, SelectFieldBase):
        return _chosen(field)
    return tuple(line for line in str(field.data or "").splitlines() if line.strip())


def _joined(form: Any) -> tuple[str, ...]:
    return tuple(" ".join(_lines(field)) for field in _fields(form) if _lines(field))


def _of_date(field: FormField) -> tuple[str, ...]:
    parts = [str(field.form[name].data or "") for name in ("year", "month", "day")]
    try:
        return (language.day(date(*(int(part) for part in parts))),)
    except ValueError:
        return (" ".join(parts),) if any(parts) else ()


def _chosen(field: SelectFieldBase) -> tuple[str, ...]:
    values = set(field.data or ()) if isinstance(field, SelectMultipleField) else {field.data}
    choices = field.choices if isinstance(field, SelectField) or hasattr(field, "choices") else ()
    pairs = [one if isinstance(one, tuple) else (one, one) for one in choices or ()]
    return tuple(str(label) for value, label, *_rest in pairs if value in values and value)
