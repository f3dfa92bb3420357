"""What a process holds open: the edges that pure code and services are handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.database import Database
from portal.matters.shelf import MatterShelf
from portal.settings import Settings
from portal.storage import Storage
from portal.vault import Keyring, Vault, read_keyring


def utc_now() -> datetime:
    """The wall clock, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Runtime:
    """Settings and the open edges of one process; made once, passed to services, never looked up globally by them."""

    settings: Settings
    database: Database
    vault: Vault
    storage: Storage
    matters: MatterShelf
    clock: Callable[[], datetime] = utc_now

    def close(self) -> None:
        """Give back connections."""
        self.database.close()


def open_runtime(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Runtime:
    """Open everything that the settings name. Raises PortalError with one clear line when something is not there."""
    settings.refuse_unsafe()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database)
    keyring = read_keyring(settings.keyring, settings.data_dir, create=not settings.production)
    return Runtime(
        settings=settings,
        database=database,
        vault=Vault(keyring),
        storage=Storage(settings.blobs),
        matters=MatterShelf(database, settings.matter, clock=clock),
        clock=clock,
    )


def signing_key(keyring: Keyring) -> Ed25519PrivateKey:
    """The Ed25519 key for manifests and audit checkpoints, derived from the keyring: one secret to keep."""
    return Ed25519PrivateKey.from_private_bytes(keyring.derive("portal signing key v1"))
