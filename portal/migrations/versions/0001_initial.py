"""The first schema.

Revision ID: 0001
Revises:
"""

from alembic import op

from portal import migrations

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    migrations.metadata().create_all(op.get_bind())  # type: ignore[attr-defined]


def downgrade() -> None:
    migrations.metadata().drop_all(op.get_bind())  # type: ignore[attr-defined]
