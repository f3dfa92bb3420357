"""Messages between claimant and counsel, and requests for erasure.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("last_words", "erasure_requests", "letter_enclosures", "letters")
WAITING = sa.text("author = 'claimant' AND settled_at IS NULL")


def upgrade() -> None:
    letters()
    enclosures()
    erasure()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="letter, request or answer"),
        sa.Column("author", sa.String(length=8), nullable=False, comment="claimant or staff"),
        sa.Column("staff_id", sa.Uuid(), nullable=True, comment="who of the staff wrote it"),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="sealed text"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "read_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the other side first opened it",
        ),
        sa.Column(
            "settled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="a claimant's letter: when staff answered it or found that it needs no answer",
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_letters_engagement_id_engagements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index("ix_letters_engagement_id_sent_at", "letters", ["engagement_id", "sent_at"])
    op.create_index(
        "ix_letters_waiting", "letters", ["sent_at"], sqlite_where=WAITING, postgresql_where=WAITING
    )


def enclosures() -> None:
    op.create_table(
        "letter_enclosures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, … within the letter"),
        sa.Column(
            "media_type",
            sa.String(length=32),
            nullable=False,
            comment="of the harmless copy: JPEG, PNG or PDF",
        ),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes as received"),
        sa.Column("pages", sa.Integer(), nullable=False, comment="of the harmless copy; 1 for pictures"),
        sa.Column(
            "details",
            sa.LargeBinary(),
            nullable=False,
            comment="sealed EnclosureDetails: file name and hashes",
        ),
        sa.Column("original_key", sa.String(length=64), nullable=True, comment="blob; empty once swept"),
        sa.Column("harmless_key", sa.String(length=64), nullable=True, comment="blob; empty once swept"),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_letter_enclosures_letter_id_letters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_enclosures")),
        sa.UniqueConstraint("letter_id", "number", name=op.f("uq_letter_enclosures_letter_id_number")),
    )


def erasure() -> None:
    op.create_table(
        "erasure_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome", sa.String(length=16), nullable=True, comment="granted or refused; empty while open"
        ),
        sa.Column(
            "reason",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed: why it must be kept, as the claimant reads it",
        ),
        sa.Column("decided_by", sa.Uuid(), nullable=True, comment="staff who decided"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_erasure_requests_engagement_id_engagements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_requests")),
    )
    op.create_index("ix_erasure_requests_engagement_id", "erasure_requests", ["engagement_id"])
    op.create_index("ix_erasure_requests_decided_at", "erasure_requests", ["decided_at"])
    op.create_table(
        "last_words",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject_keys.id"], name=op.f("fk_last_words_subject_id_subject_keys")
        ),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_last_words")),
    )
