"""Sealed files of invented people, made by the services that pages call, in an installation that is thrown away."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from PIL import Image
from sqlalchemy.orm import Session

from portal import jobs, migrations
from portal.audit import SYSTEM
from portal.claims import sealed
from portal.claims import service as claims
from portal.claims.models import Claim
from portal.claims.particulars import Particulars
from portal.claims.states import ClaimState
from portal.evidence import listing
from portal.evidence import service as evidence
from portal.evidence.models import EvidenceFile
from portal.evidence.service import Upload
from portal.packets import (
    countersigning,
    extending,
    making,
    reading,
    sample_people,
    samples,
    service,
    signing,
    withdrawal,
)
from portal.packets.dossier import service as dossiers
from portal.packets.models import Packet
from portal.packets.signer import COUNSEL, FirmKey, keep_chain, open_firm_key
from portal.runtime import Runtime, open_runtime
from portal.settings import Settings
from tests.conftest import NOW
from tests.packets import paper_scans
from tests.packets.authority import TestAuthority, serving
from tests.packets.claims import a_pdf, a_signed_claim, packets_of
from tests.packets.paper_claims import a_claim_signed_in_ink
from tests.packets.test_seal import a_firm_key

SHARES = {"shares": "direct", "purchase": "class", "sale": "held", "residence": "us"}
# A telephone's smallest pictures, so that thirty of them can be kept beside the other samples.
SMALL_CAMERA = replace(paper_scans.CAREFUL, scale=0.42, quality=55)
SAID = (
    ("유출 안내 문자", "쿠팡", date(2025, 11, 29), "company-notice"),
    ("배송 지연을 가장한 문자", "", date(2025, 12, 2), "smishing"),
    ("주문 내역", "쿠팡", date(2025, 10, 11), "account"),
)
IN_NEW_JERSEY = signing.Circumstances(
    language="en",
    place="US",
    address="198.51.100.23",
    device="macOS, Safari",
    session_began_at=NOW - timedelta(minutes=31),
)
IN_SEOUL = signing.Circumstances(
    language="ko",
    place="KR",
    address="203.0.113.87",
    device="Android, Samsung Internet",
    session_began_at=NOW - timedelta(minutes=24),
)


@dataclass(frozen=True)
class Sample:
    """One file of docs/samples; of one that is `telling` only the pages that differ from others are drawn."""

    name: str
    data: bytes
    telling: bool = False


@dataclass
class Clock:
    """The time of the installation, moved by hand."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def later(self, **duration: float) -> datetime:
        """Move on, and answer the time it is then."""
        self.now += timedelta(**duration)
        return self.now


