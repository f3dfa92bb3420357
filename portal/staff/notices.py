"""E-mails to staff about their own accounts (``notices.toml``): invitations, and every change of a factor."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.messages import service as messages
from portal.messages.wording import Wording, header
from portal.runtime import Runtime
from portal.staff import service
from portal.staff.models import StaffMember
from portal.web.language import HOME_ZONES

_FILE = Path(__file__).with_name("notices.toml")
_WITH_CODE = {"invited", "reset"}
_HOME = {"ko": "kr", "en": "us"}


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def tell(session: Session, runtime: Runtime, member: StaffMember, what: str, **values: str) -> None:
    """Tell somebody what happened to their account, in their language. KeyError for an unknown notice or value."""
    text = _texts()[what][member.language]
    given = {
        "site": runtime.settings.site_address,
        "moment": _moment(runtime.clock(), member.language),
        **values,
    }
    body = text["body"].strip().format_map(given)
    if what not in _WITH_CODE:
        body = f"{body}\n\n{_texts()['closing'][member.language]}"
    _queue(session, runtime, member, f"staff-{what}", Wording(to="", subject=text["subject"], body=body))


def send_code(
    session: Session, runtime: Runtime, member: StaffMember, what: str, code: str, life: timedelta
) -> None:
    """The same for a code that lets somebody in: useless once it has expired, and forgotten once it was sent."""
    text = _texts()[what][member.language]
    hours = str(int(life.total_seconds() // 3600))
    body = text["body"].strip().format(site=runtime.settings.site_address, code=code, hours=hours)
    wording = Wording(to="", subject=text["subject"], body=body)
    _queue(session, runtime, member, "staff-invited", wording, useless_after=runtime.clock() + life)


def _queue(
    session: Session,
    runtime: Runtime,
    member: StaffMember,
    kind: str,
    wording: Wording,
    useless_after: datetime | None = None,
) -> None:
    address = service.person(session, runtime.vault, member).email
    messages.queue_words(
        session,
        runtime,
        subject_id=member.subject_id,
        kind=kind,
        language=member.language,
        wording=wording.model_copy(update={"to": header(address)}),
        useless_after=useless_after,
    )


def _moment(now: datetime, language: str) -> str:
    return f"{now.astimezone(HOME_ZONES[_HOME[language]]):%Y-%m-%d %H:%M (%Z)}"
