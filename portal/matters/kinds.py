"""Which kind of claimant the eligibility answers describe."""

from __future__ import annotations

from collections.abc import Mapping

from portal.matters.model import ClaimKind

ACTING = "acting"  # the one question id that every matter's eligibility.toml shares with the code
SELF: ClaimKind = "self"
_KINDS: dict[str, ClaimKind] = {
    "self": SELF,
    "child": "minor",
    "minor": "minor",
    "heir": "heir",
    "company": "company",
}


def kind_of(answers: Mapping[str, str]) -> ClaimKind:
    """The kind of claim that the eligibility answers describe; a matter that does not ask takes adults only."""
    return _KINDS.get(answers.get(ACTING, SELF), "represented")
