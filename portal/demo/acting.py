"""Invented people who file for somebody: parents for a child, heirs, guardians, a company's representative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from portal.claims.particulars import Company, Deceased, PersonName, Representative
from portal.demo.people import GIVEN, SURNAMES, Invented

COMPANIES = (
    ("주식회사 구름상사", "Gureum Trading Co., Ltd.", "123-45-67891"),
    ("새벽별문구 주식회사", "Saebyeokbyeol Stationery Inc.", "214-87-65433"),
    ("물안개협동조합", "Mulangae Cooperative", "305-82-11112"),
)


@dataclass(frozen=True)
class Acting:
    """What stands in the check and in the details beside the person's own; `other` is who signs second, if anybody."""

    answer: str
    details: dict[str, Any]
    other: Representative | None = None


def acting(number: int, person: Invented, now: datetime) -> Acting:
    """For whom the ``number``-th person files: most for themselves, every few for somebody else."""
    rng = Random(number)  # noqa: S311  (its own, so that everybody else stays as invented)
    if number % 11 == 4:
        return _minor(number, person, rng, now)
    if number % 17 == 8:
        return Acting("heir", {"deceased": _deceased(person, rng)})
    if number % 19 == 11:
        return Acting("company", _company(person, rng))
    if number % 37 == 20:
        return Acting(
            "ward", {"name": _relative(person, rng), "representatives": (_first("guardian", person),)}
        )
    return Acting("self", {})


def _minor(number: int, person: Invented, rng: Random, now: datetime) -> Acting:
    born = now.date() - timedelta(days=rng.randint(8 * 365, 18 * 365))
    child: dict[str, Any] = {"name": _relative(person, rng), "birth_date": born}
    if rng.random() < 0.25:
        return Acting(
            "child", {**child, "representatives": (_first("parent", person),), "exception": "sole-authority"}
        )
    second = Representative(
        id="r2", kind="parent", name=_stranger(rng), invited=f"second.parent.{number}@mail.example"
    )
    return Acting("child", {**child, "representatives": (_first("parent", person), second)}, second)


def _first(kind: Any, person: Invented) -> Representative:
    return Representative(id="r1", kind=kind, name=person.name)


def _deceased(person: Invented, rng: Random) -> Deceased:
    parts, whole = rng.choice(((1, 1), (2, 7), (3, 7), (1, 2), (1, 3)))
    return Deceased(
        name=_relative(person, rng),
        birth_date=date(1931, 1, 1) + timedelta(days=rng.randrange(20 * 365)),
        died_on=date(2025, 12, 1) + timedelta(days=rng.randrange(200)),
        relation="child",
        share_of=parts,
        share_in=whole,
    )


def _company(person: Invented, rng: Random) -> dict[str, Any]:
    name, latin, number = rng.choice(COMPANIES)
    company = Company(name=name, name_latin=latin, registration=number.replace("-", ""))
    officer = Representative(id="r1", kind="officer", name=person.name, position="대표이사")
    return {"company": company, "name": company.as_name, "birth_date": None, "representatives": (officer,)}


def _relative(person: Invented, rng: Random) -> PersonName:
    """Somebody of the same family name."""
    given, latin, _hanja = rng.choice(GIVEN)
    surname = next((one for one in SURNAMES if person.name.hangul.startswith(one[0])), SURNAMES[0])
    return PersonName(hangul=surname[0] + given, passport=f"{surname[1]} {latin}".upper())


def _stranger(rng: Random) -> PersonName:
    surname, (given, latin, _hanja) = rng.choice(SURNAMES), rng.choice(GIVEN)
    return PersonName(hangul=surname[0] + given, passport=f"{surname[1]} {latin}".upper())
