"""Everything on a claim's page, masked for whoever looks at it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import render_template
from sqlalchemy.orm import Session

from portal.claims import access, corrections, diary, flags, joinder, parties, sealed, sections
from portal.claims.models import Consent, Decision, Engagement, Signature
from portal.claims.particulars import Particulars
from portal.claims.states import AMENDABLE, MOVES, ClaimState
from portal.correspondence import desk
from portal.correspondence.forms import ReplyForm
from portal.evidence import certificates, leaving, listing, numbering
from portal.evidence.certificates import Standing
from portal.matters.bilingual import Text
from portal.matters.matter import Matter
from portal.packets import countersigning, events
from portal.packets import service as packets
from portal.review import at_work, history, masking, second_eyes, service, verdicts
from portal.review.forms import AskForm, DeclineForm, DownloadForm, NoteForm, TracksForm
from portal.review.masking import Mask
from portal.runtime import Runtime
from portal.vault import VaultError
from portal.web import runtime, staff
from portal.web.calendars import due
from portal.web.language import current

USUAL_CURE = timedelta(days=14)
LATEST_LINES = 6


def claim_page(engagement_id: UUID, **forms: object) -> str:
    """A claim's page with the forms as they were filled in; opening it is audited."""
    opened = runtime()
    now = opened.clock()
    with opened.database.transaction() as session:
        engagement = access.seen_engagement(session, staff(), engagement_id)
        mask = masking.mask_for(session, staff(), engagement, now)
        service.note_read(
            session, engagement, by=staff(), now=now, part="page", unmasked=sorted(mask.unmasked)
        )
        shown = _shown(session, opened, engagement, mask)
    matter = opened.matters.current().matter
    shown["kind_names"] = kind_names(shown["published"].matter, matter)
    shown["reasons"] = {rule.id: rule.reason for rule in shown["published"].matter.rules}
    shown["forms_given"] = {**_empty_forms(engagement, matter, opened), **forms}
    return render_template(
        "review/claim.html",
        states=ClaimState,
        document_title=_document_title,
        staff_id=staff().id,
        field_word=history.field_word,
        **shown,
    )


def _shown(session: Session, opened: Runtime, engagement: Engagement, mask: Mask) -> dict[str, Any]:
    claim, now = engagement.claim, opened.clock()
    whole = sealed.read(session, opened.vault, claim)
    published = opened.matters.by_id(claim.matter_version_id)
    answers = sealed.read_answers(session, opened.vault, claim) if "account" in mask.sees else {}
    waits = second_eyes.waiting(session, opened, engagement)
    sent_back = second_eyes.last_sent_back(session, opened, engagement)
    decided = verdicts.shown(session, opened, engagement, now)
    corrected = corrections.waiting(session, opened.vault, claim)
    acting = [one.decided_by for one in decided] + [one.made_by for one in corrected]
    acting += [waits.proposed_by] if waits else []
    acting += [sent_back.by] if sent_back else []
    return {
        "engagement": engagement,
        "published": published,
        "mask": mask,
        "particulars": masking.masked(whole, mask),
        "birth_year": whole.birth_date.year if whole.birth_date else None,
        "city": masking.city(whole.address),
        "counts": _counts(whole, engagement),
        "answers": answers,
        "decisions": _decisions(session, engagement),
        "decided": {one.track: one for one in decided},
        "waits": waits,
        "sent_back": sent_back,
        "corrected": corrected,
        "staff_names": history.names_of(session, opened, acting),
        "flags": flags.flags_of(session, engagement),
        "may_correct": engagement.state in AMENDABLE,
        "signers": sections.lines(session, claim, "signers") if mask.open("representatives") else (),
        "lacking": sections.lines(session, claim, "lacking"),
        "moves": MOVES[engagement.state],
        "note": sealed.read_note(session, opened.vault, engagement),
        "conflict_open": _conflict_open(opened, engagement),
        "packets": packets.packets_of(session, engagement),
        "to_countersign": countersigning.waiting_of(session, engagement),
        "happened": history.page_of(session, opened, engagement, size=LATEST_LINES).lines,
        "acting_exception": parties.exception_of(published.matter, claim, whole),
        **_evidence(session, opened, engagement, mask),
        **_signed(session, opened, engagement, mask),
        **_letters(session, opened, engagement, mask),
        **_harm(published.matter, engagement, whole, answers, mask),
        **at_work.opening(session, opened, engagement, staff(), now),
    }


def _counts(whole: Particulars, engagement: Engagement) -> dict[str, int]:
    """How much there is under a mask."""
    trades = whole.securities.trades if whole.securities and engagement.jurisdiction == "us" else ()
    return {"diary": len(whole.diary), "trades": len(trades), "account": int(whole.account is not None)}


