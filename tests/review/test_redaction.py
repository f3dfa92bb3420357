"""What staff cover before a file leaves the firm."""

import io
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
import sqlalchemy as sa
from PIL import Image

from portal.audit import Actor, AuditEvent
from portal.claims.states import ClaimState
from portal.database import new_id
from portal.evidence import leaving, listing, redaction, service
from portal.evidence.harmless import Cover
from portal.evidence.leaving import Reason
from portal.evidence.models import EvidenceFile, RedactedCopy
from portal.evidence.redaction import Area
from portal.evidence.rework import Change
from portal.evidence.service import ChangedMeanwhile, Upload
from tests.batches.claims import an_accepted_claim, publish
from tests.evidence.hostile import a_pdf

STAFF = Actor("staff", new_id())
WHOLE = Cover(0.0, 0.0, 1.0, 0.5)


def a_picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(target, "PNG")
    return target.getvalue()


@pytest.fixture
def engagement(runtime):
    publish(runtime)
    with runtime.database.transaction() as session:
        return an_accepted_claim(session, runtime, state=ClaimState.SUBMITTED, packet=None)


def added(runtime, engagement, content: bytes, name: str) -> EvidenceFile:
    kind = runtime.matters.current().matter.evidence[0].id
    upload = Upload(name, "", content)
    made = service.add(runtime, engagement.claim_id, upload, kind, runtime.clock())
    with runtime.database.reading() as session:
        return session.get_one(EvidenceFile, made.file_id)


def covered(runtime, engagement, file, *areas: Area, note: str = "") -> None:
    redaction.redact(runtime, engagement, file.id, areas, note, actor=STAFF, now=runtime.clock())


def leaves(runtime, file) -> bytes:
    with runtime.database.reading() as session:
        return leaving.leaving_bytes(session, runtime, session.get_one(EvidenceFile, file.id))


def copy_of(runtime, file) -> leaving.LeavingCopy:
    with runtime.database.reading() as session:
        return leaving.leaving_copy(session, session.get_one(EvidenceFile, file.id))


def test_without_a_redaction_the_kept_copy_leaves(runtime, engagement):
    file = added(runtime, engagement, a_picture(), "screen.png")
    copy = copy_of(runtime, file)
    assert (copy.key, copy.reasons, copy.redacted) == (file.harmless_key, (), False)
    with runtime.database.reading() as session:
        assert leaves(runtime, file) == listing.open_harmless(session, runtime, file)


def test_what_is_covered_is_black_in_what_leaves_and_stays_in_the_kept_copy(runtime, engagement):
    file = added(runtime, engagement, a_picture(), "screen.png")
    covered(runtime, engagement, file, Area(1, Cover(0.25, 0.25, 0.5, 0.5), Reason.THIRD_PARTY))
    left = Image.open(io.BytesIO(leaves(runtime, file))).convert("L")
    assert left.getpixel((200, 150)) < 10
    assert left.getpixel((20, 20)) > 245
    with runtime.database.reading() as session:
        kept = Image.open(io.BytesIO(listing.open_harmless(session, runtime, file))).convert("L")
    assert kept.getpixel((200, 150)) > 245
    assert copy_of(runtime, file).reasons == ("third_party",)


