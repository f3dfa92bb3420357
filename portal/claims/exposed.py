"""The data that a notice may name: chosen from the matter's list, kept as codes that outlive a reordering of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from portal.matters.bilingual import Text
from portal.matters.matter import Matter


def exposed_code(text: Text) -> str:
    """The code of one entry of the matter's list, made from its English wording."""
    return hashlib.sha256(text.en.encode()).hexdigest()[:8]


def exposed_choices(matter: Matter) -> dict[str, Text]:
    """Every entry by its code, in the matter's order."""
    return {exposed_code(text): text for text in matter.toml.exposed}


def exposed_texts(matter: Matter, codes: Iterable[str]) -> tuple[Text, ...]:
    """The entries that the codes name, in the matter's order; codes of entries no longer listed are left out."""
    wanted = set(codes)
    return tuple(text for code, text in exposed_choices(matter).items() if code in wanted)
