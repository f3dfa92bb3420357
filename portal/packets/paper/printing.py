"""Printing: the documents of one jurisdiction, laid out unsigned, kept as the print that pages will be told by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.claims import parties, sealed
from portal.claims import service as claims
from portal.claims.act import Reading, SigningAct
from portal.claims.errors import AlreadySubmitted, TextsChanged
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Particulars
from portal.database import new_id
from portal.evidence import blobs, numbering
from portal.matters.model import jurisdiction_of
from portal.matters.shelf import PublishedMatter
from portal.packets import formats, shown, signing_checks
from portal.packets import reading as readings_of
from portal.packets.codes import new_code
from portal.packets.content import Exhibit, PacketContent, Sealer
from portal.packets.models import PaperPage, PaperPrint
from portal.packets.paper import prints
from portal.packets.paper.prints import Printed, PrintState, Sheet
from portal.packets.paper.sheets import Paper, lay_out
from portal.packets.signing import Circumstances
from portal.runtime import Runtime


@dataclass(frozen=True)
class _Order:
    """What is to be printed, as read before it is laid out."""

    claim: Claim
    engagement: Engagement
    published: PublishedMatter
    particulars: Particulars
    answers: Mapping[str, str]
    exhibits: tuple[Exhibit, ...]
    readings: Sequence[Reading]
    kept: Mapping[str, Sequence[Sheet]]


def make(
    runtime: Runtime,
    published: PublishedMatter,
    claim_id: UUID,
    jurisdiction: str,
    circumstances: Circumstances,
    now: datetime,
    *,
    whole: bool = False,
) -> UUID:
    """Print what is to be signed for a jurisdiction; an older print is replaced by it.

    Documents that did not change and whose pages are all here are not printed again, unless the `whole` is asked for;
    their pictures go on counting. Raises what `signing.submit` raises when a signature could not be given now.
    """
    with runtime.database.reading() as session:
        claim = session.get_one(Claim, claim_id)
        order = _order(session, runtime, published, claim, jurisdiction, now, whole=whole)
    code = new_code()
    paper = lay_out(
        _content(order, circumstances, code, now), code, order.kept, runtime.settings.site_address
    )
    print_ = _row(runtime, order, paper, code, circumstances, now)
    with runtime.database.reading() as session:
        subject = order.claim.subject_id
        held = runtime.vault.seal(session, subject, prints.file_purpose(print_), paper.data)
    stored = blobs.put(runtime, [held], now)
    print_.blob = stored.keys[0]
    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, claim_id, with_for_update=True)
        if (
            _order(session, runtime, published, claim, jurisdiction, now, whole=whole).readings
            != order.readings
        ):
            raise TextsChanged("changed while it was being printed")
        _keep(session, runtime, claim, print_, order, now)
        blobs.arrived(session, stored)
    return print_.id


def _order(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    claim: Claim,
    jurisdiction: str,
    now: datetime,
    *,
    whole: bool,
) -> _Order:
    entries = readings_of.reading_list(session, runtime, published, claim)
    engagement = claim.engagement(jurisdiction)
    if engagement is None or not any(entry.jurisdiction == jurisdiction for entry in entries):
        raise AlreadySubmitted("nothing is left to sign there")
    particulars = sealed.read_latest(session, runtime.vault, claim)
    readings = signing_checks.check_ready(published, claim, particulars, entries, {jurisdiction}, now)
    signing_checks.check_given(session, runtime, published, claim, {jurisdiction})
    before = None if whole else prints.newest(session, engagement)
    exhibits = numbering.exhibits_for(session, runtime, published.matter, claim, jurisdiction)
    return _Order(
        claim=claim,
        engagement=engagement,
        published=published,
        particulars=particulars,
        answers=sealed.read_answers(session, runtime.vault, claim),
        exhibits=tuple(
            Exhibit(
                number=one.number,
                title=one.title,
                kind=one.kind,
                received_at=one.received_at,
                sha256=one.sha256,
                copy_sha256="",
                author=one.author,
                dated=one.dated,
                part=one.part,
                incident=one.incident,
                covered=one.covered,
            )
            for one in exhibits
        ),
        readings=readings,
        kept=_kept(session, runtime, published, engagement, before) if before else {},
    )


def _kept(
    session: Session, runtime: Runtime, published: PublishedMatter, engagement: Engagement, before: PaperPrint
) -> dict[str, Sequence[Sheet]]:
    """Documents that need no new paper, with their pages: whole, here, and as they were printed.

    Only when something else changed: who prints again without that has lost pages, and gets all of them.
    """
    stands = prints.standing(session, runtime, published, engagement, before)
    if not stands.void:
        return {}
    by_document: dict[str, list[Sheet]] = {}
    for sheet in stands.sheets:
        by_document.setdefault(sheet.document, []).append(sheet)
    return {
        document: sheets
        for document, sheets in by_document.items()
        if document not in stands.changed and all(sheet.page for sheet in sheets)
    }


def _content(order: _Order, circumstances: Circumstances, code: str, now: datetime) -> PacketContent:
    """The documents' content, with an act for each who signs that has no signature yet."""
    jurisdiction = jurisdiction_of(order.engagement.jurisdiction)
    matter = order.published.matter
    acts = tuple(
        SigningAct(
            jurisdiction=jurisdiction,
            signer=one.party,
            capacity=one.capacity,
            signer_name=formats.full_name(one.name) if one.party else "",
            means="ink",
            language=circumstances.language,
            place=circumstances.place,
            signed_at=now,
            readings=tuple(order.readings),
            contacts=order.particulars.contacts,
        )
        for one in parties.signers(matter, order.claim, order.particulars)
    )
    return PacketContent(
        matter=matter,
        jurisdiction=jurisdiction,
        tracks=tuple(order.engagement.tracks),
        claim_number=order.claim.number,
        revision=1,
        made_at=now,
        particulars=order.particulars,
        answers=order.answers,
        decisions=(),
        acts=acts,
        exhibits=order.exhibits,
        sealer=Sealer(matter.counsel(jurisdiction).name.en),
        code=code,
        verify_address="",
        kind=order.claim.kind,
        age=shown.age_at_signing(order.engagement, order.particulars, now),
    )


