"""Exhibits of incidents come first, by the day of the incident; the rest as the claimant put them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from portal.evidence.details import EvidenceDetails
from portal.evidence.exhibits import numbered
from portal.matters.bilingual import Text
from portal.matters.model import EvidenceKind
from tests.conftest import NOW

SAID = Text(ko="문자", en="Text")
KIND = EvidenceKind(id="text", name=SAID, help=SAID, tracks=("kr",), proves=SAID)
DIARY = {"i1": date(2025, 12, 9), "i2": date(2025, 12, 2), "i10": date(2025, 12, 9)}


@dataclass(frozen=True)
class Piece:
    id: UUID
    sequence: int
    details: EvidenceDetails
    position: int = 0
    kind: str = "text"
    media_type: str = "image/jpeg"
    pages: int = 1
    received_at = NOW

    @property
    def place(self) -> tuple[bool, int, int]:
        return (self.position == 0, self.position, self.sequence)


def a_piece(sequence: int, incident: str = "", position: int = 0, title: str = "") -> Piece:
    details = EvidenceDetails(
        file_name="a.jpg", sha256=str(sequence), harmless_sha256="", incident=incident, title=title
    )
    return Piece(uuid4(), sequence, details, position)


def order(*pieces: Piece) -> list[tuple[str, int, int]]:
    return [(one.sha256, one.number, one.part) for one in numbered(pieces, [KIND], "ko", DIARY)]


def test_the_days_of_incidents_come_before_arrival_and_the_claimants_own_order() -> None:
    pieces = [a_piece(1), a_piece(2, "i1"), a_piece(3, "i2"), a_piece(4, position=1), a_piece(5, "i1", 1)]
    assert order(*pieces) == [("3", 1, 0), ("5", 2, 0), ("2", 3, 0), ("4", 4, 0), ("1", 5, 0)]


def test_an_incident_that_was_struck_out_leaves_its_files_among_the_others() -> None:
    assert order(a_piece(1, "i9"), a_piece(2, "i2")) == [("2", 1, 0), ("1", 2, 0)]


def test_one_title_makes_parts_of_one_exhibit_only_within_an_incident() -> None:
    pieces = [a_piece(1, "i1", title="통화"), a_piece(2, "i2", title="통화"), a_piece(3, "i1", title="통화")]
    assert order(*pieces) == [("2", 1, 0), ("1", 2, 1), ("3", 2, 2)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "i1", "i2", "i10", "i9"]),
            st.integers(0, 3),
            st.sampled_from(["", "가", "나"]),
        ),
        max_size=12,
    )
)
def test_numbers_have_no_gaps_and_days_never_go_back(drawn: list[tuple[str, int, str]]) -> None:
    pieces = [a_piece(number, *one) for number, one in enumerate(drawn, 1)]
    exhibits = numbered(pieces, [KIND], "ko", DIARY)
    assert len(exhibits) == len(pieces)
    assert [one.number for one in exhibits] == sorted(one.number for one in exhibits)
    assert {one.number for one in exhibits} == set(range(1, len({one.number for one in exhibits}) + 1))
    days = [DIARY.get(one.incident, date.max) for one in exhibits]
    assert days == sorted(days)
