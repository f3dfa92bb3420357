"""Claims are held against lists of parties and former clients before counsel accepts."""

from __future__ import annotations

import io
from datetime import date

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portal.audit import Actor
from portal.claims.flags import Flag, flags_of
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Company
from portal.screening import commands, lists, rechecking
from portal.screening.models import ConflictCheck, ConflictEntry, ConflictList
from portal.screening.sheet import Listed, NotAList, Sheet, read_sheet
from portal.vault import SubjectKey
from tests.conftest import NOW
from tests.review.test_pages import desk, opened  # noqa: F401 - fixtures
from tests.screening.people import BORN, a_person, signed
from tests.screening.test_pairs import post

FORMER = "former clients"


def take(runtime, *entries: Listed, name: str = FORMER, place: str = "kr") -> ConflictList:
    with runtime.database.transaction() as session:
        made = lists.take(
            session, runtime, place, name, date(2026, 11, 1), Sheet(entries, 0), by=Actor("system"), now=NOW
        )
    rechecking.page(runtime, place, None, NOW)
    return made


def newest(runtime, claim: Claim) -> ConflictCheck:
    with runtime.database.reading() as session:
        engagement = session.get_one(Claim, claim.id).engagements[0]
        return session.scalars(
            sa.select(ConflictCheck).where(ConflictCheck.engagement_id == engagement.id, ConflictCheck.newest)
        ).one()


def standing(runtime, claim: Claim) -> tuple[str, bool]:
    with runtime.database.reading() as session:
        engagement = session.get_one(Engagement, session.get_one(Claim, claim.id).engagements[0].id)
        return engagement.conflict, Flag.CONFLICT in flags_of(session, engagement)


def csv_of(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def test_a_claim_that_no_list_names_is_clear_and_that_is_recorded(opened):  # noqa: F811
    take(opened, Listed(names=("김서연",)))
    claim = signed(opened, a_person("홍길동"))
    assert standing(opened, claim) == ("clear", False)
    assert len(newest(opened, claim).lists) == 1


@pytest.mark.parametrize(
    ("listed", "percent"),
    [(("홍길동",), 100), (("Hong Kil-dong",), 95), (("洪吉童",), 100), (("홍길둥",), 88)],
)
def test_a_listed_name_in_any_script_is_a_hit(opened, listed, percent):  # noqa: F811
    take(opened, Listed(names=listed))
    claim = signed(opened, a_person("홍길동"))
    assert standing(opened, claim) == ("open", True)
    with opened.database.reading() as session:
        from portal.screening import conflicts

        check = newest(opened, claim)
        engagement = session.get_one(Engagement, check.engagement_id)
        (hit,) = conflicts.hits_of(session, opened, engagement, check)
    assert hit.percent >= percent
    assert "홍길동".encode() not in (check.hits or b"")


def test_another_birth_date_is_another_person_and_another_office_has_its_own_lists(opened):  # noqa: F811
    take(opened, Listed(names=("홍길동",), birth_date=date(1950, 1, 1)))
    take(opened, Listed(names=("홍길동",)), place="us")
    assert standing(opened, signed(opened, a_person("홍길동", born=BORN))) == ("clear", False)


def test_the_defendant_cannot_be_a_client(opened):  # noqa: F811
    company = Company(name="쿠팡 주식회사")
    person = a_person("쿠팡 주식회사", born=None, company=company)
    assert standing(opened, signed(opened, person)) == ("open", True)


def test_a_new_list_is_held_against_claims_that_are_there_and_replaces_the_old_one(opened):  # noqa: F811
    claim, other = signed(opened, a_person("홍길동")), signed(opened, a_person("김서연"))
    assert standing(opened, claim) == ("clear", False)
    first = take(opened, Listed(names=("Hong Gildong",)))
    assert standing(opened, claim) == ("open", True)
    assert standing(opened, other) == ("clear", False)
    second = take(opened, Listed(names=("이몽룡",)))
    assert (first.version, second.version) == (1, 2)
    assert standing(opened, claim) == ("clear", False)
    with opened.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ConflictEntry)) == 1
        assert session.get_one(SubjectKey, first.subject_id).wrapped is None


def test_what_was_settled_as_another_person_stays_so_until_another_name_is_met(desk, opened):  # noqa: F811
    take(opened, Listed(names=("홍길동",), relation="opposing party"))
    claim = signed(opened, a_person("홍길동"))
    client = desk("kr")
    address = f"/staff/conflicts/{newest(opened, claim).id}"
    page = client.get(address).text
    assert "opposing party" in page
    refused = post(client, address, f"{address}/settle", how="apart", reason="no")
    assert refused.status_code == 422
    assert "at least ten characters" in refused.text
    done = post(client, address, f"{address}/settle", how="apart", reason="born in another century")
    assert done.status_code == 303
    assert standing(opened, claim) == ("clear", False)
    assert "born in another century" in client.get(address).text
    take(opened, Listed(names=("홍길동",), relation="opposing party"))
    assert standing(opened, claim) == ("clear", False)
    assert newest(opened, claim).settlement == "apart"
    take(opened, Listed(names=("洪吉童",)), name="parties")
    assert standing(opened, claim) == ("open", True)


