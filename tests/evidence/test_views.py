"""Evidence through the browser: many files at once, each with its own answer, and nobody else's."""

from __future__ import annotations

import errno
import io
import re
import unicodedata
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from portal.claims.models import Claim
from portal.evidence.models import EvidenceFile
from portal.identity import open_session
from portal.runtime import Runtime
from tests.evidence import hostile
from tests.evidence.builders import a_claim, added, signed

HOME = "/en/claim/evidence"


@pytest.fixture
def opened(app: Flask) -> Runtime:
    found: Runtime = app.extensions["portal"]
    return found


def a_browser_of(app: Flask, claim_id: UUID) -> FlaskClient:
    """A browser in which the claim's contact was proved."""
    opened: Runtime = app.extensions["portal"]
    with opened.database.transaction() as session:
        token = open_session(session, opened.settings, claim_id, opened.clock())
    browser = app.test_client()
    browser.set_cookie("claim", token)
    return browser


@pytest.fixture
def claim_id(opened: Runtime) -> UUID:
    return a_claim(opened)


@pytest.fixture
def browser(app: Flask, claim_id: UUID) -> FlaskClient:
    return a_browser_of(app, claim_id)


def token_on(browser: FlaskClient, page: str = HOME) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert found is not None
    return found[1]


def sent(
    browser: FlaskClient, *files: tuple[bytes, str], script: bool = False, **fields: Any
) -> TestResponse:
    """Post files as the form does, or one as the script does."""
    data = {"csrf_token": token_on(browser), "kind": "company-notice", **fields}
    data["files"] = [(io.BytesIO(content), name) for content, name in files]
    headers = {"Accept": "application/json"} if script else {}
    return browser.post(HOME, data=data, content_type="multipart/form-data", headers=headers)


def files_of(opened: Runtime, claim_id: UUID) -> list[EvidenceFile]:
    with opened.database.reading() as session:
        query = sa.select(EvidenceFile).where(
            EvidenceFile.claim_id == claim_id, EvidenceFile.removed_at.is_(None)
        )
        return list(session.scalars(query.order_by(EvidenceFile.sequence)))


def test_limits_are_said_before_anything_is_chosen_in_both_languages(browser: FlaskClient) -> None:
    for lang in ("ko", "en"):
        page = browser.get(f"/{lang}/claim/evidence")
        assert page.status_code == 200
        assert page.text.index("20 MB") < page.text.index('type="file"')
        for limit in ("30", "100 MB", "HEIC"):
            assert limit in page.text
    assert 'accept="image/*,application/pdf"' in page.text
    assert 'enctype="multipart/form-data"' in page.text


def test_several_files_at_once_are_listed_with_thumbnails(
    browser: FlaskClient, opened: Runtime, claim_id: UUID
) -> None:
    answer = sent(
        browser,
        (hostile.a_photo(), "안내.jpg"),
        (hostile.a_heic(), "IMG_1.jpg"),
        (hostile.a_pdf(), "card.pdf"),
    )
    assert (answer.status_code, answer.location) == (303, HOME)
    page = browser.get(HOME).text
    for shown in ("안내.jpg", "IMG_1.jpg", "card.pdf", "3 files added.", "2 pages"):
        assert shown in page
    assert [file.kind for file in files_of(opened, claim_id)] == ["company-notice"] * 3
    thumbnails = re.findall(r'src="(/en/claim/evidence/[^"]+/thumbnail)[?"]', page)
    assert len(thumbnails) == 3
    for address in thumbnails:
        answer = browser.get(address)
        assert Image.open(io.BytesIO(answer.data)).format == "JPEG"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_bad_file_never_loses_the_good_ones(browser: FlaskClient, opened: Runtime, claim_id: UUID) -> None:
    answer = sent(
        browser,
        (hostile.a_photo(100, 100), "first.jpg"),
        (hostile.a_locked_pdf(), "locked.pdf"),
        (hostile.a_png_of(50_000, 50_000), "huge.png"),
        (b"", "cloud.jpg"),
        (hostile.REFUSED_KINDS["letter.docx"], "letter.docx"),
        (hostile.a_photo(101, 100), "last.jpg"),
    )
    assert answer.status_code == 422
    for sentence in (
        "“locked.pdf” is locked with a password",
        "“huge.png” has 2,500 million pixels, and we can open up to 50 million",
        "“cloud.jpg” is empty",
        "“letter.docx” is not a kind of file that we can take",
        "2 files added.",
    ):
        assert sentence in answer.text.replace("&#34;", '"'), sentence
    assert len(files_of(opened, claim_id)) == 2


