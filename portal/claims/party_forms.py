"""The pages about who acts for whom: the company, the person who died, whoever signs, and the other parent."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from portal.claims.fields import (
    LONGEST_HANGUL,
    LONGEST_HANJA,
    LONGEST_PASSPORT,
    a_letter,
    date_parts,
    of_hangul,
    of_hanja,
    of_latin,
    parts_of,
    shown_phone,
)
from portal.claims.forms import StepForm
from portal.claims.kinds import MINOR, alone
from portal.claims.models import Claim
from portal.claims.particulars import Company, Deceased, Particulars, PersonName, Representative
from portal.claims.places import countries
from portal.claims.registration import read_registration, shown_registration
from portal.identity import NotAnAddress, normalised_email
from portal.matters.matter import Matter
from portal.messages.sms import sends_sms
from portal.web import language, runtime
from portal.web.phones import read_phone
from portal.web.typed import Line, Lines, Needed, halfwidth, refuse

LONGEST_COMPANY = 150
BOTH = "both"
RELATIONS = {
    "child": _l("I am a child of theirs"),
    "spouse": _l("I was married to them"),
    "parent": _l("I am a parent of theirs"),
    "sibling": _l("I am a brother or sister of theirs"),
    "other": _l("Another relation"),
}


class Contact(Line):
    """An e-mail address or a telephone number by which somebody else is invited; one field for both."""

    def pre_validate(self, form: Any) -> None:
        """Put it into its one form: lower-cased address, or E.164."""
        if not self.data:
            return
        found = read_contact(self.data, getattr(form, "phone_country", ""))
        if found is None:
            raise refuse(
                _("Enter an e-mail address like name@example.com, or a mobile number like 010-1234-5678.")
            )
        if found.startswith("+") and not sends_sms(runtime().settings):
            raise refuse(_("No text messages are sent from here. Enter their e-mail address."))
        self.value = found

    value = ""


def read_contact(typed: str, country: str = "") -> str | None:
    """The address or number in its one form; None when it is neither."""
    if "@" in typed:
        try:
            return normalised_email(typed)
        except NotAnAddress:
            return None
    return read_phone(typed, country)


def shown_contact(value: str) -> str:
    """A kept contact as people write it."""
    return shown_phone(value) if value.startswith("+") else value


class CompanyForm(StepForm):
    """The company's own name, where it is registered, and its number there."""

    name = Line(
        _l("Name of the company or organization"),
        [Needed(_l("Enter the name.")), a_letter],
        longest=LONGEST_COMPANY,
    )
    name_latin = Line(_l("Name in Latin letters"), [a_letter, of_latin], longest=LONGEST_COMPANY)
    country = SelectField(_l("Where it is registered"), validate_choice=False)
    registration = Line(_l("Business registration number (사업자등록번호)"), longest=40)
    for_us = False

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        held = particulars.company
        if held is None:
            return {"country": "KR"}
        return held.model_dump() | {"registration": shown_registration(held.registration)}

    def prepare(self, claim: Claim, matter: Matter) -> None:
        names = countries(language.current())
        self.country.choices = sorted(names.items(), key=lambda pair: (pair[0] != "KR", pair[0] != "US"))
        self.for_us = claim.engagement("us") is not None

    def validate_country(self, field: SelectField) -> None:
        if field.data not in dict(field.choices):
            raise refuse(_("Choose the country."))

    def validate_name_latin(self, field: Line) -> None:
        if self.for_us and not field.data and not (self.name.data or "").isascii():
            raise refuse(_("Enter the name in Latin letters too: papers for the United States carry it."))

    def validate_registration(self, field: Line) -> None:
        if self.country.data != "KR":
            return
        if not field.data:
            raise refuse(_("Enter the registration number."))
        if read_registration(field.data) is None:
            raise refuse(
                _(
                    "This number cannot be right. It has ten figures, like 123-45-67891;"
                    " please compare it with the certificate."
                )
            )

    def apply(self, particulars: Particulars) -> Particulars:
        number = (read_registration(self.registration.data) if self.country.data == "KR" else None) or ""
        company = Company(
            name=self.name.data,
            name_latin=self.name_latin.data,
            registration=number,
            country=self.country.data,
        )
        return particulars.model_copy(update={"company": company, "name": company.as_name})


