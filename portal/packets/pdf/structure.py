"""The logical structure of a file: a document of sections, each a list of elements in reading order.

It is what makes a packet readable by a screen reader: every element names its language and points to its marked
content, and pictures have a description. ISO 32000-1, 14.7 and 14.8.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.packets.pdf.file import Objects, string
from portal.packets.setting.strips import Element

_ELEMENT = "<</Type/StructElem/S/%s/P %d 0 R/Pg %d 0 R%s/K %d>>"


@dataclass(frozen=True)
class TaggedPage:
    """A page object and its elements: each with its distance from the top, in the order of their marked content."""

    number: int
    elements: Sequence[tuple[Element, float]]


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
    made = [
        objects.add(_ELEMENT % (element.role, section, page.number, _described(element), mcid))
        for mcid, (element, _) in enumerate(page.elements)
    ]
    parents.append(f"{len(parents)} [{_references(made)}]")
    tops = [top for _, top in page.elements]
    return [made[index] for index in sorted(range(len(made)), key=tops.__getitem__)]


def _described(element: Element) -> str:
    lang = f"/Lang({element.lang})" if element.lang else ""
    return f"{lang}/Alt{string(element.alt)}" if element.alt else lang


def _references(numbers: Iterable[int]) -> str:
    return " ".join([f"{number} 0 R" for number in numbers])
