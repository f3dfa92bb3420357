"""The authority record as data: did this person do it, to this text, for this suit? Pure.

It is kept sealed as canonical JSON (RFC 8785) on the packet's row; its SHA-256 is printed in the packet's last part and
so signed with it. What is masked in print stands whole here. Moments are UTC to the microsecond; the acts of signing
also name the clocks of Seoul and of the eastern United States.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import rfc8785

from portal.claims.act import Reading, SigningAct
from portal.claims.particulars import VerifiedContact
from portal.matters.bilingual import LANGUAGES, Text
from portal.matters.model import DocumentKind, PacketDocument
from portal.packets import formats
from portal.packets.content import Exhibit, PacketContent
from portal.packets.words import word

FORMAT = "portal.authority-record.v1"
Record = dict[str, Any]
_IDLE = re.compile(r"\.0(?=[],])")  # what RFC 8785 leaves off a whole number

# The order in which authority is established: counsel is engaged, may hold the person's data, may act in court, and
# has the person's own word for the facts. Lists of exhibits establish none.
_CHAIN = (
    DocumentKind.AGREEMENT,
    DocumentKind.CONSENT,
    DocumentKind.POWER,
    DocumentKind.DECLARATION,
    DocumentKind.CERTIFICATION,
)


def record_of(content: PacketContent) -> Record:
    """The whole record of a packet, in values that JSON has without loss: strings, whole numbers, lists, tables."""
    return {
        "format": FORMAT,
        "packet": _packet(content),
        "matter": {
            "slug": content.matter.slug,
            "version": content.matter.version_label,
            "sha256": content.matter.hash,
            "rules_version": content.matter.rules_version,
        },
        "suits": [_suit(content, track) for track in content.tracks],
        "person": _person(content),
        "texts": list(_texts(content)),
        "consents": list(_consents(content)),
        "acts": [_act(number, act) for number, act in enumerate(content.acts, 1)],
        "answers": list(_answers(content)),
        "decisions": [_decision(content, place) for place in range(len(content.decisions))],
        "chain": [_link(number, link) for number, link in enumerate(chain(content), 1)],
        "exhibits": [_exhibit(one) for one in content.exhibits],
        "attachments": [_exhibit(one) for one in content.attachments],
        "paper": [
            {
                "document": one.document,
                "page": one.page,
                "signed": one.signed,
                "sha256": one.sha256,
                "received_at": utc(one.received_at),
            }
            for one in content.paper
        ],
        "events": [
            {"sequence": one.sequence, "kind": one.kind, "at": utc(one.at), "sha256": one.sha256}
            for one in content.events
        ],
    }


def canonical(record: Record) -> bytes:
    """The record's one form in bytes, RFC 8785; its SHA-256 is what is printed and signed.

    Python's own writer gives the same bytes as the rfc8785 package where names are ASCII and numbers whole, in a sixth
    of the time; tests compare the two.
    """
    return json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(canonical_record: bytes) -> str:
    """SHA-256 of the canonical record, in hex."""
    return hashlib.sha256(canonical_record).hexdigest()


def chain(content: PacketContent) -> list[Link]:
    """Which documents establish counsel's authority, in the order in which each rests on those before it."""
    documents = content.documents
    links = [Link(content, one) for one in documents if one.kind in _CHAIN]
    return sorted(links, key=lambda link: _CHAIN.index(link.document.kind))


class Link:
    """One document of the chain, with the act that signed it and the reading before that."""

    def __init__(self, content: PacketContent, document: PacketDocument) -> None:
        self.document = document
        self.act_number, self.act = _signed_by(content, document.id)
        self.reading = _reading(self.act, document.id)
        self.answered = answer_of(content, document.id)

    @property
    def answer(self) -> str:
        """A consent's answer: given, refused or unanswered; signed for every other document."""
        if self.document.kind is not DocumentKind.CONSENT:
            return "signed"
        return self.answered

    @property
    def at(self) -> datetime:
        """When it took effect: a consent when it was answered, everything else when it was signed."""
        answered = self.document.kind is DocumentKind.CONSENT and self.reading and self.reading.confirmed_at
        return answered or self.act.signed_at


