"""The act of signing. One transaction writes signatures, consents, decisions, states and packets, or nothing."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal import audit
from portal.claims import sealed, service
from portal.claims.act import PaperSigned, Reading, SigningAct, Strokes, read_acts, seal_act
from portal.claims.errors import AlreadySubmitted, ConsentMissing, NotReady, TextsChanged, TrackClosed
from portal.claims.kinds import SELF, under_age
from portal.claims.models import Claim, Consent, Engagement, Signature
from portal.claims.particulars import Particulars
from portal.claims.states import AMENDABLE, ClaimState
from portal.claims.telling import tell
from portal.database import new_id
from portal.eligibility import rules
from portal.matters.shelf import PublishedMatter
from portal.packets import events
from portal.packets import reading as readings_of
from portal.packets import service as packets
from portal.packets.reading import ToRead, text_hashes
from portal.runtime import Runtime
from portal.web.language import day

_ACTING = AMENDABLE | {ClaimState.FILED}
SEOUL = ZoneInfo("Asia/Seoul")  # opening and closing days of tracks are KST dates


@dataclass(frozen=True)
class GivenSignature:
    """What was given for one jurisdiction: strokes drawn, a name typed, or paper signed in ink."""

    strokes: Strokes = ()
    typed_name: str = ""
    face: str = ""
    handed_off: str = ""
    paper: PaperSigned | None = None

    @property
    def means(self) -> Literal["drawn", "typed", "ink"]:
        """By which of the means it was given."""
        return "ink" if self.paper else "drawn" if self.strokes else "typed"


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
    """Sign whatever is to be signed of these jurisdictions, in the caller's transaction.

    ``signatures`` is by jurisdiction and has one for each that has something to sign; on paper they come one by one,
    so then it may have fewer. Raises AlreadySubmitted (a second press), NotReady, ConsentMissing, TextsChanged or
    TrackClosed; the page turns each into words.
    """
    _take_turn(session, claim)
    entries = readings_of.reading_list(session, runtime, published, claim)
    waiting = {entry.jurisdiction for entry in entries}
    if not waiting or not waiting & signatures.keys():
        raise AlreadySubmitted(claim.number)
    on_paper = all(given.paper for given in signatures.values())
    signed = waiting & signatures.keys() if on_paper else waiting
    engagements = [one for one in claim.engagements if one.jurisdiction in signed]
    particulars = sealed.read_latest(session, runtime.vault, claim)
    read = check_ready(published, claim, particulars, entries, signed, now)
    check_given(session, runtime, published, claim, signed)
    for engagement in engagements:
        if engagement.jurisdiction not in signatures:
            raise NotReady(f"signature-{engagement.jurisdiction}")
    signing = _Signing(session, runtime, published, claim, circumstances, particulars, read, now)
    signing.keep_decisions()
    for engagement in engagements:
        signing.sign(engagement, signatures[engagement.jurisdiction])
    signing.close()


def check_ready(
    published: PublishedMatter,
    claim: Claim,
    particulars: Particulars,
    entries: Sequence[ToRead],
    signed: Set[str],
    now: datetime,
) -> list[Reading]:
    """The readings that a signature for these jurisdictions rests on. Raises what `submit` raises when it cannot be
    given now: paper is not printed either then."""
    _check_of_age(claim, particulars, now)
    # What another office goes by stays given while that office acts, though it was signed there before.
    acting = {one.jurisdiction for one in claim.engagements if one.state in _ACTING} | signed
    read = [_checked(published, entry, acting) for entry in entries if entry.jurisdiction in signed]
    for entry in entries:
        # On paper jurisdictions are signed one by one; a consent needed there may stand among another's documents.
        if entry.jurisdiction not in signed and not signed.isdisjoint(entry.document.needed_in):
            _checked(published, entry, signed)
    _check_open(published, [one for one in claim.engagements if one.jurisdiction in signed], now)
    return read


def check_given(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim, signed: Set[str]
) -> None:
    """Raise ConsentMissing for a consent needed in these jurisdictions that was refused when another was signed."""
    for engagement in claim.engagements:
        if engagement.jurisdiction in signed:
            continue
        acts = read_acts(session, runtime.vault, engagement)
        given = {reading.document: reading.given for act in acts for reading in act.readings}
        for document in readings_of.documents_of(published.matter, engagement):
            if given.get(document.id) is False and not signed.isdisjoint(document.needed_in):
                raise ConsentMissing(document.id)


def _take_turn(session: Session, claim: Claim) -> None:
    """Wait for a press that came first, and see what it did: SQLite has one writer, PostgreSQL needs the row's lock."""
    session.flush()  # reading again would lose what this transaction has not written yet
    session.refresh(claim, with_for_update=True)
    for engagement in claim.engagements:
        session.refresh(engagement)


