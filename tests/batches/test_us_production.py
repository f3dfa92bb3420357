"""What a review platform gets, read with a parser of load files written only from their description."""

import csv
import hashlib
import io
from dataclasses import dataclass, replace

import openpyxl
import pytest
from PIL import Image

from portal.batches.bates import BatesOverflow
from portal.batches.errors import ClaimStops
from portal.batches.exhibits import FrozenExhibit
from portal.batches.profiles.base import Work
from portal.batches.profiles.us_production import UsProductionProfile
from portal.batches.profiles.us_production.images import Stamps, picture_page, produced
from portal.batches.profiles.us_production.load_files import Dat
from portal.matters.filing import FilingToml
from portal.packets import sample_people
from portal.runtime import Runtime
from tests.batches.filings import a_filed_claim, a_pdf, a_picture, evidence, work, written
from tests.conftest import NOW

PROFILE = UsProductionProfile()


# A parser of DAT and OPT that knows only what docs/formats.md says of them.


def read_dat(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data[3:].decode().split("\r\n")
    assert lines[-1] == ""
    rows = []
    for line in lines[:-1]:
        fields = line.split("\x14")
        assert all(field[0] == field[-1] == "þ" for field in fields)
        rows.append([field[1:-1].replace("®", "\n") for field in fields])
    head, *rest = rows
    return [dict(zip(head, row, strict=True)) for row in rest]


@dataclass
class OptLine:
    key: str
    volume: str
    path: str
    first: bool
    pages: str


def read_opt(data: bytes) -> list[OptLine]:
    rows = csv.reader(io.StringIO(data.decode()))
    return [OptLine(row[0], row[1], row[2].replace("\\", "/"), row[3] == "Y", row[6]) for row in rows]


def with_filing(runtime: Runtime, **changes):
    matter = runtime.matters.current().matter
    assert matter.filing.us
    return replace(matter, filing=FilingToml(us=matter.filing.us.model_copy(update=changes)))


def prepared(runtime: Runtime, job: Work) -> Work:
    """The work with its page numbers taken, as an export asks for it."""
    with runtime.database.transaction() as session:
        kept = PROFILE.prepare(session, job, NOW)
    return replace(job, options=kept)


@pytest.fixture
def one(desk: Runtime) -> Runtime:
    """A shareholder with a coloured picture and a document of two pages."""
    with desk.database.transaction() as session:
        made = a_filed_claim(session, desk, sample_people.JIWOO, jurisdiction="us")
        evidence(session, desk, made.claim, a_picture("notice"), "SMS\nnotice þ")
        evidence(session, desk, made.claim, a_pdf(2), "Order history", pages=2)
    return desk


def test_load_files_and_files_agree_page_for_page(one: Runtime):
    files = written(PROFILE.files(prepared(one, work(one, "us"))))
    documents = read_dat(next(data for name, data in files.items() if name.endswith(".dat")))
    pages = read_opt(next(data for name, data in files.items() if name.endswith(".opt")))
    assert [page.key for page in pages] == [f"CPPLF{number:08}" for number in range(1, len(pages) + 1)]
    assert {page.path for page in pages} == {name for name in files if name.startswith("IMAGES/")}
    firsts = {page.key: page.pages for page in pages if page.first}
    assert firsts == {one["BEGBATES"]: one["PGCOUNT"] for one in documents}
    assert documents[-1]["ENDBATES"] == pages[-1].key
    for document in documents:
        native = files[document["NATIVELINK"].replace("\\", "/")]
        assert hashlib.sha256(native).hexdigest() == document["SHA256"]
        assert document["TEXTLINK"].replace("\\", "/") in files
        assert (document["PRIVILEGE"], document["PRIVILEGEREASON"]) == ("", "")
        assert document["BEGATTACH"] == documents[0]["BEGBATES"]
        assert document["ENDATTACH"] == documents[-1]["ENDBATES"]
    titles = [document["DOCTITLE"] for document in documents]
    assert titles[:3] == ["Declaration under Penalty of Perjury",
                          "Certification of Plaintiff under the Federal Securities Laws", "Exhibit List"]  # fmt: skip
    assert titles[3] == "Exhibit A: SMS\nnotice th"
    assert not any("Engagement" in title or "Consent" in title for title in titles)


def test_pages_of_text_are_black_and_white_and_pictures_keep_their_colour(one: Runtime):
    files = written(PROFILE.files(prepared(one, work(one, "us"))))
    images = {name: data for name, data in files.items() if name.startswith("IMAGES/")}
    kinds = set()
    for name, data in images.items():
        with Image.open(io.BytesIO(data)) as image:
            kinds.add((name[-3:], image.format, image.mode, image.info.get("compression")))
            assert image.size == (2550, 3300)
            assert tuple(round(one) for one in image.info["dpi"]) == (300, 300)
            if image.format == "TIFF":
                assert not {306, 305} & set(image.tag_v2)  # no time, no software
    assert ("tif", "TIFF", "1", "group4") in kinds
    assert ("jpg", "JPEG", "RGB", None) in kinds
    assert len(kinds) == 2


def test_a_page_with_colour_or_grey_tones_is_no_black_and_white() -> None:
    """The same page as text, with a grey photograph, and in colour."""
    text, grey, colour = (picture_page(a_picture("x", colour=one)) for one in (False, False, True))
    grey.paste((128, 128, 128), (400, 400, 2000, 2400))
    kinds = [produced(page, Stamps("X1")) for page in (text, grey, colour)]
    modes = [Image.open(io.BytesIO(one.content)).mode for one in kinds]
    assert list(zip([one.suffix for one in kinds], modes, strict=True)) == [
        ("tif", "1"),
        ("jpg", "L"),
        ("jpg", "RGB"),
    ]


def test_every_page_bears_its_number(one: Runtime):
    """The stamp changes the lower right corner of two pages that are otherwise the same."""
    pages = [
        produced(picture_page(a_picture("x")), Stamps(number))
        for number in ("CPPLF00000001", "CPPLF00000002")
    ]
    corners = [
        Image.open(io.BytesIO(page.content)).crop((1900, 3150, 2550, 3300)).tobytes() for page in pages
    ]
    rest = [Image.open(io.BytesIO(page.content)).crop((0, 0, 2550, 3100)).tobytes() for page in pages]
    assert corners[0] != corners[1]
    assert rest[0] == rest[1]


def test_texts_are_those_of_the_documents(one: Runtime):
    files = written(PROFILE.files(prepared(one, work(one, "us"))))
    texts = [data.decode() for name, data in files.items() if name.startswith("TEXT/")]
    assert "penalty of perjury" in texts[0].lower()
    assert texts[3] == ""  # a picture
    assert texts[4].split("\f")[1].strip() == "order history page 2"


def test_schedule_a_lists_every_trade_as_numbers_and_dates(one: Runtime):
    files = written(PROFILE.files(prepared(one, work(one, "us"))))
    sheet = openpyxl.load_workbook(io.BytesIO(files["DATA/schedule-a.xlsx"])).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    trades = sorted(sample_people.JIWOO.securities.trades, key=lambda one: one.on)
    assert [(row[3].date(), row[5], row[6]) for row in rows] == [
        (trade.on, pytest.approx(float(trade.quantity)), pytest.approx(float(trade.price)))
        for trade in trades
    ]
    table = list(csv.reader(io.StringIO(files["DATA/schedule-a.csv"].decode("utf-8-sig"))))
    assert len(table) == len(trades) + 1
    assert {row[4] for row in table[1:]} <= {"Purchase", "Sale"}


def test_the_same_pages_keep_their_numbers_and_bytes(one: Runtime):
    job = work(one, "us")
    first, again = prepared(one, job), prepared(one, replace(job, volume_id=job.batch_id))
    assert first.options == again.options
    assert written(PROFILE.files(first)) == written(PROFILE.files(again))


def test_another_batch_goes_on_where_the_last_ended(one: Runtime):
    first = prepared(one, work(one, "us"))
    with one.database.transaction() as session:
        a_filed_claim(session, one, sample_people.MINJUN, jurisdiction="us")
    second = prepared(one, work(one, "us"))
    assert second.options["first"] == first.options["last"] + 1


def test_more_pages_than_numbers_are_refused_before_anything_is_taken(one: Runtime):
    job = work(one, "us", matter=with_filing(one, digits=1))
    with pytest.raises(BatesOverflow, match="only 9 numbers are left after CPPLF"):
        prepared(one, job)
    assert prepared(one, replace(job, published=one.matters.current())).options["first"] == 1


def test_folders_hold_no_more_files_than_the_matter_says(one: Runtime):
    job = work(one, "us", matter=with_filing(one, files_per_folder=2))
    names = list(written(PROFILE.files(prepared(one, job))))
    assert "IMAGES/0002/CPPLF00000003.tif" in names
    folders = [name.rpartition("/")[0] for name in names if name.startswith("IMAGES/")]
    assert max(folders.count(folder) for folder in folders) == 2


def test_redacted_documents_carry_their_reason(one: Runtime):
    from portal.batches.profiles.us_production.documents import Document
    from portal.batches.profiles.us_production.writing import _covered, _described

    job = work(one, "us")
    from portal.batches.frozen import claims_of

    claim = next(iter(claims_of(job)))
    exhibit: FrozenExhibit = claim.case.exhibits[0].model_copy(
        update={"reasons": ("resident_number", "privilege")}
    )
    document = Document(claim, 3, "Exhibit A", "Notice", "image/jpeg", 1, lambda: b"", exhibit)
    described = _described(document)
    assert described["REDACTED"] == "Y"
    assert described["REDACTREASON"] == "personal identifier; attorney-client privilege"
    assert _covered(document).startswith("REDACTED: personal identifier")


def test_a_damaged_exhibit_stops_the_production_and_names_the_claim(one: Runtime):
    job = prepared(one, work(one, "us"))
    from portal.batches.frozen import claims_of

    claim = next(iter(claims_of(job)))
    one.storage.delete(claim.case.exhibits[0].copy_key)
    with pytest.raises(ClaimStops) as stopped:
        written(PROFILE.files(job))
    assert (stopped.value.code, stopped.value.claim_number) == ("exhibit_missing", claim.number)


def test_values_cannot_break_a_load_file():
    out = io.BytesIO()
    Dat(out).add({"DOCTITLE": "a\x14b þ\r\nc", "CUSTODIAN": "O'Brien, 뷁"})
    (row,) = read_dat(out.getvalue())
    assert row["DOCTITLE"] == "a b th\nc"
    assert row["CUSTODIAN"] == "O'Brien, 뷁"
    with pytest.raises(KeyError):
        Dat(io.BytesIO()).add({"NOFIELD": "x"})


def test_each_stamp_stands_in_its_place():
    """The number can be read off the picture by eye; here the stamp's ink is looked for where it belongs."""
    page = produced(
        picture_page(a_picture("x", colour=False)), Stamps("CPPLF00000007", "CONFIDENTIAL", "REDACTED: other")
    )
    with Image.open(io.BytesIO(page.content)) as image:
        foot = image.convert("L")
        for left, right in ((0, 700), (900, 1650), (1900, 2550)):
            assert foot.crop((left, 3190, right, 3290)).getextrema()[0] < 80
