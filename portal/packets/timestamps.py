"""RFC 3161: an independent authority's signed word that a hash was there at a time.

A token is taken only when every part of it can be answered for: it signs our hash and our nonce, its signature chains
to a configured root, and nothing stands in it unsigned but certificates that are signed themselves. So one altered
byte of a token shows as surely as one of the file.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import http.client
import logging
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from asn1crypto import algos, cms, core, tsp  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from pyhanko.sign.general import CMSExtractionError, CMSStructuralError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from portal.errors import PortalError
from portal.packets.signer import (
    TIMESTAMPS,
    Chain,
    KeyMissing,
    as_asn1,
    common_name,
    keep_chain,
    known_chains,
    read_chain,
)
from portal.settings import Settings

TOKEN_ROOM = 12_288  # bytes; authorities' tokens with their chains take 3,000 to 8,000
SKEW = timedelta(minutes=10)  # further from our own clock than this, an authority's time is nonsense
# What does not hold is an answer here, and raised; pyHanko would print each with a traceback besides.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
_DIGESTS = frozenset({"sha256", "sha384", "sha512"})


class TimestampRefused(PortalError):
    """The authority gave no timestamp that can be used: it is away, slow, refuses, or answers something else."""


@dataclass(frozen=True, repr=False)
class Authority:
    """Whom to ask. `seconds` is how long an answer may take in all."""

    url: str
    roots: Chain
    user: str = ""
    password: str = ""
    seconds: float = 10.0


@dataclass(frozen=True)
class Timestamp:
    """A token that holds: its time, and whose certificate signed it. `trusted` says that it chains to a known root."""

    token: bytes
    at: datetime
    signer: x509.Certificate
    trusted: bool

    @property
    def expires(self) -> datetime:
        """When its certificate ends, and another timestamp must have been put over it."""
        return self.signer.not_valid_after_utc

    @property
    def authority(self) -> str:
        return common_name(self.signer)

    @property
    def certificate(self) -> str:
        """SHA-256 of the authority's certificate, in hex."""
        return self.signer.fingerprint(hashes.SHA256()).hex()


def open_authority(settings: Settings) -> Authority | None:
    """The configured authority; None where seals carry no timestamp. Raises `TimestampRefused` without its roots."""
    if settings.seal_level == "B-B":
        return None
    path = Path(settings.timestamp_roots)
    try:
        roots = _roots(path, path.stat().st_mtime_ns)
    except (OSError, KeyMissing) as error:
        raise TimestampRefused(f"the timestamp authority's roots cannot be read from {path}") from error
    for root in roots:  # published beside the earlier ones, so that timestamps under any of them verify
        keep_chain(settings.data_dir, (root,), TIMESTAMPS)
    return Authority(
        url=settings.timestamp_url,
        roots=roots,
        user=settings.timestamp_user,
        password=settings.timestamp_password.get_secret_value(),
        seconds=settings.timestamp_seconds,
    )


@lru_cache(maxsize=4)
def _roots(path: Path, _changed: int) -> Chain:
    return read_chain(path)


def known_roots(data_dir: Path) -> Chain:
    """The roots of every timestamp authority that this installation has used."""
    return tuple(root for chain in known_chains(data_dir, TIMESTAMPS) for root in chain)


def obtain(authority: Authority, digest: bytes) -> Timestamp:
    """A timestamp over a SHA-256. Raises `TimestampRefused`."""
    nonce = secrets.randbits(63) | 1 << 62  # of one length always
    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
            "nonce": nonce,
            "cert_req": True,
        }
    )
    token = _token_of(_post(authority, request.dump()), nonce)
    stamp = check(token, digest, authority.roots)
    if not stamp.trusted:
        raise TimestampRefused("the timestamp does not chain to a configured root")
    if abs(stamp.at - datetime.now(UTC)) > SKEW:  # the authority's clock against ours, not a claim's time
        raise TimestampRefused("the authority's clock is not ours")
    return stamp


def check(token: bytes, digest: bytes, roots: Sequence[x509.Certificate]) -> Timestamp:
    """The facts of a token over a SHA-256. Raises `TimestampRefused` when it is not whole, or not over this hash.

    Without roots it is only held against itself, and is not trusted.
    """
    with _nonsense_refused():
        if len(token) > TOKEN_ROOM or not _minimal(token):
            raise TimestampRefused("the timestamp is not in its one right form")
        content = cms.ContentInfo.load(token, strict=True)
        if content["content_type"].native != "signed_data":
            raise TimestampRefused("the answer holds no timestamp")
        signed = content["content"]
        certificates = _accounted(signed, roots)
        signer = _signer(signed, certificates)
        at = signed["encap_content_info"]["content"].parsed["gen_time"].native
        trust = list(roots) or [_highest(signer, certificates)]
        context = ValidationContext(
            trust_roots=[as_asn1(one) for one in trust],
            other_certs=[as_asn1(one) for one in certificates],
            moment=at,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )
        found = asyncio.run(validate_tst_signed_data(signed, context, _only_sha256(digest)))
        if not (found["intact"] and found["valid"]):
            raise TimestampRefused("the timestamp is not over what was asked")
        trusted = bool(roots) and found.get("validation_path") is not None
        return Timestamp(token, at, signer, trusted)
    raise AssertionError  # the block above returns or raises


def _only_sha256(digest: bytes) -> Callable[[str], bytes]:
    return lambda algorithm: digest if algorithm == "sha256" else b""


