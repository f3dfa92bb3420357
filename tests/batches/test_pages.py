"""The pages on batches, walked as staff of each office do."""

import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.batches import export
from portal.batches.contents import signer_of
from portal.batches.jobs import look_for_recalls, write_volume
from portal.batches.models import Volume
from portal.batches.signing import load_public
from portal.batches.verify import Verdict, verify
from portal.claims import service as claims_service
from portal.claims.models import Engagement
from portal.packets.models import Packet
from portal.runtime import Runtime
from portal.staff import factors
from portal.staff import service as staff

from .claims import a_recipient, an_accepted_claim, approved, asked_for, frozen, publish


@pytest.fixture
def desk(app: Flask) -> Runtime:
    opened: Runtime = app.extensions["portal"]
    publish(opened)
    return opened


def sign_in(app: Flask, role: str, *, language: str = "en") -> FlaskClient:
    """A browser in which a staff member of one office is signed in."""
    opened: Runtime = app.extensions["portal"]
    now = datetime.now(UTC)
    with opened.database.transaction() as session:
        member = staff.add(
            session,
            opened.vault,
            staff.Person(name="서지안", email=f"{role}@staff.example"),
            roles=[role],
            language=language,
            password="paper lantern over gwanghwamun",
            now=now,
        )
        member.totp = opened.vault.seal(
            session, member.subject_id, "totp", factors.new_totp_secret().encode()
        )
        token = staff.open_session(session, member, now)
    client = app.test_client()
    client.set_cookie("staff", token)
    return client


