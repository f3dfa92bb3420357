"""Makes a signed file last: the certificates it rests on, and a document timestamp over everything, as one revision.

ETSI EN 319 142-1, B-LTA: when the certificates of today have ended, the timestamp still shows that all of it stood
before. It lasts as long as the authority's own certificate; before that ends, another is put over it.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError

from portal.packets.binding import Draft
from portal.packets.seal import Signed, SigningKey, sign
from portal.packets.signer import as_asn1
from portal.packets.timestamps import TOKEN_ROOM, Authority, Timestamp, obtain
from portal.settings import Settings


@dataclass(frozen=True)
class Sealed:
    """A file at the level that was asked for, with its last timestamp."""

    data: bytes
    level: str
    stamp: Timestamp | None = None

    @property
    def due(self) -> datetime | None:
        """When another timestamp must have been put over the last one."""
        return self.stamp.expires if self.stamp else None


class Appending(IncrementalPdfFileWriter):
    """pyHanko's writer of a revision, without its habit of writing title, dates and metadata anew: they are signed."""

    def _update_meta(self) -> None:
        pass


class _Asking(TimeStamper):
    """pyHanko's door to our own authority, which takes no token that it has not checked."""

    def __init__(self, authority: Authority) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.authority = authority
        self.stamp: Timestamp | None = None

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        self.stamp = await asyncio.to_thread(obtain, self.authority, message_digest)
        return cms.ContentInfo.load(self.stamp.token)


def signed_to_level(settings: Settings, draft: Draft, key: SigningKey, authority: Authority | None) -> Sealed:
    """The draft signed as the settings ask. Raises `TimestampRefused` rather than to sign lower."""
    signed = sign(draft, key, authority)
    if settings.seal_level != "B-LTA" or authority is None:
        return Sealed(signed.data, signed.level, signed.stamp)
    made = extended(signed.data, authority, key.chain, fetch=settings.revocation_fetch)
    return Sealed(made.data, "B-LTA", made.stamp)


def extended(
    data: bytes, authority: Authority, certificates: Sequence[x509.Certificate] = (), *, fetch: bool = False
) -> Signed:
    """The file with one revision more. `certificates` are roots and others that it cannot name itself.

    With `fetch` the lists and answers about revoked certificates that can be had now are kept in it too; what cannot be
    had is left out. Raises `TimestampRefused`.
    """
    writer = Appending(io.BytesIO(data))
    known = {as_asn1(one).dump(): as_asn1(one) for one in (*certificates, *authority.roots)}
    leaves = list(_certificates(writer.prev))
    known |= {one.dump(): one for one in leaves}
    context = ValidationContext(
        trust_roots=[one for one in known.values() if one.self_issued],
        other_certs=list(known.values()),
        allow_fetching=fetch,
        revocation_mode="soft-fail",
    )
    if fetch:
        asyncio.run(_look_up(leaves, context))
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        sig_contents=None,
        certs=known.values(),
        ocsps=context.ocsps,
        crls=context.crls,
    )
    asking = _Asking(authority)
    number = len(writer.prev.embedded_signatures) + 1
    out = PdfTimeStamper(asking, field_name=f"Time{number}").timestamp_pdf(
        writer, "sha256", bytes_reserved=2 * TOKEN_ROOM
    )
    return Signed(out.getvalue(), asking.stamp)


def _certificates(reader: PdfFileReader) -> Iterator[asn1.Certificate]:
    """Every certificate that the file's signatures and their timestamps carry."""
    for signature in reader.embedded_signatures:
        yield from _of(signature.signed_data)
        for attribute in signature.signer_info["unsigned_attrs"] or ():
            for token in attribute["values"]:
                yield from _of(token["content"])


def _of(signed: cms.SignedData) -> Iterable[asn1.Certificate]:
    return [one.chosen for one in signed["certificates"] or ()]


async def _look_up(certificates: Iterable[asn1.Certificate], context: ValidationContext) -> None:
    try:
        for certificate in certificates:
            # What does not convince today is kept as it is, for whoever validates later.
            with suppress(PathBuildingError, PathValidationError):
                await CertificateValidator(certificate, validation_context=context).async_validate_path()
    finally:
        await context.aclose()  # type: ignore[no-untyped-call]
