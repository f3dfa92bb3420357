"""What invented claimants wrote into their harm diaries, and what they declared about other suits."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from portal.claims import diary, joinder
from portal.claims.particulars import Incident, Joinder, Money
from portal.matters.incidents import IncidentKind
from portal.matters.joinder import Fit, JoinderOption, JoinderQuestion
from portal.matters.matter import Matter

FIRST = date(2025, 12, 1)
WON = (12_000, 33_000, 350_000, 1_200_000)
DOLLARS = (Decimal("19.99"), Decimal("240.00"))


def told(
    matter: Matter, tracks: Sequence[str], check: Mapping[str, str], mark: str, lang: str
) -> dict[str, Any]:
    """Diary and declaration of somebody known by ``mark``, the same every time; of two people one wrote a diary."""
    rng = Random(f"harm {mark}")  # noqa: S311 - invented people
    kinds = matter.incidents_for(tracks)
    count = rng.choice((0, 0, 1, 2, 3)) if kinds else 0
    entries = [_entry(number, rng.choice(kinds), rng, lang) for number in range(1, count + 1)]
    return {"diary": diary.in_order(entries), "joinder": _declared(matter, tracks, check)}


def _entry(number: int, kind: IncidentKind, rng: Random, lang: str) -> Incident:
    day = FIRST + timedelta(days=rng.randrange(60))
    lost = None
    if "money" in kind.asks and rng.random() < 0.7:
        lost = (
            Money(amount=Decimal(rng.choice(WON)), currency="KRW")
            if lang == "ko"
            else Money(amount=rng.choice(DOLLARS), currency="USD")
        )
    minutes = rng.choice((20, 45, 90, 240)) if "minutes" in kind.asks else 0
    return Incident(id=f"i{number}", kind=kind.id, on=day, text=kind.help[lang], lost=lost, minutes=minutes)


def _declared(matter: Matter, tracks: Sequence[str], check: Mapping[str, str]) -> Joinder | None:
    if matter.joinder is None:
        return None
    said: Joinder | None = None
    while question := joinder.next_question(matter, tracks, said):
        option = _option(matter, question, check)
        details = option.details["ko"] if option.details_needed and option.details else ""
        said = joinder.answered(matter, tracks, said, question.id, option.value, details)
    return said


def _option(matter: Matter, question: JoinderQuestion, check: Mapping[str, str]) -> JoinderOption:
    """What the check said, unless it would keep the claim from being signed: the demo's claims are."""
    rules = matter.joinder.rules if matter.joinder else ()
    stops = {
        value
        for rule in rules
        if rule.outcome is Fit.BLOCKS
        for condition in rule.when
        if condition.fact == question.id
        for value in condition.values
    }
    chosen = joinder.from_check(question, check)
    if chosen and chosen.value not in stops:
        return chosen
    return next(option for option in question.options if option.nothing)
