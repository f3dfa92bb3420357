"""What is kept at signing is what the published rules say of the answers that count."""

import sqlalchemy as sa

from portal.claims.models import Decision
from portal.eligibility.rules import assess
from portal.packets import sample_people
from portal.runtime import Runtime
from tests.packets.claims import a_signed_claim


def test_an_answer_to_a_question_that_is_no_longer_asked_gives_no_reason(runtime: Runtime) -> None:
    # Kept under an older version, in which the notice was asked of people without an account too.
    answers = {**sample_people.ANSWERS, "account": "no", "notice": "none"}
    claim = a_signed_claim(runtime, answers=answers)
    with runtime.database.reading() as session:
        kept = {one.track: (one.outcome, tuple(one.reasons)) for one in session.scalars(sa.select(Decision))}
    said = {
        one.track: (str(one.outcome), one.codes) for one in assess(runtime.matters.current().matter, answers)
    }
    assert kept == {track: said[track] for track in claim.tracks}
    assert "kr-no-notice" not in kept["kr-consumer"][1]
