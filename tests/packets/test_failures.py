"""Each way in which a packet can fail, from end to end: staff read why and what to do, nothing signed is touched, and
the packet is made once the cause is gone.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from portal.claims import service as claims
from portal.claims.models import Claim, Consent, Engagement, Signature
from portal.claims.particulars import PersonName
from portal.evidence.models import EvidenceFile
from portal.fonts import GlyphMissing
from portal.packets import making, sample_people, service
from portal.packets.models import Packet
from portal.packets.setting.flow import Oversized
from portal.packets.timestamps import TimestampRefused
from portal.runtime import Runtime
from portal.storage import Storage, StorageError
from portal.vault import Unreadable, Vault
from portal.web import words
from tests.packets.claims import a_picture, a_signed_claim, packets_of


def record_of(runtime: Runtime) -> list[tuple[object, ...]]:
    """Everything that signing left: signatures with their sealed acts, consents, states, times of submission."""
    with runtime.database.reading() as session:
        return [
            tuple(row)
            for query in (
                sa.select(Signature.id, Signature.act, Signature.signed_at).order_by(Signature.id),
                sa.select(Consent.id, Consent.given, Consent.text_hash).order_by(Consent.id),
                sa.select(Engagement.id, Engagement.state, Engagement.submitted_at).order_by(Engagement.id),
                sa.select(Claim.id, Claim.submitted_at, Claim.particulars).order_by(Claim.id),
            )
            for row in session.execute(query)
        ]


def raising(error: Exception) -> Callable[..., object]:
    def fail(*_arguments: object, **_names: object) -> object:
        raise error

    return fail


@contextmanager
def a_glyph(_runtime: Runtime, patch: pytest.MonkeyPatch) -> Iterator[None]:
    patch.setattr(making, "render", raising(GlyphMissing("\U0001f600")))
    yield


@contextmanager
def a_damaged_exhibit(runtime: Runtime, _patch: pytest.MonkeyPatch) -> Iterator[None]:
    with runtime.database.reading() as session:
        key = session.scalars(sa.select(EvidenceFile.harmless_key)).one()
    held = runtime.storage.get(key)
    runtime.storage.delete(key)
    yield
    runtime.storage.put(held)


@contextmanager
def no_key(runtime: Runtime, _patch: pytest.MonkeyPatch) -> Iterator[None]:
    path = runtime.settings.data_dir / "seal-demo.p12"
    path.write_bytes(b"not a key")
    yield
    path.unlink()


@contextmanager
def a_full_disk(_runtime: Runtime, patch: pytest.MonkeyPatch) -> Iterator[None]:
    patch.setattr(Storage, "put", raising(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))
    yield


@contextmanager
def no_store(_runtime: Runtime, patch: pytest.MonkeyPatch) -> Iterator[None]:
    patch.setattr(Storage, "put", raising(StorageError("the store does not answer")))
    yield


@contextmanager
def no_timestamp(_runtime: Runtime, patch: pytest.MonkeyPatch) -> Iterator[None]:
    patch.setattr(making, "open_authority", raising(TimestampRefused("no answer")))
    yield


@contextmanager
def too_much_for_a_page(_runtime: Runtime, patch: pytest.MonkeyPatch) -> Iterator[None]:
    patch.setattr(making, "render", raising(Oversized("a strip is higher than a page")))
    yield


@contextmanager
def an_older_keyring(_runtime: Runtime, patch: pytest.MonkeyPatch) -> Iterator[None]:
    patch.setattr(Vault, "open", raising(Unreadable("sealed with another key")))
    yield


CAUSES = {
    "glyph": a_glyph,
    "corrupt-exhibit": a_damaged_exhibit,
    "key-missing": no_key,
    "disk-full": a_full_disk,
    "storage": no_store,
    "timestamp": no_timestamp,
    "oversized": too_much_for_a_page,
    "unreadable": an_older_keyring,
}


def made(runtime: Runtime, packet_id: UUID) -> None:
    with suppress(making.NotMade):  # the job engine would come again; what staff see stands on the row
        making.make(runtime, packet_id)


@pytest.mark.parametrize("code", CAUSES)
def test_a_failure_is_named_touches_nothing_signed_and_passes_with_its_cause(
    runtime: Runtime, monkeypatch, code: str
):
    claim = a_signed_claim(runtime, tracks=("kr-consumer",), uploads=(a_picture(),))
    (packet,), before = packets_of(runtime, claim), record_of(runtime)
    with monkeypatch.context() as patch, CAUSES[code](runtime, patch):
        made(runtime, packet.id)
    (failed,) = packets_of(runtime, claim)
    assert (failed.state, failed.failure, failed.blob) == ("failed", code, None)
    assert record_of(runtime) == before
    with runtime.database.transaction() as session:
        listed = service.failures(session, ["kr"])
        assert [(one.id, number) for one, number in listed] == [(packet.id, claim.number)]
        service.retry(session, session.get_one(Packet, packet.id), runtime.clock())
    made(runtime, packet.id)
    (sealed,) = packets_of(runtime, claim)
    assert (sealed.state, sealed.failure, sealed.attempts) == ("sealed", None, 2)
    assert record_of(runtime) == before


def test_an_erased_claims_packet_is_not_made_and_its_signature_row_stays(runtime: Runtime):
    claim = a_signed_claim(runtime, tracks=("kr-consumer",))
    (packet,) = packets_of(runtime, claim)
    with runtime.database.transaction() as session:
        row = session.get_one(Claim, claim.id)
        claims.erase(session, runtime.vault, row, actor=claims.claimant_of(row), now=runtime.clock())
    before = record_of(runtime)
    made(runtime, packet.id)
    assert [(one.state, one.failure) for one in packets_of(runtime, claim)] == [("failed", "erased")]
    assert record_of(runtime) == before


def test_a_name_that_came_past_the_form_fails_its_own_packet_only(runtime: Runtime):
    odd = sample_people.MINJUN.model_copy(
        update={"name": PersonName(hangul="김민준", passport="KIM \U0001f600")}
    )
    bad = a_signed_claim(runtime, particulars=odd, tracks=("kr-consumer",))
    good = a_signed_claim(runtime, tracks=("kr-consumer",))
    for claim in (bad, good):
        for packet in packets_of(runtime, claim):
            made(runtime, packet.id)
    assert [one.failure for one in packets_of(runtime, bad)] == ["glyph"]
    assert [one.state for one in packets_of(runtime, good)] == ["sealed"]


def test_every_code_has_words_and_a_remedy_of_its_own_in_both_languages(app):
    from flask_babel import force_locale

    codes = {code for _kind, code in making.FAILURES} | {
        "disk-full",
        "seal-broken",
        "file-missing",
        "file-damaged",
    }
    assert set(CAUSES) | {"erased"} >= {code for _kind, code in making.FAILURES}
    with app.test_request_context("/staff/failures"):
        said = {}
        for language in ("en", "ko"):
            with force_locale(language):
                said[language] = {
                    code: (words.failure_word(code), words.failure_remedy(code)) for code in codes
                }
                unknown = (words.failure_word("x"), words.failure_remedy("x"))
            assert not [code for code, sentences in said[language].items() if set(sentences) & set(unknown)]
            assert len({word for word, _remedy in said[language].values()}) == len(codes)
    for code in codes:
        for english, korean in zip(said["en"][code], said["ko"][code], strict=True):
            assert english != korean, code


def test_what_passes_by_itself_is_what_the_job_goes_on_trying():
    assert words.PASSES_BY_ITSELF == making.PASSING


def test_the_key_of_another_day_makes_the_packet_that_waited(runtime: Runtime, tmp_path: Path):
    claim = a_signed_claim(runtime, tracks=("kr-consumer",))
    (packet,) = packets_of(runtime, claim)
    missing = replace(
        runtime, settings=runtime.settings.model_copy(update={"signer": str(tmp_path / "gone.p12")})
    )
    made(missing, packet.id)
    assert [one.failure for one in packets_of(runtime, claim)] == ["key-missing"]
    made(runtime, packet.id)
    assert [one.state for one in packets_of(runtime, claim)] == ["sealed"]
