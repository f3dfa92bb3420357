"""A claim with as much evidence as the portal takes, made in a process of its own that tells what it used.

Run as ``python -m tests.packets.large FOLDER``: it reads the evidence from the folder and prints, as JSON, pages and
size of the packet, its peak of memory in bytes, and its processor time in seconds.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from PIL import Image

from portal.fonts import Subset, face
from portal.packets import samples
from portal.packets.content import Exhibit
from portal.packets.pdf.file import Objects, stream
from portal.packets.pdf.fonts import put_font

FILES, PAGES, PHOTOGRAPH = 30, 300, 20_000_000
_PDFS = (200, 72)  # pages; a PDF may have 200


def write_evidence(folder: Path) -> None:
    """Thirty files: a photograph of twenty million bytes, twenty-seven of a million, and two PDFs, 300 pages in all."""
    for number, pages in enumerate(_PDFS):
        (folder / f"{number:02d}.pdf").write_bytes(_a_pdf(pages))
    small = _photograph(700, 1_000_000)
    for number in range(len(_PDFS), FILES - 1):
        (folder / f"{number:02d}.jpg").write_bytes(small)
    (folder / f"{FILES - 1:02d}.jpg").write_bytes(_photograph(2_500, PHOTOGRAPH))


def _photograph(width: int, size: int) -> bytes:
    """A noisy JPEG of about this many bytes."""
    out = io.BytesIO()
    noise = [Image.effect_noise((width, width), 100) for _ in range(3)]
    Image.merge("RGB", noise).save(out, "JPEG", quality=98, subsampling=0)
    assert out.tell() > size * 0.9, out.tell()
    return out.getvalue()


def _a_pdf(pages: int) -> bytes:
    """Every other page lies on its side and is turned by its /Rotate."""
    objects, numbers = Objects(), []
    subset = Subset.of(face("sans"), ["0123456789 "])
    font, tree = put_font(objects, subset), objects.take()
    for page in range(pages):
        codes = "".join(subset.codes[character] for character in f"{page:04d}")
        lines = " ".join(f"1 0 0 1 60 {700 - 12 * row} Tm <{codes}> Tj" for row in range(50))
        content = objects.add(stream(f"BT /F1 11 Tf {lines} ET".encode()))
        turned = "/Rotate 90" if page % 2 else ""
        numbers.append(
            objects.add(
                f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 595 842]{turned}/Contents {content} 0 R"
                f"/Resources<</Font<</F1 {font} 0 R>>>>>>"
            )
        )
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects.put(tree, f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode())
    root = objects.add(f"<</Type/Catalog/Pages {tree} 0 R>>")
    about = objects.add("<</Producer(a shop)>>")
    return bytes(objects.write(root=root, about=about, identity=bytes(16)).data)


def _peak() -> int:
    """Most bytes that this program held. On Linux getrusage counts what the parent held when it forked as well."""
    with suppress(OSError):
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(folder: Path) -> None:
    """Make the packet and tell what it took."""
    from portal.packets.render import render
    from portal.packets.seal import seal
    from portal.packets.signer import open_firm_key
    from portal.settings import Settings
    from tests.packets.test_render import matter

    key = open_firm_key(Settings(data_dir=folder, env="test"))
    content = samples.sample_claim(matter(), "kr")
    exhibits = tuple(
        _exhibit(content.exhibits[0], number, path)
        for number, path in enumerate(sorted(folder.glob("*.[jp][pd][gf]")), 1)
    )
    began = time.process_time()
    draft = render(replace(content, exhibits=exhibits))
    sealed = seal(draft, key)
    used = time.process_time() - began
    peak = _peak()
    told = {
        "exhibits": len(exhibits),
        "pages": draft.pages,
        "size": len(sealed),
        "peak": peak,
        "seconds": used,
    }
    sys.stdout.write(json.dumps(told))


def _exhibit(like: Exhibit, number: int, path: Path) -> Exhibit:
    data = path.read_bytes()
    is_pdf = path.suffix == ".pdf"
    return replace(like, number=number, pictures=() if is_pdf else (data,), pdf=data if is_pdf else b"")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
