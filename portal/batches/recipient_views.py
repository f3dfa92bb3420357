"""The page of recipients: who they are, add one, remove one."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.batches import recipients
from portal.batches.sealing_for import WrongKey, read_key
from portal.review.service import actor_of
from portal.web import allow, runtime, staff
from portal.web.language import current

blueprint = Blueprint("recipients", __name__)


class RecipientForm(FlaskForm):
    """Who gets volumes, and how they are encrypted for them."""

    name = StringField(
        __("Person or desk"), validators=[InputRequired(__("Give the name.")), Length(max=120)]
    )
    office = StringField(
        __("Court, firm or company"), validators=[InputRequired(__("Give the office.")), Length(max=200)]
    )
    jurisdiction = SelectField(__("Jurisdiction"))
    language = RadioField(__("Language"), choices=[("ko", "한국어"), ("en", "English")], default="ko")
    key = TextAreaField(
        __("Public key (age)"),
        description=__("It begins with age1. Left empty, volumes are ZIP files with a passphrase."),
        validators=[Length(max=4000)],
    )

    def validate_key(self, field: TextAreaField) -> None:
        """Nothing but an age public key; what else it may be is said."""
        if not (typed := (field.data or "").strip()):
            return
        try:
            read_key(typed)
        except WrongKey as error:
            field.data = ""  # it may be a secret, and is not sent back
            raise ValidationError(_wrong(typed)) from error


def _wrong(typed: str) -> str:
    lowered = typed.casefold()
    if "private key" in lowered or lowered.startswith("age-secret-key-"):
        return _("This is a private key. It must stay with its owner, who should now make a new pair.")
    if lowered.startswith(("ssh-", "ecdsa-", "sk-")):
        return _("This is an SSH key. Ask for an age public key, which begins with age1.")
    return _("This is no age public key. It begins with age1 and has 62 characters.")


@blueprint.get("/staff/recipients")
@allow.staff("batches.read")
def index() -> str:
    """The recipients of one's jurisdictions."""
    return _page(_form())


@blueprint.post("/staff/recipients")
@allow.staff("recipients.manage")
def add() -> str | AnyResponse:
    """Note one."""
    form = _form()
    if not form.validate():
        return _page(form)
    opened = runtime()
    try:
        with opened.database.transaction() as session:
            recipients.add(
                session,
                matter_slug=opened.matters.current().matter.slug,
                jurisdiction=form.jurisdiction.data,
                name=form.name.data,
                office=form.office.data,
                language=form.language.data,
                key=form.key.data or "",
                actor=actor_of(staff()),
                now=opened.clock(),
            )
    except recipients.RecipientKnown:
        form.name.errors = [_("A recipient of this name is there already.")]
        return _page(form)
    flash(_("The recipient was added."), "ok")
    return redirect(url_for("recipients.index"), 303)


@blueprint.post("/staff/recipients/<uuid:recipient_id>/remove")
@allow.staff("recipients.manage")
def remove(recipient_id: UUID) -> AnyResponse:
    """Let nothing go to one any more."""
    opened = runtime()
    with opened.database.transaction() as session:
        slug = opened.matters.current().matter.slug
        try:
            found = recipients.seen(session, slug, staff().jurisdictions, recipient_id)
        except recipients.NoSuchRecipient as error:
            raise NotFound from error
        recipients.remove(session, found, actor=actor_of(staff()), now=opened.clock())
    flash(_("The recipient was removed."), "ok")
    return redirect(url_for("recipients.index"), 303)


def _form() -> RecipientForm:
    form, matter = RecipientForm(), runtime().matters.current().matter
    form.jurisdiction.choices = [
        (one, matter.counsel(one).name[current()])
        for one in matter.jurisdictions
        if one in staff().jurisdictions
    ]
    return form


def _page(form: RecipientForm) -> str:
    opened = runtime()
    matter = opened.matters.current().matter
    with opened.database.reading() as session:
        found = session.scalars(recipients.recipients_of(matter.slug, staff().jurisdictions)).all()
    return render_template("batches/recipients.html", form=form, recipients=found, matter=matter)
