"""Copies that are turned and covered, and files that are put in order."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal import audit, create_app
from portal.claims.models import Claim
from portal.claims.states import ClaimState
from portal.evidence import listing, service
from portal.evidence.harmless import Bounds, Cover
from portal.evidence.models import EvidenceFile
from portal.evidence.refusals import NoPicture
from portal.evidence.rework import Change, covers_from, reworked
from portal.evidence.service import Upload
from portal.runtime import Runtime
from portal.settings import Settings
from tests.conftest import ROOT, Clock
from tests.evidence import hostile
from tests.evidence.builders import a_claim, added, signed
from tests.evidence.test_parts import Sender
from tests.evidence.test_views import HOME, a_browser_of, files_of, token_on
from tests.visitor import on_the_tests_clock

LEFT_HALF = Cover(0, 0, 0.5, 1)


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture.convert("RGB")


def is_black(picture: Image.Image, x: float, y: float) -> bool:
    pixel = picture.getpixel((int(x * picture.width), int(y * picture.height)))
    return isinstance(pixel, tuple) and max(pixel) < 10


def all_white(width: int = 300, height: int = 200, form: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(target, form)
    return target.getvalue()


@pytest.fixture(scope="module")
def app(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for all of these: each test has a claim of its own."""
    folder = tmp_path_factory.mktemp("rework")
    shutil.copyfile(migrated_file, folder / "portal.sqlite3")
    made = create_app(Settings(env="test", data_dir=folder, matters_dir=ROOT / "matters", rate_limits=False))
    made.testing = True
    yield on_the_tests_clock(made, Clock())
    made.extensions["portal"].close()


@pytest.fixture
def runtime(app: Flask) -> Runtime:
    found: Runtime = app.extensions["portal"]
    return found


@pytest.fixture
def claim_id(runtime: Runtime) -> UUID:
    return a_claim(runtime)


@pytest.fixture
def browser(app: Flask, claim_id: UUID) -> FlaskClient:
    return a_browser_of(app, claim_id)


def post(browser: FlaskClient, file_id: UUID, act: str, **fields: object) -> int:
    answer = browser.post(f"{HOME}/{file_id}/{act}", data={"csrf_token": token_on(browser), **fields})
    return answer.status_code


def copy_of(runtime: Runtime, file_id: UUID) -> Image.Image:
    with runtime.database.reading() as session:
        return opened(listing.open_harmless(session, runtime, session.get_one(EvidenceFile, file_id)))


def original_of(runtime: Runtime, file_id: UUID) -> bytes:
    with runtime.database.reading() as session:
        return listing.open_original(session, runtime, session.get_one(EvidenceFile, file_id))


def piece(runtime: Runtime, file_id: UUID) -> listing.Piece:
    with runtime.database.reading() as session:
        return listing.piece_of(session, runtime, session.get_one(EvidenceFile, file_id))


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_picture_is_covered_first_and_turned_second(turns: int) -> None:
    made = opened(reworked(all_white(), Change(turns, (LEFT_HALF,)), Bounds()).content)
    assert made.size == ((300, 200) if turns % 2 == 0 else (200, 300))
    # Clockwise, what was left comes to be above, right and below.
    black = {0: (0.25, 0.5), 1: (0.5, 0.25), 2: (0.75, 0.5), 3: (0.5, 0.75)}[turns]
    white = (1 - black[0], 1 - black[1])
    assert is_black(made, *black)
    assert not is_black(made, *white)


def test_pages_are_turned_without_loss_and_never_covered() -> None:
    pdf = hostile.a_pdf(2)
    width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
    made = reworked(pdf, Change(turns=1), Bounds())
    turned = pypdfium2.PdfDocument(made.content)
    assert [page.get_size() for page in turned] == [(height, width)] * 2
    assert "Card statement" in turned[0].get_textpage().get_text_range()
    with pytest.raises(NoPicture):
        reworked(pdf, Change(covers=(LEFT_HALF,)), Bounds())


FRACTION = st.floats(0, 1)


@given(FRACTION, FRACTION, FRACTION, FRACTION, st.integers(1, 5_000), st.integers(1, 5_000))
def test_a_cover_hides_every_pixel_that_it_touches_and_stays_on_the_picture(
    left: float, top: float, wide: float, high: float, width: int, height: int
) -> None:
    cover = Cover(
        left * 0.99, top * 0.99, max(wide * (1 - left * 0.99), 1e-6), max(high * (1 - top * 0.99), 1e-6)
    )
    x, y, right, bottom = cover.on(width, height)
    assert 0 <= x < right <= width
    assert 0 <= y < bottom <= height
    assert x <= cover.left * width
    assert right >= min((cover.left + cover.width) * width, width)
    assert bottom >= min((cover.top + cover.height) * height, height)


