"""The page of failures as staff see it, at a desk and on a phone, in both languages."""

from __future__ import annotations

import pyotp
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.packets import service as packets
from portal.packets.models import Packet, PacketState
from portal.runtime import Runtime, open_runtime
from portal.staff import factors
from portal.staff import service as staff
from tests.batches.claims import an_accepted_claim
from tests.browser.fixtures import OpenPage
from tests.browser.look import see
from tests.browser.server import LiveServer


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_three_lists_are_seen(open_page: OpenPage, live_server: LiveServer, lang: str) -> None:
    runtime = open_runtime(live_server.settings)
    try:
        with runtime.database.transaction() as session:
            for code in ("glyph", "key-missing"):
                failed = an_accepted_claim(session, runtime, packet=PacketState.FAILED)
                packets.packets_of(session, failed)[0].failure = code
            packets.packets_of(session, an_accepted_claim(session, runtime))[0].failure = "file-missing"
            unmade = an_accepted_claim(session, runtime)
            session.execute(sa.delete(Packet).where(Packet.engagement_id == unmade.id))
            token = a_session_of_staff(session, runtime, lang)
    finally:
        runtime.close()
    page = open_page(lang)
    page.context.add_cookies([{"name": "staff", "value": token, "url": live_server.url}])
    page.goto(f"{live_server.url}/staff/failures")
    assert page.locator("table.failures").count() == 3
    see(page, f"failures-{lang}-desk")
    page.set_viewport_size({"width": 360, "height": 740})
    see(page, f"failures-{lang}-phone")


def a_session_of_staff(session: Session, runtime: Runtime, lang: str) -> str:
    """The cookie of a signed-in member of the Korean office."""
    now = runtime.clock()
    person = staff.Person(name="한서진", email=f"failures-{lang}@staff.example")
    member = staff.add(
        session, runtime.vault, person, roles=("kr",), language=lang, password="paper lantern over gwanghwamun",
        now=now,
    )  # fmt: skip
    secret = factors.new_totp_secret()
    assert staff.enrol(session, runtime.vault, member, secret, pyotp.TOTP(secret).at(now), now)
    return staff.open_session(session, member, now)
