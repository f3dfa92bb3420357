"""Pages of reading and signing, and the claimant's own packets."""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from portal.claims import access, sealed, steps
from portal.claims.errors import AlreadySubmitted, ConsentMissing, NotReady, TextsChanged, TrackClosed
from portal.claims.kinds import SELF
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.claims.sections import PacketLine
from portal.matters.model import PacketDocument
from portal.matters.shelf import PublishedMatter
from portal.packets import reading as readings_of
from portal.packets import service, signing
from portal.packets.device import device_class
from portal.packets.forms import ConfirmForm, ConsentForm, PlaceForm, SignatureForm
from portal.packets.reading import ToRead
from portal.packets.slots import Slots, html_slots
from portal.web import allow, claimant, runtime
from portal.web.language import PREFIX, current

blueprint = Blueprint("packets", __name__, url_prefix=f"{PREFIX}/claim")


@blueprint.get("/read")
@allow.claimant
def read() -> AnyResponse | str:
    """The texts to read, in order, with what was done with each."""
    published = runtime().matters.current()
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        if elsewhere := _elsewhere(session, claim, published):
            return elsewhere
        entries = readings_of.reading_list(session, runtime(), published, claim)
    following = next((entry for entry in entries if not entry.done), None)
    return render_template("packets/list.html", entries=entries, following=following, published=published)


@blueprint.get("/read/<document_id>")
@allow.claimant
def document(document_id: str) -> AnyResponse | str:
    """One text in both languages, with the claimant's own fields filled in; opening it is noted."""
    published = runtime().matters.current()
    with runtime().database.transaction() as session:
        claim = access.own_claim(session, claimant(), to_change=True)
        if elsewhere := _elsewhere(session, claim, published):
            return elsewhere
        entry = _entry(session, published, claim, document_id)
        readings_of.open_document(session, runtime(), published, claim, entry, runtime().clock())
        slots = html_slots(session, runtime(), published, claim, entry.jurisdiction)
    return _document_page(published, entry, slots, _form_for(entry))


@blueprint.post("/read/<document_id>")
@allow.claimant
def confirm(document_id: str) -> AnyResponse | str:
    """Go on from a text, with an answer where it asks for consent."""
    published = runtime().matters.current()
    with runtime().database.transaction() as session:
        claim = access.own_claim(session, claimant(), to_change=True)
        if elsewhere := _elsewhere(session, claim, published):
            return elsewhere
        entry = _entry(session, published, claim, document_id)
        form = _form_for(entry)
        if not form.validate():
            slots = html_slots(session, runtime(), published, claim, entry.jurisdiction)
            return _document_page(published, entry, slots, form)
        given = form.given.data == "yes" if isinstance(form, ConsentForm) else None
        readings_of.confirm(session, runtime(), published, claim, entry, given, runtime().clock())
        entries = readings_of.reading_list(session, runtime(), published, claim)
    following = next((one for one in entries if not one.done), None)
    if following is None:
        return redirect(url_for("packets.sign"), 303)
    return redirect(url_for("packets.document", document_id=following.document.id), 303)


@blueprint.route("/sign", methods=["GET", "POST"])
@allow.claimant
def sign() -> AnyResponse | str:
    """Sign once for each jurisdiction, and hand everything in."""
    published = runtime().matters.current()
    with runtime().database.transaction() as session:
        claim = access.own_claim(session, claimant(), to_change=True)
        if elsewhere := _elsewhere(session, claim, published):
            return elsewhere
        entries = readings_of.reading_list(session, runtime(), published, claim)
        if not all(entry.done for entry in entries):
            return redirect(url_for("packets.read"), 303)
        particulars = sealed.read_latest(session, runtime().vault, claim)
        place, forms = PlaceForm(), _signature_forms(session, published, claim, particulars)
        refused = None
        if request.method == "POST" and all(
            [place.validate(), *[form.validate() for form in forms.values()]]
        ):
            refused = _submit(session, published, claim, place, forms)
            if refused is None:
                return redirect(url_for("claims.overview"), 303)
    return render_template(
        "packets/sign.html",
        entries=entries,
        place=place,
        signatures=forms,
        wrong=any(form.errors for form in forms.values()),
        refused=refused,
        published=published,
        name=particulars.name,
    )


