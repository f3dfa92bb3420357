"""The public page of verification through the real application: every answer, every bad file, and nothing personal."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography import x509
from werkzeug.test import TestResponse

from portal import create_app
from portal.audit import SYSTEM
from portal.claims import service as claims
from portal.claims.states import ClaimState
from portal.evidence.harmless import Bounds
from portal.packets import (
    countersigning,
    editions,
    making,
    public,
    samples,
    service,
    verify_box,
    withdrawal,
)
from portal.packets.certificates import Trust, trust_of
from portal.packets.codes import new_code
from portal.packets.counsel import opened, place_of
from portal.packets.models import EditionKind, Packet, PaperPrint
from portal.packets.verify import Finding
from portal.runtime import Runtime
from portal.settings import Settings
from tests.batches.claims import a_packet
from tests.conftest import NOW, ROOT, Clock
from tests.evidence import hostile
from tests.packets.claims import a_signed_claim, packets_of
from tests.visitor import Visitor, on_the_tests_clock, stored_bytes
from tests.web.conftest import log_of_now

PERSONAL = (
    "김민준",
    "金民俊",
    "KIM MINJUN",
    "minjun.kim",
    "테헤란로",
    "역삼동",
    "1012345678",
    "1988",
    "택배",
    "203.0.113",
)


class Site:
    """The application with the first matter, and those who hold packets."""

    def __init__(self, settings: Settings) -> None:
        self.app = on_the_tests_clock(create_app(settings), Clock())
        self.app.testing = True
        self.runtime: Runtime = self.app.extensions["portal"]
        self.visitor = Visitor(self.app, "en")

    def sealed(self) -> tuple[Packet, bytes]:
        """A packet just sealed, with its file."""
        claim = a_signed_claim(self.runtime, tracks=("kr-consumer",))
        (packet,) = packets_of(self.runtime, claim)
        making.make(self.runtime, packet.id)
        return self.packet(packet), self.file_of(packet)

    def packet(self, packet: Packet) -> Packet:
        with self.runtime.database.reading() as session:
            return session.get_one(Packet, packet.id)

    def number_of(self, packet: Packet) -> str:
        with self.runtime.database.reading() as session:
            return session.get_one(Packet, packet.id).engagement.claim.number

    def file_of(self, packet: Packet) -> bytes:
        with self.runtime.database.reading() as session:
            return service.open_packet(session, self.runtime, session.get_one(Packet, packet.id))

    def ask(self, code: str, lang: str = "en") -> TestResponse:
        """Type a code."""
        return self.visitor.post(f"/{lang}/verify/code", {"code": code})

    def send(self, content: bytes, name: str = "packet.pdf", lang: str = "en") -> TestResponse:
        """Choose a file."""
        return self.visitor.post(f"/{lang}/verify/file", {"packet": (io.BytesIO(content), name)})


@pytest.fixture(scope="module")
def site(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site") / "var"
    folder.mkdir()
    shutil.copyfile(migrated_file, folder / "portal.sqlite3")
    settings = Settings(env="test", data_dir=folder, matters_dir=ROOT / "matters", rate_limits=False)
    opened = Site(settings)
    yield opened
    opened.runtime.close()


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are judged in this process, as the box would: a box of its own takes two seconds each time."""

    def judged(_module: str, limits: bytes, content: bytes, _seconds: float) -> tuple[dict[str, Any], bytes]:
        assert limits
        return verify_box._work(content, Bounds())

    monkeypatch.setattr("portal.evidence.box.work_in_box", judged)


@pytest.fixture(scope="module")
def held(site: Site) -> tuple[Packet, bytes]:
    """A packet that stays as it is."""
    return site.sealed()


def headline(answer: TestResponse) -> str:
    found = re.search(r"<h1>(.*?)</h1>", answer.text)
    assert found
    return unescape(found[1])


def words(answer: TestResponse) -> str:
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


# -- what is genuine


def test_a_file_is_genuine_and_current_in_both_languages(site: Site, held: tuple[Packet, bytes]):
    packet, data = held
    english, korean = site.send(data), site.send(data, lang="ko")
    assert headline(english) == "This packet is genuine and current."
    assert headline(korean) == "이 위임 서류는 진본이며 현재 유효합니다."
    assert "이 위임 서류는 진본이며 현재 유효합니다." in english.text, "the other language stands beside it"
    assert packet.code in english.text
    assert "법무법인 대륜" in korean.text
    assert re.sub(r"\s", "", words(english)).count(packet.sha256 or "-") == 1


