"""Certificates that end soon are named sixty days ahead, to the operator and to staff."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from portal.operations.doctor import Finding, examine
from portal.packets import expiry, signer
from portal.packets.signer import (
    COUNSEL,
    FirmKey,
    KeyExpired,
    keep_chain,
    make_demo_key,
    open_firm_key,
    read_key,
)
from portal.runtime import Runtime
from portal.settings import Settings
from tests.packets.test_seal import a_firm_key  # its certificates last for 90 days


def with_seal(settings: Settings, key: FirmKey, **more: object) -> Settings:
    path = settings.data_dir / "firm.p12"
    path.parent.mkdir(parents=True, exist_ok=True)
    chain, plain = key.chain, serialization.NoEncryption()
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key.key, chain[0], chain[1:], plain))
    return settings.model_copy(update={"signer": str(path), **more})


def endings(settings: Settings, days: int) -> set[tuple[str, str]]:
    now = datetime.now(UTC) + timedelta(days=days)
    return {(one.use, one.name) for one in expiry.ending(settings, now)}


def test_each_kind_is_named_sixty_days_before_it_ends_and_not_earlier(
    settings: Settings, tmp_path: Path
) -> None:
    firm, lawyer, time = a_firm_key("법무법인 시험"), a_firm_key("한서진"), a_firm_key("시각")
    roots = tmp_path / "roots.pem"
    roots.write_bytes(time.chain[-1].public_bytes(serialization.Encoding.PEM))
    given = with_seal(
        settings, firm, seal_level="B-T", timestamp_roots=str(roots), timestamp_url="https://tsa.example"
    )
    keep_chain(settings.data_dir, lawyer.chain, COUNSEL)
    assert endings(given, 29) == set()
    assert endings(given, 31) == {
        ("seal", "법무법인 시험"),
        ("seal", "Test Root"),
        ("counsel", "한서진"),
        ("timestamps", "Test Root"),
    }
    assert ("counsel", "한서진") not in endings(given, 200)


def test_a_lawyer_who_has_a_newer_certificate_is_not_named(settings: Settings, tmp_path: Path) -> None:
    keep_chain(settings.data_dir, a_firm_key("한서진").chain, COUNSEL)
    make_demo_key(tmp_path / "newer.p12", "한서진")
    keep_chain(settings.data_dir, read_key(tmp_path / "newer.p12", None).chain, COUNSEL)
    assert endings(with_seal(settings, a_firm_key()), 31) == {
        ("seal", "법무법인 시험"),
        ("seal", "Test Root"),
    }


def test_nothing_is_sealed_with_a_certificate_that_has_ended(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = with_seal(settings, a_firm_key())

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(days=91)

    monkeypatch.setattr(signer, "datetime", Later)
    with pytest.raises(KeyExpired, match="valid from"):
        open_firm_key(given)
    assert open_firm_key(given, even_ended=True)


def found(settings: Settings, part: str) -> Finding:
    return next(one for one in examine(settings) if one.part == part)


def test_the_doctor_names_what_ends_and_who_it_is(
    runtime: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = with_seal(settings, a_firm_key())
    keep_chain(settings.data_dir, a_firm_key("한서진").chain, COUNSEL)
    assert found(given, "seal").well
    assert found(given, "counsel").well
    assert found(given, "timestamps").text == "no authority: seals are B-B"
    monkeypatch.setattr("portal.packets.expiry.ending.__defaults__", (timedelta(days=91),))
    assert not found(given, "seal").well
    assert "한서진" in found(given, "counsel").text
    assert not found(given, "counsel").well


def test_the_doctor_says_that_the_roots_are_not_there(runtime: Runtime, settings: Settings) -> None:
    level = {"seal_level": "B-T", "timestamp_url": "https://tsa.example", "timestamp_roots": "nowhere.pem"}
    assert not found(settings.model_copy(update=level), "timestamps").well
