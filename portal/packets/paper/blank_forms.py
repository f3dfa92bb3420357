"""Blank forms of the whole packet, for those who cannot use the site: the same texts, nothing about anybody.

They are made of the matter's version alone, so that whoever asks gets the same bytes, and counsel can compare them
with what comes back. Each page bears a code that says which form, page, document and version it is.
"""

from __future__ import annotations

from datetime import datetime, time
from functools import lru_cache
from types import MappingProxyType

from portal.claims.particulars import Particulars
from portal.claims.service import SEOUL
from portal.matters.matter import Matter
from portal.matters.model import ClaimKind, Jurisdiction
from portal.packets.content import PacketContent, Sealer
from portal.packets.paper.binder import About, Laid, SheetBinder
from portal.packets.paper.furniture import sheet_head
from portal.packets.paper.guide import Listed, blank_guide_strips
from portal.packets.paper.marks import INSTRUCTIONS, BlankMark, form_of, version_of
from portal.packets.paper.open_slots import OpenSlots
from portal.packets.paper.sheets import laid_out, paper_press
from portal.packets.setting.flow import fill_pages
from portal.packets.words import word

_CHILD = 0  # the age that brings every document for the young along


@lru_cache(maxsize=12)
def blank_form(matter: Matter, jurisdiction: Jurisdiction, kind: ClaimKind) -> bytes:
    """The blank form of one jurisdiction for one kind of claim, as PDF; made once and kept."""
    content = _nobody(matter, jurisdiction, kind)
    press = paper_press(matter, jurisdiction)
    laid = {
        document.id: list(laid_out(OpenSlots(content, press.look(document.id)), press, document))
        for document in content.documents
    }
    total, listed = 0, []
    for document in content.documents:
        pages = tuple(range(total + 1, total + 1 + len(laid[document.id])))
        signed = tuple(number for number, one in zip(pages, laid[document.id], strict=True) if one.signature)
        listed.append(Listed(document.title, pages, signed))
        total += len(pages)
    form, version = form_of(jurisdiction, kind), version_of(matter.hash)
    title = word("blank.title")
    about = About(
        f"{form} {matter.version_label}", content.sealer.name, content.made_at, f"{form} {matter.hash}"
    )
    binder = SheetBinder(
        press, about, lambda number, document: BlankMark(form, number, total, document, version)
    )
    guide = fill_pages(blank_guide_strips(content, listed, press.usual), press.page.depth)
    head = tuple(sheet_head(press, title, press.page))
    binder.section(
        title, [(Laid(press.page, None, tuple(page), head=head), INSTRUCTIONS) for page in guide], 0
    )
    for place, (document, one) in enumerate(zip(content.documents, listed, strict=True), 1):
        binder.section(document.title, list(zip(laid[document.id], one.pages, strict=True)), place)
    return binder.finish()


def _nobody(matter: Matter, jurisdiction: Jurisdiction, kind: ClaimKind) -> PacketContent:
    """A packet's content of which nothing personal is known, on every track of the jurisdiction."""
    tracks = [track for track in matter.tracks if track.jurisdiction == jurisdiction]
    return PacketContent(
        matter=matter,
        jurisdiction=jurisdiction,
        tracks=tuple(track.id for track in tracks),
        claim_number="",
        revision=1,
        # A date of the matter itself: the same version gives the same bytes on any day.
        made_at=datetime.combine(min(track.opens for track in tracks), time(), SEOUL),
        particulars=Particulars(),
        answers=MappingProxyType({}),
        decisions=(),
        acts=(),
        exhibits=(),
        sealer=Sealer(matter.counsel(jurisdiction).name.en),
        code="",
        verify_address="",
        kind=kind,
        age=_CHILD if kind == "minor" else None,
    )
