"""What a claim held when its batch was frozen, and whom volumes go to.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("batch_entries") as table:
        table.add_column(
            sa.Column(
                "case_file",
                sa.LargeBinary(),
                nullable=True,
                comment="sealed CaseFile: particulars and exhibits when frozen; "
                "none in batches frozen before it was kept",
            )
        )
    op.create_table(
        "recipients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_slug", sa.String(length=64), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False, comment="whose batches go to them"),
        sa.Column("name", sa.String(length=120), nullable=False, comment="of the person or desk"),
        sa.Column(
            "office",
            sa.String(length=200),
            nullable=False,
            comment="the court, firm or company they belong to",
        ),
        sa.Column("language", sa.String(length=2), nullable=False, comment="in which they are written to"),
        sa.Column(
            "key",
            sa.String(length=200),
            nullable=True,
            comment="age public key; none: a ZIP with a passphrase sent apart",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True, comment="staff; none: the command line"),
        sa.Column(
            "removed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="nothing goes to them from then on",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients")),
        sa.UniqueConstraint("matter_slug", "name", name=op.f("uq_recipients_matter_slug_name")),
    )


def downgrade() -> None:
    op.drop_table("recipients")
    with op.batch_alter_table("batch_entries") as table:
        table.drop_column("case_file")
