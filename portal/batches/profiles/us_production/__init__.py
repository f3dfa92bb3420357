"""The US production profile: what a review platform loads at the first try.

NATIVES, IMAGES (one file a page, stamped) and TEXT in folders of so many files, DATA with a Concordance DAT, an Opticon
OPT and Schedule A. Page numbers are taken when the volume is asked for; privilege fields stay empty for counsel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime

from sqlalchemy.orm import Session

from portal.batches import bates
from portal.batches.bates import Numbering
from portal.batches.errors import ProfileNotOffered
from portal.batches.frozen import claims_of
from portal.batches.profiles.base import ProfileName, VolumeFile, Work, profile
from portal.batches.profiles.us_production import schedule
from portal.batches.profiles.us_production.documents import count, documents
from portal.batches.profiles.us_production.load_files import Dat, Opt
from portal.batches.profiles.us_production.writing import Production
from portal.batches.spool import Spool
from portal.matters.filing import UsProduction

_LANG = "en"


class UsProductionProfile:
    """What is produced in the United States."""

    name: ProfileName = "us-production"
    jurisdictions: tuple[str, ...] = ("us",)

    def prepare(self, session: Session, work: Work, now: datetime) -> dict[str, object]:
        """Count the pages and take their numbers, before the first byte is written.

        Raises ProfileNotOffered, BatesOverflow, NothingToNumber and ClaimStops; then no number is taken.
        """
        filing = _filing(work)
        pages, content = count(work)
        form = hashlib.sha256(f"{content} {filing.model_dump_json()}".encode()).hexdigest()
        taken = bates.take(
            session,
            matter=work.published.matter.slug,
            party=filing.party[_LANG],
            prefix=filing.prefix,
            digits=filing.digits,
            pages=pages,
            batch_id=work.batch_id,
            volume_id=work.volume_id,
            content_sha256=form,
            now=now,
        )
        return {
            "prefix": taken.prefix,
            "digits": taken.digits,
            "first": taken.first,
            "last": taken.last,
            "range": f"{taken.number(0)}–{taken.number(pages - 1)}",  # as the ledger says it
        }

    def files(self, work: Work) -> Iterator[VolumeFile]:
        """Claim by claim natives, texts and images; then the load files and Schedule A. Raises ClaimStops."""
        filing = _filing(work)
        with ExitStack() as open_files:
            dat, opt = (open_files.enter_context(Spool()) for _ in range(2))
            production = Production(
                filing, _numbering(work), Dat(dat), Opt(opt, work.batch_number), work.published.matter
            )
            for family in documents(work):
                yield from production.family(family)
            production.close()
            yield VolumeFile(f"DATA/{work.batch_number}.dat", dat)
            yield VolumeFile(f"DATA/{work.batch_number}.opt", opt)
            yield from _schedule(work)


def _filing(work: Work) -> UsProduction:
    filing = work.published.matter.filing.us
    if filing is None:
        raise ProfileNotOffered("us-production", work.published.matter.slug)
    return filing


def _numbering(work: Work) -> Numbering:
    kept = work.options
    return Numbering(str(kept["prefix"]), *(int(str(kept[name])) for name in ("digits", "first", "last")))


def _schedule(work: Work) -> Iterator[VolumeFile]:
    trades = sum(1 for _ in schedule.rows(claims_of(work)))
    if not trades:
        return
    with Spool() as book, Spool() as plain:
        schedule.write(book, plain, schedule.rows(claims_of(work)), trades, work.frozen_at)
        yield VolumeFile("DATA/schedule-a.xlsx", book)
        yield VolumeFile("DATA/schedule-a.csv", plain)


profile(UsProductionProfile())
