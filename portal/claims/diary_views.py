"""The claimant's pages of the harm diary: the list with its totals, and an entry one thing a page.

Files are attached on a page of `portal.evidence.incidents`, which also takes entries out.
"""

from __future__ import annotations

from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.claims import access, diary, difference, sealed, sections, service, step_pages, steps
from portal.claims import saving as saving_of
from portal.claims.blueprint import pages
from portal.claims.diary_forms import IncidentForm, WhenForm, what_form, when_form
from portal.claims.errors import AlreadySubmitted, StaleSave
from portal.claims.models import Claim
from portal.claims.particulars import Incident, Particulars
from portal.claims.review import incident_rows
from portal.matters.incidents import IncidentKind
from portal.matters.matter import Matter
from portal.web import allow, claimant, runtime
from portal.web.held import held as held_back
from portal.web.held import hold, release

Answer = str | Response | tuple[str, int]
STAGE = 3
_EVERYTHING = frozenset({"money", "minutes", "reported"})


@pages.get("/claim/diary", endpoint="diary")
@allow.claimant
def show_diary() -> Answer:
    """The entries in order of their days, with what they add up to."""
    claim, particulars, files = _opened()
    matter = _matter(claim)
    following = steps.following(matter, claim, "diary")
    onward = url_for("claims.step", name=following) if following else url_for("evidence.index")
    return render_template(
        "claims/diary.html",
        claim=claim,
        entries=diary.in_order(particulars.diary),
        early={one.id for one in particulars.diary if diary.is_early(matter, one)},
        totals=diary.totals(particulars.diary),
        files=files,
        words=particulars.account.harm if particulars.account else "",
        full=len(particulars.diary) >= diary.MOST_INCIDENTS,
        onward=url_for("claims.review") if _reviewing(claim) else onward,
        stage=STAGE,
        stages=steps.STAGES,
    )


@pages.get("/claim/diary/add")
@allow.claimant
def diary_add() -> Answer:
    """What kind of thing happened; `of` names an entry whose kind is to be another."""
    claim, particulars, files = _opened()
    held = diary.find(particulars, request.args.get("of", "")[:4])
    fresh = _next_id(claim, particulars, files)
    if held is None and (fresh is None or len(particulars.diary) >= diary.MOST_INCIDENTS):
        return redirect(url_for("claims.diary"), 303)
    return render_template(
        "claims/diary_add.html",
        kinds=_matter(claim).incidents_for(claim.tracks),
        incident_id=held.id if held else fresh,
        held=held,
        claim=claim,
        stage=STAGE,
        stages=steps.STAGES,
    )


@pages.get("/claim/diary/<incident_id>")
@allow.claimant
def diary_entry(incident_id: str) -> Answer:
    """One entry whole, each piece with a way to change it."""
    claim, particulars, files = _opened()
    matter, held = _matter(claim), diary.find(particulars, incident_id) or abort(404)
    return render_template(
        "claims/diary_entry.html",
        claim=claim,
        entry=held,
        kind=_kind(matter, held.kind),
        asks=_asks(_kind(matter, held.kind), held),
        early=matter.diary if diary.is_early(matter, held) else None,
        files=[file for file in files if file.incident == held.id],
    )


@pages.route("/claim/diary/<incident_id>/when", methods=["GET", "POST"])
@allow.claimant
def diary_when(incident_id: str) -> Answer:
    """The day of an entry. With a kind in the address it may be new."""
    claim, particulars, files = _opened()
    matter, held = _matter(claim), diary.find(particulars, incident_id)
    wanted = request.args.get("kind", "")
    offered = {kind.id: kind for kind in matter.incidents_for(claim.tracks)}
    kind = offered.get(wanted) or (_kind(matter, held.kind) if held else None)
    if held is None and (kind is None or len(particulars.diary) >= diary.MOST_INCIDENTS):
        abort(404)
    if held is None and incident_id != _next_id(claim, particulars, files):
        # Another device added an entry since this page was asked for: this one is simply the next.
        incident_id = _next_id(claim, particulars, files) or abort(404)
    kind_id = kind.id if kind else held.kind if held else ""
    form = step_pages.shown(when_form(incident_id, kind_id, _asks(kind, held)), claim, particulars)
    if request.method == "GET" or not form.validate():
        return _when_page(form, claim, kind, held), _status()
    try:
        saved = _saved_as_new_if_taken("diary-when", form, kind)
    except StaleSave:
        claim, particulars = step_pages.saved_elsewhere(form)
        held = diary.find(particulars, incident_id)
        return _when_page(form, claim, kind, held, elsewhere=_rows(matter, held)), 409
    except AlreadySubmitted:
        return redirect(url_for("claims.overview"), 303)
    place = "claims.diary_what" if "new" in request.args else "claims.diary_entry"
    answer = redirect(url_for(place, incident_id=saved.incident_id, new=_new()), 303)
    kept = held_back(claimant().claim_id)
    if kept is not None and kept.path == url_for(place, incident_id=saved.incident_id):
        return answer  # words of an entry that was gone: the next page is filled in with them
    return release(answer)


