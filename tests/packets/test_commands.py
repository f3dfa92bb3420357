"""`portal packet build`: what an operator types when a claim's packets are wanted now."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import main
from portal.packets import making
from portal.packets.signer import known_chains
from portal.packets.verify import verify
from portal.runtime import Runtime
from tests.packets.claims import a_signed_claim, packets_of


@pytest.fixture
def run(runtime: Runtime, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORTAL_ENV", "test")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(runtime.settings.data_dir))

    def build(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["packet", "build", *arguments])

    return build


def test_it_makes_what_is_pending_and_writes_the_files(run, runtime: Runtime, tmp_path: Path):
    claim = a_signed_claim(runtime)
    result = run(claim.number, "--output", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    files = sorted((tmp_path / "out").iterdir())
    names = ("kr-r1", "kr-receipt", "us-r1", "us-receipt")
    assert [path.name for path in files] == [f"{claim.number}-{name}.pdf" for name in names]
    assert all(verify(path.read_bytes(), known_chains(runtime.settings.data_dir)).genuine for path in files)
    assert {one.state for one in packets_of(runtime, claim)} == {"sealed"}


def test_it_leaves_what_is_sealed_and_takes_the_number_as_people_type_it(run, runtime: Runtime):
    claim = a_signed_claim(runtime, tracks=("kr-consumer",))
    (packet,) = packets_of(runtime, claim)
    making.make(runtime, packet.id)
    (before,) = packets_of(runtime, claim)
    result = run(claim.number.lower().replace("-", " "))
    (after,) = packets_of(runtime, claim)
    assert result.exit_code == 0
    assert before.sha256 in result.output
    assert (after.blob, after.attempts) == (before.blob, before.attempts)


def test_it_says_in_one_line_that_there_is_no_such_claim(run, runtime: Runtime):
    a_signed_claim(runtime)
    result = run("CP-0000-0000")
    assert result.exit_code == 1
    assert result.output.strip() == "Error: no packets for a claim CP-0000-0000"


def test_it_exits_one_and_says_why_a_packet_could_not_be_made(run, runtime: Runtime, monkeypatch):
    claim = a_signed_claim(runtime, tracks=("kr-consumer",))
    monkeypatch.setenv("PORTAL_SIGNER", "/nowhere/seal.p12")
    result = run(claim.number)
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    assert f"{claim.number}-kr-r1.pdf: failed key-missing" in result.output
