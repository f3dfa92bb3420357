"""The page of signing: one card for each jurisdiction, four ways to sign, and the hand-in of everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from portal.claims import access, parties, sealed, sections
from portal.claims.errors import AlreadySubmitted, ConsentMissing, NotReady, TextsChanged, TrackClosed
from portal.claims.models import Claim
from portal.claims.parties import Signer
from portal.identity.models import ClaimantSession
from portal.matters.model import PacketDocument
from portal.matters.shelf import PublishedMatter
from portal.packets import faces, handoff, signing
from portal.packets import reading as readings_of
from portal.packets.device import device_class
from portal.packets.forms import Means, PlaceForm, SignatureForm
from portal.packets.handoff import Drawn
from portal.packets.reading import ToRead
from portal.packets.squares import Squares, squares
from portal.packets.views import blueprint, elsewhere
from portal.web import allow, claimant, runtime
from portal.web.language import current
from portal.web.limits import limiter

_HELD = "phone"  # the visitor's cookie: the addresses that this browser shows, for they are kept nowhere else
_PAPER = "paper.start"


@dataclass(frozen=True)
class Phone:
    """How the hand-off of one jurisdiction stands: none, waiting, opened or drawn."""

    jurisdiction: str
    state: str
    address: str = ""
    site: str = ""
    minutes: int = 0
    drawn: Drawn | None = None

    @property
    def code(self) -> Squares:
        """The address as a picture for a phone's camera."""
        return squares(self.address)


@dataclass(frozen=True)
class Card:
    """What is signed for one jurisdiction, and how."""

    jurisdiction: str
    entries: Sequence[ToRead]
    form: SignatureForm
    phone: Phone
    paper: str


@blueprint.route("/sign", methods=["GET", "POST"])
@allow.party
def sign() -> AnyResponse | str:
    """Sign once for each jurisdiction, and hand everything in."""
    published = runtime().matters.current()
    with runtime().database.transaction() as session:
        claim = access.own_claim(session, claimant(), to_change=True)
        if found := elsewhere(session, claim, published):
            return found
        entries = readings_of.reading_list(session, runtime(), published, claim, claimant().party)
        if not all(entry.done for entry in entries):
            return redirect(url_for("packets.read"), 303)
        particulars = sealed.read_latest(session, runtime().vault, claim)
        signer = parties.signer_at(published.matter, claim, particulars, claimant().party)
        assert signer is not None  # `elsewhere` sends everybody else away
        place, cards = PlaceForm(), _cards(session, claim, entries, signer)
        forms = [card.form for card in cards]
        refused = None
        if request.method == "POST" and all([place.validate(), *[form.validate() for form in forms]]):
            refused = _submit(session, published, claim, place, cards)
            if refused is None:
                cookie.pop(_HELD, None)
                return redirect(url_for("claims.joined" if claimant().party else "claims.overview"), 303)
        lacking = sections.lines(session, claim, "lacking")
        others = [one for one in sections.lines(session, claim, "signers") if not one.here]
    return render_template(
        "packets/sign.html",
        lacking=lacking,
        others=others,
        signer=signer,
        claim=claim,
        cards=cards,
        place=place,
        wrong=any(form.errors for form in forms),
        refused=refused,
        published=published,
    )


@blueprint.get("/sign/phone/<any(kr, us):jurisdiction>")
@allow.party
@limiter.limit("120 per minute", key_func=lambda: str(claimant().claim_id))
def phone(jurisdiction: str) -> AnyResponse | str:
    """The address for the phone and how far the phone is: a page of its own, and what the page of signing follows."""
    published = runtime().matters.current()
    with runtime().database.reading() as session:
        claim = access.own_claim(session, claimant())
        if found := elsewhere(session, claim, published):
            return found
        stands = _phone(session, claim, _to_sign(session, published, claim, jurisdiction), jurisdiction)
    return render_template("packets/phone.html", phone=stands, published=published)


