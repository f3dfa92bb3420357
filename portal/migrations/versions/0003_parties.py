"""More than one person in a claim, and columns that the claimant's whole way needs.

Revision ID: 0003
Revises: 0002
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REVISION = "1, 2, … within the engagement, a receipt of withdrawal included; 0: of the handing in"

COLUMNS: tuple[tuple[str, sa.Column[Any]], ...] = (
    (
        "engagements",
        sa.Column(
            "due_on",
            sa.Date(),
            nullable=True,
            comment="until when the claimant is asked to answer; a day in the jurisdiction",
        ),
    ),
    (
        "signatures",
        sa.Column(
            "party",
            sa.String(length=8),
            nullable=False,
            server_default="",
            comment="who signed: empty for the claimant, else a representative's id",
        ),
    ),
    (
        "signatures",
        sa.Column(
            "void_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when what it signed was changed before all had signed; it then counts for nothing",
        ),
    ),
    (
        "signatures",
        sa.Column(
            "complete",
            sa.Boolean(),
            nullable=False,
            server_default=sa.true(),
            comment="whether with it everybody needed had signed; then a packet is made of it",
        ),
    ),
    (
        "consents",
        sa.Column(
            "party",
            sa.String(length=8),
            nullable=False,
            server_default="",
            comment="who gave or refused it: empty for the claimant, else a representative's id",
        ),
    ),
    (
        "claims",
        sa.Column(
            "of_age_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was noticed that the minor had come of age",
        ),
    ),
    (
        "codes",
        sa.Column(
            "kind",
            sa.String(length=8),
            nullable=False,
            server_default="email",
            comment="of the contact: email or phone",
        ),
    ),
    (
        "codes",
        sa.Column(
            "purpose",
            sa.String(length=16),
            nullable=False,
            server_default="enter",
            comment="what the proof is good for: enter, contact or recover",
        ),
    ),
    (
        "claimant_sessions",
        sa.Column(
            "party",
            sa.String(length=8),
            nullable=False,
            server_default="",
            comment="who came in: empty for the claimant, else a representative's id",
        ),
    ),
    (
        "evidence_files",
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="order chosen by the claimant; those left at 0 follow in order of arrival",
        ),
    ),
    (
        "outbox_messages",
        sa.Column(
            "channel", sa.String(length=8), nullable=False, server_default="email", comment="email or sms"
        ),
    ),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, column)
    _one_answer_each("document", "party", was=("document",))
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.alter_column("codes", "contact", comment="sealed e-mail address or phone number")
        op.alter_column("packets", "revision", comment=REVISION)
    op.create_table(
        "claim_parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column(
            "party",
            sa.String(length=8),
            nullable=False,
            comment="r1, r2: the representative's id within the claim",
        ),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="parent, guardian or officer"),
        sa.Column(
            "readings",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed Readings: texts they opened and consented to",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "joined_at", sa.DateTime(timezone=True), nullable=True, comment="when they proved their contact"
        ),
        sa.Column(
            "signed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when they last signed what there was to sign",
        ),
        sa.Column(
            "refused_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when they said that they will not sign",
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_parties_claim_id_claims")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_parties")),
        sa.UniqueConstraint("claim_id", "party", name=op.f("uq_claim_parties_claim_id_party")),
    )


def downgrade() -> None:
    op.drop_table("claim_parties")
    _one_answer_each("document", was=("document", "party"))
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column.name)


def _one_answer_each(*of: str, was: tuple[str, ...]) -> None:
    """Each signer answers a consent once in one moment; SQLite makes the table anew for it."""
    with op.batch_alter_table("consents") as table:
        table.drop_constraint("_".join(("uq_consents_claim_id", *was, "given_at")), type_="unique")
        name = "_".join(("uq_consents_claim_id", *of, "given_at"))
        table.create_unique_constraint(name, ["claim_id", *of, "given_at"])
