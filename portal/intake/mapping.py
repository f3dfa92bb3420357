"""The mapping of an earlier list: which column is which field, how dates are written, what all rows share."""

from __future__ import annotations

import hashlib
import tomllib
import unicodedata
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from portal.intake.errors import ImportRefused
from portal.matters.matter import Matter

FIELDS = frozenset(
    {
        "name", "name.hangul", "name.hanja", "name.passport", "birth_date", "email", "phone", "language", "tracks",
        "address.country", "address.postcode", "address.line1", "address.line2", "address.city", "address.region",
        "account.email", "account.phone", "account.noticed_on",
    }
)  # fmt: skip
EXCEL = "excel"  # a date as Excel counts it: days since 30 December 1899
FORMATS = ("%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d", EXCEL)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileRules(_Table):
    """How the file is laid out. ``auto`` finds the encoding and the delimiter of a CSV file."""

    header_row: int = Field(1, ge=1, le=100)
    sheet: str = ""
    encoding: Literal["auto", "utf-8", "cp949", "utf-16"] = "auto"
    delimiter: Literal["auto", ",", ";", "\t", "|"] = "auto"
    empty: tuple[str, ...] = Field((), description="texts that stand for an empty cell, such as - or NULL")


class ClaimRules(_Table):
    """What all drafts of the list share."""

    language: Literal["ko", "en"] = "ko"
    tracks: tuple[str, ...] = ()
    answers: dict[str, str] = {}


class Column(_Table):
    """One column: the field it fills, and how it is written there."""

    field: str
    country: str = Field("KR", pattern=r"^[A-Z]{2}$", description="of numbers without a country's code")
    formats: tuple[str, ...] = FORMATS
    values: dict[str, str | tuple[str, ...]] = Field(
        {}, description="what the list says, and what it means here"
    )


def _column(given: Any) -> Any:
    return {"field": given} if isinstance(given, str) else given


class Mapping(_Table):
    """The whole mapping file."""

    file: FileRules = FileRules()
    claim: ClaimRules = ClaimRules()
    columns: dict[str, Annotated[Column, BeforeValidator(_column)]]
    digest: str = ""

    def by_heading(self) -> dict[str, Column]:
        """The columns by their heading in its one form."""
        return {heading(name): column for name, column in self.columns.items()}


def heading(text: str) -> str:
    """A column's heading for comparing: composed, without blanks and line ends, case folded."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def read_mapping(path: Path, matter: Matter) -> Mapping:
    """A mapping file, checked against the matter's tracks and questions. Raises ImportRefused."""
    try:
        source = path.read_bytes()
        found = Mapping.model_validate({**tomllib.loads(source.decode("utf-8-sig"))})
    except OSError as error:
        raise ImportRefused(f"the mapping cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ImportRefused(f"the mapping is no TOML file in UTF-8: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ImportRefused(f"mapping, {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    _check(found, matter)
    return found.model_copy(update={"digest": hashlib.sha256(source).hexdigest()})


def _check(mapping: Mapping, matter: Matter) -> None:
    fields = [column.field for column in mapping.columns.values()]
    for field in fields:
        if field not in FIELDS and not field.startswith("answers."):
            raise ImportRefused(f"mapping: there is no field {field!r}")
    if twice := sorted({field for field in fields if fields.count(field) > 1}):
        raise ImportRefused(f"mapping: two columns fill {', '.join(twice)}")
    if len(mapping.by_heading()) != len(mapping.columns):
        raise ImportRefused("mapping: two columns have the same heading")
    if not {"email", "phone"} & set(fields):
        raise ImportRefused(
            "mapping: a column for email or phone is needed; without a contact nobody can come"
        )
    known = {track.id for track in matter.tracks}
    tracks = {*mapping.claim.tracks, *(one for column in _of(mapping, "tracks") for one in _ids(column))}
    if not tracks:
        raise ImportRefused("mapping: say the tracks in [claim] or by the values of a column")
    if strange := sorted(tracks - known):
        raise ImportRefused(f"mapping: the matter has no track {', '.join(strange)}")
    _check_answers(mapping, matter)


def _check_answers(mapping: Mapping, matter: Matter) -> None:
    said = {question: {value} for question, value in mapping.claim.answers.items()}
    for column in mapping.columns.values():
        if column.field.startswith("answers."):
            said.setdefault(column.field.partition(".")[2], set()).update(_ids(column))
    for question_id, values in said.items():
        try:
            question = matter.question(question_id)
        except KeyError:
            raise ImportRefused(f"mapping: the matter asks no question {question_id!r}") from None
        if strange := sorted(one for one in values if question.option(one) is None):
            raise ImportRefused(f"mapping: the question {question_id!r} has no answer {', '.join(strange)}")


def _of(mapping: Mapping, field: str) -> list[Column]:
    return [column for column in mapping.columns.values() if column.field == field]


def _ids(column: Column) -> set[str]:
    return {
        one for value in column.values.values() for one in ((value,) if isinstance(value, str) else value)
    }
