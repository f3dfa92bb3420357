"""Fill an installation with invented claims through the very services that pages call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.orm import Session

from portal.audit import Actor
from portal.batches import service as batches
from portal.batches.errors import NothingToFreeze
from portal.batches.selection import Criteria
from portal.claims import parties
from portal.claims import service as claims
from portal.claims.exposed import exposed_choices
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import (
    AccountFacts,
    OtherCounsel,
    Particulars,
    Representative,
    Securities,
    VerifiedContact,
)
from portal.claims.states import ClaimState
from portal.demo import harm, twice
from portal.demo.acting import Acting, acting
from portal.demo.people import Invented, invent, scribble
from portal.demo.pictures import message_picture
from portal.eligibility import rules
from portal.evidence import service as evidence
from portal.jobs import run_worker
from portal.matters.shelf import PublishedMatter
from portal.packets import reading, signing
from portal.review import service as review
from portal.runtime import Runtime
from portal.staff import service as staff_accounts
from portal.staff.demonstration import PEOPLE, SECOND
from portal.web import Staff, rights

LIKELY = {"acting": "self", "account": "yes", "release": "none", "other_case": "none", "insider": "none"}


def fill(runtime: Runtime, count: int, seed: int) -> Iterator[str]:
    """Invent and hand in ``count`` claims; yields the number of each once it is signed."""
    published = runtime.matters.current()
    rng = Random(seed)  # noqa: S311  (invented people, not secrets)
    start = runtime.clock() - timedelta(days=20)
    earlier: list[Invented] = []
    for number in range(count):
        person = twice.maybe_again(number, invent(number, rng), earlier)
        earlier.append(person)
        now = start + timedelta(days=20) * (number / count)
        yield _hand_in(runtime, published, person, acting(number, person, now), rng, now)


def settle(runtime: Runtime, seed: int) -> None:
    """Make the packets, decide most claims as staff would, and freeze and export one batch."""
    silent = _silent(runtime)
    twice.former_clients(runtime, seed)
    run_worker(silent, once=True)
    rng = Random(seed + 1)  # noqa: S311
    for member in _reviewers(runtime):
        _decide(runtime, member, rng)
    run_worker(silent, once=True)
    with suppress(NothingToFreeze):  # few claims, and none of them accepted
        _freeze_first_batch(runtime)
    run_worker(silent, once=True)


def _silent(runtime: Runtime) -> Runtime:
    """The same, but messages go nowhere. Made field by field: a command's runtime opens itself when first touched."""
    return Runtime(
        settings=runtime.settings.model_copy(
            update={"mail_url": "silent:", "sms_url": SecretStr("silent:"), "sms_url_kr": SecretStr("")}
        ),
        database=runtime.database,
        vault=runtime.vault,
        storage=runtime.storage,
        matters=runtime.matters,
        clock=runtime.clock,
    )


def _hand_in(
    runtime: Runtime,
    published: PublishedMatter,
    person: Invented,
    for_whom: Acting,
    rng: Random,
    now: datetime,
) -> str:
    answers = _answers(published, person, rng) | {"acting": for_whom.answer}
    with runtime.database.transaction() as session:
        claim = _begin(session, runtime, published, person, for_whom, answers, now)
    for picture in range(rng.choice((0, 0, 1, 1, 2))):
        upload = evidence.Upload(f"message-{picture + 1}.jpg", "image/jpeg", message_picture(rng))
        kind = rng.choice([one.id for one in published.matter.evidence_for(claim.tracks)])
        evidence.add(runtime, claim.id, upload, kind, now + timedelta(minutes=6 + picture))
    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, claim.id)
        _read_everything(session, runtime, published, claim, now + timedelta(minutes=9))
        drawn = rng.random() < 0.7
        given = (
            signing.GivenSignature(strokes=scribble(rng))
            if drawn
            else signing.GivenSignature(typed_name=person.signed_name, face="serif")
        )
        circumstances = signing.Circumstances(
            language=person.language,
            place=person.address.country,
            address=f"203.0.113.{rng.randint(1, 254)}",  # RFC 5737: addresses for examples
            device=rng.choice(
                ("Android, Samsung Internet", "iPhone, Safari", "Windows, Chrome", "Android, KakaoTalk")
            ),
            session_began_at=now,
        )
        signatures = {one.jurisdiction: given for one in reading.to_sign(session, runtime, published, claim)}
        signing.submit(
            session, runtime, published, claim, signatures, circumstances, now + timedelta(minutes=14)
        )
    if for_whom.other is not None:
        _sign_too(runtime, published, claim.id, for_whom.other, now + timedelta(hours=5))
    return claim.number


def _sign_too(
    runtime: Runtime, published: PublishedMatter, claim_id: UUID, who: Representative, now: datetime
) -> None:
    """The other parent comes in by the invitation, reads and signs."""
    contact = VerifiedContact(kind="email", value=who.invited, verified_at=now)
    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, claim_id)
        parties.join(session, runtime, claim, who.id, contact, now)
        _read_everything(session, runtime, published, claim, now + timedelta(minutes=2), who.id)
        given = signing.GivenSignature(typed_name=who.name.hangul, face="serif")
        where = signing.Circumstances(
            language="ko", place="KR", address="203.0.113.7", device="Android, Chrome", session_began_at=now
        )
        waiting = reading.to_sign(session, runtime, published, claim, who.id)
        signatures = {one.jurisdiction: given for one in waiting}
        signing.submit(
            session, runtime, published, claim, signatures, where, now + timedelta(minutes=9), who.id
        )


