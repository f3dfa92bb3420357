"""Staff at their desks: accounts with a second factor, signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyotp

from portal.staff import factors, service

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from portal.runtime import Runtime

PASSWORD = "paper lantern over water"


def enrolled(
    runtime: Runtime, role: str, *, name: str = "Dana Whitfield", language: str = "en"
) -> tuple[str, str]:
    """Add somebody of an office; answers the token of their session and the secret of their second factor."""
    now = runtime.clock()
    with runtime.database.transaction() as session:
        person = service.Person(name=name, email=f"{role}@staff.example")
        member = service.add(
            session, runtime.vault, person, roles=(role,), language=language, password=PASSWORD, now=now
        )
        secret = factors.new_totp_secret()
        assert service.enrol(session, runtime.vault, member, secret, pyotp.TOTP(secret).at(now), now)
        return service.open_session(session, member, now), secret


def signed_in(app: Flask, role: str) -> tuple[FlaskClient, str]:
    """A browser in which somebody of that office is signed in, and the secret of the second factor."""
    client = app.test_client()
    token, secret = enrolled(app.extensions["portal"], role)
    client.set_cookie("staff", token)
    return client, secret
