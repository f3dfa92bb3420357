"""Assisted intake and imports.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("claims") as batch:
        batch.add_column(
            sa.Column(
                "origin",
                sa.String(length=8),
                nullable=False,
                server_default="",
                comment="how it came, if not by its claimant: phone, counter or import",
            )
        )
        batch.add_column(
            sa.Column(
                "entered_at",
                _MOMENT,
                nullable=True,
                comment="when the claimant first came in to what was taken in for them",
            )
        )
        batch.add_column(
            sa.Column(
                "confirmed_at",
                _MOMENT,
                nullable=True,
                comment="when the claimant confirmed what was taken in for them",
            )
        )
        batch.add_column(
            sa.Column(
                "misses",
                sa.Integer(),
                nullable=False,
                server_default="0",
                comment="wrong answers of people who came by a contact that nobody had proved",
            )
        )
    op.create_table(
        "assisted_intakes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False, comment="who typed it in"),
        sa.Column("way", sa.String(length=8), nullable=False, comment="phone or counter"),
        sa.Column(
            "note",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed: what the operator noted about the talk",
        ),
        sa.Column("taken_at", _MOMENT, nullable=False),
        sa.Column("told_at", _MOMENT, nullable=True, comment="when the claimant was asked to confirm it"),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_assisted_intakes_claim_id_claims")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assisted_intakes")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_assisted_intakes_claim_id")),
    )
    op.create_table(
        "import_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_slug", sa.String(length=64), nullable=False),
        sa.Column(
            "file_digest",
            sa.LargeBinary(),
            nullable=False,
            comment="keyed hash of the list and its mapping, to know both again",
        ),
        sa.Column(
            "jurisdictions", sa.JSON(), nullable=False, comment="of its tracks: which offices see the run"
        ),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.Column(
            "done", sa.Integer(), nullable=False, comment="the last row of the list that was dealt with"
        ),
        sa.Column("created", sa.Integer(), nullable=False, comment="drafts made of its rows"),
        sa.Column(
            "duplicates",
            sa.Integer(),
            nullable=False,
            comment="rows of somebody who had a claim already",
        ),
        sa.Column("refused", sa.Integer(), nullable=False, comment="rows of which no draft could be made"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
        sa.UniqueConstraint(
            "matter_slug", "file_digest", name=op.f("uq_import_runs_matter_slug_file_digest")
        ),
    )
    op.create_table(
        "imported_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column(
            "number", sa.Integer(), nullable=False, comment="its place in the list, the first row being 1"
        ),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="keyed hash of what the row says"),
        sa.Column(
            "claim_id",
            sa.Uuid(),
            nullable=True,
            comment="the draft made of it; empty for somebody who had a claim",
        ),
        sa.Column("invited_at", _MOMENT, nullable=True, comment="when they were asked to confirm and sign"),
        sa.Column(
            "reminded_at",
            _MOMENT,
            nullable=True,
            comment="when they were reminded, which is once at most",
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_imported_rows_claim_id_claims")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_runs.id"], name=op.f("fk_imported_rows_run_id_import_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_rows")),
        sa.UniqueConstraint("digest", name=op.f("uq_imported_rows_digest")),
    )
    op.create_index("ix_imported_rows_run", "imported_rows", ["run_id", "number"])
    op.create_index("ix_imported_rows_claim_id", "imported_rows", ["claim_id"])


def downgrade() -> None:
    op.drop_table("imported_rows")
    op.drop_table("import_runs")
    op.drop_table("assisted_intakes")
    with op.batch_alter_table("claims") as batch:
        for column in ("misses", "confirmed_at", "entered_at", "origin"):
            batch.drop_column(column)
