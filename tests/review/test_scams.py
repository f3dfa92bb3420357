"""What staff see of reported messages."""

from __future__ import annotations

import sqlalchemy as sa

from portal.audit import AuditEvent
from portal.trust import service
from portal.trust.judgement import judge
from tests.conftest import NOW
from tests.review.test_pages import desk, opened  # noqa: F401 - fixtures

TEXT = "택배 지연 <b>\u202e 노을색 http://noeul.top"


def test_staff_see_signs_and_counts_and_opening_the_text_is_recorded(desk, opened):  # noqa: F811
    matter = opened.matters.current().matter
    with opened.database.transaction() as session:
        for _ in range(3):
            scam = service.report(
                session, opened, TEXT, judge(matter, TEXT), channel="sms", language="ko", now=NOW
            )
        scam_id = scam.id
    client = desk("kr")
    listed = client.get("/staff/scams").text
    assert "False delivery notices" in listed
    assert "Reports in all: 3" in listed
    assert "노을색" not in listed
    page = client.get(f"/staff/scams/{scam_id}").text
    assert "&lt;b&gt;<mark>U+202E</mark> 노을색 http://noeul.top</pre>" in page
    assert 'href="http://noeul.top' not in page
    with opened.database.reading() as session:
        told = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "scam.opened")).all()
    assert [one.subject_id for one in told] == [scam_id]
    assert client.get("/staff/scams?before=nonsense").status_code == 200
    assert client.get("/staff/scams?before=2026-01-01T00:00:00%2B00:00").text.count("False delivery") == 0
    assert client.get("/staff/scams/00000000-0000-7000-8000-000000000000").status_code == 404
    assert desk("admin").get("/staff/scams").status_code == 403
