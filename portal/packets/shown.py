"""What a document says to one claimant, as a hash: its texts in both languages and the claimant's own facts in it.

A signature is bound to these hashes. When one differs from what was signed, that document, and no other, has to be
read and signed again. Facts are hashed, not the words that label them, so that a label put better voids nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from portal.claims import sealed
from portal.claims.kinds import age
from portal.claims.models import Claim, Engagement
from portal.claims.particulars import Particulars
from portal.claims.service import SEOUL
from portal.evidence import numbering
from portal.evidence.exhibits import Listed
from portal.matters.bilingual import LANGUAGES
from portal.matters.matter import Matter
from portal.runtime import Runtime


class Piece(Listed, Protocol):
    """What a signature on the list of exhibits is bound to."""

    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True)
class Facts:
    """What the slots of one jurisdiction's documents are filled from."""

    particulars: Particulars
    answers: Mapping[str, str]
    exhibits: Sequence[Piece] = field(default=())
    kind: str = "self"


def facts_now(session: Session, runtime: Runtime, matter: Matter, claim: Claim, jurisdiction: str) -> Facts:
    """The claimant's facts as they stand, with changes that are not signed yet."""
    return Facts(
        sealed.read_latest(session, runtime.vault, claim),
        sealed.read_answers(session, runtime.vault, claim),
        numbering.exhibits_for(session, runtime, matter, claim, jurisdiction),
        claim.kind,
    )


def age_at_signing(engagement: Engagement, particulars: Particulars, now: datetime) -> int | None:
    """The claimant's age on the day on which an engagement was handed in, or today; None while it is not known.

    It decides which documents there are: what a child's parents consented to stays in the packet when it grows up.
    """
    if particulars.birth_date is None:
        return None
    return age(particulars.birth_date, (engagement.submitted_at or now).astimezone(SEOUL).date())


def document_hash(matter: Matter, document_id: str, facts: Facts) -> str:
    """SHA-256 of one document as it is shown with these facts."""
    texts = {lang: matter.document(document_id, lang, facts.kind) for lang in LANGUAGES}
    slots = sorted({slot for text in texts.values() for slot in text.slots} & _FACTS.keys())
    return _hash(
        {
            "texts": {lang: text.text_hash for lang, text in texts.items()},
            "facts": {slot: _FACTS[slot](facts) for slot in slots},
        }
    )


def digest(shown: Mapping[str, str]) -> str:
    """SHA-256 over several documents as shown: what a hand-off to a phone and a print on paper are bound to."""
    return _hash(dict(shown))


def _party(facts: Facts) -> Any:
    who = facts.particulars
    parts = who.model_dump(mode="json", include={"name", "birth_date", "address", "phone"})
    parts |= {"contacts": sorted(f"{one.kind}:{one.value}" for one in who.contacts)}
    return parts | _given(who, "company", "deceased", "exception") | _representatives(who)


def _representatives(who: Particulars) -> dict[str, Any]:
    """Without their contacts, which no document states: a contact proved later voids no signature."""
    names = {"id", "kind", "name", "birth_date", "position"}
    shown = [one.model_dump(mode="json", include=names) for one in who.representatives]
    return {"representatives": shown} if shown else {}


def _given(who: Particulars, *names: str) -> dict[str, Any]:
    """Those of the parts that are there: what nobody has leaves the hashes of older signatures as they were."""
    said = who.model_dump(mode="json", include=set(names))
    return {name: said[name] for name in names if said[name]}


def _claim_facts(facts: Facts) -> Any:
    said = facts.particulars.model_dump(mode="json", include={"account", "other"})
    said |= _given(facts.particulars, "diary") | _joinder(facts)
    if facts.particulars.diary:
        said["belonging"] = [[one.incident, one.number, one.part] for one in facts.exhibits if one.incident]
    return said | {"answers": dict(facts.answers), "email": facts.particulars.email}


def _joinder(facts: Facts) -> dict[str, Any]:
    """What was declared; not under which version of the matter it was asked."""
    declared = facts.particulars.joinder
    return {"joinder": declared.model_dump(mode="json", exclude={"matter_version"})} if declared else {}


def _declared(facts: Facts) -> Any:
    return facts.particulars.model_dump(mode="json", include={"other"}) | _joinder(facts)


def _trades(facts: Facts) -> Any:
    return facts.particulars.model_dump(mode="json", include={"securities"})


def _exhibits(facts: Facts) -> Any:
    return [
        [
            one.number,
            one.title,
            one.kind.id,
            one.author,
            one.dated.isoformat() if one.dated else None,
            one.sha256,
            *(["covered"] if one.covered else []),
        ]
        for one in facts.exhibits
    ]


_FACTS = {
    "schedule": _party,
    "claim_facts": _claim_facts,
    "joinder": _declared,
    "trades": _trades,
    "exhibits": _exhibits,
}


def _hash(value: Any) -> str:
    plain = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
