"""Claims handed to another office: by the published schema, with nothing that was not allowed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from portal.batches.errors import ClaimStops
from portal.batches.frozen import claims_of
from portal.batches.profiles.hand_over import HandOverProfile
from portal.batches.profiles.hand_over.lines import FACTS, packet_file
from portal.batches.profiles.hand_over.schema import HandedClaim, published_schema
from portal.matters.filing import ClaimFact
from portal.packets import sample_people
from portal.runtime import Runtime
from tests.batches.filings import a_filed_claim, a_picture, evidence, named, work, written
from tests.conftest import NOW

PROFILE = HandOverProfile()
SCHEMA = Path(__file__).parents[2] / "docs" / "hand-over.schema.json"


@pytest.fixture
def one(desk: Runtime) -> Runtime:
    with desk.database.transaction() as session:
        made = a_filed_claim(session, desk, sample_people.JIWOO, jurisdiction="us")
        evidence(session, desk, made.claim, a_picture("notice"), "notice")
    return desk


def handed(runtime: Runtime, facts: list[str]) -> dict[str, bytes]:
    return written(PROFILE.files(work(runtime, "us", facts=facts, purpose="for the claims administrator")))


def test_the_published_schema_is_the_one_that_lines_follow() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == published_schema()


def test_every_fact_that_a_matter_can_allow_is_one_of_the_schema() -> None:
    assert set(get_args(ClaimFact)) == set(FACTS)
    assert set(FACTS) < set(HandedClaim.model_fields)


def test_a_claim_is_handed_over_with_what_is_allowed_and_nothing_else(one: Runtime) -> None:
    files = handed(one, ["name", "trades", "tracks"])
    (line,) = files["claims.jsonl"].decode().splitlines()
    read = HandedClaim.model_validate_json(line)
    assert read.name
    assert read.name.passport == sample_people.JIWOO.name.passport
    assert len(read.trades or ()) == len(sample_people.JIWOO.securities.trades)
    assert set(json.loads(line)) == {
        "format",
        "claim",
        "position",
        "jurisdiction",
        "packet",
        "name",
        "trades",
        "tracks",
    }
    assert sample_people.JIWOO.email not in line
    assert not any(name.startswith("exhibits/") for name in files)
    assert files[read.packet.file or ""].startswith(b"%PDF")


def test_the_purpose_and_the_facts_stand_in_the_volume(one: Runtime) -> None:
    head = json.loads(handed(one, ["birth_date", "name"])["hand-over.json"])
    assert head["purpose"] == "for the claims administrator"
    assert head["facts"] == ["name", "birth_date"]
    assert head["claims"] == 1


def test_what_is_allowed_is_fixed_when_the_volume_is_asked_for(one: Runtime) -> None:
    job = work(one, "us")
    with one.database.transaction() as session:
        kept = PROFILE.prepare(session, job, NOW)
    assert kept["facts"] == list(one.matters.current().matter.filing.hand_over.facts)


def test_exhibits_go_along_as_the_copies_that_leave(one: Runtime) -> None:
    files = handed(one, ["exhibits"])
    (row,) = json.loads(files["claims.jsonl"])["exhibits"]
    assert files[row["file"]] == a_picture("notice")


def test_a_packet_that_shows_what_staff_covered_is_withheld(one: Runtime) -> None:
    claim = next(iter(claims_of(work(one, "us"))))
    covered = claim.case.exhibits[0].model_copy(update={"reasons": ("privilege",)})
    case = claim.case.model_copy(update={"exhibits": (covered,)})
    told = packet_file(replace(claim, case=case))
    assert (told.file, told.withheld) == (None, "redacted")


def test_awkward_names_come_back_as_they_are(desk: Runtime) -> None:
    names = ['=HYPERLINK("x")', "NULL", "O'Brien", "뷁"]
    with desk.database.transaction() as session:
        for name in names:
            a_filed_claim(session, desk, named(name, sample_people.JIWOO), jurisdiction="us")
    lines = handed(desk, ["name"])["claims.jsonl"].decode().splitlines()
    assert sorted(json.loads(line)["name"]["hangul"] for line in lines) == sorted(names)


def test_a_batch_frozen_before_its_claims_were_kept_whole_is_refused(one: Runtime) -> None:
    job = work(one, "us", facts=["name"])

    def bare():
        for entry in job.entries():
            entry.case_file = None
            yield entry

    with pytest.raises(ClaimStops) as stopped:
        written(PROFILE.files(replace(job, entries=bare)))
    assert stopped.value.code == "frozen_before"
