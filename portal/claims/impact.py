"""Stored claims for `portal matter impact`: their sealed answers and kept outcomes, a page at a time."""

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from portal.claims import sealed
from portal.claims.models import Claim, Decision
from portal.eligibility.commands import impact_command
from portal.eligibility.impact import DecidedClaim
from portal.matters.commands import group
from portal.matters.questions import Outcome
from portal.runtime import Runtime

PAGE = 1_000


def decided_claims(runtime: Runtime, slug: str) -> Iterator[DecidedClaim]:
    """Every signed claim of a matter in the order of its id; erased ones have no answers left and are passed over."""
    last = None
    while True:
        with runtime.database.reading() as session:
            query = sa.select(Claim).where(
                Claim.matter_slug == slug, Claim.submitted_at.is_not(None), Claim.erased_at.is_(None)
            )
            query = query.order_by(Claim.id).limit(PAGE)
            claims = session.scalars(query.where(Claim.id > last) if last else query).all()
            if not claims:
                return
            kept = sa.select(Decision).where(Decision.claim_id.in_([claim.id for claim in claims]))
            outcomes: dict[UUID, dict[str, Outcome]] = {}
            for decision in session.scalars(kept.order_by(Decision.decided_at)):
                outcomes.setdefault(decision.claim_id, {})[decision.track] = Outcome(decision.outcome)
            for claim in claims:
                answers = sealed.read_answers(session, runtime.vault, claim)
                yield DecidedClaim(claim.number, answers, outcomes.get(claim.id, {}))
            last = claims[-1].id


group.add_command(impact_command(decided_claims))
__all__ = ["decided_claims", "group"]
