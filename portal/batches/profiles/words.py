"""The words of filings and productions in both languages, from words.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from portal.matters.bilingual import Text


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


@cache
def word(path: str) -> Text:
    """The word at a dotted path such as "parties.title"; raises `KeyError` for another."""
    table, _, name = path.partition(".")
    return Text.model_validate(_tables()[table][name])


def filled(path: str, language: str, **values: object) -> str:
    """The word in one language with its {names} filled in."""
    return word(path)[language].format(**values)
