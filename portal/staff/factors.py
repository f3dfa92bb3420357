"""Passwords and second factors."""

import secrets
import unicodedata
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from portal.staff.errors import WeakPassword
from portal.vault import Vault

MIN_PASSWORD = 12
MAX_PASSWORD = 256
TOTP_SECONDS = 30
RECOVERY_CODES = 10
_HASHER = PasswordHasher()  # argon2id with the library's current cost (RFC 9106, low-memory profile)
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))  # checked for unknown addresses, so that they take as long
MIN_SCORE = (
    3  # of zxcvbn's 0 to 4: safely unguessable, moderate protection from an offline attack on the hash
)
_SCORED = (
    72  # characters that zxcvbn looks at; it slows down beyond, and longer ones are strong enough by then
)


def hash_password(password: str) -> str:
    """The argon2id hash to keep. Raises WeakPassword."""
    password = _normalised(password)
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise WeakPassword(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    if zxcvbn(password[:_SCORED])["score"] < MIN_SCORE:
        raise WeakPassword("this password is too easy to guess; use several unrelated words")
    return _HASHER.hash(password)


def password_matches(kept: str | None, password: str) -> bool:
    """Whether the password is right; takes as long for an account that does not exist (``kept`` None)."""
    try:
        matches = _HASHER.verify(kept or _NOBODY, _normalised(password)[:MAX_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return matches and kept is not None


def new_totp_secret() -> str:
    """160 random bits in base 32, as RFC 6238 asks for."""
    return pyotp.random_base32()


def totp_address(secret: str, account: str, issuer: str) -> str:
    """What the QR code for an authenticator app holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def totp_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The time step that the code belongs to, one step early or late allowed; None when wrong or used before."""
    if len(code) != 6 or not code.isascii() or not code.isdigit():
        return None
    totp = pyotp.TOTP(secret)
    here = int(now.timestamp()) // TOTP_SECONDS
    for step in (here, here - 1, here + 1):
        if secrets.compare_digest(totp.generate_otp(step), code):
            return step if step > last_step else None
    return None


def new_recovery_codes() -> list[str]:
    """Codes of 50 bits for somebody whose phone is lost; each works once."""
    alphabet = "23456789abcdefghjkmnpqrstvwxyz"
    codes = ["".join(secrets.choice(alphabet) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_hash(vault: Vault, code: str) -> str:
    """The keyed hash that is kept of a recovery code."""
    return vault.index("recovery", code.strip().lower().replace("-", "").replace(" ", "")).hex()


def _normalised(password: str) -> str:
    return unicodedata.normalize("NFC", password)
