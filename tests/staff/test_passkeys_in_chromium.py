"""A passkey made and used in Chromium, whose own virtual authenticator stands for the device."""

import threading
from dataclasses import replace

import pytest
from werkzeug.serving import make_server

from tests.staff.desk import signed_in
from tests.visitor import on_the_tests_clock

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture
def site(app, clock):
    """The application on a free port of localhost, a name that browsers let passkeys be bound to."""
    on_the_tests_clock(app, clock)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    opened = app.extensions["portal"]
    address = f"localhost:{server.server_port}"
    named = opened.settings.model_copy(update={"site_address": address})
    app.extensions["portal"] = replace(opened, settings=named)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{address}"
    server.shutdown()


def test_a_passkey_is_made_and_signs_in_alone(app, site, browser):
    client, _secret = signed_in(app, "us")
    context = browser.new_context(locale="en-US")
    context.add_cookies([{"name": "staff", "value": client.get_cookie("staff").value, "url": site}])
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(f"{site}/staff/account/passkeys/new")
    page.get_by_label("Name of the passkey").fill("Test device")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/staff/account")
    assert page.get_by_role("cell", name="Test device", exact=True).is_visible()
    context.clear_cookies()
    page.goto(f"{site}/staff/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/staff/queue*")
    assert not wrong
    context.close()
