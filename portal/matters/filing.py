"""What filing.toml holds: how batches are handed to courts, reviewers and other offices."""

from __future__ import annotations

from portal.matters.bilingual import Part


class FilingToml(Part):
    """The whole of filing.toml."""
