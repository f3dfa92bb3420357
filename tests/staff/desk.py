"""Staff at their desks: accounts with a second factor, signed in."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyotp

from portal.staff import factors, service

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from portal.runtime import Runtime

PASSWORD = "paper lantern over water"


def enrolled(
    runtime: Runtime,
    role: str,
    *,
    name: str = "Dana Whitfield",
    language: str = "en",
    session: Session | None = None,
) -> tuple[str, str]:
    """Add somebody of an office; answers the token of their session and the secret of their second factor."""
    now = runtime.clock()
    with ExitStack() as stack:
        opened = session or stack.enter_context(runtime.database.transaction())
        person = service.Person(name=name, email=f"{role}@staff.example")
        member = service.add(
            opened, runtime.vault, person, roles=(role,), language=language, password=PASSWORD, now=now
        )
        secret = factors.new_totp_secret()
        assert service.enrol(opened, runtime.vault, member, secret, pyotp.TOTP(secret).at(now), now)
        return service.open_session(opened, member, now), secret


def signed_in(app: Flask, role: str) -> tuple[FlaskClient, str]:
    """A browser in which somebody of that office is signed in, and the secret of the second factor."""
    client = app.test_client()
    token, secret = enrolled(app.extensions["portal"], role)
    client.set_cookie("staff", token)
    return client, secret


class Desk:
    """A browser that sends forms with their token."""

    def __init__(self, client: FlaskClient, secret: str = "") -> None:
        self.client, self.secret = client, secret
        self._token = ""

    @property
    def runtime(self) -> Runtime:
        """What the application holds open."""
        found: Runtime = self.client.application.extensions["portal"]
        return found

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def post(self, path: str, fields: Mapping[str, Any]) -> TestResponse:
        """Send a form of one of our pages."""
        if not self._token:
            page = self.client.get("/staff/join").text
            self._token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        answer = self.client.post(path, data={"csrf_token": self._token, **fields})
        if "visit=" in answer.headers.get("Set-Cookie", ""):
            self._token = ""  # signing in begins a new visit
        return answer

    def code(self, now: datetime) -> str:
        """What the authenticator app shows."""
        return pyotp.TOTP(self.secret).at(now)
