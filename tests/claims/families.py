"""People who file for somebody, and those who sign with them: everybody here is invented."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask

from portal.claims import sealed, service
from portal.claims.act import SigningAct, read_acts
from portal.claims.models import Claim
from portal.claims.particulars import Joinder, Particulars
from portal.messages import OutboxMessage
from portal.messages import service as messages
from tests.visitor import DETAILS, Visitor

MOTHER, FATHER = "eomma@example.com", "appa@example.com"
CHILD = {"birth-year": "2012", "birth-month": "5", "birth-day": "5"}
FILLED: dict[str, dict[str, dict[str, str]]] = {
    "child": {
        "name": {"hangul": "김새싹", "passport": ""},
        "birth": CHILD,
        "representative": {"hangul": "김하늘", "passport": ""},
        "other-parent": {"signs": "both", "hangul": "이바다", "passport": "", "contact": FATHER},
    },
    "ward": {"name": {"hangul": "박노을"}, "representative": {"hangul": "박여울"}},
    "heir": {
        "deceased": {
            "hangul": "최산마루",
            "birth-year": "1941",
            "birth-month": "2",
            "birth-day": "3",
            "died-year": "2025",
            "died-month": "12",
            "died-day": "24",
            "relation": "child",
            "share_of": "2",
            "share_in": "7",
            "others": "어머니 정달래, 언니 최봄",
        },
        "name": {"hangul": "최여름"},
    },
    "company": {
        "company": {"name": "주식회사 구름상사", "country": "KR", "registration": "123-45-67891"},
        "representative": {"hangul": "한가람", "position": "대표이사"},
    },
}
FILLED["minor"] = {
    **FILLED["child"],
    "representative": {"hangul": "김하늘", "passport": "", "contact": MOTHER},
}
COMMON = ("phrase", "address", "contact", "account")


def draft_of(app: Flask, acting: str, email: str = MOTHER, **changed: dict[str, Any]) -> Visitor:
    """A draft with every detail given; ``changed`` are other fields for a step, by its name with _ for -."""
    visitor = Visitor(app).begin(email, acting=acting)
    fields = {**FILLED[acting], **{name.replace("_", "-"): value for name, value in changed.items()}}
    for step in (
        "phrase",
        "company",
        "deceased",
        "name",
        "birth",
        "address",
        "representative",
        "other-parent",
        "contact",
        "account",
    ):
        if step in fields:
            sent = visitor.send(step, fields[step])
        elif step in COMMON or (step == "birth" and acting != "company"):
            sent = visitor.fill(step)
        else:
            continue
        assert sent.status_code == 303, (step, sent.text)
    declare_nothing(visitor)
    return visitor


def declare_nothing(visitor: Visitor) -> None:
    """Nothing else was joined: the answer that says so to each question of the matter."""
    runtime = visitor.runtime
    joinder = runtime.matters.current().matter.joinder
    if joinder is None:
        visitor.fill("other")
        return
    answers = {
        question.id: next(option.value for option in question.options if option.nothing)
        for question in joinder.questions
    }

    def declared(particulars: Particulars) -> Particulars:
        return particulars.model_copy(update={"joinder": Joinder(answers=answers)})

    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, visitor.claim().id)
        service.amend(session, runtime.vault, claim, declared, seen_revision=None, now=runtime.clock())


def joined(app: Flask, contact: str, lang: str = "ko") -> Visitor:
    """Somebody who was invited comes in by the contact that the invitation went to."""
    visitor = Visitor(app, lang)
    visitor.have_answered({}, ())
    entered = visitor.enter(visitor.ask_code(contact))
    assert entered.status_code == 303, entered.text
    assert entered.headers["Location"].endswith("/claim/joined")
    return visitor


def told(visitor: Visitor, to: str) -> list[str]:
    """The kinds of message to somebody, in order, codes left out."""
    with visitor.runtime.database.reading() as session:
        found = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)).all()
        words = [(one.kind, messages.read(session, visitor.runtime, one)) for one in found]
    return [kind for kind, wording in words if wording is not None and wording.to == to and kind != "code"]


def acts_of(visitor: Visitor, jurisdiction: str = "kr") -> tuple[SigningAct, ...]:
    """The acts of signing that count."""
    with visitor.runtime.database.reading() as session:
        engagement = session.get_one(Claim, visitor.claim().id).engagement(jurisdiction)
        assert engagement is not None
        return read_acts(session, visitor.runtime.vault, engagement)


def state_of(visitor: Visitor, jurisdiction: str = "kr") -> str:
    """Where the engagement stands."""
    with visitor.runtime.database.reading() as session:
        engagement = session.get_one(Claim, visitor.claim().id).engagement(jurisdiction)
        assert engagement is not None
        return engagement.state.value


def latest(visitor: Visitor) -> Particulars:
    """The details with changes that are not signed yet."""
    with visitor.runtime.database.reading() as session:
        return sealed.read_latest(session, visitor.runtime.vault, session.get_one(Claim, visitor.claim().id))


__all__ = [
    "CHILD",
    "DETAILS",
    "FATHER",
    "MOTHER",
    "acts_of",
    "draft_of",
    "joined",
    "latest",
    "state_of",
    "told",
]
