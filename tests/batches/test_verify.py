"""What a recipient sees when a volume was lost in part, touched, or made by somebody else."""

import contextlib
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from portal.batches import manifest
from portal.batches.parcel import NotAVolume
from portal.batches.signing import NotAPublicKey, load_public
from portal.batches.verify import CONTAINER, Finding, NotSigned, Trouble, Verdict, verify
from tests.needs import program

from .builders import a_signer, a_volume

KEY = a_signer().key.public_key()
FIRST, SECOND = "packets/CP-0000-ABCD-kr-r1.pdf", "packets/CP-0001-ABCD-kr-r1.pdf"


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    return a_volume(tmp_path / "volume.zip")


@pytest.fixture
def folder(volume: Path, tmp_path: Path) -> Path:
    with zipfile.ZipFile(volume) as book:
        book.extractall(tmp_path / "folder")
    return tmp_path / "folder"


def rewritten(volume: Path, change: Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]]) -> Path:
    """The volume packed again by another program, after a change to its files."""
    with zipfile.ZipFile(volume) as book:
        files = [(name, book.read(name)) for name in book.namelist()]
    with zipfile.ZipFile(volume, "w") as book:
        for name, content in change(files):
            book.writestr(name, content)
    return volume


def test_an_untouched_volume_is_intact_packed_or_unpacked(volume: Path, folder: Path) -> None:
    for path in (volume, folder):
        report = verify(path, KEY)
        assert report.verdict is Verdict.INTACT
        assert report.line.startswith("intact: batch CP-KR-0001, 5 of 5 packets, 8 files, ")
        assert "demo key" in report.line


def test_a_missing_packet_is_named(volume: Path, folder: Path) -> None:
    (folder / SECOND).unlink()
    rewritten(volume, lambda files: [file for file in files if file[0] != SECOND])
    for path in (volume, folder):
        report = verify(path, KEY)
        assert report.findings == (Finding(Trouble.MISSING, SECOND),)
        assert report.line == f"NOT INTACT: missing: {SECOND}"


def test_a_changed_packet_is_named_even_at_the_same_length(volume: Path, folder: Path) -> None:
    content = (folder / SECOND).read_bytes()
    (folder / SECOND).write_bytes(content[:-1] + b"!")
    assert verify(folder, KEY).findings == (Finding(Trouble.CHANGED, SECOND),)
    rewritten(volume, lambda files: [(n, c[:-1] + b"!" if n == SECOND else c) for n, c in files])
    assert verify(volume, KEY).findings == (Finding(Trouble.CHANGED, SECOND),)


def test_an_added_file_is_named(volume: Path, folder: Path) -> None:
    (folder / "packets" / "CP-9999-ABCD-kr-r1.pdf").write_bytes(b"%PDF")
    assert verify(folder, KEY).findings == (Finding(Trouble.ADDED, "packets/CP-9999-ABCD-kr-r1.pdf"),)
    with zipfile.ZipFile(volume, "a") as book:
        book.writestr("extra.txt", b"x")
    assert verify(volume, KEY).findings == (Finding(Trouble.ADDED, "extra.txt"),)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_second_file_of_the_same_name_is_an_addition(volume: Path) -> None:
    with zipfile.ZipFile(volume, "a") as book:
        book.writestr(FIRST, b"another first")
    assert Finding(Trouble.ADDED, FIRST) in verify(volume, KEY).findings


def test_packets_in_another_order_are_named(volume: Path) -> None:
    def swapped(files: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        files[3], files[4] = files[4], files[3]
        return files

    assert verify(rewritten(volume, swapped), KEY).findings == (Finding(Trouble.OUT_OF_ORDER, SECOND),)


def test_several_troubles_make_one_line(folder: Path) -> None:
    (folder / FIRST).unlink()
    (folder / SECOND).write_bytes(b"")
    (folder / "x").write_bytes(b"")
    assert verify(folder, KEY).line == f"NOT INTACT: missing: {FIRST} (and 1 more changed, 1 more added)"


def test_no_single_changed_byte_of_a_volume_goes_unnoticed(volume: Path) -> None:
    whole = volume.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 400)):
        volume.write_bytes(whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :])
        with contextlib.suppress(NotSigned, NotAVolume):  # also refusals
            assert verify(volume, KEY).verdict is Verdict.NOT_INTACT, at
    volume.write_bytes(whole)
    assert verify(volume, KEY).verdict is Verdict.INTACT