def test_a_code_answers_however_it_is_typed(site: Site, held: tuple[Packet, bytes]):
    packet, _data = held
    for typed in (
        packet.code,
        packet.code.lower(),
        packet.code.replace("-", ""),
        f"  {packet.code.replace('-', ' ')} ",
    ):
        assert headline(site.ask(typed)) == "The packet with this code is current."
    assert "No file was seen." in site.visitor.page.text
    assert re.sub(r"\s", "", words(site.visitor.page)).count(packet.sha256 or "-") == 1


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_code_shows_nothing_of_the_person(site: Site, held: tuple[Packet, bytes], lang: str):
    packet, _data = held
    page = site.ask(packet.code, lang).text
    number = site.number_of(packet)
    for planted in (*PERSONAL, number, number.replace("-", ""), str(packet.id), str(packet.engagement_id)):
        assert planted not in page, planted
    assert "no-store" in site.visitor.page.headers["Cache-Control"]


@pytest.mark.usefixtures("at_hand")
def test_a_file_is_told_what_its_seal_says_and_no_more(site: Site, held: tuple[Packet, bytes]):
    packet, data = held
    page = site.send(data).text
    assert "Demonstration Seal" in page
    assert site.number_of(packet) in page, "it is printed in the file"
    for planted in PERSONAL:
        assert planted not in page, planted


# -- what is genuine and does not stand as it did


@pytest.mark.usefixtures("at_hand")
def test_a_later_revision_supersedes_once_it_is_sealed(site: Site):
    packet, data = site.sealed()
    with site.runtime.database.transaction() as session:
        row = session.get_one(Packet, packet.id)
        following = a_packet(session, site.runtime, row.engagement, revision=2)
        following.state, following.sealed_at = "pending", None
    shown = site.send(data)
    assert headline(shown) == "This packet is genuine and current."
    assert "Revision 2 was signed since and is being made" in words(shown)
    with site.runtime.database.transaction() as session:
        row = session.get_one(Packet, following.id)
        row.state, row.sealed_at = "sealed", NOW
    shown = site.send(data)
    assert headline(shown) == "This packet is genuine, but revision 2 has replaced it."
    assert "by revision 2, on 23 November 2026" in words(shown)
    assert headline(site.ask(packet.code)) == "The packet with this code was replaced by revision 2."
    assert headline(site.ask(following.code)) == "The packet with this code is current."


@pytest.mark.usefixtures("at_hand")
def test_a_withdrawal_shows_at_once_and_its_receipt_is_genuine(site: Site):
    packet, data = site.sealed()
    assert headline(site.ask(packet.code)) == "The packet with this code is current."
    with site.runtime.database.transaction() as session:
        engagement = session.get_one(Packet, packet.id).engagement
        withdrawal.withdraw(session, site.runtime, engagement, site.runtime.clock())
    assert headline(site.ask(packet.code)) == "The packet with this code was withdrawn."
    shown = site.send(data)
    assert headline(shown) == "This packet is genuine, but it was withdrawn."
    assert "Withdrawn 23 November 2026" in words(shown)
    with site.runtime.database.reading() as session:
        receipt = session.scalars(
            sa.select(Packet).where(Packet.engagement_id == packet.engagement_id, Packet.kind == "withdrawal")
        ).one()
    making.make(site.runtime, receipt.id)
    assert headline(site.send(site.file_of(receipt))) == "This receipt of a withdrawal is genuine."
    assert headline(site.ask(receipt.code)) == "The receipt of a withdrawal has this code."


@pytest.mark.usefixtures("at_hand")
def test_an_earlier_state_of_the_file_points_to_the_one_in_force(site: Site):
    packet, data = site.sealed()
    with site.runtime.database.transaction() as session:
        row = session.get_one(Packet, packet.id)
        editions.add(session, site.runtime, row, data + b"%", EditionKind.COUNTERSIGNED, "c" * 64, NOW)
        row.countersigned_at, row.countersigner = NOW, "변호사 한서진"
    shown = site.send(data)
    assert headline(shown) == "This packet is genuine and current."
    assert "This is an earlier state of the same packet." in words(shown)
    assert "with counsel's countersignature" in words(shown)
    assert "by 변호사 한서진, Daeryun Law Firm (법무법인 대륜), on 23 November 2026" in words(shown)
    assert words(site.ask(packet.code)).count("SHA-256,") == 2


