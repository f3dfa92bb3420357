"""The act of signing. One transaction writes signatures, consents, decisions, states and packets, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from portal.matters.shelf import PublishedMatter
from sqlalchemy.orm import Session

from portal import audit
from portal.claims import sealed, service
from portal.claims.act import Reading, SigningAct, Strokes, read_readings, seal_act
from portal.claims.errors import AlreadySubmitted, ConsentMissing, NotReady, TextsChanged, TrackClosed
from portal.claims.models import Claim, Consent, Engagement, Signature
from portal.claims.particulars import Particulars
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.eligibility import rules
from portal.packets import reading as readings_of
from portal.packets import service as packets
from portal.runtime import Runtime

SEOUL = ZoneInfo("Asia/Seoul")  # opening and closing days of tracks are KST dates


@dataclass(frozen=True)
class GivenSignature:
    """What the page took for one jurisdiction: strokes drawn, or a name typed."""

    strokes: Strokes = ()
    typed_name: str = ""

    @property
    def means(self) -> str:
        """Drawn or typed."""
        return "drawn" if self.strokes else "typed"


@dataclass(frozen=True)
class Circumstances:
    """Where and how the person signs; kept sealed and printed in the signing record."""

    language: str
    place: str
    address: str
    device: str
    session_began_at: datetime | None = None


def submit(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    claim: Claim,
    signatures: Mapping[str, GivenSignature],
    circumstances: Circumstances,
    now: datetime,
) -> None:
    """Sign every engagement still in draft, in the caller's transaction.

    ``signatures`` is by jurisdiction. Raises AlreadySubmitted (a second press), NotReady, ConsentMissing,
    TextsChanged or TrackClosed; the page turns each into words.
    """
    engagements = readings_of.to_sign(claim)
    if not engagements:
        raise AlreadySubmitted(claim.number)
    particulars = sealed.read(session, runtime.vault, claim)
    read = _checked_readings(session, runtime, published, claim)
    _check_open(published, engagements, now)
    for engagement in engagements:
        if engagement.jurisdiction not in signatures:
            raise NotReady(f"signature-{engagement.jurisdiction}")
    claim.matter_version_id = published.version_id
    _keep_decisions(session, runtime, published, claim, now)
    for engagement in engagements:
        _sign(
            session,
            runtime,
            published,
            engagement,
            signatures[engagement.jurisdiction],
            circumstances,
            particulars,
            read,
            now,
        )
    claim.submitted_at = claim.submitted_at or now
    claim.expires_at = None
    packets.queue_all(session, runtime, claim, now)


def _checked_readings(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim
) -> list[Reading]:
    read: list[Reading] = []
    for entry in readings_of.reading_list(session, runtime.vault, published, claim):
        if entry.reading is None or not entry.done:
            raise (
                TextsChanged(entry.document.id)
                if _was_read(session, runtime, claim, entry.document.id)
                else NotReady("read")
            )
        if entry.consent and entry.document.required and not entry.reading.given:
            raise ConsentMissing(entry.document.id)
        read.append(entry.reading)
    return read


def _was_read(session: Session, runtime: Runtime, claim: Claim, document_id: str) -> bool:
    held = read_readings(session, runtime.vault, claim).get(document_id)
    return held is not None and held.confirmed_at is not None


def _check_open(published: PublishedMatter, engagements: list[Engagement], now: datetime) -> None:
    today = now.astimezone(SEOUL).date()
    chosen = {track for engagement in engagements for track in engagement.tracks}
    for track in published.matter.tracks:
        if track.id in chosen and not track.is_open(today):
            raise TrackClosed(track.id)


def _keep_decisions(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim, now: datetime
) -> None:
    answers = sealed.read_answers(session, runtime.vault, claim)
    decisions = rules.decide(published.matter.rules, answers)
    chosen = set(claim.tracks)
    kept = [
        (decision.track, str(decision.outcome), list(decision.codes))
        for decision in decisions
        if decision.track in chosen
    ]
    service.keep_decisions(session, claim, kept, published.version_id, now)


def _sign(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    engagement: Engagement,
    given: GivenSignature,
    circumstances: Circumstances,
    particulars: Particulars,
    read: list[Reading],
    now: datetime,
) -> None:
    claim = engagement.claim
    own = [reading for reading in read if reading.jurisdiction == engagement.jurisdiction]
    sequence, digest = audit.head(session)
    act = SigningAct(
        jurisdiction=engagement.jurisdiction,
        means="drawn" if given.strokes else "typed",
        strokes=given.strokes,
        typed_name=given.typed_name,
        language=circumstances.language,
        place=circumstances.place,
        signed_at=now,
        readings=tuple(own),
        contacts=particulars.contacts,
        session_began_at=circumstances.session_began_at,
        address=circumstances.address,
        device=circumstances.device,
        audit_sequence=sequence,
        audit_hash=digest.hex(),
    )
    signature_id = new_id()
    session.add(
        Signature(
            id=signature_id,
            engagement_id=engagement.id,
            matter_version_id=published.version_id,
            means=act.means,
            act=seal_act(session, runtime.vault, engagement, signature_id, act),
            signed_at=now,
        )
    )
    _keep_consents(session, published, claim, own, act.language, now)
    engagement.submitted_at = now
    service.move(
        session, engagement, ClaimState.SUBMITTED, actor=service.claimant_of(claim), now=now, means=act.means
    )


def _keep_consents(
    session: Session,
    published: PublishedMatter,
    claim: Claim,
    own: list[Reading],
    language: str,
    now: datetime,
) -> None:
    for reading in own:
        if reading.given is None:
            continue
        session.add(
            Consent(
                id=new_id(),
                claim_id=claim.id,
                jurisdiction=reading.jurisdiction,
                document=reading.document,
                given=reading.given,
                text_hash=reading.text_hashes[language],
                matter_version_id=published.version_id,
                given_at=now,
            )
        )
