"""Staff take the dossier away for a reason that is kept; nobody else does."""

import pytest

from portal.claims.models import Claim, Engagement
from portal.jobs import run_worker
from tests.packets.claims import a_signed_claim
from tests.review.test_pages import address_of, desk, events, post

__all__ = ["desk"]


@pytest.fixture
def opened(app):
    return app.extensions["portal"]


@pytest.fixture
def engagement(opened) -> Engagement:
    """Signed for Korean counsel; its packet is not sealed yet."""
    claim = a_signed_claim(opened, tracks=("kr-consumer",))
    with opened.database.reading() as session:
        found = session.get_one(Claim, claim.id).engagement("kr")
        assert found is not None
        assert found.claim.number  # loaded while the session is open
        return found


def test_the_dossier_leaves_only_for_a_reason_which_is_kept(opened, desk, engagement):
    run_worker(opened, once=True)
    page, reviewer = address_of(engagement), desk("kr")
    assert "Proof of authority for a court" in reviewer.get(page).text
    refused = post(reviewer, page, f"{page}/dossier", reason="x")
    assert not refused.data.startswith(b"%PDF")
    taken = post(reviewer, page, f"{page}/dossier", reason="order of the court of 20 November")
    assert taken.data.startswith(b"%PDF")
    number = engagement.claim.number
    assert taken.headers["Content-Disposition"] == f'attachment; filename="{number}-kr-dossier.pdf"'
    (downloaded,), (made,) = events(opened, "claim.downloaded"), events(opened, "claim.dossier_made")
    assert (downloaded.detail["part"], downloaded.detail["reason"]) == (
        "dossier",
        "order of the court of 20 November",
    )
    assert (made.actor_kind, made.detail["reason"]) == ("staff", "order of the court of 20 November")


def test_before_the_packet_is_sealed_there_is_nothing_to_take(opened, desk, engagement):
    page, reviewer = address_of(engagement), desk("kr")
    assert "Proof of authority for a court" not in reviewer.get(page).text
    answer = post(reviewer, page, f"{page}/dossier", reason="order of the court of 20 November")
    assert answer.status_code == 303
    assert "nothing to prove" in reviewer.get(page).text


def test_the_other_office_gets_no_dossier(opened, desk, engagement):
    run_worker(opened, once=True)
    page, stranger = address_of(engagement), desk("us")
    answer = post(stranger, "/staff/queue", f"{page}/dossier", reason="order of the court of 20 November")
    assert answer.status_code == 404
    assert events(opened, "claim.dossier_made") == []