class Office:
    """The installation, its lawyer's key, and an authority of time."""

    def __init__(self, runtime: Runtime, clock: Clock, authority: TestAuthority) -> None:
        self.runtime, self.clock, self.authority = runtime, clock, authority
        self.lawyer = a_firm_key("Daniel J. Whitfield (SAMPLE)")
        keep_chain(runtime.settings.data_dir, self.lawyer.chain, COUNSEL)

    def all(self) -> Iterator[Sample]:
        """Every sample in order."""
        yield from self.countersigned()  # first: an authority of time writes the time that it really is
        yield from self.shareholder_in_new_jersey()
        yield from self.signed_in_ink()
        yield from self.adult_in_korea()
        yield from self.others()

    def adult_in_korea(self) -> Iterator[Sample]:
        """Drawn on a phone; then moved house, signed again what that touched; then withdrew."""
        claim = a_signed_claim(
            self.runtime,
            particulars=proved(sample_people.MINJUN),
            tracks=("kr-consumer",),
            uploads=photographs(),
            where=IN_SEOUL,
            describe=self.describe,
        )
        yield Sample("1-adult-in-korea-packet-kr", self.made(claim, "kr"))
        self.clock.later(days=9)
        self.moves(claim)
        yield Sample("1-adult-in-korea-amended-packet-kr", self.made(claim, "kr"))
        yield Sample("1-adult-in-korea-dossier-kr", self.dossier(claim, "kr"))
        self.clock.later(days=20)
        with self.runtime.database.transaction() as session:
            engagement = session.get_one(Claim, claim.id).engagement("kr")
            assert engagement is not None
            withdrawal.withdraw(session, self.runtime, engagement, self.clock())
        yield Sample("1-adult-in-korea-withdrawal-kr", self.made(claim, "kr"))

    def shareholder_in_new_jersey(self) -> Iterator[Sample]:
        """A Korean in New Jersey with shares, who typed her name."""
        claim = a_signed_claim(
            self.runtime,
            particulars=proved(sample_people.JIWOO),
            tracks=("us-consumer", "us-securities"),
            describe=self.describe,
            uploads=(*photographs(), a_pdf()),
            typed="PARK JIWOO OLIVIA",
            answers={**sample_people.ANSWERS, **SHARES},
            where=IN_NEW_JERSEY,
        )
        yield Sample("2-shareholder-in-new-jersey-packet-us", self.made(claim, "us"))

    def signed_in_ink(self) -> Iterator[Sample]:
        """Printed, signed with a pen, photographed, and looked at by a person of the firm."""
        claim = a_claim_signed_in_ink(
            self.runtime, particulars=proved(MALSOON), photographs=True, camera=SMALL_CAMERA
        )
        yield Sample("3-signed-in-ink-packet-kr", self.made(claim, "kr"))

    def others(self) -> Iterator[Sample]:
        """A child whose parents sign one after the other, with the receipt; an heir; a company in the United States."""
        for name, who, jurisdiction, acting in (
            ("5-minor-with-two-parents", sample_people.HAYUN, "kr", "child"),
            ("6-heir", sample_people.SUMIN, "kr", "heir"),
            ("7-company", sample_people.GARAM, "us", "company"),
        ):
            claim = a_signed_claim(
                self.runtime,
                particulars=proved(who),
                tracks=("kr-consumer",) if jurisdiction == "kr" else ("us-consumer",),
                uploads=small_photographs(),
                answers={**sample_people.ANSWERS, "acting": acting},
                where=IN_SEOUL,
                describe=self.attach,
            )
            yield Sample(f"{name}-packet-{jurisdiction}", self.made(claim, jurisdiction), telling=True)
            if who is sample_people.HAYUN:
                yield Sample(f"{name}-receipt-{jurisdiction}", self.receipt(claim, jurisdiction))

    def attach(self, session: Session, claim: Claim) -> None:
        """Say what each file is, and to which incident of the harm diary it belongs."""
        self.describe(session, claim)
        diary = sealed.read(session, self.runtime.vault, claim).diary
        for piece, incident in zip(
            listing.list_for(session, self.runtime, claim.id)[::-1], diary, strict=False
        ):
            file = session.get_one(EvidenceFile, piece.id)
            evidence.attach(session, self.runtime, claim, file, incident.id)

    def receipt(self, claim: Claim, jurisdiction: str) -> bytes:
        """The receipt of a handing in."""
        with self.runtime.database.reading() as session:
            engagement = session.get_one(Claim, claim.id).engagement(jurisdiction)
            assert engagement is not None
            found = service.receipt_of(session, engagement)
            assert found is not None
        making.make(self.runtime, found.id)
        return self.opened(found.id)

    def countersigned(self) -> Iterator[Sample]:
        """Timestamped when sealed, accepted, signed by counsel, and extended for the long term."""
        lasting = replace(
            self.runtime,
            settings=self.runtime.settings.model_copy(
                update={
                    "seal_level": "B-LTA",
                    "timestamp_url": self.authority.url,
                    "timestamp_roots": str(self.authority.roots_pem),
                    "revocation_fetch": True,
                }
            ),
        )
        claim = a_signed_claim(
            lasting,
            particulars=proved(sample_people.JIWOO),
            tracks=("us-consumer",),
            uploads=photographs(),
            answers={**sample_people.ANSWERS, "residence": "us"},
            where=IN_NEW_JERSEY,
            describe=self.describe,
        )
        (packet,) = packets_of(lasting, claim)
        making.make(lasting, packet.id)
        with lasting.database.transaction() as session:
            engagement = session.get_one(Claim, claim.id).engagement("us")
            assert engagement is not None
            claims.move(session, engagement, ClaimState.ACCEPTED, actor=SYSTEM, now=self.clock.later(hours=2))
        with lasting.database.transaction() as session:
            one = countersigning.start(session, "us", now=self.clock(), deferred=False)
        countersigning.run(lasting, one.id, self.lawyer)
        extending.extend(lasting, packet.id)
        yield Sample("4-countersigned-packet-us", self.opened(packet.id))

    def describe(self, session: Session, claim: Claim) -> None:
        """Say of each file what it is, as a careful claimant does."""
        for piece, said in zip(listing.list_for(session, self.runtime, claim.id), SAID, strict=False):
            file = session.get_one(EvidenceFile, piece.id)
            title, author, dated, kind = said
            evidence.describe(
                session, self.runtime, claim, file, title=title, author=author, dated=dated, kind=kind
            )

    def made(self, claim: Claim, jurisdiction: str) -> bytes:
        """The newest file of a claim for one counsel."""
        newest = [one for one in packets_of(self.runtime, claim) if one.jurisdiction == jurisdiction][-1]
        making.make(self.runtime, newest.id)
        return self.opened(newest.id)

    def opened(self, packet_id: UUID) -> bytes:
        """The newest edition of a packet."""
        with self.runtime.database.reading() as session:
            packet = session.get_one(Packet, packet_id)
            assert packet.blob, packet.failure
            return service.open_packet(session, self.runtime, packet)

    def moves(self, claim: Claim) -> None:
        """A new address, and the documents that state it read and signed again."""
        with self.runtime.database.transaction() as session:
            row = session.get_one(Claim, claim.id)
            claims.amend(session, self.runtime.vault, row, moved, seen_revision=None, now=self.clock())
        published = self.runtime.matters.current()
        where = replace(IN_SEOUL, session_began_at=self.clock() - timedelta(minutes=9))
        with self.runtime.database.transaction() as session:
            row = session.get_one(Claim, claim.id)
            for entry in reading.reading_list(session, self.runtime, published, row):
                reading.open_document(session, self.runtime, published, row, entry, self.clock())
            self.clock.later(minutes=4)
            for entry in reading.reading_list(session, self.runtime, published, row):
                given = True if entry.consent else None
                reading.confirm(session, self.runtime, published, row, entry, given, self.clock())
            given_again = {"kr": signing.GivenSignature(strokes=samples.sample_strokes())}
            signing.submit(
                session, self.runtime, published, row, given_again, where, self.clock.later(minutes=2)
            )

    def dossier(self, claim: Claim, jurisdiction: str) -> bytes:
        """Everything that a court's order to prove authority asks for."""
        engagement = claim.engagement(jurisdiction)
        assert engagement is not None
        reason = "소송위임 사실 소명"
        return dossiers.make(self.runtime, engagement.id, actor=SYSTEM, reason=reason, now=self.clock()).data

    def certificates(self) -> Iterator[tuple[str, bytes]]:
        """The public certificates by which the samples are verified, as PEM files."""
        seal = open_firm_key(self.runtime.settings)
        yield "seal.pem", _pem(seal)
        yield "counsel.pem", _pem(self.lawyer)
        yield "time.pem", self.authority.roots_pem.read_bytes()


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """An installation in a folder, with an authority of time beside it."""
    clock = Clock()
    settings = Settings(
        env="demo", data_dir=folder / "data", mail_url="silent:", site_address="claims.example"
    )
    with serving(folder / "time") as authority:
        runtime = open_runtime(settings, clock)
        try:
            migrations.upgrade(runtime.database)
            jobs.load_all()
            yield Office(runtime, clock, authority)
        finally:
            runtime.close()


