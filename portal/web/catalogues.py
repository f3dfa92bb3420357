"""Interface texts: the catalogues in ``translations/`` are compiled into the data folder when they changed."""

import io
import os
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]


def compiled(data_dir: Path) -> Path:
    """The folder of compiled catalogues, made anew where a source is newer."""
    target = (data_dir / "translations").resolve()
    for source in sorted((ROOT / "translations").glob("*/LC_MESSAGES/*.po")):
        made = target / source.relative_to(ROOT / "translations").with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            _compile(source, made)
    return target


def _compile(source: Path, made: Path) -> None:
    made.parent.mkdir(parents=True, exist_ok=True)
    draft = made.with_suffix(f".{os.getpid()}")
    draft.write_bytes(_machine_form(source, source.stat().st_mtime_ns))
    draft.replace(made)


@cache
def _machine_form(source: Path, changed: int) -> bytes:
    """The catalogue as gettext reads it; ``changed`` is the time of its source, so that an edit is seen."""
    made = io.BytesIO()
    with open(source, "rb") as po:
        write_mo(made, read_po(po, locale=source.parts[-3]))
    return made.getvalue()
