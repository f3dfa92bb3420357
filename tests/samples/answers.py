"""What programs say of the sample files: `portal packet verify`, pdfsig and qpdf."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def write_answers(folder: Path, files: Sequence[Path], target: Path) -> None:
    """Writes the commands with their answers; raises when a file is not found genuine."""
    certificates = folder / "certificates"
    verify = [
        "portal", "packet", "verify", *[path.name for path in files],
        "--certificate", "certificates/seal.pem", "--counsel-certificate", "certificates/counsel.pem",
        "--timestamp-root", "certificates/time.pem",
    ]  # fmt: skip
    assert certificates.is_dir()
    said = [
        "# What verifying the samples says",
        "",
        "Made by `make samples`, run in this folder. The certificates are the samples' own.",
        "",
        *_ran(verify, folder, Path(sys.executable).parent),
    ]
    for path in files:
        said += _ran(["pdfsig", "-nocert", path.name], folder)
        said += _ran(["qpdf", "--check", path.name], folder)
    target.write_text("\n".join(said) + "\n")


def _ran(command: Sequence[str], folder: Path, where: Path | None = None) -> list[str]:
    program = str(where / command[0]) if where else command[0]
    done = subprocess.run([program, *command[1:]], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} answers {done.returncode}: {done.stdout}{done.stderr}")
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return ["```", f"$ {' '.join(command)}", *lines, "```", ""]
