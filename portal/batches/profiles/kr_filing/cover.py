"""What each file of a Korean filing is, on one sheet for who hands it in; and which files go in together."""

from __future__ import annotations

from dataclasses import dataclass, field

from portal.batches.profiles.sheets import Papers
from portal.batches.profiles.words import filled, word
from portal.matters.matter import Matter
from portal.packets.binding import Section
from portal.packets.filing import MB
from portal.packets.setting.strips import Strip, space

_LANG = "ko"


@dataclass(frozen=True)
class Told:
    """A file as the cover sheet tells of it; ``pages`` is None of a spreadsheet."""

    name: str
    what: str
    first: int
    last: int
    pages: int | None
    size: int


@dataclass
class Submissions:
    """Puts files one after the other into folders, each small enough to be handed in at once."""

    largest: int
    files: list[list[Told]] = field(default_factory=list)
    _filled: int = 0

    def place(self, name: str, what: str, first: int, last: int, pages: int | None, size: int) -> str:
        """Notes the file and answers its name with the folder that it goes to."""
        if not self.files or self._filled + size > self.largest:
            self.files.append([])
            self._filled = 0
        self._filled += size
        self.files[-1].append(Told(name, what, first, last, pages, size))
        return f"submission-{len(self.files):02}/{name}"


def cover(papers: Papers, matter: Matter, batch: str, count: int, placed: Submissions) -> bytes:
    """The sheet: the suit, then folder by folder each file with its plaintiffs, pages and size."""
    lead = filled("cover.lead", _LANG, batch=batch, count=f"{count:,}", limit=placed.largest // MB)
    strips = [*papers.heading(word("cover.title")[_LANG]), *papers.said(lead), *_suit(papers, matter)]
    for number, files in enumerate(placed.files, 1):
        size = _megabytes(sum(one.size for one in files))
        title = filled("cover.submission", _LANG, number=number, size=size)
        strips += [space(14), *papers.heading(title, smaller=True), *_files(papers, files)]
    strips += [space(10), *papers.said(word("cover.note")[_LANG])]
    named = word("cover.title")
    return papers.bind(named[_LANG], [Section("cover", "cover", named, papers.sheets(strips))])


def _suit(papers: Papers, matter: Matter) -> list[Strip]:
    firm = matter.counsel("kr")
    rows: list[tuple[str, str]] = []
    for track in (one for one in matter.tracks if one.jurisdiction == "kr"):
        rows += [
            ("court", matter.court(track.court).name[_LANG]),
            ("case", track.case_name[_LANG]),
            ("defendant", matter.defendant(track.id)[_LANG]),
        ]
    rows.append(("counsel", f"{firm.name[_LANG]}, {firm.responsible_lawyer[_LANG]}"))
    return papers.facts([(word(f"cover.{label}")[_LANG], value) for label, value in rows])


def _files(papers: Papers, files: list[Told]) -> list[Strip]:
    heads = (
        ("file", 3.0, False),
        ("what", 3.4, False),
        ("who", 1.6, False),
        ("pages", 0.9, True),
        ("size", 1.3, True),
    )
    rows = [
        [
            one.name,
            one.what,
            f"{one.first}–{one.last}" if one.last != one.first else str(one.first),
            "" if one.pages is None else f"{one.pages:,}",
            _megabytes(one.size),
        ]
        for one in files
    ]
    return papers.table([(word(f"cover.{head}")[_LANG], share, right) for head, share, right in heads], rows)


def _megabytes(size: int) -> str:
    return f"{size / MB:,.2f}"
