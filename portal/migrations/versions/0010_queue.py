"""Flags, saved views and locks of staff's queue.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "engagement_flags",
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("flag", sa.String(length=24), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False, comment="what it adds to the engagement's doubt"),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_engagement_flags_engagement_id_engagements")
        ),
        sa.PrimaryKeyConstraint("engagement_id", "flag", name=op.f("pk_engagement_flags")),
    )
    op.create_index("ix_engagement_flags_flag", "engagement_flags", ["flag", "engagement_id"])
    with op.batch_alter_table("engagements") as table:
        table.add_column(
            sa.Column(
                "doubt",
                sa.Integer(),
                nullable=False,
                server_default="0",
                comment="sum of the weights of its flags; orders the work and decides nothing",
            )
        )
        table.add_column(
            sa.Column(
                "conflict",
                sa.String(length=16),
                nullable=False,
                server_default="",
                comment="conflict check: empty (not made), clear, open or waived",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("engagements") as table:
        table.drop_column("conflict")
        table.drop_column("doubt")
    op.drop_index("ix_engagement_flags_flag", table_name="engagement_flags")
    op.drop_table("engagement_flags")
