"""Likely pairs and conflict checks.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = (
    "screened_claims",
    "screening_keys",
    "picture_prints",
    "likely_pairs",
    "conflict_lists",
    "conflict_entries",
    "conflict_keys",
    "conflict_checks",
)


def upgrade() -> None:
    op.create_table(
        "screened_claims",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_screened_claims_claim_id_claims")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_screened_claims")),
    )
    op.create_table(
        "screening_keys",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_screening_keys_claim_id_claims")),
        sa.PrimaryKeyConstraint("claim_id", "kind", "digest", name=op.f("pk_screening_keys")),
    )
    op.create_index("ix_screening_keys_digest", "screening_keys", ["digest", "claim_id"], unique=False)
    op.create_table(
        "picture_prints",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("copy_key", sa.String(length=64), nullable=False, comment="blob that it was made of"),
        sa.Column(
            "print",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed; empty where the picture says too little",
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_picture_prints_claim_id_claims")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["evidence_files.id"], name=op.f("fk_picture_prints_file_id_evidence_files")
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_picture_prints")),
    )
    op.create_index("ix_picture_prints_claim_id", "picture_prints", ["claim_id"], unique=False)
    op.create_table(
        "likely_pairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False, comment="the earlier one"),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=8),
            nullable=False,
            comment="person: likely one; shared: two who sent in the same; across: two offices' claims",
        ),
        sa.Column(
            "score",
            sa.Integer(),
            nullable=False,
            comment="sum of the weights of its reasons; orders the work",
        ),
        sa.Column("reasons", sa.JSON(), nullable=False, comment="codes, as review.toml words them"),
        sa.Column("standing", sa.String(length=8), nullable=False, comment="open, merged or apart"),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_by", sa.Uuid(), nullable=True, comment="staff account"),
        sa.Column("kept_id", sa.Uuid(), nullable=True, comment="of a merger: the engagement that goes on"),
        sa.Column(
            "closed_from",
            sa.String(length=32),
            nullable=True,
            comment="of a merger: the state that the other one had; empty where it had ended already",
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["engagements.id"], name=op.f("fk_likely_pairs_first_id_engagements")
        ),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["engagements.id"], name=op.f("fk_likely_pairs_kept_id_engagements")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["engagements.id"], name=op.f("fk_likely_pairs_second_id_engagements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likely_pairs")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_likely_pairs_first_id_second_id")),
    )
    op.create_index("ix_likely_pairs_second_id", "likely_pairs", ["second_id"], unique=False)
    op.create_index("ix_likely_pairs_standing", "likely_pairs", ["standing", "score", "id"], unique=False)
    op.create_table(
        "conflict_lists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False, comment="as of which day the office's list is"),
        sa.Column("entries", sa.Integer(), nullable=False, comment="names taken"),
        sa.Column(
            "skipped", sa.Integer(), nullable=False, comment="lines without a name that can be compared"
        ),
        sa.Column(
            "subject_id",
            sa.Uuid(),
            nullable=False,
            comment="seals its entries; destroyed when a newer version comes",
        ),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Uuid(), nullable=True, comment="staff account; empty for the command"),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject_keys.id"], name=op.f("fk_conflict_lists_subject_id_subject_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_lists")),
        sa.UniqueConstraint(
            "jurisdiction", "name", "version", name=op.f("uq_conflict_lists_jurisdiction_name_version")
        ),
    )
    op.create_table(
        "conflict_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column(
            "content",
            sa.LargeBinary(),
            nullable=False,
            comment="sealed Listed: names, birth date, what they are to the firm",
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["conflict_lists.id"], name=op.f("fk_conflict_entries_list_id_conflict_lists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_entries")),
    )
    op.create_index("ix_conflict_entries_list_id", "conflict_entries", ["list_id"], unique=False)
    op.create_table(
        "conflict_keys",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["conflict_entries.id"], name=op.f("fk_conflict_keys_entry_id_conflict_entries")
        ),
        sa.PrimaryKeyConstraint("entry_id", "digest", name=op.f("pk_conflict_keys")),
    )
    op.create_index("ix_conflict_keys_digest", "conflict_keys", ["digest", "entry_id"], unique=False)
    op.create_table(
        "conflict_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column(
            "lists",
            sa.JSON(),
            nullable=False,
            comment="ids of the versions of lists that it was held against",
        ),
        sa.Column("result", sa.String(length=16), nullable=False, comment="clear, open or waived"),
        sa.Column(
            "hits", sa.LargeBinary(), nullable=True, comment="sealed Hits; empty where there were none"
        ),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True, comment="staff account"),
        sa.Column("settlement", sa.String(length=16), nullable=True, comment="apart, waived or declined"),
        sa.Column("reason", sa.LargeBinary(), nullable=True, comment="sealed: why it was settled so"),
        sa.Column(
            "newest",
            sa.Boolean(),
            nullable=False,
            comment="whether no later check of the engagement is there",
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_conflict_checks_engagement_id_engagements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_checks")),
    )
    op.create_index(
        "ix_conflict_checks_engagement_id", "conflict_checks", ["engagement_id", "id"], unique=False
    )
    op.create_index("ix_conflict_checks_result", "conflict_checks", ["result", "id"], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
