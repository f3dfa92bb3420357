"""One step between page and claim: which form shows it, and saving it without overwriting what nobody saw."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from portal.claims import sealed, service
from portal.claims.case_forms import AccountForm, HarmForm, OtherForm, SecuritiesForm
from portal.claims.errors import StaleSave
from portal.claims.forms import (
    ADDRESS_FORMS,
    BirthForm,
    ContactForm,
    NameForm,
    PhraseForm,
    StepForm,
)
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.claims.party_forms import CompanyForm, DeceasedForm, OtherParentForm, RepresentativeForm
from portal.vault import Vault

FORMS: dict[str, type[StepForm]] = {
    "company": CompanyForm,
    "deceased": DeceasedForm,
    "representative": RepresentativeForm,
    "other-parent": OtherParentForm,
    "phrase": PhraseForm,
    "name": NameForm,
    "birth": BirthForm,
    "contact": ContactForm,
    "account": AccountForm,
    "harm": HarmForm,
    "other": OtherForm,
    "securities": SecuritiesForm,
}


def form_class(step: str, where: str = "KR") -> type[StepForm]:
    """The form of a step; an address has one for each kind of place."""
    return ADDRESS_FORMS[where] if step == "address" else FORMS[step]


def place_of(claim: Claim, particulars: Particulars, answers: Mapping[str, str]) -> str:
    """Which kind of address to ask for: of what is saved, else of where the eligibility answers point."""
    country = particulars.address.country if particulars.address else answers.get("residence", "kr").upper()
    return country if country in ADDRESS_FORMS else "other"


def seen_mark(vault: Vault, kind: type[StepForm], claim: Claim, particulars: Particulars) -> str:
    """Stands for what is saved of a step; tells versions apart without saying anything about them."""
    shown = json.dumps(kind.shown(claim, particulars), sort_keys=True, default=str)
    return vault.index("seen version", f"{claim.id.hex} {kind.__name__} {shown}").hex()[:16]


def save(session: Session, vault: Vault, claim: Claim, form: StepForm, known: set[str], now: datetime) -> str:
    """Save a valid form; answers the new mark.

    Raises StaleSave when the saved version is none of those ``known`` to this browser, AlreadySubmitted where nothing
    can be changed any more.
    """
    current = sealed.read_latest(session, vault, claim)
    if seen_mark(vault, type(form), claim, current) not in known and not _says(form, claim, current):
        raise StaleSave("another device saved this step in between")
    changed = service.amend(session, vault, claim, form.apply, seen_revision=claim.revision, now=now)
    if form.letters:
        service.choose_language(claim, form.letters)
    return seen_mark(vault, type(form), claim, changed)


def _says(form: StepForm, claim: Claim, current: Particulars) -> bool:
    """Whether the form says just what is saved already: then nothing parts, whoever saved it.

    Where nothing is saved any more, such as of an entry that was removed, it says something else whatever it says.
    """
    if not type(form).shown(claim, current):
        return False
    return form.apply(current) == current and form.letters in (None, claim.language)
