"""Open and save a claim's sealed documents, and keep its blind indexes in step with them."""

import json
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims.models import BlindIndex, Claim, Engagement
from portal.claims.name_parts import normalised_name, parts_of
from portal.claims.particulars import Particulars
from portal.database import new_id
from portal.vault import Vault


def read(session: Session, vault: Vault, claim: Claim) -> Particulars:
    """The claim's particulars; empty ones when nothing was saved yet."""
    if claim.particulars is None:
        return Particulars()
    return Particulars.model_validate_json(
        vault.open(session, claim.subject_id, "particulars", claim.particulars)
    )


def read_latest(session: Session, vault: Vault, claim: Claim) -> Particulars:
    """The particulars with changes made after signing that are not signed yet: what the claimant goes on editing."""
    if claim.amendment is None:
        return read(session, vault, claim)
    return Particulars.model_validate_json(
        vault.open(session, claim.subject_id, "amendment", claim.amendment)
    )


def write_amendment(
    session: Session, vault: Vault, claim: Claim, particulars: Particulars, now: datetime
) -> None:
    """Keep changed particulars beside those that were signed, until what they touch is signed again."""
    same = particulars == read(session, vault, claim)
    plain = particulars.model_dump_json().encode()
    claim.amendment = None if same else vault.seal(session, claim.subject_id, "amendment", plain)
    # Whoever is invited to sign the change comes in by the contact named in it.
    _reindex(session, vault, claim, read(session, vault, claim), particulars)
    claim.revision += 1
    claim.updated_at = now


def write(session: Session, vault: Vault, claim: Claim, particulars: Particulars, now: datetime) -> None:
    """Seal the particulars into the claim and renew the indexes that find it."""
    plain = particulars.model_dump_json().encode()
    claim.particulars = vault.seal(session, claim.subject_id, "particulars", plain)
    claim.residence = particulars.address.country if particulars.address else claim.residence
    claim.revision += 1
    claim.updated_at = now
    _reindex(session, vault, claim, particulars)


def read_answers(session: Session, vault: Vault, claim: Claim) -> dict[str, str]:
    """The eligibility answers the claim rests on."""
    if claim.answers is None:
        return {}
    answers: dict[str, str] = json.loads(vault.open(session, claim.subject_id, "answers", claim.answers))
    return answers


def write_answers(session: Session, vault: Vault, claim: Claim, answers: dict[str, str]) -> None:
    """Seal the eligibility answers into the claim."""
    plain = json.dumps(answers, sort_keys=True).encode()
    claim.answers = vault.seal(session, claim.subject_id, "answers", plain)


def read_note(session: Session, vault: Vault, engagement: Engagement) -> str:
    """What staff last asked of the claimant, or why they declined; empty when nothing was said."""
    if engagement.note is None:
        return ""
    return vault.open(session, engagement.claim.subject_id, f"note:{engagement.id}", engagement.note).decode()


def write_note(session: Session, vault: Vault, engagement: Engagement, text: str) -> None:
    """Seal what staff say to the claimant about one engagement."""
    subject = engagement.claim.subject_id
    engagement.note = vault.seal(session, subject, f"note:{engagement.id}", text.encode()) if text else None


def search_keys(particulars: Particulars) -> set[tuple[str, str]]:
    """Kind and normalised value of everything a claim can be found by."""
    keys: set[tuple[str, str]] = {(contact.kind, contact.value) for contact in particulars.contacts}
    keys |= {(contact.kind, contact.value) for contact in particulars.replaced}
    keys |= {(contact.kind, contact.value) for contact in particulars.unproved}
    if particulars.phone:
        keys |= {("phone", particulars.phone), ("phone4", particulars.phone[-4:])}
    # Kinds of their own: by these a representative comes in to sign, and nobody is found as a claimant.
    for one in particulars.representatives:
        if one.invited:
            keys.add(("party_phone" if one.invited.startswith("+") else "party_email", one.invited))
    if particulars.name is None:
        return keys
    keys |= parts_of(particulars.name)
    names = {
        normalised_name(one)
        for one in (particulars.name.hangul, particulars.name.hanja, particulars.name.passport)
    }
    for name in names - {""}:
        keys.add(("name", name))
        if particulars.birth_date:
            keys.add(("name_birth", f"{name} {particulars.birth_date.isoformat()}"))
        if particulars.phone:
            keys.add(("name_phone4", f"{name} {particulars.phone[-4:]}"))
    return keys


def find(session: Session, vault: Vault, kind: str, value: str) -> sa.Select[Claim]:
    """A select of the claims whose index of a kind meets a normalised value."""
    return found_by([vault.index(kind, value)], kind)


def found_by(digests: Iterable[bytes], kind: str) -> sa.Select[Claim]:
    """The same for any of several indexes."""
    met = (BlindIndex.kind == kind, BlindIndex.digest.in_(list(digests)))
    return sa.select(Claim).where(Claim.id.in_(sa.select(BlindIndex.claim_id).where(*met)))


def reindex(session: Session, vault: Vault, claim: Claim) -> bool:
    """Have the claim found by everything that claims are found by now; whether anything was lacking."""
    documents = [read(session, vault, claim)]
    if claim.amendment is not None:
        documents.append(read_latest(session, vault, claim))
    return _reindex(session, vault, claim, *documents)


def _reindex(session: Session, vault: Vault, claim: Claim, *documents: Particulars) -> bool:
    keys = set().union(*(search_keys(one) for one in documents))
    wanted = {(kind, vault.index(kind, value)) for kind, value in keys}
    held = session.scalars(sa.select(BlindIndex).where(BlindIndex.claim_id == claim.id)).all()
    for row in held:
        if (row.kind, row.digest) not in wanted:
            session.delete(row)
    known = {(row.kind, row.digest) for row in held}
    for kind, digest in sorted(wanted - known):
        session.add(BlindIndex(id=new_id(), claim_id=claim.id, kind=kind, digest=digest))
    return {(row.kind, row.digest) for row in held} != wanted
