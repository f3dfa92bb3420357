"""A real timestamp authority (certomancer) on a free port, which can be told to misbehave."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml
from asn1crypto import pem, tsp
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, ServiceLabel
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from portal.packets.timestamps import Authority


def _pki(years: int, address: str) -> str:
    """A root that certifies an authority of time, with a list of revoked certificates."""
    now = datetime.now(UTC).replace(microsecond=0)
    validity = {
        "valid-from": (now - timedelta(days=1)).isoformat(),
        "valid-to": (now + timedelta(days=365 * years)).isoformat(),
    }
    usage = {
        "id": "key_usage",
        "critical": True,
        "smart-value": {"schema": "key-usage", "params": ["digital_signature"]},
    }
    stamping = {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]}
    authority = [
        {"id": "basic_constraints", "critical": True, "value": {"ca": True}},
        {
            "id": "key_usage",
            "critical": True,
            "smart-value": {"schema": "key-usage", "params": ["key_cert_sign", "crl_sign"]},
        },
    ]
    revocation = {
        "id": "crl_distribution_points",
        "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": ["list"]}},
    }
    certs = {
        "root": {
            "subject": "root",
            "issuer": "root",
            "serial": 1,
            "validity": validity,
            "extensions": authority,
        },
        "tsa": {
            "subject": "tsa",
            "issuer": "root",
            "serial": 2,
            "validity": validity,
            "extensions": [usage, stamping, revocation],
        },
    }
    return yaml.safe_dump(
        {
            "external-url-prefix": address,
            "keysets": {
                "keys": {
                    "path-prefix": ".",
                    "keys": {name: {"path": f"{name}.pem"} for name in ("root", "tsa")},
                }
            },
            "pki-architectures": {
                "test": {
                    "keyset": "keys",
                    "entity-defaults": {"country-name": "KR", "organization-name": "Test Time"},
                    "entities": {
                        "root": {"common-name": "Test Time Root"},
                        "tsa": {"common-name": "Test Time Authority"},
                    },
                    "certs": certs,
                    "services": {
                        "time-stamping": {"tsa": {"signing-cert": "tsa"}},
                        "crl-repo": {"list": {"for-issuer": "root", "simulated-update-schedule": "P30D"}},
                    },
                }
            },
        }
    )


class Misbehaving:
    """What the next answers are instead of the right one; `answer` gets the request and the right answer."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.answer: Callable[[bytes, bytes], bytes] | None = None
        self.wait = 0.0
        self.drip = False


class TestAuthority:
    """The architecture, its addresses, and how it behaves."""

    __test__ = False

    def __init__(self, folder: Path, address: str, years: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("root", "tsa"):
            (folder / f"{name}.pem").write_bytes(
                _key().private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
        (folder / "pki.yml").write_text(_pki(years, address))
        config = CertomancerConfig.from_file(str(folder / "pki.yml"), key_search_dir=str(folder))
        self.pki = config.get_pki_arch(ArchLabel("test"))
        root = self.pki.get_cert(CertLabel("root")).dump()
        self.roots = (x509.load_der_x509_certificate(root),)
        self.roots_pem = folder / "roots.pem"
        self.roots_pem.write_bytes(pem.armor("CERTIFICATE", root))
        self.faults = Misbehaving()
        self.url = f"{address}/tsa"

    def authority(self, seconds: float = 5.0) -> Authority:
        return Authority(self.url, self.roots, seconds=seconds)

    def stamped(self, request: bytes) -> bytes:
        stamper = self.pki.service_registry.summon_timestamper(ServiceLabel("tsa"), datetime.now(UTC))
        # Without microseconds, as most authorities write their time.
        stamper.fixed_dt = datetime.now(UTC).replace(microsecond=0)
        return bytes(stamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump())

    def crl(self) -> bytes:
        return bytes(self.pki.service_registry.get_crl(ServiceLabel("list"), datetime.now(UTC)).dump())


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextmanager
def serving(folder: Path, *, years: int = 3) -> Iterator[TestAuthority]:
    """An authority answering on a free port of this machine; its certificate ends after so many years."""
    authority: TestAuthority

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(authority.crl(), "application/pkix-crl")

        def do_POST(self) -> None:
            faults = authority.faults
            faults.asked += 1
            request = self.rfile.read(int(self.headers["Content-Length"]))
            answer = authority.stamped(request)
            time.sleep(faults.wait)
            self._send(
                faults.answer(request, answer) if faults.answer else answer, "application/timestamp-reply"
            )

        def _send(self, body: bytes, kind: str) -> None:
            self.send_response(authority.faults.status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            pieces = [body[at : at + 1] for at in range(len(body))] if authority.faults.drip else [body]
            with suppress(OSError):  # whoever asked has gone
                for piece in pieces:
                    self.wfile.write(piece)
                    time.sleep(0.05 if authority.faults.drip else 0)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    authority = TestAuthority(folder, f"http://127.0.0.1:{server.server_address[1]}", years)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
