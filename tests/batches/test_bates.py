"""Page numbers of productions: in one row, never twice, not beyond their figures, and fixed before a file is."""

import hashlib
import uuid
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.batches import bates
from portal.batches.bates import BatesOverflow, Numbering
from portal.batches.handing_models import BatesRange
from portal.batches.jobs import write_volume
from portal.batches.models import Volume, VolumeState
from portal.batches.profiles import PROFILES
from portal.packets import sample_people
from portal.runtime import Runtime
from tests.conftest import NOW

from .claims import all_of, an_accepted_claim, asked_for, frozen, plain_zip
from .filings import a_filed_claim, a_picture, evidence


def taken(
    runtime: Runtime, batch_id: uuid.UUID, pages: int, *, digits: int = 4, content: str = ""
) -> Numbering:
    digest = hashlib.sha256((content or str(uuid.uuid4())).encode()).hexdigest()
    with runtime.database.transaction() as session:
        return bates.take(
            session, matter="coupang-2025", party="Plaintiffs", prefix="CPPLF", digits=digits, pages=pages,
            batch_id=batch_id, volume_id=uuid.uuid4(), content_sha256=digest, now=NOW,
        )  # fmt: skip


@pytest.fixture
def batch_id(either: Runtime) -> uuid.UUID:
    with either.database.transaction() as session:
        an_accepted_claim(session, either)
    return frozen(either).id


def test_ranges_follow_each_other_without_gaps(either: Runtime, batch_id: uuid.UUID) -> None:
    first, second = taken(either, batch_id, 10), taken(either, batch_id, 1)
    assert (first.number(0), first.number(9)) == ("CPPLF0001", "CPPLF0010")
    assert second.number(0) == "CPPLF0011"
    with pytest.raises(IndexError):
        first.number(10)


def test_the_same_pages_keep_their_numbers(either: Runtime, batch_id: uuid.UUID) -> None:
    first = taken(either, batch_id, 5, content="the same")
    taken(either, batch_id, 5)
    assert taken(either, batch_id, 5, content="the same") == first


def test_numbers_run_out_before_anything_is_taken(either: Runtime, batch_id: uuid.UUID) -> None:
    taken(either, batch_id, 9_990)
    with pytest.raises(BatesOverflow) as refused:
        taken(either, batch_id, 10)
    assert (refused.value.wanted, refused.value.left) == (10, 9)
    assert taken(either, batch_id, 9).number(8) == "CPPLF9999"


def test_no_number_is_given_out_twice_even_past_the_code(either: Runtime, batch_id: uuid.UUID) -> None:
    taken(either, batch_id, 3)
    with pytest.raises(sa.exc.IntegrityError), either.database.transaction() as session:
        session.execute(
            sa.insert(BatesRange).values(
                id=uuid.uuid4(), matter_slug="x", party="x", prefix="CPPLF", first=1, last=2, batch_id=batch_id,
                volume_id=uuid.uuid4(), content_sha256="f" * 64, created_at=NOW,
            )
        )  # fmt: skip


@pytest.fixture
def full(desk: Runtime) -> Runtime:
    """A claim with an exhibit for each office."""
    with desk.database.transaction() as session:
        for office, who in (("kr", sample_people.MINJUN), ("us", sample_people.JIWOO)):
            made = a_filed_claim(session, desk, who, jurisdiction=office)
            evidence(session, desk, made.claim, a_picture("notice"), "notice")
    return desk


@pytest.mark.parametrize(
    ("profile", "office", "expected"),
    [
        ("kr-filing", "kr", "00_cover.pdf"),
        ("us-production", "us", "DATA/schedule-a.csv"),
        ("hand-over", "us", "claims.jsonl"),
    ],
)
def test_each_profile_is_written_as_a_volume(
    full: Runtime, tmp_path: Path, profile: str, office: str, expected: str
) -> None:
    volume = asked_for(full, frozen(full, all_of(office)), profile=profile)
    write_volume(full, str(volume.id))
    with full.database.reading() as session:
        assert session.get_one(Volume, volume.id).state is VolumeState.READY
    with zipfile.ZipFile(plain_zip(full, volume.id, tmp_path / "v.zip")) as archive:
        assert archive.testzip() is None
        assert expected in archive.namelist()
    assert set(PROFILES) >= {profile}


def test_numbers_stand_in_the_ledger_before_the_first_byte(full: Runtime) -> None:
    volume = asked_for(full, frozen(full, all_of("us")), profile="us-production")
    with full.database.reading() as session:
        (row,) = session.scalars(sa.select(BatesRange)).all()
        assert session.get_one(Volume, volume.id).state is VolumeState.PENDING
    assert volume.options["range"] == f"CPPLF{row.first:08}–CPPLF{row.last:08}"
