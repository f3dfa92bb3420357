import hashlib
import os
import zlib

import pytest
from cryptography.exceptions import InvalidTag

from portal.batches.spool import Spool


@pytest.mark.parametrize("size", [0, 1, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 900_000])
def test_what_was_written_comes_back_as_often_as_it_is_asked_for(size: int) -> None:
    content = os.urandom(size)
    with Spool() as spool:
        for start in range(0, size, 70_001):
            spool.write(content[start : start + 70_001])
        assert b"".join(spool.chunks()) == content
        assert b"".join(spool.chunks()) == content
        assert (spool.size, spool.crc) == (size, zlib.crc32(content))
        assert spool.sha256 == hashlib.sha256(content).hexdigest()


def test_no_plain_byte_reaches_the_disk() -> None:
    with Spool() as spool:
        spool.write("서울특별시 중구 세종대로 110 ".encode() * 20_000)
        spool._file.seek(0)
        on_disk = spool._file.read()
    assert len(on_disk) > 500_000
    assert "세종대로".encode() not in on_disk


def test_a_spool_changed_on_disk_is_noticed() -> None:
    with Spool() as spool:
        spool.write(bytes(600_000))
        spool._file.seek(1000)
        spool._file.write(b"\xff\xff")
        with pytest.raises(InvalidTag):
            list(spool.chunks())
