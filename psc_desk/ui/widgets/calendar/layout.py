"""Side by side: where visits that overlap in time stand inside one column of the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Sub-column `column` of `of`, `span` sub-columns wide."""

    column: int
    span: int
    of: int


def arrange(spans: Sequence[tuple[int, int]]) -> list[Place]:
    """Return a place for each `(start, end)` of one calendar column, in the order given.

    Spans are half open, so one that ends at 9:30 and one that starts then do not overlap. A span without length
    is taken as one minute. Spans of a cluster share one number of sub-columns; a span widens to the right while
    the sub-columns beside it are free.
    """
    whole = [(start, max(end, start + 1)) for start, end in spans]
    order = sorted(range(len(whole)), key=lambda i: (whole[i][0], -whole[i][1], i))
    places: dict[int, Place] = {}
    for cluster in _clusters(whole, order):
        places.update(_place_cluster(whole, cluster))
    return [places[i] for i in range(len(whole))]


def _clusters(spans: Sequence[tuple[int, int]], order: Sequence[int]) -> list[list[int]]:
    clusters: list[list[int]] = []
    reach = -1
    for i in order:
        start, end = spans[i]
        if not clusters or start >= reach:
            clusters.append([])
        clusters[-1].append(i)
        reach = max(reach, end)
    return clusters


def _place_cluster(spans: Sequence[tuple[int, int]], cluster: Sequence[int]) -> dict[int, Place]:
    columns: list[list[int]] = []
    for i in cluster:
        free = next((column for column in columns if spans[column[-1]][1] <= spans[i][0]), None)
        if free is None:
            columns.append([i])
        else:
            free.append(i)
    return {
        i: Place(number, _span(spans, spans[i], columns[number + 1 :]), len(columns))
        for number, column in enumerate(columns)
        for i in column
    }


def _span(spans: Sequence[tuple[int, int]], span: tuple[int, int], to_the_right: Sequence[list[int]]) -> int:
    width = 1
    for column in to_the_right:
        if any(spans[j][0] < span[1] and span[0] < spans[j][1] for j in column):
            break
        width += 1
    return width
