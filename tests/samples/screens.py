"""Every screen of a furnished installation, in both languages, for eyes and for axe; contact sheets for people."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from flask import Flask
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from portal import migrations
from portal.claims.models import Claim
from portal.database import Database, new_id
from portal.evidence import service as evidence
from portal.identity import sessions
from portal.review import service as review
from portal.runtime import Runtime
from portal.web import Staff
from tests.browser.fixtures import DESKTOP, FLAGS, PHONE
from tests.claims import families
from tests.conftest import NOW, ROOT
from tests.journeys.desk import Quiet
from tests.needs import program
from tests.packets.claims import a_picture
from tests.visitor import Visitor, first_version
from tests.web.house import House, Visit, furnish, open_house

SCREENS = ROOT / "docs" / "samples" / "screens"
LANGUAGES = ("ko", "en")
QUESTION = "Please add the notice that the company sent to you, with its date."
STAFF = "6-staff"
OTHERS = ("child", "heir", "company", "ward")
GROUPS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "1-before-a-claim": (
        ("nobody", ("/", "/company", "/glossary", "/official", "/is-this-ours", "/paper-forms", "/verify")),
        ("answered", ("/check/acting", "/check/release", "/check/shares", "/check/result")),
        ("nobody", ("/claim/start", "/claim/start?by=phone", "/claim/recover", "/status")),
        ("asked", ("/claim/code",)),
    ),
    "2-filling-in": (
        ("new", ("/claim", "/claim/evidence", "/claim/diary")),
        (
            "drafting",
            (
                "/claim", "/claim/details/phrase", "/claim/details/name", "/claim/details/birth",
                "/claim/details/address", "/claim/details/contact", "/claim/details/account", "/claim/diary",
                "/claim/diary/i1", "/claim/diary/add", "/claim/details/harm", "/claim/joinder/lawyer",
                "/claim/joinder", "/claim/review", "/claim/card", "/claim/delete",
            ),
        ),
        ("heir", ("/claim/evidence", "/claim/evidence/{own_file}", "/claim/evidence/{own_file}/cover",
                  "/claim/evidence/{own_file}/remove")),
    ),
    "3-for-somebody-else": (
        ("child", ("/claim", "/claim/details/representative", "/claim/details/other-parent", "/claim/review",
                   "/claim/signers")),
        ("invited", ("/claim/joined", "/claim/joined/refuse", "/claim/read", "/claim/sign")),
        ("heir", ("/claim", "/claim/details/deceased", "/claim/review")),
        ("company", ("/claim", "/claim/details/company", "/claim/details/representative", "/claim/review")),
        ("ward", ("/claim", "/claim/review")),
    ),
    "4-reading-and-signing": (
        ("drafting", ("/claim/read", "/claim/read/kr-retainer", "/claim/read/kr-consent-transfer",
                      "/claim/read/us-declaration", "/claim/sign", "/claim/paper/kr", "/claim/paper/kr/pages")),
    ),
    "5-after-signing": (
        ("signed", ("/claim", "/claim/letters/kr", "/claim/answer/us", "/claim/contact", "/claim/language",
                    "/claim/data", "/claim/withdraw/kr")),
        ("nobody", ("/claim/signed-out",)),
    ),
    "6-staff": (
        ("kr", ("/staff/", "/staff/queue", "/staff/claims/{engagement_id}", "/staff/letters", "/staff/messages",
                "/staff/claims/{engagement_id}/messages", "/staff/erasures", "/staff/scams", "/staff/scams/{scam_id}",
                "/staff/failures", "/staff/countersign", "/staff/paper", "/staff/paper/{print_id}", "/staff/batches",
                "/staff/batches/{number}", "/staff/claims/{engagement_id}/history",
                "/staff/claims/{engagement_id}/view/{file_id}", "/staff/claims/{engagement_id}/redact/{file_id}/1",
                "/staff/claims/{engagement_id}/correct/name", "/staff/batches/new", "/staff/recipients",
                "/staff/ledger", "/staff/pairs", "/staff/pairs/{pair_id}", "/staff/conflicts",
                "/staff/conflicts/{check_id}", "/staff/conflicts/lists", "/staff/intake", "/staff/intake/begin",
                "/staff/intake/{claim_id}", "/staff/imports", "/staff/imports/{run_id}", "/staff/dates",
                "/staff/numbers", "/staff/account")),
        ("admin", ("/staff/people", "/staff/people/{member_id}", "/staff/people/history", "/staff/people/invite",
                   "/staff/audit")),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Screen:
    """One page as one person sees it."""

    group: str
    who: str
    path: str
    page: Page


@dataclass(frozen=True)
class Show:
    """The furnished installation being served, with the cookies of everybody who looks at it."""

    url: str
    held: dict[str, str]
    cookies: dict[str, dict[str, str]]

    def screens(
        self, browser: Browser, lang: str, *, phone: bool, groups: tuple[str, ...] = ()
    ) -> Iterator[Screen]:
        """Open each page in turn; a page that does not answer with 200 is a failure."""
        for group, rows in GROUPS.items():
            if groups and group not in groups:
                continue
            if group == STAFF and lang != "ko":
                continue  # staff pages are in the staff member's own language, which is Korean in this house
            for who, paths in rows:
                context = browser.new_context(
                    **(PHONE if phone else DESKTOP), locale="ko-KR" if lang == "ko" else "en-US",
                    color_scheme="light", reduced_motion="reduce",
                )  # fmt: skip
                held = self.cookies.get(who, {})
                context.add_cookies([{"name": n, "value": v, "url": self.url} for n, v in held.items()])
                page = context.new_page()
                for path in paths:
                    place = path.format(**self.held)
                    whole = (
                        f"{self.url}{place}" if place.startswith("/staff") else f"{self.url}/{lang}{place}"
                    )
                    answer = page.goto(whole)
                    assert answer, whole
                    assert answer.ok, f"{who} {whole}: {answer.status}"
                    yield Screen(group, who, path, page)
                context.close()


@contextmanager
def show(folder: Path, house: House | None = None) -> Iterator[Show]:
    """Furnish an installation, or take one, add the claims that are made for others, and serve it on a free port."""
    with open_house(house or furnished(folder)) as visit:
        cookies = _everybody(visit)
        server = make_server("127.0.0.1", 0, visit.app, threaded=True, request_handler=Quiet)
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        held = {**visit.house.held, "own_file": _a_file(visit, cookies["heir"])}
        _asked_of(visit)
        yield Show(f"http://127.0.0.1:{server.port}", held, cookies)
        server.shutdown()
        serving.join()


def furnished(folder: Path) -> House:
    """A house of our own."""
    migrated = folder / "schema.sqlite3"
    database = Database(f"sqlite:///{migrated}")
    migrations.upgrade(database)
    with database.transaction() as session:
        session.add(first_version(ROOT / "matters", "coupang-2025"))
    database.close()
    return furnish(folder / "house", migrated)


def _everybody(visit: Visit) -> dict[str, dict[str, str]]:
    """Each person's cookies by name."""
    cookies = {who: dict([pair]) for who, pair in visit.house.cookies.items()}
    cookies["answered"] = cookies.pop("stranger")
    app: Flask = visit.app
    made = {acting: families.draft_of(app, acting, f"{acting}@example.com") for acting in OTHERS}
    made["child"].read_and_sign("김하늘")  # the first parent; the other is invited
    cookies |= {acting: _held(visitor) for acting, visitor in made.items()}
    cookies["invited"] = _held(families.joined(app, families.FATHER))
    cookies["new"] = _held(Visitor(app).begin("new@example.com"))
    asked = Visitor(app)
    asked.have_answered()
    asked.ask_code("asked@example.com")
    cookies["asked"] = _held(asked)
    return cookies


