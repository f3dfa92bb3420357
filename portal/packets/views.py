"""Pages of reading and signing, and the claimant's own packets."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask_babel import lazy_gettext as __
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from portal.claims import access, parties, sealed, steps
from portal.claims.models import Claim
from portal.claims.sections import PacketLine
from portal.matters import service as matters
from portal.matters.bilingual import Language
from portal.matters.service import NotPublished
from portal.matters.shelf import PublishedMatter
from portal.packets import reading as readings_of
from portal.packets import service
from portal.packets.changes import Changes, compare
from portal.packets.forms import ConfirmForm, ConsentForm
from portal.packets.reading import ToRead
from portal.packets.slots import Slots, html_slots
from portal.web import allow, claimant, runtime
from portal.web.language import PREFIX, current

# What stands in a text's places for personal content, as the comparison of two versions calls it.
SLOT_NAMES = {
    "schedule": __("your details"),
    "claim_facts": __("what you told us"),
    "joinder": __("what you declared about other suits"),
    "trades": __("your trades"),
    "exhibits": __("your evidence"),
    "declaration": __("the declaration"),
    "signature": __("your signature"),
}


@dataclass(frozen=True)
class Changed:
    """Why a document is to be read again: its text differs, or only the claimant's own facts in it."""

    read_at: datetime
    text: Changes | None = None
    facts: bool = False


blueprint = Blueprint("packets", __name__, url_prefix=f"{PREFIX}/claim")


@blueprint.get("/read")
@allow.party
def read() -> AnyResponse | str:
    """The texts to read, in order, with what was done with each."""
    published = runtime().matters.current()
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        if found := elsewhere(session, claim, published):
            return found
        entries = readings_of.reading_list(session, runtime(), published, claim, claimant().party)
    following = next((entry for entry in entries if not entry.done), None)
    return render_template("packets/list.html", entries=entries, following=following, published=published)


@blueprint.get("/read/<document_id>")
@allow.party
def document(document_id: str) -> AnyResponse | str:
    """One text in both languages, with the claimant's own fields filled in; opening it is noted."""
    published = runtime().matters.current()
    with runtime().database.transaction() as session:
        claim = access.own_claim(session, claimant(), to_change=True)
        if found := elsewhere(session, claim, published):
            return found
        entry = _entry(session, published, claim, document_id)
        readings_of.open_document(
            session, runtime(), published, claim, entry, runtime().clock(), claimant().party
        )
        slots = html_slots(session, runtime(), published, claim, entry.jurisdiction)
        changed = _changed(session, published, entry, claim.kind)
    return _document_page(published, claim.kind, entry, slots, _form_for(entry), changed)


@blueprint.post("/read/<document_id>")
@allow.party
def confirm(document_id: str) -> AnyResponse | str:
    """Go on from a text, with an answer where it asks for consent."""
    published = runtime().matters.current()
    with runtime().database.transaction() as session:
        claim = access.own_claim(session, claimant(), to_change=True)
        if found := elsewhere(session, claim, published):
            return found
        entry = _entry(session, published, claim, document_id)
        form = _form_for(entry)
        if not form.validate():
            slots = html_slots(session, runtime(), published, claim, entry.jurisdiction)
            return _document_page(
                published, claim.kind, entry, slots, form, _changed(session, published, entry, claim.kind)
            )
        given = form.given.data == "yes" if isinstance(form, ConsentForm) else None
        readings_of.confirm(
            session, runtime(), published, claim, entry, given, runtime().clock(), claimant().party
        )
        entries = readings_of.reading_list(session, runtime(), published, claim, claimant().party)
    following = next((one for one in entries if not one.done), None)
    if following is None:
        return redirect(url_for("packets.sign"), 303)
    return redirect(url_for("packets.document", document_id=following.document.id), 303)


