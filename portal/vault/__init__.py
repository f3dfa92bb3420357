"""Sealing: one data key per subject, AES-256-GCM with associated data, blind indexes, erasure by destroying keys."""

from portal.vault.keyring import Keyring, KeyringError, new_keyring, read_keyring
from portal.vault.models import SubjectKey
from portal.vault.sealing import Destroyed, Unreadable, Vault, VaultError
from portal.vault.stream import SealedReader, SealedWriter

__all__ = [
    "Destroyed",
    "Keyring",
    "KeyringError",
    "SealedReader",
    "SealedWriter",
    "SubjectKey",
    "Unreadable",
    "Vault",
    "VaultError",
    "new_keyring",
    "read_keyring",
]
