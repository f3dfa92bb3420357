"""Why a file is not taken. Each is named for what happened; the sentence for the reader stands in `wording`."""

from __future__ import annotations

from typing import ClassVar

from portal.errors import PortalError


class Refusal(PortalError):
    """A file that cannot be evidence here; `found` and `limit` are figures in the unit that the subclass names."""

    code: ClassVar[str] = "refused"

    def __init__(self, found: int = 0, limit: int = 0) -> None:
        super().__init__(f"evidence refused: {self.code} (found {found}, limit {limit})")
        self.found, self.limit = found, limit


class Empty(Refusal):
    """The file has no bytes: often a cloud photo that the phone had not fetched."""

    code = "empty"


class TooLarge(Refusal):
    """More bytes than one file may have."""

    code = "too_large"


class NotAccepted(Refusal):
    """The content is none of the accepted kinds, whatever the name says."""

    code = "not_accepted"


class Disguised(Refusal):
    """The name or declared type says something that the content is not, such as a photo called .exe."""

    code = "disguised"


class Broken(Refusal):
    """The file starts like an accepted kind but cannot be opened: cut off or damaged."""

    code = "broken"


class Locked(Refusal):
    """A PDF that needs a password."""

    code = "locked"


class TooManyPixels(Refusal):
    """A picture, or a picture inside a PDF, with more pixels than can be opened safely."""

    code = "too_many_pixels"


class TooManyPages(Refusal):
    """A PDF with more pages than one exhibit may have."""

    code = "too_many_pages"


class TooDemanding(Refusal):
    """Opening the file takes more time or memory than any honest file needs."""

    code = "too_demanding"


class TooManyFiles(Refusal):
    """The claim already has as many files as it may have."""

    code = "too_many_files"


class ClaimFull(Refusal):
    """The claim's files together would be larger than they may be; figures in bytes."""

    code = "claim_full"


class TooManyOpen(Refusal):
    """More uploads in parts are under way than a claim may have; what nobody goes on with makes room by itself."""

    code = "too_many_open"


class NotWhole(Refusal):
    """What arrived in parts is not what was sent: the hashes differ, or a part was damaged on our side."""

    code = "not_whole"


class NoPicture(Refusal):
    """Something was to be covered or turned that is not a picture, or a cover that is none."""

    code = "no_picture"


class NoRoom(Refusal):
    """The portal's own disk is full: not the claimant's fault, and nothing of the file was kept."""

    code = "no_room"


BY_CODE: dict[str, type[Refusal]] = {
    refusal.code: refusal
    for refusal in (
        Empty, TooLarge, NotAccepted, Disguised, Broken, Locked, TooManyPixels, TooManyPages, TooDemanding,
        TooManyFiles, ClaimFull, TooManyOpen, NotWhole, NoPicture, NoRoom,
    )
}  # fmt: skip
