"""Run by Alembic; the connection is handed over by :func:`portal.migrations.upgrade`."""

from alembic import context

from portal import migrations

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=migrations.metadata(),
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
