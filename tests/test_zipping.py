import io
import subprocess
import zipfile
import zlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from portal.zipping import Archive, Layout, UnsafeName, WrongSize
from tests.needs import program

NOW = datetime(2026, 11, 24, 1, 2, 4, tzinfo=UTC)


def archive(files: dict[str, bytes], at: datetime = NOW) -> bytes:
    out = io.BytesIO()
    made = Archive(out, at)
    for name, content in files.items():
        made.add(name, content)
    made.close()
    return out.getvalue()


def test_two_independent_readers_find_every_file(tmp_path: Path) -> None:
    files = {"README.txt": b"", "packets/CP-1-kr-r1.pdf": b"%PDF" * 1000, "register.csv": bytes(range(256))}
    path = tmp_path / "volume.zip"
    path.write_bytes(archive(files))
    with zipfile.ZipFile(path) as book:
        assert {name: book.read(name) for name in book.namelist()} == files
        assert {info.compress_type for info in book.infolist()} == {zipfile.ZIP_STORED}
        assert book.getinfo("README.txt").date_time == (2026, 11, 24, 1, 2, 4)
        assert book.getinfo("README.txt").external_attr >> 16 == 0o100644
    assert subprocess.run([program("unzip"), "-t", path], capture_output=True).returncode == 0


def test_the_same_files_give_the_same_bytes_wherever_the_clock_stands() -> None:
    seoul = NOW.astimezone(timezone(timedelta(hours=9)))
    assert archive({"a.pdf": b"1"}) == archive({"a.pdf": b"1"}, seoul)


def test_more_files_than_a_plain_zip_can_count(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    path.write_bytes(archive({f"packets/{at}.pdf": b"x" for at in range(65_540)}))
    with zipfile.ZipFile(path) as book:
        assert len(book.namelist()) == 65_540
        assert book.testzip() is None
    assert subprocess.run([program("unzip"), "-tq", path], capture_output=True).returncode == 0


def test_files_beyond_four_gigabytes_are_described_in_zip64(tmp_path: Path) -> None:
    big, small = 5 << 30, b"after"
    layout = Layout(NOW)
    path = tmp_path / "big.zip"
    with open(
        path, "wb"
    ) as file:  # the big file is a hole on the disk: only what stands around it is written
        file.write(layout.entry("big.bin", big, 0x12345678))
        file.seek(big, io.SEEK_CUR)
        file.write(layout.entry("small.txt", len(small), zlib.crc32(small)))
        file.write(small)
        file.write(b"".join(layout.ending()))
    with zipfile.ZipFile(path) as book:
        assert book.getinfo("big.bin").file_size == big
        assert book.getinfo("small.txt").header_offset > big
        assert book.read("small.txt") == small
    listing = subprocess.run([program("unzip"), "-l", path], capture_output=True, text=True)
    assert str(big) in listing.stdout


@pytest.mark.parametrize(
    "name",
    [
        "../etc/passwd",
        "/etc/passwd",
        "홍길동.pdf",
        "a b.pdf",
        "",
        "a//b",
        "C:\\x",
        ".hidden",
        "a/../b",
        "x" * 101,
    ],
)
def test_a_name_that_a_reader_could_misread_is_refused(name: str) -> None:
    with pytest.raises(UnsafeName):
        archive({name: b""})


def test_a_stream_that_is_not_what_was_promised_stops_the_archive() -> None:
    made = Archive(io.BytesIO(), NOW)
    with pytest.raises(WrongSize):
        made.add_stream("a.csv", 3, zlib.crc32(b"abc"), [b"ab", b"d"])


def test_a_time_before_zip_existed_is_refused() -> None:
    with pytest.raises(ValueError, match="1980"):
        Layout(datetime(1979, 12, 31, tzinfo=UTC))
