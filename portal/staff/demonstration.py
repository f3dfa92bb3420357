"""Invented staff for the demo. Production has neither them nor the page that shows their codes."""

from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from portal.staff import service
from portal.staff.errors import UnknownStaff
from portal.staff.models import StaffMember
from portal.vault import Vault

PASSWORD = "demo staff password"  # noqa: S105  (known to everybody on purpose; made only where PORTAL_ENV is demo)
# Approves what the others freeze: a batch needs a second person.
SECOND = service.Person(name="한도윤", email="counsel@staff.example")
PEOPLE = (
    (service.Person(name="서지안", email="seoul@staff.example"), ("kr",), "ko"),
    (service.Person(name="Dana Whitfield", email="newyork@staff.example"), ("us",), "en"),
    (SECOND, ("counsel:kr", "counsel:us"), "ko"),
    (service.Person(name="윤태오", email="admin@staff.example"), ("admin",), "ko"),
)


@dataclass(frozen=True)
class DemoAccount:
    """What a visitor needs to sign in as one of them."""

    name: str
    email: str
    password: str
    roles: list[str]
    code: str


def add_demo_staff(session: Session, vault: Vault, now: datetime) -> None:
    """Make the invented accounts, second factor included, unless they are there."""
    for person, roles, language in PEOPLE:
        try:
            service.find(session, vault, person.email)
        except UnknownStaff:
            member = service.add(
                session, vault, person, roles=roles, language=language, password=PASSWORD, now=now
            )
            secret = pyotp.random_base32()
            service.enrol(session, vault, member, secret, pyotp.TOTP(secret).at(now), now)
            member.totp_step = 0


def demo_accounts(session: Session, vault: Vault, now: datetime) -> list[DemoAccount]:
    """The invented accounts with the code that their app would show now."""
    accounts = []
    for person, roles, _language in PEOPLE:
        try:
            member: StaffMember = service.find(session, vault, person.email)
        except UnknownStaff:
            continue
        secret = vault.open(session, member.subject_id, "totp", member.totp or b"").decode()
        accounts.append(
            DemoAccount(person.name, person.email, PASSWORD, list(roles), pyotp.TOTP(secret).at(now))
        )
    return accounts
