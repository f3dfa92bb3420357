"""joinder.toml: questions and rules that miss each other, the tracks or the eligibility questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portal.matters.checks import asking
from portal.matters.checks.asking import Path
from portal.matters.checks.finding import Finding
from portal.matters.joinder import JoinderOption, JoinderQuestion, JoinderRule, JoinderToml
from portal.matters.model import Outcome, Question, Rule, Track
from portal.matters.reach import reachable
from portal.matters.ruleset import RuleSet


def findings(
    joinder: JoinderToml, tracks: Sequence[Track], asked: Sequence[Question] | None
) -> Iterator[Finding]:
    """Everything that the file contradicts; `asked` are the eligibility questions, None where they cannot be read."""
    names = [
        *asking.repeated(joinder.questions, [rule.id for rule in joinder.rules]),
        *_nothing(joinder),
        *asking.question_conditions(joinder.questions),
        *_rule_names(joinder),
        *_tracks(joinder, tracks),
    ]
    yield from names
    if asked is not None:
        yield from _check(joinder, {question.id: question for question in asked})
    if not names:
        yield from _unreached(joinder)


def _nothing(joinder: JoinderToml) -> Iterator[Finding]:
    for index, question in enumerate(joinder.questions):
        if not any(option.nothing for option in question.options):
            reason = f'question "{question.id}" has no answer that declares nothing (nothing = true)'
            yield Finding(("questions", index, "options"), reason)


def _rule_names(joinder: JoinderToml) -> Iterator[Finding]:
    for index, rule in enumerate(joinder.rules):
        yield from asking.rule_conditions(index, rule.id, rule.when, joinder.questions)


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
    yield from asking.hidden(joinder.questions)
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
