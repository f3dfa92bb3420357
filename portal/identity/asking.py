"""Asking for a code over the web: who asks from where, what they did for it, and the page that asks for work first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import g, render_template, request, session
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.errors import PortalError
from portal.identity import browser, pressure, service, waiting, work
from portal.identity.contacts import Contact
from portal.identity.forms import ContactForm
from portal.identity.service import Pass, Purpose
from portal.web import language, runtime
from portal.web.limits import block_of
from portal.web.shown import masked_contact

_NEVER_REPEATED = {"csrf_token", "altcha", "ticket"}


class Crowded(PortalError):
    """The browser has to work or wait first; ``page`` says so and has what it needs."""

    def __init__(self, page: str) -> None:
        super().__init__("work or a wait is asked for")
        self.page = page


def send(contact: Contact, purpose: Purpose = "enter", *, silent: bool = False) -> None:
    """Send a code to a contact and remember in this browser which. Raises Crowded, TooManyCodes."""
    try:
        with runtime().database.transaction() as writing:
            code = service.send_code(
                writing,
                runtime(),
                runtime().matters.current().matter,
                kind=contact.kind,
                value=contact.value,
                browser=browser.visitor(),
                language=language.current(),
                purpose=purpose,
                block=_block(),
                passed=_pass(writing),
                silent=silent,
            )
    except service.WorkNeeded as needed:
        raise Crowded(_page(needed.weight)) from None
    except (service.PassSpent, waiting.TicketRefused):
        raise Crowded(_page(1)) from None
    except waiting.TooEarly as early:
        raise Crowded(_page(1, early.left)) from None
    browser.remember_code(code.id, purpose)
    session["sent_to"] = masked_contact(contact.value)
    session["sent_by"] = contact.kind


def refused(form: ContactForm, error: pressure.TooManyCodes) -> None:
    """Say beside the field why no code is sent, and what to do."""
    form.asked.errors = [
        _("No more text messages can be sent at the moment. Please use your e-mail address.")
        if isinstance(error, pressure.TooManyTexts)
        else _("Too many codes were asked for. Please wait an hour and try again.")
    ]


def work_ahead(reading: Session) -> dict[str, Any] | None:
    """The work to do while the form is filled in, where it will be asked for; None as a rule."""
    asking = service.asked_by(runtime(), _block())
    weight = pressure.weight(reading, runtime().settings, asking, runtime().clock())
    return work.challenge(runtime(), weight, browser.visitor(), runtime().clock()) if weight else None


def _pass(writing: Session) -> Pass | None:
    now, here = runtime().clock(), browser.visitor()
    if answer := request.form.get("altcha", ""):
        try:
            return Pass("work", work.check(runtime(), answer, here, now))
        except work.WorkRefused:
            return None
    if ticket := request.form.get("ticket", ""):
        block = service.asked_by(runtime(), _block()).block
        return Pass("wait", waiting.check(writing, runtime(), ticket, here, block, now))
    return None


def _page(weight: int, left: timedelta | None = None) -> str:
    now, here = runtime().clock(), browser.visitor()
    seconds = int(-(-left.total_seconds() // 1)) if left else int(waiting.WAIT.total_seconds())
    return render_template(
        "identity/work.html",
        repeated=[(name, value) for name, value in request.form.items() if name not in _NEVER_REPEATED],
        challenge=work.challenge(runtime(), weight, here, now),
        ticket=request.form["ticket"] if left else waiting.ticket(runtime(), here, now),
        early=left is not None,
        seconds=seconds,
    )


def _block() -> str:
    """The block that is counted; none where a test turned the limits of addresses off."""
    return block_of(g.get("address", "")) if runtime().settings.rate_limits else ""
