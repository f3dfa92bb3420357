"""Everything that a claimant gave, for themselves; and requests that it be erased."""

from flask import Flask


def install(app: Flask) -> None:
    """The claimant's pages."""
