"""How long a packet takes to lay out and to seal, beside plain reportlab and a bare hash and signature."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from bench import plain_packet
from bench.figure import Figure, rates
from portal.matters.folder import read_folder, read_matter
from portal.matters.matter import Matter
from portal.packets import samples
from portal.packets.binding import Draft
from portal.packets.content import PacketContent
from portal.packets.render import render
from portal.packets.seal import seal
from portal.packets.signer import FirmKey, open_firm_key
from portal.settings import Settings

MATTER = Path(__file__).parents[1] / "matters" / "coupang-2025"
# About fifteen pages: power of attorney, one consent, the statement, the exhibits and the record.
DOCUMENTS = frozenset({"kr-power", "kr-consent-provision", "kr-statement", "kr-exhibits"})


def run() -> list[Figure]:
    """The three figures for var/bench.json."""
    with TemporaryDirectory() as folder:
        key = open_firm_key(Settings(data_dir=Path(folder), env="test"))
        content = fifteen_pages(read_matter(read_folder(MATTER)))
        plain_packet.register_fonts()
        return _figures(content, key)


def fifteen_pages(matter: Matter) -> PacketContent:
    """A claimant in Seoul with two photographs."""
    plan = matter.packets["kr"]
    kept = tuple(document for document in plan.documents if document.id in DOCUMENTS)
    shorter = plan.model_copy(update={"documents": kept})
    # Another folder's content would have another hash; the press is kept by it.
    smaller = replace(
        matter, packets={**matter.packets, "kr": shorter}, hash=hashlib.sha256(b"bench").hexdigest()
    )
    content = samples.sample_claim(smaller, "kr")
    photographs = tuple(exhibit for exhibit in content.exhibits if exhibit.pictures)
    return replace(content, exhibits=photographs)


def _figures(content: PacketContent, key: FirmKey) -> list[Figure]:
    draft, flowed = render(content), plain_packet.flow(content)
    sealed = seal(render(content), key)

    def raw() -> bytes:
        return key.key.sign(hashlib.sha256(sealed).digest(), PKCS1v15(), SHA256())

    def sealing() -> bytes:
        return seal(Draft(bytearray(draft.data), draft.byte_range, draft.gap, draft.pages), key)

    plain, ours, seals, both, bare = (
        1000 / rate
        for rate in rates(
            lambda: plain_packet.flow(content),
            lambda: render(content),
            sealing,
            lambda: seal(render(content), key),
            raw,
        )
    )
    about = f"plain reportlab platypus, {_pages(flowed)} pages: {plain:.0f} ms; ours {draft.pages} pages"
    return [
        _figure("packet_render", ours, about, plain / ours),
        _figure(
            "packet_seal",
            seals,
            f"SHA-256 and RSA-2048 of {len(sealed):,} bytes: {bare:.2f} ms",
            seals / bare,
        ),
        _figure("packet_total", both, f"the same hash and signature: {bare:.2f} ms", both / bare),
    ]


def _figure(name: str, milliseconds: float, reference: str, ratio: float) -> Figure:
    return Figure(
        name=name, value=round(milliseconds, 2), unit="ms", reference=reference, ratio=round(ratio, 2)
    )


def _pages(data: bytes) -> int:
    import pypdfium2

    return len(pypdfium2.PdfDocument(data))
