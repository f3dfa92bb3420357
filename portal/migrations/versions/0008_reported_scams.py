"""Messages that people reported as scams.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reported_scams",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "subject_id",
            sa.Uuid(),
            nullable=False,
            comment="of its own; erased when the report has been kept long enough",
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="sealed text as it was pasted"),
        sa.Column(
            "digest",
            sa.LargeBinary(),
            nullable=False,
            comment="keyed hash of the text, to count the same one",
        ),
        sa.Column(
            "verdict",
            sa.String(length=16),
            nullable=False,
            comment="what the page answered: ours, not-ours, scam, unknown",
        ),
        sa.Column(
            "signs",
            sa.String(length=300),
            nullable=False,
            comment="codes of the signs found, with blanks between",
        ),
        sa.Column(
            "channel", sa.String(length=8), nullable=False, comment="how it came: sms, email, call or other"
        ),
        sa.Column("language", sa.String(length=2), nullable=False, comment="of the page it was reported on"),
        sa.Column("times", sa.Integer(), nullable=False, comment="how often it was reported"),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject_keys.id"], name=op.f("fk_reported_scams_subject_id_subject_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_scams")),
        sa.UniqueConstraint("digest", name=op.f("uq_reported_scams_digest")),
    )
    op.create_index("ix_reported_scams_last_at", "reported_scams", ["last_at"])


def downgrade() -> None:
    op.drop_index("ix_reported_scams_last_at", table_name="reported_scams")
    op.drop_table("reported_scams")
