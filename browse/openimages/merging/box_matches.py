"""Which box rows of several files, and of the database, are one box."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from browse.domain.box_rows import UNKNOWN, BoxRows
from browse.openimages.merging.row_streams import Origins, Places, RowCounts, of_several_origins

_SHIFTS = range(0, 10, 2)


def distinct_boxes(rows: BoxRows, origins: Origins, counts: RowCounts) -> BoxRows:
    """Each box once. Rows are of whole images, by image, and of rising origin there; their order stays."""
    kept = np.ones(len(rows), np.bool_)
    mixed = of_several_origins(rows, origins)
    if len(mixed):
        rows = rows.copy()
        order, begins = _groups(rows[mixed])
        places = mixed[order]
        ends = np.append(begins[1:], len(places))
        plain = _plain_groups(rows, origins, places, begins)
        _join_plain(places, begins, ends, plain, origins, kept, counts)
        for begin, end in zip(begins[~plain].tolist(), ends[~plain].tolist(), strict=True):
            if end - begin > 1:
                _join(rows, origins, places[begin:end].tolist(), kept, counts)
    counts.inserted += int(np.count_nonzero(kept & (origins > 0)))
    return rows[kept]


def _groups(rows: BoxRows) -> tuple[Places, Places]:
    """An order in which rows of one image, label, source and corners stand together, and where each such group begins.

    Within a group rows keep their order.
    """
    names = rows["image"].astype(np.uint64) << np.uint64(24)
    names |= rows["label"].astype(np.uint64) << np.uint64(8) | rows["source"]
    corners = np.ascontiguousarray(rows["corners"]).view(np.uint64)
    order = np.lexsort((corners[:, 1], corners[:, 0], names))
    told = np.column_stack([names, corners])[order]
    first = np.ones(len(rows), np.bool_)
    first[1:] = (told[1:] != told[:-1]).any(axis=1)
    return order, np.flatnonzero(first)


def _plain_groups(rows: BoxRows, origins: Origins, places: Places, begins: Places) -> npt.NDArray[np.bool_]:
    """Which groups have one row of each origin, all with the same attributes."""
    odd = np.zeros(len(places), np.bool_)
    attributes, own = rows["attributes"][places], origins[places]
    odd[1:] = (attributes[1:] != attributes[:-1]) | (own[1:] == own[:-1])
    odd[begins] = False
    return ~np.logical_or.reduceat(odd, begins)


def _join_plain(
    places: Places,
    begins: Places,
    ends: Places,
    plain: npt.NDArray[np.bool_],
    origins: Origins,
    kept: npt.NDArray[np.bool_],
    counts: RowCounts,
) -> None:
    """Keep the first row of each plain group."""
    further = np.repeat(plain, ends - begins)
    further[begins] = False
    kept[places[further]] = False
    known = plain & (ends - begins > 1) & (origins[places[begins]] == 0)
    counts.unchanged += int(np.count_nonzero(known))
    counts.repeated += int(np.count_nonzero(further)) - int(np.count_nonzero(known))


@dataclass
class _Joined:
    """A box in the making: the place of the row that stands for it, its attributes, and who has it."""

    place: int
    attributes: int
    before: int
    origins: set[int] = field(default_factory=set)


def _join(rows: BoxRows, origins: Origins, places: list[int], kept: npt.NDArray[np.bool_], counts: RowCounts) -> None:
    """One group: each row is a box of an earlier origin with the same attributes, or with others, or a new one."""
    boxes: list[_Joined] = []
    for origin in dict.fromkeys(origins[places].tolist()):
        own = [place for place in places if origins[place] == origin]
        codes = {place: int(rows["attributes"][place]) for place in own}
        matched: dict[int, _Joined] = {}
        for same in (True, False):
            for place in own:
                free = [box for box in boxes if origin not in box.origins]
                fitting = (box for box in free if not same or box.attributes == codes[place])
                if place not in matched and (box := next(fitting, None)) is not None:
                    matched[place] = box
                    box.origins.add(origin)
        for place in own:
            if place in matched:
                _take_over(matched[place], codes[place])
                kept[place] = False
            else:
                boxes.append(_Joined(place, codes[place], codes[place], {origin}))
    for box in boxes:
        rows["attributes"][box.place] = box.attributes
        further = len(box.origins) - 1
        if 0 in box.origins and further:
            counts.unchanged += box.attributes == box.before
            counts.updated += box.attributes != box.before
            further -= 1
        counts.repeated += further


def _take_over(box: _Joined, code: int) -> None:
    """Let a row say what it knows of a box."""
    for shift in _SHIFTS:
        if code >> shift & 3 != UNKNOWN:
            box.attributes = box.attributes & ~(3 << shift) | code & (3 << shift)
