"""The public pages alone: furniture and eligibility, without any feature that keeps data."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask

from portal import eligibility, trust, web
from portal.matters.matter import Matter
from portal.runtime import Runtime
from portal.web.language import PREFIX
from tests.conftest import ROOT
from tests.eligibility.visitor import Visitor
from tests.visitor import first_version


@pytest.fixture
def published(runtime: Runtime) -> Matter:
    """The first matter, published and on the shelf."""
    with runtime.database.transaction() as session:
        session.add(first_version(ROOT / "matters", "coupang-2025"))
    return runtime.matters.current().matter


@pytest.fixture
def public_pages(runtime: Runtime, published: Matter) -> Flask:
    """An application that can show public pages and nothing else."""
    app = Flask("portal", static_folder=str(ROOT / "static"))
    app.testing = True
    web.furnish(app, runtime)
    eligibility.install(app)
    trust.install(app)
    where_packets_are_checked = Blueprint("verify", __name__, url_prefix=PREFIX)
    where_packets_are_checked.add_url_rule("/verify", "ask", web.allow.anybody(lambda: "check a packet"))
    app.register_blueprint(where_packets_are_checked)
    on_paper = Blueprint("blank_forms", __name__, url_prefix=PREFIX)
    on_paper.add_url_rule("/paper-forms", "index", web.allow.anybody(lambda: "print a form"))
    app.register_blueprint(on_paper)
    next_door = Blueprint("identity", __name__, url_prefix=PREFIX)
    next_door.add_url_rule("/claim/start", "start", web.allow.anybody(lambda: "prove a contact"))
    app.register_blueprint(next_door)
    return app


@pytest.fixture
def visitor(public_pages: Flask) -> Visitor:
    """An English reader with an empty cookie."""
    return Visitor(public_pages.test_client())


@pytest.fixture
def korean_visitor(public_pages: Flask) -> Visitor:
    """A Korean reader with an empty cookie."""
    return Visitor(public_pages.test_client(), "ko")
