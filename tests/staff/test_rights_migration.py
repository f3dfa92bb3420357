"""Accounts from before rights had duties keep what their roles meant."""

import json
from uuid import uuid4

import pytest
import sqlalchemy as sa

from portal import migrations
from portal.database import Database
from portal.web.rights import expanded

NOW = "2026-11-01 00:00:00"


@pytest.fixture
def older(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/older.sqlite3")
    migrations.upgrade(database, "0008")
    yield database
    database.close()


def test_roles_of_existing_accounts_become_the_rights_they_stood_for(older):
    subject, member = uuid4().hex, uuid4().hex
    with older.engine.begin() as connection:
        subjects = {"id": subject, "created_at": NOW}
        kept = sa.Table("subject_keys", sa.MetaData(), autoload_with=connection)
        for column in kept.columns:
            if not column.nullable and column.name not in subjects:
                subjects[column.name] = 1 if isinstance(column.type, sa.Integer) else "x"
        connection.execute(
            sa.text(f"INSERT INTO subject_keys ({', '.join(subjects)}) VALUES (:{', :'.join(subjects)})"),
            subjects,
        )
        connection.execute(
            sa.text(
                "INSERT INTO staff_members (id, subject_id, email_index, person, roles, language, password_hash,"
                " totp_step, recovery, failures, created_at)"
                " VALUES (:id, :subject, 'x', 'x', :roles, 'ko', 'x', 0, '[]', 0, :now)"
            ),
            {"id": member, "subject": subject, "roles": json.dumps(["admin", "kr"]), "now": NOW},
        )
    migrations.upgrade(older, "0009")
    with older.engine.connect() as connection:
        roles = connection.scalar(sa.text("SELECT roles FROM staff_members"))
    assert json.loads(roles) == expanded(["admin", "kr"])
