"""The act of signing. One transaction writes signatures, consents, decisions, states and packets, or nothing.

Where several must sign, each signs alone and in any order. The last signature makes the round whole: with it decisions
are kept, the engagement is handed in and a packet is queued. A change in between voids what was signed until then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from portal import audit, jobs
from portal.audit import SYSTEM
from portal.claims import corrections, parties, sealed, service, taken_in
from portal.claims.act import (
    PaperSigned,
    Reading,
    SigningAct,
    Strokes,
    newest_signature,
    seal_act,
)
from portal.claims.errors import AlreadySubmitted, NotReady
from portal.claims.models import Claim, Consent, Engagement, Signature
from portal.claims.particulars import Particulars, Representative, VerifiedContact
from portal.claims.parties import Signer
from portal.claims.states import ClaimState
from portal.claims.telling import tell
from portal.database import new_id
from portal.eligibility import rules
from portal.matters.shelf import PublishedMatter
from portal.packets import events, formats
from portal.packets import reading as readings_of
from portal.packets import service as packets
from portal.packets.signing_checks import SEOUL, check_given, check_ready
from portal.runtime import Runtime
from portal.web.language import day


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
    seat: str = "",
) -> None:
    """Sign whatever is to be signed of these jurisdictions by whoever sits there, in the caller's transaction.

    ``signatures`` is by jurisdiction and has one for each that has something to sign; on paper they come one by one,
    so then it may have fewer, and one sheet bears the signatures of all. Raises AlreadySubmitted (a second press),
    NotReady, ConsentMissing, TextsChanged or TrackClosed; the page turns each into words.
    """
    _take_turn(session, claim)
    void_stale(session, runtime, published, claim, now)
    entries = readings_of.reading_list(session, runtime, published, claim, seat)
    waiting = {entry.jurisdiction for entry in entries}
    if not waiting or not waiting & signatures.keys():
        raise AlreadySubmitted(claim.number)
    on_paper = all(given.paper for given in signatures.values())
    if claim.unconfirmed and not on_paper:
        raise NotReady("confirm")
    # Who signs in ink has what was taken in for them before them on the paper.
    taken_in.confirm(session, claim, by="ink", actor=service.claimant_of(claim), now=now)
    signed = waiting & signatures.keys() if on_paper else waiting
    engagements = [one for one in claim.engagements if one.jurisdiction in signed]
    particulars = sealed.read_latest(session, runtime.vault, claim)
    read = check_ready(published, claim, particulars, entries, signed, now)
    check_given(session, runtime, published, claim, signed)
    for engagement in engagements:
        if engagement.jurisdiction not in signatures:
            raise NotReady(f"signature-{engagement.jurisdiction}")
    signing = _Signing(
        session,
        runtime,
        published,
        claim,
        circumstances,
        particulars,
        read,
        now,
        seat,
        _signing_now(published, claim, particulars, seat, on_paper=on_paper),
    )
    whole = [one for one in engagements if signing.sign(one, signatures[one.jurisdiction])]
    if whole:
        signing.keep_decisions()
    for engagement in whole:
        signing.hand_in(engagement)
    signing.close(whole=bool(whole))


def void_stale(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim, now: datetime
) -> frozenset[str]:
    """Void the signatures that wait for another signer and are no longer about what is shown; answers whose they were.

    An empty id stands for the claimant.
    """
    fallen = [
        (engagement, signature)
        for engagement in claim.engagements
        for signature in readings_of.stale(session, runtime, published, claim, engagement)
    ]
    for engagement, signature in fallen:
        signature.void_at = now
        if row := parties.row_of(session, claim, signature.party):
            row.signed_at = None
        audit.record(
            session,
            now=now,
            actor=SYSTEM,
            action="claim.signature_void",
            subject=claim.id,
            jurisdiction=engagement.jurisdiction,
            party=signature.party,
        )
    session.flush()
    return frozenset(signature.party for _engagement, signature in fallen)


def _signing_now(
    published: PublishedMatter, claim: Claim, particulars: Particulars, seat: str, *, on_paper: bool
) -> tuple[Signer, ...]:
    """Who signs with this act: one person, or on paper everybody at once."""
    everybody = parties.signers(published.matter, claim, particulars)
    found = everybody if on_paper else tuple(one for one in everybody if one.seat == seat)
    if not found:
        raise NotReady("representative")
    return found


def _take_turn(session: Session, claim: Claim) -> None:
    """Wait for a press that came first, and see what it did: SQLite has one writer, PostgreSQL needs the row's lock."""
    session.flush()  # reading again would lose what this transaction has not written yet
    session.refresh(claim, with_for_update=True)
    for engagement in claim.engagements:
        session.refresh(engagement)


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
    seat: str
    signers: tuple[Signer, ...]

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

    def sign(self, engagement: Engagement, given: GivenSignature) -> bool:
        """Keep one signature of each signer with its circumstances; whether with it everybody needed has signed."""
        newest = None
        for signer in self.signers:
            newest = self._keep(engagement, given, signer)
        consents = [one for one in self._own_readings(engagement) if one.given is not None]
        self.session.add_all(self._consent(reading) for reading in consents)
        self.session.flush()
        whole = newest is not None and not any(self._waits(engagement, seat) for seat in self._other_seats())
        if newest is not None:
            newest.complete = whole
        return whole

    def _keep(self, engagement: Engagement, given: GivenSignature, signer: Signer) -> Signature:
        act, signature_id = self._act(engagement, given, signer), new_id()
        signature = Signature(
            id=signature_id,
            engagement_id=engagement.id,
            matter_version_id=self.published.version_id,
            party=signer.party,
            means=act.means,
            complete=False,
            act=seal_act(self.session, self.runtime.vault, engagement, signature_id, act),
            signed_at=self.now,
        )
        self.session.add(signature)
        self.session.flush()
        return signature

    def _other_seats(self) -> list[str]:
        here = {signer.party for signer in self.signers}
        everybody = parties.signers(self.published.matter, self.claim, self.particulars)
        return [one.seat for one in everybody if one.party not in here]

    def _waits(self, engagement: Engagement, seat: str) -> bool:
        """Whether somebody else has still something to sign there."""
        waiting = readings_of.to_sign(self.session, self.runtime, self.published, self.claim, seat)
        return engagement in waiting

    def hand_in(self, engagement: Engagement) -> None:
        """Everybody has signed: the engagement is submitted, or goes on as amended."""
        means = newest.means if (newest := newest_signature(self.session, engagement)) else ""
        if engagement.state is ClaimState.DRAFT:
            engagement.submitted_at = self.now
            self._move(engagement, ClaimState.SUBMITTED, means=means)
        else:
            self._amended(engagement, means)

    def _amended(self, engagement: Engagement, means: str) -> None:
        """Note which documents were signed again; counsel look again at what they had accepted."""
        events.append(
            self.session,
            self.runtime,
            engagement,
            "amended",
            self.now,
            actor=service.claimant_of(self.claim),
            documents=sorted({reading.document for reading in self._own_readings(engagement)}),
        )
        if engagement.state in (ClaimState.ACCEPTED, ClaimState.INFORMATION_REQUESTED):
            self._move(engagement, ClaimState.IN_REVIEW, means=means)

    def _move(self, engagement: Engagement, state: ClaimState, **detail: str) -> None:
        actor = service.claimant_of(self.claim)
        service.move(self.session, engagement, state, actor=actor, now=self.now, **detail)

    def close(self, *, whole: bool) -> None:
        """Queue the packets and the receipt; or, while somebody has still to sign, ask them to."""
        claim = self.claim
        claim.updated_at = self.now
        self._note_signed()
        if not whole:
            self._ask_others()
            return
        claim.matter_version_id = self.published.version_id
        claim.submitted_at = self.now
        if claim.amendment is not None and not readings_of.amended(self.session, self.runtime, claim):
            sealed.write(self.session, self.runtime.vault, claim, self.particulars, self.now)
            claim.amendment = None
            corrections.settle(self.session, claim, confirmed=True, now=self.now)
        claim.expires_at = None
        packets.queue_all(self.session, self.runtime, claim, self.now)
        jobs.defer(self.session, "screening.look", claim_id=claim.id)
        received_on = self._today()
        together = len(parties.signers(self.published.matter, claim, self.particulars)) > 1
        tell(self.session, self.runtime, claim, "all-signed" if together else "received", date=received_on)
        for who in self._invited():
            parties.tell_party(self.session, self.runtime, claim, who, "party-done", date=received_on)

    def _note_signed(self) -> None:
        for signer in self.signers:
            if row := parties.row_of(self.session, self.claim, signer.party):
                row.signed_at, row.refused_at = self.now, None
            if signer.party:
                audit.record(
                    self.session,
                    now=self.now,
                    actor=service.claimant_of(self.claim),
                    action="claim.party_signed",
                    subject=self.claim.id,
                    party=signer.party,
                )

    def _ask_others(self) -> None:
        """Invite whoever has not been asked yet, and tell whoever began the claim that one more has signed."""
        service.prolong(self.claim, self.published.matter, self.now)
        for who in self._invited():
            row = parties.row_of(self.session, self.claim, who.id)
            if who.id != self.seat and (row is None or row.invited_at is None):
                parties.invite(self.session, self.runtime, self.claim, who.id, self.now)
        if self.seat:
            tell(self.session, self.runtime, self.claim, "party-signed", date=self._today())

    def _invited(self) -> list[Representative]:
        """The representatives who must sign and came, or come, by an invitation."""
        needed = parties.signers(self.published.matter, self.claim, self.particulars)
        found = (self.particulars.representative(one.party) for one in needed if one.seat)
        return [one for one in found if one is not None]

    def _today(self) -> str:
        return day(self.now.astimezone(SEOUL), self.claim.language)

    def _own_readings(self, engagement: Engagement) -> tuple[Reading, ...]:
        return tuple(one for one in self.read if one.jurisdiction == engagement.jurisdiction)

    def _act(self, engagement: Engagement, given: GivenSignature, signer: Signer) -> SigningAct:
        sequence, digest = audit.head(self.session)
        where = self.circumstances
        return SigningAct(
            jurisdiction=engagement.jurisdiction,
            signer=signer.party,
            capacity=signer.capacity,
            signer_name=formats.full_name(signer.name) if signer.party else "",
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
            readings=self._own_readings(engagement),
            contacts=self._contacts(signer),
            session_began_at=where.session_began_at,
            address=where.address,
            device=where.device,
            audit_sequence=sequence,
            audit_hash=digest.hex(),
        )

    def _contacts(self, signer: Signer) -> tuple[VerifiedContact, ...]:
        """What the signer has proved to hold: the claim's own contacts, or the one that the invitation went to."""
        who = self.particulars.representative(signer.party) if signer.seat else None
        if who is None:
            return self.particulars.contacts
        return (who.contact,) if who.contact else ()

    def _consent(self, reading: Reading) -> Consent:
        return Consent(
            id=new_id(),
            claim_id=self.claim.id,
            jurisdiction=reading.jurisdiction,
            document=reading.document,
            party=self.signers[0].party,
            given=bool(reading.given),
            text_hash=reading.text_hashes[self.circumstances.language],
            matter_version_id=self.published.version_id,
            given_at=self.now,
        )
