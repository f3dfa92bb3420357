"""What a browser holds: the claimant's cookie, and which code it asked for."""

from __future__ import annotations

from uuid import UUID

from flask import request, session
from werkzeug.wrappers import Response

from portal.identity import service, sessions
from portal.web import Claimant, runtime
from portal.web.held import hold


def claimant_here() -> Claimant | None:
    """The claimant whose live session this browser holds."""
    token = request.cookies.get(cookie_name(), "")
    if not token:
        return None
    now, settings = runtime().clock(), runtime().settings
    with runtime().database.reading() as reading:
        found = sessions.find(reading, token)
    if found is None or not sessions.live(found, settings, now):
        return None
    if now - found.seen_at >= sessions.SEEN_EVERY:
        with runtime().database.transaction() as writing:
            sessions.touch(writing, found.id, now)
    return Claimant(claim_id=found.claim_id, session_id=found.id, party=found.party)


def hold_typed(answer: Response) -> Response:
    """Keep what was typed for the claim whose session this browser held until it expired."""
    token = request.cookies.get(cookie_name(), "")
    if not token:
        return answer
    with runtime().database.reading() as reading:
        found = sessions.find(reading, token)
    # Signed out on purpose is no accident: then nothing is kept.
    return hold(answer, found.claim_id) if found is not None and found.ended_at is None else answer


def admit(answer: Response, token: str) -> Response:
    """Give the browser its claimant's cookie, and take away what it held as a visitor."""
    session.clear()
    answer.set_cookie(
        cookie_name(), token, httponly=True, samesite="Lax", secure=runtime().settings.production, path="/"
    )
    return answer


def sign_out(answer: Response) -> Response:
    """End the session in the database, and have the browser forget what it holds of this site."""
    if token := request.cookies.get(cookie_name(), ""):
        with runtime().database.transaction() as writing:
            sessions.end(writing, token, runtime().clock())
    session.clear()
    answer.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=runtime().settings.production)
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


def held_token() -> str:
    """The claimant's token that this browser holds, live or not."""
    return request.cookies.get(cookie_name(), "")


def visitor() -> str:
    """The token that binds codes to this browser; made at first use."""
    token: str = session.setdefault("browser", service.new_browser_token())
    return token


def asked_code(purpose: str = "enter") -> UUID | None:
    """Which code this browser asked for last, of those for one purpose."""
    try:
        return UUID(session.get(_place(purpose), ""))
    except (ValueError, TypeError, AttributeError):
        return None


def remember_code(code_id: UUID, purpose: str = "enter") -> None:
    """Note which code this browser asked for."""
    session[_place(purpose)] = str(code_id)


def forget_code(purpose: str) -> None:
    """What it was for is done."""
    session.pop(_place(purpose), None)


def _place(purpose: str) -> str:
    return "code" if purpose == "enter" else f"code-{purpose}"


def cookie_name() -> str:
    """The name of the claimant's cookie; the prefix has browsers insist on HTTPS and on this very host."""
    return "__Host-claim" if runtime().settings.production else "claim"
