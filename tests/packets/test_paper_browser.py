"""The pages of signing in ink as people see them: on a phone in both languages, and at the firm's desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.identity import sessions
from portal.packets import sample_people
from portal.packets.models import PaperPrint
from portal.runtime import Runtime, open_runtime
from portal.staff import factors
from portal.staff import service as staff
from tests.browser.fixtures import OpenPage
from tests.browser.look import see
from tests.browser.server import LiveServer
from tests.packets import paper_scans
from tests.packets.paper_claims import a_print, a_read_claim, send_back, sheets, standing


@pytest.fixture(scope="module")
def opened(live_server: LiveServer) -> Iterator[Runtime]:
    """The demo's own installation, from outside."""
    runtime = open_runtime(live_server.settings)
    yield runtime
    runtime.close()


def enter(page: Page, live_server: LiveServer, opened: Runtime, claim: Claim) -> None:
    """Stand where a code leads."""
    with opened.database.transaction() as session:
        token = sessions.open_session(session, opened.settings, claim.id, opened.clock())
    page.context.add_cookies([{"name": "claim", "value": token, "url": live_server.url}])


def enter_desk(page: Page, live_server: LiveServer, opened: Runtime, lang: str) -> None:
    """Sign in at the Seoul desk."""
    now = opened.clock()
    with opened.database.transaction() as session:
        person = staff.Person(name="서지안", email=f"desk-{lang}@staff.example")
        member = staff.add(
            session,
            opened.vault,
            person,
            roles=("kr",),
            language=lang,
            password="paper lantern at noon",
            now=now,
        )
        secret = factors.new_totp_secret()
        staff.enrol(session, opened.vault, member, secret, pyotp.TOTP(secret).at(now), now)
        token = staff.open_session(session, member, now)
    page.context.add_cookies([{"name": "staff", "value": token, "url": live_server.url}])


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_phone_prints_sends_back_and_sees_what_is_missing(
    open_page: OpenPage, live_server: LiveServer, opened: Runtime, tmp_path: Path, lang: str
) -> None:
    page = open_page(lang, phone=True)
    said = {"phrase": "파란 연 1987", "joinder": sample_people.HAYUN.joinder}
    claim = a_read_claim(opened, particulars=sample_people.MINJUN.model_copy(update=said))
    enter(page, live_server, opened, claim)
    page.goto(f"{live_server.url}/{lang}/claim/paper/kr")
    see(page, f"paper-order-{lang}-phone")
    page.locator('input[name="place"][value="KR"]').check()
    page.locator("main form button.action").click()
    expect(page.locator("#standing")).to_be_visible()
    see(page, f"paper-printed-{lang}-phone")

    with opened.database.reading() as session:
        (engagement,) = session.get_one(Claim, claim.id).engagements
        print_ = session.scalars(sa.select(PaperPrint).where(PaperPrint.engagement_id == engagement.id)).one()
    pages = sheets(opened, print_)
    good, bad = tmp_path / "IMG_0001.jpg", tmp_path / "IMG_0002.jpg"
    good.write_bytes(paper_scans.photograph(pages[1]))
    bad.write_bytes(paper_scans.jpeg(pages[2].resize((160, 226))))
    page.locator("input[type=file]").set_input_files([good, bad])
    expect(page.locator(".file.bad")).to_be_visible(timeout=60_000)
    expect(page.locator("#standing")).to_contain_text(f"2–{len(print_.plan)}", timeout=30_000)
    see(page, f"paper-sent-{lang}-phone")
    page.goto(f"{live_server.url}/{lang}/claim")
    see(page, f"paper-claim-{lang}-phone")


def test_the_desk_compares_and_signs_in(
    open_page: OpenPage, live_server: LiveServer, opened: Runtime
) -> None:
    claim = a_read_claim(opened)
    print_ = a_print(opened, claim, now=opened.clock())
    send_back(
        opened, claim, [paper_scans.scan(list(sheets(opened, print_).values()), 110)], now=opened.clock()
    )
    assert standing(opened, print_.id).to_check
    page = open_page("ko")
    enter_desk(page, live_server, opened, "ko")
    page.goto(f"{live_server.url}/staff/paper")
    see(page, "paper-desk-ko")
    page.goto(f"{live_server.url}/staff/paper/{print_.id}")
    see(page, "paper-look-ko")
    for box in page.locator('input[name="signed"]').all():
        box.check()
    page.locator('button[value="sign"]').click()
    page.wait_for_url("**/staff/claims/**")
    with opened.database.reading() as session:
        assert session.get_one(Engagement, print_.engagement_id).state is ClaimState.SUBMITTED