class DeceasedForm(StepForm):
    """Whose claim has passed to the heir, how they were related, and for which share the heir acts."""

    hangul = Line(_l("Name in Hangul"), [a_letter, of_hangul], longest=LONGEST_HANGUL)
    hanja = Line(_l("Name in Hanja"), [of_hanja], longest=LONGEST_HANJA)
    passport = Line(_l("Name as in the passport"), [a_letter, of_latin], longest=LONGEST_PASSPORT)
    birth = date_parts(_l("Date of birth"), needed=_l("Enter the date of birth."))
    died = date_parts(_l("Date of death"), needed=_l("Enter the date of death."))
    relation = RadioField(
        _l("How were you related?"),
        [InputRequired(_l("Choose how you were related."))],
        choices=list(RELATIONS.items()),
    )
    share_of = StringField(_l("Your share"))
    share_in = StringField(_l("of so many parts"))
    others = Lines(_l("Other heirs, as far as you know"), longest=500)

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        held = particulars.deceased
        if held is None:
            return {}
        return held.name.model_dump() | {
            "birth": parts_of(held.birth_date),
            "died": parts_of(held.died_on),
            "relation": held.relation,
            "share_of": str(held.share_of),
            "share_in": str(held.share_in),
            "others": held.other_heirs,
        }

    def validate_passport(self, field: Line) -> None:
        if not field.data and not self.hangul.data:
            raise refuse(_("Enter the name in Hangul, or as in the passport."))

    def validate_share_of(self, field: StringField) -> None:
        share = read_share(self.share_of.data or "", self.share_in.data or "")
        if share is None:
            raise refuse(
                _("Enter your share as a fraction, such as 2 of 7 parts. If you inherit alone, enter 1 of 1.")
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """Nobody dies before being born."""
        valid = super().validate(extra_validators)
        born, died = self.birth.form.value, self.died.form.value
        if valid and born and died and died < born:
            self.died.form.form_errors.append(_("This is before the date of birth. Check both dates."))
            return False
        return valid

    def apply(self, particulars: Particulars) -> Particulars:
        share = read_share(self.share_of.data or "", self.share_in.data or "") or (1, 1)
        held = Deceased(
            name=PersonName(hangul=self.hangul.data, hanja=self.hanja.data, passport=self.passport.data),
            birth_date=self.birth.form.value,
            died_on=self.died.form.value,
            relation=self.relation.data,
            share_of=share[0],
            share_in=share[1],
            other_heirs=self.others.data,
        )
        return particulars.model_copy(update={"deceased": held})


def read_share(parts: str, whole: str) -> tuple[int, int] | None:
    """A share as two whole numbers, the first no larger than the second; None when it is no share."""
    typed = [halfwidth(one[:8]).strip() for one in (parts, whole)]
    if not all(one.isascii() and one.isdigit() and len(one) <= 4 for one in typed):
        return None
    share_of, share_in = (int(one) for one in typed)
    return (share_of, share_in) if 1 <= share_of <= share_in <= 1_000 else None


class RepresentativeForm(StepForm):
    """Who signs: for a child the parent who fills this in, or the first of two parents to be invited; a ward's
    guardian; a company's representative.
    """

    hangul = Line(_l("Name in Hangul"), [a_letter, of_hangul], longest=LONGEST_HANGUL)
    passport = Line(_l("Name as in the passport"), [a_letter, of_latin], longest=LONGEST_PASSPORT)
    position = Line(_l("Title"), longest=60)
    contact = Contact(_l("E-mail address or mobile number"), longest=254)
    party = "r1"
    kind, for_us, invites, phone_country = "", False, False, ""

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        held = particulars.representative(cls.party)
        if held is None:
            return {"position": _("Representative director") if claim.kind == "company" else ""}
        return held.name.model_dump() | {"position": held.position, "contact": shown_contact(held.invited)}

    def prepare(self, claim: Claim, matter: Matter) -> None:
        self.kind, self.for_us = claim.kind, claim.engagement("us") is not None
        self.invites = claim.kind == MINOR and alone(self.answers)
        self.phone_country = claim.residence or ""

    def validate_passport(self, field: Line) -> None:
        if self.for_us and not field.data:
            raise refuse(_("Enter the name as in the passport: papers for the United States carry it."))
        if not field.data and not self.hangul.data:
            raise refuse(_("Enter the name in Hangul, or as in the passport."))

    def validate_position(self, field: Line) -> None:
        if self.kind == "company" and not field.data:
            raise refuse(_("Enter the title, like 대표이사."))

    def validate_contact(self, field: Contact) -> None:
        if self.invites and not field.data:
            raise refuse(_("Enter an e-mail address or a mobile number that only this person uses."))
        if self.invites and field.value in self._taken():
            raise refuse(
                _(
                    "Each person signs by a contact of their own. This one belongs to somebody else in the claim."
                )
            )

    def _taken(self) -> set[str]:
        others = (one.invited for one in self.claim_holds.representatives if one.id != self.party)
        return {*(contact.value for contact in self.claim_holds.contacts), *others} - {""}

    def apply(self, particulars: Particulars) -> Particulars:
        kept = [one for one in particulars.representatives if one.id != self.party]
        named = sorted([*kept, self._named(particulars)], key=lambda one: one.id)
        return particulars.model_copy(update={"representatives": tuple(named)})

    def _named(self, particulars: Particulars) -> Representative:
        before = particulars.representative(self.party)
        invited = self.contact.value if self.invites else ""
        guardian = before is not None and before.kind == "guardian" and self.kind == MINOR
        kinds = {MINOR: "guardian" if guardian else "parent", "company": "officer"}
        return Representative(
            id=self.party,
            kind=kinds.get(self.kind, "guardian"),
            name=PersonName(hangul=self.hangul.data, passport=self.passport.data),
            position=self.position.data if self.kind == "company" else "",
            invited=invited,
            contact=before.contact if before is not None and before.invited == invited else None,
        )


class OtherParentForm(RepresentativeForm):
    """The other parent, who is invited to sign too; or why one signature is enough, by the matter's exceptions."""

    signs = RadioField(_l("Who signs?"), [InputRequired(_l("Choose who signs."))])
    party = "r2"

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        held = super().shown(claim, particulars) if particulars.representative(cls.party) else {}
        named = particulars.representative(cls.party) is not None
        return held | {"signs": particulars.exception or (BOTH if named else None)}

    def prepare(self, claim: Claim, matter: Matter) -> None:
        super().prepare(claim, matter)
        kind = matter.claimants.kind(MINOR)
        self.exceptions = {one.id: one for one in kind.exceptions} if kind else {}
        texts = [(one.id, one.text[language.current()]) for one in self.exceptions.values()]
        self.signs.choices = [(BOTH, _("Both parents sign")), *texts]
        self.invites = self.signs.data == BOTH

    @property
    def notes(self) -> dict[str, str]:
        """What is said beside each exception."""
        return {one.id: one.note[language.current()] for one in self.exceptions.values()}

    def validate_passport(self, field: Line) -> None:
        if self.invites:
            super().validate_passport(field)

    def apply(self, particulars: Particulars) -> Particulars:
        if self.invites:
            both = particulars.model_copy(update={"exception": ""})
            return _acting(super().apply(both), guardian=False)
        exception = self.exceptions[self.signs.data]
        alone_now = tuple(one for one in particulars.representatives if one.id != self.party)
        single = particulars.model_copy(update={"exception": exception.id, "representatives": alone_now})
        return _acting(single, guardian=exception.guardian)


def _acting(particulars: Particulars, *, guardian: bool) -> Particulars:
    """The first representative as a parent, or as the guardian who acts in the parents' place."""
    kind = "guardian" if guardian else "parent"
    changed = tuple(
        one.model_copy(update={"kind": kind}) if one.id == "r1" else one
        for one in particulars.representatives
    )
    return particulars.model_copy(update={"representatives": changed})
