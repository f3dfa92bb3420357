"""What the claim's page says of the lawyer before counsel has signed, and after."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.audit import SYSTEM
from portal.claims import service as claims
from portal.claims.models import Claim
from portal.claims.states import ClaimState
from portal.jobs import run_worker
from portal.packets import countersigning, service
from tests.conftest import NOW, Clock
from tests.packets.test_seal import a_firm_key
from tests.visitor import Visitor, on_the_tests_clock

WORDS = {
    "en": (
        "No lawyer-client relationship exists with this firm until",
        "Counsel has accepted your claim and represents you.",
        "Signed for the firm by Daniel J. Whitfield",
    ),
    "ko": (
        "변호사와 의뢰인의 관계가 성립하지 않습니다",
        "변호사가 신청을 수임하여 귀하를 대리합니다.",
        "Daniel J. Whitfield 명의로 수임인 서명을 마쳤습니다",
    ),
}


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_no_lawyer_acts_until_counsel_has_signed_and_the_page_says_both(
    app: Flask, clock: Clock, lang: str
) -> None:
    visitor = Visitor(on_the_tests_clock(app, clock), lang).begin(tracks=("us-consumer",))
    visitor.fill_all().read_and_sign("HONG GILDONG")
    runtime = visitor.runtime
    run_worker(runtime, once=True)
    not_yet, acts, signed = WORDS[lang]
    received = visitor.get("/claim").text
    assert not_yet in received
    assert acts not in received
    with runtime.database.transaction() as session:
        (engagement,) = session.get_one(Claim, visitor.claim().id).engagements
        claims.move(session, engagement, ClaimState.ACCEPTED, actor=SYSTEM, now=NOW)
        (packet,) = service.packets_of(session, engagement)
    accepted = visitor.get("/claim").text
    assert not_yet in accepted
    assert acts not in accepted
    countersigning.sign_packet(runtime, packet.id, a_firm_key("Daniel J. Whitfield"), None)
    represented = visitor.get("/claim").text
    assert not_yet not in represented
    assert acts in represented
    assert signed in represented
    sealed = visitor.client.get(f"/{lang}/claim/packets/{packet.id}.pdf").data
    assert sealed.count(b"%%EOF") == 2  # what is given out is the newest edition
