"""Characters that have no place in a text that people sign."""

from __future__ import annotations

import re
import unicodedata

# Control characters, zero-width and direction marks (they can make a text read differently from what it says),
# private use, and the mark that stands for bytes that could not be decoded.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ue000-\uf8ff\ufeff\ufff0-\uffff]"
)


def unprintable(text: str) -> str | None:
    """Why the text cannot be printed as it stands, None if it can."""
    if found := _HIDDEN.search(text):
        return f"the character U+{ord(found[0]):04X} cannot be seen or printed"
    if not unicodedata.is_normalized("NFC", text):
        return "the text is not in Unicode's composed form (NFC); Hangul would be printed as single letters"
    return None
