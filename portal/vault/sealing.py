"""Seal and open bytes of a subject."""

import os
import secrets
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from portal.database import new_id
from portal.errors import PortalError
from portal.vault.keyring import Keyring
from portal.vault.models import SubjectKey
from portal.vault.stream import SealedReader, SealedWriter

VERSION = b"\x01"  # of the sealed form: version, 12-byte nonce, ciphertext and tag
NONCE = 12


class VaultError(PortalError):
    """A seal could not be made or opened."""


class Unreadable(VaultError):
    """The bytes were changed, belong to another subject or purpose, or were sealed with another key."""


class Destroyed(VaultError):
    """The subject was erased; nothing of it can be opened any more."""


class Vault:
    """Seals per subject. Associated data binds each ciphertext to its subject and purpose: rows cannot be swapped."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    def new_subject(self, session: Session, now: datetime) -> UUID:
        """Make a data key for a new subject, in the caller's transaction."""
        subject_id = new_id()
        keyring_id, wrapped = self.keyring.wrap(secrets.token_bytes(32))
        session.add(SubjectKey(id=subject_id, keyring_id=keyring_id, wrapped=wrapped, created_at=now))
        session.flush()
        return subject_id

    def new_subjects(self, session: Session, now: datetime, count: int) -> list[SubjectKey]:
        """Make data keys for many subjects at once. As long as the caller holds the rows, sealing reads none again."""
        made = []
        for _one in range(count):
            keyring_id, wrapped = self.keyring.wrap(secrets.token_bytes(32))
            made.append(SubjectKey(id=new_id(), keyring_id=keyring_id, wrapped=wrapped, created_at=now))
        session.add_all(made)
        session.flush()
        return made

    def seal(self, session: Session, subject_id: UUID, purpose: str, plain: bytes) -> bytes:
        """Encrypt bytes for one purpose of a subject. Raises Destroyed after erasure."""
        nonce = os.urandom(NONCE)
        return (
            VERSION
            + nonce
            + AESGCM(self._key(session, subject_id)).encrypt(nonce, plain, bound(subject_id, purpose))
        )

    def open(self, session: Session, subject_id: UUID, purpose: str, sealed: bytes) -> bytes:
        """The bytes again. Raises Unreadable when anything about them differs, Destroyed after erasure."""
        key = self._key(session, subject_id)
        if sealed[:1] != VERSION:
            raise Unreadable(f"unknown sealed form for {purpose} of {subject_id}")
        try:
            # A view, for copying a packet to open it would take longer than opening it.
            content = memoryview(sealed)[1 + NONCE :]
            return AESGCM(key).decrypt(sealed[1 : 1 + NONCE], content, bound(subject_id, purpose))
        except InvalidTag as error:
            raise Unreadable(f"{purpose} of {subject_id} cannot be opened") from error

    def index(self, kind: str, value: str) -> bytes:
        """The blind index of an already normalised value: equal values meet, and without the key nothing is learnt."""
        return self.keyring.digest(kind, value)

    def erase(self, session: Session, subject_id: UUID, now: datetime) -> None:
        """Destroy the subject's key. There is no way back, and doing it twice is harmless."""
        held = session.get(SubjectKey, subject_id)
        if held is not None and held.destroyed_at is None:
            held.wrapped, held.destroyed_at = None, now
            session.flush()

    def writer(self, session: Session, subject_id: UUID, purpose: str, file: BinaryIO) -> SealedWriter:
        """A file-like object that seals a stream of any length into ``file`` in constant memory."""
        return SealedWriter(file, self._key(session, subject_id), bound(subject_id, purpose))

    def reader(self, session: Session, subject_id: UUID, purpose: str, file: BinaryIO) -> SealedReader:
        """Opens what :meth:`writer` sealed, chunk by chunk; raises Unreadable at the first changed or missing one."""
        return SealedReader(file, self._key(session, subject_id), bound(subject_id, purpose), Unreadable)

    def _key(self, session: Session, subject_id: UUID) -> bytes:
        held = session.get(SubjectKey, subject_id)
        # The session knows its rows weakly: held here, the one in use is not read again for each thing that it seals.
        session.info["subject_key"] = held
        if held is None or held.wrapped is None:
            raise Destroyed(f"subject {subject_id} has no key")
        return self.keyring.unwrap(held.keyring_id, held.wrapped)


def bound(subject_id: UUID, purpose: str) -> bytes:
    """The associated data of a ciphertext."""
    return subject_id.bytes + purpose.encode()
