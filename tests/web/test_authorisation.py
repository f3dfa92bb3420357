"""Every address and command as every right, as a stranger, and as the other office: outcomes come from the matrix."""

from __future__ import annotations

import tomllib
from uuid import uuid4

import click
import pytest
from click.testing import CliRunner
from werkzeug.routing import AnyConverter, IntegerConverter, UUIDConverter

from portal.cli import main
from portal.staff import service
from portal.web import access, rights, rights_page
from tests.batches.claims import an_accepted_claim
from tests.conftest import NOW, ROOT
from tests.visitor import on_the_tests_clock

MATRIX, WORDS = (
    tomllib.loads((ROOT / "portal" / "web" / f"{name}.toml").read_text())
    for name in ("authorisation", "authorisation_words")
)
BEFORE_SIGNING_IN = {"sign_in", "second_factor", "enrol", "join", "passkey", "demo"}
METHODS = ("GET", "POST")


@pytest.fixture
def portal(app, clock):
    """The application with a claim in each jurisdiction; forms need no token, so that only rights decide."""
    on_the_tests_clock(app, clock)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def browser_of(app, *roles):
    """Somebody signed in who holds exactly these rights."""
    runtime = app.extensions["portal"]
    person = service.Person(name="누구", email=f"{'-'.join(roles).replace(':', '.')}@staff.example")
    with runtime.database.transaction() as session:
        member = service.add(
            session, runtime.vault, person, roles=roles, language="en", password=None, now=runtime.clock()
        )
        member.totp = b"set up"
        token = service.open_session(session, member, runtime.clock())
    client = app.test_client()
    client.set_cookie("staff", token)
    return client


def staff_rules(app):
    """Rules of the map that admit staff, with their act."""
    for rule in app.url_map.iter_rules():
        admission = getattr(app.view_functions[rule.endpoint], "portal_admission", None)
        if admission is not None and admission.kind == "staff":
            yield rule, admission.act


def address(app, rule, **known):
    """An address of the rule; what is not known is somebody else's, or nobody's."""
    values = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if name in known:
            values[name] = known[name]
        elif isinstance(converter, UUIDConverter):
            values[name] = uuid4()
        elif isinstance(converter, IntegerConverter):
            values[name] = 1
        else:
            values[name] = min(converter.items) if isinstance(converter, AnyConverter) else "x"
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def test_every_address_below_staff_declares_an_act_of_the_matrix(portal):
    declared = {rule.endpoint for rule, act in staff_rules(portal) if act in MATRIX["acts"]}
    below = {
        rule.endpoint
        for rule in portal.url_map.iter_rules()
        if rule.rule == "/staff" or rule.rule.startswith("/staff/")
    }
    assert below - declared == {f"staff.{name}" for name in BEFORE_SIGNING_IN}
    assert len(declared) > 50


def test_each_right_opens_what_the_matrix_says_and_nothing_else(portal):
    rules = [(rule, act, address(portal, rule)) for rule, act in staff_rules(portal)]
    for rule, act, _address in rules:
        _stand_in(portal, rule.endpoint, act)
    portal.register_error_handler(
        403, lambda _error: ("", 403)
    )  # a page with navigation each time takes long
    client, wrong = portal.test_client(), []
    for right in rights.every_right():
        somebody = access.Staff(uuid4(), "누구", frozenset({right}), "en", uuid4(), NOW)
        portal.extensions["portal.staff"] = lambda somebody=somebody: somebody
        duty, _colon, place = right.partition(":")
        for rule, act, path in rules:
            method = "GET" if "GET" in rule.methods else "POST"
            answer = client.open(path, method=method)
            allowed = duty in MATRIX["acts"][act]
            expected = (200, place) if allowed else (403, None)
            if (answer.status_code, answer.text if allowed else None) != expected:
                wrong.append(f"{right} {method} {path} ({act}): {answer.status_code}, not {expected}")
    assert not wrong


def test_a_right_of_one_office_comes_from_the_account_at_each_request(portal):
    client = browser_of(portal, "analyst:us")
    assert client.get("/staff/account").status_code == 200
    assert client.get("/staff/queue").status_code == 403


def test_a_stranger_is_sent_to_sign_in_from_everywhere(portal):
    stranger = portal.test_client()
    wrong = [
        f"{method} {rule.rule}: {answer.status_code}"
        for rule, _act in staff_rules(portal)
        for method in METHODS
        if method in rule.methods
        and (answer := stranger.open(address(portal, rule), method=method)).headers.get("Location")
        != "/staff/sign-in"
    ]
    assert not wrong


