"""A draft claim on a published matter, and files to add to it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from portal.claims import service as claims
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.evidence import service
from portal.evidence.models import EvidenceFile
from portal.evidence.service import Added, Upload
from portal.matters.service import NotPublished
from portal.matters.shelf import PublishedMatter
from portal.runtime import Runtime
from tests.visitor import first_version

TRACKS = ("kr-consumer", "us-consumer", "us-securities")


def a_claim(runtime: Runtime, tracks: Iterable[str] = TRACKS, answers: dict[str, str] | None = None) -> UUID:
    """A draft of somebody who has just proved an address."""
    now, published = runtime.clock(), _published(runtime)
    with runtime.database.transaction() as session:
        claim = claims.begin(
            session,
            runtime.vault,
            published.matter,
            version_id=published.version_id,
            subject_id=runtime.vault.new_subject(session, now),
            language="ko",
            answers=answers or {},
            tracks=tracks,
            particulars=Particulars(),
            now=now,
        )
        return claim.id


def _published(runtime: Runtime) -> PublishedMatter:
    """The matter's first version, put in unchecked: checking a whole matter takes longer than most of these tests."""
    try:
        return runtime.matters.current()
    except NotPublished:
        with runtime.database.transaction() as session:
            session.add(first_version(runtime.settings.matters_dir, runtime.settings.matter))
        runtime.matters.refresh()
        return runtime.matters.current()


def added(
    runtime: Runtime, claim_id: UUID, content: bytes, name: str = "사진.jpg", kind: str = "company-notice"
) -> Added:
    """Add one file as the page would."""
    upload = Upload(name, "application/octet-stream", content)
    return service.add(runtime, claim_id, upload, kind, runtime.clock())


def signed(runtime: Runtime, claim_id: UUID) -> None:
    """Mark the claim as signed, as far as evidence looks at it."""
    with runtime.database.transaction() as session:
        session.get_one(Claim, claim_id).submitted_at = runtime.clock()


def taken_back(runtime: Runtime, claim_id: UUID, file_id: UUID) -> None:
    """Remove one file as the page would."""
    with runtime.database.transaction() as session:
        claim, file = session.get_one(Claim, claim_id), session.get_one(EvidenceFile, file_id)
        service.remove(session, claim, file, runtime.clock())
