"""Signing in ink through the pages: the claimant prints and sends back, the firm looks, the packet is sealed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from portal.audit import AuditEvent
from portal.claims.act import read_acts
from portal.jobs import run_worker
from portal.packets import service as packets
from portal.packets.models import PaperPrint
from portal.packets.paper import prints
from tests.conftest import Clock
from tests.packets import paper_scans
from tests.packets.paper_claims import sheets
from tests.staff.desk import signed_in
from tests.visitor import Visitor, on_the_tests_clock

PAPER = "/claim/paper/kr"


@pytest.fixture
def portal(app: Flask, clock: Clock) -> Flask:
    return on_the_tests_clock(app, clock)


@pytest.fixture
def desk(portal: Flask) -> Callable[..., FlaskClient]:
    """``desk("kr")``: a browser in which somebody of that office is signed in."""

    return lambda role: signed_in(portal, role)[0]


def ready(portal: Flask, lang: str = "en", email: str = "hong@example.com") -> Visitor:
    """Somebody who has read everything and stands before signing."""
    visitor = Visitor(portal, lang).begin(email=email).fill_all()
    visitor.read_all()
    return visitor


def have_printed(visitor: Visitor) -> PaperPrint:
    visitor.get(f"{PAPER}/print")
    assert visitor.post(f"{PAPER}/print", {"place": "KR"}).status_code == 303
    with visitor.runtime.database.reading() as session:
        return session.scalars(sa.select(PaperPrint).order_by(PaperPrint.id.desc())).first()


def upload(visitor: Visitor, *files: tuple[str, bytes], json: bool = False):
    visitor.get(f"{PAPER}/pages")
    data = {"csrf_token": visitor.token, "files": [(io.BytesIO(content), name) for name, content in files]}
    headers = {"Accept": "application/json"} if json else {}
    return visitor.client.post(f"/{visitor.lang}{PAPER}/pages", data=data, headers=headers)


def post(client: FlaskClient, address: str, page: str = "/staff/paper", **fields: object):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    return client.post(address, data={"csrf_token": token[1], **fields})


def test_from_print_to_sealed_packet(portal: Flask, desk: Callable[..., FlaskClient], clock: Clock) -> None:
    visitor = ready(portal)
    assert f"/en{PAPER}" in visitor.get("/claim/sign").text
    assert visitor.get(PAPER).headers["Location"].endswith(f"{PAPER}/print")
    assert visitor.post(f"{PAPER}/print").status_code == 422  # where will you be?
    print_ = have_printed(visitor)
    assert visitor.get(PAPER).headers["Location"].endswith(f"{PAPER}/pages")
    assert visitor.get(f"{PAPER}/print.pdf").mimetype == "application/pdf"
    total = len(print_.plan)
    assert "Print or send pages" in visitor.get("/claim").text

    pages = sheets(visitor.runtime, print_)
    scan = paper_scans.scan([pages[number] for number in range(total, 0, -1) if number != 2], 150)
    sent = upload(
        visitor,
        ("everything.pdf", scan),
        ("IMG_1.jpg", paper_scans.photograph(Image.new("RGB", (800, 1100), "white"))),
    )
    assert sent.status_code == 422  # the white one
    assert "no code could be read" in sent.text
    assert f"{total - 1} of {total} pages are here. Still missing: 2." in unescape(sent.text)
    korean, american = desk("kr"), desk("us")
    assert "Partly here" in korean.get("/staff/paper").text
    told = upload(visitor, ("IMG_2.jpg", paper_scans.photograph(pages[2])), json=True)
    assert told.get_json() == {"error": None, "renew": True}
    assert "The firm looks at them" in visitor.get("/claim").text
    picture = visitor.get(f"{PAPER}/pages/2.jpg")
    assert picture.mimetype == "image/jpeg"
    assert visitor.get(f"{PAPER}/pages/99.jpg").status_code == 404

    here = f"/staff/paper/{print_.id}"
    for address in (here, f"{here}/pages/2.jpg", f"{here}/printed/2.jpg"):
        assert korean.get(address).status_code == 200, address
        assert american.get(address).status_code == 404
    assert print_.code not in american.get("/staff/paper").text
    assert post(american, here, act="sign").status_code == 404
    assert "To be looked at" in korean.get("/staff/paper").text
    signed = [one.number for one in prints.planned(print_.plan) if one.signature]
    short = post(korean, here, page=here, act="sign", signed=signed[:-1])
    assert "Look at every page that is to be signed" in short.text
    done = post(korean, here, page=here, act="sign", signed=signed)
    assert done.status_code == 303, done.text
    assert "/staff/claims/" in done.headers["Location"]
    assert korean.get(done.headers["Location"]).status_code == 200
    assert "Nobody is signing on paper" in korean.get("/staff/paper").text

    run_worker(visitor.runtime, once=True)
    claim = visitor.claim()
    with visitor.runtime.database.reading() as session:
        (engagement,) = session.merge(claim).engagements
        (act,) = read_acts(session, visitor.runtime.vault, engagement)
        (packet,) = packets.packets_of(session, engagement)
        actions = [one.action for one in session.scalars(sa.select(AuditEvent))]
    assert (act.means, act.signed_at, packet.state) == ("ink", clock.now, "sealed")
    assert {"paper.printed", "paper.returned", "paper.checked", "claim.submitted"} <= set(actions)
    assert "You have signed" in visitor.get(f"{PAPER}/pages").text
    assert "Print or send pages" not in visitor.get("/claim").text
    # Something signed changes later: only that is printed, read anew, for a print of its own.
    moved = visitor.fill("address", line2="2동 1호")
    assert moved.status_code == 303
    assert visitor.get(PAPER).headers["Location"].endswith(f"{PAPER}/print")
    visitor.read_all()
    assert "You have printed before" not in visitor.get(f"{PAPER}/print").text
    clock.advance(minutes=5)
    again = have_printed(visitor)
    assert again.id != print_.id
    assert {one.document for one in prints.planned(again.plan)} < {
        one.document for one in prints.planned(print_.plan)
    }


def test_a_print_belongs_to_one_person(portal: Flask) -> None:
    mine = ready(portal)
    have_printed(mine)
    other = ready(portal, email="other@example.com")
    assert other.get(f"{PAPER}/pages").status_code == 404
    assert other.get(f"{PAPER}/print.pdf").status_code == 404
    foreign = have_printed(other)
    page = sheets(other.runtime, foreign)[1]
    told = upload(mine, ("IMG_1.jpg", paper_scans.photograph(page))).text
    assert "is not of this print" in told
    for secret in (foreign.code, other.claim().number):
        assert secret not in told
    stranger = Visitor(portal, "en")
    assert stranger.get(f"{PAPER}/pages").status_code == 303


def test_what_comes_by_post_is_sorted_by_its_codes(portal: Flask, desk: Callable[..., FlaskClient]) -> None:
    visitor = ready(portal)
    print_ = have_printed(visitor)
    page = paper_scans.photograph(sheets(visitor.runtime, print_)[3])
    for role, sentence in (("us", "is not of this print"), ("kr", "page 3 received")):
        told = post(desk(role), "/staff/paper", files=[(io.BytesIO(page), "letter.jpg")]).text
        assert sentence in told
    with visitor.runtime.database.reading() as session:
        (row,) = prints.pictures(session, session.get_one(PaperPrint, print_.id)).values()
    assert (row.number, row.received_from) == (3, "staff")


def test_pages_asked_for_again_are_told_to_the_claimant(
    portal: Flask, desk: Callable[..., FlaskClient]
) -> None:
    visitor = ready(portal, "ko")
    print_ = have_printed(visitor)
    pages = sheets(visitor.runtime, print_)
    upload(visitor, ("scan.pdf", paper_scans.scan(list(pages.values()), 120)))
    korean, here = desk("kr"), f"/staff/paper/{print_.id}"
    nothing = post(korean, here, page=here, act="again", reason="5쪽이 잘렸습니다. 다시 찍어 주십시오.")
    assert "Mark the pages" in nothing.text
    done = post(
        korean, here, page=here, act="again", again=[5], reason="5쪽이 잘렸습니다. 다시 찍어 주십시오."
    )
    assert done.status_code == 303
    for address in ("/claim", f"{PAPER}/pages"):
        page = unescape(visitor.get(address).text)
        assert "5쪽이 잘렸습니다." in page
        assert "다시 보내실 쪽: 5" in page


def test_nothing_to_print_leads_elsewhere(portal: Flask) -> None:
    visitor = Visitor(portal, "en").begin().fill_all()
    assert visitor.get(f"{PAPER}/print").headers["Location"].endswith("/claim/read")
    assert visitor.get("/claim/paper/us").status_code == 404
    assert visitor.get(f"{PAPER}/pages").status_code == 404
