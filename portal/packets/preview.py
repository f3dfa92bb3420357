"""A page to try a device on, before somebody consents to electronic records.

15 U.S.C. 7001(c)(1)(C)(ii): the consent has to show that the person can open the form that the records will have.
"""

from functools import lru_cache
from io import BytesIO

import pikepdf

from portal.matters.matter import Matter
from portal.packets.filing import parts_of
from portal.packets.render import render
from portal.packets.samples import sample_claim

# What would point to pages that the sample leaves out, or promise a seal that it does not have.
_LEFT_OUT = (
    "/AcroForm",
    "/Outlines",
    "/StructTreeRoot",
    "/MarkInfo",
    "/Dests",
    "/Names",
    "/PageMode",
    "/PieceInfo",
)


@lru_cache(maxsize=8)
def sample_pdf(matter: Matter, jurisdiction: str) -> bytes:
    """The first page of terms as a packet of that jurisdiction has it: an invented person's, and without a seal."""
    draft = render(sample_claim(matter, "us" if jurisdiction == "us" else "kr"))
    target = BytesIO()
    with pikepdf.open(BytesIO(bytes(draft.data))) as pdf:
        first = next(part.first for part in parts_of(pdf) if part.kind == "document")
        del pdf.pages[first + 1 :]
        del pdf.pages[:first]
        for name in _LEFT_OUT:
            if name in pdf.Root:
                del pdf.Root[name]
        for page in pdf.pages:
            for name in ("/Annots", "/StructParents"):
                if name in page:
                    del page[name]
        pdf.save(target, deterministic_id=True)
    return target.getvalue()
