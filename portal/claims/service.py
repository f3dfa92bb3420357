"""What can be done with a claim: the only place that changes its state."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit, jobs
from portal.audit import Actor
from portal.claims import corrections, parties, sealed
from portal.claims.errors import AlreadySubmitted, LastTrack, StaleSave
from portal.claims.flags import Flag, raise_flag
from portal.claims.kinds import MINOR, SELF, alone, kind_of, under_age
from portal.claims.models import BlindIndex, Claim, ClaimParty, Decision, Engagement, EngagementFlag
from portal.claims.numbers import new_number
from portal.claims.particulars import Particulars
from portal.claims.states import AMENDABLE, ClaimState, MoveRefused, check_move
from portal.database import new_id
from portal.identity import end_all
from portal.matters.matter import Matter
from portal.vault import Vault

SEOUL = ZoneInfo("Asia/Seoul")


def claimant_of(claim: Claim) -> Actor:
    """The claimant as an actor in the audit chain: known by the claim, never by name."""
    return Actor("claimant", claim.id)


def begin(
    session: Session,
    vault: Vault,
    matter: Matter,
    *,
    version_id: UUID,
    subject_id: UUID,
    language: str,
    answers: Mapping[str, str],
    tracks: Iterable[str],
    particulars: Particulars,
    now: datetime,
    origin: str = "",
    actor: Actor | None = None,
) -> Claim:
    """Open a draft for a proved contact; ``subject_id`` already holds the vault key the contact was sealed with.

    ``origin`` says how it came if another than the claimant begins it: ``actor``. The claimant is to confirm it.
    """
    claim = Claim(
        id=new_id(),
        number=new_number(matter.toml.prefix),
        subject_id=subject_id,
        matter_slug=matter.slug,
        matter_version_id=version_id,
        kind=kind_of(answers),
        language=language,
        created_at=now,
        updated_at=now,
        expires_at=now + timedelta(days=matter.toml.retention.draft_days),
        origin=origin,
    )
    session.add(claim)
    session.flush()
    choose_tracks(session, matter, claim, tracks, now)
    sealed.write_answers(session, vault, claim, dict(answers))
    sealed.write(session, vault, claim, particulars, now)
    parties.settle(session, claim, Particulars(), particulars, now)
    told = {"origin": origin} if origin else {}
    by = actor or claimant_of(claim)
    audit.record(session, now=now, actor=by, action="claim.begun", subject=claim.id, **told)
    return claim


def renew_answers(
    session: Session,
    vault: Vault,
    matter: Matter,
    claim: Claim,
    answers: Mapping[str, str],
    tracks: Iterable[str],
    now: datetime,
) -> None:
    """Put fresh answers and a fresh choice of tracks into a draft. Raises AlreadySubmitted."""
    _only_draft(claim)
    sealed.write_answers(session, vault, claim, dict(answers))
    choose_tracks(session, matter, claim, tracks, now)
    refit(session, vault, claim, now)


def refit(session: Session, vault: Vault, claim: Claim, now: datetime) -> None:
    """Have a draft's kind and details agree with its answers and with the day."""
    before = sealed.read(session, vault, claim)
    fitting = _fit(claim, sealed.read_answers(session, vault, claim), before, now)
    if fitting != before:
        sealed.write(session, vault, claim, fitting, now)
        parties.settle(session, claim, before, fitting, now)


def choose_language(claim: Claim, language: str) -> None:
    """The language that messages and letters of this claim use."""
    claim.language = language


