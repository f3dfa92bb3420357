"""Every address of the application, taken from its map: what is new is tested without being named here."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from tests.web.house import PEOPLE, House, Visit, open_house

# Whoever adds a page that strangers may open adds its name here: everything else is expected to send them away.
PUBLIC = {
    "front_door", "eligibility.matter_page", "eligibility.check", "eligibility.question", "eligibility.result",
    "eligibility.again", "identity.start", "identity.sign_out", "identity.signed_out", "identity.status",
    "claims.code", "claims.enter", "messages.outbox", "staff.sign_in", "staff.second_factor", "staff.enrol",
    "staff.join", "staff.passkey", "staff.demo",
    "batches.public_key", "verify.ask", "verify.code", "verify.file", "verify.certificate_file",
    "handoff.phone", "handoff.open_address", "handoff.draw", "eligibility.company", "eligibility.glossary",
    "trust.ask", "trust.report", "trust.official_addresses", "trust.signed_list", "trust.signed_list_signature",
    "blank_forms.index", "blank_forms.form", "trust.signed_list_key", "trust.security_txt",
    "claims.choose", "claims.chosen", "claims.recover", "claims.recognise",
    "claims.recover_code", "claims.recover_facts", "claims.recover_asked",
    "claims.ask_to_stop", "claims.stop_reminders", "hooks.bounced", "hooks.twilio_report",
}  # fmt: skip
SAME_FOR_EVERYBODY = {
    "blank_forms.index", "blank_forms.form",
    "eligibility.matter_page", "eligibility.company", "eligibility.glossary", "trust.official_addresses",
}  # fmt: skip
# Programs post here without a form token and prove themselves in another way; their own tests say how.
WITHOUT_TOKEN = {"claims.stop_reminders", "hooks.bounced", "hooks.twilio_report"}
ANY_STAFF = {
    "review.home", "review.failures", "reporting.numbers", "reporting.choose_digest", "staff.sign_out",
    "account.index", "account.end_session",
    "account.end_other_sessions", "account.language", "account.password", "account.factor", "account.recovery_codes",
    "account.add_passkey", "account.remove_passkey",
}  # fmt: skip
ADMINISTRATORS = {
    "review.audit_log", "people.index", "people.history", "people.invite", "people.person", "people.rights",
    "people.close", "people.reopen", "people.reset", "people.invite_again",
}  # fmt: skip
OWNED = (
    "file_id", "upload_id", "packet_id", "engagement_id", "volume_id", "number", "print_id", "countersigning_id",
    "message_id", "enclosure_id", "pair_id", "check_id", "run_id", "bulk_id", "claim_id")  # fmt: skip
OFFICES_OWN = {"countersign.confirm"}  # an office's page names it in its address
REQUIRED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def admitted(endpoint: str, path: str, who: str, house: House) -> bool:
    """Whether this person may open this address, by the words of the design rather than by the code."""
    own = [name for name in OWNED if house.held[name] in path]
    if endpoint in PUBLIC:
        return True
    if path.startswith("/staff/"):
        if endpoint in ANY_STAFF:
            return who in ("kr", "us", "admin")
        if endpoint in ADMINISTRATORS:
            return who == "admin"
        return who == "kr" or (who == "us" and not own and endpoint not in OFFICES_OWN)
    return who == "signed" or (who == "drafting" and not own)


def door(endpoint: str, path: str, who: str) -> str:
    """How somebody who may not come in is sent away."""
    if path.startswith("/staff/"):
        if who in ("stranger", "signed", "drafting"):
            return "/staff/sign-in"
        if endpoint == "reporting.numbers_csv":
            return "404"  # administrators see failures only, and no other chart
        return "403" if who == "admin" or endpoint in ADMINISTRATORS else "404"
    return "404" if who == "drafting" else "/ko/claim/start"


def sent_away(answer: TestResponse) -> str:
    """To which door an answer shows the visitor; empty when it lets them in."""
    if answer.status_code in (403, 404):
        return str(answer.status_code)
    place = answer.headers.get("Location", "").partition("?")[0]
    return place if answer.status_code == 303 and place in ("/staff/sign-in", "/ko/claim/start") else ""


@pytest.mark.parametrize("who", PEOPLE)
def test_each_person_opens_what_is_theirs_and_nothing_else(visit: Visit, who: str) -> None:
    client, wrong = visit.as_(who), []
    for endpoint, path in visit.addresses("GET"):
        if endpoint in PUBLIC:
            continue
        found = sent_away(client.get(path))
        due = "" if admitted(endpoint, path, who, visit.house) else door(endpoint, path, who)
        if found != due and not _nothing_there_yet(endpoint, who, found):
            wrong.append(f"{path}: {found or 'let in'}, not {due or 'let in'}")
    assert not wrong, "\n".join(wrong)


def _nothing_there_yet(endpoint: str, who: str, found: str) -> bool:
    """A draft has no signature to withdraw, a signed claim nothing printed to be signed; nobody's paper was ordered."""
    nothing = {("packets.withdraw", "drafting"), ("intake_paper.document", "kr")} | {
        (f"paper.{page}", "signed") for page in ("document", "pages", "picture")
    }
    return found == "404" and (endpoint, who) in nothing


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_changes_what_is_not_theirs(visit: Visit, who: str) -> None:
    client, wrong = visit.as_(who), []
    token = visit.token(client)
    before = visit.print_of_rows()
    for endpoint, path in visit.addresses("POST"):
        if endpoint in PUBLIC or admitted(endpoint, path, who, visit.house):
            continue
        found = sent_away(client.post(path, data={"csrf_token": token}))
        if found != door(endpoint, path, who):
            wrong.append(f"{path}: {found or 'let in'}, not {door(endpoint, path, who)}")
        if visit.print_of_rows() != before:
            wrong.append(f"{path}: changed the database")
            before = visit.print_of_rows()
    assert not wrong, "\n".join(wrong)


