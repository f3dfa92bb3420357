"""`portal packet verify`: files and folders, for people and for programs, on a machine that has nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import main
from portal.packets.certificates import as_pem, chains_in
from portal.packets.seal import seal
from tests.conftest import ROOT
from tests.packets.test_seal import a_draft, a_firm_key

KEYS = {"file", "genuine", "finding", "reason", "signer", "sha256"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What somebody was handed: packets in folders of folders, a changed one, something else, and the certificates."""
    held, key = tmp_path_factory.mktemp("held"), a_firm_key()
    packet = seal(a_draft("kr"), key)
    (held / "packets" / "deeper").mkdir(parents=True)
    (held / "packets" / "one.pdf").write_bytes(packet)
    (held / "packets" / "deeper" / "TWO.PDF").write_bytes(packet)
    (held / "packets" / "deeper" / "readme.txt").write_text("no packet")
    (held / "mixed").mkdir()
    (held / "mixed" / "good.pdf").write_bytes(packet)
    (held / "mixed" / "longer.pdf").write_bytes(packet + b"\n")
    (held / "mixed" / "broken.pdf").write_bytes(b"not a PDF")
    (held / "empty").mkdir()
    earlier = a_firm_key("법무법인 옛 열쇠")
    (held / "certificates.pem").write_bytes(as_pem([earlier.chain, key.chain]))
    return held


@pytest.fixture
def run(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "nothing-here"))
    monkeypatch.chdir(folder)

    def verify(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["packet", "verify", *arguments])

    return verify


def test_a_folder_is_searched_to_its_bottom_and_counted(run):
    result = run("packets", "--certificate", "certificates.pem")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "packets/deeper/TWO.PDF",
        "packets/one.pdf",
        "2 files",
    ]
    assert lines[-1] == "2 files: 2 genuine"


def test_one_that_is_not_genuine_is_named_and_makes_the_exit_code_one(run):
    result = run("mixed", "--certificate", "certificates.pem")
    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == "3 files: 1 appended, 1 genuine, 1 unreadable"
    assert "mixed/longer.pdf: appended" in result.output


def test_programs_get_one_object_a_file_and_nothing_else(run):
    result = run("mixed", "packets/one.pdf", "--certificate", "certificates.pem", "--json")
    found = [json.loads(line) for line in result.output.splitlines()]
    assert {one["file"]: one["finding"] for one in found} == {
        "mixed/broken.pdf": "unreadable",
        "mixed/good.pdf": "genuine",
        "mixed/longer.pdf": "appended",
        "packets/one.pdf": "genuine",
    }
    assert all(set(one) >= KEYS for one in found)
    assert [one["genuine"] for one in found] == [one["finding"] == "genuine" for one in found]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("packets",), "no certificate"),
        (("empty", "--certificate", "certificates.pem"), "no PDF"),
        (("packets", "--certificate", "packets/one.pdf"), "holds no certificate"),
        (("nowhere", "--certificate", "certificates.pem"), "does not exist"),
        ((), "Missing argument"),
    ],
)
def test_what_cannot_be_judged_is_a_matter_of_usage(run, arguments, said):
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_a_file_that_may_not_be_opened_is_named_and_the_others_are_judged(run, monkeypatch):
    read = Path.read_bytes

    def refusing(path: Path) -> bytes:
        if path.name == "good.pdf":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refusing)
    result = run("mixed", "--certificate", "certificates.pem")
    assert result.exit_code == 1
    assert "good.pdf: unreadable (the file cannot be opened: Permission denied)" in result.output
    assert "longer.pdf: appended" in result.output


def test_a_file_that_exhausts_the_reader_is_unreadable(run, monkeypatch):
    def exhausted(*_arguments: object) -> None:
        raise RecursionError

    monkeypatch.setattr("portal.packets.commands.judge", exhausted)
    result = run("packets/one.pdf", "--certificate", "certificates.pem")
    assert result.exit_code == 1
    assert "unreadable" in result.output


def test_a_clean_machine_needs_the_certificates_only_and_nothing_is_left_there(folder: Path, tmp_path: Path):
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    command = [sys.executable, "-m", "portal", "packet", "verify", str(folder / "packets")]
    result = subprocess.run(
        [*command, "--certificate", str(folder / "certificates.pem")],
        cwd=tmp_path, env={**bare, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith("2 files: 2 genuine\n")
    assert not list(tmp_path.iterdir())


def test_one_file_of_certificates_holds_several_chains(folder: Path):
    chains = chains_in(folder / "certificates.pem")
    assert [len(chain) for chain in chains] == [2, 2]
    assert as_pem(chains) == (folder / "certificates.pem").read_bytes()
