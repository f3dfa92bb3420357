"""Fixtures of the outbox."""

import pytest

from portal.matters.matter import Matter
from portal.matters.models import MatterVersion
from portal.runtime import Runtime
from tests.conftest import ROOT
from tests.visitor import published


@pytest.fixture
def matter(runtime: Runtime) -> Matter:
    """The first matter, published."""
    with runtime.database.transaction() as session:
        session.add(MatterVersion(**published(ROOT / "matters", "coupang-2025")))
    return runtime.matters.current().matter
