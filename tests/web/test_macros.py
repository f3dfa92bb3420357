"""Fields as a person with a screen reader, a phone or without scripts meets them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask, g, render_template_string
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, ValidationError

from portal.web import catalogues
from tests.conftest import ROOT


class Birth(Form):
    year = IntegerField("Year")
    month = IntegerField("Month")
    day = IntegerField("Day")

    def validate_month(self, field: IntegerField) -> None:
        if field.data and not 1 <= field.data <= 12:
            raise ValidationError("A month is between 1 and 12.")


class Trade(Form):
    price = StringField("Price", [DataRequired("Say the price.")])


class Everything(Form):
    name = StringField("Name", [DataRequired("Say your name.")], description="As on your ID.")
    email = StringField("E-mail")
    kind = SelectField("Kind", choices=[("a", "Apple"), ("b", "Banana & <b>")])
    lawyer = RadioField("Another lawyer?", [DataRequired("Choose one.")], choices=[("y", "Yes"), ("n", "No")])
    tracks = SelectMultipleField("Tracks", choices=[("kr", "Korea"), ("us", "United States")])
    consent = BooleanField("I agree", [DataRequired("Decide.")])
    story = TextAreaField("What happened")
    secret = PasswordField("Password")
    birth = FormField(Birth, "Birth date")
    trades = FieldList(FormField(Trade), min_entries=1)
    files = MultipleFileField("Files")
    strokes = HiddenField()
    typed = StringField("Type your name")


Written = Callable[..., str]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """``written(form, "forms.text(form.name)")``: what the macro makes, in English."""
    app = Flask("portal")
    app.config.update(
        SECRET_KEY="for tests only",
        BABEL_TRANSLATION_DIRECTORIES=str(catalogues.compiled(tmp_path_factory.mktemp("texts"))),
    )
    CSRFProtect(app)
    Babel(app, locale_selector=lambda: g.lang)

    def write(form: Form, call: str, lang: str = "en") -> str:
        imports = (
            '{% import "macros/forms.html" as forms %}{% import "macros/signing.html" as signing %}'
            '{% import "macros/ui.html" as ui %}'
        )
        with app.test_request_context():
            g.lang = lang
            return render_template_string(imports + "{{ " + call + " }}", form=form)

    return write


def filled(**values: object) -> Everything:
    form = Everything(MultiDict(values))
    form.validate()
    return form


def attribute(html: str, name: str, of: str) -> str | None:
    """The value of an attribute of the first element that has the text ``of`` in its tag."""
    tag = next(tag for tag in re.findall(r"<[^>]+>", html) if of in tag)
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else None


def test_label_hint_and_error_are_tied_to_the_field(written: Written) -> None:
    html = written(filled(name=""), "forms.text(form.name, autocomplete='name', lang='ko')")
    assert attribute(html, "for", "<label") == "name"
    assert attribute(html, "aria-describedby", "<input") == "name-hint name-error"
    assert attribute(html, "aria-invalid", "<input") == "true"
    assert attribute(html, "autocomplete", "<input") == "name"
    assert attribute(html, "lang", "<input") == "ko"
    assert 'id="name-hint">As on your ID.' in html
    assert "Say your name." in html


def test_every_error_has_a_link_to_a_control_that_exists(written: Written) -> None:
    form = filled(**{"birth-month": "13", "kind": "a"})
    page = written(form, "forms.error_summary(form)")
    page += "".join(
        written(form, call)
        for call in (
            "forms.field(form.name)", "forms.field(form.lawyer)", "forms.field(form.consent)",
            "forms.field(form.birth)", "forms.field(form.trades[0].price)",
        )
    )  # fmt: skip
    targets = re.findall(r'href="#([^"]+)"', page)
    assert targets == ["name", "lawyer-0", "consent", "birth-month", "trades-0-price"]
    assert [target for target in targets if f'id="{target}"' not in page] == []


def test_without_an_error_there_is_no_summary(written: Written) -> None:
    assert written(Everything(), "forms.error_summary(form)").strip() == ""


@pytest.mark.parametrize(
    "call",
    [
        "forms.text(form.name)", "forms.textarea(form.story)", "signing.pad(form.strokes)",
        "forms.select(form.kind)", "ui.facts([('a', form.name.data)])",
        "ui.tag('good', form.name.data)", "forms.text(form.email, label=form.name.data, hint=form.name.data)",
    ],
)  # fmt: skip
def test_what_somebody_typed_is_shown_and_never_run(written: Written, call: str) -> None:
    evil = '"><script>alert(1)</script>{{ 7 * 7 }}'
    html = written(filled(name=evil, story=evil, typed=evil, strokes=evil, kind=evil), call)
    assert "<script>" not in html
    assert "49" not in html


def test_a_password_is_never_given_back(written: Written) -> None:
    html = written(filled(secret="correct horse"), "forms.field(form.secret)")
    assert "correct horse" not in html
    assert attribute(html, "autocomplete", "<input") == "current-password"


def test_a_code_is_offered_by_the_phone(written: Written) -> None:
    html = written(Everything(), "forms.code(form.typed)")
    assert attribute(html, "autocomplete", "<input") == "one-time-code"
    assert attribute(html, "inputmode", "<input") == "numeric"


def test_a_date_is_asked_in_the_order_of_the_language(written: Written) -> None:
    parts = r'name="birth-(year|month|day)"'
    assert re.findall(parts, written(Everything(), "forms.date_parts(form.birth, autocomplete='bday')")) == [
        "month", "day", "year",
    ]  # fmt: skip
    assert re.findall(parts, written(Everything(), "forms.date_parts(form.birth)", "ko")) == [
        "year",
        "month",
        "day",
    ]


def test_choices_are_one_group_with_a_legend(written: Written) -> None:
    html = written(Everything(), "forms.radios(form.lawyer, legend_as_heading=true, hints={'y': 'Say who.'})")
    assert "<legend><h1>Another lawyer?</h1>" in html
    assert html.count('type="radio"') == 2
    assert attribute(html, "aria-describedby", 'value="y"') == "lawyer-0-hint"


def test_a_consent_is_never_ticked_beforehand(written: Written) -> None:
    assert " checked" not in written(Everything(), "forms.checkbox(form.consent)")


def test_a_pad_has_its_tools_on_the_page_and_on_the_whole_screen(written: Written) -> None:
    html = written(Everything(), "signing.pad(form.strokes)")
    assert 'type="hidden" id="strokes" name="strokes" value=""' in html
    page, dialog = html.split("<dialog")
    for tool in (" data-undo>", " data-clear>"):
        assert (page.count(tool), dialog.count(tool)) == (1, 1)
    assert html.count('type="button"') == html.count("<button")  # none of them sends the form


@pytest.mark.parametrize(
    ("call", "lang", "text"),
    [
        ("ui.money(3000000, 'KRW')", "en", "KRW 3,000,000"),
        ("ui.money(3000000, 'KRW')", "ko", "3,000,000원"),
        ("ui.money(28.16, 'USD')", "en", "USD 28.16"),
        ("ui.bytes(1)", "en", "1 kB"),
        ("ui.bytes(20000000)", "ko", "20.0 MB"),
        ("ui.claim_steps(6)", "ko", "7단계 중 6단계"),
    ],
)
def test_values_read_as_people_write_them(written: Written, call: str, lang: str, text: str) -> None:
    assert text in written(Everything(), call, lang)


def test_change_links_say_what_they_change(written: Written) -> None:
    html = written(Everything(), "ui.facts([('Name', 'Jane', '/en/claim/name')])")
    assert re.search(r'<a href="/en/claim/name">Change<span class="visually-hidden">: Name</span></a>', html)


def test_no_rule_of_the_stylesheet_reaches_the_parts_of_dates_by_chance() -> None:
    css = (ROOT / "static" / "css" / "portal.css").read_text()
    assert not re.findall(r"(?m)^\.(?:year|month|day)\b.*", css)
