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
        "saved_views",
        "visits",
        "queue_rows",
        "queue_groups",
    ):
        op.drop_table(table)
    op.drop_index("ix_blind_indexes_kind_digest", table_name="blind_indexes")
    op.create_index("ix_blind_indexes_kind_digest", "blind_indexes", ["kind", "digest"])
    with op.batch_alter_table("engagements") as engagements:
        engagements.drop_column("conflict")
        engagements.drop_column("doubt")
    op.drop_index("ix_engagement_flags_flag", table_name="engagement_flags")
    op.drop_table("engagement_flags")


def _queue() -> None:
    """Filled by the worker's job ``claims.queue`` once it runs."""
    _table(
        "queue_groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 of all that follows"),
        sa.Column("jurisdiction", sa.String(8), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column(
            "assignee",
            sa.String(36),
            nullable=False,
            comment="id of the member of staff; empty: nobody",
        ),
        sa.Column("tracks", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False, comment="ids of the rules behind its decisions"),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="how many engagements belong to it"),
        sa.UniqueConstraint("digest", name=op.f("uq_queue_groups_digest")),
        key="id",
    )
    _table(
        "queue_rows",
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.String(8), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doubt", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        _engagement("queue_rows"),
        sa.ForeignKeyConstraint(
            ["group_id"], ["queue_groups.id"], name=op.f("fk_queue_rows_group_id_queue_groups")
        ),
        key="engagement_id",
    )
    order = ["received_at", "engagement_id"]
    op.create_index("ix_queue_rows_group", "queue_rows", ["group_id", *order])
    op.create_index("ix_queue_rows_received", "queue_rows", ["jurisdiction", *order])
    op.create_index("ix_queue_rows_doubt", "queue_rows", ["jurisdiction", "doubt", *order])
    op.create_index("ix_queue_rows_due_on", "queue_rows", ["jurisdiction", "due_on"])
    op.create_index("ix_queue_rows_claim_id", "queue_rows", ["claim_id"])


def _desk() -> None:
    _table(
        "visits",
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "since", sa.DateTime(timezone=True), nullable=False, comment="when the present visit began"
        ),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True, comment="when it was ended"),
        _engagement("visits"),
        _staff("visits"),
        key="engagement_id staff_id",
    )
    _table(
        "saved_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False, comment="sealed with the member's key"),
        sa.Column("filters", sa.JSON(), nullable=False, comment="codes only, never a searched text"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _staff("saved_views"),
        key="id",
    )
    op.create_index("ix_saved_views_staff_id", "saved_views", ["staff_id"])
    _table(
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
