"""What of a pair is shown: both sides beside each other, masked, with what agrees marked."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.claims import sealed
from portal.claims.models import Engagement
from portal.claims.particulars import Address, Particulars
from portal.evidence import listing
from portal.matters.review_rules import DoubtCode
from portal.runtime import Runtime
from portal.screening import keys
from portal.screening.access import SeenPair
from portal.web.shown import masked_email, masked_name, masked_phone

_TOLD_BY = {
    "name": {DoubtCode.NAME, DoubtCode.NAME_LIKE},
    "birth": {DoubtCode.BIRTH},
    "phone": {DoubtCode.PHONE},
    "email": {DoubtCode.EMAIL},
    "address": {DoubtCode.ADDRESS},
    "files": {DoubtCode.FILE, DoubtCode.PICTURE},
}


@dataclass(frozen=True)
class Side:
    """One claim of a pair, masked."""

    engagement: Engagement
    name: str
    birth: str
    phone: str
    email: str
    address: str
    files: int

    @property
    def id(self) -> UUID:
        """Of the engagement."""
        return self.engagement.id


def sides(session: Session, runtime: Runtime, seen: SeenPair) -> tuple[Side | None, Side | None]:
    """Both sides of a pair; None for one that is another office's."""
    first, second = (_side(session, runtime, one) if one else None for one in (seen.first, seen.second))
    return first, second


def agreeing(seen: SeenPair) -> set[str]:
    """Fields of a side in which both agree, as the pair's reasons say."""
    codes = {DoubtCode(code) for code in seen.pair.reasons}
    return {field for field, told in _TOLD_BY.items() if told & codes}


def _side(session: Session, runtime: Runtime, engagement: Engagement) -> Side:
    claim = engagement.claim
    particulars = sealed.read(session, runtime.vault, claim)
    return Side(
        engagement=engagement,
        name=" · ".join(masked_name(one) for one in keys.all_names(particulars)),
        birth=f"{particulars.birth_date.year}-**-**" if particulars.birth_date else "",
        phone=", ".join(masked_phone(one) for one in sorted(keys.phones(particulars))),
        email=", ".join(masked_email(one) for one in _emails(particulars)),
        address=_masked_address(particulars.address),
        files=len(listing.files_of(session, claim.id)),
    )


def _emails(particulars: Particulars) -> list[str]:
    given = [one.value for one in particulars.contacts if one.kind == "email"]
    account = [particulars.account.email] if particulars.account and particulars.account.email else []
    return list(dict.fromkeys(given + account))


def _masked_address(address: Address | None) -> str:
    """Country, region and the beginning of the postcode: enough to see whether both can be one place."""
    if address is None:
        return ""
    region = address.region or (address.line1.split() or [""])[0]
    return " ".join(
        part
        for part in (address.country, region, f"{address.postcode[:3]}**" if address.postcode else "")
        if part
    )
