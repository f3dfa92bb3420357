"""joinder.toml: questions and rules that miss each other, the tracks or the eligibility questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portal.matters.checks.finding import Finding, duplicates
from portal.matters.joinder import JoinderOption, JoinderQuestion, JoinderRule, JoinderToml
from portal.matters.model import Condition, Outcome, Question, Rule, Track
from portal.matters.reach import never_shown, reachable
from portal.matters.ruleset import RuleSet

Path = tuple[str | int, ...]


def findings(
    joinder: JoinderToml, tracks: Sequence[Track], asked: Sequence[Question] | None
) -> Iterator[Finding]:
    """Everything that the file contradicts; `asked` are the eligibility questions, None where they cannot be read."""
    names = [*_duplicates(joinder), *_conditions(joinder), *_tracks(joinder, tracks)]
    yield from names
    if asked is not None:
        yield from _check(joinder, {question.id: question for question in asked})
    if not names:
        yield from _unreached(joinder)


def _duplicates(joinder: JoinderToml) -> Iterator[Finding]:
    yield from duplicates("questions", "question", [question.id for question in joinder.questions])
    yield from duplicates("rules", "rule", [rule.id for rule in joinder.rules])
    for index, question in enumerate(joinder.questions):
        values = [option.value for option in question.options]
        noun = f'question "{question.id}": option'
        yield from duplicates(("questions", index, "options"), noun, values, key="value")
        if not any(option.nothing for option in question.options):
            reason = f'question "{question.id}" has no answer that declares nothing (nothing = true)'
            yield Finding(("questions", index, "options"), reason)


def _conditions(joinder: JoinderToml) -> Iterator[Finding]:
    known: dict[str, JoinderQuestion] = {}
    later = {question.id for question in joinder.questions}
    for index, question in enumerate(joinder.questions):
        for place, condition in enumerate(question.when):
            path: Path = ("questions", index, "when", place)
            who = f'question "{question.id}"'
            if condition.fact not in known and condition.fact in later:
                yield Finding(path, f'{who} depends on "{condition.fact}", which is not asked before it')
            else:
                yield from _condition(path, who, condition, known)
        known[question.id] = question
    for index, rule in enumerate(joinder.rules):
        for place, condition in enumerate(rule.when):
            path = ("rules", index, "when", place)
            yield from _condition(path, f'rule "{rule.id}"', condition, known)


def _condition(
    path: Path, who: str, condition: Condition, questions: dict[str, JoinderQuestion]
) -> Iterator[Finding]:
    question = questions.get(condition.fact)
    if question is None:
        yield Finding((*path, "fact"), f'{who} asks for the fact "{condition.fact}", which no question gives')
        return
    for value in sorted(condition.values):
        if question.option(value) is None:
            reason = f'{who} asks whether "{question.id}" is "{value}", which is not one of its options'
            yield Finding((*path, "value"), reason)


def _tracks(joinder: JoinderToml, tracks: Sequence[Track]) -> Iterator[Finding]:
    known = {track.id for track in tracks}
    for index, question in enumerate(joinder.questions):
        for track_id in question.tracks:
            if track_id not in known:
                reason = (
                    f'question "{question.id}" names the track "{track_id}", which matter.toml does not have'
                )
                yield Finding(("questions", index, "tracks"), reason)
    for index, rule in enumerate(joinder.rules):
        for key, named in (("tracks", rule.tracks), ("beside", rule.beside)):
            for track_id in named:
                if track_id not in known:
                    reason = f'rule "{rule.id}" names the track "{track_id}", which matter.toml does not have'
                    yield Finding(("rules", index, key), reason)
        if rule.beside and any(set(rule.beside) == {track_id} for track_id in rule.tracks):
            yield Finding(("rules", index, "beside"), f'rule "{rule.id}" names a track beside itself')


def _check(joinder: JoinderToml, asked: dict[str, Question]) -> Iterator[Finding]:
    """What the answers of the eligibility check stand for."""
    for index, question in enumerate(joinder.questions):
        path: Path = ("questions", index)
        source = asked.get(question.check) if question.check else None
        if question.check and source is None:
            reason = (
                f'question "{question.id}" goes with "{question.check}", which eligibility.toml does not ask'
            )
            yield Finding((*path, "check"), reason)
            continue
        taken: set[str] = set()
        for place, option in enumerate(question.options):
            where = (*path, "options", place)
            yield from _stands_for(where, question, option, source)
            for value in sorted(taken & set(option.check)):
                yield Finding((*where, "check"), f'question "{question.id}": "{value}" chooses two answers')
            taken |= set(option.check)


def _stands_for(
    path: Path, question: JoinderQuestion, option: JoinderOption, source: Question | None
) -> Iterator[Finding]:
    for key, values in (("check", option.check), ("against", option.against)):
        if values and source is None:
            yield Finding((*path, key), f'question "{question.id}" does not say which question it goes with')
        for value in values if source else ():
            if source and source.option(value) is None:
                reason = f'"{source.id}" has no option "{value}"'
                yield Finding((*path, key), f'question "{question.id}": {reason}')
    for value in sorted(set(option.check) & set(option.against)):
        reason = f'question "{question.id}": "{option.value}" both stands for "{value}" and denies it'
        yield Finding((*path, "against"), reason)


def _unreached(joinder: JoinderToml) -> Iterator[Finding]:
    hidden = never_shown(joinder.questions)
    for index, question in enumerate(joinder.questions):
        if question in hidden:
            reason = f'question "{question.id}" is never shown: no answers before it satisfy its conditions'
            yield Finding(("questions", index, "when"), reason)
    rules = RuleSet([_as_rule(rule) for rule in joinder.rules if rule.when])
    places = {rule.id: index for index, rule in enumerate(joinder.rules)}
    for track in rules.tracks:
        masks = reachable(joinder.questions, rules, track)
        for bit, rule in enumerate(track.rules):
            if not any(mask >> bit & 1 for mask in masks):
                yield Finding(("rules", places[rule.id]), f'rule "{rule.id}" can never match')


def _as_rule(rule: JoinderRule) -> Rule:
    """The same conditions as a rule of eligibility.toml, of which it is known how to tell what can be reached."""
    return Rule(
        id=rule.id, track=rule.tracks[0], outcome=Outcome.ELIGIBLE, when=rule.when, reason=rule.reason
    )
