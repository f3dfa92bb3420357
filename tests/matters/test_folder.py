from __future__ import annotations

from pathlib import Path

import pytest

from portal.matters.folder import folder_hash, pack, read_folder, read_matter, unpack
from portal.matters.problems import MatterError
from tests.matters.builders import a_matter_folder


def test_a_folder_reads_the_same_from_disk_and_from_a_version(tmp_path: Path) -> None:
    files = read_folder(a_matter_folder().written(tmp_path))
    assert files == a_matter_folder().files()
    assert unpack(pack(files)) == files
    assert folder_hash(unpack(pack(files))) == folder_hash(files)


def test_the_same_content_is_compiled_once() -> None:
    assert read_matter(a_matter_folder().files()) is read_matter(a_matter_folder().files())


def test_the_hash_tells_any_two_folders_apart() -> None:
    files = {"a": b"1", "b": b"2"}
    others = [
        {"a": b"1b", "": b"2"},
        {"a": b"2", "b": b"1"},
        {"a": b"1"},
        {"a1": b"", "b": b"2"},
        {"ab": b"12"},
    ]
    assert folder_hash(dict(reversed(files.items()))) == folder_hash(files)
    assert len({folder_hash(one) for one in [files, *others]}) == len(others) + 1


def test_an_unreadable_folder_names_its_first_problem_and_counts_the_rest() -> None:
    folder = a_matter_folder().without("evidence.toml").replacing("matter.toml", 'slug = "small"', "slug = ")
    with pytest.raises(MatterError) as raised:
        folder.matter()
    assert raised.value.first.file == "evidence.toml"
    assert str(raised.value) == "evidence.toml: the file is missing (and 1 more)"


def test_hidden_files_are_left_out_and_links_refused(tmp_path: Path) -> None:
    folder = a_matter_folder().written(tmp_path)
    (folder / ".DS_Store").write_bytes(b"\x00")
    assert ".DS_Store" not in read_folder(folder)
    (folder / "documents" / "outside.ko.md").symlink_to("/etc/hostname")
    with pytest.raises(MatterError, match="symbolic link"):
        read_folder(folder)


def test_a_file_out_of_all_proportion_is_refused(tmp_path: Path) -> None:
    folder = a_matter_folder().written(tmp_path)
    (folder / "matter.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(MatterError, match="larger than"):
        read_folder(folder)


def test_a_matter_finds_its_parts_by_name() -> None:
    matter = a_matter_folder().matter()
    assert matter.jurisdictions == ("kr", "us")
    assert matter.track("us-securities").court == "ndcal"
    assert matter.court("seoul").name["ko"] == "서울중앙지방법원"
    assert matter.counsel("us").name["ko"] == matter.counsel("us").name["en"] == "One LLP"
    assert matter.jurisdictions_of({"us-securities"}) == ("us",)
    assert [one.id for one in matter.documents_for("kr", ["kr-consumer"])] == [
        "kr-retainer",
        "kr-consent",
        "kr-exhibits",
    ]
    assert matter.documents_for("us", ["us-consumer"]) == ()
    assert [kind.id for kind in matter.evidence_for(["kr-consumer", "us-securities"])] == ["notice"]
    assert matter.evidence_for(["us-securities"]) == ()
    assert matter.version_label == f"small {matter.hash[:12]}"
    with pytest.raises(KeyError):
        matter.track("eu")


def test_a_track_takes_claims_from_its_first_to_its_last_day() -> None:
    from datetime import date

    track = a_matter_folder().matter().track("kr-consumer")
    days = [date(2025, 11, 30), date(2025, 12, 1), date(2027, 12, 31), date(2028, 1, 1)]
    assert [track.is_open(day) for day in days] == [False, True, True, False]
    assert a_matter_folder().matter().track("us-securities").is_open(date(2099, 1, 1))


def test_a_message_is_filled_and_cannot_gain_a_header() -> None:
    folder = a_matter_folder()
    for language in ("ko", "en"):
        folder.replacing(f"messages/filed.{language}.md", "Subject: ", "Subject: {{ claim_number }} ")
    text = folder.matter().message("filed", "en")
    subject, body = text.filled({"claim_number": "SM-1\r\nBcc: x@y.example", "site": "{{ site }}"})
    assert subject == "SM-1 Bcc: x@y.example Notice filed"
    assert body == "Text {{ site }}\n"
    with pytest.raises(KeyError):
        text.filled({"claim_number": "SM-1"})


def test_a_folder_with_too_many_files_is_refused(tmp_path: Path) -> None:
    for number in range(501):
        (tmp_path / f"{number}.md").write_bytes(b"")
    with pytest.raises(MatterError, match="more than 500 files"):
        read_folder(tmp_path)


def test_bytes_that_are_no_text_are_named_and_not_packed() -> None:
    with pytest.raises(MatterError, match=r"b\.md: is not UTF-8 text"):
        pack({"a.md": "가".encode(), "b.md": "가".encode("euc-kr")})