@pytest.mark.usefixtures("at_hand")
def test_a_countersigned_packet_says_by_whom_and_without_its_countersignature_that_it_is_an_earlier_state(
    site: Site,
):
    packet, first = site.sealed()
    with site.runtime.database.transaction() as session:
        engagement = session.get_one(Packet, packet.id).engagement
        claims.move(session, engagement, ClaimState.ACCEPTED, actor=SYSTEM, now=NOW)
        one = countersigning.start(session, "kr", now=NOW, deferred=False)
    with opened(site.runtime.settings, place_of(site.runtime.settings, "kr")) as key:
        countersigning.run(site.runtime, one.id, key)
    whole = site.file_of(packet)
    assert whole.startswith(first)
    assert len(whole) > len(first)
    shown = words(site.send(whole))
    assert "This packet is genuine and current." in shown
    assert "Countersigned by Demonstration Counsel (KR)" in shown
    assert "earlier state" not in shown
    removed = words(site.send(first))
    assert "This is an earlier state of the same packet." in removed
    assert "with counsel's countersignature" in removed
    assert "Demonstration Counsel (KR)" in words(site.ask(packet.code))
    assert "Of counsel's countersignatures" in words(site.visitor.get("/en/verify"))
    assert b"BEGIN CERTIFICATE" in site.visitor.get("/en/verify/counsel-certificates.pem").data


@pytest.mark.usefixtures("at_hand")
def test_an_erased_claim_is_genuine_and_no_longer_kept(site: Site):
    packet, data = site.sealed()
    with site.runtime.database.transaction() as session:
        claim = session.get_one(Packet, packet.id).engagement.claim
        claims.erase(session, site.runtime.vault, claim, actor=claims.claimant_of(claim), now=NOW)
    assert headline(site.send(data)) == "This packet is genuine, but the firm no longer keeps this claim."
    assert "the firm no longer keeps its claim" in headline(site.ask(packet.code))


@pytest.mark.usefixtures("at_hand")
def test_what_is_sealed_by_us_but_not_on_record_is_said_to_be_so(site: Site):
    (packet,) = packets_of(site.runtime, a_signed_claim(site.runtime, tracks=("kr-consumer",)))
    data = making.build(site.runtime, packet.id).data
    assert headline(site.ask(packet.code)) == "The packet with this code is not sealed yet."
    assert headline(site.send(data)) == "The seal is ours, but the file is not on record."


def test_codes_that_no_packet_bears(site: Site):
    assert headline(site.ask(new_code())) == "No packet has this code."
    wrong = site.ask("7K3M-9QXA-51TT")
    assert wrong.status_code == 422
    assert "A character is wrong or missing" in wrong.text
    assert 'value="7K3M-9QXA-51TT"' in wrong.text
    assert "Type the code." in site.ask("").text
    for odd in (
        "<script>alert(1)</script>",
        "'; drop table packets; --",
        "\x00" * 12,
        "확인번호" * 500,
        "1" * 1_000_000,
    ):
        answer = site.ask(odd)
        assert answer.status_code == 422
        assert "<script>alert" not in answer.text


def test_the_code_of_a_printed_form_is_told_from_a_packets(site: Site, held: tuple[Packet, bytes]):
    packet, _data = held
    with site.runtime.database.transaction() as session:
        row = session.get_one(Packet, packet.id)
        printed = PaperPrint(
            id=row.id, engagement_id=row.engagement_id, matter_version_id=row.matter_version_id, code=new_code(),
            state="printed", plan=[], readings=b"", blob="b" * 64, sha256="a" * 64, created_at=NOW,
        )  # fmt: skip
        session.add(printed)
    assert headline(site.ask(printed.code)) == "This is the code of a printed form, not of a packet."


# -- what is not genuine


