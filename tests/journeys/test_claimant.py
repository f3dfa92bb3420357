"""The whole line: from the first page to a volume in counsel's hands, in Korean on a phone and in English at a desk."""

from __future__ import annotations

import email
import email.policy
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from tests.browser.fixtures import OpenPage
from tests.browser.server import LiveServer, serving
from tests.conftest import ROOT
from tests.journeys.office import Office
from tests.journeys.papers import papers
from tests.journeys.people import HALVORSEN, NOH, Person
from tests.journeys.traces import find_traces
from tests.journeys.walk import Walk
from tests.messages.mailhouse import Mailhouse, open_mailhouse
from tests.needs import program

A4, LETTER = (595, 842), (612, 792)  # points


@pytest.fixture(scope="module")
def mailhouse() -> Iterator[Mailhouse]:
    """Where this installation's e-mails arrive; the demo's console would show them whole."""
    with open_mailhouse() as house:
        yield house


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, mailhouse: Mailhouse) -> Iterator[LiveServer]:
    """A portal that sends its messages by SMTP, and at night as well: the tests run at any hour."""
    folder = tmp_path_factory.mktemp("line") / "var"
    awake = {"PORTAL_QUIET_FROM": "0", "PORTAL_QUIET_UNTIL": "0"}
    with serving(folder, PORTAL_MAIL_URL=f"smtp://127.0.0.1:{mailhouse.port}", **awake) as running:
        yield running


def test_in_korean_on_a_phone(
    server: LiveServer, mailhouse: Mailhouse, open_page: OpenPage, tmp_path: Path
) -> None:
    walk = Walk(open_page("ko", phone=True), server, NOH, "ko-phone")
    walk.begin()
    walk.add_files(papers(tmp_path))
    walk.look("evidence")
    walk.press()
    walk.read_and_sign("kr")
    walk.look("received")
    number = walk.number()
    korean, american = walk.packets(tmp_path / "packets")
    insist_on_packet(server, korean, number, "노담비", A4)
    insist_on_packet(server, american, number, "NOH DAMBI", LETTER)
    office = Office(open_page("ko"), server, "seoul@staff.example", "staff-ko")
    second = Office(open_page("ko"), server, "counsel@staff.example")
    insist_on_the_desk(office, second, NOH, number, korean, tmp_path)
    insist_on_messages(mailhouse, NOH, number)
    assert find_traces(server.settings.data_dir, (NOH,)) == []


def test_in_english_at_a_desk(
    server: LiveServer, mailhouse: Mailhouse, open_page: OpenPage, tmp_path: Path
) -> None:
    walk = Walk(open_page("en"), server, HALVORSEN, "en-desk")
    walk.begin()
    walk.add_files(papers(tmp_path))
    walk.look("evidence")
    walk.press()
    walk.read_and_sign("us")
    walk.look("received")
    number = walk.number()
    korean, american = walk.packets(tmp_path / "packets")
    insist_on_packet(server, korean, number, "WILHELMINA HALVORSEN", A4)
    insist_on_packet(server, american, number, "31.05", LETTER)
    office = Office(open_page("en"), server, "newyork@staff.example", "staff-en")
    second = Office(open_page("ko"), server, "counsel@staff.example")
    insist_on_the_desk(office, second, HALVORSEN, number, american, tmp_path)
    insist_on_messages(mailhouse, HALVORSEN, number)
    assert find_traces(server.settings.data_dir, (HALVORSEN,)) == []


def insist_on_packet(
    server: LiveServer, packet: Path, number: str, shows: str, size: tuple[int, int]
) -> None:
    """A sealed packet of the right size that three strangers accept, and that no longer holds once it is touched."""
    document = pypdfium2.PdfDocument(packet)
    assert tuple(round(side) for side in document[0].get_size()) == size
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    assert number in text
    assert shows in text
    document.close()
    said = ran(program("pdfsig"), "-nocert", str(packet))
    assert "Signature is Valid" in said, said
    assert "Total document signed" in said, said
    assert "No syntax or stream encoding errors found" in ran(program("qpdf"), "--check", str(packet))
    genuine = portal(server, "packet", "verify", "--json", str(packet))
    assert genuine.returncode == 0, genuine.stderr
    assert json.loads(genuine.stdout)["genuine"] is True
    touched = packet.with_name("touched.pdf")
    content = bytearray(packet.read_bytes())
    content[len(content) // 2] ^= 1
    touched.write_bytes(content)
    assert portal(server, "packet", "verify", str(touched)).returncode == 1


def insist_on_the_desk(
    office: Office, second: Office, person: Person, number: str, packet: Path, folder: Path
) -> None:
    """Staff find the claim masked, unmask and accept it, freeze it, have a second person approve, and export it.

    The volume proves itself offline. Claims of shareholders need a second person for the decision too.
    """
    office.sign_in()
    office.look("queue")
    row = office.row(number).inner_text()
    assert all(word in row for word in person.masked), row
    assert not any(word in row for word in person.planted), row
    office.open(number)
    assert person.email not in office.page.locator("main").inner_text()
    office.unmask()
    assert person.email in office.page.locator("main").inner_text()
    office.accept()
    counsel = folder / "counsel"
    counsel.mkdir()
    assert office.packet(counsel).read_bytes() == packet.read_bytes()
    second.sign_in()
    if "us-securities" in person.tracks:
        second.confirm(office.page.url)
    batch = office.freeze()
    second.approve(batch)
    volume = office.export(batch, counsel)
    key = counsel / "manifest.pem"
    with urllib.request.urlopen(f"{office.server.url}/keys/manifest.pem") as answer:
        key.write_bytes(answer.read())
    verified = portal(None, "batch", "verify", str(volume), "--key", str(key), cwd=counsel)
    assert verified.returncode == 0, verified.stderr
    content = bytearray(volume.read_bytes())
    content[len(content) // 2] ^= 1
    volume.write_bytes(content)
    assert portal(None, "batch", "verify", str(volume), "--key", str(key), cwd=counsel).returncode != 0


def insist_on_messages(mailhouse: Mailhouse, person: Person, number: str) -> None:
    """The claimant was told of receipt, packets and acceptance, with the own phrase, and never sent a link."""
    parsed = [email.message_from_bytes(one, policy=email.policy.default) for one in mailhouse.arrived]
    mine = [one for one in parsed if person.email in str(one["To"])]
    bodies = [one.get_body().get_content() for one in mine]  # type: ignore[union-attr]
    assert not any("http" in body or "www." in body for body in bodies)
    told = [body for body in bodies if person.details["phrase"]["phrase"] in body]
    assert len(told) >= 3, [one["Subject"] for one in mine]
    assert all(number in body for body in told)


def portal(server: LiveServer | None, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The command, as an operator (with the installation's folder) or as a stranger (without) runs it."""
    own = {"PORTAL_DATA_DIR": str(server.settings.data_dir)} if server else {}
    return subprocess.run(
        [sys.executable, "-m", "portal", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **own},
        capture_output=True,
        text=True,
    )


def ran(*command: str) -> str:
    """What a program said; it must succeed."""
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
