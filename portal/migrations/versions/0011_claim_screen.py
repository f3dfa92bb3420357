"""Unmasking, redacted copies, corrections and second pairs of eyes.

Revision ID: 0011
Revises: 0010
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ("unmaskings", "track_decisions", "second_looks", "corrections", "redacted_copies", "redactions")


def upgrade() -> None:
    op.create_table(
        "unmaskings",
        sa.Column("session_id", sa.Uuid(), nullable=False, comment="the sitting of a staff member"),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=24), nullable=False, comment="a group of authorisation.toml"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        _engagement("unmaskings"),
        sa.PrimaryKeyConstraint("session_id", "engagement_id", "field", name=op.f("pk_unmaskings")),
    )
    _of_engagements(
        "track_decisions",
        sa.Column("track", sa.String(length=64), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column(
            "reason",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed: why it was declined, as the claimant reads it",
        ),
        sa.Column(
            "again_until",
            sa.Date(),
            nullable=True,
            comment="until when the claimant can ask for another look; a day in the jurisdiction",
        ),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("void_at", sa.DateTime(timezone=True), nullable=True),
    )
    _of_engagements(
        "second_looks",
        sa.Column(
            "verdict",
            sa.LargeBinary(),
            nullable=False,
            comment="sealed: what was decided of each track, and why",
        ),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=True, comment="empty until a second person looked"),
        sa.Column("note", sa.LargeBinary(), nullable=True, comment="sealed: why it was sent back"),
    )
    _of_engagements(
        "corrections",
        sa.Column(
            "field", sa.String(length=24), nullable=False, comment="name, birth_date, address or phone"
        ),
        sa.Column("note", sa.LargeBinary(), nullable=False, comment="sealed: why, as the claimant reads it"),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "settled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the claimant confirmed or refused it",
        ),
        sa.Column("confirmed", sa.Boolean(), nullable=True, comment="empty until then"),
    )
    _of_files(
        "redacted_copies",
        sa.Column(
            "made_from",
            sa.String(length=64),
            nullable=False,
            comment="blob of the kept copy that was covered",
        ),
        sa.Column("blob", sa.String(length=64), nullable=True, comment="sealed copy; empty once swept"),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes of the copy"),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False, comment="codes of the reasons of its areas"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "superseded_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when another took its place, or none was needed",
        ),
    )
    _of_files(
        "redactions",
        sa.Column("jurisdiction", sa.String(length=8), nullable=False, comment="whose office covered them"),
        sa.Column(
            "areas",
            sa.JSON(),
            nullable=False,
            comment="page, left, top, width and height as fractions of it, and the reason's code",
        ),
        sa.Column(
            "made_from",
            sa.String(length=64),
            nullable=False,
            comment="blob of the kept copy on which they lie",
        ),
        sa.Column("note", sa.LargeBinary(), nullable=True, comment="sealed: what staff noted"),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal", sa.LargeBinary(), nullable=True, comment="sealed: why they were withdrawn"),
    )


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)


def _of_engagements(name: str, *columns: "sa.Column[Any]") -> None:
    _keyed(name, sa.Column("engagement_id", sa.Uuid(), nullable=False), *columns, _engagement(name))
    op.create_index(f"ix_{name}_engagement_id", name, ["engagement_id"])


def _of_files(name: str, *columns: "sa.Column[Any]") -> None:
    file = sa.ForeignKeyConstraint(
        ["file_id"], ["evidence_files.id"], name=op.f(f"fk_{name}_file_id_evidence_files")
    )
    _keyed(name, sa.Column("file_id", sa.Uuid(), nullable=False), *columns, file)
    op.create_index(f"ix_{name}_file_id", name, ["file_id"])


def _keyed(name: str, *parts: sa.schema.SchemaItem) -> None:
    key = sa.Column("id", sa.Uuid(), nullable=False)
    op.create_table(name, key, *parts, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")))


def _engagement(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["engagement_id"], ["engagements.id"], name=op.f(f"fk_{name}_engagement_id_engagements")
    )