def _token_of(answer: bytes, nonce: int) -> bytes:
    """The token of a granted answer to our question. Raises `TimestampRefused`."""
    with _nonsense_refused():
        response = tsp.TimeStampResp.load(answer, strict=True)
        status = response["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            raise TimestampRefused(f"the authority refuses ({status})")
        token = response["time_stamp_token"]
        info = token["content"]["encap_content_info"]["content"].parsed
        if info["nonce"].native != nonce:
            raise TimestampRefused("the answer is not to our question (nonce)")
        return bytes(token.dump())
    raise AssertionError  # the block above returns or raises


@contextmanager
def _nonsense_refused() -> Iterator[None]:
    """Whatever a parser stumbles over in foreign bytes means that they are no timestamp."""
    try:
        yield
    except (CMSExtractionError, CMSStructuralError, SignatureValidationError, UnsupportedAlgorithm) as error:
        raise TimestampRefused(f"no timestamp that can be used: {type(error).__name__}") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, NotImplementedError) as error:
        raise TimestampRefused(f"no timestamp can be read: {type(error).__name__}") from error


def _accounted(signed: cms.SignedData, roots: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """The token's certificates, when all that is not signed in it is as it has to be. Raises `TimestampRefused`."""
    (signer,) = signed["signer_infos"]
    algorithm = signer["digest_algorithm"]
    name = algorithm["algorithm"].native
    plain = {
        algos.DigestAlgorithm({"algorithm": name, **more}).dump()
        for more in ({}, {"parameters": core.Null()})
    }
    wanted = (
        signed["version"].native == "v3"
        and signed["encap_content_info"]["content_type"].native == "tst_info"
        and [one.dump() for one in signed["digest_algorithms"]] == [algorithm.dump()]
        and name in _DIGESTS
        and algorithm.dump() in plain
        and signed["crls"].native is None
        and signer["version"].native == "v1"
        and signer["sid"].name == "issuer_and_serial_number"
        and signer["unsigned_attrs"].native is None
    )
    if not wanted:
        raise TimestampRefused("the timestamp holds parts that nothing answers for")
    certificates = [x509.load_der_x509_certificate(one.chosen.dump()) for one in signed["certificates"]]
    above = [*certificates, *roots]
    # Without roots nothing can be said of a certificate whose issuer the token leaves out.
    if roots and not all(any(_issued(one, issuer) for issuer in above) for one in certificates):
        raise TimestampRefused("the timestamp holds a certificate that nothing answers for")
    return certificates


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _signer(signed: cms.SignedData, certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    named = signed["signer_infos"][0]["sid"].chosen
    for one in certificates:
        its = as_asn1(one)
        if its.serial_number == named["serial_number"].native and its.issuer.dump() == named["issuer"].dump():
            return one
    raise TimestampRefused("the timestamp lacks its signer's certificate")


def _highest(certificate: x509.Certificate, certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    """The last certificate of the chain, as far as the token has it."""
    for _ in certificates:
        issuer = next((one for one in certificates if one != certificate and _issued(certificate, one)), None)
        if issuer is None:
            return certificate
        certificate = issuer
    return certificate


def _minimal(der: bytes) -> bool:
    """Whether every length in these bytes is written the one way that DER allows, down to what is not constructed."""
    at, end = 0, len(der)
    while at < end:
        tag = der[at]
        if tag & 0x1F == 0x1F or at + 1 >= end:
            return False
        first = der[at + 1]
        octets = first & 0x7F if first & 0x80 else 0
        start = at + 2 + octets
        length = int.from_bytes(der[at + 2 : start], "big") if octets else first
        if (
            first == 0x80
            or octets > 4
            or (octets and (der[at + 2] == 0 or length < 0x80))
            or start + length > end
        ):
            return False
        if tag & 0x20 and not _minimal(der[start : start + length]):
            return False
        at = start + length
    return True


def _post(authority: Authority, body: bytes) -> bytes:
    """The authority's answer. Raises `TimestampRefused`."""
    split = urlsplit(authority.url)
    kind = http.client.HTTPSConnection if split.scheme == "https" else http.client.HTTPConnection
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    if authority.user:
        known = base64.b64encode(f"{authority.user}:{authority.password}".encode()).decode()
        headers["Authorization"] = f"Basic {known}"
    path = f"{split.path or '/'}{'?' + split.query if split.query else ''}"
    connection = kind(split.hostname or "", split.port, timeout=authority.seconds)
    watch = None
    try:
        connection.connect()
        # Each read may take the whole time-out; only closing the connection ends an answer that drips.
        watch = threading.Timer(authority.seconds, _close, (connection.sock,))
        watch.start()
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        answer = response.read(2 * TOKEN_ROOM + 1)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise TimestampRefused(f"the timestamp authority does not answer ({type(error).__name__})") from error
    finally:
        if watch:
            watch.cancel()
        connection.close()
    if response.status != 200:
        raise TimestampRefused(f"the timestamp authority answers {response.status}")
    if len(answer) > 2 * TOKEN_ROOM:
        raise TimestampRefused("the timestamp authority's answer is too long")
    return answer


def _close(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def imprint(signature: bytes) -> bytes:
    """What is timestamped of a signature (ETSI EN 319 122-1, 5.3): the hash of its value."""
    return hashlib.sha256(signature).digest()
