"""Claims that are signed in ink, made through the services that pages call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from PIL import Image

from portal.audit import Actor
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Particulars
from portal.database import new_id
from portal.evidence.service import Upload
from portal.packets import sample_people
from portal.packets.models import PaperPrint
from portal.packets.paper import checking, printing, prints, returning
from portal.packets.paper.prints import Standing
from portal.packets.paper.returning import Result
from portal.packets.signing import Circumstances
from portal.runtime import Runtime
from tests.conftest import NOW
from tests.packets import paper_scans
from tests.packets.claims import _begun, published, read_everything

STAFF = UUID(int=7)
DPI = 140  # of scanners and photographs alike: enough for the codes, and quick
LATER = NOW + timedelta(minutes=10)


def a_read_claim(
    runtime: Runtime,
    *,
    particulars: Particulars = sample_people.MINJUN,
    tracks: tuple[str, ...] = ("kr-consumer",),
) -> Claim:
    """A draft whose documents are all read and answered, and nothing signed."""
    matter = published(runtime)
    with runtime.database.transaction() as session:
        claim = _begun(session, runtime, matter, particulars, tracks)
    with runtime.database.transaction() as session:
        read_everything(session, runtime, matter, session.get_one(Claim, claim.id))
    return claim


def a_print(
    runtime: Runtime, claim: Claim, jurisdiction: str = "kr", *, now: datetime = LATER, whole: bool = False
) -> PaperPrint:
    """The claim's documents of a jurisdiction, printed for the pen."""
    where = Circumstances(language="ko", place="KR", address="203.0.113.9", device="Windows, Chrome")
    matter = runtime.matters.current()
    made = printing.make(runtime, matter, claim.id, jurisdiction, where, now, whole=whole)
    with runtime.database.reading() as session:
        return session.get_one(PaperPrint, made)


def sheets(runtime: Runtime, print_: PaperPrint) -> dict[int, Image.Image]:
    """The printed sheets by number; those to be signed bear a signature in ink. The guide is left in the printer."""
    with runtime.database.reading() as session:
        engagement = session.get_one(Engagement, print_.engagement_id)
        pdf = prints.open_file(session, runtime, engagement.claim, print_)
        here = prints.pictures(session, print_)
    printed = [one for one in prints.planned(print_.plan) if one.number not in here]
    pages, pens = paper_scans.sheets_of(pdf, DPI), paper_scans.pens_of(pdf)
    guide = len(pages) - len(printed)
    return {
        one.number: paper_scans.signed(page, pen, DPI) if one.signature else page
        for one, page, pen in zip(printed, pages[guide:], pens[guide:], strict=True)
    }


def send_back(
    runtime: Runtime, claim: Claim, files: Sequence[bytes], *, now: datetime = LATER + timedelta(minutes=30)
) -> list[Result]:
    """The claimant uploads photographs or scans."""
    matter, results = runtime.matters.current(), []
    for number, content in enumerate(files, 1):
        pdf = content.startswith(b"%PDF")
        name, kind = (f"scan{number}.pdf", "application/pdf") if pdf else (f"IMG_{number}.jpg", "image/jpeg")
        sender = returning.from_claimant(claim)
        results += returning.take(runtime, matter, sender, Upload(name, kind, content), now)
    return results


def standing(runtime: Runtime, print_id: UUID) -> Standing:
    """How a print stands now."""
    with runtime.database.reading() as session:
        print_ = session.get_one(PaperPrint, print_id)
        engagement = session.get_one(Engagement, print_.engagement_id)
        return prints.standing(session, runtime, runtime.matters.current(), engagement, print_)


def sign_in(
    runtime: Runtime, print_: PaperPrint, *, now: datetime = LATER + timedelta(hours=2), by: UUID = STAFF
) -> None:
    """A person of the firm has looked at every page and signs them in."""
    signed = {one.number for one in prints.planned(print_.plan) if one.signature}
    with runtime.database.transaction() as session:
        engagement = session.get_one(Engagement, print_.engagement_id)
        row = session.get_one(PaperPrint, print_.id)
        checking.confirm(session, runtime, runtime.matters.current(), engagement, row, signed, by, now)


def a_claim_signed_in_ink(
    runtime: Runtime,
    *,
    particulars: Particulars = sample_people.MINJUN,
    tracks: tuple[str, ...] = ("kr-consumer",),
    photographs: bool = False,
    camera: paper_scans.Camera = paper_scans.CASUAL,
) -> Claim:
    """A claim of one jurisdiction, printed, signed, sent back as one scan or as photographs, and signed in by staff;
    its packet is pending."""
    claim = a_read_claim(runtime, particulars=particulars, tracks=tracks)
    jurisdiction = claim.engagements[0].jurisdiction
    print_ = a_print(runtime, claim, jurisdiction)
    pages = list(sheets(runtime, print_).values())
    files = (
        [paper_scans.photograph(page, camera) for page in pages]
        if photographs
        else [paper_scans.scan(pages, DPI)]
    )
    send_back(runtime, claim, files)
    sign_in(runtime, print_)
    return claim


def someone() -> Actor:
    """A member of staff."""
    return Actor("staff", new_id())
