from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portal import audit
from portal.database import Database
from portal.matters import commands, service
from portal.matters.models import MatterVersion
from portal.matters.problems import MatterError
from portal.matters.shelf import MatterShelf
from tests.conftest import NOW, Clock
from tests.matters.builders import MatterFolder, a_matter_folder


def publish(database: Database, folder: MatterFolder, now: datetime = NOW) -> MatterVersion:
    with database.transaction() as session:
        return service.publish(session, folder.files(), now=now, published_by="Min")


def a_second_edition() -> MatterFolder:
    return a_matter_folder().replacing("matter.toml", "We ask briefly.", "We ask very briefly.")


def test_publishing_makes_a_numbered_version_and_tells_the_audit(database: Database) -> None:
    first, second = publish(database, a_matter_folder()), publish(database, a_second_edition())
    assert (first.slug, first.sequence, first.published_by) == ("small", 1, "Min")
    assert second.sequence == 2
    with database.reading() as session:
        assert service.current(session, "small").id == second.id
        assert service.by_id(session, first.id).hash == first.hash
        assert [version.sequence for version in service.versions(session, "small")] == [2, 1]
        events = session.scalars(sa.select(audit.AuditEvent).order_by(audit.AuditEvent.sequence)).all()
        assert [(event.action, event.subject_id) for event in events] == [
            ("matter.published", first.id),
            ("matter.published", second.id),
        ]


def test_publishing_the_current_content_again_changes_nothing(database: Database) -> None:
    first, again = publish(database, a_matter_folder()), publish(database, a_matter_folder())
    assert again.id == first.id
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(MatterVersion)) == 1


def test_an_older_content_is_not_published_silently(database: Database) -> None:
    publish(database, a_matter_folder())
    publish(database, a_second_edition())
    with pytest.raises(service.AlreadySuperseded, match="this is version 1"):
        publish(database, a_matter_folder())


def test_a_folder_with_problems_is_not_published(database: Database) -> None:
    folder = a_matter_folder().adding("documents/kr-retainer.ko.md", "\n## 3. 해지\n\n글\n")
    with pytest.raises(MatterError, match="stands only in the Korean text"):
        publish(database, folder)
    with database.reading() as session, pytest.raises(service.NotPublished):
        service.current(session, "small")


def test_a_version_altered_in_the_database_is_not_served(database: Database, clock: Clock) -> None:
    version = publish(database, a_matter_folder())
    with database.transaction() as session:
        altered = service.by_id(session, version.id).content.replace(b"We ask", b"We beg")
        session.execute(sa.update(MatterVersion).values(content=altered))
    with pytest.raises(service.ContentChanged):
        MatterShelf(database, "small", clock=clock).current()


def test_the_shelf_looks_for_a_new_version_after_thirty_seconds(database: Database, clock: Clock) -> None:
    first = publish(database, a_matter_folder())
    shelf = MatterShelf(database, "small", clock=clock)
    assert shelf.current().version_id == first.id
    second = publish(database, a_second_edition())
    clock.advance(seconds=29)
    assert shelf.current().version_id == first.id
    clock.advance(seconds=2)
    assert shelf.current().version_id == second.id
    assert shelf.current().matter.toml.lead["en"] == "We ask very briefly."
    assert shelf.by_id(first.id).matter.toml.lead["en"] == "We ask briefly."


def test_the_shelf_asks_no_database_while_it_is_fresh(database: Database, clock: Clock) -> None:
    publish(database, a_matter_folder())
    shelf = MatterShelf(database, "small", clock=clock)
    version_id = shelf.current().version_id
    statements: list[str] = []
    sa.event.listen(
        database.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2])
    )
    shelf.current()
    shelf.by_id(version_id)
    assert statements == []
    clock.advance(seconds=31)
    shelf.current()
    (looked,) = [statement for statement in statements if not statement.startswith("BEGIN")]
    assert "content" not in looked