@blueprint.get("/sample/<any(kr, us):jurisdiction>.pdf")
@allow.party
def sample(jurisdiction: str) -> Response:
    """A page in the form of the packets, to see whether this device opens it. Invented, and the same for everybody."""
    from portal.packets.preview import sample_pdf  # fonts and PDF libraries load only when somebody tries

    content = sample_pdf(runtime().matters.current().matter, jurisdiction)
    headers = {"Content-Disposition": f'inline; filename="sample-{jurisdiction}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


@blueprint.get("/packets/<uuid:packet_id>.pdf")
@allow.party
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
    """The claim's packets for its page, and the receipts; a superseded one stays to be had."""
    return [
        PacketLine(
            jurisdiction=packet.jurisdiction,
            kind=packet.kind,
            code=packet.code,
            revision=packet.revision,
            state=packet.state,
            url=url_for("packets.download", packet_id=packet.id) if packet.blob else "",
            size=packet.size or 0,
            pages=packet.pages or 0,
            sealed_at=packet.sealed_at,
            countersigned_at=packet.countersigned_at,
            countersigner=packet.countersigner or "",
        )
        for engagement in claim.engagements
        for packet in (*service.packets_of(session, engagement), service.receipt_of(session, engagement))
        if packet is not None
    ]


def elsewhere(session: Session, claim: Claim, published: PublishedMatter) -> AnyResponse | None:
    """Where to go instead: nothing is left to sign here, others sign for this person, or a step is not done."""
    seat = claimant().party
    home = url_for("claims.joined" if seat else "claims.overview")
    if not readings_of.to_sign(session, runtime(), published, claim, seat):
        return redirect(home, 303)
    particulars = sealed.read_latest(session, runtime().vault, claim)
    if any(steps.missing(published.matter, claim, particulars)):
        return redirect(home if seat else url_for("claims.review"), 303)
    if parties.signer_at(published.matter, claim, particulars, seat) is None:
        return redirect(home if seat else url_for("claims.signers"), 303)
    return None


def _entry(session: Session, published: PublishedMatter, claim: Claim, document_id: str) -> ToRead:
    for entry in readings_of.reading_list(session, runtime(), published, claim, claimant().party):
        if entry.document.id == document_id:
            return entry
    raise NotFound


def _form_for(entry: ToRead) -> ConfirmForm | ConsentForm:
    if not entry.consent:
        return ConfirmForm()
    answered = entry.reading.given if entry.reading else None
    return ConsentForm(given=None if answered is None else ("yes" if answered else "no"))


def _document_page(
    published: PublishedMatter,
    kind: str,
    entry: ToRead,
    slots: Slots,
    form: ConfirmForm | ConsentForm,
    changed: Changed | None,
) -> str:
    matter = published.matter
    return render_template(
        "packets/document.html",
        entry=entry,
        form=form,
        slots=slots,
        changed=changed,
        packet=matter.packets[entry.jurisdiction],
        ko=matter.document(entry.document.id, "ko", kind),
        en=matter.document(entry.document.id, "en", kind),
    )


def _changed(session: Session, published: PublishedMatter, entry: ToRead, kind: str) -> Changed | None:
    """What is no longer as it was when the claimant last went on from it, in the reader's language."""
    before = entry.before
    if before is None or before.confirmed_at is None or before.shown == entry.shown:
        return None
    matter = published.matter
    lang: Language = "en" if current() == "en" else "ko"
    if before.text_hashes == readings_of.text_hashes(matter, entry.document.id, kind):
        return Changed(before.confirmed_at, facts=True)
    try:
        version = matters.by_label(session, before.matter_version)
        old = runtime().matters.by_id(version.id).matter.document(entry.document.id, lang, kind)
    except (NotPublished, KeyError):
        return Changed(before.confirmed_at)
    heading = matter.packets[entry.jurisdiction].clause_heading[lang]
    told = compare(
        old,
        matter.document(entry.document.id, lang, kind),
        lambda number, title: heading.replace("{number}", number).replace("{title}", title),
        {slot: str(name) for slot, name in SLOT_NAMES.items()},
    )
    return Changed(before.confirmed_at, told)
