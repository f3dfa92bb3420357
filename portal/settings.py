"""Typed settings, read once from the environment (prefix ``PORTAL_``). Defaults serve the demo on one machine."""

import secrets
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from portal import private_files
from portal.errors import PortalError


class UnsafeSettings(PortalError):
    """Production was asked for with a default that is only fit for the demo."""


class Settings(BaseSettings):
    """What can differ between installations; ``docs/operators.md`` lists each with its meaning."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", extra="ignore", frozen=True)

    env: Literal["demo", "production", "test"] = "demo"
    data_dir: Path = Field(Path("var"), description="folder of everything that is kept")
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in data_dir")
    storage_url: str = Field(
        "", description="file:// or s3:// URL of the sealed blobs; empty means data_dir/blobs"
    )
    secret_key: SecretStr = Field(SecretStr(""), description="signs cookies and form tokens")
    keyring: str = Field(
        "", description="path of the keyring file, or the keyring itself as JSON; empty means data_dir"
    )
    limits_url: str = Field("memory://", description="where rate limits count: memory:// or redis://")
    rate_limits: bool = Field(
        True, description="whether addresses are limited at all; only tests turn it off"
    )
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="proxies in front whose X-Forwarded-For is believed"
    )
    allowed_hosts: str = Field(
        "", description="host names served, separated by commas; empty: any (demo only)"
    )

    matter: str = Field("coupang-2025", description="slug of the matter that this site takes claims for")
    matters_dir: Path = Field(
        Path("matters"), description="folder of matter folders for the demo's first publication"
    )

    max_file_mb: int = Field(20, gt=0, description="largest evidence file, in MB of 1,000,000 bytes")
    max_files: int = Field(30, gt=0, description="evidence files per claim")
    max_claim_mb: int = Field(100, gt=0, description="evidence per claim, in MB")
    max_verify_mb: int = Field(20, gt=0, description="largest file that the public page verifies, in MB")

    mail_url: str = Field(
        "console:", description="console: or smtp://user:password@host:port (STARTTLS) or smtps://"
    )
    mail_from: str = Field("intake@portal.example", description="sender address of messages")
    bounce_address: str = Field(
        "",
        description="where messages that come back are sent to, such as bounces@firm.example; empty: mail_from",
    )
    bounce_box: SecretStr = Field(
        SecretStr(""), description="mailbox that is polled for them: imaps://user:password@host or pop3s://"
    )
    hook_secret: SecretStr = Field(
        SecretStr(""), description="signs what a mail server posts about such messages; empty: none is taken"
    )
    sms_url: SecretStr = Field(
        SecretStr("console:"),
        description="console:, none:, file:///, solapi://key:secret@?from= or twilio://account:token@?from=",
    )
    sms_url_kr: SecretStr = Field(
        SecretStr(""), description="the same for Korean numbers alone; empty: PORTAL_SMS_URL"
    )
    quiet_from: int = Field(21, ge=0, le=23, description="hour from which nothing unasked is sent at night")
    quiet_until: int = Field(8, ge=0, le=23, description="hour until which nothing unasked is sent")
    digest_hour: int = Field(
        8, ge=0, le=23, description="hour of the office from which staff get the daily digest they asked for"
    )
    site_address: str = Field("127.0.0.1:8000", description="the address people type; printed in messages")
    security_contact: str = Field(
        "",
        pattern=r"^[!-~]{0,200}$",
        description="e-mail or https:// address for reports of weaknesses; empty: counsel's e-mail",
    )

    signer: str = Field("", description="path of the firm's PKCS#12 file that seals packets; empty: demo key")
    signer_password: SecretStr = Field(SecretStr(""), description="its passphrase")
    seal_level: Literal["B-B", "B-T", "B-LTA"] = Field(
        "B-B", description="what a seal must carry; B-T and B-LTA need a timestamp authority"
    )
    timestamp_url: str = Field("", description="address of the RFC 3161 timestamp authority")
    timestamp_user: str = Field("", description="name to sign in to it with; empty: none")
    timestamp_password: SecretStr = Field(SecretStr(""), description="password to sign in to it with")
    timestamp_roots: str = Field(
        "", description="path of a PEM file with the root certificates that its timestamps must chain to"
    )
    timestamp_seconds: float = Field(10, gt=0, le=60, description="how long its answer may take")
    revocation_fetch: bool = Field(
        False, description="whether extending fetches the CRLs and OCSP answers that certificates name"
    )
    counsel_kr: str = Field(
        "", description="the Korean lawyer's key: path of a PKCS#12 file, or a pkcs11: address (RFC 7512)"
    )
    counsel_kr_pin: SecretStr = Field(SecretStr(""), description="its passphrase or PIN")
    counsel_us: str = Field("", description="the US lawyer's key, likewise")
    counsel_us_pin: SecretStr = Field(SecretStr(""), description="its passphrase or PIN")

    codes_per_email_hour: int = Field(
        5, gt=0, description="codes that one network may have sent to one e-mail address or phone"
    )
    codes_per_address_hour: int = Field(
        300, gt=0, description="codes asked for by one network address; carriers share them"
    )
    codes_per_block_hour: int = Field(
        30, gt=0, description="codes asked for by one block of addresses before each costs work"
    )
    codes_per_minute: int = Field(600, gt=0, description="codes sent in all before each costs work")
    sms_codes_per_hour: int = Field(
        5_000, gt=0, description="codes sent as text messages in all; after that by e-mail only"
    )
    recovery_hours: int = Field(
        72, ge=24, description="wait before a phone opens a claim whose mailbox was lost"
    )

    claimant_idle_minutes: int = Field(30, gt=0)
    staff_idle_minutes: int = Field(30, gt=0, le=30)
    session_hours: int = Field(12, gt=0, le=12, description="absolute end of a session")
    workers: int = Field(2, gt=0, description="web processes of `portal serve`")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'portal.sqlite3').resolve()}"

    @property
    def blobs(self) -> str:
        """The storage URL in force."""
        return self.storage_url or (self.data_dir / "blobs").resolve().as_uri()

    @property
    def cookie_key(self) -> str:
        """The key that signs cookies: configured, or for the demo made once and kept (0600) in ``data_dir``."""
        return self.secret_key.get_secret_value() or _kept_secret(self.data_dir / "cookie.key")

    @property
    def production(self) -> bool:
        """Whether real people use this installation."""
        return self.env == "production"

    def refuse_unsafe(self) -> None:
        """Raise :class:`UnsafeSettings`, naming each setting that production must not leave at its default.

        A level of seals that cannot be reached is refused everywhere: nothing is sealed lower than asked for.
        """
        if self.seal_level != "B-B" and not (self.timestamp_roots and _is_web(self.timestamp_url)):
            raise UnsafeSettings(
                f"PORTAL_SEAL_LEVEL={self.seal_level} needs PORTAL_TIMESTAMP_URL and PORTAL_TIMESTAMP_ROOTS"
            )
        if not self.production:
            return
        unsafe = [name for name, wrong in self._unsafe().items() if wrong]
        if unsafe:
            raise UnsafeSettings(
                "not safe for production: " + ", ".join(f"PORTAL_{n.upper()}" for n in unsafe)
            )

    def _unsafe(self) -> dict[str, bool]:
        return {
            "secret_key": len(self.secret_key.get_secret_value()) < 32,
            "keyring": not self.keyring,
            "signer": not self.signer,
            "mail_url": not self.mail_url.startswith(("smtp://", "smtps://")),
            "mail_from": self.mail_from == _default("mail_from"),
            "sms_url": not _sends_or_says_none(self.sms_url),
            "sms_url_kr": bool(self.sms_url_kr.get_secret_value())
            and not _sends_or_says_none(self.sms_url_kr),
            "hook_secret": 0 < len(self.hook_secret.get_secret_value()) < 32,
            "site_address": self.site_address == _default("site_address"),
            "allowed_hosts": not self.allowed_hosts,
            "rate_limits": not self.rate_limits,
        }


def _sends_or_says_none(address: SecretStr) -> bool:
    """Whether text messages leave the house, or somebody decided that there are none."""
    return address.get_secret_value().startswith(("solapi://", "twilio://", "none:"))


def _is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def _default(name: str) -> str:
    return str(Settings.model_fields[name].default)


def _kept_secret(path: Path) -> str:
    private_files.create(path, secrets.token_urlsafe(48).encode())
    return path.read_text()
