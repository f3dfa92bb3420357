"""Page numbers given out to productions.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bates_ranges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_slug", sa.String(length=64), nullable=False),
        sa.Column(
            "party",
            sa.String(length=200),
            nullable=False,
            comment="who produces, as the production names them",
        ),
        sa.Column("prefix", sa.String(length=24), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("volume_id", sa.Uuid(), nullable=False, comment="the volume that it was first taken for"),
        sa.Column(
            "content_sha256",
            sa.String(length=64),
            nullable=False,
            comment="of the documents' hashes and pages: the same pages keep their numbers",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first > 0 AND last >= first", name=op.f("ck_bates_ranges_order")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_bates_ranges_batch_id_batches")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bates_ranges")),
        sa.UniqueConstraint(
            "batch_id", "content_sha256", name=op.f("uq_bates_ranges_batch_id_content_sha256")
        ),
        sa.UniqueConstraint("prefix", "first", name=op.f("uq_bates_ranges_prefix_first")),
    )


def downgrade() -> None:
    op.drop_table("bates_ranges")
