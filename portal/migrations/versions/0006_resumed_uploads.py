"""Uploads in parts that go on after a lost connection.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partial_uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column(
            "fingerprint",
            sa.LargeBinary(),
            nullable=False,
            comment="blind index of what the sender says of the file; the same file chosen again goes on here",
        ),
        sa.Column(
            "size", sa.Integer(), nullable=False, comment="bytes that the whole file has, as announced"
        ),
        sa.Column("received", sa.Integer(), nullable=False, comment="bytes that are here"),
        sa.Column("keys", sa.JSON(), nullable=False, comment="blobs of the parts, in order"),
        sa.Column(
            "details",
            sa.LargeBinary(),
            nullable=False,
            comment="sealed Announced: name, type and hash, as the sender says",
        ),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "touched_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the last part came; expires a day later",
        ),
        sa.Column("file_id", sa.Uuid(), nullable=True, comment="the file that it became"),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_partial_uploads_claim_id_claims")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partial_uploads")),
    )
    op.create_index("ix_partial_uploads_claim_id_fingerprint", "partial_uploads", ["claim_id", "fingerprint"])


def downgrade() -> None:
    op.drop_index("ix_partial_uploads_claim_id_fingerprint", table_name="partial_uploads")
    op.drop_table("partial_uploads")
