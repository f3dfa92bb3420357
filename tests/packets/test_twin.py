"""What the claimant reads on the page is what the packet prints: the same words, in both languages, in order.

The PDF is read element by element of its structure tree, the page tag by tag; what either says in one language is one
sequence, and what has no language (a name, a number, the claimant's own sentence) is a third. Only white space and the
breaking of lines are evened out. The signature block is left out, because it is made by signing: what stands after the
shared text must be words of that block and nothing else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from flask import Flask, get_template_attribute
from flask_babel import Babel

from portal.claims.particulars import PersonName
from portal.matters.bilingual import Language
from portal.matters.documents import Block, Document, ListBlock, Paragraph, plain
from portal.matters.folder import read_folder, read_matter
from portal.matters.model import PacketPlan
from portal.packets import formats, sample_people, samples
from portal.packets.content import PacketContent
from portal.packets.render import render
from portal.packets.slots import filled_slots
from portal.packets.words import other, signer_role, word
from tests.conftest import ROOT
from tests.packets.tagged import Tagged, sections_of

LANGUAGES: tuple[Language, Language, str] = ("ko", "en", "")
FOLDER = read_folder(ROOT / "matters" / "coupang-2025")
MATTER = read_matter(FOLDER)
DOCUMENTS = [
    (place, one.id) for place in ("kr", "us") for one in MATTER.packets[place].documents if not one.kinds
]
KINDS = ("minor", "heir", "company", "represented")
Said = list[tuple[str, str]]


@cache
def content(jurisdiction: str, kind: str = "self") -> PacketContent:
    return samples.sample_claim(MATTER, jurisdiction, kind)


# --- the page --------------------------------------------------------------------------------------------------------


def page_of(content: PacketContent, document_id: str) -> str:
    """The text of a document as the claimant's page holds it."""
    app = Flask("portal", template_folder=str(ROOT / "portal" / "templates"))
    Babel(app)
    matter, plan = content.matter, content.matter.packets[content.jurisdiction]
    slots = filled_slots(matter, content.jurisdiction, content.particulars, content.answers, content.exhibits)
    with app.test_request_context():
        pair = get_template_attribute("macros/ui.html", "document_pair")
        texts = [content.text(document_id, lang) for lang in ("ko", "en")]
        return str(pair(*texts, plan.governing_language, plan, slots))


@dataclass
class _Open:
    tag: str
    lang: str
    hidden: bool
    slot: str
    marker: str = ""