def test_sizes_are_said_with_the_limit(browser: FlaskClient) -> None:
    answer = sent(browser, (b"\xff\xd8\xff" + bytes(20_500_000), "big.jpg"))
    assert answer.status_code == 422
    assert "“big.jpg” is too large" in answer.text
    assert "20 MB" in answer.text


def test_the_script_gets_one_sentence_or_none(browser: FlaskClient) -> None:
    good = sent(browser, (hostile.a_photo(), "a.jpg"), script=True)
    assert (good.status_code, good.json) == (200, {"error": None})
    again = sent(browser, (hostile.a_photo(), "b.jpg"), script=True)
    assert again.status_code == 422
    assert "already in your list" in again.json["error"]
    bad = sent(browser, (hostile.a_photo()[:2_000], "cut.jpg"), script=True)
    assert bad.status_code == 422
    assert "cut off or damaged" in bad.json["error"]


def test_choosing_nothing_is_said_kindly(browser: FlaskClient) -> None:
    answer = sent(browser)
    assert answer.status_code == 303
    assert "Choose at least one file." in browser.get(HOME).text


def test_too_much_in_one_go_is_said_on_the_page_itself(
    app: Flask, browser: FlaskClient, opened: Runtime, claim_id: UUID
) -> None:
    added(opened, claim_id, hostile.a_photo(), "kept.jpg")
    token = token_on(browser)
    app.config["MAX_FILES_LENGTH"] = 10_000
    for headers, shown in (({}, "kept.jpg"), ({"Accept": "application/json"}, '"error"')):
        data = {"csrf_token": token, "files": [(io.BytesIO(bytes(20_000)), "a.jpg")]}
        answer = browser.post(HOME, data=data, content_type="multipart/form-data", headers=headers)
        assert answer.status_code == 413
        assert shown in answer.text
        assert "100 MB" in answer.text


@pytest.mark.parametrize("script", [True, False])
def test_a_full_disk_is_said_in_the_readers_language_and_keeps_no_half_file(
    browser: FlaskClient, opened: Runtime, claim_id: UUID, monkeypatch: pytest.MonkeyPatch, script: bool
) -> None:
    def full(_sealed: bytes) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(opened.storage, "put", full)
    answer = sent(browser, (hostile.a_photo(), "a.jpg"), script=script)
    assert answer.status_code == 422
    said = answer.json["error"] if script else answer.text
    assert "our storage is full at the moment" in said
    assert files_of(opened, claim_id) == []
    assert list(opened.storage.keys()) == []


