"""Counsel's signature: in its own field, by the lawyer's own key, over accepted packets, once each."""

from __future__ import annotations

import io
import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pkcs11
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from pkcs11 import Attribute, ObjectClass
from pkcs11.util.rsa import decode_rsa_private_key
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from portal.audit import SYSTEM
from portal.batches import service as batches
from portal.batches.contents import contents_of
from portal.claims import service as claims
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.jobs import run_worker
from portal.packets import countersigning, editions, making
from portal.packets.counsel import KeyPlace, PinRefused, known_counsel, opened
from portal.packets.long_term_commands import countersign
from portal.packets.models import AuthorityEvent, Countersigning, CountersigningItem, Packet
from portal.packets.signer import FirmKey, KeyExpired, KeyMissing, as_asn1, known_chains
from portal.packets.verify import Verdict, verify
from portal.runtime import Runtime, open_runtime
from portal.settings import Settings
from tests.batches.claims import all_of, asked_for
from tests.conftest import NOW, Clock
from tests.packets.authority import TestAuthority, serving
from tests.packets.claims import a_signed_claim, packets_of
from tests.packets.test_seal import a_firm_key

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


def p12(folder: Path, key: FirmKey, passphrase: bytes = b"secret") -> Path:
    path = folder / "lawyer.p12"
    held = pkcs12.serialize_key_and_certificates(
        b"lawyer", key.key, key.chain[0], key.chain[1:], serialization.BestAvailableEncryption(passphrase)
    )
    path.write_bytes(held)
    return path


@pytest.fixture(scope="module")
def lawyer() -> FirmKey:
    return a_firm_key("한서진")


def accept(runtime: Runtime, claim: Claim, jurisdiction: str = "kr") -> None:
    with runtime.database.transaction() as session:
        for engagement in session.get_one(Claim, claim.id).engagements:
            if engagement.jurisdiction == jurisdiction:
                claims.move(session, engagement, ClaimState.ACCEPTED, actor=SYSTEM, now=NOW)


def an_accepted_packet(runtime: Runtime) -> Packet:
    claim = a_signed_claim(runtime, tracks=("kr-consumer",))
    (packet,) = packets_of(runtime, claim)
    making.make(runtime, packet.id)
    accept(runtime, claim)
    return now_of(runtime, packet)


def now_of(runtime: Runtime, packet: Packet) -> Packet:
    with runtime.database.reading() as session:
        return session.get_one(Packet, packet.id)


def file_of(runtime: Runtime, packet: Packet, number: int = 0) -> bytes:
    with runtime.database.reading() as session:
        found = editions.editions_of(session, session.get_one(Packet, packet.id))
        return editions.open(session, runtime, found[number - 1])


def judged(runtime: Runtime, data: bytes) -> Verdict:
    folder = runtime.settings.data_dir
    return verify(data, known_chains(folder), known_counsel(folder))


def started(runtime: Runtime, **options: object) -> Countersigning:
    with runtime.database.transaction() as session:
        return countersigning.start(session, "kr", now=runtime.clock(), **options)  # type: ignore[arg-type]


def signed_by(runtime: Runtime, lawyer: FirmKey) -> Countersigning:
    one = started(runtime, deferred=False)
    countersigning.run(runtime, one.id, lawyer)
    with runtime.database.reading() as session:
        return session.get_one(Countersigning, one.id)


@pytest.fixture
def packet(runtime: Runtime) -> Packet:
    return an_accepted_packet(runtime)


@pytest.fixture
def twice_signed(runtime: Runtime, packet: Packet, lawyer: FirmKey) -> bytes:
    from portal.packets.signer import COUNSEL, keep_chain

    keep_chain(runtime.settings.data_dir, lawyer.chain, COUNSEL)
    signed_by(runtime, lawyer)
    return file_of(runtime, packet)


