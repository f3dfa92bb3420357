from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner

from portal.eligibility.commands import impact_command
from portal.eligibility.impact import DecidedClaim, impact
from portal.eligibility.rules import Outcome, assess
from tests.matters.builders import MatterFolder, a_matter_folder

ANSWERS = [
    {"account": "yes", "notice": "yes", "shares": "no"},
    {"account": "yes", "notice": "no", "shares": "yes"},
    {"account": "no", "shares": "no"},
]


def decided_claims(*_: object) -> Iterator[DecidedClaim]:
    """Three claims as the small matter decides them."""
    matter = a_matter_folder().matter()
    for index, answers in enumerate(ANSWERS):
        outcomes = {decision.track: decision.outcome for decision in assess(matter, answers)}
        yield DecidedClaim(f"SM-{index}", answers, outcomes)


def a_lenient_draft() -> MatterFolder:
    """No notice is no longer a matter for review, and no account only for review."""
    folder = a_matter_folder().replacing(
        "eligibility.toml", 'outcome = "needs_review"', 'outcome = "eligible"'
    )
    return folder.replacing("eligibility.toml", 'outcome = "not_eligible"', 'outcome = "needs_review"')


def test_the_published_matter_itself_changes_nothing() -> None:
    assert list(impact(a_matter_folder().matter(), decided_claims())) == []


def test_a_draft_lists_the_claims_whose_outcome_would_change_and_why() -> None:
    changes = list(impact(a_lenient_draft().matter(), decided_claims()))
    assert [(one.number, one.track, one.before, one.after) for one in changes] == [
        ("SM-1", "kr-consumer", Outcome.NEEDS_REVIEW, Outcome.ELIGIBLE),
        ("SM-2", "kr-consumer", Outcome.NOT_ELIGIBLE, Outcome.NEEDS_REVIEW),
    ]
    assert [reason.code for reason in changes[1].because] == ["kr-no-account"]
    assert not any(change.worse for change in changes)


def test_a_claim_that_would_stand_worse_is_marked() -> None:
    strict = a_matter_folder().replacing(
        "eligibility.toml", 'outcome = "needs_review"', 'outcome = "not_eligible"'
    )
    (change,) = impact(strict.matter(), decided_claims())
    assert (change.number, change.after, change.worse) == ("SM-1", Outcome.NOT_ELIGIBLE, True)


def test_a_track_that_the_draft_no_longer_has_is_said() -> None:
    claim = DecidedClaim("SM-9", ANSWERS[0], {"eu-consumer": Outcome.ELIGIBLE})
    (change,) = impact(a_matter_folder().matter(), [claim])
    assert (change.track, change.after, change.because, change.worse) == ("eu-consumer", None, (), True)


def test_claims_are_read_one_by_one() -> None:
    read = []

    def endless() -> Iterator[DecidedClaim]:
        while True:
            read.append(1)
            yield DecidedClaim("SM-1", ANSWERS[1], {"kr-consumer": Outcome.NEEDS_REVIEW})

    next(impact(a_lenient_draft().matter(), endless()))
    assert len(read) == 1


def test_the_command_says_a_line_per_change(tmp_path: Path) -> None:
    folder = str(a_lenient_draft().written(tmp_path))
    result = CliRunner().invoke(impact_command(decided_claims), [folder], obj=None)
    assert result.exit_code == 0
    assert (
        "SM-1  kr-consumer  needs_review -> eligible  You had an account.; There is no notice."
        in result.output
    )
    assert result.output.endswith("2 outcomes would change\n")


def test_the_command_prints_json_lines_for_programs(tmp_path: Path) -> None:
    folder = str(a_lenient_draft().written(tmp_path))
    result = CliRunner().invoke(impact_command(decided_claims), [folder, "--json"], obj=None)
    shown = [json.loads(line) for line in result.output.splitlines()]
    assert [one["claim"] for one in shown] == ["SM-1", "SM-2"]
    assert shown[1] == {
        "claim": "SM-2",
        "track": "kr-consumer",
        "before": "not_eligible",
        "after": "needs_review",
        "because": ["kr-no-account"],
    }


def test_the_command_refuses_a_draft_with_problems(tmp_path: Path) -> None:
    folder = str(a_matter_folder().without("evidence.toml").written(tmp_path))
    result = CliRunner().invoke(impact_command(decided_claims), [folder], obj=None)
    assert result.exit_code == 1
    assert "evidence.toml: the file is missing" in result.stderr
