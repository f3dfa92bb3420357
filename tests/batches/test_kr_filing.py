"""What a Korean court gets: read back with openpyxl, pikepdf and pdftotext."""

import io
import os
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from PIL import Image

from portal.batches.errors import ClaimStops, ProfileNotOffered
from portal.batches.exhibits import FrozenExhibit
from portal.batches.profiles.kr_filing import KoreanFilingProfile
from portal.batches.profiles.kr_filing.evidence import statement_row
from portal.matters.bilingual import Text
from portal.matters.filing import FilingToml, PartyColumn
from portal.packets import sample_people
from portal.runtime import Runtime
from tests.batches.claims import an_accepted_claim
from tests.batches.filings import a_filed_claim, a_pdf, a_picture, evidence, named, work, written
from tests.conftest import NOW

PROFILE = KoreanFilingProfile()


def text_of(data: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True
    ).stdout.decode()


def with_filing(runtime: Runtime, **changes):
    """The matter with other limits of its Korean filing."""
    matter = runtime.matters.current().matter
    assert matter.filing.kr
    kr = matter.filing.kr.model_copy(update=changes)
    return replace(matter, filing=FilingToml(kr=kr), hash=matter.hash)


@pytest.fixture
def three(desk: Runtime) -> Runtime:
    """A plain plaintiff with two exhibits, a company, and a child with parents."""
    with desk.database.transaction() as session:
        days = [NOW - timedelta(days=day) for day in (3, 2, 1)]
        first = a_filed_claim(session, desk, sample_people.MINJUN, accepted_at=days[0])
        evidence(session, desk, first.claim, a_picture("notice"), "유출 안내 문자")
        evidence(session, desk, first.claim, a_pdf(2), "주문 내역", pages=2)
        a_filed_claim(session, desk, sample_people.GARAM, accepted_at=days[1])
        a_filed_claim(session, desk, sample_people.HAYUN, accepted_at=days[2])
    return desk


def test_a_filing_is_a_cover_sheet_parties_powers_and_exhibits(three: Runtime):
    files = written(PROFILE.files(work(three)))
    assert list(files) == [
        "submission-01/01_parties.xlsx",
        "submission-01/01_parties.pdf",
        "submission-01/02_powers_001.pdf",
        "submission-01/03_gap_001.pdf",
        "00_cover.pdf",
    ]
    cover = text_of(files["00_cover.pdf"])
    for name in ("01_parties.xlsx", "01_parties.pdf", "02_powers_001.pdf", "03_gap_001.pdf"):
        assert name in cover
    assert "당사자목록(엑셀)" in cover
    assert "소송위임장" in cover
    assert "1–3" in cover


def test_the_schedule_of_parties_opens_as_a_spreadsheet_with_the_matters_columns(three: Runtime):
    files = written(PROFILE.files(work(three)))
    sheet = openpyxl.load_workbook(io.BytesIO(files["submission-01/01_parties.xlsx"])).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("번호", "이름", "생년월일", "주소", "법정대리인 또는 대표자", "소송대리인")
    assert [row[0] for row in rows[1:]] == [1, 2, 3]
    assert rows[1][1] == "김민준(金民俊), KIM MINJUN"
    assert rows[1][2].year == 1988
    assert rows[2][1].startswith("주식회사 가람")
    assert rows[2][4]
    assert rows[3][4].count("법정대리인 친권자") == len(sample_people.HAYUN.representatives)
    everything = str(rows)
    assert sample_people.MINJUN.phone not in everything
    assert "010-" not in everything
    assert "@" not in everything


def test_the_schedule_is_printed_with_the_same_rows(three: Runtime):
    shown = text_of(written(PROFILE.files(work(three)))["submission-01/01_parties.pdf"])
    assert "별지 당사자목록" in shown
    assert "김민준" in shown
    assert "가람" in shown
    assert "-1-" in shown.replace(" ", "")


def test_awkward_names_are_text_and_are_printed(desk: Runtime):
    names = ('=HYPERLINK("http://x","y")', "NULL", "O'Brien", "뷁", "가" * 120)
    with desk.database.transaction() as session:
        for name in names:
            a_filed_claim(session, desk, named(name))
    files = written(PROFILE.files(work(desk)))
    sheet = openpyxl.load_workbook(io.BytesIO(files["submission-01/01_parties.xlsx"])).active
    cells = [row[1] for row in sheet.iter_rows(min_row=2)]
    assert sorted(cell.value for cell in cells) == sorted(names)
    assert {cell.data_type for cell in cells} == {"s"}
    shown = text_of(files["submission-01/01_parties.pdf"])
    assert "HYPERLINK" in shown
    assert "NULL" in shown
    assert "O'Brien" in shown
    assert "뷁" in shown


