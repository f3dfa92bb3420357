"""What happens to a claim's evidence from arrival to removal, on a good day and a bad one."""

from __future__ import annotations

import errno
import io
import os
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from PIL import Image

from portal import audit
from portal.claims.errors import AlreadySubmitted
from portal.claims.models import Claim
from portal.claims.states import ClaimState
from portal.evidence import blobs, listing, numbering, service
from portal.evidence.blobs import Damaged
from portal.evidence.listing import Piece
from portal.evidence.models import EvidenceFile, EvidenceUpload
from portal.evidence.refusals import (
    Broken,
    ClaimFull,
    Disguised,
    NoRoom,
    NotAccepted,
    TooLarge,
    TooManyFiles,
)
from portal.evidence.service import Upload
from portal.runtime import Runtime
from portal.storage import StorageError
from tests.conftest import Clock
from tests.evidence import hostile
from tests.evidence.builders import a_claim, added, signed, taken_back


def pieces(runtime: Runtime, claim_id: UUID) -> list[Piece]:
    with runtime.database.reading() as session:
        return listing.list_for(session, runtime, claim_id)


def stored(runtime: Runtime) -> set[str]:
    return set(runtime.storage.keys())


def row(runtime: Runtime, file_id: UUID) -> EvidenceFile:
    with runtime.database.reading() as session:
        return session.get_one(EvidenceFile, file_id)


def everything_kept(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_photo_is_kept_twice_and_found_again(runtime: Runtime) -> None:
    claim_id, original = a_claim(runtime), hostile.a_photo_with_gps()
    file_id = added(runtime, claim_id, original, "쿠팡 안내.jpg").file_id
    (piece,) = pieces(runtime, claim_id)
    assert (piece.id, piece.sequence, piece.kind, piece.media_type) == (
        file_id,
        1,
        "company-notice",
        "image/jpeg",
    )
    assert piece.size == len(original)
    assert piece.details.file_name == "쿠팡 안내.jpg"
    with runtime.database.reading() as session:
        file = session.get_one(EvidenceFile, file_id)
        assert listing.open_original(session, runtime, file) == original
        harmless = listing.open_harmless(session, runtime, file)
        assert b"Exif" not in harmless
        assert Image.open(io.BytesIO(listing.open_thumbnail(session, runtime, file))).size == (320, 240)
    assert len(stored(runtime)) == 3


def test_nothing_of_a_file_can_be_read_on_the_disk(runtime: Runtime) -> None:
    claim_id = a_claim(runtime)
    file_id = added(runtime, claim_id, hostile.a_pdf(text="PLANTEDTEXT"), "심은이름 PLANTEDNAME.pdf").file_id
    with runtime.database.transaction() as session:
        claim, file = session.get_one(Claim, claim_id), session.get_one(EvidenceFile, file_id)
        service.describe(
            session, runtime, claim, file, title="PLANTEDTITLE", author="심은사람", dated=None, kind="other"
        )
    kept = everything_kept(runtime.settings.data_dir)
    for planted in ("PLANTED", "심은", "%PDF-", "JFIF"):
        assert planted.encode() not in kept, planted


def test_the_same_file_twice_is_kept_once(runtime: Runtime) -> None:
    claim_id, photo = a_claim(runtime), hostile.a_photo()
    first = added(runtime, claim_id, photo)
    second = added(runtime, claim_id, photo, "another name.jpg")
    assert not first.already
    assert (second.file_id, second.already) == (first.file_id, True)
    assert len(pieces(runtime, claim_id)) == 1
    assert len(stored(runtime)) == 3
    assert not added(runtime, a_claim(runtime), photo).already, (
        "another claim's files say nothing about this one's"
    )


def test_a_file_can_come_back_after_it_was_removed(runtime: Runtime) -> None:
    claim_id, photo = a_claim(runtime), hostile.a_photo()
    first = added(runtime, claim_id, photo).file_id
    taken_back(runtime, claim_id, first)
    again = added(runtime, claim_id, photo)
    assert not again.already
    assert [piece.sequence for piece in pieces(runtime, claim_id)] == [2]


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (hostile.REFUSED_KINDS["drawing.svg"], "drawing.svg", NotAccepted),
        (hostile.REFUSED_KINDS["letter.docx"], "letter.docx", NotAccepted),
        (hostile.a_photo(), "photo.exe", Disguised),
        (hostile.a_photo()[:3_000], "photo.jpg", Broken),
        (b"\xff\xd8\xff" + b"\0" * 20_000_001, "photo.jpg", TooLarge),
    ],
)
def test_nothing_of_a_refused_file_is_kept(
    runtime: Runtime, content: bytes, name: str, refusal: type
) -> None:
    claim_id = a_claim(runtime)
    with pytest.raises(refusal):
        added(runtime, claim_id, content, name)
    assert pieces(runtime, claim_id) == []
    assert stored(runtime) == set()


