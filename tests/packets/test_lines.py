"""Lines: nothing lost, nothing too wide, Korean words kept whole."""

from hypothesis import given
from hypothesis import strategies as st

from portal.matters.documents import Run
from portal.packets.setting.lines import set_lines, text_width
from portal.packets.setting.styles import BODY

LETTERS = st.text(st.sampled_from("가나다라마바사아 abcABC.,-燁Ó\n"), max_size=200)
WIDTHS = st.floats(30, 400)


def said(lines):
    return ["".join(piece.text for piece in line.pieces) for line in lines]


@given(LETTERS, WIDTHS)
def test_no_letter_is_lost_and_no_line_is_wider_than_its_column(text, width):
    lines = set_lines(text, BODY, width)
    assert "".join("".join(said(lines)).split()) == "".join(text.split())
    assert all(line.width <= width + 0.01 for line in lines)


@given(LETTERS, WIDTHS)
def test_lines_are_as_wide_as_they_say(text, width):
    for line in set_lines(text, BODY, width):
        ends = [piece.x + text_width(piece.text.rstrip(" "), BODY) for piece in line.pieces]
        assert not ends or abs(max(ends) - line.width) < 0.01


@given(
    st.lists(
        st.sampled_from(["손해배상", "청구", "개인정보", "제15조에", "따라", "the", "counsel"]), max_size=40
    ),
    WIDTHS,
)
def test_words_that_fit_are_never_cut(words, width):
    longest = max((text_width(word, BODY) for word in words), default=0)
    if longest > width:
        return
    broken = [word for line in said(set_lines(" ".join(words), BODY, width)) for word in line.split()]
    assert broken == words


def test_a_word_wider_than_the_column_is_cut_where_the_column_ends():
    lines = set_lines("a" * 300, BODY, 100)
    assert len(lines) > 10
    assert all(line.width > 90 for line in lines[:-1])


def test_styles_join_where_the_text_has_no_space():
    (line,) = set_lines((Run("위임인(이하 "), Run("갑", bold=True), Run(")은")), BODY, 400)
    assert [(piece.face, piece.text) for piece in line.pieces] == [
        ("serif", "위임인(이하 "),
        ("serif-bold", "갑"),
        ("serif", ")은"),
    ]


def test_a_paragraph_does_not_end_on_a_stub_where_another_break_avoids_it():
    text = (
        "The Firm asks the Client to decide on every offer in writing before it answers the other side on it"
    )
    width = text_width(text, BODY) - 6  # first-fit would leave the last word alone
    first, last = set_lines(text, BODY, width)
    assert last.width > 5 * text_width("it", BODY)
    assert first.width < width
