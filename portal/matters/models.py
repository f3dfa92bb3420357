"""Published versions of matters: rows that are only ever added."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class MatterVersion(Base):
    """The whole content of a matter's folder as it was published; what was signed under it rests on it."""

    __tablename__ = "matter_versions"
    __table_args__ = (
        sa.UniqueConstraint("slug", "hash", name="uq_matter_versions_slug_hash"),
        sa.UniqueConstraint("slug", "sequence", name="uq_matter_versions_slug_sequence"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(64))
    sequence: Mapped[int] = mapped_column(comment="1, 2, 3 within the slug; the highest is the current one")
    hash: Mapped[str] = mapped_column(sa.String(64), comment="SHA-256 over sorted paths and contents, hex")
    content: Mapped[bytes] = mapped_column(
        sa.LargeBinary, deferred=True, comment="JSON object of path to text; see matters.folder.pack"
    )
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(sa.String(120), comment="the operator's name, as they gave it")
