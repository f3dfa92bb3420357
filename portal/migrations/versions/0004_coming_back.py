"""Ways back into a claim, and what keeps junk out.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = (
    (
        "codes",
        sa.Column(
            "block",
            sa.LargeBinary(),
            nullable=True,
            comment="blind index of the block of network addresses that asked, for counting",
        ),
    ),
    (
        "claimant_sessions",
        sa.Column(
            "contact_kind",
            sa.String(length=8),
            nullable=False,
            server_default="",
            comment="which kind of contact was proved: email or phone",
        ),
    ),
    (
        "claimant_sessions",
        sa.Column(
            "contact",
            sa.LargeBinary(),
            nullable=True,
            comment="blind index of the contact that was proved",
        ),
    ),
    (
        "claimant_sessions",
        sa.Column(
            "proved_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when; for a while it opens the other claims of that contact too",
        ),
    ),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, column)
    op.create_index("ix_codes_block_created_at", "codes", ["block", "created_at"])
    op.create_table(
        "spent_passes",
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="hash of the challenge or ticket"),
        sa.Column("kind", sa.String(length=8), nullable=False, comment="work or wait"),
        sa.Column(
            "block",
            sa.LargeBinary(),
            nullable=True,
            comment="blind index of the block of network addresses that used it, for counting",
        ),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_spent_passes")),
    )
    op.create_index("ix_spent_passes_spent_at", "spent_passes", ["spent_at"])
    op.create_table(
        "recoveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column(
            "phone",
            sa.LargeBinary(),
            nullable=False,
            comment="blind index of the phone number that was proved",
        ),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the wait is over and the phone opens the claim",
        ),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the claim's contacts were told",
        ),
        sa.Column(
            "reminded_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when they were told again, a day before the end",
        ),
        sa.Column(
            "cancelled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when somebody with a contact stopped it",
        ),
        sa.Column(
            "finished_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the phone opened the claim",
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_recoveries_claim_id_claims")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
    )
    op.create_index("ix_recoveries_claim_id", "recoveries", ["claim_id"])
    op.create_index("ix_recoveries_due_at", "recoveries", ["due_at"])


def downgrade() -> None:
    op.drop_table("recoveries")
    op.drop_table("spent_passes")
    op.drop_index("ix_codes_block_created_at", "codes")
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column.name)
