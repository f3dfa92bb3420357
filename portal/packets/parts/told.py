"""What pages that tell of one claim share: sections, tables, and moments by the clocks of both jurisdictions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from portal.matters.bilingual import Language, Text
from portal.matters.matter import Matter
from portal.matters.model import Jurisdiction
from portal.packets import formats
from portal.packets.parts.fields import Column, Field, fields, section_heading, table
from portal.packets.setting.strips import Strip
from portal.packets.setting.styles import Page
from portal.packets.words import other, word

Cells = tuple[Text | str, ...]


class Told:
    """Writes blocks in the governing language first. What belongs to one claimant is a string, never a `Text`."""

    def __init__(self, matter: Matter, jurisdiction: Jurisdiction, page: Page) -> None:
        self.matter, self.jurisdiction, self.page, self.width = matter, jurisdiction, page, page.measure
        self.plan = matter.packets[jurisdiction]
        self.first: Language = self.plan.governing_language
        self.second: Language = other(self.first)
        self.titles = {document.id: document.title for document in self.plan.documents}

    def section(self, heading: Text | str, entries: Iterable[Field]) -> list[Strip]:
        """A heading over labelled values; nothing where there are none."""
        rows = fields(entries, self.first, self.width)
        return [*self.heading(heading), *rows] if rows else []

    def table(
        self, heading: Text | str, columns: Sequence[tuple[str, float]], rows: Sequence[Cells]
    ) -> list[Strip]:
        """A heading over a table whose columns are words with their shares; nothing where there are no rows."""
        heads = [Column(word(head), share) for head, share in columns]
        return [*self.heading(heading), *table(heads, rows, self.first, self.width)] if rows else []

    def heading(self, heading: Text | str) -> tuple[Strip, ...]:
        """A small heading: a word by its path, or a text."""
        text = word(heading) if isinstance(heading, str) else heading
        return section_heading(text, self.first, self.width)

    def home(self, moment: datetime) -> str:
        """A moment by the clock of the jurisdiction."""
        return formats.clock_time(moment, formats.HOME[self.jurisdiction])

    def clocks(self, moment: datetime) -> tuple[str, str]:
        """A moment by the clocks of Seoul and of the eastern United States, the jurisdiction's own first."""
        home = self.home(moment)
        both = [formats.clock_time(moment, zone) for zone in (formats.SEOUL, formats.NEW_YORK)]
        return home, next(one for one in both if one != home)

    def both(self, text: Text) -> str:
        """A short value that belongs to one claimant, in both languages."""
        return text[self.first] if text.ko == text.en else f"{text[self.first]} ({text[self.second]})"
