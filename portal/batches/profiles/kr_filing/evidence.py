"""증거설명서 and 갑호증: for each plaintiff the statement of their exhibits, and the exhibits stamped as in the packet.

They are drawn anew from the copies that leave the firm: a packet shows what staff covered later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from portal.batches.errors import ClaimStops
from portal.batches.exhibits import FrozenExhibit
from portal.batches.frozen import FrozenClaim
from portal.batches.profiles.kr_filing.powers import Bundle, plaintiff
from portal.batches.profiles.sheets import Papers
from portal.batches.profiles.words import filled, word
from portal.matters.bilingual import Text
from portal.matters.model import EvidenceKind
from portal.packets import formats
from portal.packets.binding import Section, Sheet
from portal.packets.content import Exhibit
from portal.packets.parts.exhibits import ExhibitCorrupt, ExhibitPage, exhibit_marks_for, put_exhibits
from portal.packets.setting.strips import Strip
from portal.packets.words import word as packet_word

_LANG = "ko"
_FULL = 0.85  # of the limit, by what the copies weigh; the rest is fonts, pages and statements
_FONTS = 400_000  # bytes that each file begins with
_COLUMNS = (("label", 1.7), ("name", 3.6), ("date", 1.7), ("author", 1.5), ("proves", 4.2))


@dataclass(frozen=True)
class Item:
    """An exhibit on its way into a bundle; ``opens`` says that its plaintiff's statement stands before it."""

    claim: FrozenClaim
    frozen: FrozenExhibit
    content: bytes
    opens: bool
    pages: range | None = None  # of the exhibit, where it is parted between files


def items(
    claims: Iterable[FrozenClaim], copy: Callable[[FrozenClaim, FrozenExhibit], bytes]
) -> Iterator[Item]:
    """Every exhibit of the batch in its order, each opened when it is asked for."""
    for claim in claims:
        for place, frozen in enumerate(claim.case.exhibits):
            yield Item(claim, frozen, copy(claim, frozen), opens=place == 0)


def bundles(papers: Papers, exhibits: Iterable[Item], largest: int) -> Iterator[Bundle]:
    """The statements and exhibits in files of up to ``largest`` bytes. Raises ClaimStops where one page is larger."""
    room = max(largest * _FULL - _FONTS, largest * 0.3)
    waiting: list[Item] = []
    for item in exhibits:
        if waiting and sum(len(one.content) for one in waiting) + len(item.content) > room:
            yield from _written(papers, waiting, largest)
            waiting = []
        waiting.append(item)
    if waiting:
        yield from _written(papers, waiting, largest)


def _written(papers: Papers, several: Sequence[Item], largest: int) -> Iterator[Bundle]:
    data, pages = _bound(papers, several)
    if len(data) <= largest:
        first, last = several[0].claim.entry.position, several[-1].claim.entry.position
        claims = tuple(dict.fromkeys(one.claim.number for one in several))
        yield Bundle(first, last, pages, data, claims)
        return
    for some in _halves(several):
        yield from _written(papers, some, largest)


def _halves(several: Sequence[Item]) -> tuple[Sequence[Item], Sequence[Item]]:
    if len(several) > 1:
        middle = len(several) // 2
        return several[:middle], several[middle:]
    one = several[0]
    pages = one.pages or range(one.frozen.pages)
    if len(pages) < 2:
        raise ClaimStops(one.claim.number, "file_too_large")
    middle = pages.start + len(pages) // 2
    before, after = range(pages.start, middle), range(middle, pages.stop)
    return [replace(one, pages=before)], [replace(one, pages=after, opens=False)]


def _bound(papers: Papers, several: Sequence[Item]) -> tuple[bytes, int]:
    """One file, and how many pages it has."""
    objects = papers.objects()
    sections: list[Section] = []
    pictures: dict[str, int] = {}
    for place, item in enumerate(several):
        name = plaintiff(item.claim)
        if item.opens:
            sheets = papers.sheets(_statement(papers, item.claim, name))
            sections.append(Section("statement", f"s{place}", Text(ko=name, en=name), sheets))
        try:
            drawn = put_exhibits([_content(item)], objects)
        except ExhibitCorrupt as error:
            raise ClaimStops(item.claim.number, "exhibit_corrupt") from error
        wanted = item.pages or range(len(drawn))
        shown = [replace(drawn[page], resource=f"E{place}_{page}") for page in wanted]
        pictures |= {one.resource: one.number for one in shown}
        label = item.frozen.label[_LANG]
        title = f"{label}  {item.frozen.title}"
        sections.append(
            Section(
                "exhibit", f"e{place}", Text(ko=title, en=title), [_sheet(papers, item, one) for one in shown]
            )
        )
    data = papers.bind(word("exhibits.bundle")[_LANG], sections, objects, pictures)
    return data, sum(len(one.sheets) for one in sections)


def _sheet(papers: Papers, item: Item, page: ExhibitPage) -> Sheet:
    label, name = item.frozen.label[_LANG], formats.short_name(item.claim.case.particulars, _LANG)
    plain = papers.press.page
    return papers.drawn(exhibit_marks_for(page, label, name, _LANG, plain), plain)


def _content(item: Item) -> Exhibit:
    """The exhibit as the packets' typesetter draws it."""
    one = item.frozen
    kind = EvidenceKind(
        id=one.kind, name=one.kind_name, help=one.kind_name, tracks=("any",), proves=one.proves
    )
    pdf = one.media_type == "application/pdf"
    return Exhibit(
        number=one.number,
        title=one.title,
        kind=kind,
        received_at=one.received_at,
        sha256=one.sha256,
        copy_sha256=hashlib.sha256(item.content).hexdigest(),
        author=one.author,
        dated=one.dated,
        pictures=() if pdf else (item.content,),
        pdf=item.content if pdf else b"",
        part=one.part,
        covered=one.covered,
    )


def _statement(papers: Papers, claim: FrozenClaim, name: str) -> list[Strip]:
    """증거설명서: number, title, date, author and what each exhibit proves."""
    columns = [(word(f"exhibits.{head}")[_LANG], share, False) for head, share in _COLUMNS]
    rows = [statement_row(one) for one in claim.case.exhibits]
    return [
        *papers.heading(word("exhibits.title")[_LANG]),
        *papers.named(name),
        *papers.table(columns, rows),
    ]


def statement_row(one: FrozenExhibit) -> list[str]:
    """An exhibit's row; of what was covered, and why, is told, for a court must not take it for the whole."""
    titles = [one.title] if one.title == one.kind_name[_LANG] else [one.title, one.kind_name[_LANG]]
    if one.covered:
        titles.append(f"({word('exhibits.covered')[_LANG]})")
    if one.reasons:
        reasons = ", ".join(word(f"reasons.{reason}")[_LANG] for reason in one.reasons)
        titles.append(f"({filled('exhibits.redacted', _LANG, reasons=reasons)})")
    return [
        one.label[_LANG],
        "\n".join(titles),
        formats.legal_date(one.dated, _LANG) if one.dated else packet_word("exhibits.undated")[_LANG],
        one.author or packet_word("exhibits.unstated")[_LANG],
        one.proves[_LANG],
    ]