def post(client: FlaskClient, address: str, page: str, **fields: str) -> TestResponse:
    """Send a form as it stands on ``page``, with its token."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    return client.post(address, data={"csrf_token": found[1], **fields})


def some_claims(desk: Runtime, count: int = 3, jurisdiction: str = "kr") -> None:
    with desk.database.transaction() as session:
        for _ in range(count):
            an_accepted_claim(session, desk, jurisdiction=jurisdiction)


def test_the_whole_way_from_choice_to_download(app: Flask, desk: Runtime, tmp_path: Path) -> None:
    some_claims(desk)
    client = sign_in(app, "kr")
    assert "No batches yet" in client.get("/staff/batches").text
    preview = client.get("/staff/batches/new?jurisdiction=kr")
    assert "Go on to freeze 3 claims" in preview.text
    confirm = client.get("/staff/batches/freeze?jurisdiction=kr")
    assert "Freeze 3 claims?" in confirm.text
    address = "/staff/batches/freeze?jurisdiction=kr"
    frozen_at = post(client, address, address, expected="3")
    assert frozen_at.status_code == 303
    page = frozen_at.headers["Location"]
    assert page == "/staff/batches/CP-KR-0001"
    assert "Batch CP-KR-0001 is frozen." in client.get(page).text
    assert "You froze this batch." in client.get(page).text
    asked = {"purpose": "filing in Seoul", "language": "ko", "profile": "standard"}
    post(client, f"{page}/export", "/staff/batches", **asked)
    assert "Somebody else has to approve the batch first." in client.get(page).text
    second = sign_in(app, "counsel:kr")
    post(second, f"{page}/approve", page)
    assert "The batch is approved." in second.get(page).text
    assert post(client, f"{page}/export", page, **asked).status_code == 303
    waiting = client.get(page).text
    assert 'data-live="on"' in waiting
    assert "<progress" in waiting
    volume_id = re.search(r'id="progress-([0-9a-f-]+)"', waiting)[1]
    write_volume(desk, volume_id)
    ready = client.get(page).text
    assert 'data-live="off"' in ready
    download = f"/staff/batches/volumes/{volume_id}"
    answer = post(client, download, page, reason="for the filing on Friday")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="CP-KR-0001.zip"'
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    path = tmp_path / "CP-KR-0001.zip"
    path.write_bytes(answer.data)
    with zipfile.ZipFile(path) as book:
        receipt = book.read("RECEIPT.txt").decode()
    assert "taken by: 서지안" in receipt
    assert "reason: for the filing on Friday" in receipt
    key = load_public(app.test_client().get("/keys/manifest.pem").data)
    assert verify(path, key).verdict is Verdict.INTACT
    assert "for the filing on Friday" in client.get(page).text


def test_the_other_office_does_not_learn_that_a_batch_exists(app: Flask, desk: Runtime) -> None:
    some_claims(desk)
    batch = frozen(desk)
    volume = asked_for(desk, batch)
    write_volume(desk, str(volume.id))
    other = sign_in(app, "us")
    assert batch.number not in other.get("/staff/batches").text
    page = f"/staff/batches/{batch.number}"
    assert other.get(page).status_code == 404
    for address in (
        f"{page}/approve",
        f"{page}/export",
        f"{page}/filed",
        f"/staff/batches/volumes/{volume.id}",
        f"/staff/batches/volumes/{volume.id}/again",
        f"/staff/batches/volumes/{volume.id}/pause",
        f"/staff/batches/volumes/{volume.id}/produced",
    ):
        fields = {"purpose": "something long", "language": "ko", "sure": "y", "reason": "curiosity, mostly"}
        assert post(other, address, "/staff/sign-in", **fields).status_code == 404, address
    # Naming the other jurisdiction in the address does not help either.
    assert "Ready to freeze" not in other.get("/staff/batches/new?jurisdiction=kr").text


@pytest.mark.parametrize("role", ["admin", None])
def test_administrators_and_strangers_see_no_batches(app: Flask, desk: Runtime, role: str | None) -> None:
    some_claims(desk)
    number = frozen(desk).number
    client = sign_in(app, role) if role else app.test_client()
    for address in (
        "/staff/batches",
        "/staff/batches/new",
        "/staff/batches/freeze",
        f"/staff/batches/{number}",
    ):
        answer = client.get(address)
        assert answer.status_code == (403 if role else 303), address
        assert number not in answer.text


def test_a_choice_that_changed_is_shown_again_instead_of_frozen(app: Flask, desk: Runtime) -> None:
    some_claims(desk)
    client = sign_in(app, "kr")
    address = "/staff/batches/freeze?jurisdiction=kr"
    answer = post(client, address, address, expected="2")
    assert answer.status_code == 200
    assert "The choice has changed since you looked" in answer.text
    assert "Freeze 3 claims?" in answer.text


def test_a_listed_number_that_is_none_is_named_beside_the_field(app: Flask, desk: Runtime) -> None:
    client = sign_in(app, "kr")
    answer = client.get(
        "/staff/batches/new", query_string={"jurisdiction": "kr", "numbers": "CP-1234-5678\r\nnonsense"}
    )
    assert answer.status_code == 200
    assert "Not a claim number: " in answer.text


def test_a_date_that_is_none_is_refused_in_the_readers_language(app: Flask, desk: Runtime) -> None:
    client = sign_in(app, "kr", language="ko")
    answer = client.get("/staff/batches/new?accepted_from=2026-02-30")
    assert answer.status_code == 200
    assert "Not a valid date" not in answer.text
    assert 'id="accepted_from-error"' in answer.text


def test_listed_numbers_say_why_they_are_left_out(app: Flask, desk: Runtime) -> None:
    some_claims(desk, 1)
    taken = frozen(desk)
    client = sign_in(app, "kr")
    page = client.get(f"/staff/batches/{taken.number}").text
    number = re.search(r"packets/(CP-[0-9A-Z]{4}-[0-9A-Z]{4})-kr", page)[1]
    answer = client.get("/staff/batches/new", query_string={"jurisdiction": "kr", "numbers": number.lower()})
    assert "Already in a batch" in answer.text
    assert "No claim is ready" in answer.text


@pytest.mark.parametrize("reason", ["", "x", "         a"])
def test_without_a_reason_nothing_is_downloaded(app: Flask, desk: Runtime, reason: str) -> None:
    some_claims(desk, 1)
    batch = frozen(desk)
    volume = asked_for(desk, batch)
    write_volume(desk, str(volume.id))
    client = sign_in(app, "kr")
    answer = post(
        client, f"/staff/batches/volumes/{volume.id}", f"/staff/batches/{batch.number}", reason=reason
    )
    assert answer.mimetype == "text/html"
    assert "PK\x03\x04" not in answer.text
    assert f'id="reason-{volume.id}-error"' in answer.text


def test_what_stopped_a_volume_is_said_on_the_batchs_page(app: Flask, desk: Runtime) -> None:
    some_claims(desk, 1)
    batch = frozen(desk)
    volume = asked_for(desk, batch)
    for blob in (desk.settings.data_dir / "blobs").rglob("*"):
        if blob.is_file():
            blob.unlink()
    write_volume(desk, str(volume.id))
    client = sign_in(app, "kr")
    page = f"/staff/batches/{batch.number}"
    with desk.database.reading() as session:
        number = session.get_one(Volume, volume.id).failed_claim
    assert f"The packet of claim {number} is missing from the store." in client.get(page).text
    assert post(client, f"/staff/batches/volumes/{volume.id}/again", page).status_code == 303
    assert "being written again" in client.get(page).text


def test_a_volume_damaged_on_the_disk_is_refused_calmly(app: Flask, desk: Runtime) -> None:
    some_claims(desk, 1)
    batch = frozen(desk)
    volume = asked_for(desk, batch)
    write_volume(desk, str(volume.id))
    (export.folder_of(desk) / f"{volume.id}.0001.sealed").write_bytes(b"\x02 nothing of the kind")
    client = sign_in(app, "kr")
    page = f"/staff/batches/{batch.number}"
    answer = post(client, f"/staff/batches/volumes/{volume.id}", page, reason="for the filing on Friday")
    assert answer.status_code == 303
    assert "damaged on the disk" in client.get(page).text


def test_filing_asks_to_be_sure_and_for_a_volume_first(app: Flask, desk: Runtime) -> None:
    some_claims(desk, 1)
    batch = frozen(desk)
    client, page = sign_in(app, "kr"), f"/staff/batches/{batch.number}"
    assert "Confirm that the batch was handed over" in post(client, f"{page}/filed", page).text
    post(client, f"{page}/filed", page, sure="y")
    assert "Export the batch first" in client.get(page).text
    write_volume(desk, str(asked_for(desk, batch).id))
    post(client, f"{page}/filed", page, sure="y")
    assert "marked as filed" in client.get(page).text


def test_no_form_is_taken_without_its_token(app: Flask, desk: Runtime) -> None:
    some_claims(desk, 1)
    client = sign_in(app, "kr")
    assert client.post("/staff/batches/freeze?jurisdiction=kr", data={"expected": "1"}).status_code == 400
    batch = frozen(desk)
    for act in ("export", "filed"):
        assert client.post(f"/staff/batches/{batch.number}/{act}", data={"sure": "y"}).status_code == 400


def test_the_public_key_is_for_everybody_and_is_the_signers(app: Flask, desk: Runtime) -> None:
    answer = app.test_client().get("/keys/manifest.pem")
    assert answer.status_code == 200
    assert answer.data == signer_of(desk).public_pem
    assert b"PRIVATE" not in answer.data


def test_pages_come_in_korean_for_those_who_read_it(app: Flask, desk: Runtime) -> None:
    some_claims(desk, 1)
    frozen(desk)
    client = sign_in(app, "kr", language="ko")
    assert '<html lang="ko"' in client.get("/staff/batches").text
    assert client.get("/staff/batches/CP-KR-0001").status_code == 200


@pytest.mark.parametrize("wrong", ["limit=many", "limit=0", f"limit={'9' * 30}", "accepted_from=yesterday"])
def test_a_wrong_choice_is_explained_in_the_readers_language(app: Flask, desk: Runtime, wrong: str) -> None:
    page = sign_in(app, "kr", language="ko").get(f"/staff/batches/new?jurisdiction=kr&{wrong}").text
    summary = re.search(r'class="error-summary".*?</div>', page, re.DOTALL)
    assert summary
    assert re.search(r"[가-힣]{2}", re.sub(r"<h2.*?</h2>", "", summary[0]))
    assert not re.search(r">[^<]*[A-Za-z]{3}[^<]*</a>", summary[0])


def test_a_claim_that_stops_a_volume_can_be_left_out_by_choice(app: Flask, desk: Runtime) -> None:
    some_claims(desk, 2)
    batch = frozen(desk)
    volume = asked_for(desk, batch)
    with desk.database.reading() as session:
        blob = session.scalars(sa.select(Packet.blob).order_by(Packet.created_at, Packet.id)).first()
    (path,) = (desk.settings.data_dir / "blobs").rglob(str(blob))
    path.unlink()
    write_volume(desk, str(volume.id))
    client, page = sign_in(app, "kr"), f"/staff/batches/{batch.number}"
    assert "Go on without this claim" in client.get(page).text
    post(client, f"/staff/batches/volumes/{volume.id}/without", page)
    assert "being written without that claim" in client.get(page).text
    write_volume(desk, str(volume.id))
    assert "Its packet or data could not be read" in client.get(page).text


def test_a_volume_rests_goes_on_and_is_given_up(app: Flask, desk: Runtime) -> None:
    some_claims(desk, 1)
    batch = frozen(desk)
    volume = asked_for(desk, batch)
    client, page = sign_in(app, "kr"), f"/staff/batches/{batch.number}"
    for act, said in (
        ("pause", "The writing rests."),
        ("resume", "The writing goes on."),
        ("cancel", "The volume is given up."),
        ("resume", "This volume does not rest."),
    ):
        post(client, f"/staff/batches/volumes/{volume.id}/{act}", "/staff/batches")
        assert said in client.get(page).text
    write_volume(desk, str(volume.id))
    assert "Given up" in client.get(page).text


def test_what_was_handed_over_stands_in_the_ledger_and_is_called_back(app: Flask, desk: Runtime) -> None:
    some_claims(desk, 2)
    batch = approved(desk, frozen(desk))
    whom = a_recipient(desk)
    client, page = sign_in(app, "kr"), f"/staff/batches/{batch.number}"
    asked = {"purpose": "filing in Seoul", "language": "ko", "profile": "standard", "recipient": str(whom.id)}
    assert post(client, f"{page}/export", page, **asked).status_code == 303
    with desk.database.reading() as session:
        volume_id = session.scalars(sa.select(Volume.id)).one()
    write_volume(desk, str(volume_id))
    post(client, f"/staff/batches/volumes/{volume_id}/produced", page)
    assert "Entered in the ledger as production 1." in client.get(page).text
    again = post(client, f"{page}/export", page, **asked).text
    assert "This recipient has 2 of these packets already, by production 1." in again
    with desk.database.transaction() as session:
        engagement = session.scalars(sa.select(Engagement)).first()
        claims_service.withdraw(session, engagement, now=desk.clock())
        number = engagement.claim.number
    look_for_recalls(desk)
    shown = client.get("/staff/ledger").text
    assert number in shown
    assert "The claimant withdrew after the claim was handed over." in shown
    notice = re.search(r"recalls/([0-9a-f-]+)/sent", shown)[1]
    post(client, f"/staff/ledger/recalls/{notice}/sent", "/staff/ledger")
    assert "Waiting for confirmation" in client.get("/staff/ledger").text
    refused = post(client, f"/staff/ledger/recalls/{notice}/acknowledged", "/staff/ledger", note="")
    assert "Say how they confirmed it." in refused.text
    post(client, f"/staff/ledger/recalls/{notice}/acknowledged", "/staff/ledger", note="by letter")
    assert "Waiting for confirmation" not in client.get("/staff/ledger").text
    csv = client.get("/staff/ledger.csv").data.decode("utf-8-sig")
    assert "CP-KR-0001" in csv
    auditor = sign_in(app, "auditor:kr")
    assert "CP-KR-0001" in auditor.get("/staff/ledger").text
    assert "CP-KR-0001" not in sign_in(app, "auditor:us").get("/staff/ledger").text
