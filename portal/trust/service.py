"""What can be done with reports of scams: the only place that changes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.database import new_id
from portal.runtime import Runtime
from portal.trust.addresses import folded
from portal.trust.judgement import Finding
from portal.trust.models import ReportedScam
from portal.web.typed import without_resident_number

KEPT = timedelta(days=180)  # after it was last reported
PURGED_AT_ONCE = 200
_PURPOSE = "reported scam"
_MOST_SIGNS = 300


def report(
    session: Session,
    runtime: Runtime,
    text: str,
    finding: Finding,
    *,
    channel: str,
    language: str,
    now: datetime,
) -> ReportedScam:
    """Keep a message sealed, or count it once more where the same text was reported before.

    Resident registration numbers in it are blanked out first. Nothing is kept of who reports.
    """
    plain = without_resident_number(text)
    digest = runtime.vault.index("reported scam", " ".join(folded(plain).split()))
    audit.take_turn(session)  # two reports of one text at once: the second finds the first
    known = session.scalars(sa.select(ReportedScam).where(ReportedScam.digest == digest)).one_or_none()
    if known is not None:
        known.times, known.last_at = known.times + 1, now
        return known
    subject = runtime.vault.new_subject(session, now)
    made = ReportedScam(
        id=new_id(),
        subject_id=subject,
        content=runtime.vault.seal(session, subject, _PURPOSE, plain.encode()),
        digest=digest,
        verdict=str(finding.verdict),
        signs=" ".join(finding.codes)[:_MOST_SIGNS],
        channel=channel,
        language=language,
        reported_at=now,
        last_at=now,
    )
    session.add(made)
    session.flush()
    audit.record(
        session, now=now, actor=audit.SYSTEM, action="scam.reported", subject=made.id, verdict=made.verdict
    )
    return made


def newest(session: Session, *, before: datetime | None, limit: int) -> Sequence[ReportedScam]:
    """Reports, the one that came last first; from `before` on."""
    query = sa.select(ReportedScam).order_by(ReportedScam.last_at.desc(), ReportedScam.id.desc()).limit(limit)
    return session.scalars(query.where(ReportedScam.last_at < before) if before else query).all()


def counts(session: Session) -> tuple[int, int]:
    """How many different messages are kept, and how often they were reported together."""
    row = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(ReportedScam.times), 0))
    ).one()
    return int(row[0]), int(row[1])


def opened(
    session: Session, runtime: Runtime, scam_id: UUID, *, by: Actor, now: datetime
) -> tuple[ReportedScam, str] | None:
    """A report with its text, for staff; that it was opened is recorded. None where there is no such report."""
    scam = session.get(ReportedScam, scam_id)
    if scam is None:
        return None
    audit.record(session, now=now, actor=by, action="scam.opened", subject=scam.id)
    return scam, runtime.vault.open(session, scam.subject_id, _PURPOSE, scam.content).decode()


def purge(session: Session, runtime: Runtime, now: datetime) -> int:
    """Erase reports that nobody repeated for long enough; answers how many, at most `PURGED_AT_ONCE`."""
    old = sa.select(ReportedScam).where(ReportedScam.last_at < now - KEPT).limit(PURGED_AT_ONCE)
    scams = session.scalars(old).all()
    for scam in scams:
        runtime.vault.erase(session, scam.subject_id, now)
        session.delete(scam)
    return len(scams)
