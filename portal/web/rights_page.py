"""docs/authorisation.md from the matrix: ``python -m portal.web.rights_page > docs/authorisation.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from portal.web.rights import JURISDICTIONS, Matrix, about, matrix

_OFFICES = {"kr": "Korea", "us": "United States"}
_HEAD = """# Who may do what

Written by `make authorisation` from `portal/web/authorisation.toml`, the one matrix that pages, queries and templates
ask (`portal/web/rights.py`). A person holds duties, each in one jurisdiction, such as `reviewer:kr`; every act then
reaches only claims of that jurisdiction, and another office's claim is not found. What is not in a table is not
allowed. Where a page asks for the second factor again, it counts for five minutes (`portal/staff/proof.py`).
"""
_COMMANDS = """## Commands
`portal` on the command line serves whoever holds the installation's keyring: without it a production installation does
not open. These need no installation and read only what they are given: {anybody}. These come before it and show nothing
of claims: {preparing}.
"""


def page(shown: Matrix) -> str:
    """The whole page in Markdown."""
    return "\n".join(
        (_HEAD, _duties(shown), _acts(shown), _fields(shown), _shorthands(shown), _commands(shown))
    )


def _duties(shown: Matrix) -> str:
    rows = (
        (
            f"`{name}`",
            duty.name.en,
            duty.name.ko,
            "everywhere, no claims" if duty.everywhere else "kr, us",
            duty.about.en,
        )
        for name, duty in shown.duties.items()
    )
    return _table("Duties", ("duty", "English", "한국어", "where", "what for"), rows)


def _acts(shown: Matrix) -> str:
    rows = (
        (f"`{act}`", *_called(act), *("●" if duty in allowed else "" for duty in shown.duties))
        for act, allowed in shown.acts.items()
    )
    return _table("Acts", ("act", "English", "한국어", *shown.duties), rows)


def _called(act: str) -> tuple[str, str]:
    words = about().acts.get(act)
    return (words.en, words.ko) if words else ("", "")


def _fields(shown: Matrix) -> str:
    rows = (
        (
            f"`{name}`",
            about().fields[name].en,
            about().fields[name].ko,
            ", ".join(_OFFICES[one] for one in JURISDICTIONS if one in rule.jurisdictions),
            *("●" if duty in rule.duties else "" for duty in shown.duties),
        )
        for name, rule in shown.fields.items()
    )
    heads = ("fields", "English", "한국어", "needed by", *shown.duties)
    return _table("Fields of a claim, unmasked", heads, rows)


def _shorthands(shown: Matrix) -> str:
    rows = ((f"`{name}`", ", ".join(f"`{one}`" for one in meant)) for name, meant in shown.shorthands.items())
    return _table("Shorthands of `portal staff`", ("role", "rights"), rows)


def _commands(shown: Matrix) -> str:
    kinds = {"anybody": shown.commands.anybody, "preparing": shown.commands.preparing}
    named = {kind: ", ".join(f"`portal {one}`" for one in names) for kind, names in kinds.items()}
    return _COMMANDS.format(**named)


def _table(title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"## {title}", _line(heads), _line("---" for _head in heads), *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.stdout.write(page(matrix()))
