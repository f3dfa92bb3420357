"""Searches: what is typed, what it may be, and what of it is indexed."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portal.claims import sealed
from portal.claims.models import BlindIndex, Claim
from portal.claims.name_parts import hangul_parts, parts_of
from portal.claims.particulars import PersonName
from portal.claims.reindexing import reindex
from portal.review import queue
from portal.review.search import keys_of
from portal.web import Staff
from tests.batches.claims import a_person, an_accepted_claim, publish
from tests.conftest import NOW


@pytest.fixture
def staffed(runtime):
    publish(runtime)
    return runtime


def found(runtime, typed: str, **filters: str) -> list[str]:
    person = Staff(
        id=runtime.matters.current().version_id, name="", roles=frozenset({"reviewer:kr"}), language="en",
        session_id=runtime.matters.current().version_id, proved_at=NOW, act="claims.list",
    )  # fmt: skip
    with runtime.database.reading() as session:
        asked = queue.Filters(state="all", text=typed, **filters)
        page = queue.find(session, runtime.vault, "CP", person, asked, today=NOW.date())
        query = sa.select(Claim.number).join(Claim.engagements)
        return [
            session.scalars(query.where(sa.text("engagements.id = :one")), {"one": one.hex}).one()
            for one in page.ids
        ]


def a_claim(runtime, name: str, phone: str, passport: str = "HONG KILTONG"):
    with runtime.database.transaction() as session:
        made = an_accepted_claim(session, runtime, name=name, packet=None)
        person = a_person(name)
        person = person.model_copy(
            update={"phone": phone, "name": PersonName(hangul=name, passport=passport)}
        )
        sealed.write(session, runtime.vault, made.claim, person, NOW)
        return made.claim.number


@pytest.mark.parametrize(
    ("typed", "finds"),
    [("홍길동", "a"), ("길동", "ac"), ("홍길", "a"), ("남궁길동", "c"), ("궁길", "c"), ("5678", "a"), ("9999", "bc"),
     ("길동 9999", "c"), ("서연 9999", "b"), ("Kiltong Hong", "a"), ("KILTONG", "a"), ("kil tong", "a"),
     ("HONG", ""), ("홍", ""), ("길동이", ""), ("010-1234-5678", "a"), ("뷁뷁", "")],
)  # fmt: skip
def test_part_of_a_name_and_the_last_digits_find(staffed, typed, finds):
    numbers = {
        "a": a_claim(staffed, "홍길동", "+821012345678"),
        "b": a_claim(staffed, "김서연", "+821077779999", "KIM SEOYEON"),
        "c": a_claim(staffed, "남궁길동", "+821088889999", "NAMGUNG GIL DONG"),
    }
    assert set(found(staffed, typed)) == {numbers[one] for one in finds}


def test_a_search_keeps_to_the_other_filters(staffed):
    number = a_claim(staffed, "홍길동", "+821012345678")
    assert found(staffed, "길동", country="KR") == [number]
    assert found(staffed, "길동", country="US") == []
    assert found(staffed, "길동", flag="pair") == []


def test_no_single_syllable_and_no_surname_is_indexed():
    keys = parts_of(PersonName(hangul="홍 길동", hanja="洪吉童", passport="Hong Kil-Tong"))
    assert keys == {
        ("name_part", "홍길"), ("name_part", "길동"), ("name_words", "hong kiltong"), ("name_given", "kiltong"),
    }  # fmt: skip
    assert parts_of(PersonName(hangul="김", passport="KIM")) == set()


def test_pairs_are_of_neighbouring_hangul_only():
    assert hangul_parts("가a나다") == {"나다"}


def test_what_is_typed_is_read_as_everything_that_it_may_be():
    assert keys_of("kim@Example.com") == [[("email", "kim@example.com")]]
    assert keys_of("5678") == [[("phone4", "5678")]]
    assert keys_of("  ") == []
    assert [("name_part", "길동"), ("phone4", "5678")] in keys_of("길동 5678")


def test_claims_from_before_are_found_after_indexing_anew_which_can_be_interrupted(staffed):
    numbers = [a_claim(staffed, "홍길동", "+821012345678") for _one in range(3)]
    with staffed.database.transaction() as session:
        session.execute(sa.delete(BlindIndex).where(BlindIndex.kind.in_(("name_part", "phone4"))))
        middle = session.scalars(sa.select(Claim.id).order_by(Claim.id)).all()[0]
    assert found(staffed, "길동") == []
    assert "2 changed" in CliRunner().invoke(reindex, ["--after", str(middle)], obj=staffed).output
    assert sorted(found(staffed, "길동")) == sorted(numbers[1:])
    answer = CliRunner().invoke(reindex, [], obj=staffed)
    assert "3 claims looked at, 1 changed; 0 groups" in answer.output
    assert sorted(found(staffed, "길동")) == sorted(numbers)
