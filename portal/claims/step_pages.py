"""What every page that saves a piece of the details does: show it as typed or saved, and save it without a clash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import flash, request, session
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal import jobs
from portal.claims import access, difference, duplicates, saving, sealed, service
from portal.claims.forms import StepForm
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.web import claimant, runtime
from portal.web.held import held_here

SomeForm = TypeVar("SomeForm", bound=StepForm)


def held() -> MultiDict[str, str] | None:
    """What was typed earlier and could not be saved then."""
    return held_here(claimant().claim_id) if request.method == "GET" else None


def shown(
    kind: type[SomeForm], claim: Claim, particulars: Particulars, answers: Mapping[str, str] | None = None
) -> SomeForm:
    """The form with what was typed now, or earlier without being saved, or saved earlier."""
    if request.method == "POST":
        typed: Any = _typed(_saved(kind, claim, particulars, answers or {}))
    else:
        typed = held()
    form = kind(typed, data=kind.shown(claim, particulars))
    if request.method == "GET":
        form.seen.data = saving.seen_mark(runtime().vault, kind, claim, particulars)
        if typed is not None:
            flash(_("This is what you typed earlier. It is not saved yet."), "wait")
    form.answers, form.claim_holds = answers or {}, particulars
    form.prepare(claim, runtime().matters.current().matter)
    return form


def save(name: str, form: StepForm) -> Claim:
    """Save a valid form in a transaction of its own. Raises StaleSave or AlreadySubmitted."""
    known = {form.seen.data or "", session.get("saved", {}).get(name, "")}
    matter, now = runtime().matters.current().matter, runtime().clock()
    with runtime().database.transaction() as writing:
        claim = access.own_claim(writing, claimant(), to_change=True)
        form.prepare(claim, matter)
        service.prolong(claim, matter, now)
        mark = saving.save(writing, runtime().vault, claim, form, known, now)
        if name in duplicates.STEPS and claim.draft:
            jobs.defer(writing, "claims.duplicates", claim_id=claim.id)
    # What this browser saved last is known to it: going back and saving again is no clash of two devices.
    session["saved"] = {**session.get("saved", {}), name: mark}
    return claim


def saved_elsewhere(form: StepForm) -> tuple[Claim, Particulars]:
    """What another device saved meanwhile; the form now knows of it, so that another press overwrites it."""
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        particulars = sealed.read_latest(reading, runtime().vault, claim)
    form.seen.data = saving.seen_mark(runtime().vault, type(form), claim, particulars)
    form.differences = difference.between(form, _saved(type(form), claim, particulars, form.answers)())
    form.carried = difference.carried(request.form)
    return claim, particulars


def _typed(saved: Callable[[], StepForm]) -> MultiDict[str, str]:
    """What this request typed, or what was chosen of it and of what another device saved."""
    return difference.resolved(request.form, saved()) if "merge" in request.form else request.form


def _saved(
    kind: type[StepForm], claim: Claim, particulars: Particulars, answers: Mapping[str, str]
) -> Callable[[], StepForm]:
    """The form as it is saved now; made only where it is needed."""

    def made() -> StepForm:
        form = kind(formdata=None, data=kind.shown(claim, particulars))
        form.answers, form.claim_holds = answers, particulars
        form.prepare(claim, runtime().matters.current().matter)
        return form

    return made