def _row(
    runtime: Runtime, order: _Order, paper: Paper, code: str, circumstances: Circumstances, now: datetime
) -> PaperPrint:
    print_ = PaperPrint(
        id=new_id(),
        engagement_id=order.engagement.id,
        matter_version_id=order.published.version_id,
        code=code,
        state=PrintState.PRINTED,
        plan=list(paper.plan),
        sha256=hashlib.sha256(paper.data).hexdigest(),
        created_at=now,
    )
    printed = Printed(
        place=circumstances.place,
        language=circumstances.language,
        address=circumstances.address,
        device=circumstances.device,
        session_began_at=circumstances.session_began_at,
        readings={reading.document: reading for reading in order.readings},
    )
    with runtime.database.reading() as session:
        print_.readings = runtime.vault.seal(
            session,
            order.claim.subject_id,
            prints.printed_purpose(print_),
            printed.model_dump_json().encode(),
        )
    return print_


def _keep(
    session: Session, runtime: Runtime, claim: Claim, print_: PaperPrint, order: _Order, now: datetime
) -> None:
    open_ = sa.select(PaperPrint).where(
        PaperPrint.engagement_id == print_.engagement_id, PaperPrint.state.in_(sorted(prints.OPEN))
    )
    older = session.scalars(open_).all()
    for one in older:
        one.state = PrintState.REPLACED
    session.add(print_)
    session.flush()
    documents = [one.document for one in prints.planned(print_.plan)]
    for number, document in enumerate(documents, 1):
        if document in order.kept:
            place = number - 1 - documents.index(document)
            _copy(session, print_, number, order.kept[document][place])
    claims.prolong(claim, order.published.matter, now)
    claim.updated_at = now
    audit.record(
        session,
        now=now,
        actor=claims.claimant_of(claim),
        action="paper.printed",
        subject=claim.id,
        jurisdiction=order.engagement.jurisdiction,
        print=print_.code,
        pages=len(print_.plan),
        replaced=len(older),
    )


def _copy(session: Session, print_: PaperPrint, number: int, sheet: Sheet) -> None:
    """The picture of a page that need not be printed again, under its number in the new print."""
    page = sheet.page
    assert page is not None
    session.add(
        PaperPage(
            id=new_id(),
            print_id=print_.id,
            number=number,
            blob=page.blob,
            sha256=page.sha256,
            original_sha256=page.original_sha256,
            received_at=page.received_at,
            received_from=page.received_from,
        )
    )
