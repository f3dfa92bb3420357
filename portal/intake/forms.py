"""Forms of the pages on which staff take claims in, and invite those of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange

from portal.claims.fields import Email, Phone
from portal.matters.joinder import JoinderQuestion
from portal.matters.questions import Question
from portal.packets.forms import PlaceForm
from portal.packets.reading import ToRead
from portal.web import language
from portal.web.typed import Line, Lines, Several, refuse

LONGEST_NOTE = 2_000


class AnswersForm(FlaskForm):
    """All questions of the check that are asked so far, on one page: in a talk they come in any order."""

    names: tuple[str, ...] = ()

    @property
    def given(self) -> dict[str, str]:
        """What is answered."""
        return {name: self[name].data for name in self.names if self[name].data}


def answers_form(questions: Sequence[Question], answers: Mapping[str, str], lang: str) -> AnswersForm:
    """The form for these questions, filled with the answers that there are."""
    fields: dict[str, Any] = {
        one.id: RadioField(
            one.text[lang], choices=[(o.value, o.text[lang]) for o in one.options], validate_choice=False
        )
        for one in questions
    }
    kind = type("AnswersForm", (AnswersForm,), {**fields, "names": tuple(fields)})
    form: AnswersForm = kind(data=dict(answers))
    return form


class JoinderForm(FlaskForm):
    """The questions about other suits that are asked so far, each with room for words beside the answer."""

    seen = HiddenField()
    names: tuple[str, ...] = ()


def joinder_form(
    questions: Sequence[JoinderQuestion], answers: Mapping[str, str], details: Mapping[str, str], lang: str
) -> JoinderForm:
    """The form for these questions, filled with what was said."""
    fields: dict[str, Any] = {}
    for one in questions:
        choices = [(option.value, option.text[lang]) for option in one.options]
        fields[one.id] = RadioField(one.text[lang], choices=choices, validate_choice=False)
        fields[f"{one.id}-details"] = Line(_l("In their words"), longest=300)
    names = tuple(one.id for one in questions)
    kind = type("JoinderForm", (JoinderForm,), {**fields, "names": names})
    given = {**answers, **{f"{name}-details": words for name, words in details.items()}}
    form: JoinderForm = kind(data=given)
    return form


class TalkForm(FlaskForm):
    """What a draft begins with: the actions, how the person came, and where they can be reached."""

    tracks = Several(_l("Actions"))
    way = RadioField(
        _l("How they came"),
        [InputRequired(_l("Choose one."))],
        choices=[("phone", _l("By telephone")), ("counter", _l("At the counter"))],
    )
    language = RadioField(
        _l("Language of our messages"),
        [InputRequired(_l("Choose a language."))],
        choices=list(language.LANGUAGES.items()),
    )
    email = Line(_l("E-mail address"), [Email()], longest=320)
    phone = Line(_l("Phone number"), [Phone()], longest=40)
    note = Lines(_l("Note about the talk"), longest=LONGEST_NOTE)
    numbers: dict[str, str]

    def validate_tracks(self, field: Several) -> None:
        """At least one."""
        if not field.data:
            raise refuse(_("Choose at least one action to go on with."))

    def validate(self, extra_validators: Any = None) -> bool:
        """A contact is needed, unless the person is at the counter and signs on paper."""
        valid = super().validate(extra_validators)
        if self.way.data == "phone" and not (self.email.data or self.phone.data):
            sentence = _(
                "Enter an e-mail address or a phone number: they confirm the claim with a code sent to it."
            )
            self.email.errors = [*self.email.errors, sentence]
            return False
        return valid


class GivenTextsForm(PlaceForm):
    """That the person has the texts, where they will sign, and what they answer to each consent."""

    given = BooleanField(
        _l("The person has been given these texts and knows that they read them before signing.")
    )
    consents: tuple[str, ...] = ()

    def validate_given(self, field: BooleanField) -> None:
        """Without the texts nobody can sign them."""
        if not field.data:
            raise refuse(_("Give the person the texts first, on paper or by e-mail."))

    @property
    def answered(self) -> dict[str, bool]:
        """Each consent with the answer."""
        return {name: self[name].data == "yes" for name in self.consents}


def given_texts_form(entries: Sequence[ToRead], lang: str) -> GivenTextsForm:
    """The form for these documents."""
    choices = [("yes", _l("Consents")), ("no", _l("Does not consent"))]
    asked = {
        one.document.id: RadioField(
            one.document.title[lang], [InputRequired(_l("Choose one of the two answers."))], choices=choices
        )
        for one in entries
        if one.consent
    }
    kind = type("GivenTextsForm", (GivenTextsForm,), {**asked, "consents": tuple(asked)})
    form: GivenTextsForm = kind()
    return form


class InviteForm(FlaskForm):
    """How many are written to, and how fast."""

    limit = IntegerField(
        _l("How many people at most"),
        [
            InputRequired(_l("Enter a number.")),
            NumberRange(1, 10_000, _l("Enter a number from 1 to 10,000.")),
        ],
        default=100,
    )
    per_minute = IntegerField(
        _l("Messages a minute"),
        [InputRequired(_l("Enter a number.")), NumberRange(1, 1_000, _l("Enter a number from 1 to 1,000."))],
        default=60,
    )
    remind = RadioField(
        _l("Who is written to"),
        choices=[
            ("", _l("Those who were not invited yet")),
            ("y", _l("Those invited a week ago who did not come")),
        ],
        default="",
    )
