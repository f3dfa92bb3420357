"""The same code on PostgreSQL and Redis, by configuration alone: from a signed claim to a verified volume."""

import re
import subprocess
import sys
import uuid
import zipfile

import pytest
import sqlalchemy as sa

from portal import create_app
from portal.audit import Actor
from portal.batches import service as batches
from portal.batches.contents import signer_of
from portal.batches.models import Volume, VolumeState
from portal.batches.selection import Criteria
from portal.claims.models import Engagement
from portal.claims.states import ClaimState
from portal.packets.models import Packet, PacketState
from portal.review import service as review
from portal.runtime import open_runtime
from portal.web import Staff
from tests.batches.claims import STAFF, publish
from tests.conftest import ROOT
from tests.faults.ready import WHOLE, a_claim_ready_to_sign, sign, traces


@pytest.fixture
def large_settings(settings, postgresql, redis_url):
    url = postgresql.engine.url.render_as_string(hide_password=False)
    return settings.model_copy(update={"database_url": url, "limits_url": redis_url, "rate_limits": True})


@pytest.fixture
def large(large_settings):
    opened = open_runtime(large_settings)
    publish(opened)
    yield opened
    opened.close()


def worker(runtime, *queues: str) -> None:
    """A worker process as operators start it; it stops when nothing is due."""
    names = [argument for queue in queues for argument in ("--queue", queue)]
    environment = {
        "PORTAL_ENV": "test",
        "PORTAL_DATA_DIR": str(runtime.settings.data_dir),
        "PORTAL_DATABASE_URL": runtime.settings.database_url,
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "-m", "portal", "worker", "--once", *names]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=180)


def test_a_claim_becomes_a_verified_volume_on_postgresql(large, tmp_path):
    claim_id = a_claim_ready_to_sign(large)
    sign(large, claim_id)
    assert traces(large, claim_id) == WHOLE
    worker(large, "packets")
    with large.database.reading() as session:
        assert set(session.scalars(sa.select(Packet.state))) == {PacketState.SEALED}

    reviewer = Staff(STAFF.id, "서지안", frozenset({"kr"}), "ko", STAFF.id, large.clock())
    with large.database.transaction() as session:
        korean = session.scalars(sa.select(Engagement).where(Engagement.jurisdiction == "kr")).one()
        korean.conflict = "clear"
        review.accept(session, large, korean, by=reviewer, now=large.clock())
    with large.database.transaction() as session:
        session.execute(sa.update(Engagement).values(conflict="clear"))
        published = large.matters.current()
        criteria = Criteria(matter=published.matter.slug, jurisdiction="kr")
        batch = batches.freeze(session, large.vault, published, criteria, actor=STAFF, now=large.clock())
        second = Actor("staff", uuid.UUID(int=99))
        batches.approve(session, batch, actor=second, now=large.clock())
        volume = batches.start_export(
            session,
            large,
            batch,
            language="ko",
            purpose="제1차 소장 접수용",
            actor=STAFF,
            now=large.clock(),
        )
    worker(large, "exports")

    with large.database.transaction() as session:
        held = session.get_one(Volume, volume.id)
        assert held.state is VolumeState.READY
        assert session.get_one(Engagement, korean.id).state is ClaimState.ACCEPTED
        folder = large.settings.data_dir / "volumes"
        chunks = batches.open_volume(
            session,
            large.vault,
            folder,
            held,
            reason="check of the first volume",
            actor=STAFF,
            now=large.clock(),
            signer=signer_of(large),
            name="서지안",
        ).pieces
        path = tmp_path / "volume.zip"
        path.write_bytes(b"".join(chunks))
    with zipfile.ZipFile(path) as archive:
        assert sum(name.endswith(".pdf") for name in archive.namelist()) == 1
        assert archive.testzip() is None


def test_limits_are_counted_in_redis_for_all_processes_together(large_settings, large):
    first, second = create_app(large_settings), create_app(large_settings)
    answers = []
    for number in range(40):
        client = (first, second)[number % 2].test_client()
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/staff/sign-in").text)[1]
        answers.append(client.post("/staff/sign-in", data={"csrf_token": token}).status_code)
    for app in (first, second):
        app.extensions["portal"].close()
    assert 429 in answers
    assert answers.index(429) == 30
