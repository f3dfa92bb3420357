"""The authority record: whole in its sealed JSON, masked in print, and bound to the packet by the printed hash."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.claims.act import PaperSheet, PaperSigned
from portal.claims.particulars import PersonName
from portal.matters.bilingual import Text
from portal.matters.folder import read_folder, read_matter
from portal.packets import authority, making, sample_people, samples, service
from portal.packets.content import PacketContent, PastEvent
from portal.packets.models import Packet
from portal.packets.render import render
from portal.packets.words import word
from portal.runtime import Runtime
from tests.conftest import NOW, ROOT
from tests.packets.claims import a_picture, a_signed_claim, packets_of

JURISDICTIONS = ("kr", "us")


@cache
def matter():
    return read_matter(read_folder(ROOT / "matters" / "coupang-2025"))


def sample(jurisdiction: str = "kr", **changes: object) -> PacketContent:
    return replace(samples.sample_claim(matter(), jurisdiction), **changes)


def with_act(content: PacketContent, **changes: object) -> PacketContent:
    return replace(content, acts=(*content.acts[:-1], content.act.model_copy(update=changes)))


def with_reading(content: PacketContent, place: int, **changes: object) -> PacketContent:
    readings = list(content.act.readings)
    readings[place] = readings[place].model_copy(update=changes)
    return with_act(content, readings=tuple(readings))


def with_particulars(content: PacketContent, **changes: object) -> PacketContent:
    return replace(content, particulars=content.particulars.model_copy(update=changes))


def hash_of(content: PacketContent) -> str:
    return authority.digest(authority.canonical(authority.record_of(content)))


def text_of(data: bytes) -> str:
    run = subprocess.run(["pdftotext", "-raw", "-", "-"], input=data, capture_output=True, check=True)
    return run.stdout.decode()


def flowing(data: bytes) -> str:
    return re.sub(r"\s+", "", text_of(data))


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_its_bytes_are_those_of_the_rfc_8785_package(jurisdiction: str) -> None:
    record = authority.record_of(sample(jurisdiction))
    assert authority.canonical(record) == rfc8785.dumps(record)


@settings(max_examples=150, deadline=None)
@given(
    words=st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=40), min_size=1, max_size=6)
)
def test_whatever_a_person_typed_is_written_as_rfc_8785_asks(words: list[str]) -> None:
    record = {"person": {"name": words[0], "lines": words, "count": len(words), "none": None, "yes": True}}
    assert authority.canonical(record) == rfc8785.dumps(record)


_COORDINATE = st.floats(-50, 1050, allow_nan=False).map(lambda value: value + 0.0)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(_COORDINATE, _COORDINATE, st.floats(0, 86_400_000)), min_size=1, max_size=5),
        max_size=4,
    )
)
def test_strokes_are_hashed_in_their_canonical_form(strokes: list[list[tuple[float, float, float]]]) -> None:
    act = samples.sample_act(matter(), "kr", sample_people.MINJUN, ("kr-consumer",))
    drawn = act.model_copy(update={"strokes": tuple(map(tuple, strokes))})
    canonical = rfc8785.dumps([[list(point) for point in stroke] for stroke in strokes])
    assert authority.strokes_sha256(drawn) == hashlib.sha256(canonical).hexdigest()


def test_it_tells_who_signed_which_texts_and_for_which_suit() -> None:
    content = sample()
    record = authority.record_of(content)
    assert record["format"] == "portal.authority-record.v1"
    assert record["person"]["name"] == "김민준(金民俊), KIM MINJUN"
    (contact,) = record["person"]["contacts"]
    assert (contact["value"], contact["masked"]) == ("minjun.kim@mail.example", "mi•••@mail.example")
    assert contact["verified_at"] == "2026-02-03T04:34:09.000000Z"
    assert [one["court"]["ko"] for one in record["suits"]] == ["서울중앙지방법원"]
    assert record["suits"][0]["claimant"].startswith("김민준")
    power = next(one for one in record["texts"] if one["document"] == "kr-power")
    assert power["signed_sha256"] == power["printed_sha256"]
    assert power["signed_sha256"]["ko"] == matter().document("kr-power", "ko").text_hash
    assert (power["opened_at"], power["seconds_open"]) == ("2026-02-03T04:47:09.000000Z", 108)
    (act,) = record["acts"]
    assert act["address"] == "203.0.113.87"
    assert act["signed_at"] == {
        "utc": "2026-02-03T05:05:09.000000Z",
        "kst": "2026-02-03 14:05:09 KST",
        "us_eastern": "2026-02-03 00:05:09 EST",
    }
    assert act["strokes"]["count"] == 2
    assert {one["rules_version"] for one in record["decisions"]} == {matter().rules_version}
    assert [one["number"] for one in record["exhibits"]] == [1, 2, 3]


def test_summer_time_is_named() -> None:
    june = datetime(2026, 6, 3, 5, 0, tzinfo=UTC)
    (act,) = authority.record_of(with_act(sample(), signed_at=june))["acts"]
    assert act["signed_at"]["us_eastern"] == "2026-06-03 01:00:00 EDT"


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_chain_goes_from_engagement_over_consent_to_the_power(jurisdiction: str) -> None:
    links = authority.record_of(sample(jurisdiction))["chain"]
    kinds = [
        next(
            text["kind"]
            for text in authority.record_of(sample(jurisdiction))["texts"]
            if text["document"] == link["document"]
        )
        for link in links
    ]
    order = ["agreement", "consent", "power", "declaration", "certification"]
    assert kinds == sorted(kinds, key=order.index)
    assert kinds[0] == "agreement"
    assert "exhibits" not in kinds
    assert {link["answer"] for link in links} <= {"signed", "given", "refused"}
    assert all(link["at"] for link in links)


def test_a_document_signed_again_names_the_act_that_signed_it() -> None:
    content = sample()
    again = next(one for one in content.act.readings if one.document == "kr-power")
    later = content.act.model_copy(
        update={
            "readings": (again,),
            "signed_at": sample_people.SIGNED + timedelta(days=9),
            "means": "typed",
            "typed_name": "김민준",
            "strokes": (),
        }
    )
    record = authority.record_of(replace(content, acts=(content.act, later), revision=2, replaces=1))
    acts = {one["document"]: one["act"] for one in record["texts"]}
    assert acts["kr-power"] == 2
    assert acts["kr-retainer"] == 1
    assert [one["means"] for one in record["acts"]] == ["drawn", "typed"]
    assert record["packet"]["replaces"] == 1


def test_the_claimants_own_phrase_is_in_no_record() -> None:
    content = sample(particulars=sample_people.MINJUN.model_copy(update={"phrase": "푸른 고래"}))
    assert "푸른 고래".encode() not in authority.canonical(authority.record_of(content))


EVENT = PastEvent(1, "sealed", sample_people.SIGNED, "ab" * 32, Text(ko="봉인", en="Sealed"))
CHANGES: dict[str, Callable[[PacketContent], PacketContent]] = {
    "name": lambda one: with_particulars(one, name=PersonName(hangul="김민존")),
    "birth date": lambda one: with_particulars(one, birth_date=None),
    "street": lambda one: with_particulars(one, address=None),
    "contact": lambda one: with_act(one, contacts=()),
    "opened": lambda one: with_reading(one, 0, opened_at=sample_people.SIGNED),
    "seconds open": lambda one: with_reading(one, 1, seconds_open=1),
    "text": lambda one: with_reading(one, 1, text_hashes={"ko": "0" * 64, "en": "1" * 64}),
    "shown": lambda one: with_reading(one, 1, shown="2" * 64),
    "consent": lambda one: with_reading(one, 2, given=None),
    "strokes": lambda one: with_act(one, strokes=one.act.strokes[:1]),
    "means": lambda one: with_act(one, means="typed"),
    "place": lambda one: with_act(one, place="US"),
    "device": lambda one: with_act(one, device="tablet, Firefox"),
    "hand-off": lambda one: with_act(one, handed_off="phone, Chrome"),
    "address of the last household": lambda one: with_act(one, address="203.0.113.88"),
    "time": lambda one: with_act(one, signed_at=one.act.signed_at + timedelta(microseconds=1)),
    "session": lambda one: with_act(one, session_began_at=None),
    "audit head": lambda one: with_act(one, audit_sequence=1),
    "answer": lambda one: replace(one, answers={**one.answers, "notice": "none"}),
    "decision": lambda one: replace(one, decisions=(replace(one.decisions[0], outcome="needs_review"),)),
    "exhibit": lambda one: replace(one, exhibits=(replace(one.exhibits[0], sha256="0" * 64), *one.exhibits[1:])),
    "attachment": lambda one: replace(one, attachments=one.exhibits[:1]),
    "event": lambda one: replace(one, events=(EVENT,)),
    "replaced revision": lambda one: replace(one, replaces=1),
    "code": lambda one: replace(one, code="AAAA-BBBB-CCCC"),
    "withdrawal": lambda one: replace(one, withdrawn_at=sample_people.SIGNED),
}  # fmt: skip


@pytest.mark.parametrize("fact", CHANGES)
def test_changing_any_fact_changes_the_hash(fact: str) -> None:
    assert hash_of(CHANGES[fact](sample())) != hash_of(sample())


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_what_identifies_a_household_is_masked_in_print_and_whole_in_the_record(jurisdiction: str) -> None:
    content = sample(jurisdiction)
    draft = render(content)
    _cover, *pages = text_of(bytes(draft.data)).split("\f")
    title = word("record.title")[matter().packets[jurisdiction].governing_language]
    printed = "".join(page for page in pages if title in page)
    assert authority.digest(draft.record)[:8] in printed
    for contact in content.act.contacts:
        assert contact.value not in printed
        assert contact.value.encode() in draft.record
    assert content.act.address not in text_of(bytes(draft.data))
    assert content.act.address.encode() in draft.record


def test_the_printed_hash_is_that_of_the_json_opened_from_the_row(runtime: Runtime) -> None:
    (packet,) = packets_of(runtime, a_signed_claim(runtime, tracks=("kr-consumer",), uploads=(a_picture(),)))
    making.make(runtime, packet.id)
    with runtime.database.reading() as session:
        kept = session.get_one(Packet, packet.id)
        canonical = service.open_record(session, runtime, kept)
        data = service.open_packet(session, runtime, kept)
    assert kept.record_sha256 == hashlib.sha256(canonical).hexdigest()
    assert kept.record_sha256 in flowing(data)
    record = json.loads(canonical)
    assert rfc8785.dumps(record) == canonical
    assert record["packet"]["code"] == kept.code
    assert record["person"]["contacts"][0]["value"] == "minjun.kim@mail.example"
    assert b"minjun.kim@mail.example" not in kept.record
    assert {one["shown_sha256"] is not None for one in record["texts"]} == {True}


def test_the_record_cannot_be_opened_after_erasure(runtime: Runtime) -> None:
    from portal.vault import Destroyed

    (packet,) = packets_of(runtime, a_signed_claim(runtime, tracks=("kr-consumer",)))
    making.make(runtime, packet.id)
    with runtime.database.transaction() as session:
        kept = session.get_one(Packet, packet.id)
        runtime.vault.erase(session, kept.engagement.claim.subject_id, NOW)
    with runtime.database.reading() as session, pytest.raises(Destroyed):
        service.open_record(session, runtime, session.get_one(Packet, packet.id))


def test_an_act_on_paper_is_kept_with_its_sheets() -> None:
    sheet = PaperSheet(number=3, document="kr-power", signed=True, blob="b", sha256="1" * 64,
                       original_sha256="2" * 64, received_at=sample_people.SIGNED)  # fmt: skip
    paper = PaperSigned(code="5F2K-8WQJ-31TG", printed_at=sample_people.SIGNED, printed_sha256="3" * 64,
                        checked_by="staff", sheets=(sheet,))  # fmt: skip
    (act,) = authority.record_of(with_act(sample(), means="ink", paper=paper))["acts"]
    assert act["paper"]["code"] == "5F2K-8WQJ-31TG"
    assert act["paper"]["sheets"][0]["received_at"] == "2026-02-03T05:05:09.000000Z"
