"""What became of pictures of pages, in the reader's language: received, not of this print, how to do better."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.evidence import wording as evidence
from portal.evidence.details import tidy_file_name
from portal.evidence.refusals import TooManyFiles
from portal.packets.paper.returning import Fate, Result


def sentence(result: Result) -> str:
    """One picture's fate."""
    if result.refusal is not None:
        return _refused(result)
    return _SENTENCES[result.fate](picture(result), result.number)


def picture(result: Result) -> str:
    """How the picture is called: its file's name, and the place in a scan."""
    name = tidy_file_name(result.name)
    if result.place:
        return str(_("“%(name)s”, page %(place)s of the scan", name=name, place=result.place))
    return str(_("“%(name)s”", name=name))


def pages(numbers: Iterable[int]) -> str:
    """Page numbers as people write them: 1–4, 7, 9–10."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def counted(results: Sequence[Result]) -> str:
    """How many pages of an upload count now."""
    number = sum(result.fate in (Fate.RECEIVED, Fate.REPLACED) for result in results)
    return ngettext("%(num)s page received.", "%(num)s pages received.", number)


def _refused(result: Result) -> str:
    if isinstance(result.refusal, TooManyFiles):
        return _(
            "%(picture)s was not taken: page %(number)s has been sent %(limit)s times already. "
            "Please call the law firm.",
            picture=picture(result),
            number=result.number,
            limit=result.refusal.limit,
        )
    assert result.refusal is not None
    return evidence.refusal(result.refusal, tidy_file_name(result.name))


_SENTENCES: dict[Fate, Callable[[str, int], str]] = {
    Fate.RECEIVED: lambda picture, number: _(
        "%(picture)s: page %(number)s received.", picture=picture, number=number
    ),
    Fate.REPLACED: lambda picture, number: _(
        "%(picture)s: page %(number)s received; it counts now instead of the earlier picture.",
        picture=picture,
        number=number,
    ),
    Fate.SAME: lambda picture, number: _(
        "%(picture)s: page %(number)s was here already.", picture=picture, number=number
    ),
    Fate.GUIDE: lambda picture, _number: _(
        "%(picture)s shows the sheet of instructions. It is not needed.", picture=picture
    ),
    Fate.CHANGED: lambda picture, number: _(
        "%(picture)s: page %(number)s belongs to a document that has changed since. Please print that document again.",
        picture=picture,
        number=number,
    ),
    Fate.OLDER: lambda picture, number: _(
        "%(picture)s: page %(number)s is of an older print. Please send the page of the newest one.",
        picture=picture,
        number=number,
    ),
    Fate.CLOSED: lambda picture, number: _(
        "%(picture)s: page %(number)s is not needed any more; these documents are signed.",
        picture=picture,
        number=number,
    ),
    Fate.FOREIGN: lambda picture, _number: _(
        "%(picture)s is not of this print. It was not kept.", picture=picture
    ),
    Fate.BLANK: lambda picture, number: _(
        "%(picture)s: page %(number)s of a blank form. It was not kept: please send blank forms by post, or fill in "
        "this claim on the screen and print it.",
        picture=picture,
        number=number,
    ),
    Fate.SEVERAL: lambda picture, _number: _(
        "%(picture)s shows more than one page. Please photograph each page on its own.", picture=picture
    ),
    Fate.UNREADABLE: lambda picture, _number: _(
        "%(picture)s: no code could be read. Lay the page flat in good light, and photograph it from straight above so "
        "that both codes in its corners are sharp.",
        picture=picture,
    ),
}
