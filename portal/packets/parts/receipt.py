"""The receipt of a withdrawal: who left which action when, and which packets ended with it."""

from __future__ import annotations

from collections.abc import Iterable

from portal.matters.bilingual import LANGUAGES, Text
from portal.packets import formats
from portal.packets.content import PacketContent
from portal.packets.parts.fields import Field, fields, joined, section_heading, two_columns
from portal.packets.setting.strips import Strip, space
from portal.packets.setting.styles import NOTE, TITLE, Page
from portal.packets.words import filled, word


def receipt_strips(content: PacketContent, page: Page) -> list[Strip]:
    """The receipt over the whole width. Only for content with `withdrawn_at`."""
    first, width = content.matter.packets[content.jurisdiction].governing_language, page.measure
    return [
        two_columns(word("receipt.title"), first, width, TITLE, "H1"),
        space(6, bound=True),
        two_columns(_said(content), first, width, NOTE),
        space(8),
        *fields(_facts(content, first), first, width),
        *section_heading(word("receipt.means"), first, width),
        two_columns(word("receipt.effect"), first, width, NOTE),
    ]


def _said(content: PacketContent) -> Text:
    """The sentence, the same for everybody: who and when stand in the rows below it."""
    firm = content.matter.counsel(content.jurisdiction).name
    return Text(**{lang: filled("receipt.said", firm=firm[lang])[lang] for lang in LANGUAGES})


def _facts(content: PacketContent, first: str) -> Iterable[Field]:
    at = content.withdrawn_at
    assert at is not None
    matter = content.matter
    times = [formats.clock_time(at, zone) for zone in (formats.SEOUL, formats.NEW_YORK)]
    if first == "en":
        times.reverse()
    return [
        Field(word("cover.claim_number"), content.claim_number),
        Field(word("cover.claimant"), content.full_name),
        Field(word("cover.tracks"), joined(matter.track(track).name for track in content.tracks)),
        Field(word("cover.counsel"), matter.counsel(content.jurisdiction).name),
        Field(word("receipt.at"), times[0], note=times[1]),
        Field(
            word("receipt.ended"),
            filled("receipt.packets", count=content.revision - 1),
        ),
    ]
