import dataclasses
import io
import json
import zipfile

import pytest

from portal.batches import manifest
from portal.batches.volume import ChangedPacket, Incomplete, packet_name, write_volume

from .builders import a_signer, contents, packets


def written(count: int) -> bytes:
    out = io.BytesIO()
    write_volume(out, contents(a_signer(), packets(count)), a_signer())
    return out.getvalue()


def test_a_volume_holds_readme_register_packets_manifest_and_signature_in_that_order() -> None:
    with zipfile.ZipFile(io.BytesIO(written(2))) as book:
        assert book.namelist() == [
            "README.txt",
            "verify.py",
            "register.csv",
            "packets/CP-0000-ABCD-kr-r1.pdf",
            "packets/CP-0001-ABCD-kr-r1.pdf",
            "manifest.json",
            "manifest.sig",
        ]
        said = json.loads(book.read("manifest.json"))
    assert said["counts"] == {"expected": 2, "written": 2, "failed": 0}
    assert said["exported"]["by"]["name"] == "김영희"
    assert [record["name"] for record in said["files"]][-1] == "packets/CP-0001-ABCD-kr-r1.pdf"


def test_the_manifest_is_canonical_json() -> None:
    with zipfile.ZipFile(io.BytesIO(written(3))) as book:
        raw = book.read("manifest.json")
    assert (
        raw == json.dumps(json.loads(raw), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    )


def test_the_same_contents_give_the_same_bytes() -> None:
    assert written(3) == written(3)


def test_a_packet_that_is_no_longer_what_was_frozen_stops_the_volume_by_name() -> None:
    good, bad = packets(2)
    bad = dataclasses.replace(bad, content=bad.content + b" ")
    with pytest.raises(ChangedPacket) as caught:
        write_volume(io.BytesIO(), contents(a_signer(), [good, bad]), a_signer())
    assert caught.value.name == bad.name


@pytest.mark.parametrize("count", [1, 3])
def test_packets_lost_or_gained_on_the_way_stop_the_volume(count: int) -> None:
    meant = dataclasses.replace(contents(a_signer(), packets(count)), count=2)
    with pytest.raises(Incomplete):
        write_volume(io.BytesIO(), meant, a_signer())


def test_claims_left_out_are_counted_and_named_in_the_manifest() -> None:
    gone = manifest.Failure(claim="CP-0002-ABCD", reason="withdrawn")
    out = io.BytesIO()
    write_volume(out, dataclasses.replace(contents(a_signer(), packets(2)), left_out=(gone,)), a_signer())
    with zipfile.ZipFile(out) as book:
        said = manifest.decode(book.read("manifest.json"))
    assert (said.counts.expected, said.counts.written, said.counts.failed) == (3, 2, 1)
    assert said.failed == (gone,)


def test_progress_is_told_after_each_packet() -> None:
    told: list[int] = []
    write_volume(io.BytesIO(), contents(a_signer(), packets(3)), a_signer(), done=told.append)
    assert told == [1, 2, 3]


def test_packet_names_are_short_ascii_and_name_nobody() -> None:
    assert packet_name("CP-7K3M-9QXA", "kr", 1) == "packets/CP-7K3M-9QXA-kr-r1.pdf"


def test_a_volume_without_packets_is_still_whole() -> None:
    out = io.BytesIO()
    result = write_volume(out, contents(a_signer(), []), a_signer())
    assert (result.members, result.size) == (5, len(out.getvalue()))