def limited(runtime: Runtime, **limits: int) -> Runtime:
    from dataclasses import replace

    return replace(runtime, settings=runtime.settings.model_copy(update=limits))


def test_a_claim_takes_only_so_many_files(runtime: Runtime) -> None:
    runtime = limited(runtime, max_files=2)
    claim_id = a_claim(runtime)
    for width in (100, 101):
        added(runtime, claim_id, hostile.a_photo(width, 100))
    with pytest.raises(TooManyFiles) as caught:
        added(runtime, claim_id, hostile.a_photo(102, 100))
    assert caught.value.limit == 2
    assert added(runtime, claim_id, hostile.a_photo(100, 100)).already, (
        "known files stay known in a full claim"
    )


def test_a_claim_takes_only_so_many_bytes(runtime: Runtime) -> None:
    runtime = limited(runtime, max_claim_mb=1)
    claim_id = a_claim(runtime)
    grain = io.BytesIO()
    Image.effect_noise((1000, 1000), 90).save(grain, "PNG")
    added(runtime, claim_id, grain.getvalue(), "grain.png")
    with pytest.raises(ClaimFull) as caught:
        added(runtime, claim_id, hostile.a_photo(3_000, 3_000, quality=100, subsampling=0))
    assert caught.value.found > caught.value.limit == 1_000_000


