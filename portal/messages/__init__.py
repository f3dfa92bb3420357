"""Messages to claimants: an outbox of e-mail in the reader's language, from the matter's own texts, without links."""

from flask import Flask

from portal.messages import jobs, views
from portal.messages.models import MessageState, OutboxMessage
from portal.messages.service import Standing, queue, standing

__all__ = ["MessageState", "OutboxMessage", "Standing", "install", "jobs", "queue", "standing"]


def install(app: Flask) -> None:
    """The demo's outbox page; production has no such address."""
    views.install(app)
