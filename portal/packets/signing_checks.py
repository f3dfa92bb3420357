"""What must hold before anything is signed: read, answered, of age, open. On paper it must before it is printed."""

from collections.abc import Sequence, Set
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal.claims import joinder, parties
from portal.claims.act import Reading, read_acts
from portal.claims.errors import ConsentMissing, NotReady, TextsChanged, TrackClosed
from portal.claims.kinds import MINOR, SELF, under_age
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Particulars
from portal.claims.states import AMENDABLE, ClaimState
from portal.matters.model import jurisdiction_of
from portal.matters.shelf import PublishedMatter
from portal.packets.reading import ToRead, text_hashes
from portal.runtime import Runtime

_ACTING = AMENDABLE | {ClaimState.FILED}
SEOUL = ZoneInfo("Asia/Seoul")  # opening and closing days of tracks are KST dates


def check_ready(
    published: PublishedMatter,
    claim: Claim,
    particulars: Particulars,
    entries: Sequence[ToRead],
    signed: Set[str],
    now: datetime,
) -> list[Reading]:
    """The readings that a signature for these jurisdictions rests on.

    Raises what `signing.submit` raises when it cannot be given now: paper is not printed either then.
    """
    _check_of_age(claim, particulars, now)
    if parties.lacks_signers(published.matter, claim, particulars):
        raise NotReady("representative")
    # What another office goes by stays given while that office acts, though it was signed there before.
    acting = {one.jurisdiction for one in claim.engagements if one.state in _ACTING} | signed
    read = [
        _checked(published, entry, acting, claim.kind) for entry in entries if entry.jurisdiction in signed
    ]
    for entry in entries:
        # On paper jurisdictions are signed one by one; a consent needed there may stand among another's documents.
        if entry.jurisdiction not in signed and not signed.isdisjoint(entry.document.needed_in):
            _checked(published, entry, signed, claim.kind)
    _check_open(published, [one for one in claim.engagements if one.jurisdiction in signed], now)
    _check_joinder(published, claim, particulars, signed)
    return read


def check_given(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim, signed: Set[str]
) -> None:
    """Raise ConsentMissing for a consent needed in these jurisdictions that was refused when another was signed."""
    for engagement in claim.engagements:
        if engagement.jurisdiction in signed:
            continue
        acts = read_acts(session, runtime.vault, engagement)
        newest = {(act.signer, reading.document): reading.given for act in acts for reading in act.readings}
        refused = {document for (_signer, document), given in newest.items() if given is False}
        for document in published.matter.packets[jurisdiction_of(engagement.jurisdiction)].documents:
            if document.id in refused and not signed.isdisjoint(document.needed_in):
                raise ConsentMissing(document.id)


def _checked(published: PublishedMatter, entry: ToRead, signed: Set[str], kind: str) -> Reading:
    """The confirmed reading of a document as it is now, with its consent where counsel cannot act without."""
    if entry.reading is None or not entry.done:
        before, name = entry.before, entry.document.id
        if before and before.confirmed_at and before.text_hashes != text_hashes(published.matter, name, kind):
            raise TextsChanged(name)
        raise NotReady("read")
    needed = entry.document.required or not signed.isdisjoint(entry.document.needed_in)
    if entry.consent and needed and not entry.reading.given:
        raise ConsentMissing(entry.document.id)
    return entry.reading


def _check_of_age(claim: Claim, particulars: Particulars, now: datetime) -> None:
    """A minor never signs as an adult, nor do parents for somebody who has come of age (민법 제4조, 제911조)."""
    born = particulars.birth_date
    if born is None or claim.kind not in (SELF, MINOR):
        return
    if under_age(born, now.astimezone(SEOUL).date()) != (claim.kind == MINOR):
        raise NotReady("birth")


def _check_open(published: PublishedMatter, engagements: list[Engagement], now: datetime) -> None:
    today = now.astimezone(SEOUL).date()
    chosen = {track for one in engagements if one.state is ClaimState.DRAFT for track in one.tracks}
    for track in published.matter.tracks:
        if track.id in chosen and not track.is_open(today):
            raise TrackClosed(track.id)


def _check_joinder(
    published: PublishedMatter, claim: Claim, particulars: Particulars, signed: Set[str]
) -> None:
    """What was joined elsewhere may keep a track from being signed, where the matter as published now says so."""
    if any(
        one.track.jurisdiction in signed for one in joinder.blocking(published.matter, claim, particulars)
    ):
        raise NotReady("joinder")