@pytest.mark.usefixtures("at_hand")
def test_a_changed_file_and_one_with_more_at_its_end_are_changed(site: Site, held: tuple[Packet, bytes]):
    _packet, data = held
    changed = bytearray(data)
    changed[len(data) // 3] ^= 4
    for wrong in (bytes(changed), data + b"\n", data[:-2]):
        assert headline(site.send(wrong)) == "This file was changed after it was sealed."


def a_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("packet.pdf", b"%PDF-1.7")
    return target.getvalue()


NOT_OURS = (
    "This file is not a packet of ours.",
    "This file cannot be read.",
    "This file was changed after it was sealed.",
)


@pytest.mark.parametrize(
    "content",
    [
        b"not a PDF at all",
        a_zip(),
        samples.sample_pdf(),
        hostile.a_locked_pdf(),
        hostile.a_stream_bomb(),
        hostile.an_object_stream_bomb(),
        hostile.an_xref_loop(),
        hostile.a_deep_pdf(),
        hostile.a_page_flood(20_000),
        hostile.a_polyglot(),
        b"%PDF-1.7\n" + b"/ByteRange[0 1 2 3]" * 900_000,
        b"%PDF-1.7\n" + b"/ByteRange [0 " + b"9" * 2_000_000,
    ],
    ids=lambda content: f"{len(content)} bytes",
)
def test_foreign_and_hostile_files_are_answered_calmly(site: Site, content: bytes, monkeypatch):
    monkeypatch.setattr(verify_box, "CPU_SECONDS", 3)  # the limit itself works alike, and sooner
    answer = site.send(content)
    assert answer.status_code == 200
    assert headline(answer) in NOT_OURS


def test_what_is_appended_to_a_packet_cannot_hang_the_page(
    site: Site, held: tuple[Packet, bytes], monkeypatch
):
    monkeypatch.setattr(verify_box, "CPU_SECONDS", 3)
    bomb = held[1] + hostile.an_object_stream_bomb()
    assert headline(site.send(bomb)) in NOT_OURS


def test_nothing_and_too_much_are_said_beside_the_field(site: Site):
    assert "Choose a file." in site.visitor.post("/en/verify/file").text
    empty = site.send(b"")
    assert (empty.status_code, "This file is empty." in empty.text) == (422, True)
    large = site.send(b"%PDF-" + b"0" * 25_000_000)
    assert large.status_code == 413
    assert "The file is larger than 20 MB." in large.text
    assert 'name="code"' in large.text, "the other way stands on the same page"


def test_a_file_in_the_largest_size_is_judged(site: Site, held: tuple[Packet, bytes]):
    filled = held[1] + b"\n" * (20_000_000 - len(held[1]))
    assert headline(site.send(filled)) == "This file was changed after it was sealed."


def test_the_box_dies_at_its_limits_and_says_unreadable(held: tuple[Packet, bytes], site: Site, monkeypatch):
    trust = trust_of(site.runtime.settings)
    with monkeypatch.context() as hasty:
        hasty.setattr(verify_box, "WALL_SECONDS", 0.05)
        assert verify_box.verify_in_box(held[1], trust).finding is Finding.UNREADABLE
    monkeypatch.setattr(verify_box, "MEMORY", 1_000_000)
    assert verify_box.verify_in_box(held[1], trust).finding is Finding.UNREADABLE


def test_a_box_that_was_taken_over_cannot_make_a_file_current(site: Site, monkeypatch):
    forged = samples.sample_pdf()

    def taken_over(*_arguments: object) -> tuple[dict[str, object], bytes]:
        return {"finding": "genuine", "sha256": "f" * 64, "reason": "", "signer": "Demonstration Seal"}, b""

    monkeypatch.setattr("portal.evidence.box.work_in_box", taken_over)
    assert headline(site.send(forged)) == "The seal is ours, but the file is not on record."


@pytest.mark.usefixtures("at_hand")
def test_without_a_certificate_no_seal_is_ours_but_the_record_knows_its_own(
    site: Site, held: tuple[Packet, bytes], monkeypatch
):
    assert verify_box.verify_in_box(held[1], Trust(())).finding is Finding.NOT_OURS
    monkeypatch.setattr("portal.packets.certificates.trust_of", lambda _settings: Trust(()))
    assert headline(site.send(held[1])) == "This packet is genuine and current."
    assert headline(site.send(held[1] + b"%")) == "This file is not a packet of ours."


# -- what is kept, logged and limited


def test_a_file_is_kept_nowhere_and_named_in_no_log(site: Site, held: tuple[Packet, bytes], monkeypatch):
    planted = "홍길동-위임장-비밀"
    before = stored_bytes(site.runtime)

    def refused(*_arguments: object, **_names: object) -> None:
        raise AssertionError("an uploaded part was written to disk")

    monkeypatch.setattr("werkzeug.wrappers.request.default_stream_factory", refused)
    written = log_of_now()
    site.send(held[1], f"{planted}.pdf")
    site.send(f"%PDF-1.7 {planted}".encode(), f"{planted}.pdf")
    site.ask(held[0].code)
    site.ask(planted)
    log = written.getvalue()
    assert "packet.verified" in log
    for secret in (planted, held[0].code, held[0].sha256, site.number_of(held[0])):
        assert str(secret) not in log
    after = stored_bytes(site.runtime)
    assert planted.encode() not in after
    assert len(after) == len(before)


def test_more_files_than_the_machine_bears_are_asked_to_wait(
    site: Site, held: tuple[Packet, bytes], monkeypatch
):
    monkeypatch.setattr(public, "PATIENCE", 0.01)
    taken = [public._turns.acquire() for _ in range(public.AT_ONCE)]
    try:
        busy = site.send(held[1])
    finally:
        for _ in taken:
            public._turns.release()
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "60")
    assert "try again in a minute" in busy.text
    assert headline(site.send(held[1])) == "This packet is genuine and current."