def _evidence(session: Session, opened: Runtime, engagement: Engagement, mask: Mask) -> dict[str, Any]:
    if "evidence" not in mask.sees:
        return {"files": [], "certificates": {}, "redacted": {}}
    files = listing.list_for(session, opened, engagement.claim_id)
    return {
        "files": files,
        "certificates": _certificates(session, opened, engagement),
        "redacted": leaving.redacted_among(session, [one.id for one in files]),
    }


def _signed(session: Session, opened: Runtime, engagement: Engagement, mask: Mask) -> dict[str, Any]:
    """Consents and signatures for those who see them, the authority's record for counsel."""
    shown: dict[str, Any] = {"consents": [], "signatures": [], "record": None}
    if "signatures" in mask.sees:
        mine = (Consent.claim_id == engagement.claim_id, Consent.jurisdiction == engagement.jurisdiction)
        shown["consents"] = session.scalars(sa.select(Consent).where(*mine)).all()
        query = sa.select(Signature).where(Signature.engagement_id == engagement.id)
        shown["signatures"] = session.scalars(query.order_by(Signature.signed_at)).all()
        names = sections.lines(session, engagement.claim, "signers")
        shown["signed_by"] = {one.party: mask.name(one.name.shown(current())) for one in names}
    if "authority" in mask.sees:
        try:
            shown["record"] = events.of(session, opened, engagement)
        except (events.EventsBroken, VaultError):
            shown["record"] = "broken"
    return shown


def _letters(session: Session, opened: Runtime, engagement: Engagement, mask: Mask) -> dict[str, Any]:
    if "letters" not in mask.sees:
        return {"letters": [], "new_letters": set(), "waiting_letters": 0, "may_write": False}
    talk = desk.opened(session, opened, engagement, opened.clock())
    return {**talk, "may_write": talk["may_write"] and staff().may("letters.write", engagement.jurisdiction)}


def _harm(
    matter: Matter, engagement: Engagement, whole: Particulars, answers: dict[str, str], mask: Mask
) -> dict[str, Any]:
    """The harm diary, and what else was joined beside the tracks of this office."""
    harm, joined = mask.open("harm"), mask.open("joinder")
    found = joinder.map_of(matter, engagement.claim, whole) if joined else None
    return {
        "diary_entries": diary.in_order(whole.diary) if harm else [],
        "diary_totals": diary.totals(whole.diary),
        "joinder_map": found.within(engagement.jurisdiction) if found else None,
        "joinder_contradictions": joinder.contradictions(matter, engagement.claim, whole, answers)
        if joined
        else [],
    }


def _conflict_open(opened: Runtime, engagement: Engagement) -> bool:
    try:
        service.check_conflicts(opened, engagement)
    except service.ConflictUnchecked:
        return True
    return False


def _certificates(session: Session, opened: Runtime, engagement: Engagement) -> dict[UUID, Standing]:
    """How each certificate about the signer stands today, by its file."""
    today = verdicts.today(engagement, opened.clock())
    found = numbering.certificates_for(
        session, opened, opened.matters.current().matter, engagement.claim, engagement.jurisdiction
    )
    return {
        one.file_id: certificates.standing(
            one.kind, one.dated, numbering.signed_on(engagement.claim, one.kind), today
        )
        for one in found
    }


def _empty_forms(engagement: Engagement, matter: Matter, opened: Runtime) -> dict[str, object]:
    day = cure_day(opened, engagement)
    return {
        "ask": AskForm(formdata=None, today=date.min, matter=matter, data={"until": day}),
        "decline": DeclineForm(formdata=None, matter=matter),
        "tracks": TracksForm(formdata=None, matter=matter, tracks=engagement.tracks),
        "back": NoteForm(formdata=None),
        "download": DownloadForm(formdata=None),
        "dossier": DownloadForm(formdata=None),
        "letter": ReplyForm(formdata=None),
    }


def cure_day(opened: Runtime, engagement: Engagement) -> date:
    """The date by which an answer is usually asked for: two weeks, moved to a day on which the office works."""
    day = verdicts.today(engagement, opened.clock()) + USUAL_CURE
    return due(day, engagement.jurisdiction, opened.clock()).works_on or day


def kind_names(*matters: Matter) -> dict[str, Text]:
    """Names of the kinds of evidence, of the claim's own version and of the current one."""
    return {kind.id: kind.name for matter in matters for kind in matter.evidence}


def _document_title(matter: Matter, document_id: str) -> Text:
    return next(
        one.title for plan in matter.packets.values() for one in plan.documents if one.id == document_id
    )


def _decisions(session: Session, engagement: Engagement) -> list[Decision]:
    query = sa.select(Decision).where(Decision.claim_id == engagement.claim_id).order_by(Decision.decided_at)
    newest = {decision.track: decision for decision in session.scalars(query)}
    return [newest[track] for track in engagement.tracks if track in newest]
