"""Bring what claims are found by, and the queue, up to what this version looks for: resumable, a page at a time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import click
import sqlalchemy as sa
import structlog

from portal import audit, jobs
from portal.claims import queued, sealed
from portal.claims.models import Claim
from portal.runtime import Runtime
from portal.vault import SubjectKey, VaultError

PAGE = 200
ROWS = 500
log = structlog.get_logger()


def page_after(runtime: Runtime, last: UUID | None) -> tuple[UUID | None, int, int]:
    """Index the next claims by id; answers the last of them (None at the end), how many, and how many lacked some."""
    with runtime.database.transaction() as session:
        query = sa.select(Claim).where(Claim.particulars.is_not(None), Claim.erased_at.is_(None))
        if last is not None:
            query = query.where(Claim.id > last)
        claims = session.scalars(query.order_by(Claim.id).limit(PAGE).with_for_update()).all()
        held = sa.select(SubjectKey).where(SubjectKey.id.in_([one.subject_id for one in claims]))
        keys = session.scalars(held).all()  # held here, so that none is read again for its claim
        lacking = 0
        for claim in claims:
            try:
                lacking += sealed.reindex(session, runtime.vault, claim)
            except VaultError:
                log.warning("claims.not_reindexed", claim=str(claim.id))
        del keys
        return (claims[-1].id if len(claims) == PAGE else None), len(claims), lacking


def rows_once(runtime: Runtime) -> int:
    """Put some engagements into the queue that are not there; how many."""
    with runtime.database.transaction() as session:
        lacking = session.scalars(queued.missing(ROWS)).all()
        queued.settle(session, lacking)
    return len(lacking)


@jobs.every(timedelta(minutes=10), "claims.queue")
def fill_queue(runtime: Runtime) -> None:
    """Nothing is left out of the queue: after an upgrade it is filled, and otherwise there is nothing to do."""
    while found := rows_once(runtime):
        log.info("claims.queued", count=found)


@jobs.job("claims.reindex")
def reindex_on(runtime: Runtime, after: str = "") -> None:
    """One page of claims, and a job for the next: killed anywhere it goes on where it stood."""
    last, _seen, _lacking = page_after(runtime, UUID(after) if after else None)
    if last is not None:
        with runtime.database.transaction() as session:
            jobs.defer(session, "claims.reindex", after=last)


@click.command("reindex")
@click.option("--after", type=click.UUID, help="go on after this id, as an interrupted run printed it")
@click.option("--background", is_flag=True, help="have the worker do it, page by page")
@click.pass_obj
def reindex(runtime: Runtime, after: UUID | None, background: bool) -> None:
    """Index every claim for what searches look for now, fill the queue, and count its groups anew."""
    if background:
        with runtime.database.transaction() as session:
            jobs.defer(session, "claims.reindex", after=str(after or ""))
        click.echo("deferred to the worker")
        return
    last, total, changed = after, 0, 0
    while True:
        last, seen, lacking = page_after(runtime, last)
        total, changed = total + seen, changed + lacking
        if last is None:
            break
        click.echo(f"{total} claims, {changed} changed; to go on from here: --after {last}", err=True)
    fill_queue(runtime)
    with runtime.database.transaction() as session:
        audit.take_turn(session)
        wrong = queued.recount(session)
        audit.record(
            session,
            now=runtime.clock(),
            actor=audit.SYSTEM,
            action="claims.reindexed",
            claims=total,
            changed=changed,
        )
    click.echo(f"{total} claims looked at, {changed} changed; {wrong} groups of the queue counted anew")
