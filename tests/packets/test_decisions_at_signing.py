"""What is kept at signing is what the published rules say of the answers that count."""

import pytest
import sqlalchemy as sa

from portal.claims.models import Decision
from portal.eligibility.rules import assess
from portal.packets import samples
from portal.runtime import Runtime
from tests.packets.claims import a_signed_claim


def test_an_answer_to_a_question_that_is_no_longer_asked_gives_no_reason(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Kept under an older version, in which the notice was asked of people without an account too.
    answers = {**samples.ANSWERS, "account": "no", "notice": "none"}
    monkeypatch.setattr(samples, "ANSWERS", answers)
    claim = a_signed_claim(runtime)
    with runtime.database.reading() as session:
        kept = {one.track: (one.outcome, tuple(one.reasons)) for one in session.scalars(sa.select(Decision))}
    said = {
        one.track: (str(one.outcome), one.codes) for one in assess(runtime.matters.current().matter, answers)
    }
    assert kept == {track: said[track] for track in claim.tracks}
    assert "kr-no-notice" not in kept["kr-consumer"][1]
