"""Which browser somebody signs in from: told apart by a random cookie, described by family and system alone."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.staff.models import StaffMember, StaffSession

# Order matters: each of these also names those below it.
_FAMILIES = (
    ("Whale/", "Whale"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Browser:
    """A browser at sign-in: its family and system in words, and the cookie that it is known by."""

    family: str
    device: str

    @property
    def digest(self) -> bytes:
        """What is kept of the cookie."""
        return hashlib.sha256(self.device.encode()).digest()


def browser_of(user_agent: str, cookie: str) -> Browser:
    """The browser of a request; one without a cookie of ours gets a new one."""
    names = [
        next((name for mark, name in table if mark in user_agent), "") for table in (_FAMILIES, _SYSTEMS)
    ]
    known = cookie if 20 <= len(cookie) <= 64 else secrets.token_urlsafe(32)
    return Browser(", ".join(name for name in names if name), known)


def is_new(session: Session, member: StaffMember, browser: Browser) -> bool:
    """Whether somebody who has signed in before never did so in this browser."""
    before = sa.select(StaffSession.device).where(StaffSession.staff_id == member.id)
    seen = session.scalars(before.distinct()).all()
    return bool(seen) and browser.digest not in seen
