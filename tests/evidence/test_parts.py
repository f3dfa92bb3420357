"""Files that come in parts, over a connection that breaks wherever it can."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from portal import create_app
from portal.claims import diary
from portal.claims import service as claims
from portal.claims.models import Claim
from portal.claims.particulars import Incident
from portal.evidence import listing, parts, service
from portal.evidence.jobs import sweep
from portal.evidence.models import EvidenceUpload, PartialUpload
from portal.runtime import Runtime
from portal.settings import Settings
from tests.conftest import ROOT, Clock
from tests.evidence import hostile
from tests.evidence.builders import a_claim
from tests.evidence.test_views import HOME, a_browser_of, files_of, token_on
from tests.visitor import on_the_tests_clock

UPLOADS = f"{HOME}/uploads"
JSON = {"Accept": "application/json"}


def a_large_photo(seed: int = 0) -> bytes:
    """A real picture of some 240 kB: noise does not pack."""
    from io import BytesIO

    from PIL import Image

    picture = Image.frombytes(
        "RGB", (320, 240), bytes((byte + seed) % 256 for byte in os.urandom(320 * 240 * 3))
    )
    target = BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


class Sender:
    """What the script does, one request at a time."""

    def __init__(self, app: Flask, claim_id: UUID) -> None:
        self.browser = a_browser_of(app, claim_id)
        self.token = token_on(self.browser)

    def post(self, path: str, **fields: object) -> TestResponse:
        return self.browser.post(path, data={"csrf_token": self.token, **fields}, headers=JSON)

    def announce(self, content: bytes, name: str = "안내.png", **fields: object) -> TestResponse:
        said = {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **fields}
        return self.post(UPLOADS, **said)

    def part(self, upload: str, offset: int, part: bytes, token: str | None = None) -> TestResponse:
        headers = {
            **JSON,
            "Upload-Offset": str(offset),
            "X-CSRFToken": self.token if token is None else token,
        }
        return self.browser.post(
            f"{UPLOADS}/{upload}", data=part, content_type="application/octet-stream", headers=headers
        )

    def finish(self, upload: str, **fields: object) -> TestResponse:
        return self.post(f"{UPLOADS}/{upload}/finish", kind="company-notice", **fields)

    def send(self, content: bytes, name: str = "안내.png", step: int = 100_000, **fields: object) -> str:
        """All parts, without the end."""
        begun = self.announce(content, name, **fields).json
        upload, offset = str(begun["upload"]), int(begun["offset"])
        while offset < len(content):
            offset = self.part(upload, offset, content[offset : offset + step]).json["offset"]
        return upload


@pytest.fixture(scope="module")
def app(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for all of these: each test has a claim of its own."""
    folder = tmp_path_factory.mktemp("parts")
    shutil.copyfile(migrated_file, folder / "portal.sqlite3")
    settings = Settings(env="test", data_dir=folder, matters_dir=ROOT / "matters", rate_limits=False)
    made = create_app(settings)
    made.testing = True
    yield on_the_tests_clock(made, Clock())
    made.extensions["portal"].close()


@pytest.fixture
def opened(app: Flask) -> Iterator[Runtime]:
    """Its runtime, whose clock may be moved; nothing of what an earlier test left is under way."""
    found: Runtime = app.extensions["portal"]
    yield found
    with found.database.transaction() as session:
        for upload in session.scalars(sa.select(PartialUpload)):
            session.delete(upload)
    for key in set(found.storage.keys()):
        found.storage.delete(key)


@pytest.fixture
def moved(opened: Runtime) -> Clock:
    """The clock of all processes."""
    assert isinstance(opened.clock, Clock)
    return opened.clock


@pytest.fixture
def claim_id(opened: Runtime) -> UUID:
    return a_claim(opened)


@pytest.fixture
def sender(app: Flask, claim_id: UUID) -> Sender:
    return Sender(app, claim_id)


def uploads(runtime: Runtime) -> list[PartialUpload]:
    with runtime.database.reading() as session:
        return list(session.scalars(sa.select(PartialUpload)))


def test_a_file_arrives_in_parts_and_is_kept_like_any_other(
    sender: Sender, opened: Runtime, claim_id: UUID
) -> None:
    photo = a_large_photo()
    answer = sender.finish(sender.send(photo))
    [file] = files_of(opened, claim_id)
    assert answer.json == {"file": str(file.id)}
    with opened.database.reading() as session:
        assert listing.open_original(session, opened, file) == photo
        assert listing.piece_of(session, opened, file).details.file_name == "안내.png"
    sweep(opened)
    assert len(opened.storage.keys()) == 3, "the parts are gone"


