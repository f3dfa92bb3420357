"""A list becomes drafts: once for good, resumed after a kill, told line by line without anything of a person."""

from __future__ import annotations

import csv
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portal.claims import flags, sealed, service
from portal.claims.flags import Flag
from portal.claims.models import BlindIndex, Claim, Engagement, EngagementFlag
from portal.cli import main
from portal.database import Database
from portal.intake import bulk, importing
from portal.intake.errors import ImportRefused
from portal.intake.models import ImportedRow, ImportRun
from portal.intake.report import Counts, Report, open_report
from portal.runtime import Runtime, open_runtime
from portal.settings import Settings
from portal.vault import SubjectKey
from tests.conftest import Clock
from tests.intake.drafts import a_draft
from tests.intake.lists import HONG, MAPPING, a_csv, a_mapping, source_of
from tests.visitor import publish_first


@pytest.fixture
def desk(runtime: Runtime) -> Runtime:
    publish_first(runtime)
    return runtime


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, settings: Settings, clock: Clock) -> Iterator[Runtime]:
    name = "database" if request.param == "sqlite" else "postgresql"
    database: Database = request.getfixturevalue(name)
    url = database.engine.url.render_as_string(hide_password=False)
    opened = open_runtime(settings.model_copy(update={"database_url": url}), clock=clock)
    publish_first(opened)
    yield opened
    opened.close()


