"""Proof of work in the form of ALTCHA (protocol v2), made and checked here; no other host takes part.

The browser looks for the counter whose PBKDF2 key begins as the challenge says. We chose the counter, so we know the
key, and its HMAC in the challenge lets us check an answer without deriving anything.
Protocol: https://altcha.org/docs/v2/proof-of-work-captcha
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import struct
from datetime import datetime, timedelta
from typing import Any

from portal.errors import PortalError
from portal.runtime import Runtime

ALGORITHM = "PBKDF2/SHA-256"
ITERATIONS = 1_000
LEAST_TRIES = (
    1_000  # at weight 1 a browser tries from so many counters to twice as many: about a second of one phone
)
LIFE = timedelta(minutes=20)
LONGEST = 4_000  # characters of an answer
_KEY_BYTES, _PREFIX_BYTES = 32, 16


class WorkRefused(PortalError):
    """The answer is wrong, too old, of another browser, or was made for another challenge."""


def challenge(runtime: Runtime, weight: int, browser: str, now: datetime) -> dict[str, Any]:
    """A challenge for one browser, to be handed to its worker as JSON."""
    tries = LEAST_TRIES << (weight - 1)
    counter, nonce, salt = tries + secrets.randbelow(tries), secrets.token_bytes(16), secrets.token_bytes(16)
    key = hashlib.pbkdf2_hmac("sha256", nonce + struct.pack(">I", counter), salt, ITERATIONS, _KEY_BYTES)
    parameters = {
        "algorithm": ALGORITHM,
        "cost": ITERATIONS,
        "data": {"browser": _browser(browser)},
        "expiresAt": int((now + LIFE).timestamp()),
        "keyLength": _KEY_BYTES,
        "keyPrefix": key[:_PREFIX_BYTES].hex(),
        "keySignature": _signed(runtime, "key", key).hex(),
        "nonce": nonce.hex(),
        "salt": salt.hex(),
    }
    return {"parameters": parameters, "signature": _of_parameters(runtime, parameters)}


def check(runtime: Runtime, answer: str, browser: str, now: datetime) -> bytes:
    """What names the solved challenge, to be spent once. Raises WorkRefused."""
    parameters, signature, derived = _read(answer)
    if not hmac.compare_digest(signature, _of_parameters(runtime, parameters)):
        raise WorkRefused("not a challenge of ours")
    # From here on the parameters are our own.
    if parameters["expiresAt"] <= now.timestamp():
        raise WorkRefused("too old")
    if parameters["data"]["browser"] != _browser(browser):
        raise WorkRefused("another browser's")
    if not hmac.compare_digest(_signed(runtime, "key", derived).hex(), parameters["keySignature"]):
        raise WorkRefused("wrong")
    return hashlib.sha256(bytes.fromhex(parameters["nonce"])).digest()


def _read(answer: str) -> tuple[dict[str, Any], str, bytes]:
    if not answer or len(answer) > LONGEST:
        raise WorkRefused("no answer")
    try:
        said = json.loads(base64.b64decode(answer, validate=True))
        parameters, signature = said["challenge"]["parameters"], said["challenge"]["signature"]
        derived = bytes.fromhex(said["solution"]["derivedKey"])
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise WorkRefused("unreadable") from error
    if not isinstance(parameters, dict) or not isinstance(signature, str) or not signature.isascii():
        raise WorkRefused("unreadable")
    return parameters, signature, derived


def _of_parameters(runtime: Runtime, parameters: dict[str, Any]) -> str:
    # JSON with sorted keys and without blanks is the protocol's canonical form for what our challenges hold.
    canonical = json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return _signed(runtime, "challenge", canonical.encode("utf-8", "surrogatepass")).hex()


def _signed(runtime: Runtime, what: str, content: bytes) -> bytes:
    return hmac.digest(runtime.vault.keyring.derive(f"proof of work: {what}"), content, "sha256")


def _browser(token: str) -> str:
    return hashlib.sha256(f"work {token}".encode()).hexdigest()[:32]
