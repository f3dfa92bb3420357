"""Attacks on a signed file, each refused or reported for what it is.

The names are those of the literature: universal signature forgery (USF), incremental saving (ISA) and signature
wrapping (SWA) of Mladenov et al., CCS 2019, and the shadow attacks of Mainka et al., NDSS 2021. The file attacked is
sealed, timestamped, countersigned and extended: what an attacker would find in the world.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

import pikepdf
import pytest
from asn1crypto.cms import ContentInfo
from cryptography import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfTimeStamper

from portal.packets import samples
from portal.packets.countersignature import Visible, countersigning
from portal.packets.lasting import Appending, _Asking, extended
from portal.packets.render import RESERVED, Draft, render
from portal.packets.seal import KeptKeySigner, room, seal, sign, timestamped
from portal.packets.signer import FirmKey
from portal.packets.timestamps import TOKEN_ROOM, obtain
from portal.packets.verify import Finding, Verdict, verify
from tests.packets.authority import TestAuthority, serving
from tests.packets.test_seal import a_draft, a_firm_key, matter

REFUSED = (Finding.ALTERED, Finding.APPENDED, Finding.NOT_OURS, Finding.UNREADABLE)


@dataclass
class World:
    """The firm's key, counsel's key, an authority of time, and a file as it grew."""

    firm: FirmKey
    lawyer: FirmKey
    server: TestAuthority
    sealed: bytes = b""
    countersigned: bytes = b""
    lasting: bytes = b""

    def judged(self, data: bytes) -> Verdict:
        return verify(data, (self.firm.chain,), (self.lawyer.chain,), self.server.roots)

    def finding(self, data: bytes) -> Finding:
        return self.judged(data).finding

    def draft(self, data: bytes, name: str = "한서진") -> Draft:
        counsel = matter().counsel("us")
        visible = Visible(counsel, name, datetime(2026, 11, 24, tzinfo=UTC), "us", "en")
        return countersigning(data, visible, room(self.server.authority()))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with serving(tmp_path_factory.mktemp("authority")) as server:
        made = World(a_firm_key(), a_firm_key("한서진"), server)
        authority = server.authority()
        made.sealed = sign(a_draft("us", reserved=room(authority)), made.firm, authority).data
        made.countersigned = sign(made.draft(made.sealed), made.lawyer, authority).data
        made.lasting = extended(made.countersigned, authority, made.firm.chain).data
        yield made


def test_the_file_that_is_attacked_is_genuine(world: World) -> None:
    for data, level, revisions in (
        (world.sealed, "B-T", 1),
        (world.countersigned, "B-T", 2),
        (world.lasting, "B-LTA", 3),
    ):
        verdict = world.judged(data)
        assert (verdict.finding, verdict.level, verdict.revisions) == (Finding.GENUINE, level, revisions)


# Bytes


def offsets(world: World) -> list[tuple[int, int]]:
    """A hundred places and bits: in every part of the file, and more densely in the gaps and the later revisions."""
    rng = Random(20261124)
    data = world.lasting
    spans = [(5, len(world.sealed), 30), (len(world.sealed), len(data), 25)]
    for match in re.finditer(rb"/Contents<3|/Contents <3", data):
        container = match.start(), match.start() + 2 * TOKEN_ROOM
        spans.append((*container, 11))
    spans.append((data.index(b"/ByteRange"), data.index(b"/ByteRange") + 60, 12))
    places = [
        (rng.randrange(start, end), rng.randrange(8)) for start, end, count in spans for _ in range(count)
    ]
    assert len(places) == 100
    return places


def test_one_bit_changed_at_any_of_a_hundred_places_is_refused(world: World) -> None:
    for at, bit in offsets(world):
        changed = bytearray(world.lasting)
        changed[at] ^= 1 << bit
        verdict = world.judged(bytes(changed))
        allowed = (Finding.ALTERED, Finding.NOT_OURS) if at < len(world.sealed) else (Finding.APPENDED,)
        assert verdict.finding in allowed, (at, bit, verdict)
        assert not verdict.countersigner


def test_a_timestamp_cannot_be_taken_out_of_the_seal(world: World) -> None:
    """Nothing signs an unsigned attribute; but the room kept for it is signed."""
    start = world.sealed.rindex(b"/Contents<") + 10
    held = world.sealed[start : world.sealed.index(b">", start)]
    container = ContentInfo.load(bytes.fromhex(held.decode()))
    del container["content"]["signer_infos"][0]["unsigned_attrs"]
    plain = container.dump(force=True).hex().encode().ljust(len(held), b"0")
    assert world.finding(world.sealed.replace(held, plain)) is Finding.ALTERED


def test_a_timestamp_cannot_be_put_into_a_seal_that_has_none(world: World) -> None:
    sealed = seal(a_draft("us"), world.firm)
    assert world.finding(sealed) is Finding.GENUINE
    start = sealed.rindex(b"/Contents<") + 10
    held = sealed[start : sealed.index(b">", start)]
    container = ContentInfo.load(bytes.fromhex(held.decode())).dump()
    from portal.packets.timestamps import imprint

    signature = ContentInfo.load(container)["content"]["signer_infos"][0]["signature"].native
    token = obtain(world.server.authority(), imprint(signature)).token
    stamped = timestamped(container, token).hex().encode()
    assert len(stamped) <= len(held)
    assert world.finding(sealed.replace(held, stamped.ljust(len(held), b"0"))) is Finding.ALTERED


def test_a_timestamp_of_another_signature_is_refused(world: World) -> None:
    other = obtain(world.server.authority(), bytes(32)).token
    start = world.sealed.rindex(b"/Contents<") + 10
    held = world.sealed[start : world.sealed.index(b">", start)]
    container = ContentInfo.load(bytes.fromhex(held.decode()))
    del container["content"]["signer_infos"][0]["unsigned_attrs"]
    swapped = timestamped(container.dump(force=True), other).hex().encode().ljust(len(held), b"0")
    assert world.finding(world.sealed.replace(held, swapped)) is Finding.ALTERED


# Appended revisions (ISA)


def with_annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][1].get_object()
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject(
                [generic.NumberObject(n) for n in (90, 90, 400, 200)]
            ),
            generic.pdf_name("/Contents"): generic.TextStringObject("I also owe the firm ten million won."),
        }
    )
    page[generic.pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def with_changed_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][1].get_object()
    drawn = generic.StreamObject(stream_data=b"1 g 0 0 700 900 re f")
    page["/Contents"].append(writer.add_object(drawn))
    writer.update_container(page)


def with_another_page_order(writer: IncrementalPdfFileWriter) -> None:
    kids = writer.root["/Pages"]["/Kids"]
    kids[1], kids[2] = kids.raw_get(2), kids.raw_get(1)
    writer.update_container(writer.root["/Pages"])


def with_another_title(writer: IncrementalPdfFileWriter) -> None:
    info = writer.trailer["/Info"]
    info[generic.pdf_name("/Title")] = generic.TextStringObject("CP-0000-0000")
    writer.mark_update(writer.trailer.raw_get("/Info").reference)


def with_another_claim_number(writer: IncrementalPdfFileWriter) -> None:
    said = writer.root["/PieceInfo"]["/JointClaimsPortal"]["/Private"]
    said[generic.pdf_name("/Claim")] = generic.TextStringObject("CP-0000-0000")
    writer.update_root()


def with_a_script(writer: IncrementalPdfFileWriter) -> None:
    action = generic.DictionaryObject(
        {
            generic.pdf_name("/S"): generic.pdf_name("/JavaScript"),
            generic.pdf_name("/JS"): generic.TextStringObject("app.alert(1)"),
        }
    )
    writer.root[generic.pdf_name("/OpenAction")] = writer.add_object(action)
    writer.update_root()


def with_a_thing_in_the_air(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(generic.StreamObject(stream_data=b"shown by a revision still to come"))


CHANGES: tuple[Callable[[IncrementalPdfFileWriter], None], ...] = (
    with_annotation,
    with_changed_page,
    with_another_page_order,
    with_another_title,
    with_another_claim_number,
    with_a_script,
    with_a_thing_in_the_air,
)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("state", ["sealed", "countersigned", "lasting"])
def test_an_appended_revision_is_refused(world: World, state: str, change: Callable) -> None:
    data = getattr(world, state)
    writer = Appending(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(data)
    verdict = world.judged(out.getvalue())
    assert verdict.finding is Finding.APPENDED
    assert verdict.signer == "법무법인 시험"


@pytest.mark.parametrize("change", CHANGES)
def test_an_appended_revision_is_refused_though_our_own_authority_timestamped_it(
    world: World, change: Callable
) -> None:
    """Anybody can buy a timestamp over anything."""
    writer = Appending(io.BytesIO(world.sealed))
    change(writer)
    asking = _Asking(world.server.authority())
    out = PdfTimeStamper(asking, field_name="Time2").timestamp_pdf(
        writer, "sha256", bytes_reserved=2 * TOKEN_ROOM
    )
    assert world.finding(out.getvalue()) is Finding.APPENDED


def by_pyhanko(world: World, *changes: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Counsel's signature in its field as another program makes it, with more in the same revision."""
    writer = Appending(io.BytesIO(world.sealed))
    for change in changes:
        change(writer)
    signer = PdfSigner(
        PdfSignatureMetadata(field_name="Counsel", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES),
        KeptKeySigner(world.lawyer.chain, world.lawyer.key),
    )
    return bytes(signer.sign_pdf(writer, bytes_reserved=2 * RESERVED).getvalue())