def test_of_a_pdf_no_text_is_left_under_a_cover_or_anywhere(runtime, engagement):
    file = added(runtime, engagement, a_pdf(2, "930215-1234567"), "letter.pdf")
    with runtime.database.reading() as session:
        assert "930215" in text_of(listing.open_harmless(session, runtime, file))
    covered(runtime, engagement, file, Area(2, WHOLE, Reason.RESIDENT_NUMBER))
    left = leaves(runtime, file)
    assert text_of(left).strip() == ""
    document = pypdfium2.PdfDocument(left)
    assert len(document) == 2
    first, second = (document[at].render(scale=0.5).to_pil().convert("L") for at in (0, 1))
    middle = (first.width // 2, first.height // 4)
    assert first.getpixel(middle) > 200
    assert second.getpixel(middle) < 10
    with pikepdf.open(io.BytesIO(left)) as pdf:
        assert not any("/Font" in page.get("/Resources", {}) for page in pdf.pages)


def test_redactions_add_up_and_one_withdrawn_shows_its_place_again(runtime, engagement):
    file = added(runtime, engagement, a_picture(), "screen.png")
    covered(
        runtime, engagement, file, Area(1, Cover(0.0, 0.0, 0.2, 0.2), Reason.PRIVILEGE), note="from counsel"
    )
    covered(runtime, engagement, file, Area(1, Cover(0.8, 0.8, 0.2, 0.2), Reason.OTHER))
    assert copy_of(runtime, file).reasons == ("other", "privilege")
    with runtime.database.reading() as session:
        newest, oldest = redaction.history(session, runtime, engagement.claim, file)
    assert (newest.note, oldest.note) == ("", "from counsel")
    redaction.withdraw(
        runtime, engagement, file.id, oldest.id, "no longer privileged",
        actor=STAFF, now=runtime.clock() + timedelta(hours=1),
    )  # fmt: skip
    left = Image.open(io.BytesIO(leaves(runtime, file))).convert("L")
    assert left.getpixel((20, 20)) > 245
    assert left.getpixel((380, 280)) < 10
    with runtime.database.reading() as session:
        told = redaction.history(session, runtime, engagement.claim, file)[1]
        actions = session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.sequence)).all()
    assert (told.withdrawal, told.withdrawn_by) == ("no longer privileged", STAFF.id)
    assert actions[-3:] == ["evidence.redacted", "evidence.redacted", "evidence.redaction_withdrawn"]


def test_without_any_left_the_kept_copy_leaves_again_and_older_copies_can_still_be_opened(
    runtime, engagement
):
    file = added(runtime, engagement, a_picture(), "screen.png")
    covered(runtime, engagement, file, Area(1, WHOLE, Reason.OTHER))
    before = copy_of(runtime, file)
    with runtime.database.reading() as session:
        (only,) = redaction.history(session, runtime, engagement.claim, file)
    redaction.withdraw(
        runtime, engagement, file.id, only.id, "covered by mistake", actor=STAFF, now=runtime.clock()
    )
    assert copy_of(runtime, file).key == file.harmless_key
    with runtime.database.reading() as session:
        kept = leaving.open_leaving(session, runtime, engagement.claim.subject_id, before)
    assert Image.open(io.BytesIO(kept)).convert("L").getpixel((200, 50)) < 10
    with pytest.raises(ChangedMeanwhile):
        redaction.withdraw(
            runtime, engagement, file.id, only.id, "once more, twice", actor=STAFF, now=runtime.clock()
        )


def test_a_copy_that_its_claimant_turned_since_leaves_nobody(runtime, engagement):
    file = added(runtime, engagement, a_picture(), "screen.png")
    covered(runtime, engagement, file, Area(1, WHOLE, Reason.THIRD_PARTY))
    service.rework(runtime, engagement.claim_id, file.id, Change(turns=1), runtime.clock())
    with pytest.raises(leaving.StaleRedaction):
        copy_of(runtime, file)


def test_redacted_copies_go_with_a_removed_file(runtime, engagement):
    from portal.evidence import blobs

    file = added(runtime, engagement, a_picture(), "screen.png")
    covered(runtime, engagement, file, Area(1, WHOLE, Reason.OTHER))
    key = copy_of(runtime, file).key
    with runtime.database.transaction() as session:
        service.remove(
            session, session.merge(engagement).claim, session.get_one(EvidenceFile, file.id), runtime.clock()
        )
    blobs.sweep(runtime, runtime.clock())
    assert not runtime.storage.exists(key)
    with runtime.database.reading() as session:
        assert session.scalars(sa.select(RedactedCopy.blob)).all() == [None]


@pytest.mark.parametrize(
    "told",
    [
        [],
        [{"page": 2, "left": 0, "top": 0, "width": 0.5, "height": 0.5, "reason": "other"}],
        [{"page": 1, "left": 0, "top": 0, "width": 2, "height": 0.5, "reason": "other"}],
        [{"page": 1, "left": 0, "top": 0, "width": 0.5, "height": 0.5, "reason": "because"}],
        [{"page": 1, "left": "x", "top": 0, "width": 0.5, "height": 0.5, "reason": "other"}],
        [["left"]],
        [{"page": 1}],
    ],
)
def test_what_is_no_list_of_areas_is_refused(told):
    with pytest.raises(ValueError, match=r"."):
        redaction.areas_from(told, pages=1)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)
