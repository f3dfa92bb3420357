"""eligibility.toml: questions and rules that miss each other, and outcomes that cannot happen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portal.matters.checks import asking
from portal.matters.checks.finding import Finding
from portal.matters.model import Condition, Eligibility, Outcome, Question, Rule, Track
from portal.matters.reach import reachable
from portal.matters.ruleset import RuleSet, TrackRules

_SAID = {
    Outcome.ELIGIBLE: "eligible",
    Outcome.NEEDS_REVIEW: "needs review",
    Outcome.NOT_ELIGIBLE: "not eligible",
}


def findings(eligibility: Eligibility, tracks: Sequence[Track]) -> Iterator[Finding]:
    """Everything that questions and rules contradict each other in.

    What can be reached is worked out only when every name is right; otherwise one slip would be told ten times.
    """
    names = [
        *asking.repeated(eligibility.questions, [rule.id for rule in eligibility.rules]),
        *asking.question_conditions(eligibility.questions),
        *_rule_names(eligibility, tracks),
    ]
    yield from names
    yield from _unused(eligibility)
    if not names:
        yield from asking.hidden(eligibility.questions)
        yield from _unreached(eligibility)


def _rule_names(eligibility: Eligibility, tracks: Sequence[Track]) -> Iterator[Finding]:
    known_tracks = {track.id for track in tracks}
    for index, rule in enumerate(eligibility.rules):
        if rule.track not in known_tracks:
            reason = f'rule "{rule.id}" is for the track "{rule.track}", which matter.toml does not have'
            yield Finding(("rules", index, "track"), reason)
        yield from asking.rule_conditions(index, rule.id, rule.when, eligibility.questions)
    for track in tracks:
        if not any(rule.track == track.id for rule in eligibility.rules):
            yield Finding(("rules",), f'the track "{track.id}" has no rules')


def _unused(eligibility: Eligibility) -> Iterator[Finding]:
    parts: tuple[Rule | Question, ...] = (*eligibility.rules, *eligibility.questions)
    conditions = [one for part in parts for one in part.when]
    used = {condition.fact for condition in conditions}
    for index, question in enumerate(eligibility.questions):
        if question.id not in used:
            reason = f'question "{question.id}" is used by no rule and by no other question'
            yield Finding(("questions", index, "id"), reason)


def _unreached(eligibility: Eligibility) -> Iterator[Finding]:
    rules = RuleSet(eligibility.rules)
    places = {rule.id: index for index, rule in enumerate(eligibility.rules)}
    for track in rules.tracks:
        masks = reachable(eligibility.questions, rules, track)
        for bit, rule in enumerate(track.rules):
            if not any(mask >> bit & 1 for mask in masks):
                contradict = _contradiction(rule.when, eligibility.questions)
                reason = f'rule "{rule.id}" can never match: {contradict or "no answers lead to it"}'
                yield Finding(("rules", places[rule.id]), reason)
        reached = {track.reasons[_worst(mask)].outcome for mask in masks if mask}
        yield from _outcomes(track, reached, places)


def _outcomes(track: TrackRules, reached: set[Outcome], places: dict[str, int]) -> Iterator[Finding]:
    for outcome in Outcome:
        rules = [rule for rule in track.rules if rule.outcome is outcome]
        place = ("rules", places[(rules or track.rules)[0].id])
        if outcome is Outcome.ELIGIBLE and not rules:
            yield Finding(place, f'nobody can be eligible for the track "{track.track}": no rule says so')
        elif rules and outcome not in reached:
            said = _SAID[outcome]
            yield Finding(place, f'no answers reach the outcome "{said}" of the track "{track.track}"')


def _worst(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _contradiction(conditions: Sequence[Condition], questions: Sequence[Question]) -> str | None:
    """Two conditions on one fact that no option satisfies together."""
    for question in questions:
        on_it = [condition for condition in conditions if condition.fact == question.id]
        answers = [None, *(option.value for option in question.options)]
        if on_it and not any(all(one.holds(answer) for one in on_it) for answer in answers):
            return f'its conditions on "{question.id}" contradict each other'
    return None