def _a_file(visit: Visit, cookies: dict[str, str]) -> str:
    """The id of a picture that this person has added."""
    runtime: Runtime = visit.app.extensions["portal"]
    with runtime.database.reading() as session:
        found = sessions.find(session, cookies["claim"])
    assert found
    return str(evidence.add(runtime, found.claim_id, a_picture(), "smishing", NOW).file_id)


def _asked_of(visit: Visit) -> None:
    """Counsel in New York has asked the one who signed for something."""
    runtime: Runtime = visit.app.extensions["portal"]
    with runtime.database.transaction() as session:
        claim = session.scalars(
            sa.select(Claim).where(Claim.number == visit.house.held["claim_number"])
        ).one()
        engagement = claim.engagement("us")
        assert engagement
        by = Staff(new_id(), "", frozenset({"us"}), "en", new_id(), NOW)
        review.ask(session, runtime, engagement, QUESTION, (NOW + timedelta(days=14)).date(), by=by, now=NOW)


def _held(visitor: Visitor) -> dict[str, str]:
    found = ((name, visitor.client.get_cookie(name)) for name in ("visit", "claim"))
    return {name: cookie.value for name, cookie in found if cookie}


def write_sheets(folder: Path = SCREENS) -> Iterator[Path]:
    """A contact sheet for each group, language and width."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with TemporaryDirectory() as made, show(Path(made)) as shown, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=FLAGS)
        for lang in LANGUAGES:
            for phone in (True, False):
                taken: dict[str, list[tuple[str, Image.Image]]] = {}
                for screen in shown.screens(browser, lang, phone=phone):
                    taken.setdefault(screen.group, []).append((screen.path, _picture(screen.page, phone)))
                for group, pictures in taken.items():
                    path = folder / f"{group}-{lang}-{'phone' if phone else 'desktop'}.png"
                    _sheet(pictures).quantize(40, dither=Image.Dither.NONE).save(path, optimize=True)
                    yield path
        browser.close()


WIDE_PHONE, WIDE_DESK, HIGHEST = (
    260,
    520,
    4,
)  # widths on the sheet; how many times its width a picture may be high


def _picture(page: Page, phone: bool) -> Image.Image:
    """The whole page, made small; a very long one is cut."""
    page.evaluate("() => document.fonts.ready.then(() => true)")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        page.screenshot(path=path, full_page=True, animations="disabled")
        taken = Image.open(path).convert("RGB")
    wide = WIDE_PHONE if phone else WIDE_DESK
    high = min(round(taken.height * wide / taken.width), wide * (HIGHEST if phone else 2))
    whole = taken.resize((wide, round(taken.height * wide / taken.width)), Image.Resampling.LANCZOS)
    return whole.crop((0, 0, wide, high))


def _sheet(pictures: list[tuple[str, Image.Image]]) -> Image.Image:
    """Pictures side by side in rows, each under its address."""
    wide = pictures[0][1].width
    across = max(1, 1600 // (wide + 20))
    rows = [pictures[start : start + across] for start in range(0, len(pictures), across)]
    heights = [max(picture.height for _path, picture in row) + 44 for row in rows]
    sheet = Image.new("RGB", (min(across, len(pictures)) * (wide + 20) + 20, sum(heights) + 20), "#e9e6df")
    drawn, face, y = ImageDraw.Draw(sheet), ImageFont.load_default(13), 20
    for row, height in zip(rows, heights, strict=True):
        for place, (path, picture) in enumerate(row):
            x = 20 + place * (wide + 20)
            drawn.text((x, y), path, fill="#1d2733", font=face)
            sheet.paste(picture, (x, y + 20))
        y += height
    return sheet
