"""A frozen claim as a line of claims.jsonl: only the facts that the matter allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from portal.batches.exhibits import FrozenExhibit
from portal.batches.frozen import FrozenClaim
from portal.batches.profiles.hand_over.schema import (
    AccountClaim,
    Acting,
    CompanyFacts,
    DeceasedFacts,
    DiaryEntry,
    ExhibitRow,
    HandedClaim,
    Name,
    OtherSteps,
    PacketFile,
    PostalAddress,
    TradeRow,
)
from portal.claims.particulars import Particulars, PersonName
from portal.matters.filing import ClaimFact

_SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
_Take = Callable[[FrozenClaim, Particulars], Any]


def line_of(claim: FrozenClaim, jurisdiction: str, allowed: Iterable[ClaimFact]) -> HandedClaim:
    """The claim with the facts that are allowed; one it does not have stays out."""
    facts = {fact: FACTS[fact](claim, claim.case.particulars) for fact in allowed}
    return HandedClaim(
        claim=claim.number,
        position=claim.entry.position,
        jurisdiction=jurisdiction,
        packet=packet_file(claim),
        **facts,
    )


def packet_file(claim: FrozenClaim) -> PacketFile:
    """Where the packet is; one that shows what staff covered since it was signed does not leave."""
    withheld = any(one.reasons for one in claim.case.exhibits)
    return PacketFile(
        file=None if withheld else claim.entry.file,
        sha256=claim.entry.packet_sha256,
        withheld="redacted" if withheld else None,
    )


def exhibit_file(claim: FrozenClaim, one: FrozenExhibit) -> str:
    """Where an exhibit's copy stands in the volume."""
    part = f"-{one.part}" if one.part else ""
    return f"exhibits/{claim.number}-{one.number:02}{part}.{_SUFFIXES.get(one.media_type, 'bin')}"


def _name(name: PersonName | None) -> Name | None:
    return Name(hangul=name.hangul, hanja=name.hanja, passport=name.passport) if name else None


def _named(name: PersonName) -> Name:
    return Name(hangul=name.hangul, hanja=name.hanja, passport=name.passport)


def _exhibits(claim: FrozenClaim, who: Particulars) -> tuple[ExhibitRow, ...]:
    return tuple(
        ExhibitRow(
            label=one.label.en,
            title=one.title,
            kind=one.kind,
            dated=one.dated,
            pages=one.pages,
            file=exhibit_file(claim, one),
            original_sha256=one.sha256,
            redacted=one.reasons,
            covered=one.covered,
        )
        for one in claim.case.exhibits
    )


def _diary(claim: FrozenClaim, who: Particulars) -> tuple[DiaryEntry, ...]:
    return tuple(
        DiaryEntry(
            kind=one.kind,
            on=one.on,
            until=one.until,
            text=one.text,
            lost=one.lost.amount if one.lost else None,
            currency=one.lost.currency if one.lost else "",
            minutes=one.minutes,
        )
        for one in who.diary
    )


def _deceased(claim: FrozenClaim, who: Particulars) -> DeceasedFacts | None:
    one = who.deceased
    if one is None:
        return None
    kept = one.model_dump(include={"birth_date", "died_on", "relation", "share_of", "share_in"})
    return DeceasedFacts(name=_named(one.name), **kept)


def _representatives(claim: FrozenClaim, who: Particulars) -> tuple[Acting, ...]:
    return tuple(
        Acting(kind=one.kind, name=_named(one.name), position=one.position) for one in who.representatives
    )


def _trades(claim: FrozenClaim, who: Particulars) -> tuple[TradeRow, ...]:
    trades = who.securities.trades if who.securities else ()
    return tuple(TradeRow(**trade.model_dump()) for trade in trades)


FACTS: Mapping[ClaimFact, _Take] = {
    "name": lambda claim, who: _name(who.name),
    "birth_date": lambda claim, who: who.birth_date,
    "address": lambda claim, who: PostalAddress(**who.address.model_dump()) if who.address else None,
    "phone": lambda claim, who: who.phone or who.proved_phone or None,
    "email": lambda claim, who: who.email or None,
    "kind": lambda claim, who: claim.case.kind,
    "company": lambda claim, who: CompanyFacts(**who.company.model_dump()) if who.company else None,
    "representatives": _representatives,
    "deceased": _deceased,
    "account": lambda claim, who: AccountClaim(**who.account.model_dump()) if who.account else None,
    "other": lambda claim, who: OtherSteps(**who.other.model_dump()) if who.other else None,
    "trades": _trades,
    "diary": _diary,
    "exhibits": _exhibits,
    "language": lambda claim, who: claim.line.language,
    "tracks": lambda claim, who: claim.line.tracks,
    "submitted_at": lambda claim, who: claim.line.submitted_at,
    "accepted_at": lambda claim, who: claim.line.accepted_at,
}
