"""A message that a claimant checked on the page of trust, kept as evidence of their claim: its text as a picture."""

from __future__ import annotations

import io
from collections.abc import Iterator

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from PIL import Image, ImageDraw, ImageFont
from werkzeug.wrappers import Response

from portal.claims import access
from portal.evidence import service, wording
from portal.evidence.refusals import Refusal
from portal.evidence.service import Upload
from portal.evidence.views import pages
from portal.fonts import face, undrawable
from portal.matters.matter import Matter
from portal.trust.forms import AskForm
from portal.trust.wording import visible
from portal.web import allow, claimant, runtime
from portal.web.language import moment
from portal.web.limits import limiter
from portal.web.typed import without_resident_number

WIDTH, MARGIN, SIZE, LINE = 1080, 60, 32, 48  # pixels
MOST_LINES = 380  # a picture of 20 million pixels, which is kept whole


@pages.post("/reported")
@allow.claimant
@limiter.limit("30 per hour", key_func=lambda: str(claimant().claim_id))
def add_reported() -> Response:
    """Add the text as a picture, and go to the page where it is described."""
    form = AskForm()
    if not form.validate():
        flash(_("The message was not added: it is empty or too long."), "bad")
        return redirect(url_for("evidence.index"), 303)
    opened, now = runtime(), runtime().clock()
    text = without_resident_number(form.text.data)
    with opened.database.reading() as session:
        kind = _kind(opened.matters.current().matter, access.own_claim(session, claimant()).tracks)
    heading = [_("Message as it was pasted on this site"), moment(now)]
    name = f"{now:%Y%m%d-%H%M}-" + _("message") + ".png"
    upload = Upload(name, "image/png", picture(heading, text))
    try:
        added = service.add(opened, claimant().claim_id, upload, kind, now)
    except Refusal as refused:
        flash(wording.refusal(refused, upload.file_name), "bad")
        return redirect(url_for("evidence.index"), 303)
    flash(_("The message is among your evidence. Say when you got it and from whom."), "good")
    return redirect(url_for("evidence.describe", file_id=added.file_id), 303)


def picture(heading: list[str], text: str) -> bytes:
    """A PNG of the text. What cannot be seen stands there as its code, so that the picture shows what was pasted."""
    font = ImageFont.truetype(str(face("sans").path), SIZE)
    small = ImageFont.truetype(str(face("sans").path), SIZE * 3 // 4)
    shown = "".join(f"[{piece}]" if unseen else piece for piece, unseen in visible(text))
    lines = list(_lines(_drawable(shown), font))
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], "…"]
    top = MARGIN + len(heading) * LINE + LINE // 2
    sheet = Image.new("L", (WIDTH, top + len(lines) * LINE + MARGIN), 255)
    draw = ImageDraw.Draw(sheet)
    for place, line in enumerate(heading):
        draw.text((MARGIN, MARGIN + place * LINE), _drawable(line), font=small, fill=90)
    draw.line((MARGIN, top - LINE // 4, WIDTH - MARGIN, top - LINE // 4), fill=160, width=2)
    for place, line in enumerate(lines):
        draw.text((MARGIN, top + place * LINE), line, font=font, fill=0)
    kept = io.BytesIO()
    sheet.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _lines(text: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    """Lines that fit the sheet, broken anywhere: a message is shown as it is, not set."""
    for paragraph in text.expandtabs(4).split("\n"):
        line, width = "", 0.0
        for character in paragraph.rstrip():
            advance = font.getlength(character)
            if line and width + advance > WIDTH - 2 * MARGIN:
                yield line
                line, width = "", 0.0
            line, width = line + character, width + advance
        yield line


def _drawable(text: str) -> str:
    for character in undrawable(text):
        if character not in "\n\t":
            text = text.replace(character, f"[U+{ord(character):04X}]")
    return text


def _kind(matter: Matter, tracks: list[str] | tuple[str, ...]) -> str:
    """The kind of evidence that the matter names for this; else the last that the claim can have."""
    kinds = [kind.id for kind in matter.evidence_for(tracks)] or [matter.evidence[-1].id]
    wanted = matter.toml.reported_as
    return wanted if wanted in kinds else kinds[-1]