def test_counsels_signature_by_another_program_is_as_good(world: World) -> None:
    verdict = world.judged(lower(by_pyhanko(world)))
    assert (verdict.finding, verdict.countersigner) == (Finding.GENUINE, "한서진")


def lower(data: bytes) -> bytes:
    """With the last container in small letters, as ours is written."""
    start = data.rindex(b"/Contents <") + 10
    end = data.index(b">", start)
    return data[:start] + data[start:end].lower() + data[end:]


@pytest.mark.parametrize("change", CHANGES)
def test_counsels_own_signature_cannot_carry_a_change_along(world: World, change: Callable) -> None:
    """In the very revision that it signs, so that only what changed can tell."""
    assert world.finding(lower(by_pyhanko(world, change))) is Finding.APPENDED


@pytest.mark.parametrize("change", CHANGES)
def test_counsels_own_signature_cannot_cover_a_change_before_it(world: World, change: Callable) -> None:
    writer = Appending(io.BytesIO(world.sealed))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    signed = sign(world.draft(out.getvalue()), world.lawyer, world.server.authority()).data
    assert world.finding(signed) is Finding.APPENDED


def test_a_visible_field_of_a_strangers_own_is_refused(world: World) -> None:
    stranger = a_firm_key("한서진")
    authority = world.server.authority()
    signed = sign(world.draft(world.sealed), stranger, authority).data
    assert world.finding(signed) is Finding.APPENDED
    assert world.judged(signed).countersigner == ""


