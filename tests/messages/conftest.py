"""Fixtures of the outbox."""

import pytest

from portal.matters import service
from portal.matters.folder import read_folder
from portal.matters.matter import Matter
from portal.runtime import Runtime
from tests.conftest import ROOT


@pytest.fixture
def matter(runtime: Runtime) -> Matter:
    """The first matter, published."""
    with runtime.database.transaction() as session:
        service.publish(
            session, read_folder(ROOT / "matters" / "coupang-2025"), now=runtime.clock(), published_by="test"
        )
    return runtime.matters.current().matter