def _checked(published: PublishedMatter, entry: ToRead, signed: Set[str]) -> Reading:
    """The confirmed reading of a document as it is now, with its consent where counsel cannot act without."""
    if entry.reading is None or not entry.done:
        before, name = entry.before, entry.document.id
        if before and before.confirmed_at and before.text_hashes != text_hashes(published.matter, name):
            raise TextsChanged(name)
        raise NotReady("read")
    needed = entry.document.required or not signed.isdisjoint(entry.document.needed_in)
    if entry.consent and needed and not entry.reading.given:
        raise ConsentMissing(entry.document.id)
    return entry.reading


def _check_of_age(claim: Claim, particulars: Particulars, now: datetime) -> None:
    """A birth date changed after signing must not make a minor's packet out of an adult's."""
    born = particulars.birth_date
    if claim.kind == SELF and born and under_age(born, now.astimezone(SEOUL).date()):
        raise NotReady("birth")


def _check_open(published: PublishedMatter, engagements: list[Engagement], now: datetime) -> None:
    today = now.astimezone(SEOUL).date()
    chosen = {track for one in engagements if one.state is ClaimState.DRAFT for track in one.tracks}
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
        if engagement.state is ClaimState.DRAFT:
            engagement.submitted_at = self.now
            self._move(engagement, ClaimState.SUBMITTED, means=act.means)
        else:
            self._amended(engagement, act)

    def _amended(self, engagement: Engagement, act: SigningAct) -> None:
        """Note which documents were signed again; counsel look again at what they had accepted."""
        events.append(
            self.session,
            self.runtime,
            engagement,
            "amended",
            self.now,
            actor=service.claimant_of(self.claim),
            documents=sorted(act.documents),
        )
        if engagement.state in (ClaimState.ACCEPTED, ClaimState.INFORMATION_REQUESTED):
            self._move(engagement, ClaimState.IN_REVIEW, means=act.means)

    def _move(self, engagement: Engagement, state: ClaimState, **detail: str) -> None:
        actor = service.claimant_of(self.claim)
        service.move(self.session, engagement, state, actor=actor, now=self.now, **detail)

    def close(self) -> None:
        """Queue the packets and the receipt."""
        claim = self.claim
        claim.matter_version_id = self.published.version_id
        claim.submitted_at = self.now
        if claim.amendment is not None and not readings_of.amended(self.session, self.runtime, claim):
            sealed.write(self.session, self.runtime.vault, claim, self.particulars, self.now)
            claim.amendment = None
        claim.updated_at, claim.expires_at = self.now, None
        packets.queue_all(self.session, self.runtime, claim, self.now)
        received_on = day(self.now.astimezone(SEOUL), claim.language)
        tell(self.session, self.runtime, claim, "received", date=received_on)

    def _act(self, engagement: Engagement, given: GivenSignature) -> SigningAct:
        sequence, digest = audit.head(self.session)
        where = self.circumstances
        return SigningAct(
            jurisdiction=engagement.jurisdiction,
            means=given.means,
            strokes=given.strokes,
            typed_name=given.typed_name,
            face=given.face,
            paper=given.paper,
            handed_off=given.handed_off,
            particulars=self.particulars,
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