@pytest.mark.parametrize("more", [b"\n", b"%", b"\0" * 100, b"%%EOF\n", b"startxref\n0\n%%EOF\n"])
def test_bytes_after_the_end_are_refused(world: World, more: bytes) -> None:
    assert world.finding(world.lasting + more) is Finding.APPENDED


def test_an_object_appended_without_a_table_is_refused(world: World) -> None:
    """ISA without a cross-reference table, which lenient readers repair."""
    number = int(re.search(rb"/Contents\[(\d+) 0 R", world.sealed)[1])
    body = b"%d 0 obj\n<</Length 20>>stream\n1 g 0 0 700 900 re f\nendstream\nendobj\n" % number
    assert world.finding(world.sealed + body) is Finding.APPENDED
    assert world.finding(world.sealed + body + b"trailer\n<</Root 1 0 R>>\n%%EOF\n") is Finding.APPENDED


def test_the_last_revision_cannot_be_taken_for_the_whole(world: World) -> None:
    """A file of counsel's revision alone holds no seal."""
    assert world.finding(b"%PDF-1.7\n" + world.countersigned[len(world.sealed) :]) in REFUSED


# Shadow attacks: prepared before, shown after


def redirected(world: World, number: int, offset: int, extra: bytes = b"") -> bytes:
    """The sealed file with a table more, by which an object is found at another place of the signed bytes."""
    data = world.sealed
    before = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    trailer = re.search(rb"trailer\n<</Size (\d+)(.*?)>>\nstartxref", data[before:], re.S)
    start = len(data) + len(extra)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %b%b/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        number, offset, trailer[1], trailer[2], before, start,
    )  # fmt: skip
    return data + extra + table


