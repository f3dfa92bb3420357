"""Pages: full, in order, and never broken where something must stay together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.packets.setting.flow import Oversized, fill_pages
from portal.packets.setting.strips import Strip, bind, space

STRIPS = st.lists(
    st.builds(Strip, st.floats(1, 60), st.just(()), st.booleans(), st.just(False), st.just(())), max_size=60
)


@given(STRIPS)
def test_every_strip_but_leading_space_is_placed_once_and_inside(strips):
    pages = fill_pages(strips, 200)
    placed = [one.strip for page in pages for one in page]
    assert [one for one in placed if not one.glue] == [one for one in strips if not one.glue]
    assert all(one.y + one.strip.height <= 200.01 for page in pages for one in page)
    assert not any(page and page[0].strip.glue for page in pages)


def test_bound_strips_move_to_the_next_page_together():
    block = bind([Strip(40) for _ in range(3)])
    first, second = fill_pages([Strip(100), *block], 200)
    assert (len(first), len(second)) == (1, 3)


def test_a_table_that_goes_on_overleaf_repeats_its_head():
    head = (Strip(20),)
    rows = [Strip(50, head=head) for _ in range(5)]
    first, second = fill_pages([*bind(head, last=True), *rows], 200)
    assert [one.repeated for one in first] == [False] * 4
    assert [(one.repeated, one.y) for one in second] == [(True, 20), (False, 70)]


def test_a_block_deeper_than_a_page_is_an_error_and_not_an_endless_loop():
    with pytest.raises(Oversized):
        fill_pages(bind([Strip(150), Strip(150)]), 200)


def test_space_at_the_top_of_a_page_is_dropped():
    assert [
        [one.strip.height for one in page] for page in fill_pages([Strip(190), space(20), Strip(30)], 200)
    ] == [
        [190],
        [30],
    ]
