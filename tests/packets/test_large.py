"""As much evidence as the portal takes becomes a packet within a set memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.packets.large import FILES, PAGES, write_evidence

PEAK = 450_000_000  # bytes of memory, with the program itself and the evidence that it holds
SECONDS = 10  # of one processor; it takes one or two


def test_thirty_files_with_three_hundred_pages_and_a_large_photograph_make_a_packet(tmp_path: Path):
    write_evidence(tmp_path)
    run = subprocess.run(
        [sys.executable, "-m", "tests.packets.large", tmp_path],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    told = json.loads(run.stdout)
    assert told["exhibits"] == FILES
    assert told["pages"] > PAGES
    assert told["size"] > sum(path.stat().st_size for path in tmp_path.glob("*.jpg"))
    assert told["peak"] < PEAK, f"{told['peak']:,} bytes"
    assert told["seconds"] < SECONDS