def contents_of_pages(data: bytes) -> list[int]:
    reader = PdfFileReader(io.BytesIO(data))
    pages = [kid.get_object() for kid in reader.root["/Pages"]["/Kids"]]
    return [page["/Contents"].raw_get(0).idnum for page in pages]


def test_shadow_hide_what_covers_is_taken_away(world: World) -> None:
    first, _second, *_rest = contents_of_pages(world.sealed)
    made = redirected(world, first, 0)
    freed = world.sealed + made[len(world.sealed) :].replace(b" 00000 n ", b" 00001 f ")
    assert freed != made
    assert world.finding(freed) is Finding.APPENDED


def test_shadow_replace_another_stream_is_shown(world: World) -> None:
    first = contents_of_pages(world.sealed)[0]
    body = b"%d 0 obj\n<</Length 20>>stream\n1 g 0 0 700 900 re f\nendstream\nendobj\n" % first
    assert world.finding(redirected(world, first, len(world.sealed), body)) is Finding.APPENDED


def test_shadow_hide_and_replace_an_object_that_was_signed_takes_anothers_place(world: World) -> None:
    """No byte of new content: the table alone points one page's number to another page's stream."""
    numbers = contents_of_pages(world.sealed)
    at = world.sealed.index(b"\n%d 0 obj" % numbers[3]) + 1
    assert world.finding(redirected(world, numbers[1], at)) is Finding.APPENDED


def test_shadow_replace_the_font_of_a_filled_field_is_refused(world: World) -> None:
    """Overwriting a font that counsel's appearance uses changes what is read without touching its text."""
    writer = Appending(io.BytesIO(world.countersigned))
    field = next(
        one.get_object() for one in writer.root["/AcroForm"]["/Fields"] if one.get_object()["/T"] == "Counsel"
    )
    fonts = field["/AP"]["/N"]["/Resources"]["/Font"]
    font = next(fonts.raw_get(name) for name in fonts)
    font.get_object()[generic.pdf_name("/Encoding")] = generic.pdf_name("/Identity-V")
    writer.mark_update(font.reference)
    out = io.BytesIO()
    writer.write(out)
    assert world.finding(out.getvalue()) is Finding.APPENDED


# Swapped pages and other files


def test_a_swapped_page_is_refused(world: World) -> None:
    with pikepdf.open(io.BytesIO(world.sealed)) as pdf:
        pages = [page.obj.objgen[0] for page in pdf.pages]
    kids = " ".join(f"{number} 0 R" for number in pages).encode()
    swapped = " ".join(f"{number} 0 R" for number in [pages[1], pages[0], *pages[2:]]).encode()
    assert world.finding(world.lasting.replace(kids, swapped)) is Finding.ALTERED


def test_a_page_of_another_packet_is_refused(world: World) -> None:
    other = seal(a_draft("kr"), world.firm)
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(world.sealed)) as pdf, pikepdf.open(io.BytesIO(other)) as donor:
        pdf.pages[1] = donor.pages[1]
        pdf.save(out)
    assert world.finding(out.getvalue()) is Finding.ALTERED


