"""Pages of boxes, by a plain loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from browse.domain.boxes import Box
from browse.facets.engine import PageOfBoxes
from browse.query.box_terms import Below, BoxTerm


def box_page(
    keys: Sequence[int],
    boxes: Mapping[int, Sequence[Box]],
    terms: Sequence[BoxTerm],
    below: Below,
    *,
    largest_first: bool,
    start: int,
    size: int,
) -> PageOfBoxes:
    """At most `size` boxes from place `start` on, that a term counts, or of all, on images in this order.

    below: the labels below one.
    """
    found = [
        (key, number, box.area)
        for key in keys
        for number, box in enumerate(boxes.get(key, ()), start=1)
        if not terms or any(term.counts(box, below) for term in terms)
    ]
    if largest_first:
        found.sort(key=lambda place: (-place[2], place[0], place[1]))
    shown = [(key, number) for key, number, _ in found[start : start + size]]
    return PageOfBoxes(len(found), len({key for key, _, _ in found}), shown)
