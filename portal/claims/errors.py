"""What can be wrong with an act on a claim; pages and commands say it in one place."""

from portal.errors import PortalError


class ClaimError(PortalError):
    """An act on a claim was refused."""


class AlreadySubmitted(ClaimError):
    """The claim was signed before; a second press of the button finds it so and shows its page."""


class NotReady(ClaimError):
    """A step is missing before the claim can be signed; ``step`` names it."""

    def __init__(self, step: str) -> None:
        super().__init__(f"the step {step!r} is not done")
        self.step = step


class LastTrack(ClaimError):
    """The only track of a claim cannot be left: the draft is deleted instead."""


class TrackClosed(ClaimError):
    """The matter no longer takes, or does not yet take, claims on this track."""


class ConsentMissing(ClaimError):
    """A consent without which counsel cannot act was refused; ``document`` names it."""

    def __init__(self, document: str) -> None:
        super().__init__(f"the consent {document!r} is required")
        self.document = document


class TextsChanged(ClaimError):
    """The matter was published anew between reading and signing; the reader must see the new texts first."""


class StaleSave(ClaimError):
    """Another device saved in between; nothing was overwritten."""
