"""Staff read the harm diary with its files and totals, and what else was joined beside their own tracks."""

from datetime import date
from decimal import Decimal

import pytest

from portal.claims import sealed
from portal.claims.models import Claim
from portal.claims.particulars import Incident, Joinder, Money, Particulars
from portal.evidence import service as evidence
from tests.conftest import NOW
from tests.packets.claims import a_picture
from tests.review.test_pages import a_claim, address_of, desk, opened, post

__all__ = ["desk", "opened"]

DIARY = (
    Incident(id="i1", kind="smishing", on=date(2025, 12, 2), text="배송 문자 <b>", reported="KISA 118"),
    Incident(
        id="i2",
        kind="money",
        on=date(2025, 12, 5),
        lost=Money(amount=Decimal(350_000), currency="KRW"),
        minutes=90,
    ),
)


@pytest.fixture
def engagement(opened):
    made = a_claim(opened)
    with opened.database.transaction() as session:
        claim = session.get_one(Claim, made.claim_id)
        said = Joinder(answers={"suit": "us_class", "voucher": "used"}, details={"suit": "Smith v. Coupang"})
        sealed.write_answers(session, opened.vault, claim, {"account": "yes", "other_case": "none"})
        told = Particulars(diary=DIARY, joinder=said)
        sealed.write(session, opened.vault, claim, told, NOW)
    evidence.add(opened, made.claim_id, a_picture(), "smishing", NOW, incident="i1")
    return made


def unmasked(desk, engagement) -> str:
    """The claim's page once everything is shown."""
    reviewer, page = desk("kr"), address_of(engagement)
    assert "배송 문자" not in reviewer.get(page).text
    post(reviewer, page, f"{page}/unmask", field="all")
    return reviewer.get(page).text


def test_the_diary_stands_by_day_with_files_and_totals(opened, desk, engagement):
    page = unmasked(desk, engagement)
    diary = page.partition("Harm diary")[2]
    assert "2 entries · KRW 350,000 · 1 hour 30 minutes" in diary
    assert diary.index("2 December 2025") < diary.index("5 December 2025")
    assert "배송 문자 &lt;b&gt;" in diary
    assert "reported: KISA 118" in diary
    row = diary.partition("2 December 2025")[2].partition("</tr>")[0]
    assert "문자.jpg" in row
    assert f"{address_of(engagement)}/view/" in row


def test_the_map_shows_the_offices_own_tracks_and_what_does_not_agree(opened, desk, engagement):
    page = unmasked(desk, engagement)
    joined = page.partition("What else was joined")[2]
    assert "Smith v. Coupang" in joined
    assert "A suit in the United States does not bar the Korean one" in joined
    assert "Korea consumer" in joined
    assert "US consumer" not in joined.partition("Trades")[0].partition("Evidence")[0]
    assert "In the check: “No”." in joined
