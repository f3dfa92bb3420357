"""Where programs of others report about messages: a mail server about what came back, Twilio about its text messages.

``POST /hooks/bounces`` takes a delivery status notification as it is (message/rfc822), or JSON with ``message_id``,
``status`` and ``action``. The caller signs: ``X-Portal-Signature: t=<seconds>,v1=<hex>``, where v1 is HMAC-SHA256 with
PORTAL_HOOK_SECRET over ``t``, a dot and the body; ``t`` may be five minutes off. A repeated report changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import Blueprint, Flask, abort, request

from portal.messages import bounces, service, stops, twilio
from portal.messages.failures import enhanced_status
from portal.messages.models import MessageState, OutboxMessage
from portal.messages.returns import found_in
from portal.runtime import Runtime
from portal.settings import Settings
from portal.web import allow, runtime
from portal.web.app import without_token
from portal.web.limits import limiter

WINDOW = 300  # seconds that a signature's time may be off
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
pages = Blueprint("hooks", __name__)


def install(app: Flask) -> None:
    """Each address answers only where its secret is set."""
    app.register_blueprint(pages)


@pages.post("/hooks/bounces")
@allow.anybody
@without_token
@limiter.limit("600 per minute")
def bounced() -> tuple[str, int]:
    """A message came back; 202 also when it is none of ours, so that the caller does not try again."""
    secret = runtime().settings.hook_secret.get_secret_value()
    if not secret:
        abort(404)
    body = request.get_data(cache=True)
    if not genuine(secret, request.headers.get("X-Portal-Signature", ""), body, runtime().clock()):
        abort(403)
    report = _read(runtime(), body)
    if report is not None:
        bounces.take(runtime(), report)
    return "", 202


@pages.post(twilio.REPORTS)
@allow.anybody
@without_token
@limiter.limit("600 per minute")
def twilio_report() -> tuple[str, int]:
    """Twilio reports how a text message fared."""
    secrets = _twilio_tokens(runtime().settings)
    if not secrets:
        abort(404)
    given = request.form.to_dict()
    address = f"https://{runtime().settings.site_address}{twilio.REPORTS}"
    signed = request.headers.get("X-Twilio-Signature", "")
    if not any(hmac.compare_digest(signed, twilio.signature(token, address, given)) for token in secrets):
        abort(403)
    why = twilio.reported(given)
    if why is not None:
        with runtime().database.transaction() as session:
            named = OutboxMessage.reference == given.get("MessageSid", "")
            message = session.scalars(sa.select(OutboxMessage).where(named).with_for_update()).first()
            if message is not None and message.state == MessageState.SENT:
                wording = service.read(session, runtime(), message)
                stops.came_back(session, runtime(), message, wording.to if wording else "", why)
    return "", 204


def genuine(secret: str, header: str, body: bytes, now: datetime) -> bool:
    """Whether a signature is right and its time near."""
    found = _SIGNATURE.fullmatch(header.strip())
    if found is None:
        return False
    at = datetime.fromtimestamp(int(found[1]), UTC)
    right = hmac.compare_digest(found[2], signature(secret, int(found[1]), body))
    return right and abs((now - at).total_seconds()) <= WINDOW


def signature(secret: str, at: int, body: bytes) -> str:
    """What the caller puts after ``v1=``."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def _read(opened: Runtime, body: bytes) -> bounces.Report | None:
    if request.mimetype != "application/json":
        return bounces.read_report(opened.vault, body)
    try:
        told: Any = json.loads(body)
        message_id = found_in(opened.vault, str(told["message_id"])[:400])
        status, action = enhanced_status(str(told.get("status", ""))), str(told.get("action", "failed"))
    except (ValueError, KeyError, TypeError, AttributeError):
        abort(400)
    if message_id is None or action not in ("failed", "delayed"):
        return None
    return bounces.Report(message_id, status or "5.0.0", "failed" if action == "failed" else "delayed")


def _twilio_tokens(settings: Settings) -> list[str]:
    addresses = (settings.sms_url.get_secret_value(), settings.sms_url_kr.get_secret_value())
    urls = [urlsplit(one) for one in addresses if one.startswith("twilio://")]
    return [unquote(url.password) for url in urls if url.password]
