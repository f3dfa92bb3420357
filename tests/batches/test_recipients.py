"""Whom volumes go to: the page, the command, and keys that are none."""

import json

import pyrage
import pytest
from click.testing import CliRunner
from flask import Flask

from portal.batches import recipients
from portal.batches.recipient_commands import group
from portal.batches.sealing_for import WrongKey
from portal.runtime import Runtime
from tests.conftest import NOW

from .claims import STAFF, publish
from .test_pages import post, sign_in


@pytest.fixture
def desk(app: Flask) -> Runtime:
    opened: Runtime = app.extensions["portal"]
    publish(opened)
    return opened


KEY = str(pyrage.x25519.Identity.generate().to_public())
GIVEN = {
    "name": "Clerk's desk",
    "office": "Seoul Central District Court",
    "jurisdiction": "kr",
    "language": "ko",
}


def test_a_recipient_is_added_shown_and_removed(app: Flask, desk: Runtime) -> None:
    client = sign_in(app, "kr")
    assert post(client, "/staff/recipients", "/staff/recipients", **GIVEN, key=KEY).status_code == 303
    page = client.get("/staff/recipients").text
    assert "Seoul Central District Court" in page
    assert KEY[:12] in page
    with desk.database.reading() as session:
        (one,) = session.scalars(recipients.recipients_of("coupang-2025", ["kr"])).all()
    address = f"/staff/recipients/{one.id}/remove"
    assert address in page
    assert post(client, address, "/staff/recipients").status_code == 303
    assert "Seoul Central District Court" not in client.get("/staff/recipients").text


def test_another_office_neither_sees_nor_removes_them(app: Flask, desk: Runtime) -> None:
    with desk.database.transaction() as session:
        one = recipients.add(session, matter_slug="coupang-2025", **GIVEN, key="", actor=STAFF, now=NOW)
    client = sign_in(app, "us")
    assert "Seoul Central" not in client.get("/staff/recipients").text
    assert post(client, f"/staff/recipients/{one.id}/remove", "/staff/recipients").status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", "SSH key"),
        ("AGE-SECRET-KEY-1QQPZRY9X8GF2TVDW0S3", "private key"),
        ("x", "no age"),
    ],
)
def test_a_wrong_key_is_named_beside_its_field_and_not_sent_back(
    app: Flask,
    desk: Runtime,
    typed: str,
    said: str,
) -> None:
    page = post(sign_in(app, "kr"), "/staff/recipients", "/staff/recipients", **GIVEN, key=typed)
    assert page.status_code == 200
    assert said in page.text
    assert "Seoul Central District Court" in page.text
    assert len(typed) < 5 or typed not in page.text


def test_one_name_stands_once_and_comes_back(desk: Runtime) -> None:
    with desk.database.transaction() as session:
        one = recipients.add(session, matter_slug="coupang-2025", **GIVEN, key="", actor=STAFF, now=NOW)
        with pytest.raises(recipients.RecipientKnown):
            recipients.add(session, matter_slug="coupang-2025", **GIVEN, key="", actor=STAFF, now=NOW)
        recipients.remove(session, one, actor=STAFF, now=NOW)
        again = recipients.add(session, matter_slug="coupang-2025", **GIVEN, key=KEY, actor=STAFF, now=NOW)
        assert (again.id, again.key, again.removed_at) == (one.id, KEY, None)
        with pytest.raises(WrongKey):
            recipients.add(
                session,
                matter_slug="coupang-2025",
                **{**GIVEN, "name": "x"},
                key="ssh-rsa AAAA",
                actor=STAFF,
                now=NOW,
            )


def test_the_command_adds_lists_and_removes(desk: Runtime) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(group, list(words), obj=desk)
        assert done.exit_code == 0, done.output
        return done.output

    assert KEY in run("add", "Reviewer", "--office", "Review LLC", "--jurisdiction", "us", "--key", KEY)
    (row,) = json.loads(run("list", "--json"))
    assert row == {
        "name": "Reviewer",
        "office": "Review LLC",
        "jurisdiction": "us",
        "language": "ko",
        "key": KEY,
    }
    run("remove", "Reviewer")
    assert json.loads(run("list", "--json")) == []
