"""The first schema.

Revision ID: 0001
Revises:
"""

from alembic import op

from portal import jobs, migrations

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    migrations.metadata().create_all(op.get_bind())  # type: ignore[attr-defined]
    jobs.install(op.get_bind())


def downgrade() -> None:
    jobs.uninstall(op.get_bind())
    migrations.metadata().drop_all(op.get_bind())  # type: ignore[attr-defined]