def test_counsels_signature_is_an_edition_that_begins_with_the_sealed_one(
    runtime: Runtime, packet: Packet, twice_signed: bytes
) -> None:
    sealed = file_of(runtime, packet, 1)
    assert twice_signed.startswith(sealed)
    verdict = judged(runtime, twice_signed)
    assert verdict.genuine, verdict
    assert (verdict.countersigner, verdict.revisions, verdict.level) == ("한서진", 2, "B-B")
    now = now_of(runtime, packet)
    assert (now.countersigner, now.sha256) == ("한서진", verdict.sha256)
    assert now.countersigned_at == NOW
    with runtime.database.reading() as session:
        kinds = session.scalars(sa.select(AuthorityEvent.kind).order_by(AuthorityEvent.sequence)).all()
    assert kinds == ["sealed", "countersigned"]


def test_pyhanko_finds_the_seal_valid_and_no_change_but_a_signature(
    twice_signed: bytes, lawyer: FirmKey
) -> None:
    reader = PdfFileReader(io.BytesIO(twice_signed), strict=True)
    first, second = reader.embedded_signatures
    assert (first.field_name, second.field_name) == ("Seal", "Counsel")
    for one in (first, second):
        root = as_asn1(lawyer.chain[-1]) if one is second else one.signer_cert
        status = validate_pdf_signature(one, ValidationContext(trust_roots=[root], allow_fetching=False))
        assert (status.intact, status.valid, status.docmdp_ok) == (True, True, True)
        assert status.bottom_line or one is first
    assert first.diff_result is not None
    assert first.diff_result.modification_level == ModificationLevel.FORM_FILLING
    assert first.diff_result.changed_form_fields == {"Counsel"}


def test_pdfsig_and_qpdf_find_both_signatures_right(twice_signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "packet.pdf"
    path.write_bytes(twice_signed)
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True).stdout
    assert said.count("Signature is Valid.") == 2
    assert "Total document signed" in said.split("Signature #2")[1]
    assert subprocess.run(["qpdf", "--check", path], capture_output=True).returncode == 0


def test_it_says_who_signed_in_both_languages_with_embedded_fonts(
    twice_signed: bytes, tmp_path: Path
) -> None:
    reader = PdfFileReader(io.BytesIO(twice_signed))
    field = next(
        one.get_object() for one in reader.root["/AcroForm"]["/Fields"] if one.get_object()["/T"] == "Counsel"
    )
    fonts = field["/AP"]["/N"]["/Resources"]["/Font"]
    for name in fonts:
        font = fonts[name]["/DescendantFonts"][0]
        assert "Noto" in str(font["/BaseFont"])
        assert "/FontFile2" in font["/FontDescriptor"]
    (tmp_path / "packet.pdf").write_bytes(twice_signed)
    page = reader.root["/Pages"]
    assert page["/Count"] > 5
    text = _appearance_text(field, fonts)
    for said in (
        "변호사 한서진(예시)",
        "Seojin Han, attorney",
        "등록번호 00000",
        "2026. 11. 24.",
        "November 24, 2026",
    ):
        assert said.replace(" ", "") in text.replace(" ", ""), said


def _appearance_text(field: object, fonts: object) -> str:
    """What a reader copies out of the appearance: its codes by the fonts' maps to Unicode."""
    import re

    maps = {}
    for name in fonts:  # type: ignore[attr-defined]
        table = fonts[name]["/ToUnicode"].data.decode()  # type: ignore[index]
        maps[name[1:]] = {
            code: bytes.fromhex(text).decode("utf-16-be")
            for code, text in re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>", table)
        }
    drawn = field["/AP"]["/N"].data.decode()  # type: ignore[index]
    shown = re.findall(r"/(\w+) [\d.]+ Tf <([0-9A-F]+)> Tj", drawn)
    return "".join(
        "".join(maps[font][codes[at : at + 4]] for at in range(0, len(codes), 4)) for font, codes in shown
    )


def test_a_packet_is_signed_once_however_often_it_is_asked(
    runtime: Runtime, packet: Packet, lawyer: FirmKey
) -> None:
    signed_by(runtime, lawyer)
    before = now_of(runtime, packet).sha256
    countersigning.sign_packet(runtime, packet.id, lawyer, None)
    assert signed_by(runtime, lawyer).total == 0
    assert now_of(runtime, packet).sha256 == before


