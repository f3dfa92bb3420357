"""What is known of a piece of evidence and stored only sealed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict

from portal.web.typed import without_resident_number

LONGEST_NAME = 120
_SEPARATORS = re.compile(r"[/\\]")
_BLANKS = re.compile(r"\s+")


class EvidenceDetails(BaseModel):
    """Sealed with each file; the hashes are SHA-256 in hex, of the file as received and of its harmless copy.

    A masked file's harmless copy is of the picture on which the claimant covered what is not theirs; with
    `original_kept` the file as received is the uncovered one, else the portal has only ever kept the covered one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    title: str = ""
    author: str = ""
    dated: date | None = None
    incident: str = ""  # id of an entry of the harm diary that it belongs to
    masked: bool = False
    original_kept: bool = True
    file_name: str
    sha256: str
    harmless_sha256: str

    @property
    def shown_name(self) -> str:
        """The title, or while there is none the name that the file came with."""
        return self.title or self.file_name


def tidy_file_name(name: str) -> str:
    """A received file name as one line of NFC without folders, control, direction and other invisible characters.

    Only for showing: nothing is ever stored or opened under it. Macs send Hangul decomposed (NFD). A resident
    registration number in a name is blanked out.
    """
    last = _SEPARATORS.split(name)[-1]
    visible = "".join(
        " " if c.isspace() else c for c in last if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    composed = without_resident_number(unicodedata.normalize("NFC", visible))
    line = _BLANKS.sub(" ", composed).strip(" .")
    if len(line) <= LONGEST_NAME:
        return line or "file"
    ending = PurePosixPath(line).suffix[:12]
    return line[: LONGEST_NAME - len(ending) - 1] + "…" + ending
