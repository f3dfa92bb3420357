"""The pages of numbers and dates, as staff of each office and duty see them."""

import csv
import io
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa

from portal.audit import AuditEvent
from portal.claims.states import ClaimState
from portal.reporting import aggregate
from portal.reporting.counting import today
from portal.staff import service as accounts
from portal.staff.models import StaffMember
from tests.batches.claims import publish
from tests.reporting.work import a_worked_claim, signed
from tests.staff.desk import signed_in

SVG = re.compile(r"<svg class=\"chart\".*?</svg>", re.DOTALL)
TABLE = re.compile(r"<caption[^>]*>(.*?)</caption>.*?<tbody>(.*?)</tbody>", re.DOTALL)
NAMES = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def opened(app):
    runtime = app.extensions["portal"]
    publish(runtime)
    return runtime


def some_claims(opened, count: int, **more) -> None:
    """Claims signed two weeks ago, so that they lie in a week that is over."""
    for _n in range(count):
        signed(opened, at=opened.clock() - timedelta(days=14), **more)


def pictures(page: str) -> dict[str, ET.Element]:
    """Charts by their title; ElementTree refuses what is not well-formed."""
    found = [
        ET.fromstring(one.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '))
        for one in SVG.findall(page)
    ]
    return {str(one.findtext(f"{NAMES}title")): one for one in found}


def marks(chart: ET.Element) -> dict[str, str]:
    """What each mark says of itself."""
    titles = [
        str(group.findtext(f"{NAMES}title"))
        for group in chart.iter(f"{NAMES}g")
        if group.find(f"{NAMES}title") is not None
    ]
    return dict(one.split(" · ")[0].rsplit(": ", 1) for one in titles)


def table(page: str, caption: str) -> dict[str, list[str]]:
    """A table's numbers by the label of their row."""
    for found, body in TABLE.findall(page):
        if found == caption:
            rows = [
                re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("<tr>")[1:]
            ]
            plain = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in rows]
            return {row[0]: row[1:] for row in plain}
    raise AssertionError(f"no table {caption}")


def test_pictures_say_what_the_tables_beside_them_say(app, opened):
    some_claims(opened, 3)
    some_claims(opened, 1, residence="JP", origin="phone")
    aggregate.fill(opened)
    client, _secret = signed_in(app, "kr")
    page = client.get("/staff/numbers?by=week").text
    drawn = pictures(page)
    assert {
        "By week",
        "From the first code to the court",
        "Where claims stand",
        "Countries of residence",
    } <= set(drawn)
    for title, column in (
        ("By week", 3),
        ("How they came", 1),
        ("Where claims stand", 0),
        ("Countries of residence", 0),
    ):
        said = {label: cells[column] for label, cells in table(page, title).items()}
        assert marks(drawn[title]) == said
    assert table(page, "Where claims stand")["Received"] == ["4"]
    assert table(page, "How they came")["Taken in on the telephone"][:2] == ["1", "1"]
    assert table(page, "Countries of residence") == {"South Korea": ["3"], "Japan": ["1"]}


def test_pictures_carry_a_name_and_words_and_no_style(app, opened):
    some_claims(opened, 1)
    client, _secret = signed_in(app, "kr")
    page = client.get("/staff/numbers").text
    assert pictures(page)
    for one in pictures(page).values():
        assert one.get("role") == "img"
        ids = {str(part.get("id")) for part in one if part.get("id")}
        assert set(str(one.get("aria-labelledby")).split()) == ids
        assert one.findtext(f"{NAMES}desc")
    assert " style=" not in page


def test_an_office_sees_its_own_numbers_and_no_others(app, opened):
    some_claims(opened, 2)
    some_claims(opened, 1, jurisdiction="us")
    client, _secret = signed_in(app, "us")
    assert table(client.get("/staff/numbers").text, "Where claims stand")["Received"] == ["1"]
    assert client.get("/staff/numbers?office=kr").status_code == 404
    assert client.get("/staff/numbers/states.csv?office=kr").status_code == 404


