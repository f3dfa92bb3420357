"""The logical structure of a file: a document of sections, each a list of elements in reading order.

It is what makes a packet readable by a screen reader: every element names its language and points to its marked
content, and pictures have a description. ISO 32000-1, 14.7 and 14.8.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.packets.pdf.file import Objects, string
from portal.packets.setting.strips import Element

BETWEEN = "\0"

Elements = Sequence[tuple[Element, float]]


def described(elements: Elements, first: int = 0) -> str:
    """The elements' objects as one pattern, to be filled with the numbers of section and page for each."""
    return BETWEEN.join([f"{_opened(one)}{mcid}>>" for mcid, (one, _) in enumerate(elements, first)])


def element_pattern(element: Element) -> str:
    """One element's object, to be filled with the numbers of section, page and marked content."""
    return _opened(element) + "%d>>"


def _opened(element: Element) -> str:
    if element.alt:  # may be what a claimant called an exhibit, which nothing shared remembers
        return f"{_plain(element.role, element.lang)}/Alt{string(element.alt)}/K "
    return f"{_plain(element.role, element.lang)}/K "


@lru_cache(64)
def _plain(role: str, lang: str) -> str:
    return f"<</Type/StructElem/S/{role}/P %d 0 R/Pg %d 0 R" + (f"/Lang({lang})" if lang else "")


@dataclass(frozen=True)
class TaggedPage:
    """A page object and its elements in the order of their marked content: those of its fixed content, `described`
    already, and the claim's own after them, as `Ink.tagged` gives them.
    """

    number: int
    fixed: Elements
    fixed_pattern: str
    own_pattern: str
    own_tops: Sequence[float]


@dataclass(frozen=True)
class TaggedSection:
    title: str
    pages: Sequence[TaggedPage]


def put_structure(objects: Objects, sections: Iterable[TaggedSection], lang: str) -> int:
    """Writes the structure tree and answers its number. Pages are numbered for it (/StructParents) in order."""
    root, document = objects.take(), objects.take()
    parents: list[str] = []
    numbers = []
    for section in sections:
        number = objects.take()
        numbers.append(number)
        kids = [kid for page in section.pages for kid in _put_page(objects, page, number, parents)]
        objects.put(
            number,
            f"<</Type/StructElem/S/Sect/P {document} 0 R/T{string(section.title)}/K[{_references(kids)}]>>".encode(),
        )
    objects.put(
        document,
        f"<</Type/StructElem/S/Document/P {root} 0 R/Lang({lang})/K[{_references(numbers)}]>>".encode(),
    )
    tree = objects.add(f"<</Nums[{' '.join(parents)}]>>")
    objects.put(
        root,
        f"<</Type/StructTreeRoot/K {document} 0 R/ParentTree {tree} 0 R/ParentTreeNextKey {len(parents)}>>".encode(),
    )
    return root


def _put_page(objects: Objects, page: TaggedPage, section: int, parents: list[str]) -> list[int]:
    """Writes the page's elements and answers their numbers in reading order."""
    patterns = [part for part in (page.fixed_pattern, page.own_pattern) if part]
    fixed, number = len(page.fixed), page.number
    count = fixed + len(page.own_tops)
    own = [part for mark in range(fixed, count) for part in (section, number, mark)]
    # One format for a page's elements: there are hundreds in a packet.
    written = BETWEEN.join(patterns) % ((section, number) * fixed + tuple(own))
    made = objects.extend(written.encode("ascii").split(b"\0")) if count else []
    parents.append(f"{len(parents)} [{_references(made)}]")
    tops = [*(top for _, top in page.fixed), *page.own_tops]
    return [made[index] for index in sorted(range(count), key=tops.__getitem__)]


def _references(numbers: Sequence[int]) -> str:
    return ("%d 0 R " * len(numbers)) % tuple(numbers)
