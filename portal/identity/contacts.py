"""Contacts as they are typed: their one form, and what counts as one target where requests are limited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from email_validator import EmailNotValidError, validate_email

from portal.errors import PortalError
from portal.web.phones import read_phone

Kind = Literal["email", "phone"]
_DOTS_DO_NOT_COUNT = {"gmail.com", "googlemail.com"}


class NotAnAddress(PortalError):
    """What was typed is no e-mail address, or no phone number, that a message can be sent to."""


@dataclass(frozen=True)
class Contact:
    """An e-mail address or phone number in its one form. Whether anybody holds it is another question."""

    kind: Kind
    value: str


def normalised_email(typed: str) -> str:
    """The address in its one form: NFC, lower case, its domain in Unicode. Raises NotAnAddress.

    Lower case throughout: mailboxes that differ only by case do not occur in practice, people who vary it do.
    """
    if len(typed) > 320:
        raise NotAnAddress("too long")
    try:
        # Addresses beyond ASCII before the @ need SMTPUTF8, which most of the world's mail servers still refuse.
        found = validate_email(typed.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise NotAnAddress("not an e-mail address") from error
    return found.normalized.lower()


def normalised_phone(typed: str) -> str:
    """The number in E.164. Raises NotAnAddress."""
    number = read_phone(typed)
    if number is None:
        raise NotAnAddress("not a phone number")
    return number


def target_of(contact: Contact) -> str:
    """The mailbox or phone behind a contact, for limits only: hong+1@ and hong+2@ fill the same mailbox.

    Claims are found by the contact as it is: to some servers a plus sign is a letter like any other.
    """
    if contact.kind == "phone":
        return contact.value
    local, _at, domain = contact.value.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _DOTS_DO_NOT_COUNT:
        local, domain = local.replace(".", "") or local, "gmail.com"
    return f"{local}@{domain}"