def test_two_workers_with_one_packet_keep_one_signature(
    runtime: Runtime, packet: Packet, lawyer: FirmKey
) -> None:
    """Both have made theirs before either keeps it."""
    both = threading.Barrier(2, timeout=20)

    class Meeting:
        chain = lawyer.chain

        def sign(self, data: bytes) -> bytes:
            both.wait()
            return lawyer.sign(data)

    def work() -> None:
        other = open_runtime(runtime.settings, clock=runtime.clock)
        countersigning.sign_packet(other, packet.id, Meeting(), None)
        other.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with runtime.database.reading() as session:
        kinds = [one.kind for one in editions.editions_of(session, session.get_one(Packet, packet.id))]
    assert kinds == ["sealed", "countersigned"]
    assert len(runtime.storage.keys()) == 2


def test_only_accepted_engagements_are_signed(runtime: Runtime, lawyer: FirmKey) -> None:
    claim = a_signed_claim(runtime, tracks=("kr-consumer",))
    (packet,) = packets_of(runtime, claim)
    making.make(runtime, packet.id)
    assert signed_by(runtime, lawyer).total == 0
    with pytest.raises(countersigning.NotSigned, match="not-accepted"):
        countersigning.sign_packet(runtime, packet.id, lawyer, None)


def test_what_was_taken_back_between_confirmation_and_signing_is_left_unsigned_and_named(
    runtime: Runtime, packet: Packet, lawyer: FirmKey
) -> None:
    one = started(runtime, deferred=False)
    with runtime.database.transaction() as session:
        engagement = session.get_one(Engagement, packet.engagement_id)
        claims.move(session, engagement, ClaimState.IN_REVIEW, actor=SYSTEM, now=NOW)
    countersigning.run(runtime, one.id, lawyer)
    with runtime.database.reading() as session:
        (item,) = session.scalars(sa.select(CountersigningItem)).all()
        found = session.get_one(Countersigning, one.id)
    assert (item.state, item.failure) == ("failed", "not-accepted")
    assert (found.state, found.done, found.failed) == ("done", 0, 1)
    assert now_of(runtime, packet).countersigned_at is None


def test_a_job_signs_all_that_wait_with_the_demo_key_and_counts_them(runtime: Runtime) -> None:
    packets = [an_accepted_packet(runtime) for _ in range(3)]
    one = started(runtime)
    run_worker(runtime, once=True)
    with runtime.database.reading() as session:
        found = session.get_one(Countersigning, one.id)
    assert (found.state, found.total, found.done, found.failed) == ("done", 3, 3, 0)
    for packet in packets:
        verdict = judged(runtime, file_of(runtime, packet))
        assert verdict.countersigner == "Demonstration Counsel (KR)"


