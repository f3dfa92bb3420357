"""Make docs/samples for people to look at: sealed packets of invented claimants, and screens of the journeys."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from portal.matters.folder import read_folder, read_matter
from portal.packets.render import render
from portal.packets.samples import sample_claim
from portal.packets.seal import seal
from portal.packets.signer import open_firm_key
from portal.settings import Settings
from tests.browser.look import ROOT, SCREENS

SAMPLES = ROOT / "docs" / "samples"


def main() -> int:
    """Packets first; then the journeys, whose pictures are copied. The exit code is that of the journeys."""
    for path in packets():
        print(path.relative_to(ROOT))
    journeys = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", str(ROOT / "tests" / "journeys")], cwd=ROOT
    )
    for screen in sorted(SCREENS.glob("*.png")):
        shutil.copyfile(screen, SAMPLES / screen.name)
        print((SAMPLES / screen.name).relative_to(ROOT))
    return journeys.returncode


def packets() -> list[Path]:
    """One packet for each jurisdiction, sealed with a key that is thrown away."""
    SAMPLES.mkdir(parents=True, exist_ok=True)
    matter = read_matter(read_folder(ROOT / "matters" / "coupang-2025"))
    made = []
    with TemporaryDirectory() as folder:
        key = open_firm_key(Settings(env="demo", data_dir=Path(folder)))
        for jurisdiction in ("kr", "us"):
            path = SAMPLES / f"packet-{jurisdiction}.pdf"
            content = replace(sample_claim(matter, jurisdiction), sealer=key.sealer)
            path.write_bytes(seal(render(content), key))
            made.append(path)
    return made


if __name__ == "__main__":
    raise SystemExit(main())
