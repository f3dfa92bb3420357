"""Sealed blobs by content hash, in a local folder or an S3-compatible bucket. Nothing unsealed is ever put here."""

import errno
import hashlib
import re

from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore, S3Store, from_url

from portal.errors import PortalError

_KEY = re.compile(r"[0-9a-f]{64}")


class StorageError(PortalError):
    """A blob could not be kept or given back."""


class Missing(StorageError):
    """No blob of that key is stored."""


class Corrupt(StorageError):
    """A blob's bytes no longer hash to its key: the disk or somebody changed it. It is never served."""


class Storage:
    """A store of sealed blobs; its key is the SHA-256 of the sealed bytes, in hex."""

    def __init__(self, url: str) -> None:
        self._store = _open(url)

    def put(self, sealed: bytes) -> str:
        """Keep bytes and answer their key. Putting the same bytes twice is harmless. OSError when the disk is full."""
        import obstore

        key = hashlib.sha256(sealed).hexdigest()
        try:
            obstore.put(self._store, _path(key), sealed, mode="create")
        except AlreadyExistsError:
            return key
        except BaseError as error:
            if f"os error {errno.ENOSPC}" in str(error):
                raise OSError(errno.ENOSPC, "no room for a blob") from error
            raise StorageError(f"blob {key[:12]} could not be stored: {type(error).__name__}") from error
        return key

    def get(self, key: str) -> bytes:
        """The sealed bytes of a key, proved unchanged. Raises Missing or Corrupt; StorageError when none answers."""
        import obstore

        try:
            sealed = bytes(obstore.get(self._store, _path(key)).bytes())
        except (NotFoundError, FileNotFoundError) as error:
            raise Missing(f"blob {key[:12]} is missing") from error
        except BaseError as error:
            raise StorageError(f"blob {key[:12]} could not be read: {type(error).__name__}") from error
        if hashlib.sha256(sealed).hexdigest() != key:
            raise Corrupt(f"blob {key[:12]} is corrupt")
        return sealed

    def delete(self, key: str) -> None:
        """Forget a blob; a blob already gone is no error, for erasure may be repeated."""
        import obstore

        try:
            obstore.delete(self._store, _path(key))
        except (NotFoundError, FileNotFoundError):
            return
        except BaseError as error:
            raise StorageError(f"blob {key[:12]} could not be deleted: {type(error).__name__}") from error

    def exists(self, key: str) -> bool:
        """Whether a blob is there, without reading it."""
        import obstore

        try:
            obstore.head(self._store, _path(key))
        except (NotFoundError, FileNotFoundError):
            return False
        except BaseError as error:
            raise StorageError(f"blob {key[:12]} could not be looked up: {type(error).__name__}") from error
        return True

    def keys(self) -> "list[str]":
        """Every stored key; for sweeping orphans and for backups."""
        import obstore

        return [str(meta["path"]).rsplit("/", 1)[-1] for batch in obstore.list(self._store) for meta in batch]


def _open(url: str) -> "LocalStore | S3Store":
    if url.startswith("file://"):
        return LocalStore.from_url(url, mkdir=True)
    store = from_url(url)
    if not isinstance(store, S3Store | LocalStore):
        raise StorageError("PORTAL_STORAGE_URL must be a file:// or s3:// URL")
    return store


def _path(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise Missing("not a blob key")  # the only way to a path is through a hash: no user text gets here
    return f"{key[:2]}/{key[2:4]}/{key}"
