"""Staff accounts, their sessions, and the history of their rights."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class StaffMember(Base):
    """One person of the firm. Name, e-mail address and second factor are sealed."""

    __tablename__ = "staff_members"
    __table_args__ = (sa.UniqueConstraint("email_index"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("subject_keys.id"))
    email_index: Mapped[bytes] = mapped_column(comment="blind index of the address signed in with")
    person: Mapped[bytes] = mapped_column(comment="sealed Person: name and e-mail address")
    roles: Mapped[list[str]] = mapped_column(comment="rights, such as reviewer:kr")
    language: Mapped[str] = mapped_column(sa.String(2))
    password_hash: Mapped[str] = mapped_column(
        sa.String(128), comment="argon2id; empty until the invitation is taken up"
    )
    totp: Mapped[bytes | None] = mapped_column(
        comment="sealed secret of the second factor; empty until enrolled"
    )
    totp_step: Mapped[int] = mapped_column(default=0, comment="last time step used; none is taken twice")
    recovery: Mapped[list[str]] = mapped_column(comment="keyed hashes of unused recovery codes, in hex")
    failures: Mapped[int] = mapped_column(default=0, comment="wrong sign-ins since the last right one")
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class StaffSession(Base):
    """A sign-in in one browser; only the digest of its token is kept."""

    __tablename__ = "staff_sessions"
    __table_args__ = (sa.UniqueConstraint("token_digest"), sa.Index("ix_staff_sessions_staff_id", "staff_id"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff_members.id"))
    token_digest: Mapped[bytes]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime] = mapped_column(comment="last time a factor was proved")
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(
        sa.String(40), default="", comment="family and system, such as Firefox, Windows; no version"
    )
    device: Mapped[bytes | None] = mapped_column(
        comment="digest of a random cookie: tells a browser that was here before from a new one"
    )


class StaffInvitation(Base):
    """A one-time code by e-mail with which somebody sets their own password: to join, or after a reset."""

    __tablename__ = "staff_invitations"
    __table_args__ = (sa.Index("ix_staff_invitations_staff_id", "staff_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff_members.id"))
    code_digest: Mapped[bytes] = mapped_column(comment="keyed hash of the code")
    by_id: Mapped[uuid.UUID | None] = mapped_column(comment="empty: from the command line")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(comment="when it was used, or replaced by a newer one")


class Passkey(Base):
    """A passkey of a staff member (WebAuthn); id, public key and name are sealed."""

    __tablename__ = "staff_passkeys"
    __table_args__ = (
        sa.UniqueConstraint("credential_digest"),
        sa.Index("ix_staff_passkeys_staff_id", "staff_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff_members.id"))
    credential_digest: Mapped[bytes] = mapped_column(comment="SHA-256 of the id that the authenticator gave")
    content: Mapped[bytes] = mapped_column(comment="sealed Credential: id, public key and name")
    sign_count: Mapped[int] = mapped_column(
        sa.BigInteger, comment="how often it signed, as it says itself; a step back means a copy"
    )
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SpentChallenge(Base):
    """A passkey's challenge that was answered: none is taken twice, whatever an old cookie holds."""

    __tablename__ = "staff_spent_challenges"

    digest: Mapped[bytes] = mapped_column(primary_key=True, comment="SHA-256 of the challenge")
    spent_at: Mapped[datetime]


class RoleChange(Base):
    """Who gave or took which rights, and when; kept three years (안전성 확보조치 기준 제5조 제3항)."""

    __tablename__ = "role_changes"
    __table_args__ = (sa.Index("ix_role_changes_staff_id", "staff_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("staff_members.id"))
    by_id: Mapped[uuid.UUID | None] = mapped_column(comment="empty: from the command line")
    at: Mapped[datetime]
    before: Mapped[list[str]]
    after: Mapped[list[str]]
