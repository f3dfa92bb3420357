"""The packets' own words in both languages, from words.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from portal.matters.bilingual import LANGUAGES, Language, Text


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


@cache
def word(path: str) -> Text:
    """The word at a dotted path of words.toml, such as "cover.claim_number"; raises `KeyError` for another."""
    found: Any = _tables()
    for key in path.split("."):
        found = found[key]
    return Text.model_validate(found)


def filled(path: str, **values: object) -> Text:
    """The word with its {names} filled in; a `Text` gives each language its own."""
    text, texts = word(path), [name for name, value in values.items() if isinstance(value, Text)]
    if not texts:
        return Text(ko=text.ko.format(**values), en=text.en.format(**values))
    by_language = {
        lang: {name: value[lang] if isinstance(value, Text) else value for name, value in values.items()}
        for lang in LANGUAGES
    }
    return Text(ko=text.ko.format(**by_language["ko"]), en=text.en.format(**by_language["en"]))


def other(language: str) -> Language:
    """The language that a packet shows second."""
    return "en" if language == "ko" else "ko"


def signer_role(document_kind: str) -> Text:
    """What the signer of a kind of document is called."""
    return word(f"signature.{_tables()['roles'][document_kind]}")


def all_words() -> str:
    """Every character that the words are written with, for the fonts that all packets share."""
    return "".join(_strings(_tables()))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
