"""Is this message ours? And the addresses that are. HTTP only.

What is pasted lives as long as the request: it is in no log, no session and no table unless the person reports it.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from portal.trust import official, service, wording
from portal.trust.forms import LONGEST, AskForm, ReportForm
from portal.trust.judgement import Finding, judge
from portal.web import allow, language, runtime
from portal.web.limits import limiter
from portal.web.public import kept

pages = Blueprint("trust", __name__)
Answer = str | tuple[str, int] | tuple[str, int, dict[str, str]]
EVIDENCE = "portal.trust.evidence"
"""The endpoint to which a claimant may send a message as evidence; evidence, which stands above, names it."""


@pages.route(f"{language.PREFIX}/is-this-ours", methods=["GET", "POST"])
@allow.anybody
@limiter.limit("120 per hour", methods=["POST"])
def ask() -> Answer:
    """Paste a message and read what we can say of it."""
    form = AskForm()
    if not form.validate_on_submit():
        return _page(form), (422 if form.errors else 200)
    return _answer(form.text.data, ReportForm(formdata=None))


@pages.post(f"{language.PREFIX}/is-this-ours/report")
@allow.anybody
@limiter.limit("20 per hour")
@limiter.limit("600 per hour", key_func=lambda: "everybody's reports")
def report() -> Answer:
    """Keep the message, sealed, because the person says so."""
    form = ReportForm()
    if not form.validate_on_submit():
        if form.text.errors:
            return _page(AskForm(formdata=None)), 422
        return _answer(form.text.data, form), 422
    text, opened = form.text.data, runtime()
    finding = judge(opened.matters.current().matter, text)
    with opened.database.transaction() as session:
        service.report(
            session, opened, text, finding,
            channel=form.channel.data, language=language.current(), now=opened.clock(),
        )  # fmt: skip
    return render_template(
        "trust/reported.html", text=text, evidence=_evidence(), kept_days=service.KEPT.days
    )


@pages.get(f"{language.PREFIX}/official")
@allow.anybody
@kept
def official_addresses() -> str:
    """The addresses and senders that are ours, what we never ask for, and how to check that the list is ours."""
    opened = runtime()
    return render_template(
        "trust/official.html",
        site=opened.settings.site_address,
        fingerprint=official.fingerprint(opened),
        seals=official.certificates(),
    )


@pages.get("/.well-known/official-senders.json")
@allow.anybody
def signed_list() -> Response:
    """The signed list itself."""
    content = official.signed_list(runtime(), runtime().matters.current())
    return Response(content, mimetype="application/json")


@pages.get("/.well-known/official-senders.sig")
@allow.anybody
def signed_list_signature() -> Response:
    """The 64 bytes over the list."""
    content = official.signed_list(runtime(), runtime().matters.current())
    return _file(official.signature(runtime(), content), "application/octet-stream", "official-senders.sig")


@pages.get("/.well-known/official-senders.pem")
@allow.anybody
def signed_list_key() -> Response:
    """The public key that the list is checked with."""
    return _file(official.public_key(runtime()), "application/x-pem-file", "official-senders.pem")


@pages.get("/.well-known/security.txt")
@allow.anybody
def security_txt() -> Response:
    """Whom to tell of a weakness (RFC 9116)."""
    opened = runtime()
    contacts = [firm.email for firm in opened.matters.current().matter.toml.counsel]
    return Response(official.security_txt(opened.settings, contacts, opened.clock()), mimetype="text/plain")


@pages.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> Answer:
    form = AskForm(formdata=None)
    form.text.errors = [
        _("This is too long. Paste only the message, up to %(count)s characters.", count=f"{LONGEST:,}")
    ]
    return _page(form), 413


@pages.errorhandler(TooManyRequests)
def _too_many(_error: TooManyRequests) -> Answer:
    form = AskForm(formdata=None)
    form.text.errors = [
        _(
            "Many messages were checked from here in a short time. Please wait a few minutes, or call one of the "
            "numbers below."
        )
    ]
    return _page(form), 429, {"Retry-After": "300"}


def _page(form: AskForm) -> str:
    return render_template("trust/ask.html", form=form, longest=LONGEST, site=runtime().settings.site_address)


def _answer(text: str, form: ReportForm) -> str:
    finding: Finding = judge(runtime().matters.current().matter, text)
    lang = language.current()
    form.text.data = text
    return render_template(
        "trust/answer.html",
        finding=finding,
        kind=wording.KINDS[finding.verdict],
        headline=wording.headline(finding),
        meaning=wording.meaning(finding),
        signs=[wording.sign(one, lang) for one in finding.signs],
        address_kind=wording.address_kind,
        pieces=list(wording.visible(text)),
        text=text,
        form=form,
        evidence=_evidence(),
        site=runtime().settings.site_address,
        kept_days=service.KEPT.days,
    )


def _evidence() -> str:
    """Where a claimant who is signed in can add the message to their claim; empty for everybody else."""
    endpoint, claimant_here = (
        current_app.extensions.get(EVIDENCE),
        current_app.extensions.get("portal.claimant"),
    )
    here = claimant_here() if endpoint and claimant_here and request.cookies else None
    return url_for(endpoint) if endpoint and here is not None and not here.party else ""


def _file(content: bytes, mimetype: str, name: str) -> Response:
    return Response(
        content, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
