"""Messages by more than one channel, bounces and reminders.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox_messages") as table:
        table.add_column(
            sa.Column(
                "bounced_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="when we learned that it did not arrive",
            )
        )
        table.add_column(
            sa.Column(
                "reference",
                sa.String(length=64),
                nullable=True,
                comment="what an SMS provider calls it, so that its reports find it",
            )
        )
        table.add_column(
            sa.Column(
                "instead_of",
                sa.Uuid(),
                nullable=True,
                comment="the message that came back and that this one says by another channel, or again",
            )
        )
        table.create_unique_constraint(op.f("uq_outbox_messages_instead_of"), ["instead_of"])
        table.create_index("ix_outbox_messages_reference", ["reference"])
    op.create_table(
        "stopped_addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.LargeBinary(), nullable=False, comment="blind index of the address or number"),
        sa.Column("message_id", sa.Uuid(), nullable=False, comment="the message that came back"),
        sa.Column(
            "reason",
            sa.String(length=32),
            nullable=False,
            comment="the status that the mail server gave: a code",
        ),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stopped_addresses")),
        sa.UniqueConstraint("target", name=op.f("uq_stopped_addresses_target")),
    )
    op.add_column(
        "claims",
        sa.Column(
            "reminders_off_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the claimant asked for no more reminders",
        ),
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="reminder or ending"),
        sa.Column(
            "days",
            sa.Integer(),
            nullable=False,
            comment="since the claimant was last here, or left before the draft is erased",
        ),
        sa.Column(
            "about_on",
            sa.Date(),
            nullable=False,
            comment="of a warning the day of erasure, of a reminder the day that the claim was begun",
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_reminders_claim_id_claims")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "claim_id", "kind", "days", "about_on", name=op.f("uq_reminders_claim_id_kind_days_about_on")
        ),
    )


def downgrade() -> None:
    op.drop_table("reminders")
    op.drop_column("claims", "reminders_off_at")
    op.drop_table("stopped_addresses")
    with op.batch_alter_table("outbox_messages") as table:
        table.drop_index("ix_outbox_messages_reference")
        table.drop_constraint(op.f("uq_outbox_messages_instead_of"), type_="unique")
        table.drop_column("instead_of")
        table.drop_column("reference")
        table.drop_column("bounced_at")
