"""Many drafts in one transaction: what ``claims.service.begin`` does for one, written row by row of each table.

Beginning one by one costs a dozen round trips a person; a list of a hundred thousand would take an hour.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.claims import sealed
from portal.claims.flags import Flag
from portal.claims.kinds import kind_of
from portal.claims.models import BlindIndex, Claim, Engagement, EngagementFlag
from portal.claims.numbers import new_number
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.intake.people import Person
from portal.matters.shelf import PublishedMatter
from portal.vault import Vault

Keys = frozenset[tuple[str, bytes]]


def open_drafts(
    session: Session,
    vault: Vault,
    published: PublishedMatter,
    people: Sequence[tuple[Person, Keys]],
    now: datetime,
) -> list[UUID]:
    """A draft for each person, flagged as unconfirmed; answers the claims' ids in the same order.

    With each person come the blind indexes by which the draft is found (``keys_of``).
    """
    subjects = vault.new_subjects(session, now, len(people))
    rows: dict[type[Any], list[dict[str, Any]]] = {
        one: [] for one in (Claim, Engagement, EngagementFlag, BlindIndex)
    }
    numbers = _free_numbers(session, published.matter.toml.prefix, len(people))
    claims = []
    for (person, keys), subject, number in zip(people, subjects, numbers, strict=True):
        claim = {**_claim(session, vault, published, person, subject.id, now), "number": number}
        claims.append(claim["id"])
        rows[Claim].append(claim)
        for engagement in _engagements(published, claim["id"], person.tracks, now):
            rows[Engagement].append(engagement)
            flag = {
                "engagement_id": engagement["id"],
                "flag": Flag.UNCONFIRMED.value,
                "weight": 0,
                "raised_at": now,
            }
            rows[EngagementFlag].append(flag)
        rows[BlindIndex] += [
            {"id": new_id(), "claim_id": claim["id"], "kind": kind, "digest": digest} for kind, digest in keys
        ]
    for table, found in rows.items():
        if found:
            session.execute(sa.insert(table.__table__), found)
    return claims


def _free_numbers(session: Session, prefix: str, count: int) -> list[str]:
    """Numbers that no claim has. Drawn by chance, of a hundred thousand two are now and then the same."""
    found: set[str] = set()
    while len(found) < count:
        drawn = {new_number(prefix) for _one in range(count - len(found))}
        found |= drawn - set(session.scalars(sa.select(Claim.number).where(Claim.number.in_(drawn))))
    return sorted(found)


def keys_of(vault: Vault, person: Person) -> Keys:
    """The blind indexes of a person, as ``claims.sealed`` keeps them."""
    return frozenset(
        (kind, vault.index(kind, value)) for kind, value in sealed.search_keys(person.particulars)
    )


def _claim(
    session: Session, vault: Vault, published: PublishedMatter, person: Person, subject: UUID, now: datetime
) -> dict[str, Any]:
    matter, particulars = published.matter, person.particulars
    answers = json.dumps(person.answers, sort_keys=True).encode()
    return {
        "id": new_id(),
        "subject_id": subject,
        "matter_slug": matter.slug,
        "matter_version_id": published.version_id,
        "kind": kind_of(person.answers),
        "language": person.language,
        "residence": particulars.address.country if particulars.address else None,
        "particulars": vault.seal(session, subject, "particulars", particulars.model_dump_json().encode()),
        "answers": vault.seal(session, subject, "answers", answers),
        "revision": 1,
        "created_at": now,
        "updated_at": now,
        "expires_at": now + timedelta(days=matter.toml.retention.draft_days),
        "origin": "import",
        "misses": 0,
    }


def _engagements(
    published: PublishedMatter, claim_id: UUID, tracks: Sequence[str], now: datetime
) -> list[dict[str, Any]]:
    chosen: dict[str, list[str]] = {}
    for track in published.matter.tracks:
        if track.id in tracks:
            chosen.setdefault(track.jurisdiction, []).append(track.id)
    return [
        {
            "id": new_id(),
            "claim_id": claim_id,
            "jurisdiction": jurisdiction,
            "state": ClaimState.DRAFT,
            "tracks": ids,
            "state_changed_at": now,
            "doubt": 0,
            "conflict": "",
        }
        for jurisdiction, ids in chosen.items()
    ]
