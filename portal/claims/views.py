"""The claimant's pages: overview, the steps of the details, and the look through before reading and signing."""

from __future__ import annotations

from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.claims import access, joinder, overview, saving, sealed, sections, service, step_pages, steps
from portal.claims.blueprint import pages
from portal.claims.case_forms import SecuritiesForm
from portal.claims.errors import AlreadySubmitted, StaleSave
from portal.claims.forms import ADDRESS_FORMS, StepForm
from portal.claims.models import Claim
from portal.claims.review import summary
from portal.matters.matter import Matter
from portal.web import allow, claimant, runtime
from portal.web.held import release

Answer = str | Response | tuple[str, int]
# Steps that are more than one page.
OWN_PAGES = {"confirm": "claims.confirm_taken_in", "diary": "claims.diary", "joinder": "claims.joinder"}


@pages.get("/claim", endpoint="overview")
@allow.claimant
def show_overview() -> Answer:
    """Where the claim stands: what is to do before signing, or what comes next after it."""
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        shown = overview.read(reading, runtime(), claim)
        signers = sections.lines(reading, claim, "signers")
        lacking = sections.lines(reading, claim, "lacking")
    own = next((line for line in signers if line.here), None)
    template = "claims/tasks.html" if claim.draft else "claims/claim.html"
    return release(
        make_response(
            render_template(
                template,
                claim=claim,
                shown=shown,
                signers=signers,
                lacking=lacking,
                kind=_matter().claimants.kind(claim.kind),
                waits_for_others=own is not None and not own.waiting,
            )
        )
    )


@pages.route("/claim/details/<name>", methods=["GET", "POST"])
@allow.claimant
def step(name: str) -> Answer:
    """One step of the details."""
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        particulars = sealed.read_latest(reading, runtime().vault, claim)
        answers = sealed.read_answers(reading, runtime().vault, claim)
    if steps.step_of(_matter(), claim, name) is None:
        abort(404)
    if not service.may_amend(claim):
        return redirect(url_for("claims.overview"), 303)
    if name in OWN_PAGES:
        return redirect(url_for(OWN_PAGES[name], next=request.args.get("next")), 303)
    kind = saving.form_class(name, _where(saving.place_of(claim, particulars, answers)))
    form = step_pages.shown(kind, claim, particulars, answers)
    if isinstance(form, SecuritiesForm) and _rearranged(form):
        return _step_page(name, form, claim)
    if request.method == "GET" or not form.validate():
        return _step_page(name, form, claim), (422 if request.method == "POST" else 200)
    return _save(name, form)


@pages.get("/claim/review")
@allow.claimant
def review() -> Answer:
    """Everything that was said, each with a way to change it."""
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        particulars = sealed.read_latest(reading, runtime().vault, claim)
        shown = overview.read(reading, runtime(), claim)
        lacking = sections.lines(reading, claim, "lacking")
    if not service.may_amend(claim):
        return redirect(url_for("claims.overview"), 303)
    matter = _matter()
    missing = [one.name for one in steps.missing(matter, claim, particulars)]
    groups = summary(claim, particulars, matter)
    together = joinder.map_of(matter, claim, particulars)
    return render_template(
        "claims/review.html",
        claim=claim,
        groups=groups,
        missing=missing,
        shown=shown,
        together=together,
        lacking=lacking,
    )


def _where(saved: str) -> str:
    """Which kind of address this page asks for: what the form said, what a link asked for, or what is saved."""
    typed = step_pages.held() or request.form
    wanted = typed.get("where") or request.args.get("in", "")
    return wanted if wanted in ADDRESS_FORMS else saved


def _rearranged(form: SecuritiesForm) -> bool:
    """Whether the press was for a row more or less; nothing is saved by it."""
    add, remove = "add" in request.form, request.form.get("remove", "")
    if request.method != "POST" or not (add or remove):
        return False
    form.rearrange(add, int(remove) if remove.isascii() and remove.isdigit() and len(remove) < 4 else None)
    return True


def _save(name: str, form: StepForm) -> Answer:
    try:
        claim = step_pages.save(name, form)
    except StaleSave:
        return _stale(name, form)
    except AlreadySubmitted:
        return redirect(url_for("claims.overview"), 303)
    return release(redirect(_after(name, claim), 303))


def _stale(name: str, form: StepForm) -> Answer:
    """Show what another device saved beside what was typed here; only another press overwrites it."""
    claim, particulars = step_pages.saved_elsewhere(form)
    matter = runtime().matters.current().matter
    rows = [row for group in summary(claim, particulars, matter) for row in group.rows if group.step == name]
    return _step_page(name, form, claim, elsewhere=rows), 409


def _matter() -> Matter:
    return runtime().matters.current().matter


def _after(name: str, claim: Claim) -> str:
    """Where to go once a step is saved."""
    if claim.unconfirmed:
        return url_for("claims.confirm_taken_in")
    if name == "harm" and steps.keeps_diary(_matter(), claim):
        return url_for("claims.diary", next=request.args.get("next"))
    if request.args.get("next") == "review" or not claim.draft:
        return url_for("claims.review")
    following = steps.following(_matter(), claim, name)
    return url_for("claims.step", name=following) if following else url_for("evidence.index")


def _step_page(name: str, form: StepForm, claim: Claim, elsewhere: Any = None) -> str:
    found, previous = steps.step_of(_matter(), claim, name), steps.before(_matter(), claim, name)
    assert found is not None
    back = url_for("claims.step", name=previous) if previous else url_for("claims.overview")
    return render_template(
        f"claims/steps/{name}.html",
        form=form,
        stage=found.stage,
        stages=steps.STAGES,
        claim=claim,
        elsewhere=elsewhere,
        back=url_for("claims.review") if request.args.get("next") == "review" or not claim.draft else back,
    )
