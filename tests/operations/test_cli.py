"""The `portal` command: helpful everywhere, one clear line when something is wrong."""

import json

import click
import pytest
from click.testing import CliRunner

from portal.cli import COMMANDS, main
from tests.conftest import ROOT


@pytest.fixture
def portal(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_ENV", "test")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "var"))
    return lambda *words: CliRunner().invoke(main, words)


def every_command(group: click.Group, *above: str):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield *above, name
        if isinstance(command, click.Group):
            yield from every_command(command, *above, name)


@pytest.mark.parametrize("words", every_command(main), ids=" ".join)
def test_every_command_explains_itself(portal, words):
    shown = portal(*words, "--help")
    assert shown.exit_code == 0
    text = shown.output.partition("\n\n")[2]
    assert text.strip()
    assert not text.lstrip().startswith("Options:"), "no sentence says what it does"


def test_all_commands_that_operators_are_promised_are_there(portal):
    shown = portal("--help").output
    assert not [name for name in COMMANDS if f"\n  {name} " not in shown]


def test_a_wrong_setting_is_named_without_its_value(portal, monkeypatch):
    monkeypatch.setenv("PORTAL_MAX_FILES", "s3cret")
    shown = portal("audit", "verify")
    assert shown.exit_code == 1
    assert "PORTAL_MAX_FILES" in shown.output
    assert "s3cret" not in shown.output
    assert shown.output.count("\n") == 1


def test_production_with_defaults_is_refused_in_one_line(portal, monkeypatch):
    monkeypatch.setenv("PORTAL_ENV", "production")
    shown = portal("serve")
    assert shown.exit_code == 1
    assert shown.output.startswith("Error: not safe for production: PORTAL_SECRET_KEY")
    assert shown.output.count("\n") == 1


def test_production_with_an_old_schema_is_refused_naming_the_remedy(portal, monkeypatch):
    from portal.operations import prepare
    from portal.settings import Settings

    monkeypatch.setattr(Settings, "refuse_unsafe", lambda self: None)
    monkeypatch.setattr(Settings, "production", True)
    monkeypatch.setattr(prepare, "migrate", None)
    shown = portal("serve")
    assert shown.exit_code == 1
    assert "`portal migrate`" in shown.output


def test_a_database_that_does_not_answer_is_said_in_one_line(portal, monkeypatch):
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://nobody:s3cret@127.0.0.1:1/none")
    shown = portal("audit", "verify")
    assert shown.exit_code == 1
    assert shown.output == "Error: the database does not answer: OperationalError\n"


def test_checking_a_matter_needs_no_installation(portal, tmp_path):
    shown = portal("matter", "check", str(ROOT / "matters" / "coupang-2025"))
    assert (shown.exit_code, "no problems" in shown.output) == (0, True)
    assert not (tmp_path / "var").exists()


def test_what_is_kept_is_kept_from_other_accounts_of_the_machine(portal, tmp_path):
    portal("migrate")
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_migrating_twice_is_harmless(portal):
    assert portal("migrate").output == "the schema is now current\n"
    assert portal("migrate").output == "the schema was current already\n"


def test_the_doctor_names_what_is_missing_then_finds_all_well(portal, settings, monkeypatch):
    from portal.operations.prepare import make_ready

    monkeypatch.setattr("portal.operations.doctor.ROOM", 0)
    shown = portal("doctor", "--json")
    bad = {one["part"]: one["text"] for one in json.loads(shown.output) if not one["well"]}
    assert shown.exit_code == 1
    assert "portal migrate" in bad["database"]
    assert set(bad) >= {"database", "matter", "jobs"}

    make_ready(settings)
    shown = portal("doctor")
    assert shown.exit_code == 0, shown.output
    assert "BAD" not in shown.output


def test_the_doctor_sees_work_that_was_given_up_and_a_keyring_that_others_can_read(
    portal, runtime, monkeypatch
):
    from portal.jobs import GivenUpJob
    from portal.operations.prepare import make_ready

    monkeypatch.setattr("portal.operations.doctor.ROOM", 0)
    make_ready(runtime.settings)
    with runtime.database.transaction() as session:
        session.add(
            GivenUpJob(
                reference="1", name="packets.make", queue="packets", arguments={}, attempts=8,
                error="ValueError at packets/render.py:1", given_up_at=runtime.clock(),
            )
        )  # fmt: skip
    runtime.vault.keyring.source.chmod(0o644)
    shown = portal("doctor")
    assert shown.exit_code == 1
    assert "BAD  jobs: 1 given up, the newest packets.make: ValueError at packets/render.py:1" in shown.output
    assert "BAD  keyring: others than its owner can read" in shown.output
