"""Accepted claims with packets as they are really laid out, evidence in the store, and the work of a profile."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from portal.batches.models import Batch, Volume, VolumeState
from portal.batches.opening import work_of
from portal.batches.profiles.base import VolumeFile, Work
from portal.batches.spool import Spool
from portal.claims import sealed
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Particulars, PersonName
from portal.database import new_id
from portal.evidence import blobs
from portal.evidence.details import EvidenceDetails
from portal.evidence.models import EvidenceFile
from portal.packets import sample_people, samples
from portal.packets.render import render
from portal.runtime import Runtime
from tests.conftest import NOW

from .claims import all_of, an_accepted_claim, frozen


def named(name: str, who: Particulars = sample_people.MINJUN) -> Particulars:
    """The same person under another name."""
    return who.model_copy(update={"name": PersonName(hangul=name)})


def a_picture(text: str, *, colour: bool = True, width: int = 600, height: int = 900) -> bytes:
    """A JPEG as the evidence's box makes it."""
    picture = Image.new("RGB", (width, height), (200, 60, 40) if colour else (245, 245, 245))
    ImageDraw.Draw(picture).text((40, 60), text, fill=(10, 10, 10))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=80)
    return target.getvalue()


@cache
def a_pdf(pages: int, words: str = "order history") -> bytes:
    """A PDF with text on each page."""
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842), invariant=1)
    for page in range(pages):
        canvas.drawString(72, 700, f"{words} page {page + 1}")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def evidence(
    session: Session,
    runtime: Runtime,
    claim: Claim,
    content: bytes,
    title: str,
    *,
    kind: str = "",
    pages: int = 1,
) -> EvidenceFile:
    """A file of the claim, there before it was signed."""
    pdf, sequence = content.startswith(b"%PDF"), 1 + len(_files(session, claim))
    kinds = runtime.matters.current().matter.evidence_for(set(claim.tracks))
    file = EvidenceFile(
        id=new_id(),
        claim_id=claim.id,
        sequence=sequence,
        kind=kind or kinds[0].id,
        media_type="application/pdf" if pdf else "image/jpeg",
        size=len(content),
        harmless_size=len(content),
        pages=pages,
        content_digest=hashlib.sha256(content + title.encode()).digest(),
        received_at=NOW - timedelta(days=3),
    )
    digest = hashlib.sha256(content).hexdigest()
    details = EvidenceDetails(title=title, file_name="a.jpg", sha256=digest, harmless_sha256=digest)

    def seal(part: str, plain: bytes) -> bytes:
        return runtime.vault.seal(session, claim.subject_id, blobs.purpose(file.id, part), plain)

    file.details = seal("details", details.model_dump_json().encode())
    file.harmless_key = runtime.storage.put(seal("harmless", content))
    session.add(file)
    session.flush()
    return file


def _files(session: Session, claim: Claim) -> Sequence[EvidenceFile]:
    return session.query(EvidenceFile).filter_by(claim_id=claim.id).all()


def a_filed_claim(
    session: Session, runtime: Runtime, who: Particulars, *, jurisdiction: str = "kr", **claim: Any
) -> Engagement:
    """An accepted claim with a packet as it is laid out."""
    matter = runtime.matters.current().matter
    tracks = ("kr-consumer",) if jurisdiction == "kr" else ("us-consumer", "us-securities")
    made = an_accepted_claim(session, runtime, jurisdiction=jurisdiction, tracks=tracks, packet=None, **claim)
    sealed.write(session, runtime.vault, made.claim, who, NOW)
    content = replace(
        samples.sample_claim(matter, jurisdiction),
        claim_number=made.claim.number,
        particulars=who,
        exhibits=(),
    )
    from .claims import a_packet

    a_packet(session, runtime, made, content=bytes(render(content).data))
    return made


def work(runtime: Runtime, jurisdiction: str = "kr", *, matter: Any = None, **options: object) -> Work:
    """Freeze all there is and give it to a profile as an export does."""
    batch: Batch = frozen(runtime, all_of(jurisdiction))
    return work_on(runtime, batch, matter=matter, **options)


def work_on(runtime: Runtime, batch: Batch, *, matter: Any = None, **options: object) -> Work:
    """A frozen batch as a profile is given it; ``matter`` stands for the published one."""
    volume = Volume(
        id=new_id(), batch_id=batch.id, language="ko", purpose="test", state=VolumeState.WRITING,
        total=batch.claims, left_out=[], options=options,
    )  # fmt: skip
    with runtime.database.reading() as session:
        made = work_of(runtime, session, batch, volume)
    return replace(made, published=replace(made.published, matter=matter)) if matter else made


def written(files: Any) -> dict[str, bytes]:
    """Names and bytes of what a profile yields, in order."""
    found: dict[str, bytes] = {}
    for one in files:
        assert isinstance(one, VolumeFile)
        assert one.name not in found
        found[one.name] = b"".join(one.content.chunks()) if isinstance(one.content, Spool) else one.content
    return found
