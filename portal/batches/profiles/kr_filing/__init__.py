"""The Korean filing profile: files that a court's e-filing desk takes as they are.

별지 당사자목록 as XLSX and PDF, 소송위임장 in bundles, 증거설명서 with 갑호증, and a cover sheet. Pages have the form
of 법원행정처 공고 제2022-79호 (A4, 45/20/30/20 mm, 12 pt, 200 %); the limits of size stand in the matter's filing.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from portal.batches.errors import ProfileNotOffered
from portal.batches.frozen import FrozenClaim, claims_of, copy_of, with_packets
from portal.batches.profiles.base import ProfileName, VolumeFile, Work, profile
from portal.batches.profiles.kr_filing import evidence, powers
from portal.batches.profiles.kr_filing.cover import Submissions, cover
from portal.batches.profiles.kr_filing.parties import PartyList
from portal.batches.profiles.kr_filing.powers import Bundle
from portal.batches.profiles.sheets import Papers
from portal.batches.profiles.words import word
from portal.batches.spool import Spool
from portal.matters.filing import KoreanFiling
from portal.packets.filing import MB

_LANG = "ko"


class KoreanFilingProfile:
    """What goes to a Korean court."""

    name: ProfileName = "kr-filing"
    jurisdictions: tuple[str, ...] = ("kr",)

    def prepare(self, session: Session, work: Work, now: datetime) -> dict[str, object]:
        """Nothing has to be fixed beyond the choice of 선정당사자. Raises ProfileNotOffered."""
        _filing(work)
        return {"appointed": sorted(_appointed(work))}

    def files(self, work: Work) -> Iterator[VolumeFile]:
        """Parties, powers, exhibits, and at last the sheet that tells of them. Raises ClaimStops."""
        filing, matter = _filing(work), work.published.matter
        papers = Papers(matter, "kr", work.frozen_at)
        placed = Submissions(filing.max_submission_mb * MB)
        yield from _parties(work, filing, papers, placed)
        largest = filing.max_file_mb * MB
        made = powers.bundles(matter, with_packets(work), largest, proofs=filing.proofs)
        yield from _bundles(made, filing.names.powers, word("powers.title")[_LANG], placed)
        exhibits = evidence.items(claims_of(work), lambda claim, one: copy_of(work.runtime, claim, one))
        made = evidence.bundles(papers, exhibits, largest)
        yield from _bundles(made, filing.names.exhibits, word("exhibits.bundle")[_LANG], placed)
        sheet = cover(papers, matter, work.batch_number, work.count, placed)
        yield VolumeFile(f"{filing.names.cover}.pdf", sheet)


def _filing(work: Work) -> KoreanFiling:
    filing = work.published.matter.filing.kr
    if filing is None:
        raise ProfileNotOffered("kr-filing", work.published.matter.slug)
    return filing


def _appointed(work: Work) -> list[str]:
    given = work.options.get("appointed", ())
    return [str(one) for one in given] if isinstance(given, list | tuple) else []


def _parties(work: Work, filing: KoreanFiling, papers: Papers, placed: Submissions) -> Iterator[VolumeFile]:
    listing, what = PartyList(papers.matter, filing, _appointed(work)), word("parties.title")[_LANG]
    ends = _Ends()
    with Spool() as book:
        listing.workbook(book, listing.parties(ends.noting(claims_of(work))), work.count, papers)
        told = word("cover.sheet")[_LANG]
        name = placed.place(f"{filing.names.parties}.xlsx", told, ends.first, ends.last, None, book.size)
        yield VolumeFile(name, book)
    several = work.count > filing.people_per_list
    pages = listing.pages(listing.parties(claims_of(work)), work.count, papers)
    for number, one in enumerate(pages, 1):
        stem = f"{filing.names.parties}_{number:02}" if several else filing.names.parties
        name = placed.place(f"{stem}.pdf", what, one.first, one.last, one.pages, len(one.data))
        yield VolumeFile(name, one.data)


class _Ends:
    """The first and last number of the plaintiffs that went by."""

    first = last = 0

    def noting(self, claims: Iterable[FrozenClaim]) -> Iterator[FrozenClaim]:
        for claim in claims:
            self.first, self.last = self.first or claim.entry.position, claim.entry.position
            yield claim


def _bundles(made: Iterable[Bundle], stem: str, what: str, placed: Submissions) -> Iterator[VolumeFile]:
    for number, one in enumerate(made, 1):
        name = placed.place(f"{stem}_{number:03}.pdf", what, one.first, one.last, one.pages, len(one.data))
        yield VolumeFile(name, one.data, claim=one.claims[-1])


profile(KoreanFilingProfile())