@pytest.mark.parametrize("where", ["before", "after"])
def test_bytes_hidden_around_the_zip_are_noticed(volume: Path, where: str) -> None:
    whole = volume.read_bytes()
    volume.write_bytes(b"#!/bin/sh\n" + whole if where == "before" else whole + b"hidden")
    assert verify(volume, KEY).findings == (Finding(Trouble.CHANGED, CONTAINER),)


def test_a_volume_packed_again_is_told_from_the_firms_own(volume: Path) -> None:
    assert verify(rewritten(volume, lambda files: files), KEY).findings == (
        Finding(Trouble.CHANGED, CONTAINER),
    )


@pytest.mark.parametrize("keep", [0, 10, 2000, -30])
def test_a_download_that_was_cut_off_is_said_so(volume: Path, keep: int) -> None:
    volume.write_bytes(volume.read_bytes()[:keep])
    with pytest.raises(NotAVolume, match="not a whole ZIP file"):
        verify(volume, KEY)


def test_something_else_than_a_volume_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotSigned, match=r"manifest\.json is missing"):
        verify(tmp_path / "empty", KEY)
    with pytest.raises(NotAVolume, match="no file or folder"):
        verify(tmp_path / "nothing", KEY)


def test_another_firms_key_does_not_fit(volume: Path) -> None:
    with pytest.raises(NotSigned, match="signed with another key"):
        verify(volume, a_signer(2).key.public_key())


def test_a_manifest_forged_to_fit_changed_files_is_not_believed(folder: Path) -> None:
    (folder / SECOND).write_bytes(b"forged")
    said = json.loads((folder / manifest.NAME).read_bytes())
    record = next(record for record in said["files"] if record["name"] == SECOND)
    record |= {"size": 6, "sha256": "0" * 64}
    (folder / manifest.NAME).write_bytes(manifest.canonical(said))
    with pytest.raises(NotSigned, match="changed after it was signed"):
        verify(folder, KEY)


def test_a_volume_signed_anew_by_a_forger_is_not_believed(tmp_path: Path) -> None:
    forged = a_volume(tmp_path / "forged.zip", signer=a_signer(3))
    with pytest.raises(NotSigned, match="signed with another key"):
        verify(forged, KEY)


@pytest.mark.parametrize("name", [manifest.NAME, manifest.SIGNATURE])
def test_a_volume_without_manifest_or_signature_is_not_believed(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(NotSigned, match="is missing"):
        verify(folder, KEY)


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b"\xff\xfe", b"[" * 100_000])
def test_a_manifest_of_garbage_is_refused_calmly(folder: Path, content: bytes) -> None:
    (folder / manifest.NAME).write_bytes(content)
    with pytest.raises(NotSigned):
        verify(folder, KEY)


def test_a_link_instead_of_a_file_is_a_change(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder / SECOND, tmp_path / "elsewhere.pdf")
    os.symlink(tmp_path / "elsewhere.pdf", folder / SECOND)
    assert verify(folder, KEY).findings == (Finding(Trouble.CHANGED, SECOND),)


def test_openssl_alone_can_check_the_signature(folder: Path, tmp_path: Path) -> None:
    pem = tmp_path / "key.pem"
    pem.write_bytes(a_signer().public_pem)
    command = [
        program("openssl"),
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        pem,
        "-rawin",
        "-in",
        folder / manifest.NAME,
    ]
    command += ["-sigfile", folder / manifest.SIGNATURE]
    assert subprocess.run(command, capture_output=True).returncode == 0


def test_the_public_key_is_read_from_pem_and_other_kinds_are_refused() -> None:
    assert load_public(a_signer().public_pem) == KEY
    with pytest.raises(NotAPublicKey):
        load_public(b"-----BEGIN NONSENSE-----")
    other = rsa.generate_private_key(65537, 2048).public_key()
    with pytest.raises(NotAPublicKey, match="Ed25519"):
        load_public(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