def test_powers_are_the_packets_own_pages_bound_once_with_their_fonts(three: Runtime):
    data = written(PROFILE.files(work(three)))["submission-01/02_powers_001.pdf"]
    shown = text_of(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        titles = [one.title for one in pdf.open_outline().root]
        fonts = {font.objgen for page in pdf.pages for font in page.Resources.Font.values()}
        assert "/AcroForm" not in pdf.Root
        assert all("/Annots" not in page for page in pdf.pages)
    assert [title.split(" ")[:2] for title in titles] == [["원고", "1."], ["원고", "2."], ["원고", "3."]]
    assert shown.count("제90조") >= 3
    assert "개인정보 수집" not in shown
    assert len(fonts) < 12  # three packets' worth would be several times that


def test_exhibits_stand_behind_their_statement_with_their_stamps(three: Runtime):
    shown = text_of(written(PROFILE.files(work(three)))["submission-01/03_gap_001.pdf"])
    assert "증거설명서" in shown
    assert "입증취지" in shown
    assert "서증의 명칭" in shown
    assert "갑 제1호증" in shown
    assert "갑 제2호증" in shown
    assert "원고 김민준" in shown


def test_what_staff_covered_is_told_in_the_statement(desk: Runtime):
    text = Text(ko="안내 문자", en="notice")
    one = FrozenExhibit(
        number=1, label=Text(ko="갑 제1호증", en="Gap 1"), title="문자", kind="notice", kind_name=text, proves=text,
        received_at=NOW, media_type="image/jpeg", pages=1, sha256="0" * 64, file_id="0" * 32, copy_key="k",
        copy_purpose="p", reasons=("resident_number", "privilege"),
    )  # fmt: skip
    assert "주민등록번호" in statement_row(one)[1]
    assert "가림" in statement_row(one)[1]


def test_the_same_batch_gives_the_same_bytes(three: Runtime):
    job = work(three)
    assert written(PROFILE.files(job)) == written(PROFILE.files(job))


def test_files_and_submissions_keep_under_their_limits(three: Runtime):
    matter = with_filing(three, max_file_mb=1, max_submission_mb=1)
    with three.database.transaction() as session:
        for at in range(4):
            made = a_filed_claim(session, three, named(f"홍길{at}동"))
            evidence(session, three, made.claim, _noise(600_000), "사진")
    files = written(PROFILE.files(work(three, matter=matter)))
    by_folder: dict[str, int] = {}
    for name, data in files.items():
        assert len(data) <= 1_000_000
        by_folder[Path(name).parent.name] = by_folder.get(Path(name).parent.name, 0) + len(data)
    assert max(by_folder.values()) <= 1_000_000
    assert len(by_folder) > 2
    assert len([one for one in files if "03_gap_" in one]) >= 4


def _noise(size: int) -> bytes:
    side = int((size / 3) ** 0.5)
    picture = Image.frombytes("RGB", (side, side), os.urandom(side * side * 3))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=95)
    return target.getvalue()


def test_a_page_larger_than_the_court_takes_stops_the_volume_and_names_the_claim(desk: Runtime):
    matter = with_filing(desk, max_file_mb=1)
    with desk.database.transaction() as session:
        made = a_filed_claim(session, desk, sample_people.MINJUN)
        evidence(session, desk, made.claim, _noise(2_500_000), "사진")
    with pytest.raises(ClaimStops) as stopped:
        written(PROFILE.files(work(desk, matter=matter)))
    assert (stopped.value.code, stopped.value.claim_number) == ("file_too_large", made.claim.number)


def test_a_long_list_is_parted_between_files(three: Runtime):
    files = written(PROFILE.files(work(three, matter=with_filing(three, people_per_list=2))))
    assert "2개 중 1번째 목록, 원고 1~2" in text_of(files["submission-01/01_parties_01.pdf"])
    assert "submission-01/01_parties_02.pdf" in files


def test_contacts_stand_there_only_where_the_matter_says_so(three: Runtime):
    column = PartyColumn(fact="phone", head=Text(ko="전화", en="Phone"))
    kr = three.matters.current().matter.filing.kr
    matter = with_filing(three, contacts=True, parties=(*kr.parties, column))
    sheet = openpyxl.load_workbook(
        io.BytesIO(written(PROFILE.files(work(three, matter=matter)))["submission-01/01_parties.xlsx"])
    ).active
    assert sheet.cell(2, 7).value.startswith("010-")
    assert sheet.cell(2, 7).data_type == "s"


def test_a_packet_without_a_power_of_attorney_stops_the_volume(desk: Runtime):
    with desk.database.transaction() as session:
        made = an_accepted_claim(session, desk, content=a_pdf(1))
    with pytest.raises(ClaimStops) as stopped:
        written(PROFILE.files(work(desk)))
    assert (stopped.value.code, stopped.value.claim_number) == ("not_a_packet", made.claim.number)


def test_a_matter_that_says_nothing_of_it_offers_no_filing(three: Runtime):
    matter = replace(three.matters.current().matter, filing=FilingToml())
    with pytest.raises(ProfileNotOffered):
        written(PROFILE.files(work(three, matter=matter)))
