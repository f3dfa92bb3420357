"""Taking a claim in with somebody on the telephone or at the counter: staff type, the claimant confirms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.claims import sealed, service, steps
from portal.claims.errors import NotReady
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Particulars, UnprovedContact
from portal.database import new_id
from portal.intake import inviting
from portal.intake.models import AssistedIntake
from portal.matters.matter import Matter
from portal.matters.shelf import PublishedMatter
from portal.packets import reading
from portal.packets.models import PaperPrint
from portal.packets.paper import printing, prints
from portal.packets.reading import ToRead
from portal.packets.signing import Circumstances
from portal.runtime import Runtime
from portal.vault import Vault

# The claimant's own: the phrase by which they know our messages, and confirming what others typed.
THEIRS = frozenset({"confirm", "phrase"})
# Asked on pages that show things of the claimant's browser; in a talk the words of "harm" hold what happened.
ON_OTHER_PAGES = frozenset({"diary"})


@dataclass(frozen=True)
class Talk:
    """How somebody was taken in: the way, their contacts as given, their language, and a note of the operator."""

    way: str
    language: str
    email: str = ""
    phone: str = ""
    note: str = ""


def begin(
    session: Session,
    vault: Vault,
    published: PublishedMatter,
    talk: Talk,
    answers: Mapping[str, str],
    tracks: Sequence[str],
    by: UUID,
    now: datetime,
) -> Claim:
    """Open a draft for the person on the telephone or at the counter."""
    given = [("email", talk.email), ("phone", talk.phone)]
    contacts = tuple(UnprovedContact(kind=kind, value=value) for kind, value in given if value)
    claim = service.begin(
        session,
        vault,
        published.matter,
        version_id=published.version_id,
        subject_id=vault.new_subject(session, now),
        language=talk.language,
        answers=answers,
        tracks=tracks,
        particulars=Particulars(unproved=contacts, phone=talk.phone),
        now=now,
        origin=talk.way,
        actor=Actor("staff", by),
    )
    session.add(
        AssistedIntake(
            id=new_id(),
            claim_id=claim.id,
            staff_id=by,
            way=talk.way,
            note=vault.seal(session, claim.subject_id, "intake note", talk.note.encode())
            if talk.note
            else None,
            taken_at=now,
        )
    )
    session.flush()
    return claim


def note_of(session: Session, vault: Vault, intake: AssistedIntake, claim: Claim) -> str:
    """What the operator noted."""
    if intake.note is None:
        return ""
    return vault.open(session, claim.subject_id, "intake note", intake.note).decode()


def steps_typed(matter: Matter, claim: Claim) -> tuple[steps.Step, ...]:
    """The steps that staff ask about, in order."""
    found = [one for one in steps.steps_of(matter, claim) if one.name not in THEIRS | ON_OTHER_PAGES]
    return tuple(found)


def lacking(matter: Matter, claim: Claim, particulars: Particulars) -> list[str]:
    """Steps without which nothing can be printed for signing in ink."""
    return [one.name for one in steps.missing(matter, claim, particulars) if one.name not in THEIRS]


def ask_to_confirm(
    session: Session, runtime: Runtime, intake: AssistedIntake, claim: Claim, by: Actor
) -> bool:
    """Write to the claimant that a draft waits for them; False where no address takes messages."""
    if not inviting.tell(session, runtime, claim):
        return False
    intake.told_at = runtime.clock()
    audit.record(session, now=runtime.clock(), actor=by, action="intake.told", subject=claim.id)
    return True


def to_read(
    session: Session, runtime: Runtime, published: PublishedMatter, claim: Claim, jurisdiction: str
) -> list[ToRead]:
    """The documents that the person is to have read before they sign in ink."""
    entries = reading.reading_list(session, runtime, published, claim)
    return [one for one in entries if one.jurisdiction == jurisdiction]


def note_reading(
    session: Session,
    runtime: Runtime,
    published: PublishedMatter,
    claim: Claim,
    jurisdiction: str,
    consents: Mapping[str, bool],
    by: Actor,
) -> None:
    """Keep that the person was given the texts, and what they answered to each consent; they sign both on paper.

    Raises NotReady while a detail or an answer is missing.
    """
    particulars = sealed.read(session, runtime.vault, claim)
    if missing := lacking(published.matter, claim, particulars):
        raise NotReady(missing[0])
    entries = to_read(session, runtime, published, claim, jurisdiction)
    if any(one.consent and one.document.id not in consents for one in entries):
        raise NotReady("read")
    for entry in entries:
        given = consents[entry.document.id] if entry.consent else None
        reading.confirm(session, runtime, published, claim, entry, given, runtime.clock())
    audit.record(
        session,
        now=runtime.clock(),
        actor=by,
        action="intake.texts_given",
        subject=claim.id,
        jurisdiction=jurisdiction,
    )


def print_for(
    runtime: Runtime, published: PublishedMatter, claim: Claim, jurisdiction: str, place: str
) -> UUID:
    """Print the documents of a jurisdiction, to be signed in ink. Raises what ``printing.make`` raises."""
    # Nothing of a browser: the person reads and signs on paper.
    where = Circumstances(language=claim.language, place=place, address="", device="")
    return printing.make(runtime, published, claim.id, jurisdiction, where, runtime.clock())


def newest_print(session: Session, engagement: Engagement) -> PaperPrint | None:
    """The print that there is."""
    return prints.newest(session, engagement)
