"""Publishing matters and finding their versions; the only place that writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import audit
from portal.database import new_id
from portal.errors import PortalError
from portal.matters.check import check
from portal.matters.folder import folder_hash, pack, read_matter, unpack
from portal.matters.matter import Matter
from portal.matters.models import MatterVersion
from portal.matters.problems import MatterError


class NotPublished(PortalError):
    """No version of the matter has been published, or none with this id."""


class AlreadySuperseded(PortalError):
    """The folder is an older version's content; versions never move, so it must differ to be published anew."""


class ContentChanged(PortalError):
    """A published version's content no longer has its hash: somebody wrote into the database."""


def publish(
    session: Session,
    files: Mapping[str, bytes],
    *,
    now: datetime,
    published_by: str,
    actor: audit.Actor = audit.SYSTEM,
) -> MatterVersion:
    """Makes the folder the current version of its matter; the current version's own content changes nothing.

    Raises MatterError for a folder with problems, AlreadySuperseded for the content of an older version.
    """
    if problems := check(files):
        raise MatterError(problems)
    matter = read_matter(files)
    newest = _newest(session, matter.slug)
    if newest and newest.hash == matter.hash:
        return newest
    _refuse_older_content(session, matter, newest)
    version = MatterVersion(
        id=new_id(),
        slug=matter.slug,
        sequence=newest.sequence + 1 if newest else 1,
        hash=matter.hash,
        content=pack(files),
        published_at=now,
        published_by=published_by,
    )
    session.add(version)
    session.flush()
    told = {"slug": version.slug, "sequence": version.sequence, "hash": version.hash}
    audit.record(session, now=now, actor=actor, action="matter.published", subject=version.id, **told)
    return version


def current(session: Session, slug: str) -> MatterVersion:
    """The newest version of a matter. Raises NotPublished."""
    newest = _newest(session, slug)
    if newest is None:
        raise NotPublished(f'no version of the matter "{slug}" has been published')
    return newest


def by_id(session: Session, version_id: UUID) -> MatterVersion:
    """One version of any matter. Raises NotPublished."""
    version = session.get(MatterVersion, version_id)
    if version is None:
        raise NotPublished(f"there is no matter version {version_id}")
    return version


def by_label(session: Session, label: str) -> MatterVersion:
    """The version that pages and packets name so (``Matter.version_label``). Raises NotPublished."""
    slug, _, digits = label.rpartition(" ")
    named = sa.select(MatterVersion).where(
        MatterVersion.slug == slug, MatterVersion.hash.startswith(digits, autoescape=True)
    )
    found = session.scalars(named.limit(1)).first() if digits else None
    if found is None:
        raise NotPublished(f'no version of a matter is called "{label}"')
    return found


def versions(session: Session, slug: str) -> list[MatterVersion]:
    """All versions of a matter, newest first."""
    newest_first = (
        sa.select(MatterVersion).where(MatterVersion.slug == slug).order_by(MatterVersion.sequence.desc())
    )
    return list(session.scalars(newest_first))


def read_version(version: MatterVersion) -> Matter:
    """The version as a Matter. Raises ContentChanged when its content is not what was published."""
    files = unpack(version.content)
    if folder_hash(files) != version.hash:
        raise ContentChanged(
            f'version {version.sequence} of the matter "{version.slug}" was altered in the database'
        )
    return read_matter(files)


def _newest(session: Session, slug: str) -> MatterVersion | None:
    return session.scalars(
        sa.select(MatterVersion)
        .where(MatterVersion.slug == slug)
        .order_by(MatterVersion.sequence.desc())
        .limit(1)
    ).first()


def _refuse_older_content(session: Session, matter: Matter, newest: MatterVersion | None) -> None:
    same = sa.select(MatterVersion).where(
        MatterVersion.slug == matter.slug, MatterVersion.hash == matter.hash
    )
    if newest and (older := session.scalars(same).first()):
        raise AlreadySuperseded(
            f'this is version {older.sequence} of "{matter.slug}", superseded by version {newest.sequence}; '
            'give eligibility.toml another "version" to publish it anew'
        )
