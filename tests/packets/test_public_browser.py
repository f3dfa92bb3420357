"""The page of verification as people see it: on a phone and at a desk, in both languages, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.packets import making, service
from portal.packets.models import Packet
from portal.runtime import Runtime, open_runtime
from tests.browser.fixtures import OpenPage
from tests.browser.look import see
from tests.browser.server import LiveServer
from tests.packets.claims import a_signed_claim, packets_of

SIZES = [("ko", True), ("en", False), ("en", True), ("ko", False)]


@pytest.fixture(scope="module")
def opened(live_server: LiveServer) -> Iterator[Runtime]:
    """The demo's own installation, from outside."""
    runtime = open_runtime(live_server.settings)
    yield runtime
    runtime.close()


def a_sealed_packet(opened: Runtime) -> Packet:
    (made,) = packets_of(opened, a_signed_claim(opened, tracks=("kr-consumer",)))
    # In a thread of its own: sealing runs an event loop, and so does the browser's driver.
    with ThreadPoolExecutor() as aside:
        aside.submit(making.make, opened, made.id).result()
    return made


@pytest.fixture(scope="module")
def packet(opened: Runtime, tmp_path_factory: pytest.TempPathFactory) -> tuple[Packet, Path]:
    """A sealed packet, with its file as its holder has it."""
    made = a_sealed_packet(opened)
    with opened.database.reading() as session:
        kept = session.get_one(Packet, made.id)
        path = tmp_path_factory.mktemp("held") / "packet.pdf"
        path.write_bytes(service.open_packet(session, opened, kept))
    return kept, path


@pytest.fixture(scope="module")
def withdrawn(opened: Runtime) -> Packet:
    """A sealed packet whose person has withdrawn."""
    made = a_sealed_packet(opened)
    with opened.database.transaction() as session:
        engagement = sa.update(Engagement).where(Engagement.id == made.engagement_id)
        session.execute(engagement.values(state=ClaimState.WITHDRAWN))
    return made


@pytest.mark.parametrize(("lang", "phone"), SIZES)
def test_anybody_checks_a_file_and_a_code(
    open_page: OpenPage, live_server: LiveServer, packet: tuple[Packet, Path], lang: str, phone: bool
) -> None:
    kept, path = packet
    page, size = open_page(lang, phone=phone), "phone" if phone else "desk"
    page.goto(f"{live_server.url}/{lang}/")
    page.locator(f"footer a[href='/{lang}/verify']").click()
    see(page, f"verify-{lang}-{size}")
    page.locator("input[type=file]").set_input_files(path)
    page.locator("main form button.action").click()
    expect(page.locator(".verdict.good h1")).to_be_visible()
    see(page, f"verify-genuine-{lang}-{size}")
    page.goto(f"{live_server.url}/{lang}/verify")
    page.locator("input[name=code]").fill(kept.code.lower().replace("-", " "))
    page.locator("main form button.second").click()
    expect(page.locator(".verdict.good")).to_be_visible()
    see(page, f"verify-code-{lang}-{size}")
    page.go_back()
    page.locator("input[name=code]").fill("7K3M-9QXA-51TT")
    page.locator("main form button.second").click()
    expect(page.locator(".error-summary")).to_be_focused()
    see(page, f"verify-mistyped-{lang}-{size}")


@pytest.mark.parametrize(("lang", "phone"), SIZES)
def test_a_changed_file_and_a_withdrawn_packet_are_told_apart(
    open_page: OpenPage,
    live_server: LiveServer,
    tmp_path: Path,
    packet: tuple[Packet, Path],
    withdrawn: Packet,
    lang: str,
    phone: bool,
) -> None:
    page, size = open_page(lang, phone=phone, scripts=False), "phone" if phone else "desk"
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(packet[1].read_bytes() + b"\n")
    page.goto(f"{live_server.url}/{lang}/verify")
    page.locator("input[type=file]").set_input_files(changed)
    page.locator("main form button.action").click()
    expect(page.locator(".verdict.bad h1")).to_be_visible()
    page.goto(f"{live_server.url}/{lang}/verify")
    page.locator("input[name=code]").fill(withdrawn.code)
    page.locator("main form button.second").click()
    expect(page.locator(".verdict.wait")).to_be_visible()
    page = open_page(lang, phone=phone)  # axe needs scripts
    page.goto(f"{live_server.url}/{lang}/verify")
    page.locator("input[name=code]").fill(withdrawn.code)
    page.locator("main form button.second").click()
    see(page, f"verify-withdrawn-{lang}-{size}")