@pages.route("/claim/diary/<incident_id>/what", methods=["GET", "POST"])
@allow.claimant
def diary_what(incident_id: str) -> Answer:
    """What happened in an entry, and what it cost."""
    claim, particulars, _files = _opened()
    matter, held = _matter(claim), diary.find(particulars, incident_id)
    if held is None:
        return _gone(incident_id)
    kind = _kind(matter, held.kind)
    form = step_pages.shown(what_form(incident_id, held.kind, _asks(kind, held)), claim, particulars)
    elsewhere = None
    if request.method == "POST" and form.validate():
        try:
            step_pages.save("diary-what", form)
        except StaleSave:
            claim, particulars = step_pages.saved_elsewhere(form)
            if diary.find(particulars, incident_id) is None:
                return _gone(incident_id)
            elsewhere = _rows(matter, diary.find(particulars, incident_id))
        except AlreadySubmitted:
            return redirect(url_for("claims.overview"), 303)
        else:
            place = "incidents.files" if "new" in request.args else "claims.diary_entry"
            return release(redirect(url_for(place, incident_id=incident_id, new=_new()), 303))
    back = url_for("claims.diary_entry", incident_id=incident_id)
    if "new" in request.args:
        back = url_for("claims.diary_when", incident_id=incident_id, new=_new())
    page = render_template(
        "claims/diary_what.html", form=form, claim=claim, kind=kind, entry=held, back=back, elsewhere=elsewhere,
        early=matter.diary if diary.is_early(matter, held) else None, stage=STAGE, stages=steps.STAGES,
    )  # fmt: skip
    return page, 409 if elsewhere is not None else _status()


def _gone(incident_id: str) -> Answer:
    """Where an entry was removed on another device while it was written here: what was typed is shown, and fills in
    the page of a new entry, if one is added within the hour. Without anything typed there is no such page.
    """
    typed = what_form(incident_id, "", _EVERYTHING)(request.form) if request.method == "POST" else abort(404)
    typed.validate()
    if "money" in typed and not typed.money.data:
        del typed.currency  # chosen by the page, not by the person
    said = difference.said(typed) or abort(404)
    claim, particulars, files = _opened()
    fresh = _next_id(claim, particulars, files) if len(particulars.diary) < diary.MOST_INCIDENTS else None
    page = make_response(render_template("claims/diary_gone.html", said=said, room=fresh is not None), 409)
    if fresh is None:
        return page
    return hold(page, claim.id, url_for("claims.diary_what", incident_id=fresh))


def _saved_as_new_if_taken(name: str, form: WhenForm, kind: IncidentKind | None) -> WhenForm:
    """Save; a new entry whose id another device took meanwhile, under the next one. Raises what saving raises."""
    try:
        step_pages.save(name, form)
    except StaleSave:
        if "new" not in request.args or kind is None:
            raise
        claim, particulars, files = _opened()
        fresh = _next_id(claim, particulars, files)
        if fresh is None or len(particulars.diary) >= diary.MOST_INCIDENTS:
            raise
        again = step_pages.shown(when_form(fresh, kind.id, _asks(kind, None)), claim, particulars)
        again.seen.data = saving_of.seen_mark(runtime().vault, type(again), claim, particulars)
        again.validate()
        step_pages.save(name, again)
        return again
    return form


def _opened() -> tuple[Claim, Particulars, list[Any]]:
    with runtime().database.reading() as reading:
        claim = access.own_claim(reading, claimant())
        particulars = sealed.read_latest(reading, runtime().vault, claim)
        files = _files(reading, claim)
    if not service.may_amend(claim):
        abort(redirect(url_for("claims.overview"), 303))
    return claim, particulars, files


def _files(session: Session, claim: Claim) -> list[Any]:
    return [line for line in sections.lines(session, claim, "files") if line.incident]


def _next_id(claim: Claim, particulars: Particulars, files: list[Any]) -> str | None:
    """An id that no entry bears, none that was signed and none that a file remembers."""
    with runtime().database.reading() as reading:
        signed = sealed.read(reading, runtime().vault, claim)
    held = (one.id for one in (*particulars.diary, *signed.diary))
    return diary.next_id(held, (file.incident for file in files))


def _matter(claim: Claim) -> Matter:
    matter = runtime().matters.current().matter
    if not steps.keeps_diary(matter, claim):
        abort(404)
    return matter


def _kind(matter: Matter, kind_id: str) -> IncidentKind | None:
    return next((kind for kind in matter.incidents if kind.id == kind_id), None)


def _asks(kind: IncidentKind | None, held: Incident | None) -> frozenset[str]:
    """What a page asks for: what the kind does, and what the entry says already."""
    asks: set[str] = set(kind.asks if kind else ())
    if held:
        present = {
            "until": held.until, "money": held.lost, "minutes": held.minutes, "reported": held.reported
        }  # fmt: skip
        asks |= {name for name, value in present.items() if value}
    return frozenset(asks)


def _rows(matter: Matter, held: Incident | None) -> list[tuple[str, str]]:
    return incident_rows(matter, held) if held else []


def _when_page(
    form: IncidentForm, claim: Claim, kind: IncidentKind | None, held: Incident | None, elsewhere: Any = None
) -> str:
    back = url_for("claims.diary_add") if "new" in request.args else None
    if back is None:
        back = (
            url_for("claims.diary_entry", incident_id=form.incident_id) if held else url_for("claims.diary")
        )
    return render_template(
        "claims/diary_when.html",
        form=form,
        claim=claim,
        kind=kind,
        back=back,
        elsewhere=elsewhere,
        stage=STAGE,
        stages=steps.STAGES,
    )


def _new() -> str | None:
    return "1" if "new" in request.args else None


def _reviewing(claim: Claim) -> bool:
    return request.args.get("next") == "review" or not claim.draft


def _status() -> int:
    return 422 if request.method == "POST" else 200
