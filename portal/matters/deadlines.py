"""What deadlines.toml holds: the matter's dates and how they are counted."""

from __future__ import annotations

from portal.matters.bilingual import Part


class DeadlinesToml(Part):
    """The whole of deadlines.toml."""
