"""A print of one engagement's documents: what its pages are, what was printed, and whether that still holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from portal.claims.act import Reading
from portal.claims.models import Claim, Engagement
from portal.matters.shelf import PublishedMatter
from portal.packets import reading as readings_of
from portal.packets.models import PaperPage, PaperPrint
from portal.runtime import Runtime

SIGNATURE = "*"  # after a document's id in the plan: this page bears a signature


class PrintState(StrEnum):
    """Where a print stands."""

    PRINTED = "printed"
    RETURNED = "returned"
    REFUSED = "refused"
    SIGNED = "signed"
    REPLACED = "replaced"


OPEN = frozenset({PrintState.PRINTED, PrintState.RETURNED, PrintState.REFUSED})
"""States in which pages are taken; *refused* says that a person looked and asked for some of them again."""


class Printed(BaseModel):
    """What was printed and under which circumstances, kept sealed: the act of signing is made from it later."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: str
    language: str
    address: str = ""
    device: str = ""
    session_began_at: datetime | None = None
    readings: dict[str, Reading]


@dataclass(frozen=True)
class Sheet:
    """One page of a print with the picture that counts for it, if any came back."""

    number: int
    document: str
    signature: bool
    page: PaperPage | None = None


@dataclass(frozen=True)
class Standing:
    """How a print stands. `changed` are the documents that are no longer what was printed."""

    print_: PaperPrint
    sheets: tuple[Sheet, ...]
    changed: tuple[str, ...]
    needed: bool

    @property
    def missing(self) -> tuple[int, ...]:
        """Numbers of the pages that are not here yet."""
        return tuple(sheet.number for sheet in self.sheets if sheet.page is None)

    @property
    def received(self) -> int:
        """How many pages are here."""
        return len(self.sheets) - len(self.missing)

    @property
    def void(self) -> bool:
        """Whether it can no longer be signed as it is: a text was published anew, or the claimant's details changed."""
        return self.print_.state in OPEN and bool(self.changed)

    @property
    def open(self) -> bool:
        """Whether pages are still taken."""
        return self.print_.state in OPEN and self.needed

    @property
    def to_check(self) -> bool:
        """Whether a person of the firm can look at it now."""
        return self.open and not self.changed and not self.missing


def newest(session: Session, engagement: Engagement) -> PaperPrint | None:
    """The print that counts, if anything was printed."""
    query = sa.select(PaperPrint).where(PaperPrint.engagement_id == engagement.id)
    query = query.where(PaperPrint.state != PrintState.REPLACED)
    return session.scalars(
        query.order_by(PaperPrint.created_at.desc(), PaperPrint.id.desc()).limit(1)
    ).first()


def of_code(session: Session, code: str) -> PaperPrint | None:
    """The print of a code, whoever's it is; what may be said of it is the caller's to decide."""
    return session.scalars(sa.select(PaperPrint).where(PaperPrint.code == code)).one_or_none()


def read_printed(session: Session, runtime: Runtime, claim: Claim, print_: PaperPrint) -> Printed:
    """What was printed. Raises a VaultError after erasure."""
    plain = runtime.vault.open(session, claim.subject_id, printed_purpose(print_), print_.readings)
    return Printed.model_validate_json(plain)


def printed_purpose(print_: PaperPrint) -> str:
    """What the readings of a print are sealed for."""
    return f"paper-print:{print_.id}"


def file_purpose(print_: PaperPrint) -> str:
    """What a print's PDF is sealed for."""
    return f"paper-print-file:{print_.id}"


def open_file(session: Session, runtime: Runtime, claim: Claim, print_: PaperPrint) -> bytes:
    """The PDF as it was printed. Raises a StorageError, or a VaultError after erasure."""
    return runtime.vault.open(
        session, claim.subject_id, file_purpose(print_), runtime.storage.get(print_.blob)
    )


def planned(plan: Sequence[str]) -> Iterator[Sheet]:
    """The pages of a plan in order."""
    for number, entry in enumerate(plan, 1):
        yield Sheet(number, entry.removesuffix(SIGNATURE), entry.endswith(SIGNATURE))


def pictures(session: Session, print_: PaperPrint) -> dict[int, PaperPage]:
    """The picture that counts for each page that came back."""
    query = sa.select(PaperPage).where(PaperPage.print_id == print_.id, PaperPage.replaced.is_(False))
    return {page.number: page for page in session.scalars(query.order_by(PaperPage.received_at))}


def standing(
    session: Session, runtime: Runtime, published: PublishedMatter, engagement: Engagement, print_: PaperPrint
) -> Standing:
    """How a print stands at this moment."""
    claim, here = engagement.claim, pictures(session, print_)
    sheets = tuple(
        Sheet(one.number, one.document, one.signature, here.get(one.number)) for one in planned(print_.plan)
    )
    if print_.state not in OPEN:
        return Standing(print_, sheets, (), needed=False)
    entries = [
        entry
        for entry in readings_of.reading_list(session, runtime, published, claim)
        if entry.jurisdiction == engagement.jurisdiction
    ]
    printed = read_printed(session, runtime, claim, print_)
    return Standing(print_, sheets, tuple(changed(entries, printed.readings)), needed=bool(entries))


def changed(entries: Sequence[readings_of.ToRead], printed: dict[str, Reading]) -> Iterator[str]:
    """Documents whose print no longer holds: shown anew, answered otherwise, newly asked for or no longer asked for."""
    for entry in entries:
        before, now = printed.get(entry.document.id), entry.reading
        if before is None or before.shown != entry.shown or now is None or now.given != before.given:
            yield entry.document.id
    yield from sorted(printed.keys() - {entry.document.id for entry in entries})