def test_after_a_broken_connection_it_goes_on_where_it_stopped(
    app: Flask, sender: Sender, opened: Runtime, claim_id: UUID
) -> None:
    photo = a_large_photo()
    upload = sender.announce(photo).json["upload"]
    assert sender.part(upload, 0, photo[:100_000]).json == {"offset": 100_000}
    # The answer was lost, so the script sends the part again; another time it believes to be further than it is.
    again = sender.part(upload, 0, photo[:100_000])
    assert (again.status_code, again.json) == (409, {"offset": 100_000})
    assert sender.part(upload, 180_000, photo[180_000:]).json == {"offset": 100_000}
    assert sender.browser.get(f"{UPLOADS}/{upload}", headers=JSON).json == {
        "offset": 100_000,
        "size": len(photo),
    }
    early = sender.finish(upload)
    assert (early.status_code, early.json) == (409, {"offset": 100_000})
    # The page was closed and the same file chosen again, on another device.
    page = sender.browser.get(HOME).text
    assert "안내.png" in page
    assert "100 kB" in page
    other = Sender(app, claim_id)
    assert other.announce(photo, "renamed.png").json == {"upload": upload, "offset": 100_000}
    assert other.finish(other.send(photo)).status_code == 200
    assert len(files_of(opened, claim_id)) == 1


def test_asking_twice_for_the_end_gives_one_file(sender: Sender, opened: Runtime, claim_id: UUID) -> None:
    photo = a_large_photo()
    upload = sender.send(photo)
    first, second = sender.finish(upload), sender.finish(upload)
    assert first.json == second.json
    assert "already" not in second.json
    known = sender.announce(photo)
    assert known.json["file"] == first.json["file"]
    assert "안내.png" in known.json["already"]
    assert len(files_of(opened, claim_id)) == 1


def test_a_known_file_is_put_with_the_entry_for_which_it_is_sent(
    sender: Sender, opened: Runtime, claim_id: UUID
) -> None:
    photo, entry = a_large_photo(), Incident(id="i1", kind="call", on=date(2025, 12, 5))
    sender.finish(sender.send(photo))
    with opened.database.transaction() as session:
        claim = session.get_one(Claim, claim_id)
        claims.amend(
            session,
            opened.vault,
            claim,
            lambda one: diary.put(one, entry),
            seen_revision=None,
            now=opened.clock(),
        )

    def incidents() -> list[str]:
        with opened.database.reading() as session:
            return [one.details.incident for one in listing.list_for(session, opened, claim_id)]

    assert "안내.png" in sender.announce(photo, incident="i9").json["already"], "no such entry"
    assert incidents() == [""]
    assert "It belongs to this entry now" in sender.announce(photo, incident="i1").json["already"]
    assert incidents() == ["i1"]
    assert "It belongs to this entry now" not in sender.announce(photo, incident="i1").json["already"]


def test_a_process_that_died_after_writing_the_file_is_not_called_a_duplicate(
    sender: Sender, opened: Runtime, claim_id: UUID
) -> None:
    photo = a_large_photo()
    upload = sender.send(photo)
    service.add(opened, claim_id, service.Upload("안내.png", "", photo), "company-notice", opened.clock())
    assert sender.finish(upload).json == {"file": str(files_of(opened, claim_id)[0].id)}


def test_without_a_hash_the_same_name_size_and_date_go_on(sender: Sender) -> None:
    photo = a_large_photo()
    said = {"sha256": "", "changed": "1764400000000"}
    upload = sender.announce(photo, **said).json["upload"]
    sender.part(upload, 0, photo[:100_000])
    assert sender.announce(photo, **said).json == {"upload": upload, "offset": 100_000}
    assert sender.announce(photo, **{**said, "changed": "1764400000001"}).json["offset"] == 0
    assert sender.announce(photo, "other.png", **said).json["offset"] == 0
    assert sender.finish(sender.send(photo, **said)).status_code == 200


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "빈.jpg", ["빈.jpg", "empty"]),
        (b"x" * 20_000_001, "큰.jpg", ["큰.jpg", "20 MB"]),
    ],
)
def test_what_cannot_be_taken_is_said_before_a_byte_is_sent(
    sender: Sender, opened: Runtime, content: bytes, name: str, words: list[str]
) -> None:
    answer = sender.announce(content, name)
    assert answer.status_code == 422
    assert all(word in answer.json["error"] for word in words)
    assert not uploads(opened)


