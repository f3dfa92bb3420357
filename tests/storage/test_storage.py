"""Blobs: created once, proved on reading, never at a path of somebody's choosing."""

import hashlib

import pytest

from portal.storage import Corrupt, Missing, Storage, StorageError


@pytest.fixture
def storage(tmp_path):
    return Storage((tmp_path / "blobs").as_uri())


def test_bytes_come_back_under_their_hash(storage):
    key = storage.put(b"sealed")
    assert key == hashlib.sha256(b"sealed").hexdigest()
    assert storage.get(key) == b"sealed"
    assert storage.exists(key)
    assert storage.put(b"sealed") == key
    assert list(storage.keys()) == [key]


def test_a_changed_blob_is_named_and_never_served(storage, tmp_path):
    key = storage.put(b"sealed")
    (path,) = (tmp_path / "blobs").rglob(key)
    path.write_bytes(b"changed")
    with pytest.raises(Corrupt, match=key[:12]):
        storage.get(key)


def test_a_missing_blob_is_named_and_deleting_twice_is_harmless(storage):
    key = storage.put(b"sealed")
    storage.delete(key)
    storage.delete(key)
    with pytest.raises(Missing):
        storage.get(key)
    assert not storage.exists(key)


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "", "a" * 63, "A" * 64, "a" * 64 + "\n", "..%2f" + "a" * 59]
)
def test_a_key_that_is_no_hash_reaches_no_path(storage, key):
    with pytest.raises(Missing):
        storage.get(key)


def test_other_kinds_of_store_are_refused():
    with pytest.raises(StorageError):
        Storage("memory://")


@pytest.mark.slow
def test_a_bucket_that_does_not_answer_is_a_failure_of_the_store(monkeypatch):
    for name, value in {
        "AWS_ENDPOINT": "http://127.0.0.1:9",
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "none",
        "AWS_ACCESS_KEY_ID": "invented",
        "AWS_SECRET_ACCESS_KEY": "invented",
    }.items():
        monkeypatch.setenv(name, value)
    away, key = Storage("s3://nowhere"), "a" * 64
    for act in (away.get, away.exists, away.delete):
        with pytest.raises(StorageError, match=key[:12]):
            act(key)
    with pytest.raises(StorageError):
        away.put(b"sealed")
