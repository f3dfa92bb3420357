"""Staff of one office in a browser: signing in, deciding, freezing, exporting."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

from tests.browser.look import see
from tests.browser.server import LiveServer
from tests.journeys.walk import PATIENCE

REASON = "Service of the complaint, file 2026-11"


class Office:
    """``email`` is a demo account's. With a ``name`` each page is looked at and kept as a picture."""

    def __init__(self, page: Page, server: LiveServer, email: str, name: str = "") -> None:
        self.page, self.server, self.email, self.name = page, server, email, name
        self.seen = 0

    def look(self, what: str) -> None:
        """Look at the page as people do, if this office is one to look at."""
        if self.name:
            self.seen += 1
            see(self.page, f"{self.name}-{self.seen:02}-{what}")

    def go(self, path: str) -> None:
        """Type an address below /staff."""
        answer = self.page.goto(f"{self.server.url}/staff{path}")
        assert answer, path
        assert answer.ok, f"{path} answers {answer.status}"

    def press(self, what: Locator) -> None:
        """Press what leads to another page."""
        with self.page.expect_navigation():
            what.click()

    def sign_in(self) -> None:
        """Password, then the code that this person's phone would show now."""
        self.go("/demo")
        self.look("demo")
        row = self.page.get_by_role("row", name=self.email)
        password, code = row.locator("code").all_inner_texts()
        self.press(self.page.locator("main a.button"))
        self.look("sign-in")
        self.page.locator("[name=email]").fill(self.email)
        self.page.locator("[name=password]").fill(password)
        self.press(self.page.locator("main form button"))
        self.look("second-factor")
        self.page.locator("[name=code]").fill(code)
        self.press(self.page.locator("main form button"))
        assert self.page.url.endswith("/staff/queue"), self.page.url

    def row(self, number: str) -> Locator:
        """The queue's row of a claim."""
        return self.page.locator("tr[data-row]", has_text=number)

    def open(self, number: str) -> None:
        """Open a claim from the queue."""
        self.press(self.row(number).get_by_role("link"))
        self.look("claim")

    def unmask(self) -> None:
        """Show every particular of the open claim; the press is in the record."""
        self.press(self.page.locator("button[name=field][value=all]"))
        self.look("unmasked")

    def confirm(self, claim: str) -> None:
        """Look at a claim that somebody else decided, by its address, and confirm the decision."""
        self.page.goto(claim)
        self.press(self.page.locator("form[action$='/confirm'] button"))

    def approve(self, number: str) -> None:
        """Approve a batch that somebody else froze."""
        self.go(f"/batches/{number}")
        self.press(self.page.locator("#approval form button"))
        expect(self.page.locator("#approval")).to_have_count(0)

    def accept(self) -> None:
        """Take the open claim on."""
        self.press(self.page.locator("form[action$='/accept'] button"))
        expect(self.page.locator("form[action$='/accept']")).to_have_count(0)
        self.look("accepted")

    def packet(self, folder: Path) -> Path:
        """Download the open claim's packet, giving a reason."""
        form = self.page.locator("form[action*='/packets/']")
        self.page.locator("details", has=form).locator("summary").click()
        form.locator("[name=reason]").fill(REASON)
        with self.page.expect_download() as coming:
            form.locator("button").click()
        return _kept(coming.value, folder)

    def freeze(self) -> str:
        """Freeze every claim that is ready; the batch's number."""
        self.go("/batches/new")
        self.look("select")
        self.press(self.page.locator("main a.button.action"))
        self.look("freeze")
        self.press(self.page.locator("main .card form button"))
        return self.page.url.rsplit("/", 1)[1]

    def export(self, number: str, folder: Path) -> Path:
        """Have a volume of an approved batch written, wait for it, and download it for a reason."""
        self.go(f"/batches/{number}")
        form = self.page.locator("#export form")
        form.locator("[name=purpose]").fill("Seoul Central District Court, complaint")
        self.press(form.locator("button"))
        ready = self.page.locator("#volumes form[action*='/volumes/'] [name=reason]")
        expect(ready).to_be_visible(timeout=PATIENCE)
        self.look("batch")
        ready.fill(REASON)
        with self.page.expect_download() as coming:
            self.page.locator("#volumes form[action*='/volumes/'] button").click()
        return _kept(coming.value, folder)


def _kept(download: Download, folder: Path) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path