def choose_tracks(
    session: Session, matter: Matter, claim: Claim, tracks: Iterable[str], now: datetime
) -> None:
    """Make the draft's engagements match the chosen tracks; signed engagements are left as they are."""
    chosen: dict[str, list[str]] = {}
    for track in matter.tracks:
        if track.id in set(tracks):
            chosen.setdefault(track.jurisdiction, []).append(track.id)
    for engagement in list(claim.engagements):
        if engagement.state is not ClaimState.DRAFT:
            chosen.pop(engagement.jurisdiction, None)
        elif engagement.jurisdiction in chosen:
            engagement.tracks = chosen.pop(engagement.jurisdiction)
        else:
            session.execute(sa.delete(EngagementFlag).where(EngagementFlag.engagement_id == engagement.id))
            claim.engagements.remove(engagement)
            session.delete(engagement)
    for jurisdiction, ids in chosen.items():
        made = Engagement(
            id=new_id(), claim_id=claim.id, jurisdiction=jurisdiction, tracks=ids, state_changed_at=now
        )
        made.state = ClaimState.DRAFT
        claim.engagements.append(made)
        session.flush()
        if claim.unconfirmed:
            raise_flag(session, made, Flag.UNCONFIRMED, now)
    session.flush()


def leave_track(session: Session, matter: Matter, claim: Claim, track: str, now: datetime) -> None:
    """Take a track out of what is not signed yet. Raises AlreadySubmitted, or LastTrack where none would remain."""
    unsigned = {one for each in claim.engagements if each.state is ClaimState.DRAFT for one in each.tracks}
    if track not in unsigned:
        raise AlreadySubmitted("this track was signed, or is not among those of the claim")
    if set(claim.tracks) == {track}:
        raise LastTrack(track)
    choose_tracks(session, matter, claim, [one for one in claim.tracks if one != track], now)
    audit.record(
        session, now=now, actor=claimant_of(claim), action="claim.track_left", subject=claim.id, track=track
    )


def amend(
    session: Session,
    vault: Vault,
    claim: Claim,
    change: Callable[[Particulars], Particulars],
    *,
    seen_revision: int | None,
    now: datetime,
) -> Particulars:
    """Save one step of a draft, or of the changes to a signed claim.

    What was signed stays as it is until what a change touches is signed again; the phrase stands in no document and
    counts at once. Raises AlreadySubmitted where nothing can be changed any more, and StaleSave when another device
    saved since ``seen_revision`` was shown.
    """
    if not may_amend(claim):
        raise AlreadySubmitted("what was filed or ended cannot be changed")
    if seen_revision is not None and seen_revision != claim.revision:
        raise StaleSave("another device saved in between")
    before = sealed.read_latest(session, vault, claim)
    changed = change(before)
    if claim.draft:
        changed = _fit(claim, sealed.read_answers(session, vault, claim), changed, now)
        sealed.write(session, vault, claim, changed, now)
        parties.settle(session, claim, before, changed, now)
        return changed
    signed = sealed.read(session, vault, claim)
    if changed.phrase != signed.phrase:
        signed = signed.model_copy(update={"phrase": changed.phrase})
        sealed.write(session, vault, claim, signed, now)
    sealed.write_amendment(session, vault, claim, changed, now)
    if claim.amendment is None:  # changed back to what was signed: what staff corrected with it
        corrections.settle(session, claim, confirmed=False, now=now)
    parties.settle(session, claim, before, changed, now)
    return changed


def may_amend(claim: Claim) -> bool:
    """Whether details and evidence can be changed: before signing, and after it until all is filed or ended."""
    return claim.erased_at is None and (
        claim.draft or any(one.state in AMENDABLE for one in claim.engagements)
    )


def drop_amendment(claim: Claim, now: datetime) -> None:
    """Take unsigned changes of the details back."""
    if claim.amendment is not None:
        claim.amendment, claim.updated_at = None, now
        claim.revision += 1


def move(
    session: Session,
    engagement: Engagement,
    state: ClaimState,
    *,
    actor: Actor,
    now: datetime,
    **detail: object,
) -> None:
    """Take an engagement to another state with its audit event. Raises MoveRefused."""
    check_move(engagement.state, state)
    previous, engagement.state, engagement.state_changed_at = engagement.state, state, now
    audit.record(
        session,
        now=now,
        actor=actor,
        action=f"claim.{state}",
        subject=engagement.claim_id,
        jurisdiction=engagement.jurisdiction,
        was=str(previous),
        **detail,
    )


def withdraw(session: Session, engagement: Engagement, *, now: datetime) -> None:
    """The claimant leaves one jurisdiction; the record stays, the engagement ends."""
    move(session, engagement, ClaimState.WITHDRAWN, actor=claimant_of(engagement.claim), now=now)


