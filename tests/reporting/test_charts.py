"""A chart's picture shows what its table says, and hides what it must."""

from datetime import date, timedelta
from itertools import pairwise, product

import pytest

from portal.reporting.charts import WIDTH, Chart, Row, fitting, picture
from portal.reporting.periods import HOW_MANY, WAYS, stretches
from portal.reporting.small import FEWEST, suppressed


def test_no_small_count_can_be_seen_or_worked_out_from_the_total():
    for counts in product((0, 1, 4, 5, 30), repeat=4):
        shown = suppressed(counts)
        assert all(one is None or one == 0 or one >= FEWEST for one in shown), counts
        hidden = [count for count, seen in zip(counts, shown, strict=True) if seen is None]
        if hidden and any(shown):  # where anything is left to subtract, what is hidden is several and not few
            assert len(hidden) >= 2, counts
            assert sum(hidden) >= FEWEST, counts


def test_what_is_not_small_is_left_alone():
    assert suppressed([0, 5, 100]) == [0, 5, 100]


def a_chart(*values: int, shape="bars") -> Chart:
    rows = tuple(Row(f"row {place}", (value, value // 2), "/queue") for place, value in enumerate(values))
    return Chart(
        "c", "Chart", "Row", ("All", "Half"), rows, shape=shape, crossed=1 if shape == "columns" else None
    )


def test_bars_are_as_long_as_their_numbers():
    marks = picture(a_chart(10, 5, 0)).marks
    assert marks[0].width == 2 * marks[1].width
    assert marks[2].width == 0
    assert [mark.value for mark in marks] == ["10", "5", "0"]
    assert max(mark.text_x for mark in marks) + 60 < WIDTH


def test_columns_stand_within_the_picture_whatever_there_is():
    for values in ([], [0], [1], [0, 0], [1_000_000] * 30):
        for mark in picture(a_chart(*values, shape="columns")).marks:
            assert 0 <= mark.x <= mark.x + mark.width <= WIDTH
            assert 0 <= mark.y <= mark.y + mark.height


def test_a_reader_without_claims_gets_no_links_and_only_what_is_drawn():
    hidden = a_chart(10, 3, 8).without_small()
    assert hidden.heads == ("All",)
    assert [row.values for row in hidden.rows] == [(10,), (None,), (None,)]
    assert not any(row.link for row in hidden.rows)
    assert "row 1: –" in hidden.described


def test_a_long_label_ends_before_the_picture_does():
    assert fitting("a reason " * 20).endswith("…")
    assert len(fitting("가" * 60)) < 33
    assert fitting("short") == "short"


@pytest.mark.parametrize("by", WAYS)
@pytest.mark.parametrize("whole", [True, False])
def test_stretches_follow_each_other_up_to_today(by, whole):
    today = date(2026, 3, 1)
    found = stretches(by, today, whole=whole)
    assert len(found) == HOW_MANY[by]
    assert all(after.first == before.last + timedelta(days=1) for before, after in pairwise(found))
    assert found[-1].last < today if whole else found[-1].first <= today <= found[-1].last
