"""The seal: what pyHanko makes, validated by pyHanko, pdfsig and openssl, over the whole of one revision."""

from __future__ import annotations

import io
import stat
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from asn1crypto.cms import ContentInfo
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from portal.matters.folder import read_folder, read_matter
from portal.packets import samples
from portal.packets.render import render
from portal.packets.seal import SealTooLarge, pyhanko_container, seal
from portal.packets.signer import FirmKey, KeyMissing, as_asn1, known_chains, open_firm_key
from portal.settings import Settings
from tests.conftest import ROOT


@cache
def matter():
    return read_matter(read_folder(ROOT / "matters" / "coupang-2025"))


def an_authority() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test Root")])
    return key, _certificate(name, key.public_key(), name, key, authority=True)


def a_firm_key(name: str = "법무법인 시험") -> FirmKey:
    """A key certified by an authority of its own, as a firm's real one is."""
    root_key, root = an_authority()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return FirmKey(
        key, (_certificate(subject, key.public_key(), root.subject, root_key, authority=False), root), False
    )


def _certificate(subject, public_key, issuer, issuer_key, *, authority: bool) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def a_draft(jurisdiction: str = "kr", **options: int):
    return render(samples.sample_claim(matter(), jurisdiction), **options)


@pytest.fixture(scope="module")
def key() -> FirmKey:
    return a_firm_key()


@pytest.fixture(scope="module")
def packet(key: FirmKey) -> bytes:
    return seal(a_draft(), key)


def signature_of(packet: bytes):
    (signature,) = PdfFileReader(io.BytesIO(packet), strict=True).embedded_signatures
    return signature


def test_pyhanko_validates_it_over_the_entire_file(packet, key):
    context = ValidationContext(trust_roots=[as_asn1(key.chain[-1])], allow_fetching=False)
    status = validate_pdf_signature(signature_of(packet), context)
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE


def test_its_container_is_pyhankos_own_to_the_last_byte(packet, key):
    signature = signature_of(packet)
    theirs = pyhanko_container(key.chain, signature.compute_digest(), key.key)
    assert signature.pkcs7_content.startswith(theirs)
    assert not signature.pkcs7_content[len(theirs) :].strip(b"\0")


def test_it_is_a_pades_baseline_signature(packet):
    signature = signature_of(packet)
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    (signer,) = ContentInfo.load(signature.pkcs7_content)["content"]["signer_infos"]
    attributes = {attribute["type"].native for attribute in signer["signed_attrs"]}
    # EN 319 142-1: the signing time stands in /M, and the certificate is bound by its hash.
    assert attributes == {"content_type", "message_digest", "signing_certificate_v2"}


def test_pdfsig_finds_the_total_document_validly_signed(packet, tmp_path: Path):
    path = tmp_path / "packet.pdf"
    path.write_bytes(packet)
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert said.count("Signature Validation:") == 1  # the field kept for counsel is not signed


def test_openssl_verifies_the_container_over_the_signed_bytes(packet, key, tmp_path: Path):
    signature = signature_of(packet)
    first, length, second, rest = map(int, signature.byte_range)
    container = ContentInfo.load(signature.pkcs7_content).dump()
    for name, data in {
        "signed": packet[first : first + length] + packet[second : second + rest],
        "container": container,
        "root": key.chain[-1].public_bytes(serialization.Encoding.PEM),
    }.items():
        (tmp_path / name).write_bytes(data)
    command = [
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "container",
        "-content", tmp_path / "signed", "-CAfile", tmp_path / "root", "-purpose", "any", "-out", tmp_path / "out",
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("jurisdiction", ["kr", "us"])
def test_qpdf_finds_nothing_wrong_after_sealing(jurisdiction, key, tmp_path: Path):
    path = tmp_path / "packet.pdf"
    path.write_bytes(seal(a_draft(jurisdiction), key))
    assert subprocess.run(["qpdf", "--check", path], capture_output=True).returncode == 0


def test_sealing_the_same_packet_again_gives_the_same_file(packet, key):
    assert seal(a_draft(), key) == packet


def test_a_seal_that_does_not_fit_is_an_error_and_not_a_broken_file(key):
    with pytest.raises(SealTooLarge):
        seal(a_draft(reserved=600), key)


def test_the_demo_makes_its_key_once_for_its_owner_only_and_says_so_on_the_cover(tmp_path: Path):
    settings = Settings(data_dir=tmp_path, env="demo")
    first, second = open_firm_key(settings), open_firm_key(settings)
    assert first.key.private_numbers() == second.key.private_numbers()
    assert stat.S_IMODE((tmp_path / "seal-demo.p12").stat().st_mode) == 0o600
    content = replace(samples.sample_claim(matter(), "kr"), sealer=first.sealer)
    path = tmp_path / "packet.pdf"
    path.write_bytes(seal(render(content), first))
    cover = subprocess.run(["pdftotext", "-raw", "-l", "1", path, "-"], capture_output=True, text=True).stdout
    assert "시연용 키로 봉인되었으므로" in cover


def test_a_configured_key_is_used_and_its_certificate_published(tmp_path: Path):
    key = a_firm_key("법무법인 진짜")
    held = pkcs12.serialize_key_and_certificates(
        b"seal", key.key, key.chain[0], key.chain[1:], serialization.BestAvailableEncryption(b"passphrase")
    )
    (tmp_path / "firm.p12").write_bytes(held)
    settings = Settings(data_dir=tmp_path, signer=str(tmp_path / "firm.p12"), signer_password="passphrase")
    opened = open_firm_key(settings)
    assert (opened.sealer.name, opened.sealer.demo) == ("법무법인 진짜", False)
    assert known_chains(tmp_path) == (key.chain,)


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_passphrase_is_a_missing_key(tmp_path: Path, password: str):
    key = a_firm_key()
    held = pkcs12.serialize_key_and_certificates(
        b"seal", key.key, key.chain[0], None, serialization.BestAvailableEncryption(b"right")
    )
    (tmp_path / "firm.p12").write_bytes(held)
    with pytest.raises(KeyMissing):
        open_firm_key(
            Settings(data_dir=tmp_path, signer=str(tmp_path / "firm.p12"), signer_password=password)
        )


def test_production_makes_no_key(tmp_path: Path):
    with pytest.raises(KeyMissing):
        open_firm_key(Settings(data_dir=tmp_path, env="production"))
    assert not list(tmp_path.iterdir())
