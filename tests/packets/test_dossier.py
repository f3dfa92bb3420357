"""The dossier: one sealed file that answers the court's three questions, and can be checked from itself alone."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pikepdf
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import audit
from portal.audit import SYSTEM
from portal.claims.models import Claim
from portal.claims.states import ClaimState
from portal.evidence import service as evidence
from portal.evidence.models import EvidenceFile
from portal.fonts import GlyphMissing
from portal.jobs import run_worker
from portal.packets import events, service
from portal.packets.commands import group
from portal.packets.dossier import service as dossiers
from portal.packets.dossier.gathering import NothingSealed, engagement_of, holders
from portal.packets.dossier.verbatim import verbatim_lines
from portal.packets.models import Packet
from portal.packets.signer import known_chains
from portal.packets.verify import Finding, verify
from portal.runtime import Runtime
from tests.conftest import NOW
from tests.packets.claims import a_picture, a_signed_claim, packets_of
from tests.packets.test_attacks import World, world

__all__ = ["world"]

REASON = "법원의 석명준비명령에 따라"


def made(runtime: Runtime, claim: Claim, jurisdiction: str = "kr") -> dossiers.Made:
    with runtime.database.reading() as session:
        engagement_id = engagement_of(session, claim.number, jurisdiction).id
    return dossiers.make(runtime, engagement_id, actor=SYSTEM, reason=REASON, now=runtime.clock())


@pytest.fixture
def claim(runtime: Runtime) -> Claim:
    """Signed for both counsel, sealed, and with what happened since."""
    claim = a_signed_claim(runtime, uploads=(a_picture(),))
    run_worker(runtime, once=True)
    return claim


def text_of(data: bytes) -> str:
    run = subprocess.run(["pdftotext", "-raw", "-", "-"], input=data, capture_output=True, check=True)
    return run.stdout.decode()


def flowing(data: bytes) -> str:
    return re.sub(r"\s+", "", text_of(data))


def packet_of(runtime: Runtime, claim: Claim, jurisdiction: str = "kr") -> Packet:
    return next(one for one in packets_of(runtime, claim) if one.jurisdiction == jurisdiction)


@pytest.mark.parametrize("jurisdiction", ["kr", "us"])
def test_it_is_one_sound_file_sealed_by_the_firm(
    runtime: Runtime, claim: Claim, jurisdiction: str, tmp_path: Path
) -> None:
    dossier = made(runtime, claim, jurisdiction)
    verdict = verify(dossier.data, known_chains(runtime.settings.data_dir))
    assert verdict.finding is Finding.GENUINE
    path = tmp_path / "dossier.pdf"
    path.write_bytes(dossier.data)
    run = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    assert {line.split()[-5] for line in fonts.splitlines()[2:]} == {"yes"}
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == dossier.pages


def test_it_names_the_original_whose_seal_does_not_survive_binding(runtime: Runtime, claim: Claim) -> None:
    packet, text = packet_of(runtime, claim), flowing(made(runtime, claim).data)
    assert packet.sha256 in text
    assert packet.code in text
    assert "그전자서명은이파일에서확인되지않습니다" in text


def test_its_contents_name_the_page_of_each_part(runtime: Runtime, claim: Claim) -> None:
    data = made(runtime, claim, "us").data
    pages = text_of(data).split("\f")
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles[0] == "Authority dossier"
    for title in (
        "The record of each revision, in full",
        "What happened after signing",
        "The audit chain",
        "How to verify",
    ):
        assert title in titles
        number = next(at for at, page in enumerate(pages, 1) if page.count(title) and at > 2)
        assert re.search(rf"{re.escape(title)}.*?\b{number}\b", "".join(pages[:2]), re.S), title


def test_the_three_questions_lead_to_the_pages_that_answer_them(runtime: Runtime, claim: Claim) -> None:
    data = made(runtime, claim, "us").data
    cover = "".join(text_of(data).split("\f")[:2])
    for question in (
        "Did this person do it?",
        "To this text?",
        "For this suit?",
        "Has anything changed since?",
    ):
        assert question in cover


def test_every_signed_text_is_bound_in_and_no_exhibit(runtime: Runtime, claim: Claim) -> None:
    with runtime.database.reading() as session:
        packet = session.get_one(Packet, packet_of(runtime, claim).id)
        original = text_of(service.open_packet(session, runtime, packet))
    text = text_of(made(runtime, claim).data)
    for line in ("소송위임장", "위임계약서", "위임 진정성 기록"):
        assert text.count(line) >= original.count(line)
    assert "갑 제1호증" in original
    titled = [page for page in text.split("\f") if "원고" in page and "문자.jpg" in page]
    assert titled == []


def test_values_masked_in_the_packet_stand_whole_in_the_dossier(runtime: Runtime, claim: Claim) -> None:
    text = text_of(made(runtime, claim).data)
    assert "minjun.kim@mail.example" in text
    assert "203.0.113.9" in text


def test_the_printed_record_has_the_hash_that_the_sealed_packet_prints(
    runtime: Runtime, claim: Claim
) -> None:
    packet, data = packet_of(runtime, claim), made(runtime, claim).data
    with runtime.database.reading() as session:
        canonical = service.open_record(session, runtime, session.get_one(Packet, packet.id)).decode()
    text = "".join(_last_part(data).splitlines())
    start = text.index(canonical[:60])
    assert hashlib.sha256(text[start : start + len(canonical)].encode()).hexdigest() == packet.record_sha256


def _last_part(data: bytes) -> str:
    """The text of the last part without the lines that belong to its pages."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        first = _page_of(pdf, "해시를 계산한 기록 원문")
        top = [float(edge) for edge in pdf.pages[0].MediaBox][3]
    area = ["-x", "0", "-y", "60", "-W", "700", "-H", str(int(top) - 60 - 60)]
    run = subprocess.run(
        ["pdftotext", "-raw", "-f", str(first), *area, "-", "-"], input=data, capture_output=True, check=True
    )
    return run.stdout.decode()


