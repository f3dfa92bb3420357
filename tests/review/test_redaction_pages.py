"""The viewer and covering a page, through the real pages."""

import io
import json
import re

import pytest
from PIL import Image

from portal.claims.states import ClaimState
from portal.evidence import leaving, service
from portal.evidence.models import EvidenceFile
from portal.evidence.service import Upload
from tests.batches.claims import an_accepted_claim, publish
from tests.evidence.hostile import a_pdf
from tests.staff.desk import signed_in

AREA = {"left": 0.25, "top": 0.25, "width": 0.5, "height": 0.5, "reason": "third_party"}


@pytest.fixture
def held(app):
    """The runtime, an engagement, a picture and a PDF of two pages."""
    runtime = app.extensions["portal"]
    publish(runtime)
    with runtime.database.transaction() as session:
        engagement = an_accepted_claim(session, runtime, state=ClaimState.SUBMITTED, packet=None)
    target = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(target, "PNG")
    kind = runtime.matters.current().matter.evidence[0].id
    uploads = (
        Upload("secret name.png", "image/png", target.getvalue()),
        Upload("b.pdf", "application/pdf", a_pdf(2)),
    )
    files = [service.add(runtime, engagement.claim_id, one, kind, runtime.clock()).file_id for one in uploads]
    return runtime, f"/staff/claims/{engagement.id}", *files


def post(client, page: str, address: str, **fields: str):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)[1]
    return client.post(address, data={"csrf_token": token, **fields})


def reasons_of(runtime, file_id) -> tuple[str, ...]:
    with runtime.database.reading() as session:
        return leaving.leaving_copy(session, session.get_one(EvidenceFile, file_id)).reasons


def test_the_viewer_shows_two_files_page_by_page_without_scripts(app, held):
    _runtime, claim, picture, pdf = held
    reviewer, _secret = signed_in(app, "reviewer:kr")
    page = reviewer.get(f"{claim}/view/{pdf}?page=2&beside={picture}&bturn=1").text
    assert "secret name.png" not in page
    sources = [one.replace("&amp;", "&") for one in re.findall(r'src="(/staff/[^"]+/page/[^"]+)"', page)]
    assert sources == [f"{claim}/view/{pdf}/page/2", f"{claim}/view/{picture}/page/1?turn=1"]
    sizes = [Image.open(io.BytesIO(reviewer.get(one).data)).size for one in sources]
    assert sizes[0][1] > sizes[0][0]
    assert sizes[1] == (300, 400)
    assert reviewer.get(f"{claim}/view/{pdf}/page/3").status_code == 404
    assert reviewer.get(f"{claim}/view/{picture}?page=99&zoom=-4&turn=x&beside=nobody").status_code == 200


def test_what_is_drawn_leaves_covered_and_comes_back_with_a_note(app, held):
    runtime, claim, picture, _pdf = held
    counsel, _secret = signed_in(app, "kr")
    page = f"{claim}/redact/{picture}/1"
    assert post(counsel, page, page, areas=json.dumps([AREA])).status_code == 303
    assert reasons_of(runtime, picture) == ("third_party",)
    view = f"{claim}/view/{picture}?which=leaving"
    assert "Another person&#39;s data" in counsel.get(view).text
    (source,) = re.findall(r'src="(/staff/[^"]+/page/[^"]+)"', counsel.get(view).text)
    shown = Image.open(io.BytesIO(counsel.get(source.replace("&amp;", "&")).data)).convert("L")
    assert shown.getpixel((200, 150)) < 10
    withdraw = re.search(r'action="([^"]+/withdraw/[^"]+)"', counsel.get(view).text)[1]
    post(counsel, view, withdraw, note="no")
    assert reasons_of(runtime, picture) == ("third_party",)
    post(counsel, view, withdraw, note="it was our own number")
    assert reasons_of(runtime, picture) == ()
    assert "it was our own number" in counsel.get(f"{claim}/view/{picture}").text


def test_a_place_can_be_given_in_numbers(app, held):
    runtime, claim, _picture, pdf = held
    counsel, _secret = signed_in(app, "kr")
    page = f"{claim}/redact/{pdf}/2"
    numbers = {"left": "10", "top": "10", "width": "50", "height": "20"}
    assert post(counsel, page, page, **numbers, reason="privilege").status_code == 303
    assert reasons_of(runtime, pdf) == ("privilege",)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"areas": "not json"},
        {"areas": "{}"},
        {"areas": json.dumps([{**AREA, "reason": "because"}])},
        {"areas": json.dumps([{**AREA, "reason": "other"}])},
        {"left": "10", "top": "x", "width": "5", "height": "5", "reason": "privilege"},
    ],
)
def test_bad_areas_are_refused_in_words_and_what_was_typed_is_kept(app, held, fields):
    runtime, claim, picture, _pdf = held
    counsel, _secret = signed_in(app, "kr")
    page = f"{claim}/redact/{picture}/1"
    answer = post(counsel, page, page, note="why", **fields)
    assert answer.status_code == 422
    assert ">why</textarea>" in answer.text
    assert reasons_of(runtime, picture) == ()


def test_who_may_not_see_or_cover_evidence_cannot(app, held):
    _runtime, claim, picture, _pdf = held
    exporter, intake = signed_in(app, "exporter:kr")[0], signed_in(app, "intake:kr")[0]
    assert exporter.get(f"{claim}/view/{picture}").status_code == 403
    assert exporter.get(f"{claim}/view/{picture}/page/1").status_code == 403
    assert intake.get(f"{claim}/view/{picture}").status_code == 200
    assert intake.get(f"{claim}/redact/{picture}/1").status_code == 403
    assert signed_in(app, "us")[0].get(f"{claim}/view/{picture}").status_code == 404
