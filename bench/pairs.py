"""Finding pairs among many claims: time for each claim, how many seeded pairs are found, and how many others."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
import structlog

from bench.figure import Figure
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Address, Particulars, PersonName, VerifiedContact
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.demo.people import GIVEN, SURNAMES
from portal.operations.prepare import make_ready
from portal.runtime import Runtime, open_runtime
from portal.screening import keys, pairs
from portal.screening.models import LikelyPair, ScreeningKey
from portal.settings import Settings

CLAIMS = int(os.environ.get("BENCH_PAIRS", "100000"))
SEEDED = 500  # people who signed up twice, one variant each
MEASURED = 1_000  # claims looked at one by one, half of them the second of a seeded pair
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
_SYLLABLES = "민서지현수연우진영준하은재성호경희윤정미선태동혁나라가람보예린석훈"


def run() -> list[Figure]:
    """The measurements for var/bench.json."""
    with tempfile.TemporaryDirectory() as folder:
        runtime = _opened(Path(folder))
        rng = random.Random(7)
        people = [_person(number, rng) for number in range(CLAIMS)]
        ids = list(_write(runtime, people))
        again = [_variant(people[number], number, rng) for number in range(SEEDED)]
        second = list(_write(runtime, again))
        truth = {tuple(sorted((ids[number], second[number]))) for number in range(SEEDED)}
        looked = [*second, *rng.sample(ids[SEEDED:], MEASURED - SEEDED)]
        started = time.perf_counter()
        for claim_id in looked:
            with runtime.database.transaction() as session:
                pairs.look(session, runtime, session.get_one(Claim, claim_id), NOW)
        each = (time.perf_counter() - started) / len(looked)
        found = _found(runtime)
        runtime.close()
    recall, others = len(found & truth) / len(truth), len(found - truth)
    return [
        _figure("pairs_look", each * 1_000, "ms/claim", f"held against {CLAIMS:,} claims"),
        _figure("pairs_recall", recall, "of seeded", f"{SEEDED} people who signed up twice"),
        _figure("pairs_false", others / len(looked), "a claim", f"{others} on {len(looked):,} claims"),
    ]


def _figure(name: str, value: float, unit: str, reference: str) -> Figure:
    return Figure(name=name, value=round(value, 3), unit=unit, reference=reference, ratio=None)


def _opened(folder: Path) -> Runtime:
    settings = Settings(env="test", data_dir=folder)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    make_ready(settings)
    return open_runtime(settings, clock=lambda: NOW)


def _person(number: int, rng: random.Random) -> Particulars:
    surname, latin, hanja = rng.choice(SURNAMES[:10])
    if rng.random() < 0.3:
        given, latin_given, hanja_given = rng.choice(GIVEN)
        name = PersonName(
            hangul=surname + given,
            passport=f"{latin} {latin_given}".upper(),
            hanja=hanja + hanja_given if hanja_given else "",
        )
    else:
        name = PersonName(hangul=surname + "".join(rng.sample(_SYLLABLES, 2)))
    return Particulars(
        name=name,
        birth_date=date(1950, 1, 1) + timedelta(days=rng.randrange(55 * 365)),
        phone=f"+8210{10_000_000 + number:08d}",
        contacts=(VerifiedContact(kind="email", value=f"person.{number}@gmail.com", verified_at=NOW),),
        address=Address(
            country="KR", postcode=f"{rng.randrange(1_000, 63_000):05d}", line1=f"새벽로 {rng.randrange(1, 200)}",
            line2=f"{rng.randrange(101, 110)}동 {rng.randrange(1, 20)}0{rng.randrange(1, 5)}호",
        ),
    )  # fmt: skip


def _variant(first: Particulars, number: int, rng: random.Random) -> Particulars:
    """The same person a second time, as people come again: another script, contact, phone or address."""
    assert first.name
    other_contact = (VerifiedContact(kind="email", value=f"again{number}@naver.com", verified_at=NOW),)
    changes: list[dict[str, object]] = [
        {"contacts": other_contact, "phone": f"+8210{90_000_000 + number}", "address": None},
        {"contacts": other_contact, "phone": "", "birth_date": None},
        {"contacts": (VerifiedContact(kind="email", value=f"person{number}+2@gmail.com", verified_at=NOW),),
         "phone": "",
         "birth_date": first.birth_date and first.birth_date.replace(day=1), "address": None},
        {"contacts": other_contact, "birth_date": None, "address": None},
    ]  # fmt: skip
    if first.name.passport:
        latin = first.name.passport.title().split()
        spelled = PersonName(passport=f"{latin[1][:2]}{latin[1][2:]} {latin[0]}")
        changes.append({"contacts": other_contact, "phone": "", "address": None, "name": spelled})
    if first.name.hanja:
        changes.append(
            {
                "contacts": other_contact,
                "phone": "",
                "address": None,
                "name": PersonName(hanja=first.name.hanja),
            }
        )
    return first.model_copy(update=rng.choice(changes))


def _write(runtime: Runtime, people: list[Particulars]) -> Iterator[UUID]:
    """Claims with their keyed hashes, as the job would have left them; no pair is looked for.

    Two thousand share a vault key: making as many keys is not what is measured.
    """
    version = runtime.matters.current()
    for first in range(0, len(people), 2_000):
        made: list[dict[str, object]] = []
        engaged: list[dict[str, object]] = []
        hashes: list[dict[str, object]] = []
        with runtime.database.transaction() as session:
            subject = runtime.vault.new_subject(session, NOW)
            for at, person in enumerate(people[first : first + 2_000]):
                claim_id, plain = new_id(), person.model_dump_json().encode()
                made.append({
                    "id": claim_id, "number": f"CP-{len(people)}-{first + at}", "subject_id": subject, "kind": "self",
                    "matter_slug": version.matter.slug, "matter_version_id": version.version_id, "language": "ko",
                    "particulars": runtime.vault.seal(session, subject, "particulars", plain), "revision": 1,
                    "created_at": NOW, "updated_at": NOW, "submitted_at": NOW,
                })  # fmt: skip
                engaged.append({
                    "id": new_id(), "claim_id": claim_id, "jurisdiction": "kr", "state": ClaimState.SUBMITTED,
                    "tracks": ["kr-consumer"], "submitted_at": NOW, "state_changed_at": NOW,
                })  # fmt: skip
                hashes += [
                    {"claim_id": claim_id, "kind": kind.value, "digest": digest}
                    for digest, kind in keys.of_particulars(runtime, person).items()
                ]
                yield claim_id
            session.execute(sa.insert(Claim.__table__), made)
            session.execute(sa.insert(Engagement.__table__), engaged)
            session.execute(sa.insert(ScreeningKey.__table__), hashes)


def _found(runtime: Runtime) -> set[tuple[UUID, ...]]:
    with runtime.database.reading() as session:
        claim_of = dict(
            session.execute(
                sa.select(Engagement.id, Engagement.claim_id).where(
                    sa.or_(
                        Engagement.id.in_(sa.select(LikelyPair.first_id)),
                        Engagement.id.in_(sa.select(LikelyPair.second_id)),
                    )
                )
            ).all()
        )
        rows = session.execute(sa.select(LikelyPair.first_id, LikelyPair.second_id)).all()
        return {tuple(sorted((claim_of[one], claim_of[other]))) for one, other in rows}
