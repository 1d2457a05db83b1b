"""Which box rows of several files, and of the database, are one box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from browse.domain.box_clicks import have_clicks
from browse.domain.box_rows import UNKNOWN, BoxRows
from browse.openimages.merging.row_streams import Origins, Places, RowCounts, of_several_origins

_SHIFTS = range(0, 10, 2)
Clicks = tuple[int, ...]
"""As `box_clicks` packs them; empty where there are none."""


def distinct_boxes(rows: BoxRows, origins: Origins, counts: RowCounts) -> BoxRows:
    """Each box once. Rows are of whole images, by image, and of rising origin there; their order stays."""
    kept = np.ones(len(rows), np.bool_)
    mixed = of_several_origins(rows, origins)
    if len(mixed):
        rows = rows.copy()
        order, begins = _groups(rows[mixed])
        groups = _Groups(rows, origins, mixed[order], begins)
        plain = groups.plain()
        groups.join(plain, kept, counts)
        for begin, end in zip(begins[~plain].tolist(), groups.ends[~plain].tolist(), strict=True):
            if end - begin > 1:
                _join(rows, origins, groups.places[begin:end].tolist(), kept, counts)
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


class _Groups:
    """Groups of rows that may be one box; places: of all their rows, one group behind the other, from `begins` on."""

    def __init__(self, rows: BoxRows, origins: Origins, places: Places, begins: Places) -> None:
        self._rows, self._origins = rows, origins
        self.places, self._begins = places, begins
        self.ends = np.append(begins[1:], len(places))
        self._sizes = self.ends - begins
        self._clicks = np.maximum.reduceat(rows["clicks"][places], begins, axis=0)
        """Of each group whose rows have the same ones, or none."""

    def plain(self) -> npt.NDArray[np.bool_]:
        """Which groups have one row of each origin, all with the same attributes, and no two with different clicks."""
        odd = np.zeros(len(self.places), np.bool_)
        attributes, own = self._rows["attributes"][self.places], self._origins[self.places]
        odd[1:] = (attributes[1:] != attributes[:-1]) | (own[1:] == own[:-1])
        odd[self._begins] = False
        clicks = self._rows["clicks"][self.places]
        odd |= have_clicks(clicks) & (clicks != np.repeat(self._clicks, self._sizes, axis=0)).any(axis=1)
        return ~np.logical_or.reduceat(odd, self._begins)

    def join(self, plain: npt.NDArray[np.bool_], kept: npt.NDArray[np.bool_], counts: RowCounts) -> None:
        """Keep the first row of each plain group, with the clicks that any of them has."""
        further = np.repeat(plain, self._sizes)
        further[self._begins] = False
        kept[self.places[further]] = False
        firsts = self.places[self._begins]
        known = plain & (self._sizes > 1) & (self._origins[firsts] == 0)
        updated = known & (self._rows["clicks"][firsts] != self._clicks).any(axis=1)
        self._rows["clicks"][firsts[plain]] = self._clicks[plain]
        counts.updated += int(np.count_nonzero(updated))
        counts.unchanged += int(np.count_nonzero(known & ~updated))
        counts.repeated += int(np.count_nonzero(further)) - int(np.count_nonzero(known))


@dataclass(frozen=True)
class _Said:
    """What a row says of its box, beside what it is told by."""

    attributes: int
    clicks: Clicks

    def with_later(self, other: _Said) -> _Said:
        """With what a later row knows in its place."""
        known = sum(3 << shift for shift in _SHIFTS if other.attributes >> shift & 3 != UNKNOWN)
        return _Said(self.attributes & ~known | other.attributes & known, other.clicks or self.clicks)


@dataclass
class _Joined:
    """A box in the making: the place of the row that stands for it, what is said of it, and who has it."""

    place: int
    said: _Said
    before: _Said
    origins: set[int] = field(default_factory=set)


_FITS: tuple[Callable[[_Said, _Said], bool], ...] = (
    lambda one, other: one == other,
    lambda one, other: one.attributes == other.attributes and not (one.clicks and other.clicks),
    lambda one, other: one.clicks == other.clicks,
    lambda _, __: True,
)
"""Which of several boxes at one place a row is taken for: the most alike."""


def _join(rows: BoxRows, origins: Origins, places: list[int], kept: npt.NDArray[np.bool_], counts: RowCounts) -> None:
    """One group: each row is a box of an earlier origin of which the same is said, or something else, or a new one."""
    boxes: list[_Joined] = []
    for origin in dict.fromkeys(origins[places].tolist()):
        said = {place: _said(rows[place]) for place in places if origins[place] == origin}
        matched: dict[int, _Joined] = {}
        for fits in _FITS:
            for place, own in said.items():
                free = (box for box in boxes if origin not in box.origins and fits(box.said, own))
                if place not in matched and (box := next(free, None)) is not None:
                    matched[place] = box
                    box.origins.add(origin)
        for place, own in said.items():
            if place in matched:
                matched[place].said = matched[place].said.with_later(own)
                kept[place] = False
            else:
                boxes.append(_Joined(place, own, own, {origin}))
    for box in boxes:
        _write(rows, box, counts)


def _said(row: np.void) -> _Said:
    clicks = row["clicks"]
    return _Said(int(row["attributes"]), tuple(clicks.tolist()) if clicks.any() else ())


def _write(rows: BoxRows, box: _Joined, counts: RowCounts) -> None:
    rows["attributes"][box.place] = box.said.attributes
    rows["clicks"][box.place] = box.said.clicks or 0
    further = len(box.origins) - 1
    if 0 in box.origins and further:
        counts.unchanged += box.said == box.before
        counts.updated += box.said != box.before
        further -= 1
    counts.repeated += further
