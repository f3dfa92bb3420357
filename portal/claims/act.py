"""What was read, answered and signed: the sealed facts behind a signature and behind the packet's signing record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy.orm import Session

from portal.claims.models import Claim, ClaimParty, Engagement, Signature
from portal.claims.particulars import Particulars, VerifiedContact
from portal.vault import Vault

# Strokes are normalised to a pad 1,000 units wide and 400 high, so that they survive rotation and any screen.
PAD_WIDTH, PAD_HEIGHT = 1_000, 400
_Coordinate = Annotated[float, Field(ge=-50, le=1_050)]
_Milliseconds = Annotated[float, Field(ge=0, le=86_400_000)]
Point = tuple[_Coordinate, _Coordinate, _Milliseconds]
Stroke = Annotated[tuple[Point, ...], Field(min_length=1, max_length=2_000)]
Strokes = Annotated[tuple[Stroke, ...], Field(max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reading(_Part):
    """One document as a claimant read it before signing."""

    document: str
    jurisdiction: str
    matter_version: str = Field(description="label of the version shown")
    text_hashes: dict[str, str] = Field(description="SHA-256 of the text shown, per language")
    opened_at: datetime
    confirmed_at: datetime | None = Field(None, description="when the reader went on")
    seconds_open: int = Field(0, ge=0, description="between opening and going on")
    given: bool | None = Field(None, description="consents only: given or refused; None while unanswered")
    shown: str = Field("", description="SHA-256 of the document as shown, the claimant's own facts included")


class PaperSheet(_Part):
    """One page signed in ink or going with one, as the picture that came back."""

    number: int = Field(description="page of the print, from 1")
    document: str
    signed: bool = Field(description="whether this page bears a signature")
    blob: str = Field(description="key of the sealed upright picture in storage")
    sha256: str
    original_sha256: str
    received_at: datetime


class PaperSigned(_Part):
    """What was printed, signed in ink, sent back, and looked at by a person."""

    code: str = Field(description="of the print, as its pages bear it")
    printed_at: datetime
    printed_sha256: str
    checked_by: str = Field(description="id of the staff member who looked at the pages")
    sheets: tuple[PaperSheet, ...]


class SigningAct(_Part):
    """One act of signing for one jurisdiction, with the circumstances that prove it.

    `readings` are the documents signed by it. After a change only those that the change touched are signed again, by
    an act of their own.
    """

    jurisdiction: str
    signer: str = Field("", description="who signed: empty for the claimant, else a representative's id")
    capacity: Literal["self", "parent", "guardian", "officer", "heir"] = "self"
    signer_name: str = Field(
        "", description="the signer's name in both scripts, where it is not the claimant's"
    )
    means: Literal["drawn", "typed", "ink"]
    strokes: Strokes = ()
    typed_name: str = ""
    face: str = Field("", description="typed only: the face that the name was shown in")
    paper: PaperSigned | None = None
    particulars: Particulars | None = Field(None, description="the claimant's details as signed")
    language: str
    place: str = Field(
        description="ISO country where the person was while signing; chooses the declaration's form"
    )
    signed_at: datetime
    readings: tuple[Reading, ...]
    contacts: tuple[VerifiedContact, ...]
    session_began_at: datetime | None = None
    address: str = Field("", description="network address of origin; masked in print")
    device: str = Field("", description="class of device and browser family, never the whole user agent")
    handed_off: str = Field("", description="class of the phone that drew the signature for a desktop")
    audit_sequence: int = Field(0, description="head of the audit chain when signing")
    audit_hash: str = ""

    @property
    def documents(self) -> frozenset[str]:
        """Ids of the documents signed by this act."""
        return frozenset(reading.document for reading in self.readings)

    @property
    def inside_us(self) -> bool:
        """Whether 28 U.S.C. 1746(2) applies: signed within the United States."""
        return self.place == "US"


_READINGS = TypeAdapter(dict[str, Reading])


def read_readings(session: Session, vault: Vault, claim: Claim) -> dict[str, Reading]:
    """What the claimant has opened and answered so far, by document."""
    if claim.readings is None:
        return {}
    return _READINGS.validate_json(vault.open(session, claim.subject_id, "readings", claim.readings))


def write_readings(session: Session, vault: Vault, claim: Claim, readings: dict[str, Reading]) -> None:
    """Seal them into the claim."""
    claim.readings = vault.seal(session, claim.subject_id, "readings", _plain(readings))


def read_party_readings(session: Session, vault: Vault, claim: Claim, row: ClaimParty) -> dict[str, Reading]:
    """What a representative has opened and answered so far, by document."""
    if row.readings is None:
        return {}
    purpose = f"readings:{row.id}"
    return _READINGS.validate_json(vault.open(session, claim.subject_id, purpose, row.readings))


def write_party_readings(
    session: Session, vault: Vault, claim: Claim, row: ClaimParty, readings: dict[str, Reading]
) -> None:
    """Seal them into the representative's row."""
    row.readings = vault.seal(session, claim.subject_id, f"readings:{row.id}", _plain(readings))


def _plain(readings: dict[str, Reading]) -> bytes:
    shown = {name: reading.model_dump(mode="json") for name, reading in sorted(readings.items())}
    return json.dumps(shown).encode()


def newest_signature(session: Session, engagement: Engagement) -> Signature | None:
    """The latest signature with which everybody needed had signed; None before an engagement was ever signed."""
    query = sa.select(Signature).where(Signature.engagement_id == engagement.id, Signature.complete)
    return session.scalars(query.order_by(Signature.signed_at.desc(), Signature.id.desc()).limit(1)).first()


def read_act(session: Session, vault: Vault, engagement: Engagement, signature: Signature) -> SigningAct:
    """The sealed act behind a signature."""
    plain = vault.open(session, engagement.claim.subject_id, f"signature:{signature.id}", signature.act)
    return SigningAct.model_validate_json(plain)


def read_acts(session: Session, vault: Vault, engagement: Engagement) -> tuple[SigningAct, ...]:
    """Every act of signing of an engagement that counts, oldest first; the last may still wait for another signer."""
    return tuple(
        read_act(session, vault, engagement, one) for one in standing_signatures(session, engagement)
    )


def standing_signatures(session: Session, engagement: Engagement) -> Sequence[Signature]:
    """The signatures that are not void, oldest first."""
    query = sa.select(Signature).where(Signature.engagement_id == engagement.id, Signature.void_at.is_(None))
    return session.scalars(query.order_by(Signature.signed_at, Signature.id)).all()


def seal_act(
    session: Session, vault: Vault, engagement: Engagement, signature_id: object, act: SigningAct
) -> bytes:
    """Seal an act for the signature row of the given id."""
    return vault.seal(
        session, engagement.claim.subject_id, f"signature:{signature_id}", act.model_dump_json().encode()
    )
