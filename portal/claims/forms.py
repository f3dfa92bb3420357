"""The claim's pages about the person: one form for each step, with how it is read from and written to particulars."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from portal.claims.difference import Difference
from portal.claims.fields import (
    LONGEST_HANGUL,
    LONGEST_HANJA,
    LONGEST_PASSPORT,
    Phone,
    a_letter,
    at_least_two,
    date_parts,
    of_hangul,
    of_hanja,
    of_latin,
    parts_of,
    shown_phone,
    today,
)
from portal.claims.kinds import MINOR, SELF, alone, under_age
from portal.claims.models import Claim
from portal.claims.particulars import Address, Particulars, PersonName
from portal.claims.places import STATES, countries
from portal.matters.matter import Matter
from portal.web import language
from portal.web.typed import Line, Needed, halfwidth, refuse

LONGEST_LINE = 300  # of an address


class StepForm(FlaskForm):
    """One step. ``seen`` tells which saved version the person had before them."""

    seen = HiddenField(filters=[lambda mark: (mark or "")[:16]])
    answers: Mapping[str, str] = {}
    """What was answered in the check, for forms that depend on it."""
    claim_holds = Particulars()
    """What the claim holds, for forms that compare with it."""
    as_one = False  # whether its fields are chosen together where two devices part
    differences: tuple[Difference, ...] = ()
    carried: list[tuple[str, str]]

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        """What the fields show of what is saved."""
        raise NotImplementedError

    def prepare(self, claim: Claim, matter: Matter) -> None:
        """Fill choices that the claim or matter decides."""

    def apply(self, particulars: Particulars) -> Particulars:
        """The particulars with what the valid form says."""
        raise NotImplementedError

    @property
    def letters(self) -> str | None:
        """The language for messages and letters, where this form asks for it."""
        return None


class PhraseForm(StepForm):
    """The claimant's own words, by which our messages can be told from false ones."""

    phrase = Line(_l("Your phrase"), [Needed(_l("Choose a phrase.")), at_least_two], longest=40)

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        return {"phrase": particulars.phrase}

    def apply(self, particulars: Particulars) -> Particulars:
        return particulars.model_copy(update={"phrase": self.phrase.data})


class NameForm(StepForm):
    """The name as used in Korea and as in the passport."""

    hangul = Line(_l("Name in Hangul"), [a_letter, of_hangul], longest=LONGEST_HANGUL)
    hanja = Line(_l("Name in Hanja"), [of_hanja], longest=LONGEST_HANJA)
    passport = Line(_l("Name as in the passport"), [a_letter, of_latin], longest=LONGEST_PASSPORT)
    for_us = False
    kind: str = SELF

    def prepare(self, claim: Claim, matter: Matter) -> None:
        self.for_us = claim.engagement("us") is not None
        self.kind = claim.kind

    def validate_passport(self, field: Line) -> None:
        if self.for_us and not field.data:
            raise refuse(_("Enter your name as in the passport: papers for the United States carry it."))
        if not field.data and not self.hangul.data:
            raise refuse(_("Enter your name in Hangul, or as in the passport."))

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        return particulars.name.model_dump() if particulars.name else {}

    def apply(self, particulars: Particulars) -> Particulars:
        name = PersonName(hangul=self.hangul.data, hanja=self.hanja.data, passport=self.passport.data)
        return particulars.model_copy(update={"name": name})


