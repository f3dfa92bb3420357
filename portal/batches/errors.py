"""What can be wrong with an act on a batch; pages and commands say it in one place."""

from collections.abc import Iterator
from contextlib import contextmanager

from portal.errors import PortalError
from portal.storage import Corrupt, Missing
from portal.vault import VaultError


class BatchError(PortalError):
    """An act on a batch was refused."""


class NothingToFreeze(BatchError):
    """No claim that was chosen can be in a batch."""


class SelectionChanged(BatchError):
    """Between the preview and the freeze somebody else froze, withdrew or accepted claims; look again first."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"{expected:,} claims were to be frozen, but {found:,} can be now")
        self.expected, self.found = expected, found


class NotFrozen(BatchError):
    """The act needs a frozen batch."""


class SamePerson(BatchError):
    """Whoever froze a batch does not approve it: a second person does."""


class NotApproved(BatchError):
    """A batch is exported only after a second person approved it."""


class NoSuchProfile(BatchError):
    """No profile of that name, or none for this jurisdiction."""


class AlreadyProduced(BatchError):
    """The recipient has these packets; a volume with them again must name the production that it replaces."""

    def __init__(self, production: int, claims: int) -> None:
        super().__init__(f"production {production} gave the recipient {claims:,} of these packets already")
        self.production, self.claims = production, claims


class NoSuchProduction(BatchError):
    """The production that is to be replaced is none, or went to another recipient."""


class NotExported(BatchError):
    """A batch is marked as filed only after a volume of it was written."""


class AlreadyFiled(BatchError):
    """The batch was marked as filed before."""


class NoReason(BatchError):
    """A download needs its reason, in at least ten characters."""


class NotReady(BatchError):
    """The volume is not written yet, failed, or has expired."""


class VolumeUnreadable(BatchError):
    """The sealed volume was changed or lost on the disk; it is not served. Export the batch again."""


class ClaimStops(BatchError):
    """One claim's packet or line cannot be handed over; the volume stops and names it. ``code`` says why."""

    def __init__(self, claim_number: str, code: str) -> None:
        super().__init__(f"claim {claim_number} stops the volume: {code.replace('_', ' ')}")
        self.claim_number, self.code = claim_number, code


@contextmanager
def stopping_at(claim_number: str, what: str = "packet") -> Iterator[None]:
    """Turn what is wrong with one claim's bytes into the reason why the volume stops."""
    try:
        yield
    except Missing as error:
        raise ClaimStops(claim_number, f"{what}_missing") from error
    except Corrupt as error:
        raise ClaimStops(claim_number, f"{what}_corrupt") from error
    except VaultError as error:
        raise ClaimStops(claim_number, "unreadable") from error


class Superseded(BatchError):
    """The volume is no longer to be written: another worker finished it, or it was given up."""


class ProfileNotOffered(BatchError):
    """The matter's filing.toml does not say how volumes of this profile are made."""

    def __init__(self, profile: str, matter: str) -> None:
        super().__init__(f"{matter} says nothing of {profile} in its filing.toml")
