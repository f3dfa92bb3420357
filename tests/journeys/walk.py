"""A claimant in a browser: one method for each stretch of the way, as a person would walk it."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.browser.look import see
from tests.browser.server import LiveServer
from tests.journeys import signing
from tests.journeys.people import Fields, Person

CODE = re.compile(r"\b\d{6}\b")
PATIENCE = 60_000  # milliseconds, for what background work or a busy machine may take


class Walk:
    """``page`` belongs to one visitor. With a ``name``, each page that is passed is looked at and kept as a picture."""

    def __init__(
        self, page: Page, server: LiveServer, person: Person, name: str = "", scripts: bool = True
    ) -> None:
        self.page, self.server, self.person = page, server, person
        self.name, self.scripts = name, scripts
        self.seen = 0

    # -- moving about

    def go(self, path: str) -> None:
        """Type an address of this reader's language."""
        answer = self.page.goto(f"{self.server.url}/{self.person.lang}{path}")
        assert answer, path
        assert answer.ok, f"{path} answers {answer.status}"

    def look(self, what: str) -> None:
        """Look at the page as people do, if this walk is one to look at."""
        if self.name:
            self.seen += 1
            see(self.page, f"{self.name}-{self.seen:02}-{what.replace('/', '-')}")

    def at(self, path: str) -> bool:
        """Whether the page stands at an address of this reader's language."""
        return urlsplit(self.page.url).path == f"/{self.person.lang}{path}"

    def arrive(self, path: str) -> None:
        """Insist on standing there, and say what the page complains of if not."""
        complaint = self.page.locator("main [role=alert]").all_inner_texts()
        assert self.at(path), f"at {self.page.url}, not {path}; the page says {complaint}"

    def press(self, what: Locator | None = None) -> None:
        """Press a button or link that leads to another page; by default the page's main one."""
        main = self.page.locator("main .button.block:visible").last
        with self.page.expect_navigation():
            (what or main).click()

    def fill(self, fields: Fields) -> None:
        """Type or choose each field by its name."""
        for name, value in fields.items():
            field = self.page.locator(f'main [name="{name}"]')
            kind = field.first.evaluate("one => one.type")
            if kind in ("radio", "checkbox"):
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            elif kind == "select-one":
                field.select_option(value)
            else:
                field.fill(value)

    # -- before there is a claim

    def answer_all(self) -> None:
        """From the matter's page through every question to the result."""
        self.go("/")
        self.look("matter")
        self.press(self.page.locator("main a.button.action").first)
        while not self.at("/check/result"):
            question = urlsplit(self.page.url).path.rsplit("/", 1)[1]
            self.look(f"question-{question}")
            self.fill({"answer": self.person.answers[question]})
            self.press()

    def choose(self) -> None:
        """Read the result and choose the tracks."""
        self.look("result")
        for track in self.person.tracks:
            self.page.locator(f'input[name="tracks"][value="{track}"]').check()
        self.press()
        self.arrive("/claim/start")

    def prove(self) -> None:
        """Prove the e-mail address with the code that comes."""
        self.look("start")
        self.fill({"email": self.person.email})
        self.press()
        self.arrive("/claim/code")
        self.look("code")
        self.fill({"code": self.code()})
        self.press()

    def code(self, nth: int = 0) -> str:
        """The newest code sent to this person (``nth=1``: the one before it), read in the demo's outbox."""
        outbox = self.page.context.new_page()
        outbox.goto(f"{self.server.url}/demo/outbox")
        mine = outbox.locator("main .card", has_text=self.person.email).nth(nth)
        found = CODE.search(mine.locator("h2").inner_text())
        outbox.close()
        assert found, "no message with a code has come"
        return found[0]

    # -- the claim

    def details(self, *, until: str = "") -> None:
        """Each step of the details as it comes; stops before ``until``."""
        while not self.at("/claim/evidence"):
            step = self.step
            if step == until:
                return
            self.look(step)
            self.detail(step)
        self.arrive("/claim/evidence")

    @property
    def step(self) -> str:
        """The step whose page this is; the diary and the questions about other suits have pages of their own."""
        path = urlsplit(self.page.url).path.removeprefix(f"/{self.person.lang}/claim/")
        return path.removeprefix("details/")

    def detail(self, step: str) -> None:
        """One step, filled and saved."""
        if step == "diary":
            self.diary()
            return
        if step.startswith("joinder"):
            self.joinder(step)
            return
        if step == "account":
            self.page.locator('input[name="exposed"]').first.check()
        if step == "securities":
            self.press(self.page.locator('button[name="add"]'))
        self.fill(self.person.details[step])
        self.press()

    def diary(self) -> None:
        """An entry first; then, before what happened is told in words, to where that is done; afterwards on."""
        if not self.page.locator("main .diary > li").count():
            self.entry()
        words = self.page.locator('main a[href*="/claim/details/harm"]')
        written = self.person.details["harm"]["harm"].splitlines()[0]
        self.press(None if self.page.get_by_text(written).count() else words)

    def entry(self) -> None:
        """Money lost, written down page by page, without a file."""
        self.press(self.page.locator('main a[href$="/claim/diary/add"]'))
        self.look("diary-kind")
        self.press(self.page.locator('main a[href*="kind=money"]'))
        self.look("diary-day")
        self.fill({"on-year": "2025", "on-month": "12", "on-day": "5"})
        self.press()
        self.look("diary-what")
        self.fill({"money": "1,234", "currency": "USD"})
        self.press()
        self.look("diary-files")
        self.press()
        self.look("diary-entries")

    def joinder(self, step: str) -> None:
        """One question about other suits, or the map at their end."""
        _joinder, _slash, question = step.partition("/")
        if question:
            self.fill({"answer": self.person.details["joinder"][question]})
        self.press()

    def begin(self, *, until: str = "") -> None:
        """Everything up to an open claim with all details given, or those before the step ``until``."""
        self.answer_all()
        self.choose()
        self.prove()
        self.arrive("/claim")
        self.look("tasks")
        self.press()
        self.details(until=until)

    def add_files(self, files: list[Path]) -> None:
        """Put files through the file chooser and wait until each stands in the list."""
        before = self.page.locator("#kept > li").count()
        self.page.locator("#files").set_input_files(files)
        add = self.page.locator("[data-upload-send]")
        if self.scripts:
            add.click()  # what was chosen is looked through first
        else:
            self.press(add)
        expect(self.page.locator("#kept > li")).to_have_count(before + len(files), timeout=PATIENCE)

    def read_all(self, refuse: tuple[str, ...] = ()) -> list[str]:
        """Open and confirm every document in turn; the names of all that were read."""
        read = []
        self.press()
        while "/claim/read/" in self.page.url:
            document = urlsplit(self.page.url).path.rsplit("/", 1)[1]
            self.look(f"read-{document}")
            if self.page.locator('input[name="given"]').count():
                assert not self.page.locator('input[name="given"]:checked').count(), (
                    "a consent ticked beforehand"
                )
                self.fill({"given": "no" if document in refuse else "yes"})
            self.press()
            read.append(document)
        self.arrive("/claim/sign")
        return read

    def read_and_sign(self, drawn: str, refuse: tuple[str, ...] = ()) -> None:
        """From the look through to the hand-in; one jurisdiction's signature is drawn, the others are typed."""
        self.arrive("/claim/review")
        self.look("review")
        self.press()
        self.look("documents")
        self.read_all(refuse)
        self.fill({"place": self.person.place})
        for jurisdiction in ("kr", "us"):
            if jurisdiction == drawn:
                self.draw(jurisdiction)
            else:
                self.type_signature(jurisdiction)
        self.look("sign")
        self.press()
        self.arrive("/claim")

    def number(self) -> str:
        """The claim's number, as its page shows it."""
        return self.page.locator(".claim-number").inner_text()

    def packets(self, folder: Path, count: int = 2) -> list[Path]:
        """Load the claim's page until its packets are there, then download each."""
        folder.mkdir()
        links = self.page.locator("li[data-kind=engagement] a[download]")
        for _look_again in range(PATIENCE // 500):
            if links.count() == count:
                break
            with suppress(AssertionError):  # not yet: people load the page again
                expect(links).to_have_count(count, timeout=500)
            self.page.reload()
        expect(links).to_have_count(count)
        self.look("packets")
        return [self._download(link, folder) for link in links.all()]

    def _download(self, link: Locator, folder: Path) -> Path:
        with self.page.expect_download() as coming:
            link.click()
        path = folder / coming.value.suggested_filename
        coming.value.save_as(path)
        return path

    def draw(self, jurisdiction: str) -> None:
        """Write something with loops, with a mouse or a finger."""
        signing.draw(self.page, jurisdiction)

    def type_signature(self, jurisdiction: str) -> None:
        """Type the name where a signature is asked for."""
        signing.type_name(self.page, jurisdiction, self.person.signature)
