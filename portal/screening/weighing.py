"""What two claims have in common, as reasons with the weights of the matter. Pure but for what it is handed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.claims.particulars import Particulars
from portal.matters.review_rules import DoubtCode, ReviewToml
from portal.screening import keys, names
from portal.screening.keys import Kind
from portal.screening.names import Likeness

_BY_KIND = {
    Kind.PHONE: DoubtCode.PHONE,
    Kind.EMAIL: DoubtCode.EMAIL,
    Kind.ADDRESS: DoubtCode.ADDRESS,
    Kind.REGISTRATION: DoubtCode.REGISTRATION,
    Kind.DEVICE: DoubtCode.DEVICE,
    Kind.FILE: DoubtCode.FILE,
}
_BY_LIKENESS = {
    Likeness.SAME: DoubtCode.NAME,
    Likeness.LIKE: DoubtCode.NAME_LIKE,
    Likeness.OTHER: DoubtCode.NAME_OTHER,
}
# Pictures alike are no doubt by themselves: everybody photographs the same notice.
_RARE = (DoubtCode.FILE,)


class PairKind(StrEnum):
    """What a pair may be."""

    PERSON = "person"
    SHARED = "shared"
    ACROSS = "across"


@dataclass(frozen=True)
class Weighed:
    """What speaks for and against one person behind two claims, and what comes of it; None: nothing to look at."""

    reasons: tuple[DoubtCode, ...]
    score: int
    kind: PairKind | None


def reasons(
    mine: Particulars, theirs: Particulars, shared: Iterable[Kind], *, picture: bool
) -> tuple[DoubtCode, ...]:
    """Every reason that holds; `shared` are the kinds of keyed hashes in common, `picture` that one looks alike."""
    found = {_BY_KIND[kind] for kind in shared if kind in _BY_KIND}
    if picture:
        found.add(DoubtCode.PICTURE)
    likeness = names.likeness(keys.all_names(mine), keys.all_names(theirs))
    if likeness in _BY_LIKENESS:
        found.add(_BY_LIKENESS[likeness])
    if mine.birth_date and theirs.birth_date:
        same = mine.birth_date == theirs.birth_date
        found.add(DoubtCode.BIRTH if same else DoubtCode.BIRTH_OTHER)
    return tuple(code for code in DoubtCode if code in found)


def weighed(review: ReviewToml, codes: tuple[DoubtCode, ...]) -> Weighed:
    """Their sum by the matter's weights: enough for a pair, or else something that two people rarely share."""
    weights = {code: one.weight for code in codes if (one := review.doubt(code))}
    score = sum(weights.values())
    if score >= review.pairs.least:
        return Weighed(tuple(weights), score, PairKind.PERSON)
    rare = sum(weights.get(code, 0) for code in _RARE)
    return Weighed(tuple(weights), rare, PairKind.SHARED if rare else None)


def can_matter(review: ReviewToml, shared: Iterable[Kind]) -> bool:
    """Whether a pair could come of these kinds of hashes at best; then, and only then, a candidate is opened."""
    kinds = set(shared)
    if kinds & {Kind.NAME_BIRTH, Kind.FILE, Kind.PICTURE}:
        return True
    codes = {_BY_KIND[kind] for kind in kinds if kind in _BY_KIND} | {DoubtCode.NAME, DoubtCode.BIRTH}
    return sum(one.weight for code in codes if (one := review.doubt(code))) >= review.pairs.least