def test_every_form_is_refused_without_its_token_and_changes_nothing(visit: Visit) -> None:
    before, wrong = visit.print_of_rows(), []
    other_token = visit.token(visit.app.test_client())
    for endpoint, path in visit.addresses("POST"):
        if endpoint in WITHOUT_TOKEN:
            continue
        who = next(who for who in PEOPLE if admitted(endpoint, path, who, visit.house))
        for given in ({}, {"csrf_token": ""}, {"csrf_token": "guessed"}, {"csrf_token": other_token}):
            answer = visit.as_(who).post(path, data=given)
            if answer.status_code != 400 or visit.print_of_rows() != before:
                wrong.append(f"{path} as {who} with {given}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_no_other_method_gets_around_the_token(visit: Visit) -> None:
    before = visit.print_of_rows()
    for endpoint, path in visit.addresses("POST"):
        who = next(who for who in PEOPLE if admitted(endpoint, path, who, visit.house))
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            answer = visit.as_(who).open(path, method=method, headers={"X-HTTP-Method-Override": "POST"})
            assert answer.status_code in (400, 405), f"{method} {path}: {answer.status_code}"
    assert visit.print_of_rows() == before


def test_looking_at_public_pages_leaves_the_database_alone(visit: Visit) -> None:
    for who in ("stranger", "signed", "kr"):
        client, before = visit.as_(who), visit.print_of_rows()
        for endpoint, path in visit.addresses("GET"):
            if endpoint in PUBLIC:
                assert client.get(path).status_code < 400 or (endpoint, path) == ("staff.demo", "/staff/demo")
                assert visit.print_of_rows() == before, path


def test_every_answer_carries_the_headers(visit: Visit) -> None:
    clients = {who: visit.as_(who) for who in PEOPLE}
    for who, client in clients.items():
        for endpoint, path in visit.addresses("GET"):
            insist_on_headers(client.get(path), f"{path} as {who}", kept=endpoint in SAME_FOR_EVERYBODY)
    stranger = clients["stranger"]
    insist_on_headers(stranger.get("/ko/nowhere"), "404")
    insist_on_headers(stranger.get("/ko"), "redirect by the map")
    insist_on_headers(stranger.delete("/ko/check"), "405")
    insist_on_headers(stranger.post("/ko/check/again"), "400")
    insist_on_headers(stranger.get("/static/css/portal.css"), "static", kept=True)
    insist_on_headers(stranger.get("/static/../setup.cfg"), "outside of static", kept=True)


def insist_on_headers(answer: TestResponse, what: str, *, kept: bool = False) -> None:
    """The whole set; whatever is personal or may become so is not kept by any cache."""
    for name, value in REQUIRED.items():
        assert answer.headers.get(name) == value, f"{what}: {name}"
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy or ("default-src 'none'" in policy and "unsafe" not in policy), what
    if kept:
        assert not answer.headers.getlist("Set-Cookie"), (
            f"{what}: a cache would hand one person's cookie to another"
        )
    else:
        assert answer.headers.get("Cache-Control") == "no-store", what
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie, f"{what}: {cookie}"
        assert "SameSite=" in cookie, f"{what}: {cookie}"


def test_in_production_all_of_it_goes_over_tls(house: House, tmp_path: Path, own_visit: Visit) -> None:
    secure = {
        "env": "production",
        "secret_key": "k" * 40,
        "keyring": str(house.data_dir / "keyring.json"),
        "signer": str(house.data_dir / "signer.p12"),
        "mail_url": "smtps://mail.example.org",
        "sms_url": SecretStr("none:"),
        "mail_from": "intake@claims.example.org",
        "site_address": "claims.example.org",
        "allowed_hosts": "localhost",
        "rate_limits": True,
    }
    with open_house(own_visit.house, **secure) as visit:
        answer = visit.as_("stranger").get("/ko/claim/start")
        assert answer.status_code == 200
        assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
        cookies = answer.headers.getlist("Set-Cookie")
        assert cookies
        assert all(cookie.startswith("__Host-") and "Secure" in cookie for cookie in cookies)
        for demo in ("/demo/outbox", "/staff/demo"):
            assert visit.as_("stranger").get(demo).status_code == 404
        assert visit.as_("stranger").get("/ko/", headers={"Host": "evil.example"}).status_code == 400


def test_the_other_language_is_this_very_page(visit: Visit) -> None:
    def link(client: FlaskClient, path: str) -> str:
        page = client.get(path)
        if page.mimetype != "text/html" or page.status_code != 200:
            return ""
        return page.text.partition('hreflang="en"')[0].rpartition('href="')[2].partition('"')[0]

    seen = 0
    for who in ("stranger", "signed", "drafting"):
        client = visit.as_(who)
        for _endpoint, path in visit.addresses("GET"):
            if path.startswith("/ko/") and (other := link(client, f"{path}?next=review&x=1")):
                seen += 1
                assert other == path.replace("/ko/", "/en/", 1) + "?next=review&amp;x=1"
    assert seen > 15
