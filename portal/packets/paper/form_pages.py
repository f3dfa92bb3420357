"""The public page of blank forms, and the forms: the same for everybody, and nothing about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext as _

from portal.matters.bilingual import Text
from portal.matters.matter import Matter
from portal.matters.model import CLAIM_KINDS, ClaimKind, Jurisdiction, jurisdiction_of
from portal.web import allow, runtime
from portal.web.language import PREFIX
from portal.web.limits import limiter
from portal.web.public import KEPT_SECONDS, kept

pages = Blueprint("blank_forms", __name__, url_prefix=f"{PREFIX}/paper-forms")


@dataclass(frozen=True)
class Office:
    """A law firm with its address, and the kinds of claimant that it has forms for."""

    jurisdiction: Jurisdiction
    firm: Text
    address: Text
    phone: str
    kinds: tuple[ClaimKind, ...]


@pages.get("")
@allow.anybody
@kept
def index() -> str:
    """Which form is whose, what to write and what never to write, and where to send it."""
    matter = runtime().matters.current().matter
    return render_template(
        "packets/paper/blank_forms.html", offices=list(_offices(matter)), names=_names(), matter=matter
    )


@pages.get("/<any(kr, us):jurisdiction>-<any(self, minor, heir, represented, company):kind>.pdf")
@allow.anybody
@limiter.limit("120 per hour")
def form(jurisdiction: str, kind: str) -> Response:
    """The blank form of one jurisdiction for one kind of claimant; 404 where the matter takes none."""
    from portal.packets.paper.blank_forms import blank_form  # PDF libraries load only where forms are made

    matter = runtime().matters.current().matter
    wanted = next(one for one in CLAIM_KINDS if one == kind)
    place = jurisdiction_of(jurisdiction)
    if place not in matter.jurisdictions or matter.claimants.kind(wanted) is None:
        abort(404)
    name = f"{matter.slug}-paper-{jurisdiction}-{kind}.pdf"
    content = blank_form(matter, place, wanted)
    answer = Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
    # Kept by browsers and proxies, and here once by `blank_form`: not beside the pages, where every host name that
    # somebody asks under would keep another half a megabyte.
    answer.cache_control.public = True
    answer.cache_control.max_age = KEPT_SECONDS
    answer.set_etag(sha256(content).hexdigest()[:32])
    answer.make_conditional(request)
    return answer


def _offices(matter: Matter) -> list[Office]:
    kinds = tuple(one.kind for one in matter.claimants.kinds)
    found = []
    for jurisdiction in matter.jurisdictions:
        firm = matter.counsel(jurisdiction)
        found.append(Office(jurisdiction, firm.name, firm.address, firm.phone, kinds))
    return found


def _names() -> dict[str, str]:
    return {
        "self": _("For myself, an adult"),
        "minor": _("For somebody under 19"),
        "heir": _("As an heir"),
        "represented": _("As a guardian, for the person in my care"),
        "company": _("For a company or organization"),
    }
