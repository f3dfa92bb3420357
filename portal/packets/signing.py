"""The act of signing. One transaction writes signatures, consents, decisions, states and packets, or nothing."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal import audit
from portal.claims import sealed, service
from portal.claims.act import Reading, SigningAct, Strokes, read_readings, seal_act
from portal.claims.errors import AlreadySubmitted, ConsentMissing, NotReady, TextsChanged, TrackClosed
from portal.claims.models import Claim, Consent, Engagement, Signature
from portal.claims.particulars import Particulars
from portal.claims.states import ClaimState
from portal.claims.telling import tell
from portal.database import new_id
from portal.eligibility import rules
from portal.matters.shelf import PublishedMatter
from portal.packets import reading as readings_of
from portal.packets import service as packets
from portal.packets.reading import ToRead
from portal.runtime import Runtime
from portal.web.language import day

SEOUL = ZoneInfo("Asia/Seoul")  # opening and closing days of tracks are KST dates


@dataclass(frozen=True)
class GivenSignature:
    """What the page took for one jurisdiction: strokes drawn, or a name typed."""

    strokes: Strokes = ()
    typed_name: str = ""


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
    _take_turn(session, claim)
    engagements = readings_of.to_sign(claim)
    if not engagements:
        raise AlreadySubmitted(claim.number)
    particulars = sealed.read(session, runtime.vault, claim)
    entries = readings_of.reading_list(session, runtime.vault, published, claim)
    opened_before = read_readings(session, runtime.vault, claim)
    read = [_checked(entry, opened_before, {one.jurisdiction for one in engagements}) for entry in entries]
    _check_open(published, engagements, now)
    for engagement in engagements:
        if engagement.jurisdiction not in signatures:
            raise NotReady(f"signature-{engagement.jurisdiction}")
    signing = _Signing(session, runtime, published, claim, circumstances, particulars, read, now)
    signing.keep_decisions()
    for engagement in engagements:
        signing.sign(engagement, signatures[engagement.jurisdiction])
    signing.close()


def _take_turn(session: Session, claim: Claim) -> None:
    """Wait for a press that came first, and see what it did: SQLite has one writer, PostgreSQL needs the row's lock."""
    session.flush()  # reading again would lose what this transaction has not written yet
    session.refresh(claim, with_for_update=True)
    for engagement in claim.engagements:
        session.refresh(engagement)


def _checked(entry: ToRead, opened_before: Mapping[str, Reading], signed: Set[str]) -> Reading:
    """The confirmed reading of a text as published now, with its consent where counsel cannot act without."""
    if entry.reading is None or not entry.done:
        before = opened_before.get(entry.document.id)
        if before is not None and before.confirmed_at is not None:
            raise TextsChanged(entry.document.id)
        raise NotReady("read")
    needed = entry.document.required or not signed.isdisjoint(entry.document.needed_in)
    if entry.consent and needed and not entry.reading.given:
        raise ConsentMissing(entry.document.id)
    return entry.reading


def _check_open(published: PublishedMatter, engagements: list[Engagement], now: datetime) -> None:
    today = now.astimezone(SEOUL).date()
    chosen = {track for engagement in engagements for track in engagement.tracks}
    for track in published.matter.tracks:
        if track.id in chosen and not track.is_open(today):
            raise TrackClosed(track.id)


@dataclass(frozen=True)
class _Signing:
    """What all signatures of one submission share."""

    session: Session
    runtime: Runtime
    published: PublishedMatter
    claim: Claim
    circumstances: Circumstances
    particulars: Particulars
    read: list[Reading]
    now: datetime

    def keep_decisions(self) -> None:
        """Run the rules again on the kept answers: what the browser was shown before counts for nothing."""
        answers = sealed.read_answers(self.session, self.runtime.vault, self.claim)
        chosen = set(self.claim.tracks)
        kept = [
            (decision.track, str(decision.outcome), list(decision.codes))
            for decision in rules.assess(self.published.matter, answers)
            if decision.track in chosen
        ]
        service.keep_decisions(self.session, self.claim, kept, self.published.version_id, self.now)

    def sign(self, engagement: Engagement, given: GivenSignature) -> None:
        """Keep one signature with its circumstances, and hand the engagement in."""
        act = self._act(engagement, given)
        signature_id = new_id()
        self.session.add(
            Signature(
                id=signature_id,
                engagement_id=engagement.id,
                matter_version_id=self.published.version_id,
                means=act.means,
                act=seal_act(self.session, self.runtime.vault, engagement, signature_id, act),
                signed_at=self.now,
            )
        )
        self.session.add_all(self._consent(reading) for reading in act.readings if reading.given is not None)
        engagement.submitted_at = self.now
        service.move(
            self.session,
            engagement,
            ClaimState.SUBMITTED,
            actor=service.claimant_of(self.claim),
            now=self.now,
            means=act.means,
        )

    def close(self) -> None:
        """Queue the packets and the receipt."""
        claim = self.claim
        claim.matter_version_id = self.published.version_id
        claim.submitted_at = claim.submitted_at or self.now
        claim.updated_at, claim.expires_at = self.now, None
        packets.queue_all(self.session, self.runtime, claim, self.now)
        received_on = day(self.now.astimezone(SEOUL), claim.language)
        tell(self.session, self.runtime, claim, "received", date=received_on)

    def _act(self, engagement: Engagement, given: GivenSignature) -> SigningAct:
        sequence, digest = audit.head(self.session)
        where = self.circumstances
        return SigningAct(
            jurisdiction=engagement.jurisdiction,
            means="drawn" if given.strokes else "typed",
            strokes=given.strokes,
            typed_name=given.typed_name,
            language=where.language,
            place=where.place,
            signed_at=self.now,
            readings=tuple(one for one in self.read if one.jurisdiction == engagement.jurisdiction),
            contacts=self.particulars.contacts,
            session_began_at=where.session_began_at,
            address=where.address,
            device=where.device,
            audit_sequence=sequence,
            audit_hash=digest.hex(),
        )

    def _consent(self, reading: Reading) -> Consent:
        return Consent(
            id=new_id(),
            claim_id=self.claim.id,
            jurisdiction=reading.jurisdiction,
            document=reading.document,
            given=bool(reading.given),
            text_hash=reading.text_hashes[self.circumstances.language],
            matter_version_id=self.published.version_id,
            given_at=self.now,
        )
