"""What filing.toml holds: how batches are handed to courts, reviewers and other offices."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from portal.matters.bilingual import Part, Shared, Text

FileStem = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,30}$")]
"""What a file of a volume is called before its number and ending: short and ASCII, as courts and archives ask."""

PartyFact = Literal[
    "number",
    "name",
    "hangul",
    "hanja",
    "passport",
    "birth_date",
    "postcode",
    "address",
    "country",
    "representatives",
    "appointed",
    "attorney",
    "claim_number",
    "phone",
    "email",
]
CONTACTS: tuple[PartyFact, ...] = ("phone", "email")

ClaimFact = Literal[
    "name",
    "birth_date",
    "address",
    "phone",
    "email",
    "kind",
    "company",
    "representatives",
    "deceased",
    "account",
    "other",
    "trades",
    "diary",
    "exhibits",
    "language",
    "tracks",
    "submitted_at",
    "accepted_at",
]
CLAIM_FACTS: tuple[ClaimFact, ...] = get_args(ClaimFact)


class PartyColumn(Part):
    """A column of 별지 당사자목록: what stands in it, its head, and its share of the width."""

    fact: PartyFact
    head: Text
    share: Annotated[float, Field(gt=0, le=20)] = 1.0


class FileNames(Part):
    """What the files of a filing are called; a number is added where there are several."""

    cover: FileStem = "00_cover"
    parties: FileStem = "01_parties"
    powers: FileStem = "02_powers"
    exhibits: FileStem = "03_gap"


class KoreanFiling(Part):
    """What a Korean court's filing desk takes. Sizes in MB of 1,000,000 bytes.

    `contacts` allows columns for phone and e-mail, which a court needs of nobody who is represented. `proofs` adds
    to each power of attorney what proves who signed it, such as 인감증명서 or 가족관계증명서.
    """

    max_file_mb: Annotated[int, Field(gt=0, le=100)] = 20
    max_submission_mb: Annotated[int, Field(gt=0, le=1_000)] = 100
    contacts: bool = False
    proofs: bool = False
    people_per_list: Annotated[int, Field(gt=0, le=5_000)] = 2_000
    names: FileNames = FileNames()
    parties: Annotated[tuple[PartyColumn, ...], Field(min_length=1, max_length=10)]


class UsProduction(Part):
    """How documents are produced to a US review platform.

    `party` produces; its pages are numbered `prefix` and `digits` figures. `confidentiality` is stamped on each page
    and stands in the load file; empty where there is no protective order.
    """

    party: Shared
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_-]{0,15}$")]
    digits: Annotated[int, Field(ge=4, le=9)] = 8
    files_per_folder: Annotated[int, Field(gt=0, le=10_000)] = 1_000
    confidentiality: Annotated[str, StringConstraints(max_length=60)] = ""


class HandOver(Part):
    """What another office is told of each claim: nothing but these facts, beside its number and packet."""

    facts: Annotated[tuple[ClaimFact, ...], Field(min_length=1)]


class Volumes(Part):
    """Every volume, whatever it is for: how long a part may be (in MB of 1,000,000 bytes) and how long it is kept."""

    max_part_mb: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    kept_days: Annotated[int, Field(ge=1, le=90)] = 14


class FilingToml(Part):
    """The whole of filing.toml. A profile whose table is missing is not offered."""

    kr: KoreanFiling | None = None
    us: UsProduction | None = None
    hand_over: HandOver | None = None
    volumes: Volumes = Volumes()