@blueprint.get("/sample/<any(kr, us):jurisdiction>.pdf")
@allow.claimant
def sample(jurisdiction: str) -> Response:
    """A page in the form of the packets, to see whether this device opens it. Invented, and the same for everybody."""
    from portal.packets.preview import sample_pdf  # fonts and PDF libraries load only when somebody tries

    content = sample_pdf(runtime().matters.current().matter, jurisdiction)
    headers = {"Content-Disposition": f'inline; filename="sample-{jurisdiction}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@blueprint.get("/packets/<uuid:packet_id>.pdf")
@allow.claimant
def download(packet_id: UUID) -> Response:
    """A sealed packet of the claimant's own."""
    with runtime().database.transaction() as session:
        claim = access.own_claim(session, claimant())
        packet = service.own_packet(session, claim, packet_id)
        if packet is None:
            abort(404)
        content = service.open_packet(session, runtime(), packet)
        name = service.file_name(packet)
    return Response(
        content,
        mimetype="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "sandbox",
        },
    )


def lines_for_claim(session: Session, claim: Claim) -> list[PacketLine]:
    """The claim's packets for its page; a superseded one stays to be had."""
    return [
        PacketLine(
            jurisdiction=packet.jurisdiction,
            revision=packet.revision,
            state=packet.state,
            url=url_for("packets.download", packet_id=packet.id) if packet.blob else "",
            size=packet.size or 0,
            pages=packet.pages or 0,
            sealed_at=packet.sealed_at,
        )
        for engagement in claim.engagements
        for packet in service.packets_of(session, engagement)
    ]


def _elsewhere(session: Session, claim: Claim, published: PublishedMatter) -> AnyResponse | None:
    """Where to go instead: nothing is left to sign, staff must help first, or a step before is not done."""
    if not readings_of.to_sign(session, runtime(), published, claim):
        return redirect(url_for("claims.overview"), 303)
    if claim.kind != SELF:
        return redirect(url_for("claims.stopped"), 303)
    particulars = sealed.read_latest(session, runtime().vault, claim)
    if any(steps.missing(published.matter, claim, particulars)):
        return redirect(url_for("claims.review"), 303)
    return None


def _entry(session: Session, published: PublishedMatter, claim: Claim, document_id: str) -> ToRead:
    for entry in readings_of.reading_list(session, runtime(), published, claim):
        if entry.document.id == document_id:
            return entry
    raise NotFound


def _form_for(entry: ToRead) -> ConfirmForm | ConsentForm:
    if not entry.consent:
        return ConfirmForm()
    answered = entry.reading.given if entry.reading else None
    return ConsentForm(given=None if answered is None else ("yes" if answered else "no"))


def _document_page(
    published: PublishedMatter, entry: ToRead, slots: Slots, form: ConfirmForm | ConsentForm
) -> str:
    matter = published.matter
    return render_template(
        "packets/document.html",
        entry=entry,
        form=form,
        slots=slots,
        packet=matter.packets[entry.jurisdiction],
        ko=matter.document(entry.document.id, "ko"),
        en=matter.document(entry.document.id, "en"),
    )


def _signature_forms(
    session: Session, published: PublishedMatter, claim: Claim, particulars: Particulars
) -> dict[str, SignatureForm]:
    name = particulars.name
    names = (name.hangul, name.hanja, name.passport) if name else ()
    return {
        engagement.jurisdiction: SignatureForm(prefix=f"{engagement.jurisdiction}-", names=names)
        for engagement in readings_of.to_sign(session, runtime(), published, claim)
    }


def _submit(
    session: Session,
    published: PublishedMatter,
    claim: Claim,
    place: PlaceForm,
    forms: dict[str, SignatureForm],
) -> str | None:
    """Sign; answers a sentence when it was refused, None when it is done (now or by an earlier press)."""
    circumstances = signing.Circumstances(
        language=current(),
        place=place.place.data,
        address=g.address,
        device=device_class(request.user_agent.string),
    )
    given = {jurisdiction: form.given() for jurisdiction, form in forms.items()}
    try:
        signing.submit(session, runtime(), published, claim, given, circumstances, runtime().clock())
    except AlreadySubmitted:
        return None
    except TextsChanged:
        return _(
            "A text was published anew while you were reading. Please read what changed before you sign."
        )
    except ConsentMissing as error:
        title = next(e.title for e in _documents(published) if e.id == str(error.document))
        return _("Counsel cannot act without this consent: %(title)s", title=title[current()])
    except TrackClosed:
        return _("One of the actions you chose no longer takes new people.")
    except NotReady:
        return _("Something is still missing. Please look through your details.")
    flash(_("Received. Nothing you signed can be lost now."), "good")
    return None


def _documents(published: PublishedMatter) -> Iterator[PacketDocument]:
    return (document for plan in published.matter.packets.values() for document in plan.documents)
