from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.eligibility.rules import (
    INCOMPLETE,
    Outcome,
    assess,
    compile_rules,
    decide,
    next_question,
    pruned,
    visible_questions,
)
from portal.matters.bilingual import Text
from portal.matters.model import Condition, Option, Question, Rule
from tests.matters.builders import a_matter_folder

FACTS = ("account", "notice", "shares", "harm")
VALUES = ("yes", "no", "not_sure", "other")
TRACKS = ("kr", "us")


def a_rule(rule_id: str, outcome: Outcome, *when: Condition, track: str = "kr") -> Rule:
    return Rule(id=rule_id, track=track, outcome=outcome, when=when, reason=Text(ko="사유", en="Reason"))


def a_question(question_id: str, *when: Condition, values: tuple[str, ...] = ("yes", "no")) -> Question:
    text = Text(ko="질문", en="Question")
    options = tuple(Option(value=value, text=text) for value in values)
    return Question(id=question_id, text=text, options=options, when=when)


def condition(fact: str, operator: str, value: object = None) -> Condition:
    return Condition.model_validate({"fact": fact, "operator": operator, "value": value})


def naively(rules: list[Rule], answers: dict[str, str], track: str) -> list[Rule]:
    """The matching rules of a track by the plainest reading, worst first."""
    holding = [
        rule
        for rule in rules
        if rule.track == track and all(one.holds(answers.get(one.fact)) for one in rule.when)
    ]
    return sorted(holding, key=lambda rule: -rule.outcome.rank)


conditions = st.one_of(
    st.builds(condition, st.sampled_from(FACTS), st.sampled_from(["is", "is_not"]), st.sampled_from(VALUES)),
    st.builds(
        condition,
        st.sampled_from(FACTS),
        st.sampled_from(["in", "not_in"]),
        st.lists(st.sampled_from(VALUES), min_size=1, max_size=3, unique=True).map(tuple),
    ),
    st.builds(condition, st.sampled_from(FACTS), st.just("answered")),
)
rule_lists = st.lists(
    st.tuples(st.sampled_from(TRACKS), st.sampled_from(list(Outcome)), st.lists(conditions, max_size=3)),
    max_size=12,
).map(
    lambda parts: [
        a_rule(f"rule-{index}", outcome, *when, track=track)
        for index, (track, outcome, when) in enumerate(parts)
    ]
)
answer_sets = st.dictionaries(st.sampled_from(FACTS), st.sampled_from(VALUES))


@given(rule_lists, answer_sets)
def test_the_tables_decide_as_the_plainest_reading_does(rules: list[Rule], answers: dict[str, str]) -> None:
    for decision in decide(compile_rules(rules, TRACKS), answers):
        matching = naively(rules, answers, decision.track)
        if matching:
            assert decision.outcome is matching[0].outcome
            assert decision.codes == tuple(rule.id for rule in matching)
        else:
            assert (decision.outcome, decision.codes) == (Outcome.NEEDS_REVIEW, (INCOMPLETE,))


@given(rule_lists, answer_sets)
def test_every_decision_has_a_reason_and_rests_on_the_worst(
    rules: list[Rule], answers: dict[str, str]
) -> None:
    decisions = decide(compile_rules(rules, TRACKS), answers)
    assert [decision.track for decision in decisions] == list(TRACKS)
    for decision in decisions:
        assert decision.reasons
        ranks = [reason.outcome.rank for reason in decision.reasons]
        assert ranks == sorted(ranks, reverse=True)
        assert decision.outcome is decision.reasons[0].outcome
        assert decision.deciding == decision.reasons[: ranks.count(ranks[0])]


@given(rule_lists, answer_sets, st.randoms())
def test_the_order_of_rules_and_answers_does_not_matter(
    rules: list[Rule], answers: dict[str, str], random
) -> None:  # type: ignore[no-untyped-def]
    shuffled = random.sample(rules, len(rules))
    backwards = dict(reversed(answers.items()))
    for one, other in zip(
        decide(compile_rules(rules, TRACKS), answers),
        decide(compile_rules(shuffled, TRACKS), backwards),
        strict=True,
    ):
        assert one.outcome is other.outcome
        assert sorted(one.codes) == sorted(other.codes)


