"""Documents printed for the pen: sent back, named page by page, looked at by a person, and signed in."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta

import pikepdf
import pytest
import sqlalchemy as sa
from PIL import Image

from portal.audit import AuditEvent
from portal.claims import service as claims
from portal.claims.act import read_acts
from portal.claims.errors import ConsentMissing, NotReady
from portal.claims.models import Claim, Engagement
from portal.claims.states import ClaimState
from portal.evidence.service import Upload
from portal.messages.models import OutboxMessage
from portal.packets import making, reading, sample_people, samples, service
from portal.packets.models import Packet, PaperPage, PaperPrint
from portal.packets.paper import checking, prints, returning
from portal.packets.paper.marks import PageMark
from portal.packets.paper.prints import PrintState
from portal.packets.paper.recognise import Seen
from portal.packets.paper.returning import MOST_PICTURES, Fate
from portal.runtime import Runtime
from tests.packets import paper_scans
from tests.packets.paper_claims import (
    LATER,
    STAFF,
    a_claim_signed_in_ink,
    a_print,
    a_read_claim,
    send_back,
    sheets,
    sign_in,
    standing,
)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Callable[..., bytes]:
    """Pages recognised at once: ``quick(print_, 3)`` is a file that shows page 3. The box has tests elsewhere."""

    def look(content: bytes) -> tuple[Seen, ...]:
        return tuple(
            Seen(b"\xff\xd8\xff\xe0 page " + json.dumps(texts).encode() + content[-8:], tuple(texts))
            for texts in json.loads(content[8:-8])
        )

    monkeypatch.setattr(returning, "look_in_box", look)

    def page(print_: PaperPrint, *numbers: int, salt: str = "") -> bytes:
        texts = [[_mark(print_, number).text] for number in numbers]
        return b"\xff\xd8\xff\xe0    " + json.dumps(texts).encode() + salt.rjust(8).encode()

    return page


def _mark(print_: PaperPrint, number: int) -> PageMark:
    return PageMark(print_.code, number, len(print_.plan), 1, "0123ABCD")


def everything(quick: Callable[..., bytes], print_: PaperPrint) -> bytes:
    return quick(print_, *range(1, len(print_.plan) + 1))


def change_address(runtime: Runtime, claim: Claim) -> None:
    """The claimant moves house; what that touches has to be read anew."""
    with runtime.database.transaction() as session:
        row = session.get_one(Claim, claim.id)

        def moved(who):  # type: ignore[no-untyped-def]
            return who.model_copy(update={"address": who.address.model_copy(update={"line2": "2동 1호"})})

        claims.amend(session, runtime.vault, row, moved, seen_revision=None, now=LATER)


def read_again(runtime: Runtime, claim: Claim) -> None:
    with runtime.database.transaction() as session:
        row, matter = session.get_one(Claim, claim.id), runtime.matters.current()
        for entry in reading.reading_list(session, runtime, matter, row):
            if not entry.done:
                reading.confirm(session, runtime, matter, row, entry, True if entry.consent else None, LATER)


def audited(runtime: Runtime, action: str) -> list[AuditEvent]:
    with runtime.database.reading() as session:
        return list(session.scalars(sa.select(AuditEvent).where(AuditEvent.action == action)))


# -- printing


def test_a_print_is_unsigned_and_says_how_many_pages_come_back(runtime: Runtime) -> None:
    claim = a_read_claim(runtime)
    print_ = a_print(runtime, claim)
    with runtime.database.reading() as session:
        pdf = prints.open_file(session, runtime, session.get_one(Claim, claim.id), print_)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == len(print_.plan) + 1  # the guide
        assert "/AcroForm" not in opened.Root
        assert "/Annots" not in opened.pages[0]
    assert sum(one.signature for one in prints.planned(print_.plan)) >= 5
    assert audited(runtime, "paper.printed")[0].detail["pages"] == len(print_.plan)
    with runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Packet)) == 0
        assert session.get_one(Engagement, print_.engagement_id).state is ClaimState.DRAFT


def test_nothing_is_printed_before_all_is_read_and_the_needed_consents_are_given(runtime: Runtime) -> None:
    claim = a_read_claim(runtime)
    matter = runtime.matters.current()
    with runtime.database.transaction() as session:
        row = session.get_one(Claim, claim.id)
        entries = reading.reading_list(session, runtime, matter, row)
        needed = next(one for one in entries if one.consent and one.document.required)
        reading.confirm(session, runtime, matter, row, needed, False, LATER)
    with pytest.raises(ConsentMissing):
        a_print(runtime, claim)
    change_address(runtime, claim)
    with pytest.raises(NotReady):
        a_print(runtime, claim)


def test_a_consent_that_another_office_needs_is_asked_for_though_paper_is_signed_one_by_one(
    runtime: Runtime, quick: Callable[..., bytes]
) -> None:
    claim = a_read_claim(runtime, tracks=("kr-consumer", "us-consumer"))
    matter = runtime.matters.current()
    with runtime.database.transaction() as session:
        row = session.get_one(Claim, claim.id)
        entries = reading.reading_list(session, runtime, matter, row)
        transfer = next(one for one in entries if "us" in one.document.needed_in)
        assert transfer.jurisdiction == "kr"
        reading.confirm(session, runtime, matter, row, transfer, False, LATER)
    with pytest.raises(ConsentMissing):
        a_print(runtime, claim, "us")
    korean = a_print(runtime, claim, "kr")
    send_back(runtime, claim, [everything(quick, korean)])
    sign_in(runtime, korean)
    with pytest.raises(ConsentMissing):
        a_print(runtime, claim, "us")


def test_a_consent_that_an_office_goes_by_is_not_refused_after_it_was_signed_there(
    runtime: Runtime, quick: Callable[..., bytes]
) -> None:
    claim = a_read_claim(runtime, tracks=("kr-consumer", "us-consumer"))
    american = a_print(runtime, claim, "us")
    send_back(runtime, claim, [everything(quick, american)])
    sign_in(runtime, american)
    matter = runtime.matters.current()
    with runtime.database.transaction() as session:
        row = session.get_one(Claim, claim.id)
        entries = reading.reading_list(session, runtime, matter, row)
        transfer = next(one for one in entries if "us" in one.document.needed_in)
        reading.confirm(session, runtime, matter, row, transfer, False, LATER)
    with pytest.raises(ConsentMissing):
        a_print(runtime, claim, "kr")


def test_two_offices_are_signed_on_paper_one_after_the_other(
    runtime: Runtime, quick: Callable[..., bytes]
) -> None:
    claim = a_read_claim(runtime, particulars=sample_people.JIWOO, tracks=("kr-consumer", "us-consumer"))
    for jurisdiction, hour in (("us", 1), ("kr", 2)):
        print_ = a_print(runtime, claim, jurisdiction)
        send_back(runtime, claim, [everything(quick, print_)])
        sign_in(runtime, print_, now=LATER + timedelta(hours=hour))
    with runtime.database.reading() as session:
        states = {one.jurisdiction: one.state for one in session.get_one(Claim, claim.id).engagements}
        kinds = [
            (one.jurisdiction, one.revision) for one in session.scalars(sa.select(Packet)) if one.revision
        ]
    assert states == {"kr": ClaimState.SUBMITTED, "us": ClaimState.SUBMITTED}
    assert sorted(kinds) == [("kr", 1), ("us", 1)]


# -- pages that come back


def test_pages_are_received_and_missing_ones_named_whatever_their_order(
    runtime: Runtime, quick: Callable[..., bytes]
) -> None:
    claim = a_read_claim(runtime)
    print_ = a_print(runtime, claim)
    total = len(print_.plan)
    backwards = [number for number in range(total, 0, -1) if number not in (3, 7)]
    results = send_back(runtime, claim, [quick(print_, *backwards)])
    assert [one.number for one in results] == backwards
    assert {one.fate for one in results} == {Fate.RECEIVED}
    stands = standing(runtime, print_.id)
    assert (stands.missing, stands.received, stands.to_check) == ((3, 7), total - 2, False)
    send_back(runtime, claim, [quick(print_, 7), quick(print_, 3)])
    stands = standing(runtime, print_.id)
    assert stands.to_check
    assert stands.print_.state == PrintState.RETURNED
    assert len(audited(runtime, "paper.returned")) == total
    with runtime.database.reading() as session:
        assert (
            session.get_one(Claim, claim.id).expires_at is None
        )  # it waits for the firm, not for the claimant


def test_a_later_picture_counts_and_the_earlier_is_kept(
    runtime: Runtime, quick: Callable[..., bytes]
) -> None:
    claim = a_read_claim(runtime)
    print_ = a_print(runtime, claim)
    files = [quick(print_, 2), quick(print_, 2), quick(print_, 2, salt="better")]
    fates = [one.fate for one in send_back(runtime, claim, files)]
    assert fates == [Fate.RECEIVED, Fate.SAME, Fate.REPLACED]
    with runtime.database.reading() as session:
        rows = session.scalars(sa.select(PaperPage).order_by(PaperPage.received_at)).all()
    assert [one.replaced for one in rows] == [True, False]
    assert rows[0].received_at < rows[1].received_at
    more = [quick(print_, 2, salt=str(number)) for number in range(MOST_PICTURES)]
    assert send_back(runtime, claim, more)[-1].fate is Fate.REFUSED


def test_nobody_can_return_anothers_print(runtime: Runtime, quick: Callable[..., bytes]) -> None:
    mine, theirs = a_read_claim(runtime), a_read_claim(runtime, particulars=sample_people.JIWOO)
    a_print(runtime, mine)
    foreign = a_print(runtime, theirs)
    unknown = PaperPrint(code="0000-0000-0000", plan=foreign.plan)
    told = send_back(runtime, mine, [quick(foreign, 1), quick(unknown, 1)])
    assert [(one.fate, one.number, one.print_id) for one in told] == [(Fate.FOREIGN, 0, None)] * 2
    with runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PaperPage)) == 0


def test_the_guide_and_two_pages_at_once_and_no_page_at_all_are_named(
    runtime: Runtime, quick: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = a_read_claim(runtime)
    print_ = a_print(runtime, claim)
    assert send_back(runtime, claim, [quick(print_, 0)])[0].fate is Fate.GUIDE
    two = (_mark(print_, 1).text, _mark(print_, 2).text)
    monkeypatch.setattr(
        returning, "look_in_box", lambda _content: (Seen(b"", two), Seen(b"", ()), Seen(b"", ("x",)))
    )
    fates = [one.fate for one in send_back(runtime, claim, [b"%PDF-1.7 many"])]
    assert fates == [Fate.SEVERAL, Fate.UNREADABLE, Fate.UNREADABLE]


def test_a_file_that_is_no_picture_is_refused_like_evidence(runtime: Runtime) -> None:
    claim = a_read_claim(runtime)
    matter, sender = runtime.matters.current(), returning.from_claimant(claim)
    for content, name in (
        (b"MZ not a picture", "page.jpg"),
        (b"", "page.jpg"),
        (b"%PDF-1.7 broken", "scan.pdf"),
    ):
        (told,) = returning.take(runtime, matter, sender, Upload(name, "", content), LATER)
        assert told.fate is Fate.REFUSED
        assert told.refusal is not None
    large = Upload("a.jpg", "image/jpeg", bytes(runtime.settings.max_file_mb * 1_000_000 + 1))
    assert returning.take(runtime, matter, sender, large, LATER)[0].refusal.code == "too_large"  # type: ignore[union-attr]


# -- a print that no longer holds


def test_pages_of_an_older_print_are_named_so(runtime: Runtime, quick: Callable[..., bytes]) -> None:
    claim = a_read_claim(runtime)
    older = a_print(runtime, claim)
    send_back(runtime, claim, [quick(older, 1)])
    newer = a_print(runtime, claim, now=LATER + timedelta(hours=1))
    assert send_back(runtime, claim, [quick(older, 2)])[0].fate is Fate.OLDER
    assert standing(runtime, older.id).print_.state == PrintState.REPLACED
    assert standing(runtime, newer.id).received == 0  # nothing changed: whoever prints again has lost pages


def test_after_a_change_only_what_changed_is_printed_again(
    runtime: Runtime, quick: Callable[..., bytes]
) -> None:
    claim = a_read_claim(runtime)
    first = a_print(runtime, claim)
    send_back(runtime, claim, [everything(quick, first)])
    assert standing(runtime, first.id).to_check
    change_address(runtime, claim)
    stands = standing(runtime, first.id)
    assert stands.void
    assert not stands.to_check
    assert stands.changed
    touched = next(one.number for one in stands.sheets if one.document in stands.changed)
    assert send_back(runtime, claim, [quick(first, touched, salt="x")])[0].fate is Fate.CHANGED
    with pytest.raises(checking.NotToCheck):
        sign_in(runtime, first)
    read_again(runtime, claim)
    second = a_print(runtime, claim, now=LATER + timedelta(hours=1))
    stands = standing(runtime, second.id)
    kept = {one.document for one in stands.sheets if one.page}
    again = {one.document for one in stands.sheets if not one.page}
    assert again == set(standing_changed(runtime, first, second))
    assert kept
    assert not kept & again
    with runtime.database.reading() as session:
        pdf = prints.open_file(session, runtime, session.get_one(Claim, claim.id), second)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == len(stands.missing) + 1
    send_back(runtime, claim, [quick(second, *stands.missing)])
    sign_in(runtime, second)
    with runtime.database.reading() as session:
        engagement = session.get_one(Engagement, second.engagement_id)
        assert engagement.state is ClaimState.SUBMITTED
        (act,) = read_acts(session, runtime.vault, engagement)
    assert act.paper is not None
    assert [one.number for one in act.paper.sheets] == list(range(1, len(second.plan) + 1))


def standing_changed(runtime: Runtime, first: PaperPrint, second: PaperPrint) -> list[str]:
    """Documents whose readings differ between two prints."""
    with runtime.database.reading() as session:
        claim = session.get_one(Engagement, first.engagement_id).claim
        before, after = (
            prints.read_printed(session, runtime, claim, one).readings for one in (first, second)
        )
    return [name for name in after if name not in before or before[name].shown != after[name].shown]


def test_a_consent_answered_otherwise_voids_its_page(runtime: Runtime, quick: Callable[..., bytes]) -> None:
    claim = a_read_claim(runtime)
    print_ = a_print(runtime, claim)
    send_back(runtime, claim, [everything(quick, print_)])
    matter = runtime.matters.current()
    with runtime.database.transaction() as session:
        row = session.get_one(Claim, claim.id)
        free = next(
            one
            for one in reading.reading_list(session, runtime, matter, row)
            if one.consent and not one.document.required
        )
        reading.confirm(session, runtime, matter, row, free, False, LATER)
    assert standing(runtime, print_.id).changed == (free.document.id,)


def test_signing_on_screen_instead_leaves_nothing_to_check(
    runtime: Runtime, quick: Callable[..., bytes]
) -> None:
    from portal.packets import signing

    claim = a_read_claim(runtime)
    print_ = a_print(runtime, claim)
    send_back(runtime, claim, [everything(quick, print_)])
    with runtime.database.transaction() as session:
        where = signing.Circumstances(language="ko", place="KR", address="", device="")
        given = {"kr": signing.GivenSignature(strokes=samples.sample_strokes())}
        row = session.get_one(Claim, claim.id)
        signing.submit(
            session, runtime, runtime.matters.current(), row, given, where, LATER + timedelta(hours=1)
        )
    with runtime.database.reading() as session:
        assert checking.open_prints(session, sa.select(Engagement)) == []
        assert checking.waiting(session, sa.select(Engagement)) == 0
    assert send_back(runtime, claim, [quick(print_, 1, salt="x")])[0].fate is Fate.CLOSED
    with pytest.raises(checking.NotToCheck):
        sign_in(runtime, print_)


# -- a person looks


def test_every_page_to_be_signed_must_be_seen_signed(runtime: Runtime, quick: Callable[..., bytes]) -> None:
    claim = a_read_claim(runtime)
    print_ = a_print(runtime, claim)
    send_back(runtime, claim, [everything(quick, print_)])
    signed = {one.number for one in prints.planned(print_.plan) if one.signature}
    with runtime.database.transaction() as session, pytest.raises(checking.NotAllSigned):
        engagement = session.get_one(Engagement, print_.engagement_id)
        row = session.get_one(PaperPrint, print_.id)
        matter = runtime.matters.current()
        checking.confirm(session, runtime, matter, engagement, row, signed - {min(signed)}, STAFF, LATER)
    sign_in(runtime, print_)
    with pytest.raises(checking.NotToCheck):
        sign_in(runtime, print_)  # a colleague was faster


def test_pages_asked_for_again_are_missing_and_the_claimant_reads_why(
    runtime: Runtime, quick: Callable[..., bytes]
) -> None:
    claim = a_read_claim(runtime)
    print_ = a_print(runtime, claim)
    send_back(runtime, claim, [everything(quick, print_)])
    with runtime.database.transaction() as session:
        engagement = session.get_one(Engagement, print_.engagement_id)
        row = session.get_one(PaperPrint, print_.id)
        matter = runtime.matters.current()
        checking.ask_again(
            session, runtime, matter, engagement, row, {4, 2}, "서명이 잘 보이지 않습니다.", STAFF, LATER
        )
    stands = standing(runtime, print_.id)
    assert (stands.missing, stands.print_.state) == ((2, 4), PrintState.REFUSED)
    with runtime.database.reading() as session:
        note = session.get_one(Engagement, print_.engagement_id)
        from portal.claims import sealed

        text = sealed.read_note(session, runtime.vault, note)
        kinds = [one.kind for one in session.scalars(sa.select(OutboxMessage))]
    assert "2, 4" in text
    assert "서명이 잘 보이지 않습니다." in text
    assert "information-requested" in kinds
    send_back(runtime, claim, [quick(print_, 2, 4, salt="again")])
    sign_in(runtime, print_)
    checks = [one.detail["outcome"] for one in audited(runtime, "paper.checked")]
    assert checks == ["asked", "signed"]


# -- from print to packet


def test_a_claim_signed_in_ink_becomes_a_sealed_packet_with_its_pages(runtime: Runtime) -> None:
    claim = a_claim_signed_in_ink(runtime)
    with runtime.database.reading() as session:
        (engagement,) = session.get_one(Claim, claim.id).engagements
        (act,) = read_acts(session, runtime.vault, engagement)
        (packet,) = service.packets_of(session, engagement)
    assert (act.means, act.place, act.signed_at) == ("ink", "KR", LATER + timedelta(hours=2))
    assert act.paper is not None
    assert act.paper.checked_by == str(STAFF)
    assert all(reading.confirmed_at for reading in act.readings)
    making.make(runtime, packet.id)
    with runtime.database.reading() as session:
        sealed_packet = session.get_one(Packet, packet.id)
        assert sealed_packet.state == "sealed", sealed_packet.failure
        pdf = service.open_packet(session, runtime, sealed_packet)
    pictures = _pictures(pdf)
    shown = {one.sha256 for one in act.paper.sheets}
    assert len(shown) == len(act.paper.sheets)
    assert shown <= pictures


def _pictures(pdf: bytes) -> set[str]:
    """SHA-256 of every JPEG in a file."""
    import hashlib

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {
            hashlib.sha256(one.read_raw_bytes()).hexdigest()
            for one in opened.objects
            if isinstance(one, pikepdf.Stream) and one.get("/Filter") == "/DCTDecode"
        }


def test_photographs_taken_carelessly_come_home_in_order(runtime: Runtime) -> None:
    claim = a_read_claim(runtime)
    print_ = a_print(runtime, claim)
    pages = sheets(runtime, print_)
    cameras = {
        len(pages): paper_scans.Camera(turn=90, shadow=0.5),
        1: paper_scans.Camera(turn=7, lean=0.08),
        5: paper_scans.Camera(turn=180, noise=15),
    }
    taken = [paper_scans.photograph(pages[number], camera) for number, camera in cameras.items()]
    results = send_back(runtime, claim, taken)
    assert [(one.fate, one.number) for one in results] == [(Fate.RECEIVED, number) for number in cameras]
    with runtime.database.reading() as session:
        row = session.get_one(Claim, claim.id)
        here = prints.pictures(session, session.get_one(PaperPrint, print_.id))
        for number, page in here.items():
            picture = Image.open(io.BytesIO(checking.open_picture(session, runtime, row, page)))
            assert picture.height > picture.width, number


@pytest.mark.slow
def test_a_print_is_signed_in_on_postgresql(postgresql_runtime: Runtime) -> None:
    runtime = postgresql_runtime
    claim = a_claim_signed_in_ink(runtime, tracks=("us-consumer",), particulars=sample_people.JIWOO)
    with runtime.database.reading() as session:
        assert session.get_one(Claim, claim.id).engagements[0].state is ClaimState.SUBMITTED
        assert checking.open_prints(session, sa.select(Engagement)) == []