def test_numbers_lead_to_the_claims_that_were_counted(app, opened):
    some_claims(opened, 2, residence="JP")
    some_claims(opened, 1)
    client, _secret = signed_in(app, "kr")
    page = client.get("/staff/numbers").text
    link = re.search(r'<a href="([^"]+)">Japan</a>', page)
    assert link
    queue = client.get(link[1].replace("&amp;", "&")).text
    assert queue.count("<tr data-row") == 2


def test_an_analyst_sees_no_small_count_no_link_to_claims_and_nothing_of_this_week(app, opened):
    some_claims(opened, 6)
    some_claims(opened, 2, residence="JP")
    aggregate.fill(opened)
    some_claims(opened, 20)  # after the day was counted
    client, _secret = signed_in(app, "analyst:kr")
    page = client.get("/staff/numbers?by=day").text
    assert table(page, "Where claims stand")["Received"] == ["8"]
    countries = table(page, "Countries of residence")
    assert all(
        cells == ["–not shown"] for cells in countries.values()
    )  # two of eight would give away the six
    assert "/staff/queue" not in page
    assert "/staff/claims" not in page
    with pytest.raises(AssertionError, match="no table"):
        table(page, "By day")
    assert client.get("/staff/dates").status_code == 403
    rows = list(csv.reader(io.StringIO(client.get("/staff/numbers/countries.csv").data.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["not shown", "not shown"]


def test_an_administrator_sees_failures_and_nothing_of_claims(app, opened):
    some_claims(opened, 9)
    client, _secret = signed_in(app, "admin")
    page = client.get("/staff/numbers").text
    assert "Where claims stand" not in page
    assert table(page, "Failures")["Packets that failed"] == ["0"]


def test_a_table_opens_in_spreadsheets_as_it_is_shown(app, opened):
    some_claims(opened, 3)
    aggregate.fill(opened)
    client, _secret = signed_in(app, "kr")
    page = client.get("/staff/numbers?by=month").text
    answer = client.get("/staff/numbers/time.csv?by=month")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="numbers-kr-time.csv"'
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert {row[0]: row[1:] for row in rows[1:]} == table(page, "By month")
    assert sum(int(row[4]) for row in rows[1:]) == 3  # signed
    with opened.database.reading() as session:
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "numbers.downloaded")).one()
    assert event.detail == {"chart": "time", "jurisdiction": "kr"}
    assert client.get("/staff/numbers/nothing.csv").status_code == 404


@pytest.mark.parametrize("asked", ["by=year", "by=%00", "office=", "by=day&by=week"])
def test_senseless_questions_get_the_plain_page(app, opened, asked):
    client, _secret = signed_in(app, "kr")
    assert client.get(f"/staff/numbers?{asked}").status_code == 200


def test_the_page_of_dates_counts_the_law_and_the_claims(app, opened):
    day = today("us", opened.clock()) + timedelta(days=2)
    moves = (ClaimState.SUBMITTED, opened.clock()), (ClaimState.INFORMATION_REQUESTED, opened.clock())
    a_worked_claim(opened, *moves, begun=opened.clock(), jurisdiction="us", due_on=day)
    a_worked_claim(opened, *moves, begun=opened.clock(), jurisdiction="kr", due_on=day)
    client, _secret = signed_in(app, "us")
    page = client.get("/staff/dates").text
    (row,) = table(page, "Answers that claimants were asked for").values()
    assert row[0] == "United States"
    assert row[1] == "1"
    assert "due=week" in page
    assert "Motions for lead plaintiff" in page
    assert "Washington&#39;s Birthday" in page
    assert "business day 4 · last day" in page  # the SEC's clock
    assert "소멸시효" not in page
    assert "Article 766" not in page  # the other office's
    file = client.get("/staff/dates.ics")
    assert file.mimetype == "text/calendar"
    assert b"us-lead-plaintiff" in file.data
    assert b"kr-limitation" not in file.data


def test_the_digest_is_chosen_and_left_on_the_page(app, opened):
    client, _secret = signed_in(app, "kr")
    for button in ("Send it to me", "Send it to me no longer", "Send it to me"):
        page = client.get("/staff/dates").text
        assert f">{button}</button>" in page
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        answer = client.post("/staff/digest", data={"csrf_token": token[1]})
        assert answer.status_code == 303
    with opened.database.reading() as session:
        assert accounts.person(session, opened.vault, session.scalars(sa.select(StaffMember)).one())
