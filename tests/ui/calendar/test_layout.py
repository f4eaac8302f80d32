from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from psc_desk.ui.widgets.calendar.layout import Place, arrange
from psc_desk.ui.widgets.calendar.navigation import Stop, horizontal, nearest, vertical, with_slots

spans = st.lists(st.tuples(st.integers(480, 1000), st.integers(1, 180)).map(lambda s: (s[0], s[0] + s[1])), max_size=30)


def test_the_known_example() -> None:
    a, b, c, d = (540, 600), (540, 570), (570, 600), (585, 615)
    assert arrange([a, b, c, d]) == [Place(0, 1, 3), Place(1, 2, 3), Place(1, 1, 3), Place(2, 1, 3)]


def test_visits_back_to_back_keep_the_whole_width() -> None:
    assert arrange([(540, 570), (570, 600)]) == [Place(0, 1, 1), Place(0, 1, 1)]


@given(spans)
def test_nothing_overlaps_and_nothing_leaves_its_column(visits: list[tuple[int, int]]) -> None:
    places = arrange(visits)
    for i, (one, at) in enumerate(zip(visits, places, strict=True)):
        assert at.column >= 0
        assert at.span >= 1
        assert at.column + at.span <= at.of
        for other, there in zip(visits[:i], places[:i], strict=True):
            if one[0] < other[1] and other[0] < one[1]:
                assert at.of == there.of
                assert at.column + at.span <= there.column or there.column + there.span <= at.column


@given(spans)
def test_the_order_given_does_not_change_how_many_columns_are_used(visits: list[tuple[int, int]]) -> None:
    assert sorted(p.of for p in arrange(visits)) == sorted(p.of for p in arrange(visits[::-1]))


def test_empty_slots_fill_the_gaps_and_end_on_the_quarter_hour() -> None:
    stops = with_slots(0, [Stop(0, 540, 560, 1)], (525, 600), 15)
    assert [(s.minute, s.end, s.visit_id) for s in stops] == [
        (525, 540, None),
        (540, 560, 1),
        (560, 570, None),
        (570, 585, None),
        (585, 600, None),
    ]


@given(spans)
def test_walking_down_then_up_visits_every_stop_and_returns(visits: list[tuple[int, int]]) -> None:
    places = arrange(visits)
    made = [Stop(0, s, e, n, p.column) for n, ((s, e), p) in enumerate(zip(visits, places, strict=True))]
    stops = with_slots(0, made, (480, 1200), 15)
    here, seen = stops[0], [stops[0]]
    while (there := vertical(stops, here, 1)) != here:
        here = there
        seen.append(here)
    assert len(seen) == len({(s.minute, s.column) for s in stops})
    while (there := vertical(stops, here, -1)) != here:
        here = there
    assert (here.minute, here.column) == (stops[0].minute, stops[0].column)


def test_sideways_goes_to_the_overlapping_visit_first() -> None:
    left, right = Stop(0, 540, 600, 1, 0), Stop(0, 550, 580, 2, 1)
    lanes = [[left, right], [Stop(1, 540, 600, 3)]]
    assert horizontal(lanes, left, 1, 540) == right
    assert horizontal(lanes, right, 1, 550).visit_id == 3
    assert horizontal(lanes, lanes[1][0], 1, 540) == lanes[1][0]


def test_nearest_takes_the_stop_that_holds_the_minute() -> None:
    stops = [Stop(0, 480, 540, 1), Stop(0, 540, 555), Stop(0, 600, 660, 2)]
    assert nearest(stops, 545).minute == 540
    assert nearest(stops, 590).minute == 600