@given(rule_lists, answer_sets, st.sampled_from(list(Outcome)))
def test_one_more_matching_rule_never_improves_an_outcome(
    rules: list[Rule], answers: dict[str, str], outcome: Outcome
) -> None:
    before = decide(compile_rules(rules, TRACKS), answers)[0]
    after = decide(compile_rules([*rules, a_rule("added", outcome)], TRACKS), answers)[0]
    assert "added" in after.codes
    if before.codes != (INCOMPLETE,):
        assert after.outcome.rank == max(before.outcome.rank, outcome.rank)


@given(rule_lists, answer_sets)
def test_deciding_twice_gives_the_same(rules: list[Rule], answers: dict[str, str]) -> None:
    compiled = compile_rules(rules, TRACKS)
    assert (
        decide(compiled, answers)
        == decide(compiled, answers)
        == decide(compile_rules(rules, TRACKS), answers)
    )


def test_an_answer_nobody_offered_matches_only_the_negative_conditions() -> None:
    rules = compile_rules(
        [
            a_rule("is", Outcome.ELIGIBLE, condition("account", "is", "yes")),
            a_rule("not-in", Outcome.NEEDS_REVIEW, condition("account", "not_in", ("yes", "no"))),
            a_rule("answered", Outcome.ELIGIBLE, condition("account", "answered")),
        ]
    )
    assert decide(rules, {"account": "<script>"})[0].codes == ("not-in", "answered")
    assert decide(rules, {})[0].codes == ("not-in",)


def test_a_track_that_no_rule_speaks_for_is_looked_at_by_a_person() -> None:
    (decision,) = decide(compile_rules([], ["kr"]), {})
    assert (decision.outcome, decision.codes) == (Outcome.NEEDS_REVIEW, (INCOMPLETE,))
    assert decision.reasons[0].text is None


# --- the way through the questions -----------------------------------------------------------------------------------

QUESTIONS = (
    a_question("account", values=("yes", "no", "not_sure")),
    a_question("notice", condition("account", "is_not", "no")),
    a_question("harm", condition("notice", "is", "yes")),
    a_question("shares"),
)


def ids(questions: tuple[Question, ...]) -> list[str]:
    return [question.id for question in questions]


def test_questions_appear_as_the_answers_before_them_call_for_them() -> None:
    assert ids(visible_questions(QUESTIONS, {"account": "no"})) == ["account", "shares"]
    assert ids(visible_questions(QUESTIONS, {"account": "yes"})) == ["account", "notice", "shares"]
    both = {"account": "yes", "notice": "yes"}
    assert ids(visible_questions(QUESTIONS, both)) == ["account", "notice", "harm", "shares"]


def test_the_next_question_is_the_first_without_an_answer_that_counts() -> None:
    answers: dict[str, str] = {}
    walked = []
    while question := next_question(QUESTIONS, answers):
        walked.append(question.id)
        answers[question.id] = question.options[0].value
    assert walked == ["account", "notice", "harm", "shares"]
    changed = next_question(QUESTIONS, {**answers, "notice": "perhaps"})
    assert changed is not None
    assert changed.id == "notice"


def test_going_back_to_an_answer_drops_those_that_hung_on_it() -> None:
    answers = {"account": "no", "notice": "yes", "harm": "yes", "shares": "no"}
    assert pruned(QUESTIONS, answers) == {"account": "no", "shares": "no"}


def test_answers_that_were_never_offered_are_dropped() -> None:
    answers = {"account": "maybe", "name": "홍길동", "shares": "yes"}
    assert pruned(QUESTIONS, answers) == {"shares": "yes"}


@given(
    st.dictionaries(
        st.sampled_from([*ids(QUESTIONS), "other"]), st.sampled_from(["yes", "no", "not_sure", "x"])
    )
)
def test_pruning_twice_changes_nothing_and_hides_no_question(answers: dict[str, str]) -> None:
    once = pruned(QUESTIONS, answers)
    assert pruned(QUESTIONS, once) == once
    assert set(once) <= set(ids(visible_questions(QUESTIONS, once)))
    assert visible_questions(QUESTIONS, once) == visible_questions(QUESTIONS, answers)
    following = next_question(QUESTIONS, answers)
    assert (following is None) == (set(once) == set(ids(visible_questions(QUESTIONS, answers))))


def test_a_matter_is_assessed_without_the_answers_that_no_longer_count() -> None:
    matter = a_matter_folder().matter()
    korea, _ = assess(matter, {"account": "no", "notice": "no", "shares": "no"})
    assert (korea.outcome, korea.codes) == (Outcome.NOT_ELIGIBLE, ("kr-no-account",))
    assert korea.reasons[0].remedy is not None
