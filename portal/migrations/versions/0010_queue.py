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

    op.drop_index("ix_blind_indexes_kind_digest", table_name="blind_indexes")
    op.create_index("ix_blind_indexes_kind_digest", "blind_indexes", ["kind", "digest", "claim_id"])
    _queue()
    _desk()


def downgrade() -> None:
    for table in (
        "bulk_items",
        "bulk_runs",
        "desk_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(16), nullable=False, comment="accept, decline, ask or assign"),
        sa.Column("text", sa.LargeBinary(), nullable=True, comment="sealed: what is asked, or why declined"),
        sa.Column("until", sa.Date(), nullable=True, comment="by when information is asked for"),
        sa.Column("was_id", sa.Uuid(), nullable=True, comment="of assign: whose work it was before"),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when it is carried out; until then it can be undone",
        ),
        sa.Column("state", sa.String(8), nullable=False, comment="held, done, undone or failed"),
        sa.Column("failure", sa.String(32), nullable=True, comment="code of the reason"),
        _engagement("desk_acts"),
        _staff("desk_acts"),
        key="id",
    )
    op.create_index("ix_desk_acts_engagement_id", "desk_acts", ["engagement_id"])
    op.create_index("ix_desk_acts_staff_id", "desk_acts", ["staff_id", "state"])
    _table(
        "bulk_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(16), nullable=False, comment="assign, accept, ask or decline"),
        sa.Column("text", sa.LargeBinary(), nullable=True, comment="sealed: what is asked, or why declined"),
        sa.Column("until", sa.Date(), nullable=True, comment="by when information is asked for"),
        sa.Column("assignee_id", sa.Uuid(), nullable=True, comment="to whom; empty: to nobody"),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        _staff("bulk_runs"),
        key="id",
    )
    op.create_index("ix_bulk_runs_staff_id", "bulk_runs", ["staff_id", "started_at"])
    _table(
        "bulk_items",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False, comment="waiting, done or failed"),
        sa.Column("failure", sa.String(32), nullable=True, comment="code of the reason"),
        sa.ForeignKeyConstraint(["run_id"], ["bulk_runs.id"], name=op.f("fk_bulk_items_run_id_bulk_runs")),
        _engagement("bulk_items"),
        key="run_id position",
    )


def _table(name: str, *parts: sa.schema.SchemaItem, key: str) -> None:
    op.create_table(name, *parts, sa.PrimaryKeyConstraint(*key.split(), name=op.f(f"pk_{name}")))


def _engagement(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["engagement_id"], ["engagements.id"], name=op.f(f"fk_{name}_engagement_id_engagements")
    )


def _staff(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["staff_id"], ["staff_members.id"], name=op.f(f"fk_{name}_staff_id_staff_members")
    )
