"""The codes printed on packets and on paper to be signed: twelve characters by which anybody may ask about them.

Fifty-four bits, so that no code is found by trying; a check character, so that a slip is told from a forgery. The
alphabet is that of claim numbers, without characters that look alike.
"""

import secrets

from portal.claims.numbers import ALPHABET, check_character, plain_characters

LENGTH = 12  # eleven random characters and the check character


def new_code() -> str:
    """A fresh code, as `7K3M-9QXA-51T8`."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _spaced(body + check_character(body))


def read_code(typed: str) -> str | None:
    """The code as it is stored, from what a person typed; None when a character is wrong or missing."""
    plain = plain_characters(typed)
    if len(plain) != LENGTH or any(character not in ALPHABET for character in plain):
        return None
    return _spaced(plain) if check_character(plain[:-1]) == plain[-1] else None


def _spaced(twelve: str) -> str:
    return "-".join((twelve[:4], twelve[4:8], twelve[8:]))