def strokes_sha256(act: SigningAct) -> str:
    """SHA-256 of the strokes as drawn, in their form by RFC 8785: points as [x, y, milliseconds]."""
    written = json.dumps(act.strokes, separators=(",", ":"))
    if "e" in written or "-0.0" in written:  # where Python's writer goes another way
        return digest(rfc8785.dumps(json.loads(written)))
    return digest(_IDLE.sub("", written).encode())


def utc(moment: datetime) -> str:
    """A moment as records write it: UTC, to the microsecond, with its zone."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _number(value: float) -> float:
    """A whole number without its idle ".0", as RFC 8785 writes it."""
    return int(value) if value == int(value) else value


def _packet(content: PacketContent) -> Record:
    return {
        "claim": content.claim_number,
        "jurisdiction": content.jurisdiction,
        "revision": content.revision,
        "replaces": content.replaces,
        "code": content.code,
        "verify_address": content.verify_address,
        "made_at": utc(content.made_at),
        "withdrawn_at": utc(content.withdrawn_at) if content.withdrawn_at else None,
        "receipt": content.receipt,
        "sealer": {"name": content.sealer.name, "demonstration": content.sealer.demo},
    }


def _suit(content: PacketContent, track_id: str) -> Record:
    matter = content.matter
    track, firm = matter.track(track_id), matter.counsel(content.jurisdiction)
    return {
        "track": track.id,
        "name": _text(track.name),
        "court": _text(matter.court(track.court).name),
        "case": _text(track.case_name),
        "claimant": content.full_name,
        "defendant": _text(matter.defendant(track.id)),
        "counsel": _text(firm.name),
        "responsible_lawyer": _text(firm.responsible_lawyer),
    }


def _person(content: PacketContent) -> Record:
    """Who signed; the claimant's own phrase is theirs alone and no fact of the claim."""
    facts = content.particulars.model_dump(mode="json", exclude={"phrase", "contacts"})
    return {
        "name": content.full_name,
        "kind": content.kind,
        "contacts": [_contact(one) for one in content.own_contacts],
        "particulars": facts,
        "signers": [
            {
                "signer": act.signer,
                "capacity": act.capacity,
                "name": content.signer_name(act),
                "contacts": [_contact(one) for one in act.contacts],
            }
            for act in content.signers
        ],
    }


def _contact(contact: VerifiedContact) -> Record:
    return {
        "kind": contact.kind,
        "value": contact.value,
        "masked": formats.masked_contact(contact.kind, contact.value),
        "method": contact.method,
        "verified_at": utc(contact.verified_at),
    }


def _texts(content: PacketContent) -> Iterator[Record]:
    for document in content.documents:
        signed = [(content.acts.index(act) + 1, act) for act in content.acts_of(document.id)]
        number, act = _signed_by(content, document.id)
        printed = {lang: content.text(document.id, lang).text_hash for lang in LANGUAGES}
        text = {
            "document": document.id,
            "kind": document.kind.value,
            "title": _text(document.title),
            "act": number,
            "printed_sha256": printed,
            "signed_by": [
                {"signer": one.signer, "act": place, **_read(_reading(one, document.id))}
                for place, one in signed
            ],
        }
        yield text | _read(_reading(act, document.id))


def _read(reading: Reading | None) -> Record:
    """How the text was read; nulls where no reading is on record."""
    if reading is None:
        names = (
            "matter_version",
            "signed_sha256",
            "shown_sha256",
            "opened_at",
            "seconds_open",
            "confirmed_at",
        )
        return dict.fromkeys(names)
    return {
        "matter_version": reading.matter_version,
        "signed_sha256": dict(reading.text_hashes),
        "shown_sha256": reading.shown or None,
        "opened_at": utc(reading.opened_at),
        "seconds_open": reading.seconds_open,
        "confirmed_at": utc(reading.confirmed_at) if reading.confirmed_at else None,
    }


def _consents(content: PacketContent) -> Iterator[Record]:
    for document in content.documents:
        if document.kind is not DocumentKind.CONSENT:
            continue
        reading = _reading(_signed_by(content, document.id)[1], document.id)
        yield {
            "document": document.id,
            "title": _text(document.title),
            "answer": answer_of(content, document.id),
            "answers": [
                {"signer": one.signer, "answer": _answer(_reading(one, document.id))}
                for one in content.acts_of(document.id)
            ],
            "answered_at": utc(reading.confirmed_at) if reading and reading.confirmed_at else None,
            "matter_version": reading.matter_version if reading else None,
        }


