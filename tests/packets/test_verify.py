"""Attacks on a sealed packet, each refused and named for what it is."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pikepdf
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from portal.cli import main
from portal.packets import samples
from portal.packets.pdf.file import Objects, stream
from portal.packets.render import render
from portal.packets.seal import KeptKeySigner, seal
from portal.packets.signer import FirmKey
from portal.packets.verify import Finding, verify
from tests.packets.test_seal import a_draft, a_firm_key, matter


@pytest.fixture(scope="module")
def key() -> FirmKey:
    return a_firm_key()


@pytest.fixture(scope="module")
def packet(key: FirmKey) -> bytes:
    return seal(a_draft("us"), key)


def finding(data: bytes, key: FirmKey) -> Finding:
    return verify(data, (key.chain,)).finding


def test_a_packet_as_it_was_made_is_genuine(packet, key):
    verdict = verify(packet, (key.chain,))
    assert verdict.genuine
    assert (verdict.signer, verdict.sha256) == ("법무법인 시험", hashlib.sha256(packet).hexdigest())


def test_a_packet_sealed_by_an_earlier_key_stays_genuine(packet, key):
    assert verify(packet, (a_firm_key("법무법인 새 열쇠").chain, key.chain)).genuine


def offsets(packet: bytes) -> list[int]:
    """A hundred places: all over the file, and more densely in the seal itself."""
    rng = Random(20251129)
    start = packet.rindex(b"/Contents<")
    spread = [rng.randrange(5, len(packet)) for _ in range(70)]
    return spread + [rng.randrange(start - 60, start + 16_384 + 60) for _ in range(30)]


def test_a_change_of_one_bit_at_any_of_a_hundred_places_is_refused(packet, key):
    rng = Random(7)
    for offset in offsets(packet):
        changed = bytearray(packet)
        changed[offset] ^= 1 << rng.randrange(8)
        assert finding(bytes(changed), key) in (Finding.ALTERED, Finding.NOT_OURS), offset


def test_a_letter_of_the_seal_in_upper_case_is_a_change_too(packet, key):
    start = packet.rindex(b"/Contents<") + 10
    at = next(place for place in range(start, len(packet)) if packet[place] in b"abcdef")
    changed = packet[:at] + packet[at : at + 1].upper() + packet[at + 1 :]
    assert finding(changed, key) is Finding.ALTERED


@pytest.mark.parametrize("more", [b"\n", b"%", b"\0" * 100])
def test_bytes_after_the_end_are_refused(packet, key, more):
    assert finding(packet + more, key) is Finding.APPENDED


def test_an_appended_revision_is_refused_though_the_seal_under_it_holds(packet, key):
    writer = IncrementalPdfFileWriter(io.BytesIO(packet))
    writer.root["/OpenAction"] = writer.root["/Metadata"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(packet)
    assert finding(out.getvalue(), key) is Finding.APPENDED


def test_a_second_signature_by_a_stranger_is_an_appended_revision(packet, key):
    stranger = a_firm_key("법무법인 시험")
    writer = IncrementalPdfFileWriter(io.BytesIO(packet))
    signer = PdfSigner(
        PdfSignatureMetadata(field_name="Other", md_algorithm="sha256"),
        KeptKeySigner(stranger.chain, stranger.key),
        new_field_spec=SigFieldSpec("Other"),
    )
    out = signer.sign_pdf(writer)
    assert finding(out.getvalue(), key) is Finding.APPENDED


def test_a_file_saved_anew_by_another_program_is_altered(packet, key):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(packet)) as pdf:
        pdf.save(out)
    assert finding(out.getvalue(), key) is Finding.ALTERED


def test_a_swapped_page_is_altered(packet, key):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(packet)) as pdf:
        pages = [page.obj.objgen[0] for page in pdf.pages]
    kids = " ".join(f"{number} 0 R" for number in pages)
    swapped = " ".join(f"{number} 0 R" for number in [pages[1], pages[0], *pages[2:]])
    out = packet.replace(kids.encode(), swapped.encode())
    assert out != packet
    assert finding(out, key) is Finding.ALTERED


@pytest.mark.parametrize(
    "ranges",
    [
        "[0 10 20 30]",
        "[1 {a} {b} {c}]",
        "[0 {a} {a} {c}]",
        "[0 {b} {a} {c}]",
        "[0 {a} {b} {c1}]",
        "[0 {a} {b} 0]",
    ],
)
def test_an_odd_byte_range_is_refused(packet, key, ranges):
    at = packet.rindex(b"/ByteRange[") + len(b"/ByteRange")
    end = packet.index(b"]", at) + 1
    _, a, b, c = map(int, packet[at + 1 : end - 1].split())
    text = ranges.format(a=a, b=b, c=c, c1=c - 1).encode().ljust(end - at)
    assert finding(packet[:at] + text[: end - at] + packet[end:], key) is not Finding.GENUINE


def test_a_packet_sealed_by_another_key_of_the_same_name_is_not_ours(key):
    forged = seal(a_draft("us"), a_firm_key("법무법인 시험"))
    assert finding(forged, key) is Finding.NOT_OURS


def test_our_seal_moved_into_another_packet_is_refused(packet, key):
    other = a_draft("kr")
    start = packet.rindex(b"/Contents<")
    held = packet[start : packet.index(b">", start)]
    data = bytes(other.data)
    place = data.rindex(b"/Contents<")
    assert finding(data[:place] + held + data[place + len(held) :], key) is not Finding.GENUINE


def test_an_exhibit_that_talks_of_byte_ranges_changes_nothing(key):
    objects = Objects()
    tree, content = (
        objects.take(),
        objects.add(stream(b"/ByteRange[0 10 20 30] pop % /ByteRange [0 1 2 3]", level=0)),
    )
    page = objects.add(
        f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 99 99]/Contents {content} 0 R/Resources<<>>>>"
    )
    objects.put(tree, f"<</Type/Pages/Count 1/Kids[{page} 0 R]>>".encode())
    root = objects.add(f"<</Type/Catalog/Pages {tree} 0 R>>")
    trap = bytes(objects.write(root=root, about=root, identity=bytes(16)).data)
    sample = samples.sample_claim(matter(), "us")
    exhibits = (replace(sample.exhibits[0], pictures=(), pdf=trap),)
    sealed = seal(render(replace(sample, exhibits=exhibits)), key)
    assert sealed.count(b"/ByteRange") > 1
    assert finding(sealed, key) is Finding.GENUINE


def test_what_is_no_packet_is_said_to_be_none(key):
    assert finding(b"", key) is Finding.UNREADABLE
    assert finding(b"PK\x03\x04", key) is Finding.UNREADABLE
    assert finding(bytes(a_draft("us").data), key) is not Finding.GENUINE
    assert finding(samples.sample_pdf(), key) is Finding.NOT_OURS


@pytest.mark.parametrize("length", [1_000, 100_000])
def test_a_cut_file_is_refused(packet, key, length):
    assert not verify(packet[:-length], (key.chain,)).genuine


@pytest.fixture
def shell(tmp_path: Path, packet: bytes, key: FirmKey, monkeypatch: pytest.MonkeyPatch):
    """Files as somebody without the portal's database has them: a packet, a changed one, the certificate."""
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "empty"))
    (tmp_path / "good.pdf").write_bytes(packet)
    (tmp_path / "bad.pdf").write_bytes(
        packet.replace(b"/Rotate", b"/rotate").replace(b"Exhibit", b"exhibit") + b" "
    )
    (tmp_path / "firm.pem").write_bytes(
        b"".join(one.public_bytes(serialization.Encoding.PEM) for one in key.chain)
    )

    def run(*arguments: str):
        shown = [str(tmp_path / one) if one.endswith((".pdf", ".pem", "/")) else one for one in arguments]
        return CliRunner().invoke(main, ["packet", "verify", *shown])

    return run


def test_the_command_says_one_line_and_exits_zero_for_a_genuine_packet(shell):
    result = shell("good.pdf", "--certificate", "firm.pem")
    assert result.exit_code == 0
    assert result.output.strip().endswith("good.pdf: genuine (sealed by 법무법인 시험, unchanged since)")
    assert len(result.output.splitlines()) == 1


def test_the_command_exits_one_when_any_file_of_a_folder_is_not_genuine(shell):
    result = shell("./", "--certificate", "firm.pem", "--json")
    found = {Path(one["file"]).name: one["finding"] for one in map(json.loads, result.output.splitlines())}
    assert (result.exit_code, found) == (1, {"good.pdf": "genuine", "bad.pdf": "appended"})


def test_the_command_needs_a_certificate_to_judge_by(shell):
    result = shell("good.pdf")
    assert result.exit_code == 2
    assert "no certificate" in result.output
