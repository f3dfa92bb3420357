"""Five hundred claims cleared in Chromium by keyboard alone, and one of them thought better of."""

import sqlalchemy as sa
from playwright.sync_api import expect

from portal import jobs
from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.messages.models import OutboxMessage
from portal.review.desk_models import DeskAct
from tests.batches.claims import an_accepted_claim
from tests.journeys.desk import open_desk
from tests.review.queue_desk import QUEUE, colleague

MANY = 500


def test_five_hundred_claims_are_cleared_by_keyboard(page, tmp_path):
    with open_desk(tmp_path) as desk:
        with desk.runtime.database.transaction() as session:
            for _one in range(MANY):
                made = an_accepted_claim(session, desk.runtime, state=ClaimState.SUBMITTED, packet=None)
                made.conflict = "clear"
        client, _me = colleague(desk.app, "kr")
        token = client.get_cookie("staff")
        assert token
        page.context.add_cookies([{"name": "staff", "value": token.value, "url": desk.url}])
        page.goto(f"{desk.url}{QUEUE}")
        for at in range(MANY // 50):
            # Keys as quickly as a hand lays on them; each row goes its way while the next is looked at.
            page.keyboard.press("j")
            for _row in range(50):
                page.keyboard.press("a")
            expect(page.locator("tr.held [data-held]:not(:text('…'))")).to_have_count(50, timeout=60_000)
            if at == 0:
                page.keyboard.press("u")
                expect(page.locator("tr.held")).to_have_count(49)
            if at < MANY // 50 - 1:
                with page.expect_navigation():
                    page.keyboard.press("n")
        with desk.runtime.database.reading() as session:
            held = dict(
                session.execute(sa.select(DeskAct.state, sa.func.count()).group_by(DeskAct.state)).all()
            )
        assert held == {"held": MANY - 1, "undone": 1}
        desk.clock.advance(seconds=11)
        jobs.run_worker(desk.runtime, queues={"default"}, once=True)
        with desk.runtime.database.reading() as session:
            states = sa.select(Engagement.state, sa.func.count()).group_by(Engagement.state)
            assert dict(session.execute(states).all()) == {
                ClaimState.ACCEPTED: MANY - 1,
                ClaimState.SUBMITTED: 1,
            }
            assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == MANY - 1