def test_a_long_list_is_signed_by_several_jobs(
    runtime: Runtime, lawyer: FirmKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        an_accepted_packet(runtime)
    monkeypatch.setattr(countersigning, "AT_A_TIME", 1)
    one = started(runtime)
    run_worker(runtime, once=True)
    with runtime.database.reading() as session:
        assert session.get_one(Countersigning, one.id).done == 3


def test_a_batch_frozen_before_holds_what_was_frozen(
    runtime: Runtime, packet: Packet, lawyer: FirmKey
) -> None:
    sealed = file_of(runtime, packet)
    with runtime.database.transaction() as session:
        session.execute(sa.update(Engagement).values(conflict="clear"))
        batch = batches.freeze(
            session, runtime.vault, runtime.matters.current(), all_of(), actor=SYSTEM, now=NOW
        )
    signed_by(runtime, lawyer)
    volume = asked_for(runtime, batch)
    (held,) = (file for file in contents_of(runtime, volume).files(0) if file.claim)
    assert held.content == sealed
    assert file_of(runtime, packet) != sealed


# Keys


def test_a_file_opens_with_its_passphrase_and_its_certificate_is_kept(
    settings: Settings, lawyer: FirmKey, tmp_path: Path
) -> None:
    with opened(settings, KeyPlace(str(p12(tmp_path, lawyer)), "secret")) as key:
        assert key.chain == lawyer.chain
    assert known_counsel(settings.data_dir) == (lawyer.chain,)
    assert not [one for one in settings.data_dir.rglob("*") if one.suffix == ".p12"]


def test_a_wrong_passphrase_signs_nothing(settings: Settings, lawyer: FirmKey, tmp_path: Path) -> None:
    with pytest.raises(KeyMissing), opened(settings, KeyPlace(str(p12(tmp_path, lawyer)), "guess")):
        pass


def test_a_certificate_of_another_key_is_refused(settings: Settings, lawyer: FirmKey, tmp_path: Path) -> None:
    class Swapped:
        chain = a_firm_key("다른 사람").chain

        def sign(self, data: bytes) -> bytes:
            return lawyer.sign(data)

    from portal.packets.counsel import _refuse_unfit

    with pytest.raises(KeyMissing, match="another key"):
        _refuse_unfit(Swapped())


def test_an_ended_certificate_signs_nothing(settings: Settings, lawyer: FirmKey) -> None:
    from portal.packets import signer

    ended = replace_validity(lawyer)
    with pytest.raises(KeyExpired):
        signer.refuse_expired(ended)


def replace_validity(lawyer: FirmKey):
    class Ended:
        not_valid_before_utc = NOW.replace(year=2020)
        not_valid_after_utc = NOW.replace(year=2021)
        subject = lawyer.chain[0].subject

    return (Ended(),)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory, lawyer: FirmKey) -> str:
    """A SoftHSM token with the lawyer's key and certificates; answers the key's address."""
    if not SOFTHSM.exists():
        pytest.skip("SoftHSM is not installed (tests/install-tools.sh)")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    subprocess.run(
        [
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            "Han & Co",
            "--pin",
            "1234",
            "--so-pin",
            "4321",
        ],
        check=True,
        capture_output=True,
    )
    lib = pkcs11.lib(str(SOFTHSM))
    lib.reinitialize()
    der = lawyer.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    with lib.get_token(token_label="Han & Co").open(rw=True, user_pin="1234") as session:
        attributes = decode_rsa_private_key(der)
        attributes |= {
            Attribute.LABEL: "signing",
            Attribute.ID: b"\x07",
            Attribute.TOKEN: True,
            Attribute.SIGN: True,
        }
        session.create_object(attributes)
        for place, certificate in enumerate(lawyer.chain):
            session.create_object(
                {
                    Attribute.CLASS: ObjectClass.CERTIFICATE,
                    Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    Attribute.TOKEN: True,
                    Attribute.LABEL: f"certificate {place}",
                    Attribute.ID: b"\x07" if place == 0 else b"\x08",
                    Attribute.SUBJECT: certificate.subject.public_bytes(),
                    Attribute.VALUE: certificate.public_bytes(serialization.Encoding.DER),
                }
            )
    return f"pkcs11:token=Han%20%26%20Co;object=signing?module-path={SOFTHSM}"


def test_a_key_on_a_token_signs_without_leaving_it(
    runtime: Runtime, packet: Packet, token: str, lawyer: FirmKey
) -> None:
    with opened(runtime.settings, KeyPlace(token, "1234")) as key:
        assert key.chain == lawyer.chain
        countersigning.sign_packet(runtime, packet.id, key, None)
    verdict = judged(runtime, file_of(runtime, packet))
    assert (verdict.genuine, verdict.countersigner) == (True, "한서진")


def test_a_wrong_pin_is_refused_at_once_and_not_tried_again(
    runtime: Runtime, packet: Packet, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PinRefused), opened(runtime.settings, KeyPlace(token, "9999")):
        pass
    tried: list[str] = []
    place = KeyPlace(token, "9999")
    monkeypatch.setattr("portal.packets.counsel.place_of", lambda *_arguments: tried.append("") or place)
    one = started(runtime)
    run_worker(runtime, once=True)
    with runtime.database.reading() as session:
        found = session.get_one(Countersigning, one.id)
    assert (found.state, found.failure, len(tried)) == ("failed", "counsel-key", 1)
    assert now_of(runtime, packet).countersigned_at is None


@pytest.mark.parametrize(
    "address",
    [
        "pkcs11:token=Nobody;object=signing?module-path={module}",
        "pkcs11:token=x",
        "pkcs11:token=Han%20%26%20Co;object=none?module-path={module}",
    ],
)
def test_an_address_without_a_key_is_a_missing_key(settings: Settings, token: str, address: str) -> None:
    where = KeyPlace(address.format(module=SOFTHSM), "1234")
    with pytest.raises(KeyMissing), opened(settings, where):
        pass