def test_the_shelf_serves_on_while_the_database_is_away(
    database: Database, clock: Clock, tmp_path: Path
) -> None:
    first = publish(database, a_matter_folder())
    shelf = MatterShelf(database, "small", clock=clock)
    shelf.current()
    database.close()
    with Database(f"sqlite:///{tmp_path / 'var' / 'portal.sqlite3'}").transaction() as session:
        session.execute(sa.text("ALTER TABLE matter_versions RENAME TO hidden"))
    clock.advance(minutes=5)
    assert shelf.current().version_id == first.id


def test_a_shelf_that_never_read_anything_cannot_serve_without_its_database(
    clock: Clock, tmp_path: Path
) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with pytest.raises(sa.exc.DBAPIError):
        MatterShelf(empty, "small", clock=clock).current()
    empty.close()


def test_a_process_that_published_sees_it_at_once(database: Database, clock: Clock) -> None:
    publish(database, a_matter_folder())
    shelf = MatterShelf(database, "small", clock=clock)
    shelf.current()
    second = publish(database, a_second_edition())
    shelf.refresh()
    assert shelf.current().version_id == second.id


def test_an_unpublished_matter_or_version_is_named(database: Database, clock: Clock) -> None:
    shelf = MatterShelf(database, "small", clock=clock)
    with pytest.raises(service.NotPublished, match='"small"'):
        shelf.current()
    with pytest.raises(service.NotPublished):
        shelf.by_id(uuid4())


def test_versions_stand_on_postgresql_too(postgresql: Database, clock: Clock) -> None:
    first = publish(postgresql, a_matter_folder())
    assert publish(postgresql, a_second_edition()).sequence == 2
    shelf = MatterShelf(postgresql, "small", clock=clock)
    assert shelf.by_id(first.id).matter.hash == first.hash


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(database: Database, clock: Clock) -> Callable[..., object]:
    runtime = SimpleNamespace(
        database=database, clock=clock, matters=MatterShelf(database, "small", clock=clock)
    )
    return lambda *arguments: CliRunner().invoke(commands.group, [str(one) for one in arguments], obj=runtime)


def test_check_of_a_sound_folder_says_so(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    result = run("check", a_matter_folder().written(tmp_path / "small"))
    assert result.exit_code == 0
    assert result.output.endswith(": 2 tracks, 3 questions, 5 rules, 8 texts, no problems\n")


def test_check_tells_each_problem_in_a_line_that_an_editor_can_follow(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = a_matter_folder().replacing("eligibility.toml", 'fact = "notice"', 'fact = "notise"')
    line = folder.line_of("eligibility.toml", "notise")
    result = run("check", folder.written(tmp_path / "small"))
    assert result.exit_code == 1
    reason = 'rule "kr-no-notice" asks for the fact "notise", which no question gives'
    assert f"{tmp_path.as_posix()}/small/eligibility.toml:{line}: {reason}\n" in result.stderr


def test_check_prints_json_for_programs(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    result = run(
        "check", a_matter_folder().without("messages/code.ko.md").written(tmp_path / "small"), "--json"
    )
    assert result.exit_code == 1
    assert json.loads(result.stdout) == [
        {"file": "messages/code.ko.md", "line": 0, "reason": "the file is missing"}
    ]


def test_publish_from_the_command_line(run, database: Database, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = a_matter_folder().written(tmp_path / "small")
    assert "small: version 1 is current" in run("publish", folder, "--by", "Min").output
    shown = json.loads(run("publish", folder, "--by", "Min", "--json").stdout)
    assert (shown["slug"], shown["sequence"]) == ("small", 1)
    with database.reading() as session:
        assert service.current(session, "small").published_at == datetime(2026, 11, 24, 3, tzinfo=UTC)


def test_publish_refuses_a_folder_with_problems(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    result = run(
        "publish", a_matter_folder().without("evidence.toml").written(tmp_path / "small"), "--by", "Min"
    )
    assert result.exit_code == 1
    assert "evidence.toml: the file is missing" in result.stderr