def test_a_packet_of_another_claim_says_whose_it_is(world: World) -> None:
    other = samples.sample_claim(matter(), "us")
    other = replace(other, claim_number="CP-2222-2222", code="2222-2222-2222")
    verdict = world.judged(seal(render(other), world.firm))
    mine = world.judged(world.lasting)
    assert verdict.genuine
    assert (verdict.claim, verdict.code) == ("CP-2222-2222", "2222-2222-2222")
    assert (mine.claim, mine.code, mine.jurisdiction) != (verdict.claim, verdict.code, "kr")


def test_an_old_version_is_genuine_and_says_which_version_it_is(world: World) -> None:
    """That a newer one stands is in the record: `standing.of_file`."""
    sample = samples.sample_claim(matter(), "us")
    versions = [seal(render(replace(sample, revision=revision)), world.firm) for revision in (1, 2)]
    found = [world.judged(data) for data in versions]
    assert [(one.genuine, one.revision) for one in found] == [(True, 1), (True, 2)]


def test_a_removed_countersignature_leaves_a_sealed_packet_that_is_not_countersigned(world: World) -> None:
    """Cut back to its first revision the file is what was sealed; the record knows a countersigned edition."""
    verdict = world.judged(world.lasting[: len(world.sealed)])
    assert verdict.genuine
    assert (verdict.countersigner, verdict.countersigned_at, verdict.revisions) == ("", None, 1)


def test_a_file_cut_within_a_revision_is_refused(world: World) -> None:
    for length in (len(world.countersigned) + 100, len(world.sealed) + 100, len(world.sealed) - 100):
        assert world.finding(world.lasting[:length]) in REFUSED


def test_a_countersignature_of_another_packet_is_refused(world: World) -> None:
    other = seal(a_draft("kr"), world.firm)
    assert world.finding(other + world.countersigned[len(world.sealed) :]) in REFUSED


def test_a_timestamp_revision_of_another_packet_is_refused(world: World) -> None:
    other = seal(a_draft("us"), world.firm)
    assert world.finding(other + world.lasting[len(world.countersigned) :]) is Finding.APPENDED


# Keys


def test_a_certificate_of_the_same_name_by_another_key_is_not_ours(world: World) -> None:
    authority = world.server.authority()
    forged = sign(a_draft("us", reserved=room(authority)), a_firm_key(), authority).data
    verdict = world.judged(forged)
    assert verdict.finding is Finding.NOT_OURS
    assert verdict.signer == ""


def test_the_firms_own_seal_is_no_countersignature(world: World) -> None:
    signed = sign(world.draft(world.sealed, "법무법인 시험"), world.firm, world.server.authority()).data
    assert world.finding(signed) is Finding.APPENDED


def test_counsels_signature_is_no_seal(world: World) -> None:
    assert world.finding(seal(a_draft("us"), world.lawyer)) is Finding.NOT_OURS