def test_a_thousand_uploads_meet_the_quota(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    made = service.cleanse_in_box(hostile.a_photo())
    monkeypatch.setattr(service, "cleanse_in_box", lambda _content: made)
    claim_id, refused = a_claim(runtime), 0
    for number in range(1_000):
        try:
            added(runtime, claim_id, hostile.a_photo(8, 8, comment=str(number).encode()))
        except TooManyFiles:
            refused += 1
    assert refused == 970
    assert len(pieces(runtime, claim_id)) == 30
    assert len(stored(runtime)) == 90


def test_two_at_once_cannot_pass_the_limit_or_double_a_file(runtime: Runtime) -> None:
    runtime = limited(runtime, max_files=3)
    claim_id = a_claim(runtime)
    contents = [hostile.a_photo(100 + n % 4, 100) for n in range(8)]
    problems: list[BaseException] = []

    def work(content: bytes) -> None:
        try:
            added(runtime, claim_id, content)
        except TooManyFiles:
            return
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    kept = pieces(runtime, claim_id)
    assert len(kept) == 3
    assert len({piece.details.sha256 for piece in kept}) == 3
    assert sorted(piece.sequence for piece in kept) == [1, 2, 3]


def test_a_full_disk_leaves_no_half_file(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    claim_id, put, calls = a_claim(runtime), runtime.storage.put, []

    def full_at_the_second(sealed: bytes) -> str:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return put(sealed)

    monkeypatch.setattr(runtime.storage, "put", full_at_the_second)
    with pytest.raises(NoRoom):
        added(runtime, claim_id, hostile.a_photo())
    assert len(calls) == 2
    assert stored(runtime) == set()
    assert pieces(runtime, claim_id) == []


def test_a_full_database_leaves_no_half_file(runtime: Runtime, clock: Clock) -> None:
    claim_id = a_claim(runtime)

    def stop_growing(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        pages = connection.cursor().execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.cursor().execute(f"PRAGMA max_page_count={pages}")

    sa.event.listen(runtime.database.engine, "connect", stop_growing)
    runtime.database.engine.dispose()
    photos = (hostile.a_photo(100 + n, 100) for n in range(30))
    with pytest.raises(NoRoom):
        for photo in photos:  # until the last free page is written on
            added(runtime, claim_id, photo)
    sa.event.remove(runtime.database.engine, "connect", stop_growing)
    runtime.database.engine.dispose()
    clock.advance(hours=2)
    blobs.sweep(runtime, runtime.clock())
    assert len(stored(runtime)) == 3 * len(pieces(runtime, claim_id))


def test_a_process_killed_between_blobs_and_row_leaves_nothing_after_the_sweep(
    runtime: Runtime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = a_claim(runtime)
    kept = added(runtime, claim_id, hostile.a_photo(90, 90)).file_id

    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(service, "_write", killed)
        added(runtime, claim_id, hostile.a_photo(91, 91))
    assert len(stored(runtime)) == 6
    blobs.sweep(runtime, clock.advance(minutes=30))
    assert len(stored(runtime)) == 6, "another upload may still be under way"
    blobs.sweep(runtime, clock.advance(minutes=31))
    blobs.sweep(runtime, runtime.clock())
    assert len(stored(runtime)) == 3
    with runtime.database.reading() as session:
        assert listing.open_harmless(session, runtime, session.get_one(EvidenceFile, kept))
        assert session.scalars(sa.select(EvidenceUpload)).all() == []


def test_an_unreachable_store_is_not_called_full(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_sealed: bytes) -> str:
        raise StorageError("away")

    claim_id = a_claim(runtime)
    monkeypatch.setattr(runtime.storage, "put", away)
    with pytest.raises(StorageError):
        added(runtime, claim_id, hostile.a_photo())
    assert pieces(runtime, claim_id) == []


def test_removing_takes_the_details_at_once_and_the_blobs_by_the_job(runtime: Runtime) -> None:
    claim_id = a_claim(runtime)
    file_id = added(runtime, claim_id, hostile.a_photo()).file_id
    taken_back(runtime, claim_id, file_id)
    assert pieces(runtime, claim_id) == []
    assert row(runtime, file_id).details is None
    from portal.evidence.jobs import sweep

    sweep(runtime)
    sweep(runtime)
    assert stored(runtime) == set()
    assert row(runtime, file_id).original_key is None
    with runtime.database.reading() as session:
        assert listing.file_of(session, claim_id, file_id) is None


def damage(runtime: Runtime, key: str, change: Callable[[Path], object]) -> None:
    (path,) = (runtime.settings.data_dir / "blobs").rglob(key)
    change(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(b"\x01" + path.read_bytes()[1:-1] + b"\0"),
        lambda path: path.write_bytes(b""),
        lambda path: path.unlink(),
    ],
)
def test_a_damaged_blob_is_named_and_never_given(runtime: Runtime, change: Callable[[Path], object]) -> None:
    claim_id = a_claim(runtime)
    file_id = added(runtime, claim_id, hostile.a_photo()).file_id
    file = row(runtime, file_id)
    damage(runtime, file.harmless_key or "", change)
    with runtime.database.reading() as session:
        with pytest.raises(Damaged) as caught:
            listing.open_harmless(session, runtime, file)
        assert listing.open_original(session, runtime, file) == hostile.a_photo()
    assert (caught.value.file_id, caught.value.part) == (file_id, "harmless")
    assert str(file_id) in str(caught.value)


def test_blobs_of_two_files_cannot_be_swapped(runtime: Runtime) -> None:
    claim_id = a_claim(runtime)
    first, second = (added(runtime, claim_id, hostile.a_photo(n, n)).file_id for n in (90, 91))
    with runtime.database.transaction() as session:
        one, other = session.get_one(EvidenceFile, first), session.get_one(EvidenceFile, second)
        one.harmless_key, other.harmless_key = other.harmless_key, one.harmless_key
    with runtime.database.reading() as session, pytest.raises(Damaged):
        listing.open_harmless(session, runtime, session.get_one(EvidenceFile, first))


def test_a_description_is_kept_and_becomes_the_exhibit(runtime: Runtime) -> None:
    claim_id = a_claim(runtime)
    notice = added(runtime, claim_id, hostile.a_photo(), kind="other").file_id
    added(runtime, claim_id, hostile.a_pdf(3), "trades.pdf", kind="trades")
    with runtime.database.transaction() as session:
        claim, file = session.get_one(Claim, claim_id), session.get_one(EvidenceFile, notice)
        service.describe(
            session, runtime, claim, file, title="유출 안내 문자", author="쿠팡", dated=date(2025, 11, 29),
            kind="company-notice",
        )  # fmt: skip
    matter = runtime.matters.current().matter
    with runtime.database.reading() as session:
        claim = session.get_one(Claim, claim_id)
        korean = numbering.exhibits_for(session, runtime, matter, claim, "kr")
        american = numbering.exhibits_for(session, runtime, matter, claim, "us")
    assert [(one.number, one.title, one.author, one.dated) for one in korean] == [
        (1, "유출 안내 문자", "쿠팡", date(2025, 11, 29))
    ], "what only concerns the American securities action stays out of the Korean packet"
    assert [(one.number, one.kind.id, one.pages) for one in american] == [
        (1, "company-notice", 1),
        (2, "trades", 3),
    ]
    assert american[1].title == matter.evidence_kind("trades").name.en
    assert korean[0].sha256 == pieces(runtime, claim_id)[0].details.sha256


def test_what_a_claim_still_lacks_is_named(runtime: Runtime) -> None:
    claim_id = a_claim(runtime)
    matter = runtime.matters.current().matter
    with runtime.database.reading() as session:
        claim = session.get_one(Claim, claim_id)
        assert [kind.id for kind in numbering.kinds_missing(matter, claim, [])] == ["trades"]
    added(runtime, claim_id, hostile.a_pdf(), "t.pdf", kind="trades")
    assert numbering.kinds_missing(matter, claim, pieces(runtime, claim_id)) == ()


def test_after_signing_evidence_stands_until_staff_ask(runtime: Runtime, clock: Clock) -> None:
    claim_id = a_claim(runtime)
    before = added(runtime, claim_id, hostile.a_photo(90, 90)).file_id
    clock.advance(minutes=5)
    signed(runtime, claim_id)
    with pytest.raises(AlreadySubmitted):
        added(runtime, claim_id, hostile.a_photo(91, 91))
    with runtime.database.transaction() as session:
        session.get_one(Claim, claim_id).engagements[0].state = ClaimState.INFORMATION_REQUESTED
    clock.advance(days=1)
    after = added(runtime, claim_id, hostile.a_photo(91, 91)).file_id
    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, claim_id)
        with pytest.raises(AlreadySubmitted):
            service.remove(session, claim, session.get_one(EvidenceFile, before), runtime.clock())
        service.remove(session, claim, session.get_one(EvidenceFile, after), runtime.clock())
    assert [piece.id for piece in pieces(runtime, claim_id)] == [before]


def test_adding_and_removing_are_in_the_audit_chain_without_names(runtime: Runtime) -> None:
    claim_id = a_claim(runtime)
    file_id = added(runtime, claim_id, hostile.a_photo(), "비밀이름.jpg").file_id
    taken_back(runtime, claim_id, file_id)
    with runtime.database.reading() as session:
        events = session.scalars(
            sa.select(audit.AuditEvent)
            .where(audit.AuditEvent.action.like("evidence.%"))
            .order_by(audit.AuditEvent.sequence)
        ).all()
        told = [(event.action, event.subject_id, event.detail["file"]) for event in events]
        assert "비밀이름" not in str([event.detail for event in events])
    assert told == [("evidence.added", claim_id, str(file_id)), ("evidence.removed", claim_id, str(file_id))]


def test_a_file_of_another_claim_is_not_found(runtime: Runtime) -> None:
    mine, theirs = a_claim(runtime), a_claim(runtime)
    file_id = added(runtime, theirs, hostile.a_photo()).file_id
    with runtime.database.reading() as session:
        assert listing.file_of(session, mine, file_id) is None
        assert listing.file_of(session, theirs, file_id) is not None


def test_names_on_the_disk_hold_nothing_of_the_sender(runtime: Runtime) -> None:
    name = "../../../evil; touch x\r\n.jpg"
    service.add(runtime, a_claim(runtime), Upload(name, "", hostile.a_photo()), "other", runtime.clock())
    paths = [path.relative_to(runtime.settings.data_dir) for path in runtime.settings.data_dir.rglob("*")]
    assert not [path for path in paths if "evil" in str(path) or "touch" in str(path)]
    assert all(len(path.name) == 64 for path in paths if path.parts[0] == "blobs" and len(path.parts) == 4)
    assert not os.path.exists(runtime.settings.data_dir.parent / "evil")


def test_files_stand_where_their_owner_puts_them_and_new_ones_follow(runtime: Runtime) -> None:
    claim_id = a_claim(runtime)
    one, two, three = (added(runtime, claim_id, hostile.a_photo(100 + n, 100)).file_id for n in range(3))

    def moved(file_id: UUID, to: int) -> list[UUID]:
        with runtime.database.transaction() as session:
            claim, file = session.get_one(Claim, claim_id), session.get_one(EvidenceFile, file_id)
            service.move(session, claim, file, to)
        return [piece.id for piece in pieces(runtime, claim_id)]

    assert moved(three, 0) == [three, one, two]
    assert moved(three, 99) == [one, two, three]
    assert moved(two, 0) == [two, one, three]
    four = added(runtime, claim_id, hostile.a_photo(200, 100)).file_id
    assert [piece.id for piece in pieces(runtime, claim_id)] == [two, one, three, four]
    assert [piece.id for piece in sorted(pieces(runtime, claim_id), key=lambda piece: piece.place)] == [
        two, one, three, four,
    ]  # fmt: skip


def test_what_was_signed_for_keeps_its_place(runtime: Runtime, clock: Clock) -> None:
    claim_id = a_claim(runtime)
    first = added(runtime, claim_id, hostile.a_photo(100, 100)).file_id
    signed(runtime, claim_id)
    with runtime.database.transaction() as session:
        session.get_one(Claim, claim_id).engagements[0].state = ClaimState.INFORMATION_REQUESTED
    clock.advance(days=1)
    later = added(runtime, claim_id, hostile.a_photo(101, 100)).file_id
    with runtime.database.transaction() as session:
        claim = session.get_one(Claim, claim_id)
        service.move(session, claim, session.get_one(EvidenceFile, later), 0)
        with pytest.raises(AlreadySubmitted):
            service.move(session, claim, session.get_one(EvidenceFile, first), 1)
        with pytest.raises(AlreadySubmitted):
            service.attach(session, runtime, claim, session.get_one(EvidenceFile, first), "i1")
        service.attach(session, runtime, claim, session.get_one(EvidenceFile, later), "i1")
    assert [(piece.id, piece.details.incident) for piece in pieces(runtime, claim_id)] == [
        (first, ""),
        (later, "i1"),
    ]
