import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from portal.batches.register import (
    Column,
    Kind,
    Row,
    Sheet,
    harmless,
    write_csv,
    write_xlsx,
)

NOW = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")
NAMES = [
    '=HYPERLINK("http://evil.example","x")',
    "NULL",
    "O'Brien",
    "뷁",
    "홍길동",
    "a & <b>",
    "+82 10",
    "@SUM(1)",
]
COLUMNS = [
    Column("접수번호", width=16),
    Column("이름", width=20),
    Column("휴대전화"),
    Column("우편번호"),
    Column("생년월일", Kind.DATE),
    Column("수임 확정", Kind.MOMENT),
    Column("쪽수", Kind.INTEGER),
]
SHEET = Sheet("명부", COLUMNS, SEOUL)


def row(at: int, name: str) -> Row:
    return (f"CP-{at:04}", name, "010-0000-0001", "04524", date(1990, 1, 2), NOW, 15)


def workbook(rows: Sequence[Row], sheet: Sheet = SHEET) -> bytes:
    out = io.BytesIO()
    write_xlsx(out, sheet, rows, len(rows), NOW)
    return out.getvalue()


def opened(content: bytes) -> Worksheet:
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert isinstance(page, Worksheet)
    return page


def table(rows: Sequence[Row], sheet: Sheet = SHEET) -> bytes:
    out = io.BytesIO()
    write_csv(out, sheet, rows)
    return out.getvalue()


def parsed(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_stands_in_the_workbook_as_it_is_and_as_text(name: str) -> None:
    cell = opened(workbook([row(1, name)]))["B2"]
    assert cell.value == name
    assert cell.data_type in "si"  # a string, never "f" for a formula


def test_phones_and_postcodes_are_text_and_dates_are_dates() -> None:
    page = opened(workbook([row(1, "홍길동")]))
    phone, postcode, born, accepted, pages = (page.cell(2, at) for at in range(3, 8))
    assert (phone.value, phone.number_format) == ("010-0000-0001", "@")
    assert (postcode.value, postcode.number_format) == ("04524", "@")
    assert born.is_date
    assert born.value == datetime(1990, 1, 2)  # noqa: DTZ001 - a spreadsheet has no zones
    assert accepted.is_date
    assert str(accepted.value)[:19] == "2026-11-24 10:02:03"  # in Seoul
    assert pages.value == 15


def test_the_head_is_frozen_filters_are_on_and_columns_are_wide_enough() -> None:
    page = opened(workbook([row(at, "홍길동") for at in range(3)]))
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:G4"
    assert page.dimensions == "A1:G4"
    assert page.column_dimensions["B"].width >= 20
    assert page.title == "명부"
    assert page["A1"].value == "접수번호"
    assert page["A1"].font.bold


def test_an_empty_register_still_opens() -> None:
    assert opened(workbook([])).max_row == 1


def test_cells_left_empty_stay_empty() -> None:
    page = opened(workbook([("CP-1", None, "", None, None, None, None)]))
    assert [cell.value for cell in page[2][3:]] == [None, None, None, None]


def test_characters_that_xml_forbids_or_excel_decodes_do_not_break_the_workbook() -> None:
    page = opened(
        workbook([row(1, "a\x00b\x1f\ud800"), row(2, "_x0041_"), row(3, "x" * 40_000), row(4, "두\n줄 ")])
    )
    assert page["B2"].value == "a\ufffdb\ufffd\ufffd"
    assert (
        page["B3"].value == "_x005F_x0041_"
    )  # Excel shows it as _x0041_; openpyxl leaves inline strings as they are
    assert len(page["B4"].value) == 32_767
    assert page["B5"].value == "두\n줄 "


def test_percent_signs_in_heads_and_cells_are_only_characters() -> None:
    page = opened(workbook([("100%", "%s")], Sheet("%", [Column("%s %d"), Column("b")])))
    assert [cell.value for cell in page[1]] == ["%s %d", "b"]
    assert [cell.value for cell in page[2]] == ["100%", "%s"]


def test_the_same_rows_give_the_same_workbook() -> None:
    assert workbook([row(1, "홍길동")]) == workbook([row(1, "홍길동")])


def test_the_workbook_is_a_sound_zip_whose_times_are_all_the_same() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook([row(1, "홍길동")]))) as book:
        assert book.testzip() is None
        assert {info.date_time for info in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_more_rows_than_a_sheet_holds_go_on_on_the_next() -> None:
    out = io.BytesIO()
    write_xlsx(out, SHEET, [row(at, "홍길동") for at in range(1, 8)], 7, NOW, most=3)
    pages = openpyxl.load_workbook(io.BytesIO(out.getvalue())).worksheets
    assert [page.title for page in pages] == ["명부 (1)", "명부 (2)", "명부 (3)"]
    assert [[cell.value for cell in page["A"]] for page in pages] == [
        ["접수번호", "CP-0001", "CP-0002", "CP-0003"],
        ["접수번호", "CP-0004", "CP-0005", "CP-0006"],
        ["접수번호", "CP-0007"],
    ]
    assert [page.auto_filter.ref for page in pages] == ["A1:G4", "A1:G4", "A1:G2"]
    assert {page.freeze_panes for page in pages} == {"A2"}


def test_amounts_are_numbers() -> None:
    sheet = Sheet("n", [Column("n", Kind.DECIMAL)])
    assert opened(workbook([(Decimal("28.1600"),)], sheet)).cell(2, 1).value == pytest.approx(28.16)
    assert parsed(table([(Decimal("28.1600"),)], sheet))[1] == ["28.1600"]


def test_korean_opens_right_in_excel_and_lines_end_as_rfc_4180_says() -> None:
    content = table([row(1, "홍길동")])
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == 2
    assert parsed(content)[1] == [
        "CP-0001",
        "홍길동",
        "010-0000-0001",
        "04524",
        "1990-01-02",
        "2026-11-24 10:02",
        "15",
    ]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"]
)
def test_no_cell_of_the_table_is_run_as_a_formula(cell: str) -> None:
    assert parsed(table([row(1, cell)]))[1][1] == "'" + cell


def test_a_number_below_zero_stays_a_number() -> None:
    assert parsed(table([(-5,)], Sheet("n", [Column("n", Kind.INTEGER)])))[1] == ["-5"]


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.tuples(cells, cells, cells), max_size=6))
def test_any_text_comes_back_from_the_table_unchanged_but_for_the_apostrophe(
    rows: list[tuple[str, str, str]],
) -> None:
    sheet = Sheet("t", [Column("a"), Column("b"), Column("c")])
    found = parsed(table(rows, sheet))[1:]
    assert found == [[harmless(cell) for cell in line] for line in rows]
    assert not any(cell[:1] in "=+-@\t\r\n" for line in found for cell in line if cell)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=4))
def test_any_text_makes_a_workbook_that_opens(rows: list[tuple[str, str]]) -> None:
    page = opened(workbook(rows, Sheet("t", [Column("a"), Column("b")])))
    assert page.max_row == len(rows) + 1
    assert all(cell.data_type != "f" for line in page.iter_rows() for cell in line)
