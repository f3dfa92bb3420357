"""The firm's key that seals packets: a configured PKCS#12 file, or for the demo a key made at first use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from asn1crypto import x509 as asn1  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from portal import private_files
from portal.errors import PortalError
from portal.packets.content import Sealer
from portal.settings import Settings

# Folders of data_dir with the certificates used so far.
SEALS, COUNSEL, TIMESTAMPS = "seal-certificates", "counsel-certificates", "timestamp-certificates"
_DEMO_YEARS = 10

Chain = tuple[x509.Certificate, ...]
"""A certificate and those above it, the signing one first."""


class KeyMissing(PortalError):
    """The key that seals packets is not there, or its passphrase is wrong."""


class KeyExpired(KeyMissing):
    """The key's certificate has ended, or does not count yet."""


@dataclass(frozen=True, repr=False)
class FirmKey:
    """A parsed RSA key with its certificates."""

    key: rsa.RSAPrivateKey
    chain: Chain
    demo: bool

    def sign(self, data: bytes) -> bytes:
        """The RSA signature (PKCS #1 v1.5, SHA-256) of these bytes."""
        return bytes(self.key.sign(data, PKCS1v15(), hashes.SHA256()))

    @property
    def sealer(self) -> Sealer:
        """Whose key this is, as packets say it."""
        return Sealer(common_name(self.chain[0]), self.demo)


def common_name(certificate: x509.Certificate) -> str:
    """The subject's name as people know it."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def open_firm_key(settings: Settings, *, even_ended: bool = False) -> FirmKey:
    """The key in force, parsed once per process and file. Raises `KeyMissing`, or `KeyExpired`: nothing is sealed
    with a certificate that has ended.
    """
    if settings.signer:
        path = Path(settings.signer)
        password = settings.signer_password.get_secret_value().encode() or None
    elif settings.production:
        raise KeyMissing("PORTAL_SIGNER names no PKCS#12 file")
    else:
        path, password = settings.data_dir / "seal-demo.p12", None
        if not path.exists():
            make_demo_key(path, "Demonstration Seal")
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise KeyMissing(f"the seal key {path} cannot be read") from error
    key = _kept(path, password, changed, not settings.signer)
    keep_chain(settings.data_dir, key.chain)
    if not even_ended:
        refuse_expired(key.chain)
    return key


@lru_cache(maxsize=4)
def _kept(path: Path, password: bytes | None, _changed: int, demo: bool) -> FirmKey:
    return read_key(path, password, demo=demo)


def refuse_expired(chain: Chain) -> None:
    """Raises `KeyExpired` when a certificate no longer counts, or does not yet; its validity is wall-clock time."""
    first, now = chain[0], datetime.now(UTC)
    if not first.not_valid_before_utc <= now <= first.not_valid_after_utc:
        raise KeyExpired(
            f"the certificate of {common_name(first)} is valid from {first.not_valid_before_utc:%Y-%m-%d} "
            f"until {first.not_valid_after_utc:%Y-%m-%d}"
        )


def read_key(path: Path, password: bytes | None, *, demo: bool = False) -> FirmKey:
    """The key of a PKCS#12 file. Raises `KeyMissing`."""
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(path.read_bytes(), password)
    except (OSError, ValueError) as error:
        raise KeyMissing(f"the key {path} cannot be opened") from error
    if not isinstance(key, rsa.RSAPrivateKey) or certificate is None:
        raise KeyMissing(f"{path} holds no RSA key with its certificate")
    return FirmKey(key, (certificate, *chain), demo)


def make_demo_key(path: Path, name: str) -> None:
    """Makes the demo's key, readable by its owner only; where two processes make one, the first is kept."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    now = datetime.now(UTC)  # a certificate's validity is wall-clock time, not a claim's
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Joint Claims Portal (demonstration)"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * _DEMO_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    held = pkcs12.serialize_key_and_certificates(
        b"seal", key, certificate, None, serialization.NoEncryption()
    )
    private_files.create(path, held)


def keep_chain(data_dir: Path, chain: Chain, folder: str = SEALS) -> None:
    """Publishes the certificates beside the earlier ones, so that what was signed under any of them verifies."""
    path = data_dir / folder / f"{chain[0].fingerprint(hashes.SHA256()).hex()}.pem"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain))


def known_chains(data_dir: Path, folder: str = SEALS) -> tuple[Chain, ...]:
    """The certificates of every key this installation has sealed, or countersigned, with."""
    return tuple(read_chain(path) for path in sorted((data_dir / folder).glob("*.pem")))


def read_chain(path: Path) -> Chain:
    """The certificates of a PEM file. Raises `KeyMissing` when it holds none."""
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise KeyMissing(f"{path} holds no certificate") from error


def as_asn1(certificate: x509.Certificate) -> asn1.Certificate:
    """The certificate as pyHanko reads it."""
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
