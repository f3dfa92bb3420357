"""The steps of a claim: their order, when one is done, and which is missing. Pure; the forms stand in ``forms``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from portal.claims import joinder, parties
from portal.claims.kinds import MINOR
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.matters.matter import Matter

STAGES = 7  # phrase, person, account, others, evidence, reading, signing
EVIDENCE_STAGE, READING_STAGE, SIGNING_STAGE = 5, 6, 7


@dataclass(frozen=True)
class Step:
    """One page of details. ``optional`` steps are offered but never missing."""

    name: str
    stage: int
    done: Callable[[Matter, Claim, Particulars], bool]
    concerns: Callable[[Matter, Claim], bool] = lambda _matter, _claim: True
    optional: bool = False


def _named(_matter: Matter, claim: Claim, particulars: Particulars) -> bool:
    name = particulars.name
    if name is None:
        return False
    # Papers for the United States carry the name of the passport; Korean ones take it where there is no Korean name.
    return bool(name.passport) if claim.engagement("us") else bool(name.hangul or name.passport)


def _of(*kinds: str) -> Callable[[Matter, Claim], bool]:
    """A step that only claims of these kinds have."""
    return lambda _matter, claim: claim.kind in kinds


def _not_company(_matter: Matter, claim: Claim) -> bool:
    return claim.kind != "company"


def _represented(_matter: Matter, _claim: Claim, particulars: Particulars) -> bool:
    return particulars.representative("r1") is not None


def _both_or_excepted(matter: Matter, claim: Claim, particulars: Particulars) -> bool:
    """The other parent is named, or an exception that the matter still knows says why one signature is enough."""
    return (
        particulars.representative("r2") is not None
        or parties.exception_of(matter, claim, particulars) is not None
    )


def _states_trades(matter: Matter, claim: Claim) -> bool:
    return matter.asks_for("trades", claim.tracks)


def _wrote(_matter: Matter, _claim: Claim, particulars: Particulars) -> bool:
    return bool(particulars.diary or (particulars.account and particulars.account.harm))


def _joins(matter: Matter, claim: Claim, particulars: Particulars) -> bool:
    """All is answered, and nothing of it stops the signing of a track that is still to be signed.

    Whoever signed while the matter did not ask yet is not asked when something else changes.
    """
    if not claim.draft and particulars.joinder is None:
        return True
    return joinder.complete(matter, claim, particulars) and not joinder.blocking(matter, claim, particulars)


def keeps_diary(matter: Matter, claim: Claim) -> bool:
    """Whether the harm is written down incident by incident; else it is one text in the claimant's words."""
    return bool(matter.incidents_for(claim.tracks))


STEPS = (
    Step("confirm", 1, lambda _m, c, _p: not c.unconfirmed, lambda _matter, claim: bool(claim.origin)),
    Step("phrase", 1, lambda _m, _c, p: bool(p.phrase)),
    Step("company", 2, lambda _m, _c, p: p.company is not None, _of("company")),
    Step("deceased", 2, lambda _m, _c, p: p.deceased is not None, _of("heir")),
    Step("name", 2, _named, _not_company),
    Step("birth", 2, lambda _m, c, p: p.birth_date is not None and not c.of_age_at, _not_company),
    Step("representative", 2, _represented, _of(MINOR, "represented", "company")),
    Step("other-parent", 2, _both_or_excepted, _of(MINOR)),
    Step("address", 2, lambda _m, _c, p: p.address is not None),
    Step("contact", 2, lambda _m, _c, p: bool(p.phone)),
    Step("account", 3, lambda _m, _c, p: p.account is not None),
    Step("harm", 3, _wrote, lambda matter, claim: not keeps_diary(matter, claim), optional=True),
    Step("diary", 3, _wrote, keeps_diary, optional=True),
    Step("other", 4, lambda _m, _c, p: p.other is not None, lambda matter, _claim: matter.joinder is None),
    Step("joinder", 4, _joins, lambda matter, _claim: matter.joinder is not None),
    Step("securities", 4, lambda _m, _c, p: bool(p.securities and p.securities.trades), _states_trades),
)


def steps_of(matter: Matter, claim: Claim) -> tuple[Step, ...]:
    """The steps that this claim has, in order."""
    return tuple(step for step in STEPS if step.concerns(matter, claim))


def step_of(matter: Matter, claim: Claim, name: str) -> Step | None:
    """The claim's step of that name; the claimant's own words have a page where the diary holds them too."""
    if name == "harm":
        return next(step for step in STEPS if step.name == name)
    return next((step for step in steps_of(matter, claim) if step.name == name), None)


def following(matter: Matter, claim: Claim, name: str) -> str | None:
    """The step after one; None when evidence comes next."""
    names = [step.name for step in steps_of(matter, claim)]
    if name not in names:
        return "diary"
    place = names.index(name) + 1
    return names[place] if place < len(names) else None


def before(matter: Matter, claim: Claim, name: str) -> str | None:
    """The step before one; None for the first."""
    names = [step.name for step in steps_of(matter, claim)]
    if name not in names:
        return "diary"
    place = names.index(name)
    return names[place - 1] if place else None


def missing(matter: Matter, claim: Claim, particulars: Particulars) -> Iterator[Step]:
    """Required steps that are not done, in order."""
    return (
        step
        for step in steps_of(matter, claim)
        if not step.optional and not step.done(matter, claim, particulars)
    )


def first_missing(matter: Matter, claim: Claim, particulars: Particulars) -> str | None:
    """The first step that stands between this claim and signing; None when it can be signed."""
    return next((step.name for step in missing(matter, claim, particulars)), None)
