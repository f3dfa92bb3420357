"""A claim, its engagements, and what was decided, consented and signed."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.claims.states import ClaimState
from portal.database import Base, UtcDateTime

_state = sa.Enum(
    ClaimState,
    native_enum=False,
    length=32,
    values_callable=lambda states: [state.value for state in states],
    name="state",
    create_constraint=False,
)


class Claim(Base):
    """One claimant's participation in one matter. Plain columns carry nothing that identifies anybody."""

    __tablename__ = "claims"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.Index("ix_claims_expires_at", "expires_at"),
        sa.Index("ix_claims_created_at", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(24), comment="what people see: CP-7K3M-9QXA")
    subject_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("subject_keys.id"))
    matter_slug: Mapped[str] = mapped_column(sa.String(64))
    matter_version_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("matter_versions.id"), comment="version the claim was begun or last signed under"
    )
    kind: Mapped[str] = mapped_column(
        sa.String(16), default="self", comment="self, minor, heir, company, represented"
    )
    language: Mapped[str] = mapped_column(sa.String(2))
    residence: Mapped[str | None] = mapped_column(sa.String(2), comment="ISO 3166 country")
    particulars: Mapped[bytes | None] = mapped_column(comment="sealed Particulars")
    amendment: Mapped[bytes | None] = mapped_column(
        comment="sealed Particulars as changed after signing, until what they touch is signed again"
    )
    answers: Mapped[bytes | None] = mapped_column(comment="sealed eligibility answers")
    readings: Mapped[bytes | None] = mapped_column(
        comment="sealed Readings: texts opened and consents answered"
    )
    revision: Mapped[int] = mapped_column(
        default=1, comment="rises with each save; a stale save is noticed by it"
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(comment="when an unfinished draft is erased")
    erased_at: Mapped[datetime | None]
    of_age_at: Mapped[datetime | None] = mapped_column(
        comment="when it was noticed that the minor had come of age"
    )
    reminders_off_at: Mapped[datetime | None] = mapped_column(
        comment="when the claimant asked for no more reminders"
    )
    origin: Mapped[str] = mapped_column(
        sa.String(8),
        default="",
        server_default="",
        comment="how it came, if not by its claimant: phone, counter or import",
    )
    entered_at: Mapped[datetime | None] = mapped_column(
        comment="when the claimant first came in to what was taken in for them"
    )
    confirmed_at: Mapped[datetime | None] = mapped_column(
        comment="when the claimant confirmed what was taken in for them"
    )
    misses: Mapped[int] = mapped_column(
        default=0,
        server_default="0",
        comment="wrong answers of people who came by a contact that nobody had proved",
    )

    engagements: Mapped[list[Engagement]] = relationship(
        back_populates="claim", order_by="Engagement.jurisdiction", lazy="selectin"
    )

    def engagement(self, jurisdiction: str) -> Engagement | None:
        """The claim's engagement of counsel in one jurisdiction."""
        return next((one for one in self.engagements if one.jurisdiction == jurisdiction), None)

    @property
    def tracks(self) -> list[str]:
        """Every track taken part in, over all jurisdictions."""
        return [track for engagement in self.engagements for track in engagement.tracks]

    @property
    def draft(self) -> bool:
        """Whether the claimant has not signed yet."""
        return self.submitted_at is None

    @property
    def unconfirmed(self) -> bool:
        """Whether somebody else took it in, and the claimant has not said that it is right."""
        return bool(self.origin) and self.confirmed_at is None


class Engagement(Base):
    """One claim with counsel of one jurisdiction: what staff review, packets belong to and batches hold."""

    __tablename__ = "engagements"
    __table_args__ = (
        sa.UniqueConstraint("claim_id", "jurisdiction"),
        sa.Index("ix_engagements_queue", "jurisdiction", "state", "submitted_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"))
    jurisdiction: Mapped[str] = mapped_column(sa.String(8))
    state: Mapped[ClaimState] = mapped_column(_state, default=ClaimState.DRAFT)
    tracks: Mapped[list[str]]
    outcome: Mapped[str | None] = mapped_column(
        sa.String(16), comment="the most favourable outcome of its tracks, for the queue"
    )
    submitted_at: Mapped[datetime | None]
    state_changed_at: Mapped[datetime]
    assignee_id: Mapped[uuid.UUID | None]
    note: Mapped[bytes | None] = mapped_column(comment="sealed: what staff asked or why they declined")
    due_on: Mapped[date | None] = mapped_column(
        comment="until when the claimant is asked to answer; a day in the jurisdiction"
    )

    doubt: Mapped[int] = mapped_column(
        default=0, comment="sum of the weights of its flags; orders the work and decides nothing"
    )
    conflict: Mapped[str] = mapped_column(
        sa.String(16), default="", comment="conflict check: empty (not made), clear, open or waived"
    )
    claim: Mapped[Claim] = relationship(back_populates="engagements")
    flags: Mapped[list[EngagementFlag]] = relationship(order_by="EngagementFlag.raised_at", viewonly=True)


class EngagementFlag(Base):
    """Something about an engagement that staff should see in the queue. Raised and lowered by ``claims.flags``."""

    __tablename__ = "engagement_flags"
    __table_args__ = (sa.Index("ix_engagement_flags_flag", "flag", "engagement_id"),)

    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"), primary_key=True)
    flag: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    weight: Mapped[int] = mapped_column(default=0, comment="what it adds to the engagement's doubt")
    raised_at: Mapped[datetime]


class ClaimParty(Base):
    """A representative of a claim: how far they have come with joining and signing. Who they are is sealed."""

    __tablename__ = "claim_parties"
    __table_args__ = (sa.UniqueConstraint("claim_id", "party"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"))
    party: Mapped[str] = mapped_column(
        sa.String(8), comment="r1, r2: the representative's id within the claim"
    )
    kind: Mapped[str] = mapped_column(sa.String(16), comment="parent, guardian or officer")
    readings: Mapped[bytes | None] = mapped_column(
        comment="sealed Readings: texts they opened and consented to"
    )
    created_at: Mapped[datetime]
    invited_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None] = mapped_column(comment="when they proved their contact")
    signed_at: Mapped[datetime | None] = mapped_column(comment="when they last signed what there was to sign")
    refused_at: Mapped[datetime | None] = mapped_column(comment="when they said that they will not sign")


class Decision(Base):
    """A track's outcome for a claim with the reasons that led to it, under one version of the rules."""

    __tablename__ = "decisions"
    __table_args__ = (sa.Index("ix_decisions_claim_id", "claim_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"))
    track: Mapped[str] = mapped_column(sa.String(64))
    outcome: Mapped[str] = mapped_column(sa.String(16))
    reasons: Mapped[list[str]] = mapped_column(comment="rule ids, worst first")
    matter_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter_versions.id"))
    decided_at: Mapped[datetime]


class Consent(Base):
    """One consent as given or refused, to one text."""

    __tablename__ = "consents"
    __table_args__ = (sa.UniqueConstraint("claim_id", "document", "party", "given_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"))
    jurisdiction: Mapped[str] = mapped_column(sa.String(8))
    document: Mapped[str] = mapped_column(sa.String(64))
    given: Mapped[bool]
    party: Mapped[str] = mapped_column(
        sa.String(8),
        default="",
        comment="who gave or refused it: empty for the claimant, else a representative's id",
    )
    text_hash: Mapped[str] = mapped_column(sa.String(64), comment="SHA-256 of the text in the language read")
    matter_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter_versions.id"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime())


class Signature(Base):
    """One act of signing for one engagement; the strokes or typed name and the circumstances are sealed."""

    __tablename__ = "signatures"
    __table_args__ = (sa.Index("ix_signatures_engagement_id", "engagement_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    matter_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter_versions.id"))
    party: Mapped[str] = mapped_column(
        sa.String(8), default="", comment="who signed: empty for the claimant, else a representative's id"
    )
    means: Mapped[str] = mapped_column(sa.String(16), comment="drawn, typed or ink")
    complete: Mapped[bool] = mapped_column(
        default=True, comment="whether with it everybody needed had signed; then a packet is made of it"
    )
    act: Mapped[bytes] = mapped_column(comment="sealed SigningAct")
    signed_at: Mapped[datetime]
    void_at: Mapped[datetime | None] = mapped_column(
        comment="when what it signed was changed before all had signed; it then counts for nothing"
    )


class BlindIndex(Base):
    """A keyed hash by which a claim can be found without being read."""

    __tablename__ = "blind_indexes"
    __table_args__ = (
        sa.UniqueConstraint("claim_id", "kind", "digest"),
        sa.Index("ix_blind_indexes_kind_digest", "kind", "digest", "claim_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"))
    kind: Mapped[str] = mapped_column(sa.String(24))
    digest: Mapped[bytes]


class Reminder(Base):
    """A reminder or warning that was written about a draft: none is written twice."""

    __tablename__ = "reminders"
    __table_args__ = (sa.UniqueConstraint("claim_id", "kind", "days", "about_on"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"))
    kind: Mapped[str] = mapped_column(sa.String(16), comment="reminder or ending")
    days: Mapped[int] = mapped_column(
        comment="since the claimant was last here, or left before the draft is erased"
    )
    about_on: Mapped[date] = mapped_column(
        comment="of a warning the day of erasure, of a reminder the day that the claim was begun"
    )
    sent_at: Mapped[datetime]


class Recovery(Base):
    """Somebody without the claim's contact proved its phone and a second fact, and now waits to be let in."""

    __tablename__ = "recoveries"
    __table_args__ = (
        sa.Index("ix_recoveries_claim_id", "claim_id"),
        sa.Index("ix_recoveries_due_at", "due_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("claims.id"))
    phone: Mapped[bytes] = mapped_column(comment="blind index of the phone number that was proved")
    begun_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(comment="when the wait is over and the phone opens the claim")
    told_at: Mapped[datetime | None] = mapped_column(comment="when the claim's contacts were told")
    reminded_at: Mapped[datetime | None] = mapped_column(
        comment="when they were told again, a day before the end"
    )
    cancelled_at: Mapped[datetime | None] = mapped_column(comment="when somebody with a contact stopped it")
    finished_at: Mapped[datetime | None] = mapped_column(comment="when the phone opened the claim")

    @property
    def pending(self) -> bool:
        """Whether it can still open the claim one day."""
        return self.cancelled_at is None and self.finished_at is None


class Correction(Base):
    """What staff corrected in a signed claim; it counts once the claimant has signed again what it touches."""

    __tablename__ = "corrections"
    __table_args__ = (sa.Index("ix_corrections_engagement_id", "engagement_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagements.id"))
    field: Mapped[str] = mapped_column(sa.String(24), comment="name, birth_date, address or phone")
    note: Mapped[bytes] = mapped_column(comment="sealed: why, as the claimant reads it")
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None] = mapped_column(comment="when the claimant confirmed or refused it")
    confirmed: Mapped[bool | None] = mapped_column(comment="empty until then")