class BirthForm(StepForm):
    """The birth date, which with the name tells people apart where no 주민등록번호 may be asked."""

    birth = date_parts(_l("Date of birth"), needed=_l("Enter the date of birth."))
    kind: str = SELF
    takes_minors = False

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        return {"birth": parts_of(particulars.birth_date)}

    def prepare(self, claim: Claim, matter: Matter) -> None:
        self.kind = claim.kind
        self.takes_minors = matter.claimants.kind(MINOR) is not None

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the age fits what was said about who takes part."""
        valid = super().validate(extra_validators)
        born = self.birth.form.value
        refused = _unfit_age(self.answers, self.kind, born, takes_minors=self.takes_minors) if born else ""
        if valid and refused:
            self.birth.form.form_errors.append(refused)
        return valid and not refused

    def apply(self, particulars: Particulars) -> Particulars:
        return particulars.model_copy(update={"birth_date": self.birth.form.value})


def _unfit_age(answers: Mapping[str, str], kind: str, born: date, *, takes_minors: bool) -> str:
    """Why somebody of this age cannot take part as was answered; empty when they can."""
    young = under_age(born, today())
    if not young and kind == MINOR and not alone(answers):
        return _(
            "This person is 19 or older and so takes part without the parents. Check the date; if it is right,"
            " answer the check again."
        )
    if young and kind not in (SELF, MINOR):
        return _(
            "This person is under 19, and so others must sign. Check the date; if it is right, please call the law"
            " firm and give your claim number."
        )
    if young and not takes_minors:
        return _("Only people of 19 or older can take part here. Check the date.")
    return ""


class AddressForm(StepForm):
    """What the three kinds of address share; ``where`` says which kind the page shows."""

    where = HiddenField()
    place = ""
    as_one = True

    def prepare(self, claim: Claim, matter: Matter) -> None:
        self.where.data = self.place

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        return particulars.address.model_dump() if particulars.address else {}

    def address(self) -> Address:
        """The address that the valid form holds."""
        raise NotImplementedError

    def apply(self, particulars: Particulars) -> Particulars:
        return particulars.model_copy(update={"address": self.address()})


class KoreanAddressForm(AddressForm):
    """도로명주소 with five digits."""

    place = "KR"
    postcode = Line(_l("Postcode"), [Needed(_l("Enter the postcode."))], longest=12)
    line1 = Line(_l("Road name address"), [Needed(_l("Enter the road name address."))], longest=LONGEST_LINE)
    line2 = Line(_l("Building, floor, door"), longest=120)

    def validate_postcode(self, field: Line) -> None:
        field.data = halfwidth(field.data).strip()
        if not re.fullmatch(r"\d{5}", field.data, re.ASCII):
            raise refuse(_("Enter the postcode of five figures, like 04524."))

    def validate_line1(self, field: Line) -> None:
        if not re.search(r"\d", field.data) or not re.search(r"[로길]|[Rr]o\b|[Gg]il\b", field.data):
            raise refuse(_("Enter the road name address with its number, like 서울특별시 중구 세종대로 110."))

    def address(self) -> Address:
        return Address(
            country="KR", postcode=self.postcode.data, line1=self.line1.data, line2=self.line2.data
        )


class AmericanAddressForm(AddressForm):
    """Street, city, state and ZIP."""

    place = "US"
    line1 = Line(_l("Street address"), [Needed(_l("Enter the street address."))], longest=LONGEST_LINE)
    line2 = Line(_l("Apartment, suite"), longest=120)
    city = Line(_l("City"), [Needed(_l("Enter the city."))], longest=100)
    region = SelectField(_l("State"), validate_choice=False)
    postcode = Line(_l("ZIP code"), [Needed(_l("Enter the ZIP code."))], longest=12)

    def prepare(self, claim: Claim, matter: Matter) -> None:
        super().prepare(claim, matter)
        self.region.choices = [("", "–"), *STATES.items()]

    def validate_region(self, field: SelectField) -> None:
        if field.data not in STATES:
            raise refuse(_("Choose the state."))

    def validate_postcode(self, field: Line) -> None:
        field.data = halfwidth(field.data).strip()
        if not re.fullmatch(r"\d{5}(-\d{4})?", field.data, re.ASCII):
            raise refuse(_("Enter the ZIP code, like 10001 or 10001-2345."))

    def address(self) -> Address:
        fields = {name: self[name].data for name in ("line1", "line2", "city", "region", "postcode")}
        return Address(country="US", **fields)


class OtherAddressForm(AddressForm):
    """Any other country's address, in its own lines."""

    place = "other"
    country = SelectField(_l("Country"), validate_choice=False)
    line1 = Line(_l("Address line 1"), [Needed(_l("Enter the address."))], longest=LONGEST_LINE)
    line2 = Line(_l("Address line 2"), longest=LONGEST_LINE)
    city = Line(_l("City"), [Needed(_l("Enter the city."))], longest=100)
    region = Line(_l("Region"), longest=100)
    postcode = Line(_l("Postcode"), longest=20)

    def prepare(self, claim: Claim, matter: Matter) -> None:
        super().prepare(claim, matter)
        names = countries(language.current())
        self.country.choices = [("", "–"), *((c, n) for c, n in names.items() if c not in {"KR", "US"})]

    def validate_country(self, field: SelectField) -> None:
        if field.data not in dict(field.choices) or not field.data:
            raise refuse(_("Choose the country."))

    def address(self) -> Address:
        fields = {
            name: self[name].data for name in ("country", "line1", "line2", "city", "region", "postcode")
        }
        return Address(**fields)


ADDRESS_FORMS: dict[str, type[AddressForm]] = {
    "KR": KoreanAddressForm,
    "US": AmericanAddressForm,
    "other": OtherAddressForm,
}


class ContactForm(StepForm):
    """The phone number, and the language in which we write."""

    phone = Line(_l("Phone number"), [Phone(_l("Enter a phone number."))], longest=40)
    correspondence = RadioField(
        _l("Language of our messages"),
        [InputRequired(_l("Choose a language."))],
        choices=list(language.LANGUAGES.items()),
    )
    phone_country = ""
    numbers: dict[str, str]

    @classmethod
    def shown(cls, claim: Claim, particulars: Particulars) -> dict[str, Any]:
        phone = shown_phone(particulars.phone) if particulars.phone else ""
        return {"phone": phone, "correspondence": claim.language}

    def prepare(self, claim: Claim, matter: Matter) -> None:
        self.phone_country = claim.residence or ""

    def apply(self, particulars: Particulars) -> Particulars:
        return particulars.model_copy(update={"phone": self.numbers["phone"]})

    @property
    def letters(self) -> str | None:
        return str(self.correspondence.data)
