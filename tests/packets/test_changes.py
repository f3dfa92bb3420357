"""What somebody is shown who read an older version: every word that differs, and nothing that does not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.matters.documents import Clause, Document, ListBlock, Paragraph, Run, Slot
from portal.packets.changes import Changes, Kind, Piece, compare, words

TEXT = st.text("가나다 abc,.3%\n", max_size=40)


def heading(number: str, title: str) -> str:
    return f"제{number}조 ({title})"


def clause(number: int, title: str, *lines: str) -> Clause:
    return Clause(str(number), title, tuple(Paragraph((Run(line),)) for line in lines))


def text(*clauses: Clause, title: str = "소송위임장", preamble: str = "아래와 같이 위임합니다.") -> Document:
    return Document("kr-power", "ko", title, (Paragraph((Run(preamble),)),), clauses)


def changes(old: Document, new: Document) -> Changes:
    return compare(old, new, heading, {"schedule": "인적 사항"})


POWERS = clause(1, "위임", "소의 제기를 위임합니다.")
FEES = clause(2, "보수", "성공보수는 10퍼센트입니다.", "착수금은 없습니다.")
COSTS = clause(3, "실비", "실비는 법무법인이 먼저 부담합니다.")


def marked(pieces: tuple[Piece, ...]) -> str:
    signs = {Kind.SAME: "", Kind.NEW: "+", Kind.GONE: "-"}
    return "".join(
        piece.text if piece.kind is Kind.SAME else f"[{signs[piece.kind]}{piece.text}]" for piece in pieces
    )


def test_a_text_that_is_as_it_was_has_nothing_to_tell() -> None:
    assert changes(text(POWERS, FEES), text(POWERS, FEES)).told == ()


def test_a_changed_word_is_marked_and_its_neighbours_are_not() -> None:
    dearer = clause(2, "보수", "성공보수는 15퍼센트입니다.", "착수금은 없습니다.")
    (told,) = changes(text(POWERS, FEES), text(POWERS, dearer)).told
    assert (told.kind, told.number) == (Kind.CHANGED, "2")
    assert (
        marked(told.body) == "성공보수는 [-10퍼센트입니다][+15퍼센트입니다].\n착수금은 없습니다."
    )  # a number and its unit are one word
    assert marked(told.heading) == "제2조 (보수)"


def test_an_inserted_clause_is_new_and_those_after_it_only_moved() -> None:
    notice = clause(2, "통지", "소송의 경과를 알립니다.")
    moved = Clause("3", FEES.title, FEES.blocks)
    told = changes(text(POWERS, FEES), text(POWERS, notice, moved)).told
    assert [(one.kind, one.number) for one in told] == [(Kind.NEW, "2"), (Kind.MOVED, "3")]
    assert marked(told[0].body) == "[+소송의 경과를 알립니다.]"
    assert marked(told[1].heading) == "[-제2조][+제3조] (보수)"


def test_a_clause_that_is_gone_stands_where_it_stood() -> None:
    moved = Clause("2", COSTS.title, COSTS.blocks)
    told = changes(text(POWERS, FEES, COSTS), text(POWERS, moved)).told
    assert [(one.kind, one.number) for one in told] == [(Kind.GONE, "2"), (Kind.MOVED, "2")]
    told = changes(text(POWERS, FEES), text(POWERS)).told
    assert [(one.kind, marked(one.heading)) for one in told] == [(Kind.GONE, "[-제2조 (보수)]")]


def test_a_clause_put_wholly_anew_is_one_gone_and_one_new() -> None:
    other = clause(2, "관할", "이 계약에 관한 다툼은 서울중앙지방법원에서 정합니다.")
    told = changes(text(POWERS, FEES), text(POWERS, other)).told
    assert [one.kind for one in told] == [Kind.NEW, Kind.GONE]


def test_a_clause_that_only_got_another_title_is_changed() -> None:
    renamed = Clause("2", "보수와 비용", FEES.blocks)
    (told,) = changes(text(POWERS, FEES), text(POWERS, renamed)).told
    assert (told.kind, marked(told.heading)) == (Kind.CHANGED, "제2조 ([-보수][+보수와 비용])")


def test_title_preamble_lists_and_slots_are_compared_too() -> None:
    items = ListBlock(True, ((Run("반소의 제기"),), (Run("소의 취하"),)))
    more = ListBlock(True, (*items.items, (Run("화해"),)))
    old = text(Clause("1", "특별수권", (items,)))
    new = text(Clause("1", "특별수권", (more, Slot("schedule"))), title="위임장", preamble="위임합니다.")
    told = changes(old, new)
    assert marked(told.title) == "[-소송위임장][+위임장]"
    assert [marked(one.body) for one in told.told] == [
        "[-아래와 같이 ]위임합니다.",
        "1. 반소의 제기\n2. 소의 취하[+\n3. 화해\n[인적 사항]]",
    ]


@given(TEXT, TEXT)
def test_no_word_is_lost_of_either_text(old: str, new: str) -> None:
    pieces = words(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.NEW) == old
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.GONE) == new
    assert all(piece.text for piece in pieces)


@given(st.permutations([POWERS, FEES, COSTS]), st.permutations([POWERS, COSTS, clause(4, "관할", "서울")]))
def test_each_clause_is_told_of_once(old: list[Clause], new: list[Clause]) -> None:
    numbered = [[Clause(str(n), c.title, c.blocks) for n, c in enumerate(one, 1)] for one in (old, new)]
    found = changes(text(*numbered[0]), text(*numbered[1])).clauses
    assert sum(one.kind is not Kind.GONE for one in found) == 4
    assert sum(one.kind is not Kind.NEW for one in found) == 4
