"""Verifies a file that anybody may have sent in a process of its own, where a crash or an endless loop harms nobody.

The process gets the file and the certificates through a pipe and answers a verdict; it knows no secret, may write
nothing and dies at its limits (`portal.evidence.box`). What it answers decides nothing alone: a file counts as one
of ours only if its hash, taken outside, stands in the record.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
from dataclasses import asdict, replace
from typing import Any

from cryptography import x509
from pydantic import TypeAdapter

from portal.evidence import box
from portal.evidence.harmless import Bounds
from portal.evidence.refusals import Broken, TooDemanding
from portal.packets.certificates import Trust, as_pem, judge
from portal.packets.signer import Chain
from portal.packets.verify import Finding, Verdict

MEMORY = 400_000_000
"""Bytes of private memory; the libraries need about 120 million, a file of 20 MB is held some five times over."""
CPU_SECONDS = 10
WALL_SECONDS = 30
_LENGTH = struct.Struct(">I")
_verdict: TypeAdapter[Verdict] = TypeAdapter(Verdict)


def verify_in_box(data: bytes, trust: Trust) -> Verdict:
    """What `verify` gives; a file that breaks the process or asks too much of it is unreadable."""
    sha256 = hashlib.sha256(data).hexdigest()
    if not data.startswith(b"%PDF-"):  # no process is needed to see that
        return Verdict(Finding.UNREADABLE, sha256, "the file is not a PDF")
    limits = {"bounds": asdict(Bounds()), "cpu_seconds": CPU_SECONDS, "memory": MEMORY}
    try:
        head, _rest = box.work_in_box(
            __name__,
            _packed(json.dumps(limits).encode()),
            _packed(_trust_as_json(trust)) + data,
            WALL_SECONDS,
        )
        return replace(_verdict.validate_python(head, strict=False), sha256=sha256)
    except TooDemanding:
        return Verdict(
            Finding.UNREADABLE, sha256, "the file asks for more time or memory than a packet needs"
        )
    except (Broken, ValueError):
        return Verdict(Finding.UNREADABLE, sha256, "the file cannot be read")


def _packed(content: bytes) -> bytes:
    return _LENGTH.pack(len(content)) + content


def _trust_as_json(trust: Trust) -> bytes:
    return json.dumps(
        {name: [as_pem([chain]).decode("ascii") for chain in chains] for name, chains in vars(trust).items()}
    ).encode()


def _trust_from(held: dict[str, list[str]]) -> Trust:
    return Trust(**{name: tuple(map(_chain, chains)) for name, chains in held.items()})


def _chain(pem: str) -> Chain:
    return tuple(x509.load_pem_x509_certificates(pem.encode("ascii")))


def _work(content: bytes, _bounds: Bounds) -> tuple[dict[str, Any], bytes]:
    start = _LENGTH.size + _LENGTH.unpack(content[: _LENGTH.size])[0]
    trust = _trust_from(json.loads(content[_LENGTH.size : start]))
    verdict: dict[str, Any] = _verdict.dump_python(judge(content[start:], trust), mode="json")
    return verdict, b""


if __name__ == "__main__":
    box.serve_one(sys.stdin.buffer, sys.stdout.buffer, _work)
