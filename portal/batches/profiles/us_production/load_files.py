"""Load files that review platforms read: Concordance DAT for documents, Opticon OPT for page images.

DAT: UTF-8 with BOM, a header row, CRLF; fields stand between þ (U+00FE) and are parted by U+0014; a line break in
a value is ® (U+00AE). OPT: key, volume, path, Y on the first page of a document, two empty fields, pages. Source: the
load file specifications of ediscovery.org and ZyLAB, as in docs/formats.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from portal.zipping import Writable

FIELDS = (
    "BEGBATES",
    "ENDBATES",
    "BEGATTACH",
    "ENDATTACH",
    "CUSTODIAN",
    "CLAIMNO",
    "EXHIBIT",
    "DOCTITLE",
    "DOCTYPE",
    "DOCDATE",
    "DATERECEIVED",
    "AUTHOR",
    "FILEEXT",
    "PGCOUNT",
    "SHA256",
    "NATIVELINK",
    "TEXTLINK",
    "REDACTED",
    "REDACTREASON",
    "CONFIDENTIALITY",
    "PRIVILEGE",
    "PRIVILEGEREASON",
)
_QUALIFIER, _SEPARATOR, _NEWLINE = "\u00fe", "\x14", "\u00ae"
_INSTEAD = str.maketrans(
    {_QUALIFIER: "th", _SEPARATOR: " ", _NEWLINE: "(R)", "\r": None, "\n": _NEWLINE, "\0": None}
)


class Dat:
    """A Concordance load file, written forwards."""

    def __init__(self, out: Writable) -> None:
        self._out = out
        out.write(b"\xef\xbb\xbf")
        self._row(FIELDS)

    def add(self, values: Mapping[str, str]) -> None:
        """One document; fields that are not given stay empty. Raises KeyError for a field that there is not."""
        if unknown := set(values) - set(FIELDS):
            raise KeyError(sorted(unknown)[0])
        self._row(tuple(values.get(field, "").translate(_INSTEAD) for field in FIELDS))

    def _row(self, values: tuple[str, ...]) -> None:
        line = _SEPARATOR.join(f"{_QUALIFIER}{value}{_QUALIFIER}" for value in values)
        self._out.write(f"{line}\r\n".encode())


class Opt:
    """An Opticon load file, written forwards."""

    def __init__(self, out: Writable, volume: str) -> None:
        self._out, self._volume = out, volume

    def add(self, number: str, path: str, pages: int) -> None:
        """One page image; ``pages`` is how many the document has on its first page, 0 on the others."""
        first = f"Y,,,{pages}" if pages else ",,,"
        self._out.write(f"{number},{self._volume},{windows(path)},{first}\r\n".encode())


def windows(path: str) -> str:
    """A path as load files write it."""
    return path.replace("/", "\\")


def day(on: date | None) -> str:
    """A date as review platforms read it: 11/29/2025."""
    return f"{on:%m/%d/%Y}" if on else ""
