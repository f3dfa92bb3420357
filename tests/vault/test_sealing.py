"""What a thief of rows can do with sealed bytes: nothing."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.database import Base, Database
from portal.vault import Destroyed, KeyringError, Unreadable, Vault, new_keyring
from portal.vault.models import SubjectKey
from portal.vault.stream import CHUNK, SealedReader, SealedWriter

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def session(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/vault.sqlite3")
    Base.metadata.create_all(database.engine, tables=[SubjectKey.__table__])
    with database.transaction() as opened:
        yield opened
    database.close()


@pytest.fixture
def vault():
    return Vault(new_keyring())


def test_what_was_sealed_opens_again(session: Session, vault: Vault):
    subject = vault.new_subject(session, NOW)
    sealed = vault.seal(session, subject, "particulars", "홍길동".encode())
    assert "홍길동".encode() not in sealed
    assert vault.open(session, subject, "particulars", sealed).decode() == "홍길동"


def test_a_row_cannot_be_swapped_to_another_subject_or_purpose(session: Session, vault: Vault):
    one, other = vault.new_subject(session, NOW), vault.new_subject(session, NOW)
    sealed = vault.seal(session, one, "particulars", b"mine")
    with pytest.raises(Unreadable):
        vault.open(session, other, "particulars", sealed)
    with pytest.raises(Unreadable):
        vault.open(session, one, "answers", sealed)


def test_every_flipped_bit_is_noticed(session: Session, vault: Vault):
    subject = vault.new_subject(session, NOW)
    sealed = vault.seal(session, subject, "p", b"abc")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(Unreadable):
            vault.open(session, subject, "p", bytes(changed))


def test_ten_thousand_seals_repeat_no_nonce(session: Session, vault: Vault):
    subject = vault.new_subject(session, NOW)
    nonces = {vault.seal(session, subject, "p", b"")[1:13] for _ in range(10_000)}
    assert len(nonces) == 10_000


def test_erasure_leaves_nothing_to_open(session: Session, vault: Vault):
    subject = vault.new_subject(session, NOW)
    sealed = vault.seal(session, subject, "p", b"abc")
    vault.erase(session, subject, NOW)
    vault.erase(session, subject, NOW)
    with pytest.raises(Destroyed):
        vault.open(session, subject, "p", sealed)
    assert session.get(SubjectKey, subject).wrapped is None


def test_old_seals_open_after_a_new_key_is_added_and_not_without_the_old_one(session: Session, vault: Vault):
    subject = vault.new_subject(session, NOW)
    sealed = vault.seal(session, subject, "p", b"abc")
    renewed = Vault(vault.keyring.with_new_key())
    assert renewed.open(session, subject, "p", sealed) == b"abc"
    assert renewed.keyring.current != vault.keyring.current
    with pytest.raises(KeyringError):
        Vault(new_keyring()).open(session, subject, "p", sealed)


def test_blind_indexes_meet_for_equal_values_of_a_kind_only(vault: Vault):
    assert vault.index("email", "a@b.example") == vault.index("email", "a@b.example")
    assert vault.index("email", "a@b.example") != vault.index("phone", "a@b.example")
    assert vault.index("email", "a@b.example") != Vault(new_keyring()).index("email", "a@b.example")


def _sealed_stream(plain: bytes, key: bytes = b"k" * 32) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, key, b"who")
    for start in range(0, len(plain), 70_000):
        writer.write(plain[start : start + 70_000])
    writer.close()
    return file.getvalue()


def _opened(sealed: bytes, key: bytes = b"k" * 32) -> bytes:
    return b"".join(SealedReader(io.BytesIO(sealed), key, b"who", Unreadable))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17])
def test_a_stream_of_any_length_comes_back(size: int):
    plain = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    assert _opened(_sealed_stream(plain)) == plain


def test_a_stream_cut_reordered_or_of_another_key_is_refused():
    sealed = _sealed_stream(b"a" * (2 * CHUNK + 5))
    head, body = sealed[:17], sealed[17:]
    size = CHUNK + 16
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    assert len(chunks) == 3
    for damaged in (
        head + b"".join(chunks[:2]),
        head + b"".join([chunks[1], chunks[0], chunks[2]]),
        sealed[:-1],
        sealed[:10],
    ):
        with pytest.raises(Unreadable):
            _opened(damaged)
    with pytest.raises(Unreadable):
        _opened(sealed, b"o" * 32)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_survive_a_stream(plain: bytes):
    assert _opened(_sealed_stream(plain)) == plain
