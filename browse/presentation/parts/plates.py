"""Where names stand at what is drawn over a picture: within it, and where there is room not over one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from browse.domain.box_places import Place

PLATE_PX = 20
NARROWEST_PX, LOWEST_PX = 320, 340
"""Of a picture on a small screen: how wide it is at least, and how high it is where it is high enough."""
CHARACTER_PX, AROUND_PX = 7, 14
"""About how wide a character of a name is, and what is around the name."""
LEAST_ROOM = 0.5
"""The share of the picture that is left to a name at least."""
_CELL_PX = 10


@dataclass(frozen=True)
class Plate:
    """Where the name at a box stands, in percent of the picture: the room that it may take, which never leaves it.

    is_end: it stands at the right end of the room; is_above: above y, not below it.
    """

    x: str
    y: str
    width: str
    is_end: bool
    is_above: bool


@dataclass(frozen=True)
class Shown:
    """The picture that boxes are drawn on: the data set's rotation, and its pixels the right way up where known."""

    rotation: int | None
    width: int | None = None
    height: int | None = None


def plate_at(place: Place, shown: Shown) -> Plate:
    """Where a name stands: above a place where even on a small screen there is room, else inside it; to the side with
    more room.
    """
    is_end = 1 - place.left < place.right
    is_above = place.top >= min(PLATE_PX / _least_height(shown), 0.5)
    return Plate(
        x=percents(0.0 if is_end else place.left),
        y=percents(place.top),
        width=percents(place.right if is_end else 1 - place.left),
        is_end=is_end,
        is_above=is_above,
    )


def _least_height(shown: Shown) -> float:
    """Of the picture on a small screen, in pixels; one of unknown proportions counts as twice as wide as high."""
    proportions = shown.height / shown.width if shown.width and shown.height else 0.5
    return min(NARROWEST_PX * proportions, LOWEST_PX)


@dataclass(frozen=True)
class Plates:
    """The names at the boxes of one picture, given one by one."""

    shown: Shown
    _taken: set[tuple[int, int]] = field(default_factory=set)

    def put(self, place: Place, name: str) -> Plate:
        """Where a name stands: as `plate_at` says, but if another one stands there already at another corner that is
        free; as large as on a small screen.
        """
        usual = plate_at(place, self.shown)
        choices = ((plate, self._cells(plate, name)) for plate in _corners(usual, place, self.shown))
        chosen, cells = next((one for one in choices if not one[1] & self._taken), (usual, self._cells(usual, name)))
        self._taken.update(cells)
        return chosen

    def _cells(self, plate: Plate, name: str) -> set[tuple[int, int]]:
        """The parts of the picture that a name covers, on a small screen."""
        height = _least_height(self.shown)
        across = height * self.shown.width / self.shown.height if self.shown.width and self.shown.height else 2 * height
        x, y, room = (float(text.removesuffix("%")) / 100 for text in (plate.x, plate.y, plate.width))
        width = min(CHARACTER_PX * len(name) + AROUND_PX, room * across)
        left = (x + room) * across - width if plate.is_end else x * across
        top = y * height - PLATE_PX * plate.is_above
        columns = range(round(left / _CELL_PX), max(round((left + width) / _CELL_PX), round(left / _CELL_PX) + 1))
        rows = range(round(top / _CELL_PX), round(top / _CELL_PX) + PLATE_PX // _CELL_PX)
        return {(column, row) for column in columns for row in rows}


def _corners(usual: Plate, place: Place, shown: Shown) -> Iterator[Plate]:
    """The usual place of a name and the others at the corners of a box, the upper ones first."""
    has_room = 1 - place.bottom >= min(PLATE_PX / _least_height(shown), 0.5)
    below = replace(usual, y=percents(place.bottom), is_above=not has_room)
    for plate in (usual, below):
        yield plate
        is_end = not plate.is_end
        x, width = (0.0, place.right) if is_end else (place.left, 1 - place.left)
        if width >= LEAST_ROOM:
            yield replace(plate, x=percents(x), width=percents(width), is_end=is_end)


def percents(share: float) -> str:
    """A share as an attribute of SVG."""
    return f"{100 * share:.2f}%"
