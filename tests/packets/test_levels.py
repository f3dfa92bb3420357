"""Seals at the level that is asked for: timestamped, extended, waiting when the authority fails, and never lower."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from portal.claims.models import Claim, Engagement, Signature
from portal.jobs import run_worker
from portal.messages.models import OutboxMessage
from portal.packets import editions, extending, jobs, making, service
from portal.packets.lasting import extended
from portal.packets.long_term_commands import extend
from portal.packets.models import AuthorityEvent, Packet
from portal.packets.signer import as_asn1, known_chains
from portal.packets.timestamps import known_roots
from portal.packets.verify import Verdict, verify
from portal.runtime import Runtime
from tests.conftest import Clock
from tests.packets.authority import TestAuthority, serving
from tests.packets.claims import a_signed_claim, packets_of


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestAuthority]:
    with serving(tmp_path_factory.mktemp("authority")) as authority:
        yield authority


@pytest.fixture
def faults(server: TestAuthority) -> Iterator[TestAuthority]:
    """The authority, which behaves again after the test."""
    yield server
    server.faults.__init__()  # type: ignore[misc]


def at_level(runtime: Runtime, server: TestAuthority, level: str, **more: object) -> Runtime:
    changed = {
        "seal_level": level,
        "timestamp_url": server.url,
        "timestamp_roots": str(server.roots_pem),
        **more,
    }
    return replace(runtime, settings=runtime.settings.model_copy(update=changed))


def a_packet(runtime: Runtime) -> Packet:
    (packet,) = packets_of(runtime, a_signed_claim(runtime, tracks=("kr-consumer",)))
    return packet


def now_of(runtime: Runtime, packet: Packet) -> Packet:
    with runtime.database.reading() as session:
        return session.get_one(Packet, packet.id)


def file_of(runtime: Runtime, packet: Packet) -> bytes:
    with runtime.database.reading() as session:
        return service.open_packet(session, runtime, session.get_one(Packet, packet.id))


def judged(runtime: Runtime, packet: Packet) -> Verdict:
    folder = runtime.settings.data_dir
    return verify(file_of(runtime, packet), known_chains(folder), (), known_roots(folder))


@pytest.mark.parametrize(("level", "revisions"), [("B-B", 1), ("B-T", 1), ("B-LTA", 2)])
def test_a_packet_is_sealed_at_the_level_asked_for(
    runtime: Runtime, server: TestAuthority, level: str, revisions: int
) -> None:
    stamping = at_level(runtime, server, level)
    packet = a_packet(stamping)
    making.make(stamping, packet.id)
    verdict, now = judged(stamping, packet), now_of(runtime, packet)
    assert verdict.genuine, verdict
    assert (verdict.level, now.level, verdict.revisions) == (level, level, revisions)
    assert (verdict.signed_at is None) == (level == "B-B")
    assert (now.extend_due_at is None) == (level == "B-B")
    with runtime.database.reading() as session:
        events = session.scalars(sa.select(AuthorityEvent.kind).order_by(AuthorityEvent.sequence)).all()
    assert events == (["sealed"] if level == "B-B" else ["sealed", "timestamped"])
    if now.extend_due_at:
        assert now.extend_due_at > datetime.now(UTC) + timedelta(days=3 * 360)


@pytest.mark.parametrize("fault", ["down", "refusing", "nonsense"])
def test_with_the_authority_failing_the_packet_waits_and_is_made_once_it_answers(
    runtime: Runtime, faults: TestAuthority, clock: Clock, fault: str
) -> None:
    stamping = at_level(runtime, faults, "B-T")
    if fault == "down":
        faults.faults.status = 503
    elif fault == "refusing":
        faults.faults.answer = lambda _request, _answer: b"0\x03\x02\x01\x02"
    else:
        faults.faults.answer = lambda _request, answer: answer[::-1]
    packet = a_packet(stamping)
    run_worker(stamping, once=True)
    waiting = now_of(runtime, packet)
    assert (waiting.state, waiting.failure, waiting.level, waiting.blob) == (
        "failed",
        "timestamp",
        None,
        None,
    )
    with runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Signature)) == 1
        kinds = set(session.scalars(sa.select(OutboxMessage.kind)))
    assert kinds == {"received"}  # the claimant has the receipt, and is not told of packets yet
    faults.faults.__init__()  # type: ignore[misc]
    clock.advance(minutes=1)
    run_worker(stamping, once=True)
    assert (now_of(runtime, packet).state, now_of(runtime, packet).failure) == ("sealed", None)
    assert judged(stamping, packet).level == "B-T"


def test_a_packet_whose_job_gave_up_is_tried_again_and_so_are_the_others(
    runtime: Runtime, faults: TestAuthority
) -> None:
    stamping = at_level(runtime, faults, "B-T")
    packets = [a_packet(stamping) for _ in range(2)]
    with runtime.database.transaction() as session:
        for packet in packets:
            held = session.get_one(Packet, packet.id)
            held.state, held.failure, held.attempts = "failed", "timestamp", 8
    faults.faults.status = 503
    asked = faults.faults.asked
    jobs.again(stamping)
    assert faults.faults.asked == asked + 1  # one packet is tried for all
    assert {now_of(runtime, one).state for one in packets} == {"failed"}
    faults.faults.status = 200
    jobs.again(stamping)
    run_worker(stamping, once=True)
    assert {now_of(runtime, one).state for one in packets} == {"sealed"}


def test_an_extension_that_fails_leaves_no_packet_of_a_lower_level(
    runtime: Runtime, faults: TestAuthority
) -> None:
    """B-LTA takes two timestamps; with the second refused there is no packet at all yet."""
    stamping = at_level(runtime, faults, "B-LTA")
    packet = a_packet(stamping)
    first: list[int] = []

    def only_once(_request: bytes, answer: bytes) -> bytes:
        first.append(1)
        return answer if len(first) == 1 else b"no more today"

    faults.faults.answer = only_once
    with pytest.raises(making.NotMade):
        making.make(stamping, packet.id)
    assert (now_of(runtime, packet).state, now_of(runtime, packet).level) == ("failed", None)


# Extending


def test_extending_keeps_the_file_and_adds_certificates_and_a_timestamp(
    runtime: Runtime, server: TestAuthority, tmp_path: Path
) -> None:
    packet = a_packet(runtime)
    making.make(runtime, packet.id)
    before = file_of(runtime, packet)
    stamping = at_level(runtime, server, "B-T")
    assert extending.extend(stamping, packet.id)
    after = file_of(runtime, packet)
    assert after.startswith(before)
    verdict = judged(stamping, packet)
    assert (verdict.genuine, verdict.level, verdict.revisions) == (True, "B-LTA", 2)
    now = now_of(runtime, packet)
    assert (now.level, now.sha256) == ("B-LTA", verdict.sha256)
    with runtime.database.reading() as session:
        kinds = [one.kind for one in editions.editions_of(session, now)]
        events = session.scalars(sa.select(AuthorityEvent.kind).order_by(AuthorityEvent.sequence)).all()
    assert kinds == ["sealed", "extended"]
    assert events == ["sealed", "extended"]
    reader = PdfFileReader(io.BytesIO(after), strict=True)
    assert len(reader.root["/DSS"]["/Certs"]) == 2  # the firm's and the root; the token carries its own
    path = tmp_path / "packet.pdf"
    path.write_bytes(after)
    assert subprocess.run(["qpdf", "--check", path], capture_output=True).returncode == 0
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in said


def test_pyhanko_finds_the_extended_file_right(runtime: Runtime, server: TestAuthority) -> None:
    stamping = at_level(runtime, server, "B-LTA")
    packet = a_packet(stamping)
    making.make(stamping, packet.id)
    reader = PdfFileReader(io.BytesIO(file_of(runtime, packet)), strict=True)
    seal, time = reader.embedded_signatures
    roots = [*map(as_asn1, server.roots), seal.signer_cert]
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    status = validate_pdf_signature(seal, context, ts_validation_context=context)
    assert status.bottom_line
    assert status.modification_level == ModificationLevel.LTA_UPDATES
    stamped = validate_pdf_timestamp(time, context)
    assert (stamped.intact, stamped.valid, stamped.trusted) == (True, True, True)


def test_what_says_that_certificates_are_not_revoked_is_kept_when_it_can_be_had(
    runtime: Runtime, server: TestAuthority
) -> None:
    packet = a_packet(runtime)
    making.make(runtime, packet.id)
    data = file_of(runtime, packet)
    with_lists = extended(data, server.authority(), fetch=True).data
    without = extended(data, server.authority(), fetch=False).data
    assert "/CRLs" not in PdfFileReader(io.BytesIO(without)).root["/DSS"]
    # The authority's certificate is known only once it has stamped: it is in the next extension.
    again = extended(with_lists, server.authority(), fetch=True).data
    assert len(PdfFileReader(io.BytesIO(again)).root["/DSS"]["/CRLs"]) == 1


def test_those_due_are_extended_before_their_certificate_ends(
    runtime: Runtime, tmp_path: Path, clock: Clock
) -> None:
    with serving(tmp_path / "short", years=1) as server:
        stamping = at_level(runtime, server, "B-LTA")
        packet = a_packet(stamping)
        making.make(stamping, packet.id)
        due_at = now_of(runtime, packet).extend_due_at
        assert due_at is not None
        with runtime.database.reading() as session:
            assert extending.due(session, due_at - timedelta(days=61)) == []
            assert extending.due(session, due_at - timedelta(days=59)) == [packet.id]
        clock.now = due_at - timedelta(days=59)
        # A new authority has taken over meanwhile.
    with serving(tmp_path / "long", years=5) as server:
        stamping = at_level(runtime, server, "B-LTA")
        jobs.extend_due(stamping)
        run_worker(stamping, once=True)
        now = now_of(runtime, packet)
        assert now.extend_due_at is not None
        assert now.extend_due_at > due_at + timedelta(days=1000)
        verdict = judged(stamping, packet)
        assert (verdict.genuine, verdict.level, verdict.revisions) == (True, "B-LTA", 3)


def test_nothing_is_extended_by_itself_where_it_was_not_asked_for(
    runtime: Runtime, server: TestAuthority, clock: Clock
) -> None:
    stamping = at_level(runtime, server, "B-T")
    packet = a_packet(stamping)
    making.make(stamping, packet.id)
    run_worker(stamping, once=True)  # the receipt is sealed and timestamped as well
    clock.advance(days=3 * 365)
    asked = server.faults.asked
    jobs.extend_due(stamping)
    run_worker(stamping, once=True)
    assert server.faults.asked == asked
    assert now_of(runtime, packet).level == "B-T"


def test_a_packet_that_cannot_be_extended_stays_as_it_was(runtime: Runtime, faults: TestAuthority) -> None:
    packet = a_packet(runtime)
    making.make(runtime, packet.id)
    before = now_of(runtime, packet).sha256
    stamping = at_level(runtime, faults, "B-T")
    faults.faults.status = 500
    result = CliRunner().invoke(extend, ["--all"], obj=stamping)
    assert result.exit_code == 1
    assert "0 extended, 1 not" in result.output
    assert now_of(runtime, packet).sha256 == before


def test_the_command_extends_one_claims_packets(runtime: Runtime, server: TestAuthority) -> None:
    stamping = at_level(runtime, server, "B-T")
    packets = [a_packet(stamping) for _ in range(2)]
    for packet in packets:
        making.make(stamping, packet.id)
    with runtime.database.reading() as session:
        number = session.scalar(
            sa.select(Claim.number).join(Engagement).where(Engagement.id == packets[0].engagement_id)
        )
    result = CliRunner().invoke(extend, ["--claim", str(number)], obj=stamping)
    assert result.exit_code == 0, result.output
    assert [now_of(runtime, one).level for one in packets] == ["B-LTA", "B-T"]
    none_due = CliRunner().invoke(extend, [], obj=stamping)
    assert "0 extended, 0 not" in none_due.output


def test_without_an_authority_the_command_says_so(runtime: Runtime) -> None:
    packet = a_packet(runtime)
    making.make(runtime, packet.id)
    result = CliRunner().invoke(extend, ["--all"], obj=runtime)
    assert result.exit_code == 1
    assert isinstance(result.exception, extending.NoAuthority)


def test_a_new_firm_certificate_seals_and_old_packets_still_verify(
    runtime: Runtime, server: TestAuthority
) -> None:
    old = a_packet(runtime)
    making.make(runtime, old.id)
    (runtime.settings.data_dir / "seal-demo.p12").unlink()
    new = a_packet(runtime)
    making.make(runtime, new.id)
    assert len(known_chains(runtime.settings.data_dir)) == 2
    assert now_of(runtime, old).certificate != now_of(runtime, new).certificate
    assert judged(runtime, old).genuine
    assert judged(runtime, new).genuine
