"""What review.toml holds: how this matter's claims are reviewed; without it, nothing beyond the usual."""

from __future__ import annotations

from portal.matters.bilingual import Part


class ReviewToml(Part):
    """The whole of review.toml."""
