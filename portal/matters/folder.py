"""A matter's folder, read whole: from a directory, or from the content of a published version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from portal.matters.matter import Matter
from portal.matters.problems import MatterError, Problem
from portal.matters.reading import read

MAX_FILE_BYTES = 1_000_000
MAX_FILES = 500


def read_folder(directory: Path) -> dict[str, bytes]:
    """Every file of the folder by its path inside it. Hidden files are left out, symbolic links refused.

    Raises MatterError when there is no such folder or a file is out of all proportion.
    """
    if not directory.is_dir():
        raise MatterError([Problem(directory.as_posix(), 0, "there is no such folder")])
    files: dict[str, bytes] = {}
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if any(part.startswith(".") for part in name.split("/")):
            continue
        if path.is_symlink():
            raise MatterError([Problem(name, 0, "is a symbolic link; a matter holds files only")])
        if path.is_file():
            files[name] = _content(path, name)
        if len(files) > MAX_FILES:
            raise MatterError([Problem(name, 0, f"the folder holds more than {MAX_FILES} files")])
    return files


def _content(path: Path, name: str) -> bytes:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise MatterError([Problem(name, 0, f"is larger than {MAX_FILE_BYTES} bytes")])
    return path.read_bytes()


def folder_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 in hex over sorted paths and contents, each with its length, so that no two are confused."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for piece in (name.encode(), files[name]):
            digest.update(len(piece).to_bytes(8, "big"))
            digest.update(piece)
    return digest.hexdigest()


def pack(files: Mapping[str, bytes]) -> bytes:
    """The folder as one JSON object of texts, the same bytes for the same folder. Raises MatterError."""
    try:
        texts = {name: files[name].decode() for name in sorted(files)}
    except UnicodeDecodeError:
        name = next(name for name in sorted(files) if not _is_text(files[name]))
        raise MatterError([Problem(name, 0, "is not UTF-8 text")]) from None
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode()


def unpack(content: bytes) -> dict[str, bytes]:
    """The folder that `pack` made these bytes from."""
    return {name: text.encode() for name, text in json.loads(content).items()}


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def read_matter(files: Mapping[str, bytes]) -> Matter:
    """The folder as a Matter, compiled once per content. Raises MatterError with all that is unreadable.

    A matter that can be read may still contradict itself: `check` says so, and `publish` refuses it.
    """
    return _compiled(folder_hash(files), tuple(sorted(files.items())))


@lru_cache(maxsize=16)
def _compiled(digest: str, files: tuple[tuple[str, bytes], ...]) -> Matter:
    matter, problems = read(dict(files), digest)
    if matter is None or problems:
        raise MatterError(problems)
    return matter