@pytest.mark.parametrize(
    "told",
    [[], [[0, 0, 1]], [[0, 0, 0, 1]], [[0.9, 0, 0.2, 0.5]], [[-0.1, 0, 0.5, 0.5]], [["x", 0, 1, 1]],
     [[float("nan")] * 4], [[0, 0, 1, 1]] * 51, [5], [None]],
)  # fmt: skip
def test_what_is_no_list_of_covers_is_refused(told: list[object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        covers_from(told)


def test_covering_a_file_that_is_there_burns_it_in_and_keeps_the_original_sealed(
    runtime: Runtime, claim_id: UUID, browser: FlaskClient
) -> None:
    white = all_white()
    file_id = added(runtime, claim_id, white).file_id
    before = files_of(runtime, claim_id)[0]
    assert post(browser, file_id, "cover", covers=json.dumps([[0, 0, 0.5, 1]]), original="keep") == 303
    assert is_black(copy_of(runtime, file_id), 0.25, 0.5)
    assert not is_black(copy_of(runtime, file_id), 0.75, 0.5)
    assert original_of(runtime, file_id) == white
    found = piece(runtime, file_id).details
    assert (found.masked, found.original_kept) == (True, True)
    assert found.sha256 == hashlib.sha256(white).hexdigest()
    assert "parts covered" in browser.get(HOME).text
    # Turned afterwards: made from the covered copy, so that it stays covered.
    assert post(browser, file_id, "turn", turns="1") == 303
    assert is_black(copy_of(runtime, file_id), 0.5, 0.25)
    assert piece(runtime, file_id).details.masked
    from portal.evidence.jobs import sweep

    sweep(runtime)
    assert not runtime.storage.exists(str(before.harmless_key)), "the uncovered copy is gone"
    with runtime.database.reading() as session:
        actions = session.scalars(
            sa.select(audit.AuditEvent.action).order_by(audit.AuditEvent.sequence)
        ).all()
    assert actions[-2:] == ["evidence.covered", "evidence.turned"]


def test_an_original_that_is_not_to_be_kept_is_nowhere(
    runtime: Runtime, claim_id: UUID, browser: FlaskClient
) -> None:
    file_id = added(runtime, claim_id, all_white(301, 200)).file_id
    before = files_of(runtime, claim_id)[0]
    assert post(browser, file_id, "cover", covers=json.dumps([[0, 0, 0.5, 1]]), original="delete") == 303
    assert is_black(opened(original_of(runtime, file_id)), 0.25, 0.5)
    found = piece(runtime, file_id).details
    assert (found.masked, found.original_kept) == (True, False)
    assert found.sha256 == hashlib.sha256(original_of(runtime, file_id)).hexdigest()
    from portal.evidence.jobs import sweep

    sweep(runtime)
    for key in (before.original_key, before.harmless_key, before.thumbnail_key):
        assert not runtime.storage.exists(str(key))


def test_without_a_cover_the_page_says_so_and_pdfs_are_told_the_way(
    runtime: Runtime, claim_id: UUID, browser: FlaskClient
) -> None:
    file_id = added(runtime, claim_id, all_white(302, 200)).file_id
    for covers in ("", "[]", "{", "[[2, 0, 1, 1]]"):
        assert post(browser, file_id, "cover", covers=covers, original="keep") == 422
    pdf_id = added(runtime, claim_id, hostile.a_pdf(), "card.pdf").file_id
    assert "on pictures only" in browser.get(f"{HOME}/{pdf_id}/cover").text
    assert f"/{pdf_id}/cover" not in browser.get(HOME).text
    assert post(browser, pdf_id, "turn", turns="3") == 303
    assert post(browser, file_id, "turn", turns="4") == 400


def test_two_turns_at_once_are_one(runtime: Runtime, claim_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    file_id, now = added(runtime, claim_id, all_white(303, 200)).file_id, runtime.clock()
    made = service.rework_in_box

    def slowly(content: bytes, change: Change) -> object:
        with monkeypatch.context() as other:
            other.setattr(service, "rework_in_box", made)
            service.rework(
                runtime, claim_id, file_id, Change(turns=1), now
            )  # the second press overtakes the first
        return made(content, change)

    monkeypatch.setattr(service, "rework_in_box", slowly)
    with pytest.raises(service.ChangedMeanwhile):
        service.rework(runtime, claim_id, file_id, Change(turns=1), now)
    assert copy_of(runtime, file_id).size == (200, 303)


def test_files_are_moved_by_plain_buttons(runtime: Runtime, claim_id: UUID, browser: FlaskClient) -> None:
    one, two, three = (added(runtime, claim_id, all_white(310 + n, 200)).file_id for n in range(3))

    def shown() -> list[str]:
        return re.findall(r'id="file-([^"]+)"', browser.get(HOME).text)

    assert shown() == [str(one), str(two), str(three)]
    assert post(browser, three, "move", to="up") == 303
    assert shown() == [str(one), str(three), str(two)]
    assert post(browser, one, "move", to="down") == 303
    assert post(browser, two, "move", to="1") == 303
    assert shown() == [str(two), str(three), str(one)]
    assert post(browser, two, "move", to="up") == 303
    assert post(browser, one, "move", to="down") == 303
    assert shown() == [str(two), str(three), str(one)]
    for nonsense in ("", "sideways", "0", "-1", "99999"):
        assert post(browser, two, "move", to=nonsense) == 400


def test_what_was_signed_for_is_neither_turned_covered_nor_moved(
    runtime: Runtime, claim_id: UUID, browser: FlaskClient
) -> None:
    file_id = added(runtime, claim_id, all_white(304, 200)).file_id
    key = files_of(runtime, claim_id)[0].harmless_key
    signed(runtime, claim_id)
    with runtime.database.transaction() as session:
        session.get_one(Claim, claim_id).engagements[0].state = ClaimState.INFORMATION_REQUESTED
    assert f"/{file_id}/turn" not in browser.get(HOME).text
    for act, fields in (("turn", {"turns": "1"}), ("move", {"to": "down"}),
                        ("cover", {"covers": "[[0,0,1,1]]", "original": "delete"})):  # fmt: skip
        assert post(browser, file_id, act, **fields) == 303
    assert files_of(runtime, claim_id)[0].harmless_key == key


def test_a_stranger_changes_nothing(app: Flask, runtime: Runtime, claim_id: UUID) -> None:
    file_id = added(runtime, claim_id, all_white(305, 200)).file_id
    stranger = a_browser_of(app, a_claim(runtime))
    for act, fields in (
        ("turn", {"turns": "1"}),
        ("move", {"to": "up"}),
        ("cover", {"covers": "[[0,0,1,1]]"}),
    ):
        assert post(stranger, file_id, act, **fields) == 404
    assert stranger.get(f"{HOME}/{file_id}/cover").status_code == 404


def masked_pair() -> tuple[bytes, bytes]:
    """A picture, and the same one as a phone sends it with its left half covered."""
    whole = all_white(640, 480, "JPEG")
    picture = opened(whole)
    picture.paste((0, 0, 0), (0, 0, 320, 480))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=92)
    return whole, target.getvalue()


def test_a_picture_covered_on_the_phone_shows_nothing_else_and_its_original_stays_sealed(
    app: Flask, runtime: Runtime, claim_id: UUID
) -> None:
    whole, covered = masked_pair()
    sender = Sender(app, claim_id)
    cover = sender.send(covered, "문자.jpg", role="cover")
    answer = sender.finish(sender.send(whole, "문자.jpg", role="covered"), cover=cover)
    assert answer.status_code == 200, answer.json
    [file] = files_of(runtime, claim_id)
    assert is_black(copy_of(runtime, file.id), 0.25, 0.5)
    assert original_of(runtime, file.id) == whole
    assert (piece(runtime, file.id).details.masked, piece(runtime, file.id).details.original_kept) == (
        True,
        True,
    )


def test_only_the_covered_picture_is_there_when_only_it_was_sent(
    app: Flask, runtime: Runtime, claim_id: UUID
) -> None:
    _whole, covered = masked_pair()
    sender = Sender(app, claim_id)
    assert sender.finish(sender.send(covered, "문자.jpg"), masked="y").status_code == 200
    [file] = files_of(runtime, claim_id)
    assert original_of(runtime, file.id) == covered
    found = piece(runtime, file.id).details
    assert (found.masked, found.original_kept) == (True, False)


def test_a_file_added_before_is_covered_when_it_comes_again_with_a_cover(
    app: Flask, runtime: Runtime, claim_id: UUID
) -> None:
    whole, covered = masked_pair()
    file_id = added(runtime, claim_id, whole).file_id
    sender = Sender(app, claim_id)
    cover = sender.send(covered, role="cover")
    answer = sender.finish(sender.send(whole, "문자.jpg", role="covered"), cover=cover)
    assert answer.json["file"] == str(file_id)
    assert is_black(copy_of(runtime, file_id), 0.25, 0.5)
    assert len(files_of(runtime, claim_id)) == 1


@pytest.mark.parametrize("which", ["original", "cover"])
def test_pages_neither_cover_nor_are_covered(runtime: Runtime, claim_id: UUID, which: str) -> None:
    picture, pdf = Upload("a.jpg", "", hostile.a_photo()), Upload("a.pdf", "", hostile.a_pdf())
    upload, cover = (pdf, picture) if which == "original" else (picture, pdf)
    with pytest.raises(NoPicture):
        service.add(runtime, claim_id, upload, "other", runtime.clock(), cover=cover)
    assert not files_of(runtime, claim_id)