def test_what_is_no_picture_is_refused_with_its_first_part(sender: Sender, opened: Runtime) -> None:
    content = b"MZ" + os.urandom(200_000)
    upload = sender.announce(content, "bill.jpg").json["upload"]
    answer = sender.part(upload, 0, content[:100_000])
    assert answer.status_code == 422
    assert "bill.jpg" in answer.json["error"]
    assert not uploads(opened)


def test_a_locked_pdf_is_refused_at_the_end_and_forgotten(sender: Sender, opened: Runtime) -> None:
    answer = sender.finish(sender.send(hostile.a_locked_pdf(), "카드.pdf"))
    assert answer.status_code == 422
    assert "password" in answer.json["error"]
    assert not uploads(opened)
    sweep(opened)
    assert not opened.storage.keys()


def test_bytes_that_are_not_what_was_announced_are_no_file(sender: Sender, opened: Runtime) -> None:
    photo, other = a_large_photo(), a_large_photo()
    upload = sender.announce(photo[:200_000]).json["upload"]
    sender.part(upload, 0, photo[:100_000])
    sender.part(upload, 100_000, other[100_000:200_000])
    answer = sender.finish(upload)
    assert answer.status_code == 422
    assert "did not arrive as it was sent" in answer.json["error"]
    assert not uploads(opened)


@pytest.mark.parametrize(
    ("offset", "length", "status"),
    [
        ("0", 10, 409),
        ("0", 0, 409),
        ("-1", 100_000, 400),
        ("x", 100_000, 400),
        ("٣", 100_000, 400),
        ("0", 300_000, 409),
    ],
)
def test_a_part_that_is_none_changes_nothing(
    sender: Sender, opened: Runtime, offset: str, length: int, status: int
) -> None:
    upload = sender.announce(b"x" * 250_000).json["upload"]
    headers = {**JSON, "Upload-Offset": offset.encode().decode("latin1"), "X-CSRFToken": sender.token}
    answer = sender.browser.post(f"{UPLOADS}/{upload}", data=b"x" * length, headers=headers)
    assert answer.status_code == status
    assert uploads(opened)[0].received == 0
    assert not opened.storage.keys()


def test_a_part_larger_than_any_body_is_refused(sender: Sender, opened: Runtime) -> None:
    upload = sender.announce(b"x" * 4_000_000).json["upload"]
    assert sender.part(upload, 0, b"x" * (parts.LARGEST + 1)).status_code == 413
    assert uploads(opened)[0].received == 0


