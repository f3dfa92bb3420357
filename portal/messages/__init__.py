"""Messages to claimants: an outbox of e-mail and text messages in the reader's language, worded by the matter."""

from flask import Flask

from portal.messages import jobs, views
from portal.messages.addresses import channel_of, masked
from portal.messages.models import MessageState, OutboxMessage
from portal.messages.service import Standing, queue, standing
from portal.messages.sms import sends_sms
from portal.messages.stops import proved

__all__ = [
    "MessageState",
    "OutboxMessage",
    "Standing",
    "channel_of",
    "install",
    "jobs",
    "masked",
    "proved",
    "queue",
    "sends_sms",
    "standing",
]


def install(app: Flask) -> None:
    """Where reports about messages come in; and the demo's outbox page, which production has not."""
    views.install(app)
