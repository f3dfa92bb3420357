"""Rights by duty and jurisdiction, invitations, passkeys, known browsers.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What the three roles meant when rights took their place; written down here, for the matrix may change later.
_DUTIES = ("counsel", "exporter", "intake", "reviewer")
_RIGHTS = {place: [f"{duty}:{place}" for duty in _DUTIES] for place in ("kr", "us")} | {
    "admin": ["administrator"]
}
_COMMENTS = (
    ("roles", "kr, us, admin", "rights, such as reviewer:kr"),
    ("password_hash", "argon2id", "argon2id; empty until the invitation is taken up"),
)
_members = sa.table("staff_members", sa.column("id", sa.Uuid()), sa.column("roles", sa.JSON()))


def upgrade() -> None:
    _rewrite(lambda roles: sorted({right for role in roles for right in _RIGHTS.get(role, [role])}))
    _comment(*_COMMENTS)
    with op.batch_alter_table("staff_sessions") as table:
        table.add_column(
            sa.Column(
                "browser",
                sa.String(length=40),
                nullable=False,
                server_default="",
                comment="family and system, such as Firefox, Windows; no version",
            )
        )
        table.add_column(
            sa.Column(
                "device",
                sa.LargeBinary(),
                nullable=True,
                comment="digest of a random cookie: tells a browser that was here before from a new one",
            )
        )
    op.create_table(
        "staff_invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False, comment="keyed hash of the code"),
        sa.Column("by_id", sa.Uuid(), nullable=True, comment="empty: from the command line"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was used, or replaced by a newer one",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_members.id"], name=op.f("fk_staff_invitations_staff_id_staff_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitations")),
    )
    op.create_index("ix_staff_invitations_staff_id", "staff_invitations", ["staff_id"])
    op.create_table(
        "staff_passkeys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column(
            "credential_digest",
            sa.LargeBinary(),
            nullable=False,
            comment="SHA-256 of the id that the authenticator gave",
        ),
        sa.Column(
            "content", sa.LargeBinary(), nullable=False, comment="sealed Credential: id, public key and name"
        ),
        sa.Column(
            "sign_count",
            sa.BigInteger(),
            nullable=False,
            comment="how often it signed, as it says itself; a step back means a copy",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_members.id"], name=op.f("fk_staff_passkeys_staff_id_staff_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_passkeys")),
        sa.UniqueConstraint("credential_digest", name=op.f("uq_staff_passkeys_credential_digest")),
    )
    op.create_index("ix_staff_passkeys_staff_id", "staff_passkeys", ["staff_id"])
    op.create_table(
        "staff_spent_challenges",
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the challenge"),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_staff_spent_challenges")),
    )


def downgrade() -> None:
    op.drop_table("staff_spent_challenges")
    op.drop_index("ix_staff_passkeys_staff_id", table_name="staff_passkeys")
    op.drop_table("staff_passkeys")
    op.drop_index("ix_staff_invitations_staff_id", table_name="staff_invitations")
    op.drop_table("staff_invitations")
    with op.batch_alter_table("staff_sessions") as table:
        table.drop_column("device")
        table.drop_column("browser")
    _comment(*((column, now, was) for column, was, now in _COMMENTS))
    _rewrite(_before)


def _rewrite(told) -> None:  # type: ignore[no-untyped-def]
    connection = op.get_bind()
    for member_id, roles in connection.execute(sa.select(_members.c.id, _members.c.roles)).all():
        if (rewritten := told(roles)) != roles:
            changed = sa.update(_members).where(_members.c.id == member_id).values(roles=rewritten)
            connection.execute(changed)


def _before(rights: list[str]) -> list[str]:
    """The old roles that somebody held whole; whoever held less is left without, for a role would give more."""
    return sorted(role for role, meant in _RIGHTS.items() if set(meant) <= set(rights))


def _comment(*columns: tuple[str, str, str]) -> None:
    """SQLite keeps no comments of columns."""
    if op.get_bind().dialect.name == "postgresql":
        for column, was, comment in columns:
            op.alter_column("staff_members", column, comment=comment, existing_comment=was)
