"""Volumes encrypted for their recipients, opened by other programs than the one that wrote them."""

import io
import os
import shutil
import subprocess

import pyrage
import pytest
import pyzipper

from portal.batches.sealing_for import How, NoReasonForPlain, WrongKey, encrypting, new_passphrase

PLAIN = os.urandom(3_000_000)


def sealed(how: How) -> bytes:
    out = io.BytesIO()
    with encrypting(out, how) as file:
        for at in range(0, len(PLAIN), 100_001):
            file.write(PLAIN[at : at + 100_001])
    return out.getvalue()


def test_age_opens_with_the_private_half_alone():
    pair, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    data = sealed(How("age", key=str(pair.to_public())))
    assert data.startswith(b"age-encryption.org/v1\n")
    assert pyrage.decrypt(data, [pair]) == PLAIN
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(data, [other])


PEM_NAME = "OPENSSH PRIVATE KEY"  # apart, for no file here may look like one that holds a key


@pytest.mark.skipif(not shutil.which("age"), reason="age is not installed")
def test_the_age_tool_opens_it(tmp_path):
    pair = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(str(pair))
    (tmp_path / "v.age").write_bytes(sealed(How("age", key=str(pair.to_public()))))
    opened = subprocess.run(
        ["age", "-d", "-i", tmp_path / "key", tmp_path / "v.age"], capture_output=True, check=True
    )
    assert opened.stdout == PLAIN


def test_a_zip_opens_with_its_passphrase_alone():
    passphrase = new_passphrase()
    data = sealed(How("zip", passphrase=passphrase, name="CP-KR-0001.zip"))
    with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["CP-KR-0001.zip"]
        assert archive.read("CP-KR-0001.zip", pwd=passphrase.encode()) == PLAIN
        with pytest.raises(RuntimeError):
            archive.read("CP-KR-0001.zip", pwd=new_passphrase().encode())


@pytest.mark.skipif(not shutil.which("7z"), reason="7z is not installed")
def test_7z_opens_the_zip(tmp_path):
    passphrase = new_passphrase()
    (tmp_path / "v.zip").write_bytes(sealed(How("zip", passphrase=passphrase, name="inside.zip")))
    subprocess.run(
        ["7z", "x", f"-p{passphrase}", f"-o{tmp_path}", tmp_path / "v.zip"], check=True, capture_output=True
    )
    assert (tmp_path / "inside.zip").read_bytes() == PLAIN


def test_a_lost_passphrase_is_replaced_by_another():
    first, second = new_passphrase(), new_passphrase()
    assert first != second
    assert [len(word) for word in second.split("-")] == [4] * 6
    for passphrase in (first, second):
        with pyzipper.AESZipFile(io.BytesIO(sealed(How("zip", passphrase=passphrase)))) as archive:
            assert archive.read("volume.zip", pwd=passphrase.encode()) == PLAIN


def test_plain_needs_a_reason():
    with pytest.raises(NoReasonForPlain):
        How("plain", reason="  because ")
    assert sealed(How("plain", reason="read on the court's own terminal")) == PLAIN


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKx you@host", "SSH key"),
        ("AGE-SECRET-KEY-1QQPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", "private key"),
        (f"-----BEGIN {PEM_NAME}-----\nb3BlbnNzaC1rZXk", "private key"),
        ("-----BEGIN PGP PUBLIC KEY BLOCK-----", "PGP key"),
        ("-----BEGIN CERTIFICATE-----", "in PEM"),
        ("age1notakey", "no age public key"),
        ("", "no age public key"),
    ],
)
def test_a_key_of_the_wrong_kind_is_refused_with_what_it_is(typed, said):
    with pytest.raises(WrongKey, match=said) as refused:
        How("age", key=typed)
    assert len(typed) < 12 or typed[12:] not in str(refused.value)


def test_a_full_disk_is_told_to_who_writes():
    class Full(io.RawIOBase):
        def write(self, data):
            raise OSError(28, "No space left on device")

    key = str(pyrage.x25519.Identity.generate().to_public())
    with pytest.raises((OSError, Exception)) as told, encrypting(Full(), How("age", key=key)) as file:
        for _ in range(200):
            file.write(PLAIN[:100_000])
    assert "space" in str(told.value) or "encrypted" in str(told.value)


def test_what_fails_on_the_way_leaves_no_thread_waiting():
    key = str(pyrage.x25519.Identity.generate().to_public())
    with pytest.raises(ValueError, match="stop"), encrypting(io.BytesIO(), How("age", key=key)) as file:
        file.write(PLAIN)
        raise ValueError("stop")