def _act(number: int, act: SigningAct) -> Record:
    return {
        "number": number,
        "jurisdiction": act.jurisdiction,
        "signer": act.signer,
        "capacity": act.capacity,
        "signer_name": act.signer_name,
        "means": act.means,
        "typed_name": act.typed_name,
        "face": act.face,
        "strokes": {
            "count": len(act.strokes),
            "points": sum(map(len, act.strokes)),
            "sha256": strokes_sha256(act) if act.strokes else None,
        },
        "paper": _plain(act.paper.model_dump()) if act.paper else None,
        "signed_at": {
            "utc": utc(act.signed_at),
            "kst": formats.clock_time(act.signed_at, formats.SEOUL),
            "us_eastern": formats.clock_time(act.signed_at, formats.NEW_YORK),
        },
        "place": act.place,
        "language": act.language,
        "device": act.device,
        "handed_off": act.handed_off,
        "address": act.address,
        "session_began_at": utc(act.session_began_at) if act.session_began_at else None,
        "audit_head": {"sequence": act.audit_sequence, "sha256": act.audit_hash},
        "name": formats.claimant_name(act.particulars) if act.particulars else "",
        "documents": [_signed(reading) for reading in act.readings],
    }


def _signed(reading: Reading) -> Record:
    return {"document": reading.document, "shown_sha256": reading.shown or None, "given": reading.given}


def _answers(content: PacketContent) -> Iterator[Record]:
    """Each question answered, in the matter's order; an answer that it no longer asks for stands by its ids."""
    known = [question.id for question in content.matter.questions]
    for name in [*known, *sorted(content.answers.keys() - set(known))]:
        if name not in content.answers:
            continue
        question = content.matter.question(name) if name in known else None
        option = question.option(content.answers[name]) if question else None
        yield {
            "question": name,
            "text": _text(question.text) if question else None,
            "answer": content.answers[name],
            "answer_text": _text(option.text) if option else None,
        }


def _decision(content: PacketContent, place: int) -> Record:
    decision = content.decisions[place]
    known = {rule.id: rule.reason for rule in content.matter.rules.rules}
    return {
        "track": decision.track,
        "outcome": decision.outcome,
        "decided_at": utc(decision.decided_at),
        "rules_version": content.matter.rules_version,
        "reasons": [
            {"rule": code, "text": _text(known[code]) if code in known else None} for code in decision.reasons
        ],
    }


def _link(number: int, link: Link) -> Record:
    return {
        "step": number,
        "document": link.document.id,
        "title": _text(link.document.title),
        "establishes": _text(word(f"chain.{link.document.kind.value}")),
        "answer": link.answer,
        "at": utc(link.at),
        "act": link.act_number,
    }


def _exhibit(one: Exhibit) -> Record:
    return {
        "number": one.number,
        "part": one.part,
        "kind": one.kind.id,
        "title": one.title,
        "author": one.author,
        "dated": one.dated.isoformat() if one.dated else None,
        "received_at": utc(one.received_at),
        "sha256": one.sha256,
        "copy_sha256": one.copy_sha256,
        **({"covered_by_claimant": True} if one.covered else {}),
    }


def _signed_by(content: PacketContent, document_id: str) -> tuple[int, SigningAct]:
    """The act that signed a document as it now stands, with its number from 1."""
    act = content.act_of(document_id)
    return content.acts.index(act) + 1, act


def _reading(act: SigningAct, document_id: str) -> Reading | None:
    return next((one for one in act.readings if one.document == document_id), None)


def answer_of(content: PacketContent, document_id: str) -> str:
    """A consent's answer: of several signers, given only where each of them gave it."""
    answers = {_answer(_reading(one, document_id)) for one in content.acts_of(document_id)}
    return next(one for one in ("refused", "unanswered", "given") if one in answers)


def _answer(reading: Reading | None) -> str:
    if reading is None or reading.given is None:
        return "unanswered"
    return "given" if reading.given else "refused"


def _text(text: Text) -> Record:
    return {lang: text[lang] for lang in LANGUAGES}


def _plain(value: Any) -> Any:
    """The value with its moments written as records write them."""
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return (
        [_plain(one) for one in value]
        if isinstance(value, Sequence) and not isinstance(value, str)
        else value
    )
