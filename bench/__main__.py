"""Run the measurements, print a table, and leave the figures in var/bench.json."""

import argparse
import json
import pkgutil
import sys
import time
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import bench
from bench.figure import Figure

RESULT = Path("var") / "bench.json"


def main() -> int:
    """Exit code 1 if a measurement failed; the others are printed all the same."""
    every = list(_modules())
    parser = argparse.ArgumentParser(prog="python -m bench", description=bench.__doc__)
    parser.add_argument("modules", nargs="*", help=f"of {', '.join(every)}")
    chosen = parser.parse_args().modules or every
    if unknown := set(chosen) - set(every):
        parser.error(f"no measurement is named {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    failed = []
    started = time.monotonic()
    for name in chosen:
        print(f"measuring {name} …", file=sys.stderr)
        try:
            figures += import_module(f"bench.{name}").run()
        except Exception:
            traceback.print_exc()
            failed.append(name)
    print("\n".join(_table(figures)))
    print(f"{len(figures)} figures in {time.monotonic() - started:.0f} s", file=sys.stderr)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=1) + "\n")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _modules() -> Iterator[str]:
    for module in pkgutil.iter_modules(bench.__path__):
        path = Path(bench.__path__[0]) / f"{module.name}.py"
        if path.exists() and "\ndef run(" in path.read_text():
            yield module.name


def _table(figures: list[Figure]) -> Iterator[str]:
    yield f"{'figure':<22} {'value':>12} {'unit':<14} {'ratio':>7}  reference"
    for one in figures:
        ratio = "" if one["ratio"] is None else f"{one['ratio']:.2f}"
        yield f"{one['name']:<22} {one['value']:>12,.4g} {one['unit']:<14} {ratio:>7}  {one['reference']}"


if __name__ == "__main__":
    raise SystemExit(main())