def people(count: int, start: int = 0) -> list[tuple[str, ...]]:
    """Invented rows, each of another person."""
    syllables = "가나다라마바사아자차카타파하"
    return [
        (
            "김" + syllables[n % 14] + syllables[n // 14 % 14],
            f"19{60 + n % 40}-0{1 + n % 9}-1{n % 9}",
            f"010-{2000 + n // 10000:04d}-{n % 10000:04d}",
            f"p{n}@example.com",
        )
        for n in range(start, start + count)
    ]


def take_in(runtime: Runtime, file: Path, mapping: Path | None = None) -> tuple[ImportRun, Counts]:
    return importing.run(runtime, source_of(runtime, file, mapping), Report(None))


def count(runtime: Runtime, table: type) -> int:
    with runtime.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_row_becomes_a_draft_like_any_other(either: Runtime, tmp_path: Path) -> None:
    run, counts = take_in(either, a_csv(tmp_path))
    assert (counts.created, run.created, run.done, run.jurisdictions) == (1, 1, 2, ["kr"])
    twin = a_draft(either)
    with either.database.reading() as session:
        row = session.scalars(sa.select(ImportedRow)).one()
        claim = session.get_one(Claim, row.claim_id)
        assert (claim.origin, claim.draft, claim.unconfirmed, claim.expires_at) == (
            "import",
            True,
            True,
            twin.expires_at,
        )
        (engagement,) = claim.engagements
        assert (engagement.jurisdiction, engagement.tracks) == ("kr", ["kr-consumer"])
        assert flags.flags_of(session, engagement) == [Flag.UNCONFIRMED]
        held = sealed.read(session, either.vault, claim)
        assert (held.name.hangul if held.name else "", held.phone) == ("홍길동", "+821023456789")
        # It is found by what finds a draft that was begun in the usual way with the same particulars.
        kept = sa.select(BlindIndex.kind, BlindIndex.digest)
        mine, theirs = (
            set(map(tuple, session.execute(kept.where(BlindIndex.claim_id == one))))
            for one in (claim.id, twin.id)
        )
        assert mine == theirs
        assert sealed.read_answers(session, either.vault, claim) == {"acting": "self", "residence": "kr"}


def test_a_dry_run_keeps_nothing_and_says_the_same(desk: Runtime, tmp_path: Path) -> None:
    rows = [*people(3), people(1)[0], ("홍길동", "x", "y", "z")]
    source = source_of(desk, a_csv(tmp_path, rows))
    before = count(desk, SubjectKey)
    dry = importing.dry_run(desk, source, Report(None))
    assert (count(desk, Claim), count(desk, ImportRun), count(desk, SubjectKey)) == (0, 0, before)
    _run, wet = importing.run(desk, source, Report(None))
    assert dry == wet
    assert (wet.rows, wet.created, wet.duplicates, wet.refused) == (5, 3, 1, 1)


def test_the_same_list_again_makes_nothing(either: Runtime, tmp_path: Path) -> None:
    file = a_csv(tmp_path, people(5))
    first, _counts = take_in(either, file)
    second, counts = take_in(either, file)
    assert (second.id, second.created) == (first.id, 5)
    assert (count(either, Claim), count(either, ImportedRow), count(either, Engagement)) == (5, 5, 5)
    assert counts.created == 5  # the report of the run is told again, whole
    # The same people in another file, with one more.
    grown = a_csv(tmp_path, people(6), encoding="cp949", name="later.csv")
    third, counts = take_in(either, grown)
    assert (counts.created, counts.duplicates, third.id != first.id) == (1, 5, True)
    assert {code for code, _weight in counts.findings} == {"imported_before"}


def test_a_discarded_draft_is_not_made_again(desk: Runtime, tmp_path: Path) -> None:
    take_in(desk, a_csv(tmp_path))
    with desk.database.transaction() as session:
        claim = session.scalars(sa.select(Claim)).one()
        service.erase(session, desk.vault, claim, actor=service.claimant_of(claim), now=desk.clock())
    _run, counts = take_in(desk, a_csv(tmp_path, [HONG, *people(1)], name="again.csv"))
    assert (counts.created, counts.duplicates) == (1, 1)


def test_duplicates_are_told_within_the_list_and_against_claims(desk: Runtime, tmp_path: Path) -> None:
    a_draft(desk)  # 홍길동, 1987-03-14, hong@example.com
    rows = [
        ("홍길동", "1987-03-14", "", "other@example.com"),  # name and birth date of one who has a claim
        ("홍 길동", "", "", "hong@example.com"),  # name and contact of the same
        ("성춘향", "1990-01-02", "010-2345-6789", ""),  # another of the household, with the same telephone
        ("성춘향", "1990-01-02", "", "chun@example.com"),  # who is in the list twice
        ("이몽룡", "1990-01-02", "", "chun@example.com"),  # and shares an address
    ]
    written = tmp_path / "report.csv"
    report = open_report(written)
    importing.run(desk, source_of(desk, a_csv(tmp_path, rows)), report)
    report.close()
    assert count(desk, Claim) == 3
    lines = list(csv.reader(written.open(encoding="utf-8-sig", newline="")))
    assert [line[0] for line in lines[1:]] == ["2", "3", "5"]
    assert "이미 신청이 있는 사람입니다. / This person has a claim already." in lines[1][3]
    assert "4행과 같은 사람입니다. / The same person as in row 4." in lines[3][3]


def test_numbers_that_are_drawn_twice_are_drawn_again(
    desk: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = a_draft(desk).number
    drawn = iter([taken, "CP-AAAA-AAAA", "CP-AAAA-AAAA", "CP-BBBB-BBBB"])
    monkeypatch.setattr(bulk, "new_number", lambda _prefix: next(drawn))
    _run, counts = take_in(desk, a_csv(tmp_path, people(2)))
    assert counts.created == 2


class Killed(Exception):
    """The process is gone."""


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_killed_run_goes_on_where_it_stopped(
    either: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(importing, "BATCH", 4)
    file = a_csv(tmp_path, [*people(10), people(1)[0]])
    calls, whole = [], bulk.open_drafts

    def dies(*given: object) -> object:
        calls.append(1)
        made = whole(*given)  # type: ignore[arg-type]
        if len(calls) == at:
            raise Killed  # after its rows were written, and before they were kept
        return made

    monkeypatch.setattr(bulk, "open_drafts", dies)
    with pytest.raises(Killed):
        take_in(either, file)
    assert count(either, Claim) == 4 * (at - 1)
    monkeypatch.setattr(bulk, "open_drafts", whole)
    run, counts = take_in(either, file)
    assert (run.created, run.duplicates, run.refused, run.finished_at is not None) == (10, 1, 0, True)
    assert (counts.created, counts.duplicates) == (10, 1)
    assert (count(either, Claim), count(either, EngagementFlag)) == (10, 10)


def test_the_report_is_its_owners_and_quotes_nothing(desk: Runtime, tmp_path: Path) -> None:
    file = a_csv(tmp_path, [("=1+1", "870314-1234567", "12", "secret-mail")])
    written = tmp_path / "report.csv"
    report = open_report(written)
    importing.dry_run(desk, source_of(desk, file), report)
    report.close()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    text = written.read_text("utf-8-sig")
    for secret in ("870314", "secret-mail", "=1+1"):
        assert secret not in text
    with pytest.raises(ImportRefused, match="exists"):
        open_report(written)


def test_the_command_says_it_in_words_and_never_in_the_log(
    settings: Settings, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_runtime(settings)
    publish_first(opened)
    opened.close()
    monkeypatch.setenv("PORTAL_ENV", "test")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("PORTAL_MATTERS_DIR", str(settings.matters_dir))
    file, mapping = a_csv(tmp_path, [HONG, ("성춘향", "", "", "")]), a_mapping(tmp_path, MAPPING)
    given = ["claims", "import", str(file), "--mapping", str(mapping)]
    dry = CliRunner().invoke(main, [*given, "--dry-run", "--report", str(tmp_path / "out.csv")])
    assert (dry.exit_code, "1 drafts" in dry.output, "run " in dry.output) == (0, True, False), dry.output
    wet = CliRunner().invoke(main, [*given, "--lang", "ko"])
    assert "연락할 수 없는 사람의 신청은 만들지 않습니다." in wet.output
    run = wet.output.rsplit("run ", 1)[1].strip()
    asked = CliRunner().invoke(main, ["claims", "invite", "--run", run, "--limit", "10"])
    assert "1 messages queued, 0 people cannot be written to" in asked.output, asked.output
    assert "0 are left" in asked.output
    assert "1 drafts, 0 had a claim, 1 refused" in CliRunner().invoke(main, ["claims", "runs"]).output
    for output in (dry.output, wet.output, asked.output):
        assert "홍길동" not in output
        assert "hong@" not in output
    refused = CliRunner().invoke(main, [*given[:2], str(mapping), *given[3:]])
    assert (refused.exit_code, refused.output.startswith("Error: the list has no column")) == (1, True)