def test_another_offices_claim_is_not_found_by_whatever_address(portal):
    runtime = portal.extensions["portal"]
    with runtime.database.transaction() as session:
        accepted = {one: an_accepted_claim(session, runtime, jurisdiction=one) for one in ("kr", "us")}
        theirs = {one: engagement.id for one, engagement in accepted.items()}
    wrong, tried = [], 0
    for own, other in (("kr", "us"), ("us", "kr")):
        client = browser_of(portal, own)
        for rule, _act in staff_rules(portal):
            if "engagement_id" not in rule.arguments:
                continue
            for method in METHODS:
                if method in rule.methods:
                    tried += 1
                    path = address(portal, rule, engagement_id=theirs[other])
                    status = client.open(path, method=method).status_code
                    # 400: the form itself is refused before anything is looked up.
                    if status not in ((404,) if method == "GET" else (404, 400)):
                        wrong.append(f"{own} {method} {rule.rule}: {status}")
    assert not wrong
    assert tried > 30


def test_somebody_without_a_second_factor_only_sets_one_up(portal):
    client = browser_of(portal, "administrator")
    runtime = portal.extensions["portal"]
    with runtime.database.transaction() as session:
        service.find(session, runtime.vault, "administrator@staff.example").totp = None
    assert client.get("/staff/people").headers["Location"] == "/staff/enrol"


def test_a_field_is_seen_only_by_the_duties_and_offices_that_need_it():
    for field, rule in MATRIX["fields"].items():
        for right in rights.every_right():
            duty, _colon, place = right.partition(":")
            for jurisdiction in rights.JURISDICTIONS:
                expected = (
                    duty in rule["duties"]
                    and place == jurisdiction
                    and jurisdiction in rule.get("jurisdictions", rights.JURISDICTIONS)
                )
                assert rights.sees([right], field, jurisdiction) is expected, (field, right, jurisdiction)


def test_commands_open_no_installation_whose_keyring_is_not_at_hand(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_ENV", "production")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "var"))
    for name in ("PORTAL_KEYRING", "PORTAL_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    given = tmp_path / "given"
    given.mkdir()
    (given / "file").write_text("name\nx\n")
    monkeypatch.setenv("PORTAL_STAFF_PASSWORD", "x")
    wrong = []
    for name, command in _commands(main, ()):
        if name in MATRIX["commands"]["preparing"]:
            continue
        folder = ROOT / "matters" / "coupang-2025" if name.startswith("matter ") else given
        arguments = [*name.split(), *_arguments(command, folder)]
        answer = CliRunner().invoke(main, arguments)
        refused = answer.exit_code != 0 and "not safe for production" in answer.output
        if refused is (name in MATRIX["commands"]["anybody"]):
            wrong.append(f"{name}: {answer.exit_code} {answer.output.strip()[-160:]} {answer.exception!r}")
    assert not wrong
    assert not (tmp_path / "var").exists()


def test_the_page_on_rights_is_what_the_matrix_says():
    page = (ROOT / "docs" / "authorisation.md").read_text()
    assert page == rights_page.page(rights.matrix()), "stale: make authorisation"


def test_acts_fields_and_duties_are_named_in_both_languages():
    assert set(WORDS["acts"]) == set(MATRIX["acts"])
    assert set(WORDS["fields"]) == set(MATRIX["fields"])
    known = set(MATRIX["duties"])
    assert all(set(duties) <= known for duties in MATRIX["acts"].values())


def _stand_in(app, endpoint, act):
    """A view that does nothing but say where its act reaches: the rights alone are tried."""

    @access.allow.staff(act)
    def view(**_values):
        return ",".join(access.staff().jurisdictions)

    app.view_functions[endpoint] = view


def _commands(command, before):
    if not isinstance(command, click.Group):
        yield " ".join(before), command
        return
    for name in command.list_commands(click.Context(command)):
        found = command.get_command(click.Context(command), name)
        if found is not None:
            yield from _commands(found, (*before, name))


def _arguments(command, folder):
    """What lets the command begin: something of the right kind for all that it requires."""
    arguments = []
    for parameter in command.params:
        value = _something(parameter.type, folder)
        if isinstance(parameter, click.Argument):
            arguments.append(value)
        elif parameter.required or parameter.prompt:
            arguments += [parameter.opts[0], value]
    return arguments


def _something(kind, folder):
    if isinstance(kind, click.Choice):
        return kind.choices[0]
    if isinstance(kind, click.Path):
        if not kind.dir_okay and not kind.exists:
            return str(folder / "new")
        return str(folder / "file" if kind.file_okay and kind.exists else folder)
    return str(uuid4()) if kind is click.UUID else "1"
