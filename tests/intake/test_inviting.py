"""People of a list are asked to come: once, reminded once at most, by day, at a pace, and never against their wish."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.claims import reminders
from portal.claims.models import Claim
from portal.intake import importing, inviting
from portal.intake.errors import NoSuchRun
from portal.intake.inviting import Asked, Pace
from portal.intake.models import ImportedRow, ImportRun
from portal.intake.report import Report
from portal.messages import OutboxMessage, stops
from portal.messages import service as messages
from portal.runtime import Runtime
from tests.conftest import Clock
from tests.intake.lists import HONG, a_csv, source_of
from tests.intake.test_assisting import Desk
from tests.intake.test_importing import people
from tests.visitor import Visitor, publish_first

ALL = Pace(1_000, 1_000)


@pytest.fixture
def desk(runtime: Runtime) -> Runtime:
    publish_first(runtime)
    return runtime


def a_run(runtime: Runtime, folder: Path, count: int = 5) -> ImportRun:
    return importing.run(runtime, source_of(runtime, a_csv(folder, people(count))), Report(None))[0]


def sent(runtime: Runtime) -> list[OutboxMessage]:
    with runtime.database.reading() as session:
        return list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def claims_of(runtime: Runtime) -> list[Claim]:
    with runtime.database.reading() as session:
        query = (
            sa.select(Claim).join(ImportedRow, ImportedRow.claim_id == Claim.id).order_by(ImportedRow.number)
        )
        return list(session.scalars(query))


def test_each_is_invited_once_without_link_or_personal_data(desk: Runtime, tmp_path: Path) -> None:
    run = a_run(desk, tmp_path)
    assert inviting.invite(desk, run.id, Pace(2, 60)) == Asked(2, 0, 3)
    assert inviting.invite(desk, run.id, ALL) == Asked(3, 0, 0)
    assert inviting.invite(desk, run.id, ALL) == Asked(0, 0, 0)
    assert len(sent(desk)) == 5
    with desk.database.reading() as session:
        wording = messages.read(session, desk, session.merge(sent(desk)[0]))
    assert wording is not None
    assert (wording.to, "접수번호" in wording.body, desk.settings.site_address in wording.body) == (
        "p0@example.com",
        True,
        True,
    )
    for secret in ("김가", "http", "2000-0000"):
        assert secret not in wording.subject + wording.body


def test_messages_leave_at_a_pace_and_by_day(desk: Runtime, tmp_path: Path, clock: Clock) -> None:
    run = a_run(desk, tmp_path)
    clock.advance(hours=11)  # 23:00 in Seoul
    inviting.invite(desk, run.id, Pace(5, 2))
    due = [one.due_at for one in sent(desk)]
    assert [one - due[0] for one in due] == [timedelta(minutes=one) for one in (0, 0, 1, 1, 2)]
    assert due[0] >= clock.now + timedelta(hours=8)


def test_one_reminder_at_most_and_none_to_who_came_or_wants_none(
    desk: Runtime, tmp_path: Path, clock: Clock
) -> None:
    run = a_run(desk, tmp_path)
    inviting.invite(desk, run.id, ALL)
    assert inviting.invite(desk, run.id, ALL, remind=True) == Asked(0, 0, 0)  # a week has not passed
    came, unwilling, _bounced, gone, willing = claims_of(desk)
    clock.advance(days=8)
    with desk.database.transaction() as session:
        session.get_one(Claim, came.id).entered_at = clock.now
        reminders.turn(session, session.get_one(Claim, unwilling.id), on=False, now=clock.now)
        for address in ("p2@example.com", "+821020000002"):
            stops.stop(session, desk.vault, address, session.merge(sent(desk)[2]), clock.now)
        session.get_one(Claim, gone.id).erased_at = clock.now
    before = len(sent(desk))
    asked = inviting.invite(desk, run.id, ALL, remind=True)
    assert (asked, len(sent(desk)) - before) == (Asked(1, 1, 0), 1)
    assert sent(desk)[-1].subject_id == willing.subject_id
    clock.advance(days=8)
    assert inviting.invite(desk, run.id, ALL, remind=True) == Asked(0, 0, 0)


def test_unconfirmed_drafts_get_none_of_the_usual_reminders(
    desk: Runtime, tmp_path: Path, clock: Clock
) -> None:
    a_run(desk, tmp_path)
    clock.advance(days=25)  # drafts that were begun in the usual way are warned of their end by now
    reminders.remind_all(desk)
    assert sent(desk) == []


def test_an_unknown_run_is_told(desk: Runtime) -> None:
    with pytest.raises(NoSuchRun):
        inviting.invite(desk, UUID(int=1), ALL)


def test_the_page_of_a_list_invites_after_a_fresh_proof(site: Flask, tmp_path: Path, clock: Clock) -> None:
    runtime = site.extensions["portal"]
    run = importing.run(runtime, source_of(runtime, a_csv(tmp_path, [HONG, *people(2)])), Report(None))[0]
    korean, here = Desk(site, "intake:kr"), f"/staff/imports/{run.id}"
    assert here in korean.get("/staff/imports").text
    wrong = korean.post(here, {"limit": "0", "per_minute": "x", "remind": ""})
    assert wrong.status_code == 422
    assert "Enter a number from 1 to 10,000." in wrong.text
    done = korean.post(here, {"limit": "2", "per_minute": "60", "remind": ""})
    assert done.status_code == 303
    assert "2 messages are on their way." in korean.get(here).text
    clock.advance(minutes=6)
    asked = korean.post(here, {"limit": "2", "per_minute": "60", "remind": ""})
    assert (asked.status_code != 303, len(sent(runtime))) == (True, 2)  # the second factor first
    american = Desk(site, "intake:us")
    assert american.get(here).status_code == 404
    assert here not in american.get("/staff/imports").text
    assert Desk(site, "reviewer:kr").get("/staff/imports").status_code == 403


def test_an_invited_person_comes_and_finds_what_was_imported(site: Flask, tmp_path: Path) -> None:
    runtime = site.extensions["portal"]
    importing.run(runtime, source_of(runtime, a_csv(tmp_path)), Report(None))
    (claim,) = claims_of(runtime)
    visitor = Visitor(site)
    visitor.get(visitor.enter(visitor.ask_code("010-2345-6789")).headers["Location"])
    born = {"birth-year": "1987", "birth-month": "3", "birth-day": "14"}
    assert visitor.post(f"/claim/recognise/{claim.number}", born).status_code == 303
    page = visitor.get("/claim/confirm").text
    assert "홍길동" in page
    assert "전에 법무법인에 참여 의사를" in page
    assert "질문에 답하기" in page
    assert visitor.post("/claim/delete").status_code == 303
    with runtime.database.reading() as session:
        assert session.get_one(Claim, claim.id).erased_at is not None
