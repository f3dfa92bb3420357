"""The keys that wrap keys. A file (0600) or the environment holds them; a KMS can stand behind the same functions."""

import base64
import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from portal import private_files
from portal.errors import PortalError


class KeyringError(PortalError):
    """The keyring is missing, unreadable, or lacks the key that a ciphertext names."""


@dataclass(frozen=True, repr=False)
class Keyring:
    """Key-encryption keys by name, the one in use for new subjects, and the key of the blind indexes.

    The index key is separate because rotating it means computing every index anew.
    """

    keys: dict[str, bytes]
    current: str
    index_key: bytes
    source: Path | None = None

    def wrap(self, data_key: bytes) -> tuple[str, bytes]:
        """Wrap a data key with the current key; answers the key's name and the wrapped bytes."""
        return self.current, aes_key_wrap(self.keys[self.current], data_key)

    def unwrap(self, keyring_id: str, wrapped: bytes) -> bytes:
        """The data key again. Raises KeyringError when the named key is not held or is another."""
        try:
            return aes_key_unwrap(self.keys[keyring_id], wrapped)
        except KeyError as error:
            raise KeyringError(f"the keyring does not hold the key {keyring_id!r}") from error
        except InvalidUnwrap as error:
            raise KeyringError(f"the key {keyring_id!r} does not open what it should") from error

    def digest(self, kind: str, value: str) -> bytes:
        """A keyed hash (HMAC-SHA256) of one normalised value, distinct per kind."""
        return hmac.digest(self.index_key, kind.encode() + b"\0" + value.encode(), "sha256")

    def derive(self, purpose: str) -> bytes:
        """32 bytes derived from the index key for one purpose, such as the seed of a signing key."""
        return HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(self.index_key)

    def with_new_key(self) -> "Keyring":
        """The same keyring with a fresh current key; older keys stay, to open what they wrapped."""
        name = f"k{len(self.keys) + 1}-{secrets.token_hex(3)}"
        return Keyring({**self.keys, name: secrets.token_bytes(32)}, name, self.index_key, self.source)

    def to_json(self) -> str:
        """The keyring as it is kept; whoever has this text can read everything."""
        return json.dumps(
            {
                "current": self.current,
                "keys": {name: base64.b64encode(key).decode() for name, key in self.keys.items()},
                "index": base64.b64encode(self.index_key).decode(),
            },
            indent=1,
        )

    def save(self) -> None:
        """Write the keyring back to its file, whole or not at all, readable by its owner only."""
        if self.source is None:
            raise KeyringError("this keyring comes from the environment and cannot be written")
        private_files.replace(self.source, self.to_json().encode())


def new_keyring(source: Path | None = None) -> Keyring:
    """A keyring with one fresh key."""
    name = f"k1-{secrets.token_hex(3)}"
    return Keyring({name: secrets.token_bytes(32)}, name, secrets.token_bytes(32), source)


def read_keyring(configured: str, data_dir: Path, *, create: bool) -> Keyring:
    """The keyring named by ``PORTAL_KEYRING`` (a path, or the JSON itself), else the one of the data folder.

    With ``create`` (the demo) a missing file is made; otherwise it is an error, for a new keyring opens nothing old.
    """
    if configured.lstrip().startswith("{"):
        return _parse(configured, None)
    path = Path(configured) if configured else data_dir / "keyring.json"
    try:
        if not path.exists():
            if not create:
                raise KeyringError(f"no keyring at {path}; make one with: portal keys add")
            private_files.create(path, new_keyring().to_json().encode())
        return _parse(path.read_text(), path)
    except OSError as error:  # most often another owner's file
        raise KeyringError(f"the keyring at {path} cannot be read ({error.strerror})") from error


def _parse(text: str, source: Path | None) -> Keyring:
    try:
        held: dict[str, Any] = json.loads(text)
        keys = {name: base64.b64decode(key, validate=True) for name, key in held["keys"].items()}
        keyring = Keyring(keys, held["current"], base64.b64decode(held["index"], validate=True), source)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyringError(f"the keyring at {source or 'PORTAL_KEYRING'} cannot be read") from error
    if keyring.current not in keys or any(len(key) != 32 for key in (*keys.values(), keyring.index_key)):
        raise KeyringError(f"the keyring at {source or 'PORTAL_KEYRING'} is incomplete")
    return keyring
