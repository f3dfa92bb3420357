"""The public page on which anybody asks whether a packet is genuine and still stands.

A file that is sent is judged in a box and forgotten with the request: it is stored nowhere and named in no log. A code
shows nothing of the person. Answers are looked up anew each time and kept by no cache.
"""

from __future__ import annotations

import threading
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests
from werkzeug.wrappers import Response as AnyResponse
from wtforms import FileField, StringField

from portal.evidence.wording import megabytes
from portal.packets import answers, certificates, standing
from portal.packets.codes import read_code
from portal.packets.formats import grouped
from portal.packets.standing import Standing
from portal.web import allow, language, runtime
from portal.web.bodies import takes_packet
from portal.web.limits import limiter

if TYPE_CHECKING:
    from portal.packets.verify import Verdict

pages = Blueprint("verify", __name__, url_prefix=f"{language.PREFIX}/verify")
log = structlog.get_logger()
Answer = AnyResponse | str | tuple[str, int] | tuple[str, int, dict[str, str]]
MB = 1_000_000
AT_ONCE = 2
"""Files verified at a time by one process: each takes a second of a processor and some hundred megabytes."""
PATIENCE = 15.0
"""Seconds that a file waits for its turn before its sender is asked to come again."""
_turns = threading.BoundedSemaphore(AT_ONCE)


class FileForm(FlaskForm):
    """One file to be judged."""

    packet = FileField(_l("PDF file"))


class CodeForm(FlaskForm):
    """The code that stands on a packet's cover and at the foot of its pages."""

    code = StringField(_l("Packet code"))


@pages.get("")
@allow.anybody
def ask() -> str:
    """Where a file is chosen or a code typed; what the seal proves, and how to check it without this page."""
    return _page(FileForm(formdata=None), CodeForm(formdata=None))


@pages.route("/code", methods=["GET", "POST"])
@allow.anybody
@limiter.limit("120 per hour", methods=["POST"])
def code() -> Answer:
    """How the packet with this code stands. Another language of the answer is asked for from the first page."""
    if request.method == "GET":
        return redirect(url_for("verify.ask"), 303)
    form = CodeForm()
    typed = (form.code.data or "").strip()[:64]
    found = read_code(typed)
    if found is None:
        form.code.data = typed
        form.code.errors = [_mistyped() if typed else _("Type the code.")]
        return _page(FileForm(formdata=None), form), 422
    with runtime().database.reading() as session:
        return _answer(standing.of_code(session, found))


@pages.route("/file", methods=["GET", "POST"])
@allow.anybody
@limiter.limit("40 per hour", methods=["POST"])
@limiter.limit("30 per minute", key_func=lambda: "everybody's files", methods=["POST"])
@takes_packet
def file() -> Answer:
    """How the packet stands that this file is. The file lives in memory, as long as the request."""
    if request.method == "GET":
        return redirect(url_for("verify.ask"), 303)
    sent = request.files.get("packet")
    content = sent.stream.read() if sent else b""
    if not content:
        chosen = bool(sent and sent.filename)
        sentence = _("This file is empty.") if chosen else _("Choose a file.")
        return _page(_refused(sentence), CodeForm(formdata=None)), 422
    if not _turns.acquire(timeout=PATIENCE):
        sentence = _("Many files are being checked just now. Please try again in a minute, or type the code.")
        return _page(_refused(sentence), CodeForm(formdata=None)), 503, {"Retry-After": "60"}
    try:
        verdict = _verified(content)
    finally:
        _turns.release()
    log.info("packet.verified", finding=str(verdict.finding), size=len(content))
    with runtime().database.reading() as session:
        return _answer(standing.of_file(session, verdict), size=len(content))


@pages.get("/<any(seal, counsel, timestamp):whose>-certificates.pem")
@allow.anybody
def certificate_file(whose: str) -> Response:
    """Every certificate that packets were signed under so far, to verify them anywhere."""
    trust = certificates.trust_of(runtime().settings)
    chains = {"seal": trust.seals, "counsel": trust.counsel, "timestamp": trust.timestamps}[whose]
    headers = {"Content-Disposition": f'attachment; filename="{whose}-certificates.pem"'}
    return Response(certificates.as_pem(chains), mimetype="application/x-pem-file", headers=headers)


@pages.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> Answer:
    sentence = _(
        "The file is larger than %(limit)s. Type the code instead, and compare the SHA-256 of your file.",
        limit=megabytes(runtime().settings.max_verify_mb * MB),
    )
    return _page(_refused(sentence), CodeForm(formdata=None)), 413


@pages.errorhandler(TooManyRequests)
def _too_many(_error: TooManyRequests) -> Answer:
    sentence = _(
        "Many checks came in a short time. Please wait a few minutes, or check without this page as told below."
    )
    return _page(_refused(sentence), CodeForm(formdata=None)), 429, {"Retry-After": "300"}


def seal_certificates() -> list[certificates.Published]:
    """The certificates of the firm's seal, as the page of official addresses shows them."""
    return certificates.published(certificates.trust_of(runtime().settings).seals)


def _verified(content: bytes) -> Verdict:
    from portal.packets.verify_box import verify_in_box  # PDF libraries load only where files are judged

    return verify_in_box(content, certificates.trust_of(runtime().settings))


def _refused(sentence: str) -> FileForm:
    form = FileForm(formdata=None)
    form.packet.errors = [sentence]
    return form


def _mistyped() -> str:
    return _(
        "A character is wrong or missing. A code has twelve characters, like 7K3M-9QXA-51T8; compare it again."
    )


def _page(files: FileForm, codes: CodeForm) -> str:
    settings = runtime().settings
    trust = certificates.trust_of(settings)
    return render_template(
        "packets/verify.html",
        files=files,
        codes=codes,
        limit=megabytes(settings.max_verify_mb * MB),
        seals=certificates.published(trust.seals),
        counsel=certificates.published(trust.counsel),
        timestamps=bool(trust.timestamps),
        grouped=grouped,
    )


def _answer(found: Standing, size: int = 0) -> str:
    facts = found.facts
    matter = runtime().matters.by_id(facts.matter_version_id).matter if facts else None
    other = next(one for one in language.LANGUAGES if one != language.current())
    with force_locale(other):
        in_other = answers.headline(found)
    return render_template(
        "packets/verified.html",
        found=found,
        facts=facts,
        case=matter,
        firm=matter.counsel(facts.jurisdiction) if matter and facts else None,
        kind=answers.KINDS[found.answer],
        word=answers.word(found),
        headline=answers.headline(found),
        in_other=in_other,
        other=other,
        meaning=answers.meaning(found),
        level=answers.level,
        edition=answers.edition,
        asked_at=_now(),
        size=size,
        grouped=grouped,
    )


def _now() -> datetime:
    return runtime().clock()
