"""Make docs/samples for people to look at: sealed files with their pages and answers, and screens of the journeys."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tests.browser.look import ROOT, SCREENS
from tests.samples.answers import write_answers
from tests.samples.packets import office
from tests.samples.pictures import page_pictures, small_picture, telling_pages
from tests.samples.screens import write_sheets

SAMPLES = ROOT / "docs" / "samples"
PAGES, CERTIFICATES, SIGNING = SAMPLES / "pages", SAMPLES / "certificates", SAMPLES / "signing"


def main() -> int:
    """Files first; then the journeys of signing, whose pictures are copied; then every screen on contact sheets.

    The exit code is that of the journeys.
    """
    for folder in (PAGES, CERTIFICATES, SIGNING):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    for path in files():
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
    journeys = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", str(ROOT / "tests" / "journeys" / "test_signing.py")],
        cwd=ROOT,
        env={**os.environ, "PORTAL_TEST_SCREENS": "1"},
    )
    for screen in sorted(SCREENS.glob("sign-[1-9]-*.png")):
        small_picture(Image.open(screen)).save(SIGNING / screen.name, optimize=True)
        sys.stdout.write(f"{(SIGNING / screen.name).relative_to(ROOT)}\n")
    for sheet in write_sheets():
        sys.stdout.write(f"{sheet.relative_to(ROOT)}\n")
    return journeys.returncode


def files() -> list[Path]:
    """The sealed files with their pages, the certificates, and what verifying says."""
    for old in SAMPLES.glob("*.pdf"):
        old.unlink()
    made = []
    with TemporaryDirectory() as folder, office(Path(folder)) as at_work:
        for sample in at_work.all():
            path = SAMPLES / f"{sample.name}.pdf"
            path.write_bytes(sample.data)
            made.append(path)
            only = telling_pages(sample.data) if sample.telling else ()
            for _page in page_pictures(sample.data, PAGES, sample.name, only):
                pass
        for name, pem in at_work.certificates():
            (CERTIFICATES / name).write_bytes(pem)
    write_answers(SAMPLES, made, SAMPLES / "verification.md")
    return [*made, SAMPLES / "verification.md"]


if __name__ == "__main__":
    raise SystemExit(main())