def test_title_author_date_and_kind_are_saved_and_shown(
    browser: FlaskClient, opened: Runtime, claim_id: UUID
) -> None:
    file_id = added(opened, claim_id, hostile.a_photo(), "IMG_1.jpg").file_id
    page = f"{HOME}/{file_id}"
    assert "IMG_1.jpg" in browser.get(page).text
    given = {
        "kind": "smishing", "title": unicodedata.normalize("NFD", "배송 사칭 문자"), "author": "발신번호 미상",
        "dated-year": "2025", "dated-month": "12", "dated-day": "1",
    }  # fmt: skip
    answer = browser.post(page, data={"csrf_token": token_on(browser, page), **given})
    assert (answer.status_code, answer.location) == (303, HOME)
    shown = browser.get(HOME).text
    assert "배송 사칭 문자" in shown
    assert "1 December 2025" in shown
    again = browser.get(page).text
    assert 'value="2025"' in again
    assert 'value="발신번호 미상"' in again
    assert files_of(opened, claim_id)[0].kind == "smishing"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "내 번호 900101-1234567", "Do not enter a resident registration number"),
        ("title", "\U0001f600", "cannot be printed"),
        ("title", "가" * 101, "at most 100 characters"),
        ("dated-month", "13", "does not exist"),
        ("dated-year", "2999", "from 1900 to today"),
        ("kind", "no-such-kind", "Not a valid choice"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_the_field(
    browser: FlaskClient, opened: Runtime, claim_id: UUID, field: str, value: str, sentence: str
) -> None:
    page = f"{HOME}/{added(opened, claim_id, hostile.a_photo()).file_id}"
    given = {
        "kind": "other", "title": "t", "dated-year": "2025", "dated-month": "1", "dated-day": "1", field: value,
    }  # fmt: skip
    answer = browser.post(page, data={"csrf_token": token_on(browser, page), **given})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "1234567" not in answer.text


def test_removing_asks_first_and_then_takes_it_back(
    browser: FlaskClient, opened: Runtime, claim_id: UUID
) -> None:
    page = f"{HOME}/{added(opened, claim_id, hostile.a_photo()).file_id}/remove"
    assert "Remove this file?" in browser.get(page).text
    assert len(files_of(opened, claim_id)) == 1, "looking removes nothing"
    answer = browser.post(page, data={"csrf_token": token_on(browser, page)})
    assert (answer.status_code, answer.location) == (303, HOME)
    assert files_of(opened, claim_id) == []
    assert browser.post(page, data={"csrf_token": token_on(browser)}).status_code == 404


@pytest.mark.parametrize(
    ("name", "plain", "starred"),
    [
        ("쿠팡 안내.jpg", None, "쿠팡 안내.jpg"),
        (unicodedata.normalize("NFD", "쿠팡 안내.jpg"), None, "쿠팡 안내.jpg"),
        ("a\r\nSet-Cookie: x=y.jpg", "a Set-Cookie: x=y.jpg", None),
        ("invoice\u202egpj.jpg", "invoicegpj.jpg", None),
        ('"; filename=evil.exe;.jpg', '"; filename=evil.exe;.jpg', None),
        ("../../etc/passwd.jpg", "passwd.jpg", None),
        ("photo.heic", "photo.heic.jpg", None),
    ],
)
def test_a_saved_copy_has_a_safe_name_and_cannot_act(
    browser: FlaskClient, opened: Runtime, claim_id: UUID, name: str, plain: str | None, starred: str | None
) -> None:
    file_id = added(opened, claim_id, hostile.a_photo(), name).file_id
    answer = browser.get(f"{HOME}/{file_id}/copy")
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    disposition, options = parse_options_header(answer.headers["Content-Disposition"])
    assert disposition == "attachment"
    assert options["filename"] == (starred or plain)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"


def addresses_of(file_id: object) -> list[str]:
    return [f"{HOME}/{file_id}{end}" for end in ("", "/remove", "/thumbnail", "/copy")]


def test_a_stranger_finds_nothing(app: Flask, browser: FlaskClient, opened: Runtime, claim_id: UUID) -> None:
    file_id = added(opened, claim_id, hostile.a_photo()).file_id
    stranger = a_browser_of(app, a_claim(opened))
    for address in [*addresses_of(file_id), *addresses_of(uuid4())]:
        assert stranger.get(address).status_code == 404
    token = token_on(stranger)
    for address in addresses_of(file_id)[:2]:
        assert stranger.post(address, data={"csrf_token": token, "kind": "other"}).status_code == 404
    assert len(files_of(opened, claim_id)) == 1
    assert browser.get(addresses_of(file_id)[3]).status_code == 200


def test_without_a_session_every_page_leads_to_the_proof(
    client: FlaskClient, opened: Runtime, claim_id: UUID
) -> None:
    file_id = added(opened, claim_id, hostile.a_photo()).file_id
    for address in [HOME, *addresses_of(file_id)]:
        answer = client.get(address)
        assert answer.status_code == 303
        assert "/evidence" not in answer.location


def test_without_its_token_no_form_changes_anything(
    browser: FlaskClient, opened: Runtime, claim_id: UUID
) -> None:
    file_id = added(opened, claim_id, hostile.a_photo()).file_id
    for address in (HOME, f"{HOME}/{file_id}", f"{HOME}/{file_id}/remove"):
        data = {"kind": "other", "files": [(io.BytesIO(hostile.a_photo(90, 90)), "a.jpg")]}
        assert browser.post(address, data=data, content_type="multipart/form-data").status_code == 400
    assert len(files_of(opened, claim_id)) == 1


def test_a_signed_claim_shows_its_files_and_takes_no_more(
    browser: FlaskClient, opened: Runtime, claim_id: UUID
) -> None:
    file_id = added(opened, claim_id, hostile.a_photo(), "kept.jpg").file_id
    token = token_on(browser)
    signed(opened, claim_id)
    page = browser.get(HOME).text
    assert "kept.jpg" in page
    assert 'type="file"' not in page
    data = {"csrf_token": token, "kind": "other", "files": [(io.BytesIO(hostile.a_photo(90, 90)), "b.jpg")]}
    assert browser.post(HOME, data=data, content_type="multipart/form-data").status_code == 303
    for address in addresses_of(file_id)[:2]:
        assert browser.get(address).status_code == 303
        assert browser.post(address, data={"csrf_token": token, "kind": "other"}).status_code == 303
    assert len(files_of(opened, claim_id)) == 1
    assert browser.get(addresses_of(file_id)[3]).status_code == 200


def test_a_damaged_file_gets_a_calm_page_and_the_others_stay(
    browser: FlaskClient, opened: Runtime, claim_id: UUID
) -> None:
    broken, whole = (added(opened, claim_id, hostile.a_photo(n, n), f"{n}.jpg").file_id for n in (90, 91))
    key = files_of(opened, claim_id)[0].harmless_key or ""
    (path,) = Path(opened.settings.data_dir / "blobs").rglob(key)
    path.write_bytes(b"changed")
    answer = browser.get(f"{HOME}/{broken}/copy")
    assert answer.status_code == 500
    assert "This file is damaged on our side" in answer.text
    assert b"changed" not in answer.data
    assert browser.get(f"{HOME}/{whole}/copy").status_code == 200
    assert browser.get(HOME).status_code == 200


def test_awkward_names_and_titles_are_shown_literally(
    browser: FlaskClient, opened: Runtime, claim_id: UUID
) -> None:
    name = "<script>alert(1)<!-- {{7*7}}.jpg"
    file_id = added(opened, claim_id, hostile.a_photo(), name).file_id
    for address in (HOME, f"{HOME}/{file_id}", f"{HOME}/{file_id}/remove"):
        page = browser.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;!-- {{7*7}}.jpg" in page


def test_what_counsel_still_need_is_named_until_it_is_there(
    app: Flask, browser: FlaskClient, opened: Runtime, claim_id: UUID
) -> None:
    needed = opened.matters.current().matter.evidence_kind("trades").help.en
    assert "Counsel will need this" in browser.get(HOME).text
    sent(browser, (hostile.a_pdf(), "trades.pdf"), kind="trades")
    assert "Counsel will need this" not in browser.get(HOME).text
    assert needed in browser.get(HOME).text, "the help for every kind stays"
    consumer = a_browser_of(app, a_claim(opened, tracks=("kr-consumer",)))
    assert "Counsel will need this" not in consumer.get(HOME).text


def test_an_erased_claim_is_gone(app: Flask, opened: Runtime, claim_id: UUID, browser: FlaskClient) -> None:
    with opened.database.transaction() as session:
        session.get_one(Claim, claim_id).erased_at = opened.clock()
    assert browser.get(HOME).status_code == 404


def test_what_the_script_renews_is_found_once_each(
    browser: FlaskClient, opened: Runtime, claim_id: UUID
) -> None:
    added(opened, claim_id, hostile.a_photo())
    page = browser.get(HOME).text
    listed = re.search(r'data-upload-list="([^"]+)"', page)
    assert listed is not None
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for selector in listed[1].split(","):
        assert selector.removeprefix("#") in ids