@pytest.mark.usefixtures("at_hand")
def test_an_address_that_asks_too_often_is_told_so_on_the_page_itself(site: Site, held: tuple[Packet, bytes]):
    limited = site.runtime.settings.model_copy(update={"rate_limits": True})
    app = create_app(limited)
    app.testing = True
    visitor = Visitor(app, "en")
    try:
        answers = [visitor.post("/verify/code", {"code": held[0].code}).status_code for _ in range(121)]
        assert (set(answers[:120]), answers[120]) == ({200}, 429)
        refused = visitor.page
        assert "Many checks came in a short time." in refused.text
        assert refused.headers["Retry-After"]
        assert "pdfsig" in refused.text, "the way without this page is shown"
        assert visitor.get("/verify").status_code == 200
    finally:
        app.extensions["portal"].close()


@pytest.mark.usefixtures("at_hand")
def test_files_are_limited_for_each_address_and_in_all(site: Site, monkeypatch):
    limited = site.runtime.settings.model_copy(update={"rate_limits": True})
    app = create_app(limited)
    app.testing = True
    visitor = Visitor(app, "en")
    judged = []
    monkeypatch.setattr(public, "_verified", lambda content: judged.append(content) or verdict_of_nothing())
    try:
        codes = [
            visitor.post("/verify/file", {"packet": (io.BytesIO(b"x"), "x.pdf")}).status_code
            for _ in range(31)
        ]
    finally:
        app.extensions["portal"].close()
    assert (codes.count(200), codes[-1]) == (30, 429)
    assert len(judged) == 30


def verdict_of_nothing() -> object:
    from portal.packets.verify import Verdict

    return Verdict(Finding.UNREADABLE, "0" * 64, "")


# -- the page itself


def test_the_published_certificates_are_those_that_verify_without_us(
    site: Site, held: tuple[Packet, bytes], tmp_path
):
    page = site.visitor.get("/en/verify").text
    pem = site.visitor.get("/en/verify/seal-certificates.pem")
    assert pem.mimetype == "application/x-pem-file"
    (certificate,) = x509.load_pem_x509_certificates(pem.data)
    (tmp_path / "certificates.pem").write_bytes(pem.data)
    shown = subprocess.run(
        ["openssl", "x509", "-in", tmp_path / "certificates.pem", "-noout", "-fingerprint", "-sha256"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    fingerprint = shown.strip().partition("=")[2].replace(":", "").lower()
    assert fingerprint in re.sub(r"\s", "", words(site.visitor.get("/en/verify")))
    assert "Demonstration Seal" in page
    assert certificate.subject.rfc4514_string()


def test_answers_are_not_addresses_and_lead_back_to_the_page(site: Site):
    for path in ("/ko/verify/code", "/en/verify/file"):
        answer = site.visitor.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/{path[1:3]}/verify")


def test_every_page_leads_to_it_from_its_foot(site: Site):
    assert 'href="/ko/verify"' in site.visitor.get("/ko/").text.partition("<footer")[2]
