"""The keyring: made once, never overwritten, readable by its owner alone."""

import stat

import pytest

from portal.vault import KeyringError, new_keyring, read_keyring


def test_the_demo_makes_a_private_keyring_once(tmp_path):
    first = read_keyring("", tmp_path, create=True)
    again = read_keyring("", tmp_path, create=True)
    assert first.keys == again.keys
    assert first.index_key == again.index_key
    assert stat.S_IMODE((tmp_path / "keyring.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["keyring.json"]


def test_production_never_makes_one(tmp_path):
    with pytest.raises(KeyringError, match="no keyring"):
        read_keyring("", tmp_path, create=False)


@pytest.mark.parametrize(
    "text", ["{", "{}", '{"current":"a","keys":{"a":"AA=="},"index":"AA=="}', '{"keys": 3}']
)
def test_a_broken_keyring_is_named(tmp_path, text):
    (tmp_path / "keyring.json").write_text(text)
    with pytest.raises(KeyringError):
        read_keyring("", tmp_path, create=True)


def test_a_keyring_may_come_from_the_environment_but_is_then_not_written():
    held = new_keyring()
    read = read_keyring(held.to_json(), None, create=False)
    assert read.keys == held.keys
    with pytest.raises(KeyringError, match="environment"):
        read.save()


def test_saving_replaces_the_file_whole(tmp_path):
    keyring = read_keyring("", tmp_path, create=True).with_new_key()
    keyring.save()
    assert read_keyring("", tmp_path, create=False).current == keyring.current
    assert stat.S_IMODE((tmp_path / "keyring.json").stat().st_mode) == 0o600


def test_a_keyring_does_not_show_its_keys_when_printed():
    keyring = new_keyring()
    assert repr(next(iter(keyring.keys.values()))) not in repr(keyring)


def test_a_keyring_that_the_system_does_not_give_is_said_in_one_line(tmp_path):
    with pytest.raises(KeyringError, match="cannot be read"):
        read_keyring(str(tmp_path), tmp_path, create=False)  # a folder where the file should be
