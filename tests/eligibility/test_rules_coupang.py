"""The decisions that counsel laid down for the first matter, as a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.eligibility.rules import Outcome, assess, next_question
from portal.matters.check import check
from portal.matters.folder import read_folder, read_matter

FOLDER = Path(__file__).parents[2] / "matters" / "coupang-2025"
MATTER = read_matter(read_folder(FOLDER))

E, R, N = Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW, Outcome.NOT_ELIGIBLE

# An adult in Korea with an account, a notice and no complication, who bought shares in the class period and held them.
TYPICAL = {
    "acting": "self",
    "residence": "kr",
    "account": "yes",
    "notice": "sms",
    "harm": "none",
    "release": "none",
    "other_case": "none",
    "insider": "none",
    "shares": "direct",
    "purchase": "class",
    "sale": "held",
}


def outcomes(**changed: str) -> dict[str, Outcome]:
    answers = {**TYPICAL, **changed}
    assert next_question(MATTER.questions, answers) is None, (
        "the table must answer every question that is shown"
    )
    return {decision.track: decision.outcome for decision in assess(MATTER, answers)}


def test_the_matter_has_no_problem() -> None:
    assert list(map(str, check(FOLDER))) == []


@pytest.mark.parametrize(
    ("changed", "korea", "consumer"),
    [
        ({}, E, E),
        ({"notice": "email"}, E, E),
        ({"notice": "app"}, E, E),
        ({"residence": "us"}, E, E),
        ({"residence": "elsewhere"}, E, R),
        ({"acting": "child"}, E, None),
        ({"acting": "minor"}, R, None),
        ({"acting": "heir"}, R, None),
        ({"acting": "company"}, R, None),
        ({"account": "no"}, N, N),
        ({"account": "not_sure"}, R, None),
        ({"notice": "none"}, R, None),
        ({"release": "voucher"}, R, R),
        ({"release": "terms"}, None, R),
        ({"release": "signed"}, N, N),
        ({"other_case": "lawyer"}, R, R),
        ({"other_case": "joined"}, N, N),
        ({"insider": "household"}, R, None),
        ({"insider": "officer"}, N, N),
        ({"release": "voucher", "other_case": "joined"}, N, N),
    ],
)
def test_consumer_tracks(changed: dict[str, str], korea: Outcome | None, consumer: Outcome | None) -> None:
    """None: the table of the domain facts leaves this to counsel."""
    found = outcomes(**changed)
    assert korea in (None, found["kr-consumer"])
    assert consumer in (None, found["us-consumer"])


@pytest.mark.parametrize(
    ("changed", "securities"),
    [
        ({}, E),
        ({"purchase": "earlier"}, R),
        ({"shares": "fund"}, R),
        ({"sale": "sold"}, R),
        ({"purchase": "earlier", "sale": "sold"}, R),
        ({"purchase": "outside"}, N),
        ({"shares": "none"}, N),
        ({"insider": "officer"}, N),
        ({"account": "no"}, E),
        ({"purchase": "not_sure"}, R),
    ],
)
def test_securities_track(changed: dict[str, str], securities: Outcome) -> None:
    assert outcomes(**changed)["us-securities"] is securities


def test_being_turned_away_always_says_why_in_both_languages_and_where_possible_what_would_change_it() -> (
    None
):
    for rule in MATTER.rules:
        assert rule.reason["ko"]
        assert rule.reason["en"]
    turned_away = [rule for rule in MATTER.rules if rule.outcome is N]
    without_remedy = {rule.id for rule in turned_away if rule.remedy is None}
    # The statute's class definition excludes officers; nothing that they do would change it.
    assert without_remedy <= {"securities-officer"}


def test_no_question_asks_who_somebody_is() -> None:
    """Every question is answered by choosing, so nothing that identifies anybody can be typed."""
    assert all(len(question.options) >= 2 for question in MATTER.questions)


def test_both_packets_are_complete() -> None:
    korean = [one.kind for one in MATTER.documents_for("kr", ["kr-consumer"])]
    assert korean == ["agreement", "power", "consent", "consent", "consent", "declaration", "exhibits"]
    both = [one.kind for one in MATTER.documents_for("us", ["us-consumer", "us-securities"])]
    assert both == ["agreement", "consent", "declaration", "certification", "exhibits"]
