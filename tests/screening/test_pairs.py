"""Pairs are found by keyed hashes, weighed by the matter, judged by people, and both ways remembered."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from portal.audit import AuditEvent
from portal.claims import sealed
from portal.claims import service as claims
from portal.claims.act import SigningAct, seal_act
from portal.claims.flags import Flag, flags_of
from portal.claims.models import Claim, Engagement, Signature
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.evidence.models import EvidenceFile
from portal.messages.models import OutboxMessage
from portal.screening import service
from portal.screening.models import LikelyPair, ScreenedClaim, ScreeningKey
from tests.conftest import NOW
from tests.review.test_pages import desk, opened  # noqa: F401 - fixtures
from tests.screening.people import a_person, seoul, signed


def pairs_of(runtime) -> list[LikelyPair]:
    with runtime.database.reading() as session:
        return list(session.scalars(sa.select(LikelyPair).order_by(LikelyPair.id)))


def flags(runtime, claim) -> list[Flag]:
    with runtime.database.reading() as session:
        return [
            flag
            for one in session.get_one(Claim, claim.id).engagements
            for flag in flags_of(session, session.get_one(Engagement, one.id))
            if flag is not Flag.CONFLICT
        ]


def post(client, page: str, address: str, **fields: str):
    import re

    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    return client.post(address, data={"csrf_token": token[1], **fields})


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        (a_person("홍길동"), a_person("", "HONG KIL-DONG"), {"name-like", "birth"}),
        (a_person("홍길동"), a_person("", hanja="洪吉童"), {"name", "birth"}),
        (
            a_person("홍길동", email="gil.dong@gmail.com"),
            a_person("홍길동", email="GilDong+coupang@gmail.com".lower(), born=date(1990, 2, 1)),
            {"name", "birth-other", "email"},
        ),
        (
            a_person("홍길동", phone="+821012345678"),
            a_person("홍길동", phone="+821012345678", born=None),
            {"name", "phone"},
        ),
        (
            a_person("홍길동", address=seoul("101동 1203호"), born=None),
            a_person("홍길동", address=seoul("101-1203", "서울 중구 세종대로110"), born=None),
            {"name", "address"},
        ),
    ],
)
def test_one_person_with_two_claims_is_found_and_both_are_flagged(opened, one, other, reasons):  # noqa: F811
    first, second = signed(opened, one), signed(opened, other)
    (pair,) = pairs_of(opened)
    assert set(pair.reasons) == reasons
    assert pair.kind == "person"
    assert flags(opened, first) == flags(opened, second) == [Flag.PAIR]
    with opened.database.reading() as session:
        weights = [one.doubt for one in session.scalars(sa.select(Engagement))]
    assert weights == [pair.score] * 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (a_person("홍길동"), a_person("홍길동", born=date(1991, 1, 2))),  # namesakes
        (a_person("홍길동"), a_person("김서연")),  # born on one day
        (  # a couple with one telephone
            a_person("홍길동", phone="+821012345678", address=seoul()),
            a_person("김서연", phone="+821012345678", address=seoul(), born=date(1988, 5, 5)),
        ),
        (a_person("NULL", "O'Brien"), a_person("뷁", born=None)),
    ],
)
def test_two_people_are_no_pair(opened, one, other):  # noqa: F811
    signed(opened, one)
    signed(opened, other)
    assert pairs_of(opened) == []


def test_a_file_that_two_people_sent_in_is_a_doubt_and_blocks_nothing(opened):  # noqa: F811
    one, other = a_person("홍길동", born=date(1990, 1, 2)), a_person("김서연", born=date(1991, 3, 4))
    claims_made = [signed(opened, person, look=False) for person in (one, other)]
    for claim in claims_made:
        with opened.database.transaction() as session:
            session.add(
                EvidenceFile(
                    id=new_id(), claim_id=claim.id, sequence=1, kind="notice", media_type="image/png", size=1,
                    harmless_size=1, pages=1, content_digest=opened.vault.index("evidence", "ab" * 32), received_at=NOW,
                )
            )  # fmt: skip
        service.look(opened, claim.id, NOW)
    (pair,) = pairs_of(opened)
    assert pair.kind == "shared"
    assert flags(opened, claims_made[0]) == [Flag.DOUBT]


def test_signing_from_one_device_adds_to_other_reasons_and_is_none_by_itself(opened):  # noqa: F811
    people = a_person("홍길동", born=None, address=seoul()), a_person("홍길동", born=None, address=seoul())
    made = [signed(opened, person, look=False) for person in people]
    made.append(signed(opened, a_person("김서연", born=None), look=False))
    for claim in made:
        with opened.database.transaction() as session:
            engagement = session.get_one(Claim, claim.id).engagements[0]
            act = SigningAct(
                jurisdiction="kr", means="typed", typed_name="x", language="ko", place="KR", signed_at=NOW, readings=(),
                contacts=(), address="203.0.113.7", device="Android, Whale",
            )  # fmt: skip
            signature_id = new_id()
            session.add(
                Signature(
                    id=signature_id, engagement_id=engagement.id, matter_version_id=claim.matter_version_id,
                    means="typed",
                    act=seal_act(session, opened.vault, engagement, signature_id, act), signed_at=NOW,
                )
            )  # fmt: skip
        service.look(opened, claim.id, NOW)
    (pair,) = pairs_of(opened)
    assert set(pair.reasons) == {"name", "address", "device"}


def test_judged_apart_a_pair_is_remembered_and_can_be_taken_back(desk, opened):  # noqa: F811
    first, second = signed(opened, a_person("홍길동")), signed(opened, a_person("홍길동"))
    (pair,) = pairs_of(opened)
    client, address = desk("kr"), f"/staff/pairs/{pair.id}"
    page = client.get(address).text
    assert "The names are the same." in page
    assert "홍*동" in page
    assert "홍길동" not in page
    assert post(client, address, f"{address}/apart").status_code == 303
    assert flags(opened, first) == flags(opened, second) == []
    service.look(opened, second.id, NOW)
    assert [one.standing for one in pairs_of(opened)] == ["apart"]
    assert str(pair.id) not in client.get("/staff/pairs").text
    assert str(pair.id) in client.get("/staff/pairs?show=apart").text
    assert post(client, address, f"{address}/reopen").status_code == 303
    assert flags(opened, first) == [Flag.PAIR]
    with opened.database.reading() as session:
        told = set(session.scalars(sa.select(AuditEvent.action).where(AuditEvent.action.like("pair.%"))))
    assert told == {"pair.read", "pair.apart", "pair.reopened"}


def test_merged_one_claim_goes_on_and_the_other_is_closed_told_and_can_be_opened_again(desk, opened):  # noqa: F811
    person = a_person("홍길동", email="hong@example.com")
    first, second = signed(opened, person), signed(opened, person)
    (pair,) = pairs_of(opened)
    client, address = desk("kr"), f"/staff/pairs/{pair.id}"
    assert post(client, address, f"{address}/merge", kept="nonsense").status_code == 400
    assert post(client, address, f"{address}/merge", kept=str(pair.first_id)).status_code == 303
    with opened.database.reading() as session:
        kept, closed = session.get_one(Engagement, pair.first_id), session.get_one(Engagement, pair.second_id)
        assert (kept.state, closed.state) == (ClaimState.SUBMITTED, ClaimState.DECLINED)
        message = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "merged")).one()
        assert message.subject_id == second.subject_id
        assert session.get_one(LikelyPair, pair.id).kept_id == kept.id
    assert flags(opened, first) == flags(opened, second) == []
    assert f"{first.number} goes on" in client.get(address).text
    # A second press finds it judged.
    post(client, address, f"{address}/apart")
    assert "judged this pair meanwhile" in client.get(address).text
    assert post(client, address, f"{address}/reopen").status_code == 303
    with opened.database.reading() as session:
        assert session.get_one(Engagement, pair.second_id).state is ClaimState.IN_REVIEW
    assert flags(opened, second) == [Flag.PAIR]


def test_a_filed_claim_is_never_the_one_that_is_closed(desk, opened):  # noqa: F811
    signed(opened, a_person("홍길동"), state=ClaimState.FILED)
    signed(opened, a_person("홍길동"))
    (pair,) = pairs_of(opened)
    client, address = desk("kr"), f"/staff/pairs/{pair.id}"
    post(client, address, f"{address}/merge", kept=str(pair.second_id))
    assert [one.standing for one in pairs_of(opened)] == ["open"]
    assert "cannot be made one" in client.get(address).text
    post(client, address, f"{address}/merge", kept=str(pair.first_id))
    assert [one.standing for one in pairs_of(opened)] == ["merged"]


def test_another_offices_claim_is_not_shown_and_cannot_be_merged(desk, opened):  # noqa: F811
    here, there = signed(opened, a_person("홍길동"), "kr"), signed(opened, a_person("홍길동"), "us")
    (pair,) = pairs_of(opened)
    assert pair.kind == "across"
    assert flags(opened, here) == [Flag.DOUBT]
    client, address = desk("kr"), f"/staff/pairs/{pair.id}"
    page = client.get(address).text
    assert here.number in page
    assert there.number not in page + client.get("/staff/pairs").text
    assert str(pair.second_id) not in page
    post(client, address, f"{address}/merge", kept=str(pair.first_id))
    assert [one.standing for one in pairs_of(opened)] == ["open"]
    third = signed(opened, a_person("김서연"), "us")
    signed(opened, a_person("김서연"), "us")
    others = [one for one in pairs_of(opened) if one.id != pair.id]
    assert [client.get(f"/staff/pairs/{one.id}").status_code for one in others] == [404]
    assert third.number in desk("us").get("/staff/pairs").text
    assert desk("analyst:kr").get("/staff/pairs").status_code == 403


def test_an_erased_claims_pairs_vanish_and_the_other_is_free(desk, opened):  # noqa: F811
    first, second = signed(opened, a_person("홍길동")), signed(opened, a_person("홍길동"))
    client = desk("kr")
    with opened.database.transaction() as session:
        claims.erase(
            session, opened.vault, session.get_one(Claim, first.id), actor=claims.claimant_of(first), now=NOW
        )
    assert second.number not in client.get("/staff/pairs").text  # at once
    service.look(opened, first.id, NOW)  # as the job does that erasing defers
    assert pairs_of(opened) == []
    assert flags(opened, second) == []
    with opened.database.reading() as session:
        assert session.scalars(sa.select(ScreeningKey.claim_id).distinct()).all() == [second.id]
        assert session.scalars(sa.select(ScreenedClaim.claim_id)).all() == [second.id]


def test_a_change_that_takes_the_reason_away_takes_the_pair_away(opened):  # noqa: F811
    first, second = signed(opened, a_person("홍길동")), signed(opened, a_person("홍길동"))
    with opened.database.transaction() as session:
        sealed.write(
            session,
            opened.vault,
            session.get_one(Claim, second.id),
            a_person("홍길동", born=date(1970, 1, 1)),
            NOW,
        )
    service.look(opened, second.id, NOW)
    assert pairs_of(opened) == []
    assert flags(opened, first) == []


def test_the_sweeper_looks_at_what_was_signed_and_not_looked_at(opened):  # noqa: F811
    from portal.screening.jobs import sweep

    signed(opened, a_person("홍길동"), look=False)
    signed(opened, a_person("홍길동"), look=False)
    sweep(opened)
    assert len(pairs_of(opened)) == 1
    sweep(opened)
    assert len(pairs_of(opened)) == 1


def test_pairs_are_found_on_postgresql_too(postgresql_runtime):
    from tests.batches.claims import publish

    publish(postgresql_runtime)
    signed(postgresql_runtime, a_person("홍길동"))
    signed(postgresql_runtime, a_person("", "Hong Gil Dong"))
    assert len(pairs_of(postgresql_runtime)) == 1
