"""The schema's history: it builds what the models describe, on both databases, and can be taken back."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from portal import migrations


def differences(database) -> list[object]:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _ours})
        return compare_metadata(context, migrations.metadata())


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and (name or "").startswith(("procrastinate_", "alembic_")))


def test_the_written_schema_is_what_the_models_describe(any_database):
    assert not migrations.pending(any_database)
    assert differences(any_database) == []


def test_upgrading_again_changes_nothing(any_database):
    migrations.upgrade(any_database)
    assert differences(any_database) == []


def test_every_constraint_has_a_name(any_database):
    inspector = sa.inspect(any_database.engine)
    for table in migrations.metadata().tables:
        named = [*inspector.get_foreign_keys(table), *inspector.get_unique_constraints(table)]
        assert all(constraint["name"] for constraint in named), table