def _begin(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    person: Invented,
    for_whom: Acting,
    answers: dict[str, str],
    now: datetime,
) -> Claim:
    decisions = rules.assess(published.matter, answers)
    open_tracks = [decision.track for decision in decisions if decision.outcome != "not_eligible"]
    tracks = open_tracks or [published.matter.tracks[0].id]
    return claims.begin(
        session,
        runtime.vault,
        published.matter,
        version_id=published.version_id,
        subject_id=runtime.vault.new_subject(session, now),
        language=person.language,
        answers=answers,
        tracks=tracks,
        particulars=_particulars(published, person, now).model_copy(
            update=for_whom.details
            | harm.told(published.matter, tracks, answers, person.email, person.language)
        ),
        now=now,
    )


def _particulars(published: PublishedMatter, person: Invented, now: datetime) -> Particulars:
    return Particulars(
        contacts=(VerifiedContact(kind="email", value=person.email, verified_at=now),),
        phrase="파란 우산" if person.language == "ko" else "blue umbrella",
        name=person.name,
        birth_date=person.birth_date,
        address=person.address,
        phone=person.phone,
        account=AccountFacts(
            noticed_on=date(2025, 11, 30),
            exposed=tuple(list(exposed_choices(published.matter))[:2]),
            harm=person.harm,
        ),
        other=OtherCounsel(),
        securities=Securities(trades=person.trades) if person.trades else None,
    )


def _answers(published: PublishedMatter, person: Invented, rng: Random) -> dict[str, str]:
    answers: dict[str, str] = {"residence": {"KR": "kr", "US": "us"}.get(person.address.country, "elsewhere")}
    answers["shares"] = "direct" if person.trades else "none"
    if person.trades:
        answers |= {"purchase": "class", "sale": "held"}
    while question := rules.next_question(published.matter.questions, answers):
        likely = LIKELY.get(question.id)
        certain = question.id in ("acting", "insider") or rng.random() < 0.85
        value = likely if likely and certain else rng.choice(question.options).value
        answers[question.id] = value
    return answers


def _read_everything(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    claim: Claim,
    now: datetime,
    seat: str = "",
) -> None:
    for place, entry in enumerate(reading.reading_list(session, runtime, published, claim, seat)):
        opened = now + timedelta(seconds=20 * place)
        reading.open_document(session, runtime, published, claim, entry, opened, seat)
    for place, entry in enumerate(reading.reading_list(session, runtime, published, claim, seat)):
        read = now + timedelta(seconds=20 * place + 17)
        reading.confirm(
            session, runtime, published, claim, entry, True if entry.consent else None, read, seat
        )


def _reviewers(runtime: Runtime) -> list[Staff]:
    found = []
    with runtime.database.reading() as session:
        for person, roles, language in PEOPLE:
            member = staff_accounts.find(session, runtime.vault, person.email)
            if set(roles) & {"kr", "us"}:
                now = runtime.clock()
                found.append(
                    Staff(
                        member.id,
                        person.name,
                        frozenset(rights.expanded(roles)),
                        language,
                        session_id=member.id,
                        proved_at=now,
                        act="claims.decide",
                    )
                )
    return found


def _decide(runtime: Runtime, member: Staff, rng: Random) -> None:
    query = sa.select(Engagement.id).where(
        Engagement.jurisdiction.in_(member.jurisdictions), Engagement.state == ClaimState.SUBMITTED
    )
    with runtime.database.reading() as session:
        waiting = session.scalars(query.order_by(Engagement.submitted_at)).all()
    korean = member.language == "ko"
    until = (runtime.clock() + timedelta(days=14)).date()
    for engagement_id in waiting[: int(len(waiting) * 0.7)]:
        with runtime.database.transaction() as session:
            one, now, chance = session.get_one(Engagement, engagement_id), runtime.clock(), rng.random()
            if one.conflict == "open":
                continue  # left for whoever tries it
            if one.outcome == "eligible" or (one.outcome == "needs_review" and chance < 0.6):
                review.accept(session, runtime, one, by=member, now=now)
            elif chance < 0.85:
                text = (
                    "유출 안내 문자나 이메일의 화면을 한 장 더 올려 주십시오."
                    if korean
                    else "Please add a picture of the notice you received."
                )
                review.ask(session, runtime, one, text, until, by=member, now=now)
            else:
                text = (
                    "이미 같은 내용의 다른 소송에 참여하고 계신 것으로 확인되었습니다."
                    if korean
                    else "You are already a party to another suit on the same claim."
                )
                review.decline(session, runtime, one, text, by=member, now=now)


def _freeze_first_batch(runtime: Runtime) -> None:
    published, member = runtime.matters.current(), _reviewers(runtime)[0]
    actor = review.actor_of(member)
    with runtime.database.transaction() as session:
        batch = batches.freeze(
            session,
            runtime.vault,
            published,
            Criteria(matter=published.matter.slug, jurisdiction=member.jurisdictions[0], limit=20),
            actor=actor,
            now=runtime.clock(),
        )
        second = staff_accounts.find(session, runtime.vault, SECOND.email)
        batches.approve(session, batch, actor=Actor("staff", second.id), now=runtime.clock())
        batches.start_export(
            session,
            runtime,
            batch,
            language="ko",
            purpose="제1차 소장 접수용",
            actor=actor,
            now=runtime.clock(),
        )