MALSOON = sample_people.MINJUN.model_copy(
    update={
        "name": sample_people.MINJUN.name.model_copy(  # type: ignore[union-attr]
            update={"hangul": "이말순", "hanja": "李末順", "passport": ""}
        ),
        "birth_date": sample_people.MINJUN.birth_date.replace(year=1948, month=3),  # type: ignore[union-attr]
        "contacts": tuple(
            one.model_copy(update={"value": "malsoon.lee@mail.example"})
            for one in sample_people.MINJUN.contacts
        ),
    }
)


def proved(particulars: Particulars) -> Particulars:
    """The same person, whose contacts were proved shortly before signing."""
    contacts = (
        one.model_copy(update={"verified_at": NOW - timedelta(minutes=25 - 4 * place)})
        for place, one in enumerate(particulars.contacts)
    )
    representatives = tuple(
        one.model_copy(update={"contact": one.contact.model_copy(update={"verified_at": NOW})})
        if one.contact
        else one
        for one in particulars.representatives
    )
    return particulars.model_copy(update={"contacts": tuple(contacts), "representatives": representatives})


def moved(particulars: Particulars) -> Particulars:
    """The same person at a new address."""
    assert particulars.address
    address = particulars.address.model_copy(
        update={"postcode": "48058", "line1": "부산광역시 해운대구 센텀중앙로 79", "line2": "1204호(우동)"}
    )
    return particulars.model_copy(update={"address": address})


def photographs() -> tuple[Upload, Upload]:
    """Two screens of a phone."""
    said = (
        (
            "개인정보 유출 안내",
            ("고객님의 성명, 이메일, 배송지 주소록과", "일부 주문 정보가 노출되었습니다."),
        ),
        ("[국외발신] 배송 지연", ("고객님 택배가 주소 불명으로 반송 예정,", "아래에서 주소를 확인하세요.")),
    )
    first, second = (
        Upload(f"문자 {number}.jpg", "image/jpeg", samples.screenshot(title, lines))
        for number, (title, lines) in enumerate(said, 1)
    )
    return first, second


def small_photographs() -> tuple[Upload, ...]:
    """The same screens, small enough to be kept beside many others."""
    return tuple(replace(one, content=_smaller(one.content)) for one in photographs())


def _smaller(picture: bytes) -> bytes:
    small, out = Image.open(io.BytesIO(picture)), io.BytesIO()
    small.thumbnail((450, 640))
    small.save(out, "JPEG", quality=50)
    return out.getvalue()


def _pem(key: FirmKey) -> bytes:
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in key.chain)