class _Page(HTMLParser):
    """Collects what a page says with the language that each piece is in, and the slot that it stands in."""

    _VOID = frozenset({"br", "img", "input", "hr"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open = [_Open("", "?", False, "")]
        self.said: list[tuple[str, str, str]] = []
        self.roles: list[tuple[str, str]] = []
        self._counts: list[int] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given, around = dict(attrs), self.open[-1]
        hidden = around.hidden or given.get("aria-hidden") == "true"
        lang = str(given["lang"] or "") if "lang" in given else around.lang
        slot = given.get("data-slot") or around.slot
        if tag in ("ol", "ul"):
            self._counts.append(int(given.get("start") or 1) - 1 if tag == "ol" else -1)
        if tag == "li":
            # The list's own sign, which a browser draws and the packet prints.
            numbered = self._counts[-1] >= 0
            self._counts[-1] += numbered
            self.said.append((slot, lang, f"{self._counts[-1]}." if numbered else "–"))
        if tag not in self._VOID:
            self.open.append(_Open(tag, lang, hidden, slot))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag
        if tag in ("ol", "ul"):
            self._counts.pop()

    def handle_data(self, data: str) -> None:
        here = self.open[-1]
        if data.strip() and not here.hidden:
            self.said.append((here.slot, here.lang, data))
            self.roles.append((here.tag, data))


def said_on_page(content: PacketContent, document_id: str, page: str) -> Said:
    """What the page says up to the signature, with the wording of the declaration that this act chose."""
    said: Said = []
    declaration: Said = []
    for slot, lang, text in _Page(page).said:
        if slot == "declaration":
            declaration.append((lang, text))
        elif slot != "signature":
            said.extend(_chosen(content, document_id, declaration))
            declaration = []
            said.append((lang, text))
    return [*said, *_chosen(content, document_id, declaration)]


def _chosen(content: PacketContent, document_id: str, declaration: Said) -> Said:
    """Of the two wordings that stand on the page, the one for the place, with the day and the place filled in."""
    if not declaration:
        return []
    act = content.act_of(document_id)
    outside, inside = declaration[2:6], declaration[6:10]
    day, place = word("reading.day"), word("reading.place")
    return [
        (
            lang,
            text.replace(day[lang], formats.local_date(act.signed_at, content.jurisdiction, lang)).replace(
                place[lang], formats.country(act.place)[lang]
            ),
        )
        for lang, text in (inside if act.inside_us else outside)
    ]


# --- the file --------------------------------------------------------------------------------------------------------


Documents = dict[str, list[Tagged]]


def printed(content: PacketContent) -> Documents:
    """The documents of a packet by id, as their structure elements."""
    plan = content.matter.packets[content.jurisdiction]
    found = dict(sections_of(bytes(render(content).data)))
    return {one.id: found[one.title[plan.governing_language]] for one in content.documents}


@cache
def sample_file(jurisdiction: str, kind: str = "self") -> Documents:
    return printed(content(jurisdiction, kind))


def said_in_file(file: Documents, document_id: str) -> tuple[Said, list[Tagged]]:
    """What the document says before its signature block, and the elements of that block."""
    elements = file[document_id]
    begins = {squeezed(word("consent.given").ko), squeezed(word("consent.given").en)}
    for plan in MATTER.packets.values():
        begins |= {squeezed(plan.governing_notice.ko), squeezed(plan.governing_notice.en)}
    last_heading = max(at for at, one in enumerate(elements) if one.role == "H2")
    block = [at for at, one in enumerate(elements) if at > last_heading and squeezed(one.text) in begins]
    end = block[0] if block else len(elements)
    return [(one.lang, one.text) for one in elements[:end]], elements[end:]


# --- beside each other -----------------------------------------------------------------------------------------------


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def by_language(said: Said) -> dict[str, str]:
    """Everything said in each language, in order, without white space."""
    found: dict[str, list[str]] = defaultdict(list)
    for lang, text in said:
        found[lang].append(squeezed(text))
    return {lang: "".join(found[lang]) for lang in {*LANGUAGES, *found}}


def difference(page: Said, file: Said, lang: str) -> str:
    """Where the two first part, with what stands around it; nothing where they are equal."""
    one, two = by_language(page)[lang], by_language(file)[lang]
    if one == two:
        return ""
    at = next(
        (at for at, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(two)),
    )
    return f"page: …{one[max(0, at - 30) : at + 30]}… file: …{two[max(0, at - 30) : at + 30]}…"


@pytest.mark.parametrize("lang", LANGUAGES, ids=["korean", "english", "personal"])
@pytest.mark.parametrize(("jurisdiction", "document_id"), DOCUMENTS)
def test_page_and_file_say_the_same(jurisdiction: str, document_id: str, lang: str) -> None:
    sample = content(jurisdiction)
    page = said_on_page(sample, document_id, page_of(sample, document_id))
    file, _ = said_in_file(sample_file(jurisdiction), document_id)
    assert set(by_language(page)) == set(by_language(file)) == set(LANGUAGES)
    assert by_language(file)[lang] or lang == ""
    assert not difference(page, file, lang)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("jurisdiction", ["kr", "us"])
def test_page_and_file_say_the_same_to_every_kind_of_claimant(jurisdiction: str, kind: str) -> None:
    sample = content(jurisdiction, kind)
    for document in sample.documents:
        page = said_on_page(sample, document.id, page_of(sample, document.id))
        file, _ = said_in_file(sample_file(jurisdiction, kind), document.id)
        if "declaration" in sample.text(document.id, "en").slots and len(sample.signers) > 1:
            continue  # the file has a wording for each day and place of signing, of which the page knows none
        for lang in LANGUAGES:
            assert not difference(page, file, lang), document.id


@pytest.mark.parametrize("jurisdiction", ["kr", "us"])
def test_each_signer_has_a_block_with_name_and_capacity_in_every_document(jurisdiction: str) -> None:
    sample = content(jurisdiction, "minor")
    for document in sample.documents:
        if "signature" not in sample.text(document.id, "en").slots:
            continue
        _, block = said_in_file(sample_file(jurisdiction, "minor"), document.id)
        said = [squeezed(one.text) for one in block]
        for act in sample.acts:
            assert any(squeezed(act.signer_name) in one for one in said), document.id
        for lang in ("ko", "en"):
            capacity = squeezed(word("capacity.parent")[lang])
            assert sum(one == capacity for one in said) == len(sample.acts) == 2
            drawn = squeezed(word("signature.drawn")[lang])
            assert sum(one == drawn for one in said) == 2


@pytest.mark.parametrize(("jurisdiction", "document_id"), DOCUMENTS)
def test_after_the_shared_text_stands_only_the_signature_block(jurisdiction: str, document_id: str) -> None:
    sample = content(jurisdiction)
    _, block = said_in_file(sample_file(jurisdiction), document_id)
    document = next(one for one in MATTER.packets[jurisdiction].documents if one.id == document_id)
    has_signature = "signature" in MATTER.document(document_id, "en").slots
    assert bool(block) == has_signature
    known = set(_words_of_signature(sample, document.kind))
    for one in block:
        text = squeezed(one.text)
        assert text in known or re.search(r"\d{4}-\d{2}-\d{2}\d{2}:\d{2}:\d{2}", text), one


def _words_of_signature(content: PacketContent, kind: str) -> Iterator[str]:
    plan, firm = content.matter.packets[content.jurisdiction], content.matter.counsel(content.jurisdiction)
    texts = [plan.governing_notice, signer_role(kind), firm.name, firm.responsible_lawyer]
    texts += [word(f"signature.{name}") for name in ("date", "drawn", "counsel", "counter_note")]
    texts += [word(f"consent.{name}") for name in ("given", "refused", "at")]
    for text in texts:
        yield from (squeezed(text.ko), squeezed(text.en))
    for lang in ("ko", "en"):
        yield squeezed(formats.local_date(content.act.signed_at, content.jurisdiction, lang))
    assert content.particulars.name
    yield squeezed(formats.full_name(content.particulars.name))


# --- it can fail -----------------------------------------------------------------------------------------------------


def differs(page: Said, file: Said) -> set[str]:
    return {lang for lang in LANGUAGES if difference(page, file, lang)}


@pytest.mark.parametrize(
    ("jurisdiction", "document_id", "old", "new", "lang"),
    [
        ("kr", "kr-retainer", "the Firm answers within 14 days", "the Firm replies within 14 days", "en"),
        ("kr", "kr-retainer", "을은 14일 안에 답한다", "을은 41일 안에 답한다", "ko"),
        ("kr", "kr-power", "7. To file an appeal\n", "7. To lodge an appeal\n", "en"),
        ("us", "us-engagement", "직무규칙이 허용하거나 요구하는 경우에", "직무규칙이 요구하는 경우에", "ko"),
        ("us", "us-esign", "- A printer, if you wish to keep paper\n", "", "en"),
    ],
)
def test_a_word_a_number_or_a_line_that_only_one_has_is_noticed(
    jurisdiction: str, document_id: str, old: str, new: str, lang: str
) -> None:
    file = f"documents/{document_id}.{lang}.md"
    source = FOLDER[file].decode()
    assert old in source
    other_text = read_matter({**FOLDER, file: source.replace(old, new).encode()})
    sample = content(jurisdiction)
    page = said_on_page(sample, document_id, page_of(sample, document_id))
    file_says, _ = said_in_file(printed(replace(sample, matter=other_text)), document_id)
    assert differs(page, file_says) == {lang}


def test_a_row_or_a_digit_of_the_claimants_own_that_only_one_has_is_noticed() -> None:
    sample = content("us")
    page = {
        name: said_on_page(sample, name, page_of(sample, name)) for name in ("us-pslra", "us-declaration")
    }
    trades = sample_people.JIWOO.securities.trades  # type: ignore[union-attr]
    swapped = trades[0].model_copy(update={"quantity": trades[0].quantity + 90})
    for changes, document_id in (
        (
            {"securities": sample_people.JIWOO.securities.model_copy(update={"trades": trades[1:]})},
            "us-pslra",
        ),  # type: ignore[union-attr]
        (
            {
                "securities": sample_people.JIWOO.securities.model_copy(
                    update={"trades": (swapped, *trades[1:])}
                )
            },
            "us-pslra",
        ),  # type: ignore[union-attr]
        ({"phone": "+12015550132"}, "us-declaration"),
        ({"name": PersonName(hangul="박지후", passport="PARK JIWOO OLIVIA")}, "us-declaration"),
    ):
        changed = replace(sample, particulars=sample.particulars.model_copy(update=changes))
        file, _ = said_in_file(printed(changed), document_id)
        assert "" in differs(page[document_id], file) or changes.keys() == {"phone"}, changes


def test_an_exhibit_that_only_the_page_lists_is_noticed() -> None:
    sample = content("kr")
    page = said_on_page(sample, "kr-exhibits", page_of(sample, "kr-exhibits"))
    fewer = replace(sample, exhibits=sample.exhibits[:-1])
    assert differs(page, said_in_file(printed(fewer), "kr-exhibits")[0]) == set(LANGUAGES)


# --- how they stand --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("jurisdiction", "document_id"), DOCUMENTS)
def test_headings_paragraphs_and_items_of_both_languages_begin_side_by_side(
    jurisdiction: str, document_id: str
) -> None:
    first = MATTER.packets[jurisdiction].governing_language
    elements = sample_file(jurisdiction)[document_id]
    begins = {lang: list(_beginnings(elements, jurisdiction, document_id, lang)) for lang in LANGUAGES[:2]}
    assert len(begins["ko"]) == len(begins["en"]) > 4
    for left, right in zip(begins[first], begins[other(first)], strict=True):
        assert left.page == right.page, (left, right)
        assert abs(left.top - right.top) < 9, (left, right)
        assert left.left + 100 < right.left


def _beginnings(
    elements: list[Tagged], jurisdiction: str, document_id: str, lang: Language
) -> Iterator[Tagged]:
    """Where each piece of a text begins in the file, in order; its end may stand on the next page."""
    spoken = iter(one for one in elements if one.lang == lang)
    for piece in _pieces(MATTER.document(document_id, lang), MATTER.packets[jurisdiction]):
        yield next(one for one in spoken if squeezed(piece).startswith(squeezed(one.text)))


def _pieces(document: Document, plan: PacketPlan) -> Iterator[str]:
    yield document.title
    yield from _of_blocks(document.preamble)
    for clause in document.clauses:
        yield plan.clause_heading[document.lang].format(number=clause.number, title=clause.title)
        yield from _of_blocks(clause.blocks)


def _of_blocks(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(runs):
                yield plain(runs)
            case ListBlock(ordered, items, start):
                for number, item in enumerate(items, start):
                    yield (f"{number}." if ordered else "–") + plain(item)


@pytest.mark.parametrize("exhibits", [3, 30])
@pytest.mark.parametrize("jurisdiction", ["kr", "us"])
def test_the_governing_language_is_named_on_the_first_page(jurisdiction: str, exhibits: int) -> None:
    sample = content(jurisdiction)
    pieces = tuple(replace(sample.exhibits[0], number=number) for number in range(1, exhibits + 1))
    _, cover = sections_of(bytes(render(replace(sample, exhibits=pieces)).data))[0]
    notice = MATTER.packets[jurisdiction].governing_notice
    first_page = {squeezed(one.text) for one in cover if one.page == 0}
    assert {squeezed(notice.ko), squeezed(notice.en)} <= first_page


@pytest.mark.parametrize(("jurisdiction", "document_id"), DOCUMENTS)
def test_the_governing_language_is_named_above_each_signature(jurisdiction: str, document_id: str) -> None:
    _, block = said_in_file(sample_file(jurisdiction), document_id)
    notice = MATTER.packets[jurisdiction].governing_notice
    for lang in ("ko", "en") if block else ():
        said = next(one for one in block if squeezed(one.text) == squeezed(notice[lang]))
        line = next(one for one in block if squeezed(one.text) == squeezed(word("signature.drawn")[lang]))
        assert said.page == line.page
        assert said.top < line.top


# --- for those who listen --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("jurisdiction", "document_id"), DOCUMENTS)
def test_every_word_of_the_page_is_in_a_language_under_headings_in_order(
    jurisdiction: str, document_id: str
) -> None:
    page = page_of(content(jurisdiction), document_id)
    assert {lang for _, lang, _ in _Page(page).said} <= set(LANGUAGES)
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[:2] == [2, 2], "the title in both languages"
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        heads = re.findall(r"<th ([^>]*)>", table)
        assert heads
        assert all('scope="col"' in head for head in heads)
