"""Approvals, the ledger of productions and recalls, volumes in parts.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _batches()
    _volumes()
    _parts()
    _ledger()
    _recalls()
    _comments(0, 1)


def downgrade() -> None:
    _comments(1, 0)
    op.drop_table("recall_notices")
    op.drop_table("produced_claims")
    op.drop_table("productions")
    op.drop_table("volume_parts")
    with op.batch_alter_table("volume_downloads") as table:
        table.drop_column("part")
    with op.batch_alter_table("volumes") as table:
        for column in ("started_with", "part_limit", "ledger_head", "replaces", "recipient_id", "options"):
            table.drop_column(column)
        table.add_column(
            sa.Column("file", sa.String(length=64), comment="sealed file in data_dir/volumes, while kept")
        )
    with op.batch_alter_table("batch_entries") as table:
        table.drop_constraint(op.f("uq_batch_entries_engagement_id_packet_id"), type_="unique")
        table.create_unique_constraint(op.f("uq_batch_entries_engagement_id"), ["engagement_id"])
    with op.batch_alter_table("batches") as table:
        for column in ("approved_by", "approved_at", "digest"):
            table.drop_column(column)


def _batches() -> None:
    with op.batch_alter_table("batches") as table:
        table.add_column(
            sa.Column(
                "digest",
                sa.String(length=64),
                comment="SHA-256 over order, numbers and packets' hashes as frozen",
            )
        )
        table.add_column(sa.Column("approved_at", _MOMENT))
        table.add_column(sa.Column("approved_by", sa.Uuid(), comment="another person than froze it"))
    with op.batch_alter_table("batch_entries") as table:
        table.drop_constraint(op.f("uq_batch_entries_engagement_id"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_batch_entries_engagement_id_packet_id"), ["engagement_id", "packet_id"]
        )


def _volumes() -> None:
    with op.batch_alter_table("volumes") as table:
        # Where an old file's directory begins is not known: it expires at the next tidying, to be exported again.
        table.drop_column("file")
        table.add_column(
            sa.Column(
                "options",
                sa.JSON(),
                nullable=False,
                server_default="{}",
                comment="the profile's own, fixed when asked for; names no claimant",
            )
        )
        table.add_column(
            sa.Column("recipient_id", sa.Uuid(), comment="for whom it is; none: for the office itself")
        )
        table.add_column(
            sa.Column("replaces", sa.Integer(), comment="number of the production that it takes the place of")
        )
        table.add_column(
            sa.Column(
                "ledger_head",
                sa.String(length=64),
                nullable=False,
                server_default="",
                comment="of the matter's productions when asked for; empty before the first",
            )
        )
        table.add_column(
            sa.Column("part_limit", sa.BigInteger(), comment="bytes of a part at most; none: one part")
        )
        table.add_column(
            sa.Column(
                "started_with",
                sa.Integer(),
                nullable=False,
                server_default="0",
                comment="packets in finished parts when the latest attempt began",
            )
        )
    op.execute("UPDATE volumes SET expires_at = created_at WHERE state = 'ready'")
    with op.batch_alter_table("volume_downloads") as table:
        table.add_column(
            sa.Column(
                "part", sa.Integer(), nullable=False, server_default="1", comment="which part of the volume"
            )
        )


def _parts() -> None:
    op.create_table(
        "volume_parts",
        sa.Column("volume_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False, comment="from 1"),
        sa.Column("file", sa.String(length=64), comment="sealed file in data_dir/volumes, while kept"),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes of the plain ZIP"),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "members",
            sa.Integer(),
            nullable=False,
            comment="files in the ZIP, manifest and signature among them",
        ),
        sa.Column(
            "directory_at",
            sa.BigInteger(),
            nullable=False,
            comment="where the ZIP's directory begins: a download's receipt goes before it",
        ),
        sa.Column("claims", sa.Integer(), nullable=False, comment="claims that are complete up to this part"),
        sa.Column(
            "next_file",
            sa.Integer(),
            nullable=False,
            comment="how many of the profile's files stand up to this part",
        ),
        sa.Column("last", sa.Boolean(), nullable=False, comment="whether it binds the parts before it"),
        sa.ForeignKeyConstraint(
            ["volume_id"], ["volumes.id"], name=op.f("fk_volume_parts_volume_id_volumes")
        ),
        sa.PrimaryKeyConstraint("volume_id", "number", name=op.f("pk_volume_parts")),
    )


def _ledger() -> None:
    op.create_table(
        "productions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "number", sa.Integer(), nullable=False, comment="counts the productions of a matter, from 1"
        ),
        sa.Column("matter_slug", sa.String(length=64), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("batch_number", sa.String(length=32), nullable=False),
        sa.Column("volume_id", sa.Uuid(), nullable=False),
        sa.Column("profile", sa.String(length=16), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=330), nullable=False, comment="name and office as they were"),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column(
            "range",
            sa.String(length=120),
            nullable=False,
            comment="places in the batch, or page numbers of the production",
        ),
        sa.Column(
            "manifest_sha256", sa.String(length=64), nullable=False, comment="of the volume's last part"
        ),
        sa.Column("approved_at", _MOMENT, nullable=False),
        sa.Column("approved_by", sa.Uuid(), comment="staff"),
        sa.Column("produced_at", _MOMENT, nullable=False),
        sa.Column("produced_by", sa.Uuid(), comment="staff; none: the command line"),
        sa.Column("replaces", sa.Integer(), comment="number of the production that it takes the place of"),
        sa.Column(
            "previous",
            sa.String(length=64),
            nullable=False,
            comment="hash of the row before; empty in the first",
        ),
        sa.Column(
            "hash", sa.String(length=64), nullable=False, comment="SHA-256 over this row and its claims"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_productions_batch_id_batches")),
        sa.ForeignKeyConstraint(["volume_id"], ["volumes.id"], name=op.f("fk_productions_volume_id_volumes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_productions")),
        sa.UniqueConstraint("matter_slug", "number", name=op.f("uq_productions_matter_slug_number")),
    )
    op.create_index("ix_productions_volume_id", "productions", ["volume_id"])
    op.create_index("ix_productions_recipient_id", "productions", ["recipient_id"])
    op.create_table(
        "produced_claims",
        sa.Column("production_id", sa.Uuid(), nullable=False),
        sa.Column(
            "position", sa.Integer(), autoincrement=False, nullable=False, comment="its place in the batch"
        ),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("claim_number", sa.String(length=24), nullable=False),
        sa.Column("packet_id", sa.Uuid(), nullable=False),
        sa.Column("packet_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["production_id"], ["productions.id"], name=op.f("fk_produced_claims_production_id_productions")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_produced_claims_engagement_id_engagements")
        ),
        sa.ForeignKeyConstraint(
            ["packet_id"], ["packets.id"], name=op.f("fk_produced_claims_packet_id_packets")
        ),
        sa.PrimaryKeyConstraint("production_id", "position", name=op.f("pk_produced_claims")),
    )
    op.create_index("ix_produced_claims_engagement_id", "produced_claims", ["engagement_id"])


def _recalls() -> None:
    op.create_table(
        "recall_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("production_id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("claim_number", sa.String(length=24), nullable=False),
        sa.Column(
            "reason",
            sa.String(length=16),
            nullable=False,
            comment="withdrawn, declined, erased or amended",
        ),
        sa.Column(
            "packet_id",
            sa.Uuid(),
            nullable=False,
            comment="the packet that stands now; the produced one where none took its place",
        ),
        sa.Column("raised_at", _MOMENT, nullable=False),
        sa.Column("sent_at", _MOMENT, comment="when the office told the recipient"),
        sa.Column("sent_by", sa.Uuid()),
        sa.Column("acknowledged_at", _MOMENT, comment="when the recipient confirmed it"),
        sa.Column("acknowledged_by", sa.Uuid(), comment="of the staff, who noted it"),
        sa.Column("note", sa.String(length=300), comment="how they confirmed; names no claimant"),
        sa.ForeignKeyConstraint(
            ["production_id"], ["productions.id"], name=op.f("fk_recall_notices_production_id_productions")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_recall_notices_engagement_id_engagements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_notices")),
        sa.UniqueConstraint(
            "production_id",
            "engagement_id",
            "reason",
            "packet_id",
            name=op.f("uq_recall_notices_production_id_engagement_id_reason_packet_id"),
        ),
    )
    op.create_index(
        "ix_recall_notices_open",
        "recall_notices",
        ["engagement_id"],
        sqlite_where=sa.text("acknowledged_at IS NULL"),
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )


COMMENTS = {
    "size": ("bytes of the plain ZIP", "bytes of the plain ZIPs"),
    "manifest_sha256": (None, "of the last part"),
    "subject_id": (
        "whose key seals the file; none when it was written outside",
        "whose key seals its parts; none when it was written outside",
    ),
}


def _comments(was: int, now: int) -> None:
    """SQLite keeps no comments of columns."""
    if op.get_bind().dialect.name == "postgresql":
        for column, words in COMMENTS.items():
            op.alter_column("volumes", column, comment=words[now], existing_comment=words[was])
