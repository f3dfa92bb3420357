"""Pages that a filing adds of its own: set by the packets' typesetter, without a seal, the same bytes each time."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import pikepdf

from portal.matters.bilingual import Text
from portal.matters.matter import Matter
from portal.matters.model import Jurisdiction
from portal.packets.binding import Binder, Imprint, Section, Sheet
from portal.packets.parts.fields import Column, Field, fields, paragraph, table
from portal.packets.parts.furniture import artifact
from portal.packets.pdf.file import Objects, stream
from portal.packets.press import Press, press_for
from portal.packets.setting.flow import fill_pages
from portal.packets.setting.lines import text_width
from portal.packets.setting.strips import Mark, Strip, space
from portal.packets.setting.styles import FURNITURE, Look, Page

_NUMBER = FURNITURE.with_(size=9, leading=12)
_EMPTY = stream(b"")


class Papers:
    """Writes files of pages in one language, in the form that the court prescribes."""

    def __init__(self, matter: Matter, jurisdiction: Jurisdiction, made_at: datetime) -> None:
        self.matter, self.made_at = matter, made_at
        self.press: Press = press_for(matter, jurisdiction)
        self.look: Look = self.press.court
        self.page: Page = self.look.page
        self.lang = self.press.plan.governing_language
        self.author = matter.counsel(jurisdiction).name[self.lang]

    def objects(self) -> Objects:
        """The beginning of a file: the fonts that all packets share."""
        return Objects(self.press.prefix)

    def heading(self, text: str, *, smaller: bool = False) -> list[Strip]:
        """A title over the whole width."""
        style = self.look.heading[0] if smaller else self.look.title[0].with_(align="centre")
        return [*paragraph(text, style, self.page.measure, lang=self.lang), space(6, bound=True)]

    def named(self, text: str) -> list[Strip]:
        """A name on a line of its own: of the faces only the regular ones have every Hanja."""
        return [*paragraph(text, self.look.value, self.page.measure, lang=self.lang), space(6, bound=True)]

    def said(self, text: str) -> list[Strip]:
        """A sentence in small type."""
        return [*paragraph(text, self.look.note, self.page.measure, lang=self.lang), space(4)]

    def table(self, columns: Sequence[tuple[str, float, bool]], rows: Sequence[Sequence[str]]) -> list[Strip]:
        """A table: heads with their shares of the width and whether they stand to the right, and cells."""
        heads = [Column(Text(ko=head, en=head), share, right) for head, share, right in columns]
        return table(heads, rows, self.lang, self.page.measure, look=self.look)

    def facts(self, rows: Sequence[tuple[str, str]]) -> list[Strip]:
        """Labelled values, one under the other."""
        entries = [Field(Text(ko=label, en=label), value) for label, value in rows]
        return fields(entries, self.lang, self.page.measure, look=self.look)

    def sheets(self, strips: Sequence[Strip]) -> list[Sheet]:
        """The strips on as many pages as they need."""
        return [Sheet(self.page, _EMPTY, placed=placed) for placed in fill_pages(strips, self.page.depth)]

    def drawn(self, marks: list[Mark], page: Page) -> Sheet:
        """A page that is drawn and not set."""
        return Sheet(page, _EMPTY, marks=marks)

    def bind(
        self,
        title: str,
        sections: Sequence[Section],
        objects: Objects | None = None,
        pictures: Mapping[str, int] | None = None,
    ) -> bytes:
        """The file. Raises `GlyphMissing` for a character that no font has."""
        identity = f"{title} {self.made_at.isoformat()} {sum(len(one.sheets) for one in sections)}"
        imprint = Imprint(
            title=title,
            author=self.author,
            made_at=self.made_at,
            identity=hashlib.sha256(identity.encode()).digest()[:16],
            whose="",
            furniture=_numbered,
        )
        binder = Binder(imprint, self.press, objects or self.objects(), pictures or {})
        return _unsealed(bytes(binder.bind(sections, 0, b"").data))


def _numbered(page: Page, total: int) -> Callable[[int], list[Mark]]:
    """- 3 - in the middle of the foot, as Korean filings are numbered."""

    def marks(number: int) -> list[Mark]:
        said = f"- {number} -"
        x = (page.width - text_width(said, _NUMBER)) / 2
        return [artifact(said, _NUMBER, x, page.height - page.foot + 3)]

    return marks


def _unsealed(data: bytes) -> bytes:
    """The file without the empty place for a seal, which a reader would take for a broken one."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for key in ("/AcroForm", "/Perms", "/PieceInfo"):
            if key in pdf.Root:
                del pdf.Root[key]
        for page in pdf.pages:
            if "/Annots" in page:
                del page["/Annots"]
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()