def test_production_countersigns_with_no_demo_key(tmp_path: Path) -> None:
    from portal.packets.counsel import place_of

    with pytest.raises(KeyMissing, match="PORTAL_COUNSEL_US"):
        place_of(Settings(env="production", data_dir=tmp_path), "us")


# With a timestamp authority


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestAuthority]:
    with serving(tmp_path_factory.mktemp("authority")) as authority:
        yield authority


def at_level(runtime: Runtime, server: TestAuthority, level: str) -> Runtime:
    changed = {"seal_level": level, "timestamp_url": server.url, "timestamp_roots": str(server.roots_pem)}
    return replace(runtime, settings=runtime.settings.model_copy(update=changed))


@pytest.mark.parametrize(("level", "revisions"), [("B-T", 2), ("B-LTA", 4)])
def test_both_signatures_reach_the_level_that_is_asked_for(
    runtime: Runtime, server: TestAuthority, lawyer: FirmKey, level: str, revisions: int
) -> None:
    from portal.packets.signer import COUNSEL, keep_chain

    stamping = at_level(runtime, server, level)
    packet = an_accepted_packet(stamping)
    keep_chain(runtime.settings.data_dir, lawyer.chain, COUNSEL)
    signed_by(stamping, lawyer)
    folder = runtime.settings.data_dir
    verdict = verify(file_of(runtime, packet), known_chains(folder), known_counsel(folder), server.roots)
    assert verdict.genuine, verdict
    assert (verdict.level, verdict.revisions, now_of(runtime, packet).level) == (level, revisions, level)
    assert verdict.signed_at is not None
    assert verdict.countersigned_at is not None
    assert verdict.signed_at <= verdict.countersigned_at


def test_with_the_authority_away_the_signing_waits_and_goes_on_by_itself(
    runtime: Runtime, server: TestAuthority, lawyer: FirmKey, clock: Clock
) -> None:
    stamping = at_level(runtime, server, "B-T")
    packet = an_accepted_packet(stamping)
    server.faults.status = 503
    one = started(stamping)
    run_worker(stamping, once=True)
    with runtime.database.reading() as session:
        waiting = session.get_one(Countersigning, one.id)
    assert (waiting.state, waiting.failure, waiting.done) == ("running", "timestamp", 0)
    assert now_of(runtime, packet).countersigned_at is None
    server.faults.status = 200
    clock.advance(minutes=1)
    run_worker(stamping, once=True)
    with runtime.database.reading() as session:
        done = session.get_one(Countersigning, one.id)
    assert (done.state, done.failure, done.done) == ("done", None, 1)


# The command


def command(runtime: Runtime, *arguments: str, typed: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(countersign, ["--jurisdiction", "kr", *arguments], obj=runtime, input=typed)
    return result.exit_code, result.output


def test_the_command_asks_for_the_passphrase_and_says_what_it_signed(
    runtime: Runtime, packet: Packet, lawyer: FirmKey, tmp_path: Path
) -> None:
    code, said = command(runtime, "--p12", str(p12(tmp_path, lawyer)), typed="secret\ny\n")
    assert code == 0, said
    assert "1 to sign as 한서진" in said
    assert "1 signed, 0 not" in said
    assert "secret" not in said
    assert now_of(runtime, packet).countersigner == "한서진"


def test_the_command_signs_nothing_when_it_is_not_confirmed(
    runtime: Runtime, packet: Packet, lawyer: FirmKey, tmp_path: Path
) -> None:
    code, _said = command(runtime, "--p12", str(p12(tmp_path, lawyer)), typed="secret\nn\n")
    assert code == 1
    assert now_of(runtime, packet).countersigned_at is None
    with runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Countersigning)) == 0


def test_the_command_signs_one_claim_alone(runtime: Runtime, lawyer: FirmKey) -> None:
    packets = [an_accepted_packet(runtime) for _ in range(2)]
    with runtime.database.reading() as session:
        number = session.get_one(Packet, packets[0].id).engagement.claim.number
    code, said = command(runtime, "--claim", number, "--yes")
    assert code == 0, said
    assert [now_of(runtime, one).countersigned_at is not None for one in packets] == [True, False]
