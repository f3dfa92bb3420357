"""Packets for the long term: editions, later events, countersigning, the phone hand-off, ink on paper.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from portal.database import new_id
from portal.packets.codes import new_code

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "packet_editions",
    "countersigning_items",
    "countersignings",
    "paper_pages",
    "paper_prints",
    "authority_events",
    "handoffs",
)
COLUMNS = (
    "kind",
    "code",
    "level",
    "record",
    "record_sha256",
    "countersigned_at",
    "countersigner",
    "extend_due_at",
)

COMMENTS = (
    ("signatures", "means", "drawn, typed or ink"),
    ("packets", "revision", "1, 2, … within the engagement, a receipt of withdrawal included"),
    ("packets", "blob", "key of the newest edition in storage"),
    ("packets", "sha256", "of the newest edition's plain PDF"),
)


def upgrade() -> None:
    op.add_column(
        "claims",
        sa.Column(
            "amendment",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed Particulars as changed after signing, until what they touch is signed again",
        ),
    )
    widen_packets()
    create_tables()
    note_first_editions()
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        for table, column, comment in COMMENTS:
            op.alter_column(table, column, comment=comment)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("ix_packets_code", "packets")
    op.drop_index("ix_packets_extend_due_at", "packets")
    for column in COLUMNS:
        op.drop_column("packets", column)
    op.drop_column("claims", "amendment")


def widen_packets() -> None:
    """Columns are added in place: SQLite could not drop a table that batches point to. Packets of before get a code."""
    op.add_column(
        "packets", sa.Column("kind", sa.String(length=16), nullable=False, server_default="engagement")
    )
    op.add_column(
        "packets",
        sa.Column(
            "code",
            sa.String(length=24),
            nullable=False,
            server_default="",
            comment="printed on it; anybody may ask by it whether it still stands",
        ),
    )
    op.add_column(
        "packets",
        sa.Column("level", sa.String(length=8), nullable=True, comment="of its seal: B-B, B-T or B-LTA"),
    )
    op.add_column(
        "packets",
        sa.Column(
            "record", sa.LargeBinary(), nullable=True, comment="sealed authority record, canonical JSON"
        ),
    )
    op.add_column(
        "packets",
        sa.Column("record_sha256", sa.String(length=64), nullable=True, comment="of that JSON, as printed"),
    )
    op.add_column("packets", sa.Column("countersigned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "packets",
        sa.Column(
            "countersigner",
            sa.String(length=200),
            nullable=True,
            comment="the responsible lawyer, as the certificate names them",
        ),
    )
    op.add_column(
        "packets",
        sa.Column(
            "extend_due_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when its last timestamp needs another, so that it can be proved beyond its certificates",
        ),
    )
    packets = sa.table("packets", sa.column("id", sa.Uuid()), sa.column("code", sa.String()))
    connection = op.get_bind()
    for (packet_id,) in connection.execute(sa.select(packets.c.id)).all():
        connection.execute(packets.update().where(packets.c.id == packet_id).values(code=new_code()))
    op.create_index("ix_packets_code", "packets", ["code"], unique=True)
    op.create_index("ix_packets_extend_due_at", "packets", ["extend_due_at"])


def note_first_editions() -> None:
    """What was sealed before had one edition, at level B-B."""
    packets = sa.table(
        "packets",
        *[sa.column(name) for name in ("state", "blob", "sha256", "size", "certificate", "level")],
        sa.column("id", sa.Uuid()),
        sa.column("sealed_at", sa.DateTime(timezone=True)),
    )
    editions = sa.table(
        "packet_editions",
        sa.column("id", sa.Uuid()),
        sa.column("packet_id", sa.Uuid()),
        *[sa.column(name) for name in ("number", "kind", "blob", "sha256", "size", "certificate")],
        sa.column("made_at", sa.DateTime(timezone=True)),
    )
    connection = op.get_bind()
    connection.execute(packets.update().where(packets.c.state == "sealed").values(level="B-B"))
    columns = (
        packets.c.id,
        packets.c.blob,
        packets.c.sha256,
        packets.c.size,
        packets.c.certificate,
        packets.c.sealed_at,
    )
    for packet_id, blob, sha256, size, certificate, sealed_at in connection.execute(
        sa.select(*columns).where(packets.c.state == "sealed")
    ).all():
        connection.execute(
            editions.insert().values(
                id=new_id(),
                packet_id=packet_id,
                number=1,
                kind="sealed",
                blob=blob,
                sha256=sha256,
                size=size,
                certificate=certificate,
                made_at=sealed_at,
            )
        )


def create_tables() -> None:
    op.create_table(
        "countersignings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False, comment="pending, running, done or failed"),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=32), nullable=True, comment="code of what stopped all of it"),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True, comment="staff; none: the command line"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countersignings")),
    )
    op.create_table(
        "handoffs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column(
            "token_digest",
            sa.LargeBinary(),
            nullable=False,
            comment="keyed hash of the address's secret part",
        ),
        sa.Column(
            "shown",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 over the hashes of the documents shown",
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "strokes",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed: what the phone drew, until it is handed in",
        ),
        sa.Column("device", sa.String(length=64), nullable=False, comment="class of the phone"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_handoffs_claim_id_claims")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_handoffs_token_digest")),
    )
    op.create_index("ix_handoffs_expires_at", "handoffs", ["expires_at"])
    op.create_table(
        "authority_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="1, 2, … within the engagement"),
        sa.Column(
            "kind",
            sa.String(length=24),
            nullable=False,
            comment="sealed, countersigned, amended, withdrawn, …",
        ),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="sealed canonical JSON of the event"),
        sa.Column(
            "sha256",
            sa.String(length=64),
            nullable=False,
            comment="of that JSON, which names the hash of the event before",
        ),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_authority_events_engagement_id_engagements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_events")),
        sa.UniqueConstraint(
            "engagement_id", "sequence", name=op.f("uq_authority_events_engagement_id_sequence")
        ),
    )
    op.create_table(
        "paper_prints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("matter_version_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False, comment="stands in each page's code"),
        sa.Column(
            "state",
            sa.String(length=16),
            nullable=False,
            comment="printed, returned, signed, refused or replaced by a later print",
        ),
        sa.Column(
            "plan",
            sa.JSON(),
            nullable=False,
            comment="for each page in order its document's id, with * where it bears a signature",
        ),
        sa.Column(
            "readings", sa.LargeBinary(), nullable=False, comment="sealed Readings of what was printed"
        ),
        sa.Column("blob", sa.String(length=64), nullable=False, comment="key of the sealed PDF in storage"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the plain PDF"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "returned_at", sa.DateTime(timezone=True), nullable=True, comment="when every page was there"
        ),
        sa.Column("checked_by", sa.Uuid(), nullable=True, comment="staff who looked at the pages"),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_paper_prints_engagement_id_engagements")
        ),
        sa.ForeignKeyConstraint(
            ["matter_version_id"],
            ["matter_versions.id"],
            name=op.f("fk_paper_prints_matter_version_id_matter_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_prints")),
        sa.UniqueConstraint("code", name=op.f("uq_paper_prints_code")),
    )
    op.create_index("ix_paper_prints_engagement_id", "paper_prints", ["engagement_id"])
    op.create_table(
        "paper_pages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("print_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="page of the print, from 1"),
        sa.Column(
            "blob",
            sa.String(length=64),
            nullable=False,
            comment="key of the sealed upright picture in storage",
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the picture as shown"),
        sa.Column(
            "original_sha256", sa.String(length=64), nullable=False, comment="of the file as it was received"
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_from", sa.String(length=16), nullable=False, comment="claimant or staff"),
        sa.Column("replaced", sa.Boolean(), nullable=False, comment="a later picture of the page counts"),
        sa.ForeignKeyConstraint(
            ["print_id"], ["paper_prints.id"], name=op.f("fk_paper_pages_print_id_paper_prints")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_pages")),
        sa.UniqueConstraint(
            "print_id", "number", "received_at", name=op.f("uq_paper_pages_print_id_number_received_at")
        ),
    )
    op.create_table(
        "countersigning_items",
        sa.Column("countersigning_id", sa.Uuid(), nullable=False),
        sa.Column("packet_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False, comment="pending, done or failed"),
        sa.Column(
            "failure", sa.String(length=32), nullable=True, comment="code of what kept it from being signed"
        ),
        sa.ForeignKeyConstraint(
            ["countersigning_id"],
            ["countersignings.id"],
            name=op.f("fk_countersigning_items_countersigning_id_countersignings"),
        ),
        sa.ForeignKeyConstraint(
            ["packet_id"], ["packets.id"], name=op.f("fk_countersigning_items_packet_id_packets")
        ),
        sa.PrimaryKeyConstraint("countersigning_id", "packet_id", name=op.f("pk_countersigning_items")),
    )
    op.create_table(
        "packet_editions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("packet_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, … within the packet"),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="sealed, countersigned or extended"),
        sa.Column("blob", sa.String(length=64), nullable=False, comment="key of the sealed PDF in storage"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the plain PDF"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes of the plain PDF"),
        sa.Column(
            "certificate",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of the certificate that signed or timestamped last",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["packet_id"], ["packets.id"], name=op.f("fk_packet_editions_packet_id_packets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet_editions")),
        sa.UniqueConstraint("packet_id", "number", name=op.f("uq_packet_editions_packet_id_number")),
    )
    op.create_index("ix_packet_editions_sha256", "packet_editions", ["sha256"])
