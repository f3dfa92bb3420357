"""Writing batches: the register beside bare xlsxwriter, packets beside the standard library's zipfile, memory, growth.

The batches are whole: rows in SQLite, packets sealed in the store, opened, proved and written as an export does. So
that a hundred thousand claims can be made in seconds, they share one person and one packet; no part of an export
knows that.
"""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import multiprocessing
import os
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import xlsxwriter

from bench.figure import Figure
from portal import migrations
from portal.batches.contents import contents_of, signer_of
from portal.batches.freezing import SEALED_LINE
from portal.batches.lines import RegisterLine
from portal.batches.models import Batch, BatchEntry, BatchState, Volume, VolumeState
from portal.batches.profiles import VolumeFile
from portal.batches.register import Column, Kind, Row, Sheet, write_xlsx
from portal.batches.volume import packet_name, write_volume
from portal.claims.models import Claim, Engagement, Signature
from portal.claims.states import ClaimState
from portal.database import Database, new_id
from portal.matters import service as matters
from portal.matters.folder import read_folder
from portal.packets import editions
from portal.packets.models import Packet, PacketState
from portal.runtime import Runtime, open_runtime
from portal.settings import Settings

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MATTER = Path(__file__).parents[1] / "matters" / "coupang-2025"
ROUNDS = 4
ROWS = 6_000
PACKETS, PACKET_BYTES = 600, 650_000  # as large as the demo's packets are
MANY, FEW, SMALL_PACKET_BYTES = 100_000, 1_000, 20_000


def run() -> list[Figure]:
    """The register; bytes of packets unsealed before, and of whole volumes from the sealed store; memory; growth."""
    return [_xlsx_rows(), *_batch_bytes(), *_batch_growth_and_memory()]


