"""What a claimant reads when a file is not taken: what happened, with figures, and what to do now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask_babel import format_decimal
from flask_babel import gettext as _

from portal.evidence.certificates import Standing
from portal.evidence.refusals import (
    Broken,
    ClaimFull,
    Disguised,
    Empty,
    Locked,
    NoPicture,
    NoRoom,
    NotAccepted,
    NotWhole,
    Refusal,
    TooDemanding,
    TooLarge,
    TooManyFiles,
    TooManyOpen,
    TooManyPages,
    TooManyPixels,
)
from portal.matters.model import EvidenceKind
from portal.web.language import day


def megabytes(size: int) -> str:
    """Bytes as people compare them: 20 MB, 4.7 MB, 0.3 MB."""
    return f"{format_decimal(max(size / 1_000_000, 0.1), format='#,##0.#')} MB"


def refusal(refused: Refusal, name: str) -> str:
    """One refusal in the reader's language; `name` is a tidied file name."""
    return _SENTENCES[type(refused)](refused, name)


def certificate(found: Standing, kind: EvidenceKind, signed: date | None) -> str:
    """Why a certificate may not be filed as it is, and what to do."""
    if found is Standing.EXPIRED:
        return _(
            "This certificate is more than %(months)s months old. Please have a new one issued.",
            months=kind.valid_months,
        )
    if found is Standing.BEFORE_SIGNING and signed is None:
        return _(
            "Such a certificate must be issued on the day of signing or later. Please add it after you have signed."
        )
    if found is Standing.BEFORE_SIGNING:
        return _(
            "This certificate was issued before you signed on %(day)s, so a court may not count it. "
            "Please have one issued on that day or later.",
            day=day(signed),
        )
    return _("Enter the date of issue that is printed on the certificate.")


def _millions(pixels: int) -> str:
    return str(format_decimal(max(pixels // 1_000_000, 1)))


_SENTENCES: dict[type[Refusal], Callable[[Refusal, str], str]] = {
    Empty: lambda _r, name: _(
        "“%(name)s” is empty. If it is kept in a cloud, open it once on this device and add it again.",
        name=name,
    ),
    TooLarge: lambda r, name: _(
        "“%(name)s” is too large: it has %(found)s, and a file may have up to %(limit)s.",
        name=name,
        found=megabytes(r.found),
        limit=megabytes(r.limit),
    ),
    NotAccepted: lambda _r, name: _(
        "“%(name)s” is not a kind of file that we can take. Please add a photo (JPEG, PNG, HEIC, WebP) or a PDF.",
        name=name,
    ),
    Disguised: lambda _r, name: _(
        "The name of “%(name)s” says one kind of file and its content is another. "
        "Please save it again as a photo or a PDF and add that.",
        name=name,
    ),
    Broken: lambda _r, name: _(
        "“%(name)s” cannot be opened: it is cut off or damaged. Please add it again, or a screenshot of it.",
        name=name,
    ),
    Locked: lambda _r, name: _(
        "“%(name)s” is locked with a password. Please add a copy without the password, or screenshots of it.",
        name=name,
    ),
    TooManyPixels: lambda r, name: _(
        "“%(name)s” has %(found)s million pixels, and we can open up to %(limit)s million. "
        "Please save it smaller, or add a screenshot of it.",
        name=name,
        found=_millions(r.found),
        limit=_millions(r.limit),
    ),
    TooManyPages: lambda r, name: _(
        "“%(name)s” has %(found)s pages, and a file may have up to %(limit)s. Please add only the pages that matter.",
        name=name,
        found=format_decimal(r.found),
        limit=format_decimal(r.limit),
    ),
    TooDemanding: lambda _r, name: _(
        "“%(name)s” takes too much work to open safely. Please print it to a new PDF, or add screenshots of it.",
        name=name,
    ),
    TooManyFiles: lambda r, name: _(
        "“%(name)s” was not added: a claim may have up to %(limit)s files. Please remove one that matters less first.",
        name=name,
        limit=format_decimal(r.limit),
    ),
    ClaimFull: lambda r, name: _(
        "“%(name)s” was not added: with it your files would have %(found)s, and %(limit)s is the most.",
        name=name,
        found=megabytes(r.found),
        limit=megabytes(r.limit),
    ),
    TooManyOpen: lambda r, name: _(
        "“%(name)s” has to wait: %(found)s files are still on their way. Please finish or give up some of them first.",
        name=name,
        found=format_decimal(r.found),
    ),
    NotWhole: lambda _r, name: _("“%(name)s” did not arrive as it was sent. Please add it again.", name=name),
    NoPicture: lambda _r, name: _(
        "Parts can be covered on pictures only, and “%(name)s” is none. "
        "Please add pictures of the pages instead, such as screenshots, and cover those.",
        name=name,
    ),
    NoRoom: lambda _r, name: _(
        "“%(name)s” was not added: our storage is full at the moment. This is not your fault, and your other files are "
        "safe. Please try again in an hour.",
        name=name,
    ),
}


def no_room() -> str:
    """The disk was full before the names of the files were known."""
    return str(
        _(
            "Nothing was added: our storage is full at the moment. This is not your fault, and your other files are "
            "safe. Please try again in an hour."
        )
    )


def already(name: str) -> str:
    """The same file was added before."""
    return str(_("“%(name)s” was already in your list. It is kept once.", name=name))


def attached(name: str) -> str:
    """The same file was added before; now it belongs to the entry of the diary on whose page it was added again."""
    return str(_("“%(name)s” was already in your list. It belongs to this entry now.", name=name))


def gone() -> str:
    """An upload expired, or was given up elsewhere."""
    return str(_("This upload is no longer there. Please choose the file again."))


def no_more() -> str:
    """The claim takes no files now."""
    return str(_("Your claim takes no more files: it is filed or ended."))
