"""review.toml: doubts that stand twice, and pairs that could never be found."""

from __future__ import annotations

from collections.abc import Iterator

from portal.matters.checks.finding import Finding, duplicates
from portal.matters.review_rules import ReviewToml


def findings(review: ReviewToml) -> Iterator[Finding]:
    """Everything that the file contradicts."""
    yield from duplicates("doubts", "doubt", [one.code for one in review.doubts], key="code")
    most = sum(max(one.weight, 0) for one in review.doubts)
    if review.doubts and most < review.pairs.least:
        reason = f"all doubts together weigh {most}, and a pair needs {review.pairs.least}: none would ever be shown"
        yield Finding(("doubts",), reason)
    yield from duplicates("reasons", "reason", [one.id for one in review.reasons])