def _xlsx_rows() -> Figure:
    rows = [_row(at) for at in range(ROWS)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        ours, bare = interleaved(lambda: _our_workbook(path, rows), lambda: _bare_workbook(path, rows))
    return Figure(
        name="xlsx_rows",
        value=ROWS / ours,
        unit="rows/s",
        reference=f"bare xlsxwriter, constant_memory, the same 25 columns: {ROWS / bare:,.0f} rows/s",
        ratio=bare / ours,
    )


def _batch_bytes() -> Iterator[Figure]:
    plain = os.urandom(PACKET_BYTES)
    size = PACKETS * PACKET_BYTES
    with installation() as runtime:
        volume = a_batch(runtime, PACKETS, plain)
        path = runtime.settings.data_dir / "volume.zip"
        for name, ours_writes in (
            ("batch_bytes", lambda: _our_volume_of_plain_packets(runtime, volume, path, plain)),
            ("batch_bytes_sealed", lambda: our_volume(runtime, volume, path)),
        ):
            ours, bare = interleaved(ours_writes, lambda: _bare_zip(path, plain))
            yield Figure(
                name=name,
                value=size / ours / 1e6,
                unit="MB/s",
                reference=f"zipfile, stored, the same plain bytes from memory: {size / bare / 1e6:,.0f} MB/s",
                ratio=bare / ours,
            )


def _batch_growth_and_memory() -> Iterator[Figure]:
    plain = os.urandom(SMALL_PACKET_BYTES)
    with installation() as runtime:
        many, few = a_batch(runtime, MANY, plain), a_batch(runtime, FEW, plain)
        folder = runtime.settings.data_dir
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as pool:  # a process of its own, so that its memory is this export's
            grown, seconds, few_seconds = pool.apply(_measured_export, (folder, many, few))
    yield Figure(
        name="batch_memory",
        value=grown / 1e6,
        unit="MB",
        reference=f"above the same process after an export of {FEW:,}; {MANY:,} packets of 20 kB",
        ratio=None,
    )
    yield Figure(
        name="batch_growth",
        value=seconds / MANY * 1e6,
        unit="µs/claim",
        reference=f"the same at {FEW:,} claims: {few_seconds / FEW * 1e6:,.0f} µs/claim",
        ratio=(seconds / MANY) / (few_seconds / FEW),
    )


def _measured_export(folder: Path, many: UUID, few: UUID) -> tuple[int, float, float]:
    """Peak growth in bytes and seconds of the large export, and median seconds of the small one."""
    runtime = open_runtime(_settings(folder), clock=lambda: NOW)
    path = folder / "volume.zip"
    small = statistics.median(_timed(lambda: our_volume(runtime, few, path)) for _ in range(ROUNDS))
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = _peak()
    large = _timed(lambda: our_volume(runtime, many, path))
    runtime.close()
    return _peak() - before, large, small


def _peak() -> int:
    """Bytes of the largest resident size since the peak was set back (``ru_maxrss`` keeps the parent process's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def _our_workbook(path: Path, rows: list[Row]) -> None:
    with open(path, "wb") as file:
        write_xlsx(file, SHEET, rows, len(rows), NOW)


def _bare_workbook(path: Path, rows: list[Row]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, {**options, "strings_to_numbers": False, "remove_timezone": True}) as book:
        page = book.add_worksheet()
        formats = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
        write: dict[Kind, Any] = {
            Kind.TEXT: page.write_string,
            Kind.INTEGER: page.write_number,
            Kind.DATE: page.write_datetime,
            Kind.MOMENT: page.write_datetime,
        }
        for at, column in enumerate(COLUMNS):
            page.set_column(at, at, column.width)
            page.write_string(0, at, column.title)
        for number, row in enumerate(rows, 1):
            for at, (column, cell) in enumerate(zip(COLUMNS, row, strict=True)):
                write[column.kind](number, at, cell, formats[column.kind])
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, len(rows), len(COLUMNS) - 1)


def our_volume(runtime: Runtime, volume_id: UUID, path: Path) -> None:
    with runtime.database.reading() as session:
        volume = session.get_one(Volume, volume_id)
    with open(path, "wb", buffering=1 << 20) as file:
        write_volume(file, contents_of(runtime, volume), signer_of(runtime))


def _our_volume_of_plain_packets(runtime: Runtime, volume_id: UUID, path: Path, plain: bytes) -> None:
    """Packets unsealed before: proved, listed, signed and written. The register's rows are xlsx_rows' matter."""
    with runtime.database.reading() as session:
        volume = session.get_one(Volume, volume_id)
    sha256 = hashlib.sha256(plain).hexdigest()
    numbers = (f"CP-{at:04}-0000" for at in range(PACKETS))
    unsealed = (VolumeFile(packet_name(one, "kr", 1), plain, sha256, one) for one in numbers)
    contents = dataclasses.replace(contents_of(runtime, volume), files=lambda first: unsealed)
    with open(path, "wb", buffering=1 << 20) as file:
        write_volume(file, contents, signer_of(runtime))


def _bare_zip(path: Path, plain: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as book:
        for at in range(PACKETS):
            book.writestr(packet_name(f"CP-{at:04}-0000", "kr", 1), plain)


def interleaved(ours: Callable[[], None], reference: Callable[[], None]) -> tuple[float, float]:
    """Median seconds of each, taking turns, so that a busy machine slows both."""
    ours()
    reference()
    pairs = [(_timed(ours), _timed(reference)) for _ in range(ROUNDS)]
    return statistics.median(one for one, _ in pairs), statistics.median(one for _, one in pairs)


def _timed(work: Callable[[], None]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _settings(folder: Path) -> Settings:
    return Settings(env="test", data_dir=folder, matters_dir=MATTER.parent)


@contextmanager
def installation() -> Iterator[Runtime]:
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings(Path(folder))
        database = Database(settings.database)
        migrations.upgrade(database)
        database.close()
        runtime = open_runtime(settings, clock=lambda: NOW)
        with runtime.database.transaction() as session:
            matters.publish(session, read_folder(MATTER), now=NOW, published_by="bench")
        yield runtime
        runtime.close()


def a_batch(runtime: Runtime, count: int, plain: bytes) -> UUID:
    """A frozen batch of ``count`` claims with a volume asked for; answers the volume's id."""
    version = runtime.matters.current().version_id
    with runtime.database.transaction() as session:
        subject = runtime.vault.new_subject(session, NOW)
        sequence = session.scalar(sa.select(sa.func.count()).select_from(Batch)) or 0
        batch = Batch(
            id=new_id(),
            number=f"CP-KR-{sequence + 1:04}",
            sequence=sequence + 1,
            matter_slug="coupang-2025",
            matter_version_id=version,
            jurisdiction="kr",
            state=BatchState.APPROVED,
            criteria={},
            claims=count,
            created_at=NOW,
            frozen_at=NOW,
        )
        session.add(batch)
        _add_entries(session, runtime, batch, subject, version, plain)
        volume = Volume(
            id=new_id(),
            batch_id=batch.id,
            language="both",
            purpose="measurement",
            state=VolumeState.PENDING,
            total=count,
            left_out=[],
            subject_id=subject,
            created_at=NOW,
        )
        session.add(volume)
        return volume.id


def _add_entries(
    session: Any, runtime: Runtime, batch: Batch, subject: UUID, version: UUID, plain: bytes
) -> None:
    prefix = f"{batch.sequence:02}"
    claims = [
        {
            "id": new_id(),
            "number": f"CP-{prefix}{at:06}",
            "subject_id": subject,
            "matter_slug": batch.matter_slug,
            "matter_version_id": version,
            "language": "ko",
            "created_at": NOW,
            "updated_at": NOW,
        }
        for at in range(batch.claims)
    ]
    engagements = [
        {
            "id": new_id(),
            "claim_id": claim["id"],
            "jurisdiction": "kr",
            "state": ClaimState.ACCEPTED,
            "tracks": ["kr-consumer"],
            "state_changed_at": NOW,
        }
        for claim in claims
    ]
    session.execute(sa.insert(Claim), claims)
    session.execute(sa.insert(Engagement), engagements)
    packet = _a_packet(session, runtime, engagements[0]["id"], subject, version, plain)
    line = runtime.vault.seal(session, subject, SEALED_LINE, _a_line(plain).model_dump_json().encode())
    entries = [
        {
            "batch_id": batch.id,
            "position": position,
            "engagement_id": engagement["id"],
            "packet_id": packet.id,
            "packet_sha256": packet.sha256,
            "file": packet_name(str(claim["number"]), "kr", 1),
            "claim_number": claim["number"],
            "subject_id": subject,
            "line": line,
        }
        for position, (claim, engagement) in enumerate(zip(claims, engagements, strict=True), 1)
    ]
    session.flush()
    session.execute(sa.insert(BatchEntry), entries)


def _a_packet(
    session: Any, runtime: Runtime, engagement_id: Any, subject: UUID, version: UUID, plain: bytes
) -> Packet:
    signature = Signature(
        id=new_id(),
        engagement_id=engagement_id,
        matter_version_id=version,
        means="typed",
        act=b"",
        signed_at=NOW,
    )
    session.add(signature)
    session.flush()
    packet = Packet(
        id=new_id(),
        engagement_id=engagement_id,
        signature_id=signature.id,
        matter_version_id=version,
        jurisdiction="kr",
        revision=1,
        state=PacketState.SEALED,
        sha256=hashlib.sha256(plain).hexdigest(),
        size=len(plain),
        pages=15,
        created_at=NOW,
    )
    packet.blob = runtime.storage.put(
        runtime.vault.seal(session, subject, editions.purpose(packet.id), plain)
    )
    session.add(packet)
    session.flush()
    return packet


def _a_line(plain: bytes) -> RegisterLine:
    return RegisterLine(
        claim_number="CP-0000-0000",
        hangul="홍길동",
        hanja="洪吉童",
        passport="HONG GILDONG",
        birth_date=date(1990, 1, 2),
        country="KR",
        postcode="04524",
        address="서울특별시 중구 세종대로 110, 101동 1203호",
        phone="010-1234-5678",
        email="gildong@example.com",
        language="ko",
        tracks=("kr-consumer",),
        submitted_at=NOW,
        accepted_at=NOW,
        matter_version="coupang-2025 0123456789ab",
        file="packets/CP-0000-0000-kr-r1.pdf",
        pages=15,
        size=len(plain),
        sha256=hashlib.sha256(plain).hexdigest(),
    )


FORMATS = {Kind.TEXT: "@", Kind.INTEGER: "0", Kind.DATE: "yyyy-mm-dd", Kind.MOMENT: "yyyy-mm-dd hh:mm"}
COLUMNS = [
    *(Column(f"열 {at}") for at in range(19)),
    Column("pages", Kind.INTEGER),
    Column("bytes", Kind.INTEGER),
    Column("born", Kind.DATE),
    Column("noticed", Kind.DATE),
    Column("signed", Kind.MOMENT),
    Column("accepted", Kind.MOMENT),
]
SHEET = Sheet("register", COLUMNS, ZoneInfo("Asia/Seoul"))


def _row(at: int) -> Row:
    texts = (
        "홍길동",
        "洪吉童",
        "HONG GILDONG",
        "서울특별시 중구 세종대로 110, 101동 1203호",
        "04524",
        "010-1234-5678",
    )
    others = (
        "gildong@example.com",
        "ko",
        "KR",
        "kr-consumer",
        '=HYPERLINK("x")',
        "O'Brien",
        "NULL",
        "뷁 & 뷁",
        "",
    )
    tail = (f"packets/CP-{at:08}-kr-r1.pdf", f"{at:064x}", "coupang-2025 1")
    return (
        f"CP-{at:08}",
        *texts,
        *others,
        *tail,
        15,
        123_456,
        date(1990, 1, 2),
        date(2025, 11, 29),
        NOW,
        NOW,
    )
