"""What happens to an authority after signing is appended, never edited, and shows when it was tampered with."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import rfc8785
import sqlalchemy as sa

from portal import audit
from portal.claims import service as claims
from portal.claims.models import Claim
from portal.database import Database, new_id
from portal.packets import events, sample_people
from portal.packets.models import AuthorityEvent
from portal.runtime import Runtime, open_runtime
from portal.settings import Settings
from portal.vault import Destroyed
from tests.conftest import NOW, Clock
from tests.packets.claims import published


def happened(runtime: Runtime, claim: Claim, kind: str, **details: object) -> AuthorityEvent:
    with runtime.database.transaction() as session:
        engagement = session.get_one(Claim, claim.id).engagement("kr")
        return events.append(session, runtime, engagement, kind, NOW, **details)


def told(runtime: Runtime, claim: Claim) -> list[events.Opened]:
    with runtime.database.reading() as session:
        engagement = session.get_one(Claim, claim.id).engagement("kr")
        return list(events.opened(session, runtime, engagement))


def begun(runtime: Runtime) -> Claim:
    matter = published(runtime)
    with runtime.database.transaction() as session:
        return claims.begin(
            session,
            runtime.vault,
            matter.matter,
            version_id=matter.version_id,
            subject_id=runtime.vault.new_subject(session, NOW),
            language="ko",
            answers=sample_people.ANSWERS,
            tracks=("kr-consumer",),
            particulars=sample_people.MINJUN,
            now=NOW,
        )


def test_each_record_names_the_hash_of_the_one_before(runtime: Runtime) -> None:
    claim = begun(runtime)
    happened(runtime, claim, "sealed", revision=1, sha256="ab" * 32)
    happened(runtime, claim, "countersigned", revision=1, signer="변호사 한서연")
    first, second = told(runtime, claim)
    assert [first.record["previous"], second.record["previous"]] == [events.ORIGIN, first.event.sha256]
    assert [one.event.sequence for one in (first, second)] == [1, 2]
    for one in (first, second):
        assert one.event.sha256 == hashlib.sha256(one.canonical).hexdigest()
        assert one.canonical == rfc8785.dumps(one.record)
    assert first.record["claim"] == claim.number
    assert second.record["details"] == {"revision": 1, "signer": "변호사 한서연"}


def test_a_record_is_told_in_both_languages_with_documents_by_their_titles(runtime: Runtime) -> None:
    claim = begun(runtime)
    happened(runtime, claim, "amended", revision=2, documents=("kr-power",))
    (event,) = [one.event for one in told(runtime, claim)]
    assert event.text.en.startswith("Amended and signed again · revision 2 · signed again: ")
    assert "소송위임장" in event.text.ko
    assert "kr-power" not in event.text.ko + event.text.en


def test_each_record_stands_in_the_audit_chain_by_its_hash(runtime: Runtime) -> None:
    claim = begun(runtime)
    happened(runtime, claim, "withdrawn", reason="다른 변호사를 선임함")
    (event,) = [one.event for one in told(runtime, claim)]
    with runtime.database.reading() as session:
        found = session.scalars(
            sa.select(audit.AuditEvent).where(audit.AuditEvent.action == "authority.withdrawn")
        ).one()
        assert found.subject_id == claim.id
        assert found.detail == {"jurisdiction": "kr", "sequence": 1, "sha256": event.sha256}


def test_what_happened_stands_or_falls_with_its_transaction(runtime: Runtime) -> None:
    claim = begun(runtime)
    with pytest.raises(ZeroDivisionError), runtime.database.transaction() as session:
        engagement = session.get_one(Claim, claim.id).engagement("kr")
        events.append(session, runtime, engagement, "withdrawn", NOW)
        raise ZeroDivisionError
    assert told(runtime, claim) == []


def test_a_kind_without_a_name_is_refused(runtime: Runtime) -> None:
    with pytest.raises(KeyError):
        happened(runtime, begun(runtime), "forgotten")


def change(runtime: Runtime, number: int, **values: object) -> None:
    with runtime.database.transaction() as session:
        session.execute(sa.update(AuthorityEvent).where(AuthorityEvent.sequence == number).values(**values))


@pytest.mark.parametrize("values", [{"sha256": "0" * 64}, {"kind": "extended"}, {"sequence": 7}])
def test_a_changed_row_is_not_told(runtime: Runtime, values: dict[str, object]) -> None:
    claim = begun(runtime)
    for kind in ("sealed", "countersigned", "withdrawn"):
        happened(runtime, claim, kind, revision=1)
    change(runtime, 2, **values)
    with pytest.raises(events.EventsBroken):
        told(runtime, claim)


def test_a_record_taken_out_is_missed(runtime: Runtime) -> None:
    claim = begun(runtime)
    for kind in ("sealed", "countersigned", "withdrawn"):
        happened(runtime, claim, kind, revision=1)
    with runtime.database.transaction() as session:
        session.execute(sa.delete(AuthorityEvent).where(AuthorityEvent.sequence == 2))
        session.execute(sa.update(AuthorityEvent).where(AuthorityEvent.sequence == 3).values(sequence=2))
    with pytest.raises(events.EventsBroken):
        told(runtime, claim)


def test_the_row_holds_nothing_of_what_happened_in_the_open(runtime: Runtime) -> None:
    claim = begun(runtime)
    event = happened(runtime, claim, "countersigned", signer="변호사 한서연")
    assert "변호사 한서연".encode() not in event.body
    with runtime.database.transaction() as session:
        runtime.vault.erase(session, claim.subject_id, NOW)
    with pytest.raises(Destroyed):
        told(runtime, claim)


def test_writers_at_the_same_time_take_turns(any_database: Database, settings: Settings) -> None:
    """Eight threads append to one engagement; the chain has eight records, on either database."""
    url = any_database.engine.url.render_as_string(hide_password=False)
    here = open_runtime(settings.model_copy(update={"database_url": url}), clock=Clock())
    try:
        claim = begun(here)
        with ThreadPoolExecutor(8) as writers:
            list(writers.map(lambda _: happened(here, claim, "extended", revision=1), range(8)))
        assert [one.event.sequence for one in told(here, claim)] == list(range(1, 9))
    finally:
        here.close()


def test_moments_ids_and_tuples_become_plain_json(runtime: Runtime) -> None:
    claim, some_id = begun(runtime), new_id()
    happened(runtime, claim, "sealed", at=NOW, packet=some_id, pages=(1, 2), nested={"deep": None})
    (one,) = told(runtime, claim)
    details = json.loads(one.canonical)["details"]
    assert details["at"] == "2026-11-24T03:00:00.000000Z"
    assert UUID(details["packet"]) == some_id
    assert (details["pages"], details["nested"]) == ([1, 2], {"deep": None})
