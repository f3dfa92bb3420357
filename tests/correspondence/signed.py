"""A claimant who has signed for both firms: made once, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app, identity
from portal.claims.particulars import VerifiedContact
from portal.packets import sample_people
from portal.runtime import Runtime
from portal.settings import Settings
from tests.conftest import NOW, ROOT, Clock
from tests.packets.claims import a_signed_claim
from tests.visitor import Visitor

HONG = sample_people.MINJUN.model_copy(
    update={
        "phrase": "파란 연 1987",
        "contacts": (VerifiedContact(kind="email", value="hong@example.com", verified_at=NOW),),
    }
)


@dataclass(frozen=True)
class Signed:
    """The installation on disk, and the cookie that opens the claim."""

    folder: Path
    token: str


def opened(folder: Path, clock: Clock) -> Flask:
    """The application on a folder, on the test's clock."""
    settings = Settings(env="test", data_dir=folder, matters_dir=ROOT / "matters", rate_limits=False)
    app = create_app(settings)
    app.testing = True
    app.extensions["portal"] = replace(app.extensions["portal"], clock=clock)
    return app


@pytest.fixture(scope="session")
def signed_once(migrated_file: Path) -> Signed:
    """Signed on an installation that nobody opens afterwards."""
    return _signed(migrated_file)


@cache  # by two folders of tests, which have this fixture each
def _signed(migrated: Path) -> Signed:
    folder = migrated.parent / "signed"
    folder.mkdir()
    shutil.copyfile(migrated, folder / "portal.sqlite3")
    runtime: Runtime = opened(folder, Clock()).extensions["portal"]
    claim = a_signed_claim(runtime, particulars=HONG, typed="김민준")
    with runtime.database.transaction() as session:
        proved = identity.Proved("email", runtime.vault.index("email", "hong@example.com"), NOW)
        token = identity.open_session(session, runtime.settings, claim.id, NOW, proved=proved)
    runtime.close()
    return Signed(folder, token)


@pytest.fixture
def site(signed_once: Signed, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    """This test's own copy of it."""
    shutil.copytree(signed_once.folder, tmp_path / "var")
    app = opened(tmp_path / "var", clock)
    yield app
    app.extensions["portal"].close()


@pytest.fixture
def english(site: Flask, signed_once: Signed) -> Visitor:
    """The claimant, on the English pages."""
    visitor = Visitor(site, "en")
    visitor.client.set_cookie("claim", signed_once.token)
    return visitor
