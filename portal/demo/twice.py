"""Invented people who sign up twice, and a small list of former clients: pairs and conflicts to try."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from portal.audit import SYSTEM
from portal.claims.particulars import PersonName
from portal.demo.people import Invented, invent
from portal.runtime import Runtime
from portal.screening import lists
from portal.screening.sheet import Listed, Sheet

EVERY = 20
LIST_NAME = "연습용 종전 의뢰인"


def maybe_again(number: int, person: Invented, earlier: list[Invented]) -> Invented:
    """Each twentieth is somebody from before, who has forgotten it and now writes the name in Latin letters only."""
    known = [one for one in earlier if one.name.hangul and one.name.passport]
    if number % EVERY != EVERY - 1 or not known:
        return person
    first = known[number % len(known)]
    surname, _, given = first.name.passport.partition(" ")
    latin = f"{given.capitalize()} {surname.capitalize()}"
    return replace(person, name=PersonName(passport=latin), birth_date=first.birth_date, language="en")


def former_clients(runtime: Runtime, seed: int) -> None:
    """A list of the Seoul office with three names, as its own program might write them; the first claimant is on it."""
    first = invent(0, Random(seed)).name  # noqa: S311
    now = runtime.clock()
    entries = (
        Listed(names=(first.passport or first.hangul,), relation="2019년 임대차 사건 의뢰인"),
        Listed(names=("Park, Seoyeon",), relation="2021년 상속 사건 상대방"),
        Listed(names=("새벽물류 주식회사",), relation="자문 회사"),
    )
    with runtime.database.transaction() as session:
        if lists.newest(session, "kr", LIST_NAME) is None:
            lists.take(session, runtime, "kr", LIST_NAME, now.date(), Sheet(entries, 0), by=SYSTEM, now=now)
