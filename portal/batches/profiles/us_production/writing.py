"""Writes the documents of a production page by page, and notes each in the load files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from PIL import Image

from portal.batches.bates import Numbering
from portal.batches.errors import BatchError, ClaimStops
from portal.batches.profiles.base import VolumeFile
from portal.batches.profiles.us_production.documents import Document
from portal.batches.profiles.us_production.images import (
    Stamps,
    pdf_pages,
    picture_page,
    produced,
    text_pages,
)
from portal.batches.profiles.us_production.load_files import Dat, Opt, day, windows
from portal.batches.profiles.us_production.schedule import plaintiff
from portal.batches.profiles.words import word
from portal.matters.filing import UsProduction
from portal.matters.matter import Matter

_LANG = "en"
_SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
_PDF = "application/pdf"


class PagesChanged(BatchError):
    """Fewer or more pages were drawn than were numbered: the batch is not what it was when numbers were taken."""


@dataclass
class _Folders:
    """Names of files in numbered folders, so that none holds more than a platform likes."""

    root: str
    most: int
    count: int = 0

    def path(self, name: str) -> str:
        folder = self.count // self.most + 1
        self.count += 1
        return f"{self.root}/{folder:04}/{name}"


@dataclass
class Production:
    """A production while it is written: ``page`` is the next one, counted from 0."""

    filing: UsProduction
    numbering: Numbering
    dat: Dat
    opt: Opt
    matter: Matter
    page: int = 0
    _folders: dict[str, _Folders] = field(default_factory=dict)

    def family(self, documents: Sequence[Document]) -> Iterator[VolumeFile]:
        """A claim's documents; the first is the parent, to which the others are attached."""
        if not documents:
            return
        last = self.page + sum(one.pages for one in documents) - 1
        ends = (
            self._number(documents[0].claim.number, self.page),
            self._number(documents[0].claim.number, last),
        )
        files: list[VolumeFile] = []
        for document in documents:
            for file in self._document(document, ends):
                yield from files
                files = [file]
        yield from (replace(one, claim=documents[0].claim.number) for one in files)

    def close(self) -> None:
        """Raises PagesChanged where numbers are left over."""
        if self.page != self.numbering.last - self.numbering.first + 1:
            raise PagesChanged(
                f"{self.page:,} pages were drawn, but {self.numbering.last:,} is the last number"
            )

    def _document(self, document: Document, ends: tuple[str, str]) -> Iterator[VolumeFile]:
        native, claim = document.open(), document.claim.number
        first, last = self._number(claim, self.page), self._number(claim, self.page + document.pages - 1)
        suffix = _SUFFIXES.get(document.media_type, "bin")
        native_path = self._path("NATIVES", f"{first}.{suffix}")
        text_path = self._path("TEXT", f"{first}.txt")
        yield VolumeFile(native_path, native)
        text = text_pages(native) if document.media_type == _PDF else ""
        yield VolumeFile(text_path, text.encode("utf-8", "replace"))
        yield from self._images(document, native)
        self.dat.add(
            {
                "BEGBATES": first,
                "ENDBATES": last,
                "BEGATTACH": ends[0],
                "ENDATTACH": ends[1],
                **_described(document),
                "FILEEXT": suffix,
                "PGCOUNT": str(document.pages),
                "SHA256": hashlib.sha256(native).hexdigest(),
                "NATIVELINK": windows(native_path),
                "TEXTLINK": windows(text_path),
                "CONFIDENTIALITY": self.filing.confidentiality,
            }
        )

    def _images(self, document: Document, native: bytes) -> Iterator[VolumeFile]:
        drawn = 0
        for page in _drawn(document, native, foot=bool(document.exhibit or self.filing.confidentiality)):
            if drawn == document.pages:
                raise ClaimStops(document.claim.number, "pages_changed")
            number = self._number(document.claim.number, self.page)
            stamps = Stamps(number, self.filing.confidentiality, _covered(document))
            image = produced(page, stamps, picture=document.media_type != _PDF)
            path = self._path("IMAGES", f"{number}.{image.suffix}")
            self.opt.add(number, path, 0 if drawn else document.pages)
            self.page, drawn = self.page + 1, drawn + 1
            yield VolumeFile(path, image.content)
        if drawn != document.pages:
            raise ClaimStops(document.claim.number, "pages_changed")

    def _number(self, claim: str, page: int) -> str:
        try:
            return self.numbering.number(page)
        except IndexError as error:
            raise ClaimStops(claim, "pages_changed") from error

    def _path(self, root: str, name: str) -> str:
        folders = self._folders.setdefault(root, _Folders(root, self.filing.files_per_folder))
        return folders.path(name)


def _drawn(document: Document, native: bytes, *, foot: bool) -> Iterator[Image.Image]:
    """The pages. A packet's own keep only the lower right corner free, which is enough for a number alone."""
    if document.media_type == _PDF:
        return pdf_pages(native, foot=foot)
    return iter([picture_page(native)])


def _described(document: Document) -> dict[str, str]:
    """What counsel looks for; privilege is left to counsel."""
    exhibit = document.exhibit
    return {
        "CUSTODIAN": plaintiff(document.claim),
        "CLAIMNO": document.claim.number,
        "EXHIBIT": exhibit.label[_LANG] if exhibit else "",
        "DOCTITLE": document.title,
        "DOCTYPE": document.kind,
        "DOCDATE": day(exhibit.dated) if exhibit else "",
        "DATERECEIVED": day(exhibit.received_at.date()) if exhibit else "",
        "AUTHOR": exhibit.author if exhibit else "",
        "REDACTED": "Y" if document.redacted else "N",
        "REDACTREASON": _reasons(document),
    }


def _reasons(document: Document) -> str:
    exhibit = document.exhibit
    if exhibit is None:
        return ""
    said = [word(f"reasons.{reason}")[_LANG] for reason in exhibit.reasons]
    return "; ".join([*said, *([word("exhibits.covered")[_LANG]] if exhibit.covered else [])])


def _covered(document: Document) -> str:
    return f"REDACTED: {_reasons(document)}" if document.redacted else ""
