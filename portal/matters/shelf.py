"""Published matters kept ready in memory, so that public pages ask no database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError

from portal.database import Database
from portal.matters import service
from portal.matters.matter import Matter
from portal.matters.models import MatterVersion

FRESH = timedelta(seconds=30)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class PublishedMatter:
    """A matter with the identity of the version that it is."""

    version_id: UUID
    sequence: int
    published_at: datetime
    matter: Matter


class MatterShelf:
    """The current version of one matter, re-read at most every 30 seconds, and any version by its id.

    With the database away it keeps serving what it has; only a shelf that never read anything fails.
    """

    def __init__(self, database: Database, slug: str, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._slug = slug
        self._clock = clock
        self._versions: dict[UUID, PublishedMatter] = {}
        self._current: PublishedMatter | None = None
        self._looked_at: datetime | None = None

    def current(self) -> PublishedMatter:
        """The newest version. Raises NotPublished before the first publication."""
        now = self._clock()
        if (
            self._current is None
            or self._looked_at is None
            or not self._looked_at <= now < self._looked_at + FRESH
        ):
            self._current = self._look(self._current)
            self._looked_at = now
        return self._current

    def by_id(self, version_id: UUID) -> PublishedMatter:
        """The version that a claim, consent or packet rests on. Raises NotPublished."""
        if version_id not in self._versions:
            with self._database.reading() as session:
                self._keep(service.by_id(session, version_id))
        return self._versions[version_id]

    def refresh(self) -> None:
        """Looks again at the next call, for a process that has just published."""
        self._looked_at = None

    def _look(self, before: PublishedMatter | None) -> PublishedMatter:
        try:
            with self._database.reading() as session:
                return self._keep(service.current(session, self._slug))
        except DBAPIError as error:
            if before is None:
                raise
            _log.warning("matter_served_from_memory", slug=self._slug, cause=type(error.orig).__name__)
            return before

    def _keep(self, version: MatterVersion) -> PublishedMatter:
        kept = self._versions.get(version.id)
        if kept is None:
            matter = service.read_version(version)
            kept = PublishedMatter(version.id, version.sequence, version.published_at, matter)
            self._versions[version.id] = kept
        return kept
