"""Files for a court: cut from a sealed packet page by page, small enough, and saying that they carry no seal."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner
from PIL import Image

from portal.cli import main
from portal.packets import filing, samples
from portal.packets.content import PaperScan
from portal.packets.filing import CourtFile, NotAPacket, PageTooLarge, Source, court_files
from portal.packets.render import render
from portal.runtime import Runtime
from tests.packets.claims import a_signed_claim, packets_of
from tests.packets.test_render import matter, text_of

SOURCE = {
    one: Source(samples.sample_claim(matter(), one).claim_number, one, 1, "5F2K-8WQJ-31TG", "ab" * 32)
    for one in ("kr", "us")
}


@cache
def packet(jurisdiction: str) -> bytes:
    content = samples.sample_claim(matter(), jurisdiction)
    exhibits = list(content.exhibits)
    exhibits[1:] = [replace(one, number=2, part=part) for part, one in enumerate(exhibits[1:], 1)]
    return bytes(render(replace(content, exhibits=tuple(exhibits))).data)


def cut(jurisdiction: str, largest: int | None = None, data: bytes | None = None) -> list[CourtFile]:
    plan = matter().packets[jurisdiction]
    return list(court_files(data or packet(jurisdiction), plan, SOURCE[jurisdiction], largest))


@pytest.mark.parametrize(
    ("jurisdiction", "names"),
    [
        ("kr", ["01_소송위임장.pdf", "02_피해_사실_확인서.pdf", "03_증거설명서.pdf",
                "갑1.pdf", "갑2-1.pdf", "갑2-2.pdf"]),
        ("us", ["01_Declaration_under_Penalty_of_Perjury.pdf", "02_Certification_of_Plaintiff_under_the_Fed.pdf",
                "03_Exhibit_List.pdf", "Exhibit-A.pdf", "Exhibit-B-1.pdf", "Exhibit-B-2.pdf"]),
    ],
)  # fmt: skip
def test_each_filed_document_and_each_exhibit_is_a_file_with_a_short_name(jurisdiction, names):
    assert [one.name for one in cut(jurisdiction)] == names


@pytest.mark.parametrize("jurisdiction", ["kr", "us"])
def test_pages_are_those_of_the_packet_mark_for_mark(jurisdiction):
    with (
        pikepdf.open(io.BytesIO(packet(jurisdiction))) as whole,
        pypdfium2.PdfDocument(packet(jurisdiction)) as seen,
    ):
        for one in cut(jurisdiction):
            with pikepdf.open(io.BytesIO(one.data)) as file, pypdfium2.PdfDocument(one.data) as shown:
                assert len(file.pages) == len(one.pages)
                for index, number in enumerate(one.pages):
                    before, after = whole.pages[number - 1], file.pages[index]
                    assert [part.read_bytes() for part in after.Contents] == [
                        part.read_bytes() for part in before.Contents
                    ]
                    assert pixels(shown, index) == pixels(seen, number - 1)


def pixels(document: pypdfium2.PdfDocument, index: int) -> bytes:
    return document[index].render(scale=0.4).to_pil().tobytes()


@pytest.mark.parametrize("jurisdiction", ["kr", "us"])
def test_files_are_sound_searchable_embedded_and_cannot_act(jurisdiction, tmp_path: Path):
    for one in cut(jurisdiction):
        path = tmp_path / "cut.pdf"
        path.write_bytes(one.data)
        run = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
        assert (run.returncode, run.stderr) == (0, ""), one.name
        fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
        assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts.splitlines()[2:])
        assert SOURCE[jurisdiction].claim_number in text_of(one.data)
        with pikepdf.open(path) as file:
            assert str(file.Root.Lang) == matter().packets[jurisdiction].governing_language
            assert "/AcroForm" not in file.Root
            assert "/Names" not in file.Root
            assert not any("/Annots" in page or "/AA" in page for page in file.pages)
            assert "carry no seal" in str(file.docinfo.Subject) or "전자봉인이 없습니다" in str(
                file.docinfo.Subject
            )
            assert SOURCE[jurisdiction].sha256 in str(file.docinfo.Subject)


def test_a_file_larger_than_the_court_takes_is_split_with_the_same_number():
    content = samples.sample_claim(matter(), "kr")
    photograph = noisy(500)
    many = replace(content.exhibits[0], number=3, pictures=(photograph,) * 6, pdf=b"")
    data = bytes(render(replace(content, exhibits=(*content.exhibits[:2], many))).data)
    (whole,) = [one for one in cut("kr", data=data) if one.name == "갑3.pdf"]
    largest = len(whole.data) // 2
    split = cut("kr", largest, data)
    assert all(len(one.data) <= largest for one in split)
    parts = [one for one in split if one.name.startswith("갑3")]
    assert [one.name for one in parts] == ["갑3_1of3.pdf", "갑3_2of3.pdf", "갑3_3of3.pdf"]
    assert sum((one.pages for one in parts), ()) == whole.pages


def noisy(width: int) -> bytes:
    """A photograph that nothing packs well."""
    picture = Image.effect_noise((width, width), 90).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    return out.getvalue()


def test_a_page_that_no_court_takes_is_named():
    with pytest.raises(PageTooLarge, match="page"):
        cut("kr", 20_000)


def test_the_index_holds_every_hash_and_names_the_packet_that_is_sealed():
    files = cut("kr")
    table = list(csv.reader(io.StringIO(filing.index_csv(files, SOURCE["kr"], "ko").decode("utf-8-sig"))))
    listed = json.loads(filing.index_json(files, SOURCE["kr"]))
    assert [row[0] for row in table[1 : len(files) + 1]] == [one.name for one in files]
    for one, row, entry in zip(files, table[1:], listed["files"], strict=False):
        digest = hashlib.sha256(one.data).hexdigest()
        assert row[4] == entry["sha256"] == digest
        assert row[5] == SOURCE["kr"].sha256
    assert listed["packet"]["sha256"] == SOURCE["kr"].sha256
    assert listed["sealed"] is False
    assert "전자봉인이 없습니다" in table[-1][0]


def test_no_title_is_a_formula_to_a_spreadsheet():
    file = replace(cut("kr")[-1], title='=HYPERLINK("https://x.example")')
    assert b"'=HYPERLINK" in filing.index_csv([file], SOURCE["kr"], "ko")


@pytest.mark.parametrize(
    ("title", "name"),
    [("개인정보 수집·이용 동의서", "개인정보_수집_이용_동의서"), ("a/b\\c:d?", "a_b_c_d"), ("../x", "x")],
)
def test_names_have_no_special_characters(title, name):
    assert filing.short_name(title) == name


def test_a_document_signed_in_ink_is_filed_with_its_sheet():
    content = samples.sample_claim(matter(), "kr")
    picture = content.exhibits[0].pictures[0]
    scan = PaperScan("kr-power", 3, True, picture, "cd" * 32, content.made_at)
    act = content.act.model_copy(update={"means": "ink", "strokes": ()})
    data = bytes(render(replace(content, acts=(act,), paper=(scan,))).data)
    power = cut("kr", data=data)[0]
    with pikepdf.open(io.BytesIO(data)) as file:
        (sheet,) = [part.first + 1 for part in filing.parts_of(file) if part.kind == "paper"]
    assert power.pages[-1] == sheet
    assert f"{sheet}쪽의 서명한 종이" in text_of(power.data)


def test_another_pdf_is_refused():
    with pytest.raises(NotAPacket):
        cut("kr", data=samples.sample_pdf())


def test_the_command_writes_a_folder_for_each_country(runtime: Runtime, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("PORTAL_ENV", "test")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(runtime.settings.data_dir))
    claim = a_signed_claim(runtime)
    CliRunner().invoke(main, ["packet", "build", claim.number])
    result = CliRunner().invoke(main, ["packet", "filing", claim.number, "--output", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "전자봉인이 없습니다" in result.output
    for one in packets_of(runtime, claim):
        index = json.loads((tmp_path / one.jurisdiction / "index.json").read_text())
        assert index["packet"]["sha256"] == one.sha256
        for entry in index["files"]:
            data = (tmp_path / one.jurisdiction / entry["name"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == entry["sha256"]


def test_the_command_says_that_there_is_nothing_to_file(runtime: Runtime, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("PORTAL_ENV", "test")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(runtime.settings.data_dir))
    claim = a_signed_claim(runtime)
    result = CliRunner().invoke(main, ["packet", "filing", claim.number, "--output", str(tmp_path)])
    assert result.exit_code == 1
    assert "no sealed packet" in result.output
