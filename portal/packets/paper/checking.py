"""A person of the firm looks at the pages that came back: signs them in, or asks for some of them again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.claims import sealed
from portal.claims import service as claims
from portal.claims.act import PaperSheet, PaperSigned
from portal.claims.errors import ClaimError
from portal.claims.models import Claim, Engagement, Signature
from portal.claims.states import AMENDABLE, ClaimState
from portal.claims.telling import ask_for
from portal.matters.shelf import PublishedMatter
from portal.packets import paper_scans, signing
from portal.packets.models import PaperPage, PaperPrint
from portal.packets.paper import prints
from portal.packets.paper.prints import PrintState, Sheet, Standing
from portal.packets.signing import Circumstances, GivenSignature
from portal.packets.words import filled
from portal.runtime import Runtime
from portal.web.language import HOME_ZONES

ANSWER_WITHIN = timedelta(days=14)


class NotToCheck(ClaimError):
    """The print is not what it was when the page was shown: replaced, void, incomplete, or decided by somebody else."""


class NotAllSigned(ClaimError):
    """A page that must bear a signature was not said to bear one."""


def open_prints(session: Session, office: sa.Select[Engagement]) -> list[tuple[PaperPrint, Engagement]]:
    """Prints of an office that are not signed yet, those that wait for a person first, then in order of printing."""
    query = sa.select(PaperPrint).where(_of_office(office), PaperPrint.state.in_(sorted(prints.OPEN)))
    waiting = sa.case((PaperPrint.state == PrintState.RETURNED, 0), else_=1)
    found = session.scalars(query.order_by(waiting, PaperPrint.returned_at, PaperPrint.created_at))
    return [(one, session.get_one(Engagement, one.engagement_id)) for one in found]


def waiting(session: Session, office: sa.Select[Engagement]) -> int:
    """How many prints of an office wait for a person."""
    query = sa.select(sa.func.count()).where(_of_office(office), PaperPrint.state == PrintState.RETURNED)
    return session.scalar(query) or 0


def _of_office(office: sa.Select[Engagement]) -> sa.ColumnElement[bool]:
    """Prints of an office's engagements since which nothing was signed by another means."""
    since = sa.exists().where(
        Signature.engagement_id == PaperPrint.engagement_id, Signature.signed_at >= PaperPrint.created_at
    )
    open_ = Engagement.state.in_(sorted({ClaimState.DRAFT} | AMENDABLE))
    theirs = office.where(open_, Engagement.id == PaperPrint.engagement_id).with_only_columns(Engagement.id)
    return sa.and_(theirs.correlate(PaperPrint).exists(), ~since)


def print_of_office(
    session: Session, office: sa.Select[Engagement], print_id: UUID
) -> tuple[PaperPrint, Engagement] | None:
    """A print of one of the office's engagements; another's is None."""
    print_ = session.get(PaperPrint, print_id)
    if print_ is None:
        return None
    engagement = session.scalars(office.where(Engagement.id == print_.engagement_id)).one_or_none()
    return (print_, engagement) if engagement and engagement.claim.erased_at is None else None


def confirm(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    engagement: Engagement,
    print_: PaperPrint,
    signed: Collection[int],
    by: UUID,
    now: datetime,
) -> None:
    """Sign what was signed in ink, in the caller's transaction; `signed` are the pages seen to bear a signature.

    Raises NotToCheck, NotAllSigned, and what `signing.submit` raises.
    """
    claim, stands = _under_lock(session, runtime, published, engagement, print_)
    if {sheet.number for sheet in stands.sheets if sheet.signature} - set(signed):
        raise NotAllSigned(print_.code)
    printed = prints.read_printed(session, runtime, claim, print_)
    paper = PaperSigned(
        code=print_.code,
        printed_at=print_.created_at,
        printed_sha256=print_.sha256,
        checked_by=str(by),
        sheets=tuple(_sheet(sheet) for sheet in stands.sheets),
    )
    where = Circumstances(
        language=printed.language,
        place=printed.place,
        address=printed.address,
        device=printed.device,
        session_began_at=printed.session_began_at,
    )
    given = {engagement.jurisdiction: GivenSignature(paper=paper)}
    signing.submit(session, runtime, published, claim, given, where, now)
    sealed.write_note(session, runtime.vault, engagement, "")
    print_.state, print_.checked_by, print_.checked_at = PrintState.SIGNED, by, now
    _record(session, engagement, print_, by, now, outcome="signed", pages=len(stands.sheets))


def ask_again(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    engagement: Engagement,
    print_: PaperPrint,
    pages: Collection[int],
    reason: str,
    by: UUID,
    now: datetime,
) -> None:
    """Ask for pages again; the claimant reads the reason in a message and on the claim's page. Raises NotToCheck."""
    claim, stands = _under_lock(session, runtime, published, engagement, print_)
    wanted = sorted(set(pages) & {sheet.number for sheet in stands.sheets})
    if not wanted:
        raise NotToCheck(print_.code)
    for sheet in stands.sheets:
        if sheet.number in wanted and sheet.page is not None:
            sheet.page.replaced = True
    print_.state, print_.returned_at = PrintState.REFUSED, None
    print_.checked_by, print_.checked_at = by, now
    claims.prolong(claim, published.matter, now)
    numbers = filled("print.again", pages=", ".join(map(str, wanted)))[claim.language]
    text = f"{numbers}\n{reason}"
    until = (now + ANSWER_WITHIN).astimezone(HOME_ZONES[engagement.jurisdiction]).date()
    ask_for(session, runtime, engagement, text, until)
    _record(session, engagement, print_, by, now, outcome="asked", pages=len(wanted))


def open_picture(session: Session, runtime: Runtime, claim: Claim, page: PaperPage) -> bytes:
    """The upright picture of a page. Raises `ScanDamaged`, a StorageError, or a VaultError after erasure."""
    return paper_scans.open_scan(session, runtime, claim, _sheet(Sheet(page.number, "", False, page)))


def _under_lock(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    engagement: Engagement,
    print_: PaperPrint,
) -> tuple[Claim, Standing]:
    """The claim, locked, and its print as it stands now; raises NotToCheck when it cannot be decided on."""
    claim = session.get_one(Claim, engagement.claim_id, with_for_update=True)
    session.refresh(print_)
    stands = prints.standing(session, runtime, published, engagement, print_)
    if print_.state != PrintState.RETURNED or not stands.to_check:
        raise NotToCheck(print_.code)
    return claim, stands


def _sheet(sheet: Sheet) -> PaperSheet:
    page = sheet.page
    assert page is not None
    return PaperSheet(
        number=sheet.number,
        document=sheet.document,
        signed=sheet.signature,
        blob=page.blob,
        sha256=page.sha256,
        original_sha256=page.original_sha256,
        received_at=page.received_at,
    )


def _record(
    session: Session, engagement: Engagement, print_: PaperPrint, by: UUID, now: datetime, **detail: object
) -> None:
    audit.record(
        session,
        now=now,
        actor=Actor("staff", by),
        action="paper.checked",
        subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction,
        print=print_.code,
        **detail,
    )
