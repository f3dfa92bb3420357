import json
from datetime import date
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from portal.batches.lines import COLUMNS, PacketFacts, RegisterLine, line_of, row_of, sheet_of, written_phone
from portal.batches.register import Kind
from portal.claims.models import Claim, Engagement
from portal.packets import sample_people
from tests.conftest import NOW


@pytest.fixture
def catalogues(tmp_path: Path) -> Path:
    """A compiled Korean catalogue of two heads."""
    catalog = Catalog(locale="ko")
    catalog.add("Claim number", "접수번호")
    catalog.add("Accepted on", "수임 확정 일시")
    path = tmp_path / "ko" / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with open(path, "wb") as file:
        write_mo(file, catalog)
    return tmp_path


def heads(language: str, catalogues: Path, jurisdiction: str = "kr") -> list[str]:
    sheet = sheet_of("CP-KR-0001", jurisdiction, language, catalogues)  # type: ignore[arg-type]
    return [column.title for column in sheet.columns]


def test_heads_come_in_either_language_or_both(catalogues: Path) -> None:
    assert heads("en", catalogues)[1] == "Claim number"
    assert heads("ko", catalogues)[1] == "접수번호"
    assert heads("both", catalogues)[1] == "접수번호 / Claim number"
    assert heads("both", catalogues)[-1] == "SHA-256"


def test_moments_name_the_place_whose_clock_they_show(catalogues: Path) -> None:
    at = [head for head, *_ in COLUMNS].index("Accepted on")
    assert heads("ko", catalogues)[at] == "수임 확정 일시 (Seoul)"
    assert heads("en", catalogues, "us")[at] == "Accepted on (New York)"
    assert str(sheet_of("CP-US-0001", "us", "en", catalogues).zone) == "America/New_York"


@pytest.mark.parametrize(
    ("kept", "written"),
    [
        ("+821012345678", "010-1234-5678"),
        ("+8225551234", "02-555-1234"),
        ("+12125550100", "+1 212-555-0100"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_phones_are_written_as_in_their_country(kept: str, written: str) -> None:
    assert written_phone(kept) == written


def test_a_line_fills_every_column_with_what_the_column_holds() -> None:
    line = RegisterLine(
        claim_number="CP-7K3M-9QXA",
        hangul="홍길동",
        hanja="洪吉童",
        passport="HONG GILDONG",
        birth_date=date(1990, 1, 2),
        country="KR",
        postcode="04524",
        address="서울특별시 중구 세종대로 110",
        phone="010-1234-5678",
        email="gildong@example.com",
        language="ko",
        tracks=("us-consumer", "us-securities"),
        submitted_at=NOW,
        accepted_at=NOW,
        matter_version="coupang-2025 0123456789ab",
        file="packets/CP-7K3M-9QXA-us-r1.pdf",
        pages=15,
        size=123_456,
        sha256="ab" * 32,
    )
    row = row_of(9, line)
    assert len(row) == len(COLUMNS)
    assert row[0] == 9
    assert "us-consumer, us-securities" in row
    kinds = {Kind.TEXT: str, Kind.INTEGER: int, Kind.DATE: date, Kind.MOMENT: type(NOW)}
    for (head, kind, width, _), cell in zip(COLUMNS, row, strict=True):
        assert isinstance(cell, kinds[kind]), head
        if kind is Kind.TEXT:
            assert len(str(cell)) <= width, f"{head} is too narrow"


def test_a_line_frozen_before_companies_were_kept_still_reads() -> None:
    before = {
        "claim_number": "CP-7K3M-9QXA", "hangul": "홍길동", "hanja": "", "passport": "", "birth_date": None,
        "country": "KR", "postcode": "", "address": "", "phone": "", "email": "", "language": "ko", "tracks": [],
        "submitted_at": None, "accepted_at": NOW.isoformat(), "matter_version": "v", "file": "f", "pages": None,
        "size": None, "sha256": "",
    }  # fmt: skip
    line = RegisterLine.model_validate_json(json.dumps(before))
    assert (line.company, line.representatives) == ("", "")


def test_a_company_stands_by_its_name_with_who_acts_for_it() -> None:
    who, facts = sample_people.GARAM, PacketFacts("f", "", None, None, "v")
    claim = Claim(number="CP-7K3M-9QXA", language="ko")
    line = line_of(claim, Engagement(tracks=[], state_changed_at=NOW, submitted_at=NOW), who, facts, [])
    assert line.hangul == who.company.name
    assert line.company.startswith(who.company.name)
    assert line.representatives == f"{who.representatives[0].position} {who.representatives[0].name.hangul}"
