"""Hostile files are opened in a process of their own: what they cost is bounded, and it knows nothing worth taking."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from portal.evidence import box
from portal.evidence.box import cleanse_in_box
from portal.evidence.harmless import Bounds
from portal.evidence.inspect import MediaType
from portal.evidence.refusals import Broken, NotAccepted, Refusal, TooDemanding, TooManyPixels
from tests.evidence import hostile

FLOODS: dict[str, Callable[[], bytes]] = {
    "png header of 50,000 x 50,000": lambda: hostile.a_png_of(50_000, 50_000),
    "jpeg header of 65,500 x 65,500": lambda: hostile.a_jpeg_claiming(65_500, 65_500),
    "progressive jpeg header": lambda: hostile.a_jpeg_claiming(65_500, 65_500, progressive=True),
    "pixels on a page": hostile.a_pixel_flood_in_a_pdf,
    "200,000 pages": hostile.a_page_flood,
    "page tree of 2 to the 30": hostile.a_page_tree_of_many_levels,
    "xref loop": hostile.an_xref_loop,
    "heic header of 60,000 x 60,000": hostile.a_heic_claiming,
    "array of 6 million numbers": hostile.an_array_flood,
    "400,000 objects": hostile.an_object_flood,
    "object stream of 1 GB": hostile.an_object_stream_bomb,
    "200,000 arrays in each other": hostile.a_deep_pdf,
    "600 MB stream": lambda: hostile.a_stream_bomb(600_000_000),
    "600 MB stream packed twice": lambda: hostile.a_stream_bomb(600_000_000, times=2),
    "drawings within drawings": hostile.a_form_bomb,
}
# A box like the real one that also tells its peak, which nothing outside can see after its death.
_TELLING = """
import atexit, sys
from portal.evidence import box
def tell():
    print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
atexit.register(tell)
box.serve_one(sys.stdin.buffer, sys.stdout.buffer)
"""


@contextmanager
def spending_at_most(seconds: float) -> Iterator[None]:
    """Fail if the boxes of this block take more processor time: on a busy machine the clock on the wall says little."""
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    yield
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < seconds
    assert time.monotonic() - begun < box.WALL_SECONDS + 5


def test_an_honest_file_comes_back_harmless() -> None:
    harmless = cleanse_in_box(hostile.a_photo_with_gps())
    assert harmless.media_type is MediaType.JPEG
    assert b"Exif" not in harmless.content
    assert cleanse_in_box(hostile.a_pdf(7)).pages == 7


def test_a_refusal_comes_back_with_its_figures() -> None:
    with pytest.raises(TooManyPixels) as caught:
        cleanse_in_box(hostile.a_photo(400, 400), Bounds(pixels=1_000))
    assert caught.value.limit == 1_000
    assert caught.value.found > 1_000


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_refused_within_five_seconds(name: str) -> None:
    content = FLOODS[name]()
    with spending_at_most(5), pytest.raises(Refusal):
        cleanse_in_box(content)


@pytest.mark.skipif(
    not os.path.exists("/proc/self/status"), reason="only Linux tells a process's peak memory"
)
@pytest.mark.parametrize("name", [name for name in FLOODS if name != "drawings within drawings"])
def test_a_flood_costs_less_than_300_mb(name: str) -> None:
    content = FLOODS[name]()
    told = subprocess.run(
        [sys.executable, "-c", _TELLING],
        input=box.order_for(content) + content,
        capture_output=True,
        check=True,
    )
    assert b"refused" in told.stdout
    peak = re.search(r"VmHWM:\s+(\d+) kB", told.stderr.decode())
    assert peak is not None
    assert int(peak[1]) < 300_000


def test_more_memory_than_allowed_is_never_given() -> None:
    # The bound holds by the operating system: this one is refused by running into it.
    with pytest.raises(TooDemanding):
        cleanse_in_box(hostile.a_form_bomb())
    assert box.MEMORY < 300_000_000


def test_a_file_that_takes_too_long_is_stopped() -> None:
    with spending_at_most(3), pytest.raises(TooDemanding):
        cleanse_in_box(hostile.a_slow_pdf(), cpu_seconds=1)


def test_a_box_knows_no_secret_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SECRET_KEY", "a secret of the parent")
    started: list[dict[str, str]] = []
    real = subprocess.Popen

    def watched(*args: object, **options: object) -> object:
        started.append(options["env"])  # type: ignore[arg-type]
        return real(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", watched)
    cleanse_in_box(hostile.a_photo())
    assert len(started) == 1
    assert not [name for name in started[0] if name.startswith("PORTAL_")]
    assert "a secret of the parent" not in started[0].values()


def test_a_box_may_not_write_files_or_dump_its_memory() -> None:
    probe = """
from portal.evidence import box
box._lock(4, box.MEMORY)
import resource
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
try:
    with open("/tmp/evidence-box-probe", "wb") as file:
        file.write(b"x")
except OSError:
    print("refused")
"""
    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    # Python ignores SIGXFSZ, so the write fails instead of ending the process.
    assert told.stdout == "refused\n"
    assert not os.path.exists("/tmp/evidence-box-probe") or os.path.getsize("/tmp/evidence-box-probe") == 0


def test_what_a_taken_over_box_answers_is_not_believed() -> None:
    def answer(content: bytes, media_type: str) -> bytes:
        head = b'{"media_type": "%s", "pages": 1, "content": %d}' % (media_type.encode(), len(content))
        return box.LENGTH.pack(len(head)) + head + content + hostile.a_photo(40, 40)

    assert box.read_harmless(*box._read_answer(answer(hostile.a_photo(), "image/jpeg"), 0)).pages == 1
    for content, media_type in (
        (b"<html>", "image/jpeg"),
        (hostile.a_pdf(), "image/jpeg"),
        (hostile.a_heic(), "image/heic"),
    ):
        with pytest.raises(NotAccepted):
            box.read_harmless(*box._read_answer(answer(content, media_type), 0))


def test_a_box_that_dies_without_a_word_means_refusal() -> None:
    with pytest.raises(TooDemanding):
        box._read_answer(b"", -9)
    with pytest.raises(Broken):
        box._read_answer(b"", -11)


@pytest.mark.parametrize(
    "head",
    [
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x01\x00\x00WEBPVP8 ",
        b"%PDF-1.7\n",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    ],
)
def test_garbage_behind_an_honest_beginning_is_refused(head: bytes) -> None:
    noise = bytes((n * 7919 + n // 3) % 256 for n in range(20_000))
    with pytest.raises(Refusal):
        cleanse_in_box(head + noise)