def answer_request(session: Session, engagement: Engagement, *, now: datetime) -> None:
    """The claimant has done what counsel asked for: the review goes on. Raises MoveRefused when nothing was asked."""
    if engagement.state is not ClaimState.INFORMATION_REQUESTED:
        raise MoveRefused(engagement.state, ClaimState.IN_REVIEW)
    move(session, engagement, ClaimState.IN_REVIEW, actor=claimant_of(engagement.claim), now=now)


def prolong(claim: Claim, matter: Matter, now: datetime) -> None:
    """A draft that is worked on is kept for as long again."""
    if claim.draft:
        claim.expires_at = now + timedelta(days=matter.toml.retention.draft_days)


def expired_drafts(now: datetime) -> sa.Select[Claim]:
    """Drafts whose time is over, oldest first."""
    due = (Claim.submitted_at.is_(None), Claim.erased_at.is_(None), Claim.expires_at <= now)
    return sa.select(Claim).where(*due).order_by(Claim.expires_at)


def erase(session: Session, vault: Vault, claim: Claim, *, actor: Actor, now: datetime) -> None:
    """Destroy the claim's key, and with it everything sealed by it; indexes and sessions go too.

    The row stays, empty, so that its number is never given again and the audit chain keeps what it points to.
    """
    vault.erase(session, claim.subject_id, now)
    claim.particulars = claim.amendment = claim.answers = claim.residence = None
    claim.erased_at, claim.expires_at = now, None
    for engagement in claim.engagements:
        engagement.note = None
    session.execute(sa.delete(BlindIndex).where(BlindIndex.claim_id == claim.id))
    session.execute(sa.delete(ClaimParty).where(ClaimParty.claim_id == claim.id))
    end_all(session, claim.id, now)
    if not claim.draft:
        jobs.defer(session, "screening.look", claim_id=claim.id)  # which forgets what is erased
    audit.record(session, now=now, actor=actor, action="claim.erased", subject=claim.id)


def keep_decisions(
    session: Session,
    claim: Claim,
    decisions: Iterable[tuple[str, str, list[str]]],
    version_id: UUID,
    now: datetime,
) -> None:
    """Keep what the rules decided at signing: track, outcome, reason codes, and the version they came from."""
    best = {"eligible": 0, "needs_review": 1, "not_eligible": 2}
    for track, outcome, reasons in decisions:
        session.add(
            Decision(
                id=new_id(),
                claim_id=claim.id,
                track=track,
                outcome=outcome,
                reasons=reasons,
                matter_version_id=version_id,
                decided_at=now,
            )
        )
        for engagement in claim.engagements:
            if track in engagement.tracks and best[outcome] < best.get(engagement.outcome or "", 3):
                engagement.outcome = outcome
    session.flush()


def _only_draft(claim: Claim) -> None:
    if not claim.draft:
        raise AlreadySubmitted("what was signed cannot be changed")


def _fit(claim: Claim, answers: Mapping[str, str], particulars: Particulars, now: datetime) -> Particulars:
    """Set the draft's kind, and answer the details without what only another kind has.

    The kind is what the answers say; but whoever takes part for themselves is a minor until they come of age.
    """
    claim.kind = kind_of(answers)
    born = particulars.birth_date
    if born is not None and claim.kind in (SELF, MINOR) and alone(answers):
        claim.kind = MINOR if under_age(born, now.astimezone(SEOUL).date()) else SELF
    if claim.kind != MINOR or born is None or under_age(born, now.astimezone(SEOUL).date()):
        claim.of_age_at = None
    other: dict[str, object] = {}
    if claim.kind in (SELF, "heir"):
        other["representatives"] = ()
    if claim.kind != MINOR:
        other["exception"] = ""
    if claim.kind != "heir":
        other["deceased"] = None
    if claim.kind == "company":
        other["birth_date"] = None
        if particulars.company is None:
            other["name"] = None
    elif particulars.company is not None:
        other |= {"company": None, "name": None, "representatives": ()}
    return particulars.model_copy(update=other)
