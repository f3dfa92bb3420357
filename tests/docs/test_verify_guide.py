"""The guide to checking a packet without the portal: its very commands, run on a packet that was just sealed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256

from portal.packets.certificates import as_pem
from portal.packets.seal import seal
from portal.packets.signer import FirmKey
from tests.conftest import ROOT
from tests.packets.test_seal import a_draft, a_firm_key

GUIDES = ("verify.en.md", "verify.ko.md")


def commands(guide: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", (ROOT / "docs" / guide).read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def key() -> FirmKey:
    return a_firm_key()


@pytest.fixture(scope="module")
def sealed(key: FirmKey) -> bytes:
    return seal(a_draft("kr"), key)


@pytest.fixture
def run(tmp_path: Path, sealed: bytes, key: FirmKey):
    """Carries out a command where the guide's reader would: beside the packet and the certificates."""
    (tmp_path / "packet.pdf").write_bytes(sealed)
    (tmp_path / "seal-certificates.pem").write_bytes(as_pem([key.chain]))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    def carry_out(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, env={**clean, "PATH": programs, "LC_ALL": "C.UTF-8"},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    return carry_out


def fingerprint(key: FirmKey, place: int = 0) -> str:
    return key.chain[place].fingerprint(SHA256()).hex(":").upper()


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_does_what_the_guide_says(guide: str, run, key: FirmKey):
    shown, pdfsig, cut, verify, program = [run(command) for command in commands(guide)]
    assert fingerprint(key) in shown.stdout
    assert "Signature Validation: Signature is Valid." in pdfsig.stdout
    assert "Total document signed" in pdfsig.stdout
    assert pdfsig.stdout.index("Field Name: Seal") < pdfsig.stdout.index("Field Name: Counsel")
    assert "The signature form field is not signed" in pdfsig.stdout
    assert "Certificate issuer isn't Trusted" in pdfsig.stdout
    assert cut.stdout == "signature 1 covers the file to its end\n"
    assert "CMS Verification successful" in verify.stderr
    assert fingerprint(key) in verify.stdout, "the signer's, not that of the authority above"
    assert (program.returncode, program.stdout[:20]) == (0, "packet.pdf: genuine ")


def test_a_changed_packet_fails_in_each_of_them(run, tmp_path: Path, sealed: bytes):
    changed = bytearray(sealed)
    changed[len(sealed) // 2] ^= 1
    (tmp_path / "packet.pdf").write_bytes(changed)
    _shown, pdfsig, _cut, verify, program = [run(command) for command in commands(GUIDES[0])]
    assert "Signature is Valid." not in pdfsig.stdout
    assert "CMS Verification successful" not in verify.stderr
    assert (program.returncode, program.stdout[:20]) == (1, "packet.pdf: altered ")


def test_another_key_of_the_same_name_fails_against_the_published_certificate(run, tmp_path: Path):
    (tmp_path / "packet.pdf").write_bytes(seal(a_draft("kr"), a_firm_key()))
    _shown, _pdfsig, _cut, verify, program = [run(command) for command in commands(GUIDES[0])]
    assert "CMS Verification successful" not in verify.stderr
    assert (program.returncode, program.stdout[:21]) == (1, "packet.pdf: not ours ")


def test_both_languages_give_the_same_commands():
    assert commands(GUIDES[0]) == commands(GUIDES[1])


def test_the_json_keys_are_those_that_the_guide_lists():
    from portal.packets.verify import Verdict

    given = {"file", "genuine", *Verdict.__dataclass_fields__}
    for guide in GUIDES:
        page = (ROOT / "docs" / guide).read_text()
        listed = page.split("`--json`", 1)[1].split("##", 1)[0]
        rows = re.findall(r"^\| (`.*?) \|", listed, re.MULTILINE)
        assert set(re.findall(r"`(\w+)`", " ".join(rows))) == given
