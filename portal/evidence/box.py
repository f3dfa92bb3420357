"""A short-lived process for each untrusted file: it knows no secret, may not write, and dies at its limits.

Decoders are large C libraries fed with hostile bytes. The parent starts `python -m portal.evidence.box`, sends the
file through a pipe (no name, no path, no environment) and reads the harmless copy back, which it checks again.
Another feature that has to open what people send gives a module of its own, with the same life and other work.
"""

from __future__ import annotations

import contextlib
import json
import resource
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from portal.evidence.cleanse import cleanse
from portal.evidence.harmless import Bounds, Harmless
from portal.evidence.inspect import MediaType, identify
from portal.evidence.refusals import BY_CODE, Broken, NotAccepted, Refusal, TooDemanding

MEMORY = 280_000_000
"""Bytes of private memory that a box may ask for; the decoders themselves need about 20 million of them."""
HEIC_MEMORY = 640_000_000
"""A phone's 48-megapixel HEIC stands in memory three times while libheif hands it over; larger ones stay unread."""
CPU_SECONDS = 4
WALL_SECONDS = 20
"""Longer than the processor time: on a busy machine an honest file waits for its turn."""
_MOST_OUTPUT = 80_000_000
LENGTH = struct.Struct(">I")
_ROOT = Path(__file__).parents[2]
Work = Callable[[bytes, Bounds], tuple[dict[str, Any], bytes]]
_OUT_OF_LIMITS = {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGABRT}


def cleanse_in_box(content: bytes, bounds: Bounds | None = None, cpu_seconds: int = CPU_SECONDS) -> Harmless:
    """What `cleanse` gives, from a process of its own. Raises the Refusal; TooDemanding where a limit was hit."""
    answer = work_in_box("portal.evidence.box", order_for(content, bounds, cpu_seconds), content)
    return read_harmless(*answer)


def memory_for(content: bytes) -> int:
    """Bytes of memory that a box for this file may ask for. Raises Empty or NotAccepted."""
    return HEIC_MEMORY if identify(content) is MediaType.HEIC else MEMORY


def work_in_box(
    module: str, order: bytes, content: bytes, wall_seconds: float = WALL_SECONDS
) -> tuple[dict[str, Any], bytes]:
    """What a box of this module answers to an order and a file: a head and bytes, neither to be trusted.

    Raises the Refusal that the box answered; TooDemanding where a limit was hit, Broken where it died otherwise.
    """
    box = subprocess.Popen(  # noqa: S603 - the module is ours
        [sys.executable, "-s", "-m", module],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        cwd=_ROOT, env={"LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"},
    )  # fmt: skip
    end = threading.Timer(wall_seconds, box.kill)
    end.start()
    try:
        answer = _exchange(box, order, content)
    finally:
        end.cancel()
        box.kill()
        died = box.wait()
    return _read_answer(answer, died)


def order_for(content: bytes, bounds: Bounds | None = None, cpu_seconds: int = CPU_SECONDS) -> bytes:
    """What a box reads before the file: its limits. Raises Empty or NotAccepted, for which no box is needed."""
    limits = {
        "bounds": asdict(bounds or Bounds()),
        "cpu_seconds": cpu_seconds,
        "memory": memory_for(content),
    }
    order = json.dumps(limits).encode()
    return LENGTH.pack(len(order)) + order


def _exchange(box: subprocess.Popen[bytes], order: bytes, content: bytes) -> bytes:
    assert box.stdin is not None
    assert box.stdout is not None
    with box.stdout as from_box:
        # The box reads everything before it answers, so neither side waits for the other; one that died reads nothing.
        with contextlib.suppress(BrokenPipeError), box.stdin as to_box:
            to_box.write(order)
            to_box.write(content)
        answer = from_box.read(_MOST_OUTPUT + 1)
    return answer if len(answer) <= _MOST_OUTPUT else b""


def _read_answer(answer: bytes, died: int) -> tuple[dict[str, Any], bytes]:
    if len(answer) < LENGTH.size:
        raise TooDemanding if died in _OUT_OF_LIMITS else Broken
    start = LENGTH.size + LENGTH.unpack(answer[: LENGTH.size])[0]
    head: dict[str, Any] = json.loads(answer[LENGTH.size : start])
    if "refused" in head:
        raise BY_CODE[head["refused"]](head["found"], head["limit"])
    return head, answer[start:]


def read_harmless(head: dict[str, Any], body: bytes) -> Harmless:
    """A box's answer as what it made, as far as it can be that. Raises NotAccepted."""
    content = body[: head["content"]]
    return _checked(Harmless(MediaType(head["media_type"]), content, body[len(content) :], head["pages"]))


def _checked(harmless: Harmless) -> Harmless:
    """A box that was taken over by its file may answer anything; what it answers must at least be of a kept kind."""
    kept = (MediaType.JPEG, MediaType.PNG, MediaType.PDF)
    if harmless.media_type not in kept or identify(harmless.content) is not harmless.media_type:
        raise NotAccepted
    if identify(harmless.thumbnail) is not MediaType.JPEG or harmless.pages < 1:
        raise NotAccepted
    return harmless


def _answer(content: bytes, bounds: Bounds) -> tuple[dict[str, Any], bytes]:
    return packed(cleanse(content, bounds))


def packed(harmless: Harmless) -> tuple[dict[str, Any], bytes]:
    """What a box answers that made a copy."""
    head = {"media_type": harmless.media_type, "pages": harmless.pages, "content": len(harmless.content)}
    return head, harmless.content + harmless.thumbnail


def _lock(cpu_seconds: int, memory: int) -> None:
    """No more memory, time or files from here on, and no core dump: it would hold the claimant's file."""
    for kind, most in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_AS, memory * 4),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def serve_one(source: IO[bytes], target: IO[bytes], work: Work = _answer) -> None:
    """The life of a box: take one order and one file, lock itself in, answer."""
    order = json.loads(source.read(LENGTH.unpack(source.read(LENGTH.size))[0]))
    _lock(order["cpu_seconds"], order["memory"])
    try:
        head, body = work(source.read(), Bounds(**order["bounds"]))
    except Refusal as refusal:
        head, body = {"refused": refusal.code, "found": refusal.found, "limit": refusal.limit}, b""
    except (MemoryError, RecursionError):
        head, body = {"refused": TooDemanding.code, "found": 0, "limit": 0}, b""
    told = json.dumps(head).encode()
    target.write(LENGTH.pack(len(told)) + told)
    target.write(body)
    target.flush()


if __name__ == "__main__":
    serve_one(sys.stdin.buffer, sys.stdout.buffer)