def test_counsel_waive_others_do_not_and_a_settlement_can_be_taken_back(desk, opened):  # noqa: F811
    take(opened, Listed(names=("홍길동",)))
    claim = signed(opened, a_person("홍길동"))
    address = f"/staff/conflicts/{newest(opened, claim).id}"
    reviewer, counsel = desk("reviewer:kr"), desk("counsel:kr")
    assert 'value="waived"' not in reviewer.get(address).text
    fields = {"how": "waived", "reason": "both clients agreed in writing"}
    assert post(reviewer, address, f"{address}/settle", **fields).status_code == 422
    assert post(counsel, address, f"{address}/settle", **fields).status_code == 303
    assert standing(opened, claim) == ("waived", False)
    assert post(counsel, address, f"{address}/reopen").status_code == 303
    assert standing(opened, claim) == ("open", True)
    declined = post(counsel, address, f"{address}/settle", how="declined", reason="we act for the other side")
    assert declined.headers["Location"].startswith("/staff/claims/")
    assert standing(opened, claim) == ("open", True)
    assert reviewer.get("/staff/conflicts/lists").status_code == 403
    assert desk("us").get(address).status_code == 404
    assert claim.number in counsel.get("/staff/conflicts?show=settled").text


def test_counsel_take_in_a_list_on_a_page_and_bad_files_are_refused_beside_the_field(desk, opened):  # noqa: F811
    client, page = desk("counsel:kr"), "/staff/conflicts/lists"

    def send(content: bytes, **changes: str):
        fields = {"jurisdiction": "kr", "name": FORMER, "dated": "2026-11-01", **changes}
        return post(client, page, page, **fields, file=(io.BytesIO(content), "list.csv"))

    refused = send(b"\xff\x00\xfe\x81")
    assert refused.status_code == 422
    assert f'value="{FORMER}"' in refused.text
    assert "No column is headed" in send(csv_of("a,b", "1,2")).text
    assert "holds no names" in send(csv_of("이름", "", "---")).text
    assert "lies ahead" in send(csv_of("이름", "홍길동"), dated="2999-01-01").text
    assert send(csv_of("이름", "홍길동"), jurisdiction="us").status_code == 422
    assert send(csv_of("이름,관계", "홍길동,의뢰인", "!!!,x")).status_code == 303
    shown = client.get(page).text
    assert "Taken: 1 names" in shown
    assert "(3)" in shown


def test_lists_come_as_they_come():
    wide = csv_of(",".join(["name", *map(str, range(299))]), ",".join(["O'Brien", *["x"] * 299]))
    assert read_sheet(wide).entries[0].names == ("O'Brien",)
    assert read_sheet(wide).unread == 299
    cp949 = "성명,생년월일\r\n뷁,1990. 1. 2.\r\nNULL,19900102\r\n".encode("cp949")
    assert [one.names for one in read_sheet(cp949).entries] == [("뷁",), ("NULL",)]
    assert {one.birth_date for one in read_sheet(cp949).entries} == {date(1990, 1, 2)}
    formula = read_sheet(csv_of("name;note", "=HYPERLINK(1);=1+1", "@SUM;x", "+-=;x"))
    assert [one.names for one in formula.entries] == [("=HYPERLINK(1)",), ("@SUM",)]
    assert formula.skipped_lines == (4,)
    assert read_sheet("\ufeff이름\r\n홍길동".encode()).entries[0].names == ("홍길동",)
    assert read_sheet("이름\r\n홍길동".encode("utf-16")).entries[0].names == ("홍길동",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "heading"),
        (b"name\r\n", "empty"),
        (b"\x81\xff\xff", "encoding"),
        (b"na\0me\r\nx", "encoding"),
        (csv_of("name" + ",x" * 1_000, "a"), "columns"),
        (b'name\r\n"' + b"x" * 200_000, "encoding"),
        (b"name\r\n" + b"x" * 10_000_000, "large"),
    ],
    ids=["nothing", "heading only", "bytes", "null", "1001 columns", "an endless cell", "10 MB"],
)
def test_what_is_no_list_is_refused_for_its_reason(content, reason):
    with pytest.raises(NotAList) as refused:
        read_sheet(content)
    assert refused.value.reason == reason


def test_the_command_takes_in_a_list_and_names_the_lines_left_out(opened, tmp_path):  # noqa: F811
    file = tmp_path / "list.csv"
    file.write_bytes("성명\r\n홍길동\r\n***\r\n".encode("cp949"))
    done = CliRunner().invoke(
        commands.group, ["import", "kr", str(file), "--name", FORMER, "--dated", "2026-11-01"], obj=opened
    )
    assert done.exit_code == 0, done.output
    assert "version 1: 1 names taken, 1 lines left out" in done.output
    assert "lines without a name: 3" in done.output
    shown = CliRunner().invoke(commands.group, ["lists"], obj=opened)
    assert "kr  former clients  version 1, 2026-11-01, 1 names" in shown.output
