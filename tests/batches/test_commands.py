"""`portal batch` as an operator types it."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
import pyzipper
import sqlalchemy as sa
from click.testing import CliRunner, Result

from portal.batches import commands
from portal.batches.ledger_models import Production
from portal.batches.verify import Verdict
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.cli import main
from portal.runtime import Runtime
from tests.staff.desk import enrolled

from .builders import a_signer, a_volume
from .claims import a_recipient, an_accepted_claim, publish


@pytest.fixture
def desk(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    publish(runtime)
    for name, value in {
        "ENV": "test",
        "DATA_DIR": str(runtime.settings.data_dir),
        "MATTERS_DIR": str(runtime.settings.matters_dir),
    }.items():
        monkeypatch.setenv(f"PORTAL_{name}", value)
    return runtime


def run(*arguments: str | Path, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["batch", *map(str, arguments)], input=given)


def some_claims(desk: Runtime, count: int = 3) -> list[str]:
    with desk.database.transaction() as session:
        return [an_accepted_claim(session, desk).claim.number for _ in range(count)]


def approve(desk: Runtime) -> Result:
    """As somebody who may, with a code of the second factor."""
    _token, secret = enrolled(desk, "counsel:kr")
    code = pyotp.TOTP(secret).at(datetime.now(UTC))
    return run("approve", "CP-KR-0001", "--as", "counsel:kr@staff.example", "--code", code)


def test_freeze_export_and_verify_agree(desk: Runtime, tmp_path: Path) -> None:
    some_claims(desk)
    frozen = run("freeze", "kr")
    assert (frozen.exit_code, frozen.stdout) == (0, "CP-KR-0001: 3 claims frozen\n")
    refused = run("export", "CP-KR-0001", "--to", tmp_path / "out", "--purpose", "for the court of Seoul")
    assert "not approved by a second person" in refused.stderr
    wrong = run("approve", "CP-KR-0001", "--as", "nobody@staff.example", "--code", "123456")
    assert (wrong.exit_code, "may approve" in wrong.stderr) == (1, True)
    assert approve(desk).stdout == "CP-KR-0001 is approved\n"
    exported = run("export", "CP-KR-0001", "--to", tmp_path / "out", "--purpose", "for the court of Seoul")
    assert exported.exit_code == 0, exported.output
    volume = tmp_path / "out" / "CP-KR-0001.zip"
    assert volume.stat().st_mode & 0o777 == 0o600
    verified = run("verify", volume)
    assert (verified.exit_code, verified.stdout.split(",")[0]) == (0, "intact: batch CP-KR-0001")
    key = tmp_path / "key.pem"
    key.write_text(run("key").stdout)
    with zipfile.ZipFile(volume) as book:
        book.extractall(tmp_path / "unpacked")
    assert run("verify", tmp_path / "unpacked", "--key", key).exit_code == 0
    assert "CP-KR-0001  approved" in run("list").stdout


def test_verify_needs_no_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "none"))
    key, volume = tmp_path / "key.pem", a_volume(tmp_path / "volume.zip")
    key.write_bytes(a_signer().public_pem)
    assert run("verify", volume, "--key", key).exit_code == Verdict.INTACT
    without = run("verify", volume)
    assert (without.exit_code, "--key" in without.stderr) == (2, True)
    assert not (tmp_path / "none").exists()


def test_each_kind_of_trouble_has_its_exit_code_and_one_line(tmp_path: Path) -> None:
    key, volume = tmp_path / "key.pem", a_volume(tmp_path / "volume.zip")
    key.write_bytes(a_signer().public_pem)
    other = tmp_path / "other.pem"
    other.write_bytes(a_signer(2).public_pem)
    with zipfile.ZipFile(volume) as book:
        book.extractall(tmp_path / "changed")
    (tmp_path / "changed" / "register.csv").write_text("")
    for arguments, code in (
        ((tmp_path / "changed", "--key", key), Verdict.NOT_INTACT),
        ((volume, "--key", other), Verdict.NOT_SIGNED),
        ((key, "--key", key), Verdict.NOT_A_VOLUME),
    ):
        result = run("verify", *arguments)
        assert result.exit_code == code
        assert result.stdout == ""
        assert len(result.stderr.splitlines()) == 1
    said = json.loads(run("verify", tmp_path / "changed", "--key", key, "--json").stdout)
    assert said["findings"] == [{"trouble": "changed", "file": "register.csv"}]


def test_a_dry_run_freezes_nothing_and_says_what_is_left_out(desk: Runtime) -> None:
    some_claims(desk, 2)
    with desk.database.transaction() as session:
        waiting = an_accepted_claim(session, desk, packet=None).claim.number
    result = run("freeze", "kr", "--dry-run")
    assert result.stdout == "2 claims would be frozen\n"
    assert result.stderr == f"left out, packet not sealed: 1 ({waiting})\n"
    assert json.loads(run("freeze", "kr", "--dry-run", "--json").stdout) == {
        "ready": 2,
        "blocked": {"packet_not_sealed": 1},
    }
    assert run("list").stdout == "no batches yet\n"


def test_a_list_of_numbers_chooses_and_a_wrong_line_is_named(desk: Runtime) -> None:
    first, _, third = some_claims(desk)
    chosen = run("freeze", "kr", "--claims", "-", "--json", given=f"{first}\n\n{third.lower()}\n")
    assert json.loads(chosen.stdout)["claims"] == 2
    wrong = run("freeze", "kr", "--claims", "-", given="CP-1\n")
    assert (wrong.exit_code, wrong.stderr) == (1, "Error: line 1 is no claim number: CP-1\n")
    empty = run("freeze", "kr", "--claims", "-", given="\n")
    assert "the list of claim numbers is empty" in empty.stderr


def test_failures_are_one_clear_line(desk: Runtime, tmp_path: Path) -> None:
    nothing = run("freeze", "us")
    assert (nothing.exit_code, nothing.stderr) == (1, "Error: no chosen claim can be in a batch\n")
    unknown = run("export", "CP-KR-0009", "--to", tmp_path, "--purpose", "for the court of Seoul")
    assert (unknown.exit_code, unknown.stderr) == (1, "Error: no batch is numbered CP-KR-0009\n")


def test_an_export_never_overwrites_and_names_the_claim_that_stops_it(desk: Runtime, tmp_path: Path) -> None:
    some_claims(desk, 1)
    run("freeze", "kr")
    approve(desk)
    (tmp_path / "CP-KR-0001.zip").write_bytes(b"mine")
    arguments = ("export", "CP-KR-0001", "--purpose", "for the court of Seoul", "--to")
    there = run(*arguments, tmp_path)
    assert (there.exit_code, "is there already" in there.stderr) == (1, True)
    assert (tmp_path / "CP-KR-0001.zip").read_bytes() == b"mine"
    for blob in (desk.settings.data_dir / "blobs").rglob("*"):
        if blob.is_file():
            blob.unlink()
    with desk.database.reading() as session:
        number = session.scalars(sa.select(Claim.number)).one()
    stopped = run(*arguments, tmp_path / "new")
    assert (stopped.exit_code, stopped.stderr) == (
        1,
        f"Error: claim {number} stops the volume: packet missing\n",
    )
    assert list((tmp_path / "new").iterdir()) == []


def test_marking_as_filed_defers_what_follows(desk: Runtime, tmp_path: Path) -> None:
    some_claims(desk, 1)
    run("freeze", "kr")
    approve(desk)
    assert run("filed", "CP-KR-0001").stderr == "Error: no volume of batch CP-KR-0001 was written yet\n"
    run("export", "CP-KR-0001", "--to", tmp_path, "--purpose", "for the court of Seoul")
    assert run("filed", "CP-KR-0001").exit_code == 0
    from portal.batches.filing import file_claims
    from portal.batches.models import Batch

    with desk.database.reading() as session:
        batch_id = session.scalars(sa.select(Batch.id)).one()
    file_claims(desk, batch_id)
    with desk.database.reading() as session:
        assert session.scalars(sa.select(Engagement.state)).one() is ClaimState.FILED


def test_what_was_produced_is_listed_and_encrypted_for_its_recipient(desk: Runtime, tmp_path: Path) -> None:
    some_claims(desk, 2)
    run("freeze", "kr")
    approve(desk)
    a_recipient(desk)
    arguments = (
        "export",
        "CP-KR-0001",
        "--to",
        tmp_path,
        "--purpose",
        "for the court of Seoul",
        "--recipient",
    )
    assert "no recipient of this office is called" in run(*arguments, "somebody").stderr
    written = run(*arguments, "접수계")
    passphrase = written.stderr.split("kept nowhere: ")[1].strip()
    with pyzipper.AESZipFile(tmp_path / "CP-KR-0001.zip.encrypted.zip") as outer:
        outer.setpassword(passphrase.encode())
        (tmp_path / "inner.zip").write_bytes(outer.read("CP-KR-0001.zip"))
    assert run("verify", tmp_path / "inner.zip").exit_code == 0
    assert run("produced", "CP-KR-0001", "--to", "접수계").stdout.startswith(
        "production 1: CP-KR-0001 to 접수계, "
    )
    assert "2 claims (1–2)  to 접수계" in run("ledger").stdout
    with desk.database.transaction() as session:
        session.scalars(sa.select(Production)).one().claims = 1
    assert (run("ledger").exit_code, json.loads(run("ledger", "--json").stdout)["broken"]) == (1, [1])


@pytest.mark.parametrize("name", sorted(commands.group.commands))
def test_every_command_explains_itself(name: str) -> None:
    shown = run(name, "--help")
    assert shown.exit_code == 0
    assert len(shown.output) > 100
