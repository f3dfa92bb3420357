"""Secrets on disk: files that only their owner can read, written whole or not at all."""

import os
from pathlib import Path


def create(path: Path, content: bytes) -> None:
    """Keep a new secret. A file that is there already stays as it is: a sibling process that came first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, content)
    try:
        os.link(draft, path)  # unlike a rename, refuses to take the place of another file
    except FileExistsError:
        return
    finally:
        draft.unlink()


def replace(path: Path, content: bytes) -> None:
    """Keep a secret in place of an older one; a reader sees the one or the other, never half."""
    _draft(path, content).replace(path)


def private(path: str, flags: int) -> int:
    """An ``opener`` that creates files only their owner can read."""
    return os.open(path, flags, 0o600)


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(draft, "wb", opener=private) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft
