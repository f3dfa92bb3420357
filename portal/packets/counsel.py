"""The responsible lawyer's own key: in a PKCS#12 file, or on a token that never gives it away (PKCS#11).

The portal never keeps such a key. It opens it for as long as the signing takes, with a passphrase or PIN that comes
from the environment or is typed; what it keeps is the certificate, so that the signatures verify.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, unquote_to_bytes, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from portal.packets.signer import (
    COUNSEL,
    Chain,
    KeyMissing,
    keep_chain,
    known_chains,
    make_demo_key,
    read_key,
    refuse_expired,
)
from portal.settings import Settings

if TYPE_CHECKING:
    from portal.packets.seal import SigningKey


class PinRefused(KeyMissing):
    """The token does not take the PIN. It is not tried again: tokens lock themselves after a few wrong ones."""


@dataclass(frozen=True)
class KeyPlace:
    """Where a lawyer's key is, and what opens it: a file's path, or a pkcs11: address (RFC 7512)."""

    where: str
    pin: str = ""
    demo: bool = False

    @property
    def on_token(self) -> bool:
        return self.where.startswith("pkcs11:")


@dataclass(frozen=True, repr=False)
class TokenKey:
    """A key on a token whose session is open."""

    handle: Any
    chain: Chain
    demo: bool = False

    def sign(self, data: bytes) -> bytes:
        """The RSA signature (PKCS #1 v1.5, SHA-256) of these bytes."""
        import pkcs11

        try:
            return bytes(self.handle.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
        except pkcs11.PKCS11Error as error:
            raise KeyMissing(f"the token does not sign ({type(error).__name__})") from error


def place_of(settings: Settings, jurisdiction: str) -> KeyPlace:
    """The configured key of a jurisdiction's lawyer; outside production a demonstration key. Raises `KeyMissing`."""
    where, pin = {
        "kr": (settings.counsel_kr, settings.counsel_kr_pin),
        "us": (settings.counsel_us, settings.counsel_us_pin),
    }[jurisdiction]
    if where:
        return KeyPlace(where, pin.get_secret_value())
    if settings.production:
        raise KeyMissing(f"PORTAL_COUNSEL_{jurisdiction.upper()} names no key")
    path = settings.data_dir / f"counsel-demo-{jurisdiction}.p12"
    if not path.exists():
        make_demo_key(path, f"Demonstration Counsel ({jurisdiction.upper()})")
    return KeyPlace(str(path), demo=True)


@contextmanager
def opened(settings: Settings, place: KeyPlace) -> Iterator[SigningKey]:
    """The key, for as long as the block lasts; its certificate is kept for those who verify.

    Raises `KeyMissing`, `KeyExpired` or `PinRefused`.
    """
    with _on_token(place) if place.on_token else _in_file(place) as key:
        refuse_expired(key.chain)
        _refuse_unfit(key)
        keep_chain(settings.data_dir, key.chain, COUNSEL)
        yield key


def known_counsel(data_dir: Path) -> tuple[Chain, ...]:
    """The certificates of every lawyer who has countersigned in this installation."""
    return known_chains(data_dir, COUNSEL)


def _refuse_unfit(key: SigningKey) -> None:
    """A certificate that is not the key's, or must not sign, would make thousands of worthless signatures."""
    certificate, tried = key.chain[0], b"whether this certificate is the key's"
    public = certificate.public_key()
    if not isinstance(public, rsa.RSAPublicKey):
        raise KeyMissing("the lawyer's certificate is not for an RSA key")
    try:
        public.verify(key.sign(tried), tried, PKCS1v15(), SHA256())
    except InvalidSignature:
        raise KeyMissing("the lawyer's certificate belongs to another key") from None
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise KeyMissing("the lawyer's certificate is not for signatures")


@contextmanager
def _in_file(place: KeyPlace) -> Iterator[SigningKey]:
    yield read_key(Path(place.where), place.pin.encode() or None, demo=place.demo)


@contextmanager
def _on_token(place: KeyPlace) -> Iterator[SigningKey]:
    import pkcs11

    address = _Address.read(place.where)
    try:
        token = pkcs11.lib(address.module).get_token(token_label=address.token)
        session = _session(token, place.pin)
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.PinLocked) as error:
        raise PinRefused(f"the token {address.token} refuses the PIN ({type(error).__name__})") from error
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        raise KeyMissing(f"the token {address.token} cannot be opened ({type(error).__name__})") from error
    with session:
        try:
            key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, **address.wanted)
            chain = _chain(session, key)
        except pkcs11.PKCS11Error as error:
            raise KeyMissing(f"the token {address.token} has no such key ({type(error).__name__})") from error
        yield TokenKey(key, chain)


def _session(token: Any, pin: str) -> Any:
    import pkcs11

    try:
        return token.open(user_pin=pin)
    except pkcs11.UserAlreadyLoggedIn:  # another thread of this process is at it
        return token.open()


def _chain(session: Any, key: Any) -> Chain:
    """The key's certificate by its id, and those above it as far as the token has them."""
    from pkcs11 import Attribute, ObjectClass

    held = [
        (one[Attribute.ID], x509.load_der_x509_certificate(bytes(one[Attribute.VALUE])))
        for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
    ]
    own = next((certificate for named, certificate in held if named == key[Attribute.ID]), None)
    if own is None:
        raise KeyMissing("the token holds no certificate with the key's id")
    chain = [own]
    while chain[-1].issuer != chain[-1].subject:
        above = next((one for _, one in held if one.subject == chain[-1].issuer and one not in chain), None)
        if above is None:
            break
        chain.append(above)
    return tuple(chain)


@dataclass(frozen=True)
class _Address:
    """The parts of a pkcs11: address that say where a key is."""

    module: str
    token: str
    wanted: dict[str, Any]

    @classmethod
    def read(cls, address: str) -> _Address:
        split = urlsplit(address)
        parts = dict(one.partition("=")[::2] for one in split.path.split(";"))
        module = dict(parse_qsl(split.query)).get("module-path", "")
        wanted: dict[str, Any] = {}
        if "object" in parts:
            wanted["label"] = unquote(parts["object"])
        if "id" in parts:
            wanted["id"] = unquote_to_bytes(parts["id"])
        if not (module and parts.get("token") and wanted):
            raise KeyMissing("a pkcs11: address names token=, object= or id=, and ?module-path=")
        return cls(module, unquote(parts["token"]), wanted)
