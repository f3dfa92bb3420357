"""What was typed into a form that could not be saved: kept encrypted in the browser until its owner is back."""

from __future__ import annotations

import base64
import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app, g, request
from flask_wtf.csrf import validate_csrf
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from portal.web.app import runtime
from portal.web.typed import has_resident_number

LIFE = timedelta(hours=1)
LARGEST = (
    3_900  # bytes; browsers keep cookies up to 4,093 with name and attributes; some 3,700 Korean letters fit
)
_NONCE = 12
# A token is useless later, and a signature is given, not restored; a form's prefix stands before a dash.
_NEVER = {"csrf_token", "strokes", "typed_name", "intent"}


@dataclass(frozen=True)
class Held:
    """A page and what had been typed into it."""

    path: str
    typed: MultiDict[str, str]


def hold(answer: Response, owner: UUID, path: str = "") -> Response:
    """Put what this request typed into the answer's cookie, for one claim alone.

    It fills in the page of ``path``, or else the one into which it was typed.
    """
    if not _own_form():
        return answer
    fields = [(name, value) for name, value in request.form.items(multi=True) if _keepable(name, value)]
    while len(cookie := _seal(owner, fields, path)) > LARGEST and fields:
        fields.remove(max(fields, key=lambda field: len(field[1])))  # better all but the longest than nothing
    answer.set_cookie(
        _cookie(),
        cookie,
        max_age=int(LIFE.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=runtime().settings.production,
    )
    return answer


def held(owner: UUID) -> Held | None:
    """What this browser holds for that claim; nobody else's and nothing older than an hour."""
    content = _open(request.cookies.get(_cookie(), ""))
    if (
        content is None
        or content["owner"] != str(owner)
        or _now() - LIFE > datetime.fromisoformat(content["at"])
    ):
        return None
    return Held(content["path"], MultiDict([(name, value) for name, value in content["fields"]]))


def held_here(owner: UUID) -> MultiDict[str, str] | None:
    """What was typed that this very page is to be filled in with."""
    found = held(owner)
    return found.typed if found is not None and found.path == request.path else None


def release(answer: Response) -> Response:
    """Forget what was held: it has been saved, or its owner went elsewhere."""
    if _cookie() in request.cookies:
        answer.delete_cookie(_cookie(), secure=runtime().settings.production, httponly=True, samesite="Lax")
    return answer


def _own_form() -> bool:
    """Whether the form came from our own page: another site must not plant words into ours."""
    if not current_app.config.get("WTF_CSRF_ENABLED", True):
        return True
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _keepable(name: str, value: str) -> bool:
    return (
        name.rpartition("-")[2] not in _NEVER and len(value) <= 4 * LARGEST and not has_resident_number(value)
    )


def _page() -> str:
    """The address to reopen: this one if it can be looked at, else the language's first page of the claim."""
    adapter = current_app.create_url_adapter(request)
    try:
        if adapter is not None:
            adapter.match(request.path, method="GET")
            return request.path
    except (HTTPException, RequestRedirect):
        pass  # an address that only takes forms
    return f"/{g.get('lang') or 'ko'}/claim"


def _seal(owner: UUID, fields: list[tuple[str, str]], path: str) -> str:
    content = {"owner": str(owner), "at": _now().isoformat(), "path": path or _page(), "fields": fields}
    plain = zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    nonce = os.urandom(_NONCE)
    return base64.urlsafe_b64encode(nonce + _cipher().encrypt(nonce, plain, b"held")).decode()


def _open(cookie: str) -> Mapping[str, Any] | None:
    try:
        raw = base64.urlsafe_b64decode(cookie)
        content: dict[str, Any] = json.loads(
            zlib.decompress(_cipher().decrypt(raw[:_NONCE], raw[_NONCE:], b"held"))
        )
    except (ValueError, InvalidTag, zlib.error):
        return None
    return content


def _cipher() -> AESGCM:
    return AESGCM(runtime().vault.keyring.derive("held forms"))


def _now() -> datetime:
    return runtime().clock()


def _cookie() -> str:
    return "__Host-held" if runtime().settings.production else "held"
