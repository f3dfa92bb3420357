"""The line from pending rows to stored, sealed packets: how many an hour, and whether a worker's memory grows.

Claims are invented and signed through the services that pages call; two worker processes then make what is pending.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.figure import Figure
from portal import jobs, migrations
from portal.claims.models import Signature
from portal.database import new_id
from portal.demo import fill as demo
from portal.matters import service as matters
from portal.matters.folder import read_folder
from portal.packets import making, service
from portal.packets.compose import compose
from portal.packets.models import Packet, PacketKind, PacketState
from portal.packets.render import render
from portal.packets.seal import seal
from portal.packets.signer import open_firm_key
from portal.runtime import Runtime, open_runtime
from portal.settings import Settings

MATTER = Path(__file__).parents[1] / "matters" / "coupang-2025"
WORKERS, CLAIMS, REVISIONS, SEED = 2, 24, 4, 20251129
EARLY, LATE = 200, 2_000  # packets after which a worker's memory is looked at


def run() -> list[Figure]:
    """Packets an hour beside bare making in as many processes; growth of a worker's memory."""
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), env="test", mail_url="silent:")
        with _opened(settings) as runtime:
            _fill(runtime)
        return [_packets_hour(settings), _worker_memory(settings)]


def _packets_hour(settings: Settings) -> Figure:
    with _opened(settings) as runtime, runtime.database.reading() as session:
        count = session.scalar(sa.select(sa.func.count()).where(Packet.state == PacketState.PENDING)) or 0
    spent = _together(_make_pending, settings)
    with _opened(settings) as runtime, runtime.database.reading() as session:
        sealed = session.scalar(sa.select(sa.func.count()).where(Packet.state == PacketState.SEALED)) or 0
        failed = session.scalar(sa.select(sa.func.count()).where(Packet.state == PacketState.FAILED)) or 0
    if failed or sealed < count:
        raise RuntimeError(f"{failed} failed, {count - sealed} left of {count} packets")
    bare = _together(_only_make, settings)
    rate, bare_rate = count / spent * 3600, WORKERS * count / bare * 3600
    reference = f"content to sealed bytes only, {WORKERS} processes: {bare_rate:,.0f} an hour"
    return Figure(
        name="packets_hour", value=round(rate), unit="packets/h", reference=reference, ratio=rate / bare_rate
    )


def _worker_memory(settings: Settings) -> Figure:
    """Megabytes that a worker holds after many packets above what it holds after a tenth as many."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    worker = context.Process(target=_make_many, args=(settings, answers))
    worker.start()
    worker.join()
    if worker.exitcode:
        raise RuntimeError("the worker of the measurement failed")
    early, late = answers.get()
    reference = f"{early:,.0f} MB after {EARLY} packets, {late:,.0f} MB after {LATE:,}"
    return Figure(
        name="packet_memory", value=round(late - early, 1), unit="MB", reference=reference, ratio=None
    )


def _together(work: Any, settings: Settings) -> float:
    """Seconds that as many processes need for the work, from when all are ready to when the last is done."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(WORKERS + 1)
    workers = [context.Process(target=work, args=(settings, ready)) for _ in range(WORKERS)]
    for one in workers:
        one.start()
    while ready.n_waiting < WORKERS:
        if any(one.exitcode is not None for one in workers):
            raise RuntimeError("a worker of the measurement ended before it began")
        time.sleep(0.02)
    ready.wait()
    started = time.perf_counter()
    for one in workers:
        one.join()
    if any(one.exitcode for one in workers):
        raise RuntimeError("a worker of the measurement failed")
    return time.perf_counter() - started


def _make_pending(settings: Settings, ready: Any) -> None:
    jobs.load_all()
    with _opened(settings) as runtime:
        _warm(runtime)
        ready.wait()
        jobs.run_worker(runtime, queues={"packets"}, once=True)


def _only_make(settings: Settings, ready: Any) -> None:
    with _opened(settings) as runtime:
        key = open_firm_key(runtime.settings)
        with runtime.database.reading() as session:
            contents = [
                compose(session, runtime, session.get_one(Packet, one), key.sealer) for one in _ids(session)
            ]
        _warm(runtime)
        ready.wait()
        for content in contents:
            seal(render(content), key)


def _make_many(settings: Settings, answers: Any) -> None:
    with _opened(settings) as runtime:
        with runtime.database.reading() as session:
            ids = _ids(session)
        early = 0.0
        for number in range(1, LATE + 1):
            packet_id = ids[number % len(ids)]
            made = making.build(runtime, packet_id)
            with runtime.database.reading() as session:
                packet = session.get_one(Packet, packet_id)
                service.open_packet(session, runtime, packet)
            runtime.storage.delete(runtime.storage.put(made.data))
            if number == EARLY:
                early = _megabytes()
        answers.put((early, _megabytes()))


def _warm(runtime: Runtime) -> None:
    """Fonts, libraries and terms of both jurisdictions are loaded by a worker's first packets, not by each."""
    with runtime.database.reading() as session:
        found = session.execute(
            sa.select(Packet.jurisdiction, sa.func.min(Packet.id))
            .where(Packet.kind == PacketKind.ENGAGEMENT)
            .group_by(Packet.jurisdiction)
        )
        newest = [packet_id for _jurisdiction, packet_id in found]
    for packet_id in newest:
        making.build(runtime, UUID(str(packet_id)))


def _ids(session: Session) -> list[UUID]:
    return list(session.scalars(sa.select(Packet.id).order_by(Packet.id)))


def _fill(runtime: Runtime) -> None:
    """Signed claims with their packets pending, each signature's several times over."""
    migrations.upgrade(runtime.database)
    jobs.load_all()
    with runtime.database.transaction() as session:
        matters.publish(session, read_folder(MATTER), now=runtime.clock(), published_by="bench")
    runtime.matters.refresh()
    for _number in demo.fill(runtime, CLAIMS, SEED):
        pass
    with runtime.database.transaction() as session:
        for signature in session.scalars(sa.select(Signature)).all():
            _queue_again(session, signature)


def _queue_again(session: Session, signature: Signature) -> None:
    of_signature = sa.select(Packet).where(
        Packet.signature_id == signature.id, Packet.kind == PacketKind.ENGAGEMENT
    )
    first = session.scalars(of_signature).one()
    for revision in range(2, REVISIONS + 1):
        packet = Packet(
            id=new_id(),
            engagement_id=first.engagement_id,
            signature_id=signature.id,
            matter_version_id=first.matter_version_id,
            jurisdiction=first.jurisdiction,
            revision=revision,
            created_at=first.created_at,
        )
        session.add(packet)
        session.flush()
        jobs.defer(session, "packets.make", packet_id=packet.id)


@contextmanager
def _opened(settings: Settings) -> Iterator[Runtime]:
    runtime = open_runtime(settings)
    try:
        yield runtime
    finally:
        runtime.close()


def _megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
