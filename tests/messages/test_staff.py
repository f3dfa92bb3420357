"""Staff see what did not reach a claimant, why, and say it once more."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from portal.audit import AuditEvent
from portal.claims.models import Engagement
from portal.claims.telling import tell
from portal.messages import MessageState, OutboxMessage, stops
from portal.messages.failures import MailRefused
from portal.runtime import Runtime
from tests.review.test_pages import a_claim, desk, opened, post

__all__ = ["desk", "opened"]


def lost(
    runtime: Runtime, engagement: Engagement, status: str = "5.1.1", *, address: bool = True
) -> OutboxMessage:
    """A message to the claimant that came back."""
    with runtime.database.transaction() as session:
        engagement = session.get_one(Engagement, engagement.id)
        row = tell(session, runtime, engagement.claim, "packets-ready")
        row.state = MessageState.SENT
        why = MailRefused("x", status=status, address=address)
        stops.came_back(session, runtime, row, "minjun@example.com" if address else "", why)
        return row


def rows(runtime: Runtime) -> list[OutboxMessage]:
    with runtime.database.reading() as session:
        return list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def test_a_message_that_came_back_is_shown_with_its_reason_and_sent_again(desk: Any, opened: Runtime) -> None:
    engagement = a_claim(opened, jurisdiction="kr")
    lost(opened, engagement, "5.7.1", address=False)
    client = desk("kr")
    page = client.get(f"/staff/claims/{engagement.id}").text
    here = f"/staff/claims/{engagement.id}/messages"
    assert here in page
    page = client.get(here).text
    assert "Documents ready" in page
    assert "Came back" in page
    assert "Their server refused our message, not the address (5.7.1)" in page
    assert "@example.com" in page
    address = re.search(r'action="(/staff/claims/[^"]+/again)"', page)
    assert address
    again = post(client, here, address[1])
    assert again.status_code == 303
    page = client.get(here).text
    assert "The message is being sent again." in page
    assert "said again" in page
    assert "/again" not in page, "once is enough; the new one may be sent again if it fails"
    first, second = rows(opened)
    assert (second.instead_of, second.kind, second.state) == (first.id, first.kind, MessageState.QUEUED)
    assert post(client, here, address[1]).status_code == 303
    assert len(rows(opened)) == 2, "a second press sends nothing"
    with opened.database.reading() as session:
        actions = list(session.scalars(sa.select(AuditEvent.action)))
    assert "message.sent_again" in actions
    assert "claim.read" in actions


def test_the_office_sees_its_own_lost_messages_and_no_others(desk: Any, opened: Runtime) -> None:
    engagement = a_claim(opened, jurisdiction="kr")
    lost(opened, engagement)
    korean, american = desk("kr"), desk("us")
    page = korean.get("/staff/messages").text
    assert engagement.claim.number in page
    assert "There is no such address (5.1.1)" in page
    assert "minjun@example.com" not in page
    assert engagement.claim.number not in american.get("/staff/messages").text
    assert american.get(f"/staff/claims/{engagement.id}/messages").status_code == 404
    assert "/staff/messages" in korean.get("/staff/failures").text
    assert desk("admin").get("/staff/messages").status_code == 403


def test_another_claims_message_cannot_be_sent_from_here(desk: Any, opened: Runtime) -> None:
    own, other = a_claim(opened, jurisdiction="kr"), a_claim(opened, jurisdiction="us")
    message = lost(opened, other)
    client = desk("kr")
    page = f"/staff/claims/{own.id}"
    assert post(client, page, f"/staff/claims/{own.id}/messages/{message.id}/again").status_code == 404