def _page_of(pdf: pikepdf.Pdf, title: str) -> int:
    with pdf.open_outline() as outline:
        item = next(one for one in outline.root if one.title == title)
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        return numbers[item.destination[0].objgen]


def test_later_events_stand_in_it_with_their_hashes(runtime: Runtime, claim: Claim) -> None:
    with runtime.database.transaction() as session:
        engagement = session.get_one(Claim, claim.id).engagement("kr")
        event = events.append(session, runtime, engagement, "countersigned", NOW, signer="변호사 한서연")
    text = text_of(made(runtime, claim).data)
    assert "변호사 한서연" in text
    assert event.sha256 in re.sub(r"\s", "", text)


def test_a_withdrawn_engagement_says_so_on_the_letter(runtime: Runtime, claim: Claim) -> None:
    with runtime.database.transaction() as session:
        engagement = session.get_one(Claim, claim.id).engagement("kr")
        engagement.state, engagement.state_changed_at = ClaimState.WITHDRAWN, NOW
    cover = "".join(text_of(made(runtime, claim).data).split("\f")[:2])
    assert "철회한 때" in cover


def test_the_claims_lines_of_the_audit_chain_are_in_it(runtime: Runtime, claim: Claim) -> None:
    with runtime.database.reading() as session:
        lines = audit.trail(session, claim.id)
        text = re.sub(r"\s", "", text_of(made(runtime, claim).data))
    assert len(lines) > 3
    for line in lines:
        assert line.event.hash.hex() in text
        assert line.previous.hex() in text
        assert (
            hashlib.sha256(line.previous + audit.canonical(line.event).encode()).digest() == line.event.hash
        )


def test_making_it_is_audited_with_the_reason(runtime: Runtime, claim: Claim) -> None:
    dossier = made(runtime, claim)
    with runtime.database.reading() as session:
        event = session.scalars(
            sa.select(audit.AuditEvent).where(audit.AuditEvent.action == "claim.dossier_made")
        ).one()
    assert event.subject_id == claim.id
    assert event.detail == {"jurisdiction": "kr", "reason": REASON, "sha256": dossier.sha256}


