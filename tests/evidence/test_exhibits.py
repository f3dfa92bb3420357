"""Numbers of exhibits: in order of arrival, without gaps, for one jurisdiction at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from portal.database import new_id
from portal.evidence.details import EvidenceDetails
from portal.evidence.exhibits import numbered
from portal.evidence.listing import Piece
from portal.matters.bilingual import Text
from portal.matters.model import EvidenceKind

NAME = Text(ko="유출 안내", en="Notice")
NOTICE, TRADES = (
    EvidenceKind(id=id, name=NAME, help=NAME, tracks=(track,), proves=NAME)
    for id, track in (("notice", "kr-consumer"), ("trades", "us-securities"))
)


def a_piece(sequence: int, kind: str = "notice", **details: object) -> Piece:
    given = {"file_name": "a.jpg", "sha256": "0" * 64, "harmless_sha256": "1" * 64, **details}
    received = datetime(2026, 11, 24, tzinfo=UTC)
    return Piece(
        new_id(), sequence, kind, "image/jpeg", 1_000, 1, received, EvidenceDetails.model_validate(given)
    )


def test_exhibits_are_numbered_in_order_of_arrival_without_gaps() -> None:
    pieces = [a_piece(7), a_piece(2), a_piece(4)]
    assert [(one.number, one.file_id) for one in numbered(pieces, [NOTICE], "ko")] == [
        (1, pieces[1].id),
        (2, pieces[2].id),
        (3, pieces[0].id),
    ]


def test_a_packet_holds_only_what_concerns_its_tracks() -> None:
    pieces = [a_piece(1, "notice"), a_piece(2, "trades"), a_piece(3, "no longer a kind")]
    assert [one.file_id for one in numbered(pieces, [NOTICE], "ko")] == [pieces[0].id]
    assert [one.file_id for one in numbered(pieces, [NOTICE, TRADES], "en")] == [pieces[0].id, pieces[1].id]


def test_a_piece_without_a_title_is_called_by_its_kind() -> None:
    plain = a_piece(1)
    named = replace(
        a_piece(2), details=plain.details.model_copy(update={"title": "문자", "dated": date(2025, 11, 29)})
    )
    first, second = numbered([plain, named], [NOTICE], "en")
    assert (first.title, first.dated) == ("Notice", None)
    assert (second.title, second.dated) == ("문자", date(2025, 11, 29))


def test_pieces_of_one_kind_with_one_title_are_parts_of_one_exhibit() -> None:
    pieces = [
        a_piece(1, title="스미싱 문자"),
        a_piece(2, title="안내 문자"),
        a_piece(3, title="스미싱 문자"),
        a_piece(4),
    ]
    found = numbered(pieces, [NOTICE], "ko")
    assert [(one.number, one.part, one.file_id) for one in found] == [
        (1, 1, pieces[0].id),
        (1, 2, pieces[2].id),
        (2, 0, pieces[1].id),
        (3, 0, pieces[3].id),
    ]


def test_pieces_without_a_title_are_exhibits_of_their_own() -> None:
    assert [(one.number, one.part) for one in numbered([a_piece(1), a_piece(2)], [NOTICE], "ko")] == [
        (1, 0),
        (2, 0),
    ]


def test_one_title_for_two_kinds_is_two_exhibits() -> None:
    pieces = [a_piece(1, title="자료"), a_piece(2, "trades", title="자료")]
    assert [(one.number, one.part) for one in numbered(pieces, [NOTICE, TRADES], "ko")] == [(1, 0), (2, 0)]


def test_an_exhibit_says_whether_parts_of_it_were_covered() -> None:
    listed = numbered([a_piece(1, masked=True), a_piece(2)], [NOTICE], "ko")
    assert [one.covered for one in listed] == [True, False]
