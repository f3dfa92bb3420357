"""Reads what a dossier holds, from the database and the store; it changes nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime

import sqlalchemy as sa
from asn1crypto import cms  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy.orm import Session

from portal import audit
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.errors import PortalError
from portal.evidence import certificates, numbering
from portal.matters.model import jurisdiction_of
from portal.packets import editions, events, service
from portal.packets.compose import opened_exhibit
from portal.packets.content import Sealer
from portal.packets.dossier.facts import (
    ChainEvent,
    Dossier,
    Holder,
    KeptFile,
    Revision,
    SignerCertificate,
    Trail,
)
from portal.packets.models import Packet, PacketKind, PacketState
from portal.runtime import Runtime, signing_key
from portal.web.language import HOME_ZONES


class NothingSealed(PortalError):
    """The engagement has no sealed packet, so there is nothing to prove yet."""


def gather(
    session: Session, runtime: Runtime, engagement: Engagement, sealer: Sealer, now: datetime
) -> Dossier:
    """Everything about one engagement's authority. Raises `NothingSealed`, storage errors and vault errors."""
    packets = [one for one in service.packets_of(session, engagement) if one.state == PacketState.SEALED]
    newest = next((one for one in packets if one.kind == PacketKind.ENGAGEMENT), None)
    if newest is None:
        raise NothingSealed(f"{engagement.claim.number} has no sealed packet in {engagement.jurisdiction}")
    matter = runtime.matters.by_id(newest.matter_version_id).matter
    jurisdiction = jurisdiction_of(engagement.jurisdiction)
    data = service.open_packet(session, runtime, newest)
    language = matter.packets[jurisdiction].governing_language
    return Dossier(
        matter=matter,
        jurisdiction=jurisdiction,
        claim_number=engagement.claim.number,
        made_at=now,
        sealer=sealer,
        verify_address=f"{runtime.settings.site_address}/{language}/verify",
        packet=data,
        revisions=[_revision(session, runtime, one) for one in packets],
        events=list(events.opened(session, runtime, engagement)),
        trail=_trail(session, runtime, engagement),
        holders=list(holders(data)),
        certificates=list(_certificates(session, runtime, engagement, now)),
        withdrawn_at=engagement.state_changed_at if engagement.state is ClaimState.WITHDRAWN else None,
    )


def _revision(session: Session, runtime: Runtime, packet: Packet) -> Revision:
    kept = [
        KeptFile(one.number, one.kind, one.sha256, one.certificate, one.made_at)
        for one in editions.editions_of(session, packet)
    ]
    return Revision(
        number=packet.revision,
        kind=packet.kind,
        code=packet.code,
        pages=packet.pages or 0,
        level=packet.level or "",
        sealed_at=packet.sealed_at or packet.created_at,
        canonical=service.open_record(session, runtime, packet) if packet.record else b"",
        sha256=packet.record_sha256 or "",
        files=tuple(kept),
    )


def _trail(session: Session, runtime: Runtime, engagement: Engagement) -> Trail:
    sequence, head = audit.head(session)
    public = signing_key(runtime.vault.keyring).public_key()
    told = tuple(_chain_event(one) for one in audit.trail(session, engagement.claim_id))
    trail = Trail(told, sequence, head.hex(), public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex())
    point = audit.last_checkpoint(session)
    if point is None:
        return trail
    return Trail(
        trail.events,
        trail.sequence,
        trail.sha256,
        trail.public_key,
        point.sequence,
        point.hash.hex(),
        point.signed_at,
        point.signature.hex(),
    )


def _chain_event(trace: audit.Trace) -> ChainEvent:
    event = trace.event
    detail = json.dumps(event.detail, sort_keys=True, ensure_ascii=False, separators=(", ", ": "))
    return ChainEvent(
        event.sequence, event.at, event.action, event.actor_kind, detail, trace.previous.hex(),
        event.hash.hex(), trace.holds, audit.canonical(event),
    )  # fmt: skip


def holders(data: bytes) -> Iterator[Holder]:
    """The certificates in a file's signatures and timestamps, each once; the signers before their issuers."""
    seen: set[str] = set()
    issuers: list[asn1.Certificate] = []
    for signature in PdfFileReader(io.BytesIO(data)).embedded_signatures:
        stamp = signature.sig_object.get("/Type") == "/DocTimeStamp"
        role = "timestamp" if stamp else "counsel" if signature.field_name != "Seal" else "seal"
        yield from _once([signature.signer_cert], role, seen)
        issuers += signature.other_embedded_certs
        yield from _once(_timestamping(signature.signer_info), "timestamp", seen)
    yield from _once(issuers, "issuer", seen)


def _timestamping(signer: cms.SignerInfo) -> Iterator[asn1.Certificate]:
    """The certificates that a signature's timestamp carries."""
    for attribute in signer["unsigned_attrs"] or ():
        if attribute["type"].native == "signature_time_stamp_token":
            for token in attribute["values"]:
                yield from (one.chosen for one in token["content"]["certificates"] or ())


def _once(found: Iterable[asn1.Certificate], role: str, seen: set[str]) -> Iterator[Holder]:
    for one in found:
        certificate = x509.load_der_x509_certificate(one.dump())
        digest = certificate.fingerprint(SHA256()).hex()
        if digest in seen:
            continue
        seen.add(digest)
        yield Holder(
            role=role,
            subject=certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            serial=f"{certificate.serial_number:X}",
            sha256=digest,
            valid_from=certificate.not_valid_before_utc,
            valid_until=certificate.not_valid_after_utc,
        )


def _certificates(
    session: Session, runtime: Runtime, engagement: Engagement, now: datetime
) -> Iterator[SignerCertificate]:
    """By the current version: a certificate may be of a kind that was not yet asked for when the claim was signed."""
    matter, claim = runtime.matters.current().matter, engagement.claim
    today = now.astimezone(HOME_ZONES[engagement.jurisdiction]).date()
    for one in numbering.certificates_for(session, runtime, matter, claim, engagement.jurisdiction):
        file = opened_exhibit(session, runtime, one)
        signed = numbering.signed_on(claim, one.kind)
        standing = certificates.standing(one.kind, one.dated, signed, today)
        yield SignerCertificate(
            file, standing, certificates.expiry(one.kind, one.dated) if one.dated else None
        )


def engagement_of(session: Session, claim_number: str, jurisdiction: str | None) -> Engagement:
    """The engagement that a dossier is asked for. Raises `NothingSealed` where it cannot be told which."""
    claim = session.scalars(sa.select(Claim).where(Claim.number == claim_number)).one_or_none()
    if claim is None:
        raise NothingSealed(f"no claim {claim_number}")
    found = [one for one in claim.engagements if jurisdiction in (None, one.jurisdiction)]
    if not found:
        raise NothingSealed(f"{claim_number} has no engagement in {jurisdiction}")
    if len(found) > 1:
        names = ", ".join(one.jurisdiction for one in found)
        raise NothingSealed(
            f"{claim_number} is in several jurisdictions; choose with --jurisdiction: {names}"
        )
    return found[0]
