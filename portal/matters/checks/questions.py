"""eligibility.toml: questions and rules that miss each other, and outcomes that cannot happen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portal.matters.checks.finding import Finding, duplicates
from portal.matters.model import Condition, Eligibility, Outcome, Question, Rule, Track
from portal.matters.reach import never_shown, reachable
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
    names = [*_duplicates(eligibility), *_question_names(eligibility), *_rule_names(eligibility, tracks)]
    yield from names
    yield from _unused(eligibility)
    if not names:
        yield from _never_shown(eligibility)
        yield from _unreached(eligibility)


def _duplicates(eligibility: Eligibility) -> Iterator[Finding]:
    yield from duplicates("questions", "question", [question.id for question in eligibility.questions])
    yield from duplicates("rules", "rule", [rule.id for rule in eligibility.rules])
    for index, question in enumerate(eligibility.questions):
        values = [option.value for option in question.options]
        noun = f'question "{question.id}": option'
        yield from duplicates(("questions", index, "options"), noun, values, key="value")


def _question_names(eligibility: Eligibility) -> Iterator[Finding]:
    known: dict[str, Question] = {}
    later = {question.id for question in eligibility.questions}
    for index, question in enumerate(eligibility.questions):
        who = f'question "{question.id}"'
        for place, condition in enumerate(question.when):
            path = ("questions", index, "when", place)
            if condition.fact not in known and condition.fact in later:
                yield Finding(path, f'{who} depends on "{condition.fact}", which is not asked before it')
            else:
                yield from _condition(path, who, condition, known)
        known[question.id] = question


def _rule_names(eligibility: Eligibility, tracks: Sequence[Track]) -> Iterator[Finding]:
    questions = {question.id: question for question in eligibility.questions}
    known_tracks = {track.id for track in tracks}
    for index, rule in enumerate(eligibility.rules):
        if rule.track not in known_tracks:
            reason = f'rule "{rule.id}" is for the track "{rule.track}", which matter.toml does not have'
            yield Finding(("rules", index, "track"), reason)
        for place, condition in enumerate(rule.when):
            path = ("rules", index, "when", place)
            yield from _condition(path, f'rule "{rule.id}"', condition, questions)
    for track in tracks:
        if not any(rule.track == track.id for rule in eligibility.rules):
            yield Finding(("rules",), f'the track "{track.id}" has no rules')


def _condition(
    path: tuple[str | int, ...], who: str, condition: Condition, questions: dict[str, Question]
) -> Iterator[Finding]:
    question = questions.get(condition.fact)
    if question is None:
        yield Finding((*path, "fact"), f'{who} asks for the fact "{condition.fact}", which no question gives')
        return
    for value in sorted(condition.values):
        if question.option(value) is None:
            reason = f'{who} asks whether "{question.id}" is "{value}", which is not one of its options'
            yield Finding((*path, "value"), reason)


def _unused(eligibility: Eligibility) -> Iterator[Finding]:
    parts: tuple[Rule | Question, ...] = (*eligibility.rules, *eligibility.questions)
    conditions = [one for part in parts for one in part.when]
    used = {condition.fact for condition in conditions}
    for index, question in enumerate(eligibility.questions):
        if question.id not in used:
            reason = f'question "{question.id}" is used by no rule and by no other question'
            yield Finding(("questions", index, "id"), reason)


def _never_shown(eligibility: Eligibility) -> Iterator[Finding]:
    hidden = never_shown(eligibility.questions)
    for index, question in enumerate(eligibility.questions):
        if question in hidden:
            reason = f'question "{question.id}" is never shown: no answers before it satisfy its conditions'
            yield Finding(("questions", index, "when"), reason)


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