@blueprint.post("/sign/phone/<any(kr, us):jurisdiction>")
@allow.party
@limiter.limit("30 per hour", key_func=lambda: str(claimant().claim_id))
def ask_phone(jurisdiction: str) -> Response | AnyResponse:
    """A fresh address; one shown before does nothing more."""
    published = runtime().matters.current()
    with runtime().database.transaction() as session:
        claim = access.own_claim(session, claimant(), to_change=True)
        if found := elsewhere(session, claim, published):
            return found
        entries = _to_sign(session, published, claim, jurisdiction)
        if not (shown := handoff.shown_in(entries, jurisdiction, claimant().party)):
            return redirect(url_for("packets.read"), 303)
        made, token = handoff.begin(
            session, runtime(), claim, jurisdiction, shown, current(), runtime().clock()
        )
        cookie[_HELD] = {**cookie.get(_HELD, {}), jurisdiction: [str(made.id), token]}
    return redirect(url_for("packets.phone", jurisdiction=jurisdiction), 303)


def _to_sign(session: Session, published: PublishedMatter, claim: Claim, jurisdiction: str) -> list[ToRead]:
    entries = readings_of.reading_list(session, runtime(), published, claim, claimant().party)
    if not any(entry.jurisdiction == jurisdiction for entry in entries):
        raise NotFound
    return entries


def _cards(session: Session, claim: Claim, entries: Sequence[ToRead], signer: Signer) -> list[Card]:
    name = signer.name
    given = dict.fromkeys((name.hangul, name.hanja, name.passport))
    names = tuple(one for text in given if text and (one := faces.typed(text)))
    cards = []
    for jurisdiction in dict.fromkeys(entry.jurisdiction for entry in entries):
        stands = _phone(session, claim, entries, jurisdiction)
        means = Means.TYPED if stands.state == "none" else Means.PHONE
        form = SignatureForm(prefix=f"{jurisdiction}-", names=names, handed=stands.drawn, means=means)
        own = [entry for entry in entries if entry.jurisdiction == jurisdiction]
        # On paper everybody signs one print, which whoever began the claim makes and sends back.
        by_hand = _PAPER in current_app.view_functions and not signer.seat
        paper = url_for(_PAPER, jurisdiction=jurisdiction) if by_hand else ""
        cards.append(Card(jurisdiction, own, form, stands, paper))
    return cards


def _phone(session: Session, claim: Claim, entries: Sequence[ToRead], jurisdiction: str) -> Phone:
    """How the newest hand-off stands. Its address shows only in the browser that asked for it."""
    now = runtime().clock()
    newest = handoff.newest(
        session, claim, jurisdiction, handoff.shown_in(entries, jurisdiction, claimant().party), now
    )
    if newest is None:
        return Phone(jurisdiction, "none")
    if drawn := handoff.drawn(session, runtime(), claim, newest):
        return Phone(jurisdiction, "drawn", drawn=drawn)
    if newest.opened_at is not None:
        return Phone(jurisdiction, "opened")
    held_id, token = cookie.get(_HELD, {}).get(jurisdiction, ("", ""))
    if held_id != str(newest.id):
        return Phone(jurisdiction, "none")
    path = url_for("handoff.phone", token=token)
    site = runtime().settings.site_address
    minutes = ceil((newest.expires_at - now).total_seconds() / 60)
    return Phone(jurisdiction, "waiting", f"{request.scheme}://{site}{path}", site, minutes)


def _submit(
    session: Session, published: PublishedMatter, claim: Claim, place: PlaceForm, cards: Sequence[Card]
) -> str | None:
    """Sign; answers a sentence when it was refused, None when it is done (now or by an earlier press)."""
    began = session.get(ClaimantSession, claimant().session_id)
    circumstances = signing.Circumstances(
        language=current(),
        place=place.place.data,
        address=g.address,
        device=device_class(request.user_agent.string),
        session_began_at=began.created_at if began else None,
    )
    given = {card.jurisdiction: card.form.given() for card in cards}
    now = runtime().clock()
    try:
        signing.submit(session, runtime(), published, claim, given, circumstances, now, claimant().party)
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
    for card in cards:
        handoff.use(session, claim, now, handoff.shown_in(card.entries, card.jurisdiction, claimant().party))
    if claim.draft or readings_of.amended(session, runtime(), claim):
        flash(_("Your signature is kept. The claim is received once everybody has signed."), "good")
    else:
        flash(_("Received. Nothing you signed can be lost now."), "good")
    return None


def _documents(published: PublishedMatter) -> Iterator[PacketDocument]:
    return (document for plan in published.matter.packets.values() for document in plan.documents)
