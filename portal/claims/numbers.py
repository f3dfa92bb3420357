"""Claim numbers: the matter's prefix, seven random characters and a check character, as ``CP-7K3M-9QXA``.

Crockford's base 32 has no I, L, O or U; what people type in their place is understood. Z is left out too: with 31
characters, a prime, the weighted sum below finds every wrong character and every swap of neighbours.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
_TYPED = str.maketrans("OIL", "011", "-\u2010\u2011\u2013 ")
LENGTH = 7


def new_number(prefix: str) -> str:
    """A fresh number, not guessable from others (34 random bits) and checked against typing errors."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return _spaced(prefix, body + check_character(body))


def read_number(typed: str, prefix: str) -> str | None:
    """The number as it is stored, from what a person typed; None when it cannot be one of this matter."""
    plain = plain_characters(typed)
    folded_prefix = plain_characters(prefix)
    plain = plain.removeprefix(folded_prefix) if len(plain) > LENGTH + 1 else plain
    if len(plain) != LENGTH + 1 or any(character not in ALPHABET for character in plain):
        return None
    return _spaced(prefix, plain) if check_character(plain[:-1]) == plain[-1] else None


def plain_characters(typed: str) -> str:
    """What was typed, without dashes and spaces, in capitals, with I, L and O read as the digits they look like."""
    return typed.upper().translate(_TYPED)


def check_character(body: str) -> str:
    """The character that shows a typing error in the others."""
    total = sum((place + 2) * ALPHABET.index(character) for place, character in enumerate(body))
    return ALPHABET[total % len(ALPHABET)]


def _spaced(prefix: str, eight: str) -> str:
    return f"{prefix}-{eight[:4]}-{eight[4:]}"
