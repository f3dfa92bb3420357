"""Colleagues at their desks, and many claims to clear."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pyotp
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal import jobs
from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.runtime import Runtime
from portal.staff import factors, service
from tests.batches.claims import an_accepted_claim
from tests.staff.desk import PASSWORD

QUEUE = "/staff/queue"


def a_claim(runtime: Runtime, **changes: Any) -> Engagement:
    """One that waits for review, without a packet."""
    given = {"state": ClaimState.SUBMITTED, "packet": None, **changes}
    with runtime.database.transaction() as session:
        made = an_accepted_claim(session, runtime, **given)
        made.conflict = "clear"
        return made


def colleague(app: Flask, *roles: str, name: str = "Dana Whitfield") -> tuple[FlaskClient, UUID]:
    """Somebody signed in, and their id."""
    runtime: Runtime = app.extensions["portal"]
    now = runtime.clock()
    with runtime.database.transaction() as session:
        person = service.Person(name=name, email=f"{name.replace(' ', '.')}@staff.example")
        member = service.add(
            session, runtime.vault, person, roles=roles, language="en", password=PASSWORD, now=now
        )
        secret = factors.new_totp_secret()
        assert service.enrol(session, runtime.vault, member, secret, pyotp.TOTP(secret).at(now), now)
        token = service.open_session(session, member, now)
    client = app.test_client()
    client.set_cookie("staff", token)
    return client, member.id


def post(client: FlaskClient, address: str, *, json: bool = False, **fields: Any) -> Any:
    """Send a form of the queue."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(QUEUE).text)
    assert token
    headers = {"Accept": "application/json"} if json else {}
    return client.post(address, data={"csrf_token": token[1], **fields}, headers=headers)


def shown(client: FlaskClient, **filters: str) -> list[str]:
    """Claim numbers on the queue's page with these filters, in their order."""
    page = client.get(QUEUE, query_string={"state": "all", **filters}).text
    return re.findall(r'<a class="tabular" href="[^"]+">([^<]+)</a>', page)


def state_of(runtime: Runtime, engagement: Engagement) -> ClaimState:
    """Where it stands now."""
    with runtime.database.reading() as session:
        return session.scalars(sa.select(Engagement.state).where(Engagement.id == engagement.id)).one()


def work(runtime: Runtime) -> None:
    """Do what is due, as a worker does."""
    jobs.run_worker(runtime, once=True)
