"""Changes after signing: only what a change touches is signed again, and nothing that was signed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.claims import sealed
from portal.claims import service as claims
from portal.claims.act import read_acts
from portal.claims.errors import AlreadySubmitted, NotReady, TextsChanged
from portal.claims.models import Claim
from portal.claims.states import ClaimState
from portal.evidence import service as evidence
from portal.jobs import run_worker
from portal.matters import service as matters
from portal.matters.folder import read_folder
from portal.messages.models import OutboxMessage
from portal.packets import events, reading, sample_people, samples, service, signing, withdrawal
from portal.packets.compose import compose
from portal.packets.models import Packet
from portal.runtime import Runtime
from tests.conftest import NOW, ROOT
from tests.packets.claims import a_picture, a_signed_claim, packets_of

LATER = NOW + timedelta(days=2)
WHERE = signing.Circumstances(language="ko", place="KR", address="203.0.113.9", device="phone, Chrome")
GIVEN = signing.GivenSignature(strokes=samples.sample_strokes())


def moved_house(particulars):
    address = particulars.address.model_copy(update={"line1": "부산광역시 해운대구 센텀중앙로 79"})
    return particulars.model_copy(update={"address": address})


def amend(runtime: Runtime, claim: Claim, change) -> None:
    with runtime.database.transaction() as session:
        row = session.get_one(Claim, claim.id)
        claims.amend(session, runtime.vault, row, change, seen_revision=None, now=LATER)


def waiting(runtime: Runtime, claim: Claim) -> list[str]:
    with runtime.database.reading() as session:
        row = session.get_one(Claim, claim.id)
        return [
            one.document.id for one in reading.reading_list(session, runtime, runtime.matters.current(), row)
        ]


def read_and_sign(runtime: Runtime, claim: Claim) -> None:
    published = runtime.matters.current()
    with runtime.database.transaction() as session:
        row = session.get_one(Claim, claim.id)
        for entry in reading.reading_list(session, runtime, published, row):
            given = True if entry.consent else None
            reading.confirm(session, runtime, published, row, entry, given, LATER)
        sign(runtime, session, row)


def sign(runtime: Runtime, session, row: Claim) -> None:
    published = runtime.matters.current()
    to_sign = reading.to_sign(session, runtime, published, row)
    signatures = {one.jurisdiction: GIVEN for one in to_sign}
    signing.submit(session, runtime, published, row, signatures, WHERE, LATER + timedelta(minutes=5))


def states(runtime: Runtime, claim: Claim) -> dict[str, str]:
    with runtime.database.reading() as session:
        return {one.jurisdiction: str(one.state) for one in session.get_one(Claim, claim.id).engagements}


def move(runtime: Runtime, claim: Claim, jurisdiction: str, *through: ClaimState) -> None:
    with runtime.database.transaction() as session:
        engagement = session.get_one(Claim, claim.id).engagement(jurisdiction)
        for state in through:
            claims.move(session, engagement, state, actor=claims.claimant_of(claim), now=NOW)


def test_nothing_is_to_be_signed_again_while_nothing_changes(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime, uploads=(a_picture(),))
    assert waiting(runtime, claim) == []


def test_a_new_address_touches_the_documents_that_state_it_and_no_other(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime)
    amend(runtime, claim, moved_house)
    found = waiting(runtime, claim)
    published = runtime.matters.current().matter
    stating = [
        document.id
        for jurisdiction in ("kr", "us")
        for document in published.documents_for(jurisdiction, ("kr-consumer", "us-consumer"))
        if "schedule" in published.document(document.id, "ko").slots
    ]
    assert found == stating
    assert "kr-power" in found
    assert "kr-consent-collection" not in found


def test_what_was_signed_counts_until_the_change_is_signed(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime)
    amend(runtime, claim, moved_house)
    with runtime.database.reading() as session:
        row = session.get_one(Claim, claim.id)
        assert sealed.read(session, runtime.vault, row).address.line1 == "서울특별시 강남구 테헤란로 152"
        assert sealed.read_latest(session, runtime.vault, row).address.line1.startswith("부산광역시")
        for packet in packets_of(runtime, claim):
            content = compose(session, runtime, session.get_one(Packet, packet.id), samples.SEALER)
            assert content.particulars.address.line1 == "서울특별시 강남구 테헤란로 152"


def test_signing_again_makes_a_revision_that_names_the_one_it_replaces(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime)
    run_worker(runtime, once=True)
    amend(runtime, claim, moved_house)
    again = waiting(runtime, claim)
    read_and_sign(runtime, claim)
    assert waiting(runtime, claim) == []
    with runtime.database.reading() as session:
        row = session.get_one(Claim, claim.id)
        assert row.amendment is None
        assert sealed.read(session, runtime.vault, row).address.line1.startswith("부산광역시")
        korean = row.engagement("kr")
        first, second = read_acts(session, runtime.vault, korean)
        assert second.documents == {one for one in again if one.startswith("kr")} < first.documents
        old, new = [one for one in packets_of(runtime, claim) if one.jurisdiction == "kr"]
        content = compose(session, runtime, session.get_one(Packet, new.id), samples.SEALER)
        assert (content.revision, content.replaces) == (2, 1)
        assert content.act_of("kr-power") == second
        assert content.act_of("kr-consent-collection") == first
        before = compose(session, runtime, session.get_one(Packet, old.id), samples.SEALER)
        assert before.particulars.address.line1 == "서울특별시 강남구 테헤란로 152"
        assert before.acts == (first,)
        amended = [one for one in events.of(session, runtime, korean) if one.kind == "amended"]
        assert len(amended) == 1
    run_worker(runtime, once=True)
    assert {(one.jurisdiction, one.revision, one.state) for one in packets_of(runtime, claim)} == {
        (jurisdiction, revision, "sealed") for jurisdiction in ("kr", "us") for revision in (1, 2)
    }


def test_a_file_added_later_is_in_the_packet_that_is_signed_for_it(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime)
    kind = runtime.matters.current().matter.evidence_for(["kr-consumer"])[0].id
    evidence.add(runtime, claim.id, a_picture(), kind, LATER)
    assert {one for one in waiting(runtime, claim) if "exhibits" in one} == {"kr-exhibits", "us-exhibits"}
    assert "kr-retainer" not in waiting(runtime, claim)
    read_and_sign(runtime, claim)
    with runtime.database.reading() as session:
        counts = {
            (one.jurisdiction, one.revision): len(
                compose(session, runtime, session.get_one(Packet, one.id), samples.SEALER).exhibits
            )
            for one in packets_of(runtime, claim)
        }
    assert counts == {("kr", 1): 0, ("kr", 2): 1, ("us", 1): 0, ("us", 2): 1}


def test_taking_a_change_back_leaves_nothing_to_sign(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime)
    amend(runtime, claim, moved_house)
    amend(runtime, claim, lambda _changed: sample_people.MINJUN)
    assert waiting(runtime, claim) == []
    amend(runtime, claim, moved_house)
    with runtime.database.transaction() as session:
        claims.drop_amendment(session.get_one(Claim, claim.id), LATER)
    assert waiting(runtime, claim) == []


def test_the_phrase_stands_in_no_document_and_counts_at_once(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime)
    amend(runtime, claim, lambda who: who.model_copy(update={"phrase": "노란 자전거 7"}))
    assert waiting(runtime, claim) == []
    with runtime.database.reading() as session:
        row = session.get_one(Claim, claim.id)
        assert (sealed.read(session, runtime.vault, row).phrase, row.amendment) == ("노란 자전거 7", None)


def test_counsel_look_again_at_what_they_had_accepted(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime)
    move(runtime, claim, "kr", ClaimState.ACCEPTED)
    amend(runtime, claim, moved_house)
    assert states(runtime, claim) == {"kr": "accepted", "us": "submitted"}
    read_and_sign(runtime, claim)
    assert states(runtime, claim) == {"kr": "in_review", "us": "submitted"}


def test_what_is_filed_is_not_signed_again_while_the_other_office_still_takes_changes(
    runtime: Runtime,
) -> None:
    claim = a_signed_claim(runtime)
    move(runtime, claim, "kr", ClaimState.ACCEPTED, ClaimState.FILED)
    amend(runtime, claim, moved_house)
    assert {one[:2] for one in waiting(runtime, claim)} == {"us"}
    read_and_sign(runtime, claim)
    assert states(runtime, claim) == {"kr": "filed", "us": "submitted"}
    assert [one.revision for one in packets_of(runtime, claim) if one.jurisdiction == "kr"] == [1]


def test_a_claim_that_is_filed_everywhere_takes_no_changes(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime, tracks=("kr-consumer",))
    move(runtime, claim, "kr", ClaimState.ACCEPTED, ClaimState.FILED)
    with pytest.raises(AlreadySubmitted):
        amend(runtime, claim, moved_house)


def test_a_change_cannot_be_signed_unread(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime)
    amend(runtime, claim, moved_house)
    with runtime.database.transaction() as session, pytest.raises(NotReady):
        sign(runtime, session, session.get_one(Claim, claim.id))


def test_a_birth_date_cannot_make_a_minor_of_somebody_who_signed_as_an_adult(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime)
    young = LATER.date().replace(year=LATER.year - 15)
    amend(runtime, claim, lambda who: who.model_copy(update={"birth_date": young}))
    with pytest.raises(NotReady):
        read_and_sign(runtime, claim)


def test_a_text_published_anew_is_signed_again_only_with_a_change_of_ones_own(
    runtime: Runtime, tmp_path
) -> None:
    claim = a_signed_claim(runtime)
    folder = tmp_path / "coupang-2025"
    for file in (ROOT / "matters" / "coupang-2025").rglob("*"):
        if file.is_file():
            target = folder / file.relative_to(ROOT / "matters" / "coupang-2025")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    for lang, added in (
        ("ko", "\n사본은 언제든지 받을 수 있습니다.\n"),
        ("en", "\nCopies can be had at any time.\n"),
    ):
        path = folder / "documents" / f"kr-consent-collection.{lang}.md"
        text = path.read_text()
        head, _, tail = text.partition("\n## ")
        path.write_text(f"{head}{added}\n## {tail}" if tail else text + added)
    with runtime.database.transaction() as session:
        matters.publish(session, read_folder(folder), now=LATER, published_by="test")
    runtime.matters.refresh()
    assert waiting(runtime, claim) == []
    amend(runtime, claim, moved_house)
    assert "kr-consent-collection" in waiting(runtime, claim)
    with runtime.database.transaction() as session, pytest.raises(TextsChanged):
        row = session.get_one(Claim, claim.id)
        published = runtime.matters.current()
        for entry in reading.reading_list(session, runtime, published, row):
            if entry.document.id != "kr-consent-collection":
                reading.confirm(session, runtime, published, row, entry, None, LATER)
        sign(runtime, session, row)


def test_withdrawing_ends_one_jurisdiction_with_a_receipt_and_tells_counsel(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime)
    run_worker(runtime, once=True)
    with runtime.database.transaction() as session:
        row = session.get_one(Claim, claim.id)
        withdrawal.withdraw(session, runtime, row.engagement("kr"), LATER)
    assert states(runtime, claim) == {"kr": "withdrawn", "us": "submitted"}
    run_worker(runtime, once=True)
    korean = [one for one in packets_of(runtime, claim) if one.jurisdiction == "kr"]
    assert [(one.kind, one.revision, one.state) for one in korean] == [
        ("engagement", 1, "sealed"),
        ("withdrawal", 2, "sealed"),
    ]
    with runtime.database.reading() as session:
        row = session.get_one(Claim, claim.id)
        assert "withdrawn" in [one.kind for one in events.of(session, runtime, row.engagement("kr"))]
        kinds = session.scalars(sa.select(OutboxMessage.kind)).all()
        assert kinds.count("counsel-withdrawn") == kinds.count("withdrawn") == 1
        assert service.open_packet(session, runtime, session.get_one(Packet, korean[1].id)).startswith(
            b"%PDF"
        )


def test_the_message_to_counsel_names_nobody(runtime: Runtime) -> None:
    claim = a_signed_claim(runtime)
    with runtime.database.transaction() as session:
        withdrawal.withdraw(session, runtime, session.get_one(Claim, claim.id).engagement("us"), LATER)
    with runtime.database.reading() as session:
        row = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "counsel-withdrawn")).one()
        said = runtime.vault.open(session, row.subject_id, "message", row.sealed).decode()
    assert claim.number in said
    assert not any(part in said for part in ("김민준", "KIM", "MINJUN", "minjun", "테헤란로", "1234"))
