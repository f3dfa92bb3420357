"""``/demo/outbox``: where the demo's codes are read. The address does not exist in production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, Flask, render_template

from portal.messages import hooks, service
from portal.messages.models import OutboxMessage
from portal.web import allow, runtime

SHOWN = 50
pages = Blueprint("messages", __name__)


@dataclass(frozen=True)
class Shown:
    """One message as the outbox page shows it."""

    kind: str
    channel: str
    language: str
    state: str
    created_at: datetime
    to: str
    subject: str
    body: str


def install(app: Flask) -> None:
    """Register what others report to, and the demo's page where nobody real uses the site."""
    hooks.install(app)
    if app.extensions["portal"].settings.env in {"demo", "test"}:
        app.register_blueprint(pages)


@pages.get("/demo/outbox")
@allow.anybody
def outbox() -> str:
    """The newest messages, whole."""
    with runtime().database.reading() as session:
        newest = sa.select(OutboxMessage).order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
        messages = [_shown(session, one) for one in session.scalars(newest.limit(SHOWN))]
    return render_template("messages/outbox.html", messages=messages)


def _shown(session: sa.orm.Session, message: OutboxMessage) -> Shown:
    wording = service.read(session, runtime(), message)
    return Shown(
        kind=message.kind,
        channel=message.channel,
        language=message.language,
        state=message.state,
        created_at=message.created_at,
        to=wording.to if wording else "",
        subject=wording.subject if wording else "",
        body=wording.body if wording else "",
    )