def with_certificate(runtime: Runtime, claim: Claim, issued_after: int = 0) -> UUID:
    """Counsel asked, and a certificate came."""
    with runtime.database.transaction() as session:
        engagement = session.get_one(Claim, claim.id).engagement("kr")
        engagement.state = ClaimState.INFORMATION_REQUESTED
    upload = evidence.Upload("인감.jpg", "image/jpeg", a_picture().content + b"\0")
    added = evidence.add(runtime, claim.id, upload, "seal-certificate", runtime.clock() + timedelta(hours=1))
    with runtime.database.transaction() as session:
        owner, file = session.get_one(Claim, claim.id), session.get_one(EvidenceFile, added.file_id)
        issued = NOW.date() + timedelta(days=issued_after)
        evidence.describe(session, runtime, owner, file, title="", author="", dated=issued, kind=file.kind)
    return added.file_id


def test_a_certificate_of_the_signer_is_bound_in_with_its_standing(runtime: Runtime, claim: Claim) -> None:
    before = made(runtime, claim).pages
    with_certificate(runtime, claim)
    dossier = made(runtime, claim)
    text = text_of(dossier.data)
    assert dossier.pages >= before + 2
    assert "인감증명서" in text
    assert "제출할 수 있음" in text


def test_a_certificate_that_has_run_out_is_called_too_old(runtime: Runtime, claim: Claim, clock) -> None:
    with_certificate(runtime, claim)
    clock.advance(days=100)
    assert "기한이 지남" in text_of(made(runtime, claim).data)


def test_the_command_writes_a_private_file_and_says_its_hash(
    runtime: Runtime, claim: Claim, tmp_path: Path
) -> None:
    output = tmp_path / "d.pdf"
    ran = CliRunner().invoke(
        group, ["dossier", claim.number, "--jurisdiction", "kr", "--output", str(output)], obj=runtime
    )
    assert ran.exit_code == 0, ran.output
    assert hashlib.sha256(output.read_bytes()).hexdigest() in ran.output
    assert output.stat().st_mode & 0o077 == 0


def test_where_both_counsel_are_engaged_one_is_to_be_chosen(runtime: Runtime, claim: Claim) -> None:
    with runtime.database.reading() as session:
        with pytest.raises(NothingSealed, match="--jurisdiction"):
            engagement_of(session, claim.number, None)
        with pytest.raises(NothingSealed):
            engagement_of(session, "CP-0000-0000", None)


def test_before_a_packet_is_sealed_there_is_nothing_to_prove(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime, tracks=("kr-consumer",))
    with pytest.raises(NothingSealed):
        made(runtime, claim)


def test_the_certificates_of_seal_counsel_and_timestamps_are_named(world: World) -> None:
    found = list(holders(world.lasting))
    by_role = {one.role: one for one in found}
    assert {"seal", "counsel", "timestamp"} <= set(by_role)
    assert by_role["seal"].sha256 == world.firm.chain[0].fingerprint(SHA256()).hex()
    assert by_role["counsel"].sha256 == world.lawyer.chain[0].fingerprint(SHA256()).hex()
    assert len({one.sha256 for one in found}) == len(found)


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        st.characters(min_codepoint=32, max_codepoint=0xD7A3, exclude_categories=("Cs", "Cn")), max_size=600
    )
)
def test_verbatim_lines_put_together_are_the_text(text: str) -> None:
    try:
        lines = list(verbatim_lines(text, 480))
    except GlyphMissing:
        return  # such a character was refused when it was typed
    assert "".join(lines) == text


def test_verbatim_lines_end_where_nothing_is_lost() -> None:
    text = json.dumps({"said": "a-b c " * 200})
    lines = list(verbatim_lines(text, 300))
    assert len(lines) > 3
    for line, following in pairwise(lines):
        assert line[-1] not in " -"
        assert following[0] != " "