def test_a_timestamp_of_an_authority_that_is_not_ours_is_refused(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with serving(tmp_path_factory.mktemp("stranger")) as stranger:
        data = extended(world.sealed, stranger.authority(), world.firm.chain).data
        verdict = world.judged(data)
    assert not (verdict.genuine and verdict.level == "B-LTA")


# Universal signature forgery: what some viewers took for a valid signature


USF = {
    "no contents": (rb"/Contents<[0-9a-f]+>", b"/Contents<>"),
    "contents of null": (rb"/Contents<[0-9a-f]+>", b"/Contents null"),
    "contents of zero": (rb"/Contents<[0-9a-f]+>", b"/Contents<00>"),
    "contents not there": (rb"/Contents<[0-9a-f]+>", b""),
    "no byte range": (rb"/ByteRange\[[0-9 ]+\] *", b""),
    "byte range of null": (rb"/ByteRange\[[0-9 ]+\] *", b"/ByteRange null"),
    "byte range empty": (rb"/ByteRange\[[0-9 ]+\] *", b"/ByteRange[]"),
    "byte range negative": (rb"/ByteRange\[[0-9 ]+\] *", b"/ByteRange[-1 -1 -1 -1]"),
    "no subfilter": (rb"/SubFilter/ETSI\.CAdES\.detached", b""),
    "another subfilter": (rb"/SubFilter/ETSI\.CAdES\.detached", b"/SubFilter/adbe.pkcs7.sha1"),
}


@pytest.mark.parametrize("forgery", USF)
def test_usf_a_signature_with_its_parts_taken_away_is_refused(world: World, forgery: str) -> None:
    pattern, put = USF[forgery]
    changed, count = re.subn(pattern, put, world.sealed)
    assert count
    assert world.finding(changed) in REFUSED


# Signature wrapping


def wrapped(world: World, padding: bytes, ranges: Callable[[int, int, int], bytes]) -> bytes:
    """The signed bytes kept as they are, with something of the attacker's between them."""
    data = world.sealed
    start = data.rindex(b"/Contents<") + 9
    end = data.index(b">", start) + 1
    at = data.index(b"/ByteRange[") + 10
    room_for = data.index(b"/Contents", at) - at
    written = ranges(start, end + len(padding), len(data) - end).ljust(room_for)
    return data[:at] + written[:room_for] + data[at + room_for : end] + padding + data[end:]


EVIL = b"2 0 obj\n<</Type/Page/Contents 3 0 R>>\nendobj\n"


@pytest.mark.parametrize(
    "ranges",
    [
        lambda start, second, length: b"[0 %d %d %d]" % (start, second, length),
        lambda start, second, length: b"[0 %d %d %d]" % (start, second - len(EVIL), length),
        lambda start, second, length: b"[0 %d %d %d]" % (start, second, length + len(EVIL)),
    ],
    ids=["second part moved", "first range kept", "second range longer"],
)
def test_swa_something_wrapped_between_the_signed_parts_is_refused(world: World, ranges: Callable) -> None:
    assert world.finding(wrapped(world, EVIL, ranges)) in REFUSED


def test_swa_a_second_byte_range_in_the_signature_is_refused(world: World) -> None:
    """Readers disagree on which of two equal keys counts."""
    at = world.sealed.index(b"/ByteRange[")
    spare = re.search(rb"\] +/Contents", world.sealed[at:])
    assert spare is not None
    more = (
        world.sealed[: at + spare.start() + 1]
        + b"/ByteRange[0 1 2 3]"
        + world.sealed[at + spare.start() + 1 :]
    )
    assert world.finding(more) in REFUSED


def test_swa_something_hidden_behind_the_end_of_the_container_is_refused(world: World) -> None:
    """The gap has room for more than the container; it must be nothing."""
    start = world.sealed.rindex(b"/Contents<") + 10
    end = world.sealed.index(b">", start)
    hidden = EVIL.hex().encode()
    changed = world.sealed[: end - len(hidden)] + hidden + world.sealed[end:]
    assert world.finding(changed) is Finding.ALTERED
    plain = world.sealed[: end - len(EVIL)] + EVIL + world.sealed[end:]
    assert world.finding(plain) in REFUSED


# Odd byte ranges


ODD = {
    "not from the beginning": "[1 {a} {b} {c}]",
    "overlapping": "[0 {b} {a} {c}]",
    "no gap": "[0 {a} {a} {c}]",
    "a larger gap": "[0 {less} {b} {c}]",
    "ending before the end": "[0 {a} {b} {short}]",
    "reaching beyond the end": "[0 {a} {b} {long}]",
    "nothing after the gap": "[0 {a} {b} 0]",
    "three numbers": "[0 {a} {b}]",
    "five numbers": "[0 {a} {b} {c} 0]",
    "negative": "[0 {a} {b} -{c}]",
    "a negative start": "[-0 {a} {b} {c}]",
    "fractions": "[0 {a}.0 {b} {c}]",
    "of a name": "[/0 {a} {b} {c}]",
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("state", ["sealed", "countersigned"])
def test_an_odd_byte_range_is_refused(world: World, state: str, odd: str) -> None:
    data = getattr(world, state)
    at = data.rindex(b"/ByteRange[") + len(b"/ByteRange")
    end = data.index(b"]", at) + 1
    spare = data.index(b"/Contents", end)
    _, a, b, c = map(int, data[at + 1 : end - 1].split())
    text = ODD[odd].format(a=a, b=b, c=c, less=a - 10, short=c - 1, long=c + 1).encode()
    changed = data[:at] + text.ljust(spare - at) + data[spare:]
    assert len(changed) == len(data)
    assert world.finding(changed) in REFUSED


# Cross-reference tables


def test_a_hybrid_table_is_refused_though_counsel_signed_it(world: World) -> None:
    """A table for old readers and a stream for new ones, which tell of different objects (ISO 32000-1, 7.5.8.4)."""
    draft = world.draft(world.sealed)
    stream = bytes(draft.data).rindex(b"xref\n0 1\n")
    at = bytes(draft.data).rindex(b"/Prev ")
    data = bytes(draft.data[:at]) + b"/XRefStm %d" % stream + bytes(draft.data[at:])
    hybrid = replace(draft, data=bytearray(data))
    signed = sign(hybrid, world.lawyer, world.server.authority()).data
    assert b"/XRefStm" in signed
    assert world.finding(signed) is Finding.APPENDED


def test_a_hybrid_revision_is_refused(world: World) -> None:
    made = redirected(world, contents_of_pages(world.sealed)[0], 100)
    hybrid = world.sealed + made[len(world.sealed) :].replace(b"/Prev ", b"/XRefStm 100/Prev ")
    assert hybrid != made
    assert world.finding(hybrid) is Finding.APPENDED


def test_a_table_that_leads_in_a_circle_is_refused_and_does_not_hang(world: World) -> None:
    draft = world.draft(world.sealed)
    data = bytes(draft.data)
    own = data.rindex(b"xref\n0 1\n")
    at = data.rindex(b"/Prev ")
    end = data.index(b">>", at)
    looped = data[:at] + (b"/Prev %d" % own).ljust(end - at) + data[end:]
    signed = sign(replace(draft, data=bytearray(looped)), world.lawyer, world.server.authority()).data
    assert world.finding(signed) is Finding.APPENDED


def test_a_second_seal_field_is_refused(world: World) -> None:
    """Two fields of one name: readers disagree on which is meant."""
    draft = world.draft(world.sealed)
    data = bytes(draft.data).replace(b"/T (Counsel)", b"/T (Seal)   ", 1)
    if data == bytes(draft.data):
        data = re.sub(
            rb"/T ?\(Counsel\)(?!.*/T ?\(Counsel\))",
            lambda m: b"/T (Seal)".ljust(len(m[0])),
            data,
            flags=re.S,
        )
    assert data != bytes(draft.data)
    signed = sign(replace(draft, data=bytearray(data)), world.lawyer, world.server.authority()).data
    assert world.finding(signed) is Finding.APPENDED


def test_what_no_parser_expects_is_refused_and_raises_nothing(world: World) -> None:
    rng = Random(3)
    for _ in range(40):
        at, length = rng.randrange(len(world.lasting)), rng.randrange(1, 4_000)
        junk = rng.randbytes(length)
        assert world.finding(world.lasting[:at] + junk + world.lasting[at + length :]) in REFUSED


def test_it_is_refused_without_a_certificate_to_judge_by(world: World) -> None:
    none: tuple[x509.Certificate, ...] = ()
    assert verify(world.lasting, ()).finding is Finding.NOT_OURS
    assert verify(world.countersigned, (world.firm.chain,), (), none).finding is Finding.APPENDED