def test_a_full_disk_keeps_what_was_there_and_can_be_tried_again(
    sender: Sender, opened: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = a_large_photo()
    upload = sender.announce(photo).json["upload"]
    sender.part(upload, 0, photo[:100_000])
    with monkeypatch.context() as full:

        def put(_self: object, _sealed: bytes) -> str:
            raise OSError(errno.ENOSPC, "no room")

        full.setattr("portal.storage.Storage.put", put)
        answer = sender.part(upload, 100_000, photo[100_000:])
        assert (answer.status_code, answer.json["again"]) == (422, True)
        assert "storage is full" in answer.json["error"]
    assert sender.finish(sender.send(photo)).status_code == 200


def test_nothing_of_a_part_can_be_read_on_the_disk(sender: Sender, opened: Runtime) -> None:
    upload = sender.announce(hostile.a_pdf(text="PLANTED"), "심은이름.pdf").json["upload"]
    content = hostile.a_pdf(text="PLANTED")
    sender.part(upload, 0, content)
    kept = b"".join(path.read_bytes() for path in opened.settings.data_dir.rglob("*") if path.is_file())
    for planted in ("%PDF-", "심은이름", "PLANTED", hashlib.sha256(content).hexdigest()):
        assert planted.encode() not in kept, planted


def test_what_nobody_goes_on_with_expires_after_a_day(sender: Sender, opened: Runtime, moved: Clock) -> None:
    photo = a_large_photo()
    sender.part(sender.announce(photo).json["upload"], 0, photo[:100_000])
    moved.advance(hours=23)
    sweep(opened)
    assert len(uploads(opened)) == 1
    moved.advance(hours=2)
    sweep(opened)
    assert not uploads(opened)
    assert not opened.storage.keys()
    with opened.database.reading() as session:
        assert not session.scalars(sa.select(EvidenceUpload)).all()


def test_too_many_at_once_wait_until_somebody_gives_up(sender: Sender, opened: Runtime, moved: Clock) -> None:
    contents = [bytes([n]) * 20_000_000 for n in range(6)]
    for content in contents[:5]:
        assert sender.announce(content).status_code == 200
    answer = sender.announce(contents[5])
    assert (answer.status_code, answer.json["again"]) == (422, True)
    assert "5" in answer.json["error"]
    moved.advance(minutes=20)
    assert sender.announce(contents[5]).status_code == 200, "what lies idle makes room"
    assert len(uploads(opened)) == 5


def test_giving_up_takes_every_part_away(sender: Sender, opened: Runtime) -> None:
    photo = a_large_photo()
    upload = sender.announce(photo).json["upload"]
    sender.part(upload, 0, photo[:100_000])
    answer = sender.browser.post(f"{UPLOADS}/{upload}/drop", data={"csrf_token": sender.token})
    assert (answer.status_code, answer.location) == (303, HOME)
    sweep(opened)
    assert not opened.storage.keys()
    gone = sender.part(upload, 100_000, photo[100_000:])
    assert (gone.status_code, gone.json["gone"]) == (404, True)


def test_an_upload_is_its_claims_alone(app: Flask, sender: Sender, opened: Runtime) -> None:
    photo = a_large_photo()
    upload = sender.send(photo)
    stranger = Sender(app, a_claim(opened))
    assert stranger.browser.get(f"{UPLOADS}/{upload}", headers=JSON).status_code == 404
    assert stranger.part(upload, 0, photo[:100_000]).status_code == 404
    assert stranger.finish(upload).status_code == 404
    assert stranger.post(f"{UPLOADS}/{upload}/drop").status_code == 404
    own = stranger.send(photo)
    assert stranger.finish(own, cover=upload).status_code == 409, "another's upload covers nothing"
    assert stranger.finish(own, cover=str(uuid4())).status_code == 409
    assert stranger.finish(own, cover="x").status_code == 400
    assert sender.finish(upload).status_code == 200


def test_an_ended_session_is_said_in_words_and_loses_nothing(
    app: Flask, sender: Sender, opened: Runtime, claim_id: UUID, moved: Clock
) -> None:
    photo = a_large_photo()
    upload = sender.announce(photo).json["upload"]
    sender.part(upload, 0, photo[:100_000])
    moved.advance(minutes=31)
    answer = sender.part(upload, 100_000, photo[100_000:])
    assert (answer.status_code, answer.json["signed_out"]) == (401, True)
    assert "sign in again" in answer.json["error"]
    back = Sender(app, claim_id)
    assert back.announce(photo).json["offset"] == 100_000
    assert back.finish(back.send(photo)).status_code == 200


def test_a_part_needs_its_token(sender: Sender, opened: Runtime) -> None:
    upload = sender.announce(a_large_photo()).json["upload"]
    assert sender.part(upload, 0, b"x" * 100_000, token="guessed").status_code == 400
    assert uploads(opened)[0].received == 0


def test_any_process_goes_on_where_another_stopped(
    postgresql_runtime: Runtime,
) -> None:
    runtime, photo = postgresql_runtime, a_large_photo()
    claim_id, now = a_claim(runtime), runtime.clock()
    announced = parts.Announced(file_name="사진.png", sha256=hashlib.sha256(photo).hexdigest())
    begun = parts.begin(runtime, claim_id, announced, len(photo), now)
    assert begun.id is not None
    parts.take(runtime, claim_id, begun.id, 0, photo[:100_000], now)
    with pytest.raises(parts.OutOfStep) as out:
        parts.take(runtime, claim_id, begun.id, 0, photo[:100_000], now)
    assert out.value.offset == 100_000
    parts.take(runtime, claim_id, begun.id, 100_000, photo[100_000:], now)
    assert not parts.finish(runtime, claim_id, begun.id, "other", now).already
    assert parts.sweep(runtime, now) == 0


def test_what_the_script_cannot_make_sense_of_is_refused_calmly(sender: Sender) -> None:
    for fields in (
        {"size": "x"},
        {"size": -1},
        {"sha256": "Z" * 64},
        {"role": "king"},
        {"name": "a" * 5_000},
    ):
        assert (
            sender.post(UPLOADS, **{"name": "a.jpg", "size": 5, "sha256": "", **fields}).status_code == 400
        ), fields
