"""The hand-over profile: claims as JSON Lines with their packets, for another office or a claims administrator.

Which facts go along stands in the matter's filing.toml; they and the purpose are kept with the volume when it is asked
for, and said in hand-over.json, so that a matter that allows more later changes nothing of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from sqlalchemy.orm import Session

from portal.batches.errors import ProfileNotOffered
from portal.batches.frozen import claims_of, copy_of, with_packets
from portal.batches.models import Volume
from portal.batches.profiles.base import ProfileName, VolumeFile, Work, profile
from portal.batches.profiles.hand_over.lines import exhibit_file, line_of, packet_file
from portal.batches.profiles.hand_over.schema import FORMAT, published_schema
from portal.batches.spool import Spool
from portal.matters.filing import ClaimFact

HEAD, CLAIMS, SCHEMA = "hand-over.json", "claims.jsonl", "hand-over.schema.json"


class HandOverProfile:
    """What another office gets."""

    name: ProfileName = "hand-over"
    jurisdictions: tuple[str, ...] = ("kr", "us")

    def prepare(self, session: Session, work: Work, now: datetime) -> dict[str, object]:
        """Keep the facts that the matter allows now, and the purpose. Raises ProfileNotOffered."""
        filing = work.published.matter.filing.hand_over
        if filing is None:
            raise ProfileNotOffered("hand-over", work.published.matter.slug)
        volume = session.get(Volume, work.volume_id)
        return {"facts": list(filing.facts), "purpose": volume.purpose if volume else ""}

    def files(self, work: Work) -> Iterator[VolumeFile]:
        """The head, the schema, the claims, then each packet with its exhibits. Raises ClaimStops."""
        facts = _facts(work)
        yield VolumeFile(HEAD, _head(work, facts))
        yield VolumeFile(SCHEMA, published_schema().encode())
        with Spool() as lines:
            for claim in claims_of(work):
                line = line_of(claim, work.jurisdiction, facts)
                lines.write(f"{line.model_dump_json(exclude_none=True)}\n".encode())
            yield VolumeFile(CLAIMS, lines)
        for claim, packet in with_packets(work):
            if "exhibits" in facts:
                for one in claim.case.exhibits:
                    yield VolumeFile(exhibit_file(claim, one), copy_of(work.runtime, claim, one))
            if name := packet_file(claim).file:
                yield VolumeFile(name, packet, claim.entry.packet_sha256, claim.number)


def _facts(work: Work) -> tuple[ClaimFact, ...]:
    kept = work.options["facts"]
    assert isinstance(kept, list)
    known: tuple[ClaimFact, ...] = get_args(ClaimFact)
    return tuple(fact for fact in known if fact in kept)


def _head(work: Work, facts: tuple[ClaimFact, ...]) -> bytes:
    said = {
        "format": FORMAT,
        "batch": work.batch_number,
        "jurisdiction": work.jurisdiction,
        "matter": work.published.matter.slug,
        "claims": work.count,
        "frozen_at": work.frozen_at.isoformat(),
        "purpose": work.options.get("purpose", ""),
        "facts": facts,
        "lines": CLAIMS,
        "schema": SCHEMA,
    }
    return json.dumps(said, ensure_ascii=False, indent=2).encode() + b"\n"


profile(HandOverProfile())
