"""What stands in both languages of the portal."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, Language] = ("ko", "en")

NonEmpty = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Part(BaseModel):
    """A piece of a matter's folder: never changed once read, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Part):
    """A sentence or name in Korean and English; `text["ko"]` is the Korean one."""

    ko: NonEmpty
    en: NonEmpty

    def __getitem__(self, language: str) -> str:
        if language not in LANGUAGES:
            raise KeyError(language)
        return self.ko if language == "ko" else self.en


def _in_both_languages(value: object) -> object:
    return {"ko": value, "en": value} if isinstance(value, str) else value


Shared = Annotated[Text, BeforeValidator(_in_both_languages)]
"""A text that may be given once where both languages say the same, such as a source or a number."""
