"""Numbers by day and digests.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "daily_numbers",
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "measure",
            sa.String(length=24),
            nullable=False,
            comment="what was counted: a step of the funnel, state, track, reason, …",
        ),
        sa.Column(
            "part",
            sa.String(length=160),
            nullable=False,
            comment="of what: web, accepted, kr-consumer, KR, …; empty for all of it",
        ),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("jurisdiction", "day", "measure", "part", name=op.f("pk_daily_numbers")),
    )
    op.create_table(
        "digest_readers",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_members.id"], name=op.f("fk_digest_readers_staff_id_staff_members")
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_digest_readers")),
    )
    op.create_table(
        "sent_digests",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="a day where the reader's office is"),
        sa.Column(
            "said",
            sa.String(length=8),
            nullable=False,
            comment="news, well (once a week, that nothing is wrong), or nothing: no message was sent",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_members.id"], name=op.f("fk_sent_digests_staff_id_staff_members")
        ),
        sa.PrimaryKeyConstraint("staff_id", "day", name=op.f("pk_sent_digests")),
    )
    # What a day is counted by.
    op.create_index("ix_claims_created_at", "claims", ["created_at"])
    op.create_index("ix_outbox_messages_created_at", "outbox_messages", ["created_at"])


def downgrade() -> None:
    op.drop_index("ix_outbox_messages_created_at", table_name="outbox_messages")
    op.drop_index("ix_claims_created_at", table_name="claims")
    op.drop_table("sent_digests")
    op.drop_table("digest_readers")
    op.drop_table("daily_numbers")
