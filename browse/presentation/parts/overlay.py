"""Boxes drawn over a picture: plain values for the SVG that a page has over it, and the same in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from browse.domain.box_places import place_of, place_words
from browse.domain.boxes import Attribute, Box
from browse.domain.plural import counted
from browse.presentation.parts.addresses import images_address
from browse.presentation.parts.names import Names
from browse.presentation.parts.pictures import Picture
from browse.presentation.parts.plates import Plate, Plates, Shown, percents
from browse.query.box_terms import BoxTerm
from browse.query.values import Query

COLORS = 10
"""How many color classes there are, c0 to c9."""
TURN_UNKNOWN = "The rotation of this photo is not recorded, so boxes may be drawn in the wrong place."
STYLES = (
    (Attribute.GROUP, "dashed", "a group of several"),
    (Attribute.DEPICTION, "dotted", "a depiction, such as a drawing"),
    (Attribute.TRUNCATED, "hollow corner", "continues beyond the picture"),
)
"""What is drawn of attributes: as what, and what that means."""


@dataclass(frozen=True)
class DrawnBox:
    """One box; coordinates in percent of the picture the right way up.

    number      from 1, in file order.
    color       from 0 to COLORS − 1, the same for all boxes of a label in one picture.
    is_own      whether the query asks for this box, or for none that is here.
    attributes  those that hold, in words; `unknown` those that are not recorded.
    href        where the box itself leads; `pictures` the images with boxes of this label.
    """

    number: int
    mid: str
    name: str
    color: int
    is_own: bool
    x: str
    y: str
    width: str
    height: str
    right: str
    bottom: str
    is_group: bool
    is_depiction: bool
    is_truncated: bool
    attributes: str
    unknown: str
    where: str
    plate: Plate
    href: str
    pictures: str

    @property
    def words(self) -> str:
        """All of it in words."""
        return f"{self.name}: {', '.join(part for part in (self.attributes, self.where) if part)}"


@dataclass(frozen=True)
class LabelBoxes:
    """The boxes of one label in a picture: such as "3 boxes, 1 group", and the same in a sentence."""

    color: int
    words: str
    meaning: str


@dataclass(frozen=True)
class Overlay:
    """The boxes of a picture.

    boxes       in file order.
    by_label    by MID.
    legend      what the styles mean that are drawn here: style and meaning.
    warning     why boxes may lie wrongly; empty where they do not.
    is_drawn    whether there is a picture to draw them on.
    """

    boxes: tuple[DrawnBox, ...]
    by_label: dict[str, LabelBoxes]
    legend: tuple[tuple[str, str], ...]
    warning: str
    is_drawn: bool = True

    @property
    def drawn(self) -> list[DrawnBox]:
        """In the order of drawing: what is small, or what the query asks for, comes on top."""
        return sorted(self.boxes, key=lambda box: (box.is_own, -_percent(box.width) * _percent(box.height)))

    @property
    def colors(self) -> dict[str, int]:
        """The color of each label that has boxes."""
        return {mid: one.color for mid, one in self.by_label.items()}

    @property
    def count(self) -> str:
        """How many boxes there are, in words."""
        return counted(len(self.boxes), "box", "boxes")


def overlay_on(
    picture: Picture,
    rotation: int | None,
    boxes: Sequence[Box],
    names: Names,
    *,
    query: Query,
    href: Callable[[int], str],
) -> Overlay:
    """The boxes of a picture on a page of a query; drawn where there is a picture to draw them on."""
    shown = Shown(rotation, picture.width, picture.height)
    overlay = overlay_of(boxes, shown, names, own=query.wanted_boxes, href=href)
    return replace(overlay, is_drawn=bool(boxes) and not picture.words)


def overlay_of(
    boxes: Sequence[Box], shown: Shown, names: Names, *, own: Sequence[BoxTerm], href: Callable[[int], str]
) -> Overlay:
    """The boxes of a picture, given in file order.

    own: the terms whose boxes are drawn strongly; href: where a box leads, by its number.
    """
    strong = {number for number, box in enumerate(boxes, 1) if any(term.counts(box, names.below) for term in own)}
    asked = {mid for term in own for mid in (term.mid, *(names.below(term.mid) if term.below else ()))}
    colors = colors_of(box.mid for box in [*(box for box in boxes if box.mid in asked), *boxes])
    plates = Plates(shown)
    drawn = (_drawn(number, box, plates, names.label(box.mid), href(number)) for number, box in enumerate(boxes, 1))
    return Overlay(
        boxes=tuple(replace(box, color=colors[box.mid], is_own=not strong or box.number in strong) for box in drawn),
        by_label={mid: _label_boxes(colors[mid], of_label) for mid, of_label in _by_label(boxes)},
        legend=tuple((style, means) for attribute, style, means in STYLES if any(box.has(attribute) for box in boxes)),
        warning=TURN_UNKNOWN if boxes and shown.rotation is None else "",
    )


def area_words(area: int) -> str:
    """A share of the picture, from ten-thousandths of it."""
    if not area:
        return "less than 0.01% of the picture"
    percent = area / 100
    return f"{percent:.0f}% of the picture" if percent >= 10 else f"{percent:.2g}% of the picture"


def attribute_words(box: Box) -> tuple[str, str]:
    """The attributes that hold of a box, and those that are not recorded, in words; empty where there are none."""
    holding = ", ".join(attribute for attribute in Attribute if box.has(attribute))
    return holding, ", ".join(attribute for attribute in Attribute if box.has(attribute) is None)


def _drawn(number: int, box: Box, plates: Plates, name: str, href: str) -> DrawnBox:
    place = place_of(box, plates.shown.rotation)
    attributes, unknown = attribute_words(box)
    return DrawnBox(
        number=number,
        mid=box.mid,
        name=name,
        color=0,
        is_own=True,
        x=percents(place.left),
        y=percents(place.top),
        width=percents(place.width),
        height=percents(place.height),
        right=percents(place.right),
        bottom=percents(place.bottom),
        is_group=box.has(Attribute.GROUP) is True,
        is_depiction=box.has(Attribute.DEPICTION) is True,
        is_truncated=box.has(Attribute.TRUNCATED) is True,
        attributes=attributes,
        unknown=unknown,
        where=f"{area_words(box.area)}, {place_words(place)}",
        plate=plates.put(place, name),
        href=href,
        pictures=images_address(Query(label=(BoxTerm(box.mid),))),
    )


def _percent(text: str) -> float:
    return float(text.removesuffix("%"))


def colors_of(mids: Iterable[str], known: Mapping[str, int] | None = None) -> dict[str, int]:
    """A color for each label, in this order; those that are known come first and keep theirs."""
    found = dict(known or {})
    for mid in mids:
        found.setdefault(mid, len(found) % COLORS)
    return found


def _by_label(boxes: Iterable[Box]) -> Iterable[tuple[str, list[Box]]]:
    ordered = sorted(boxes, key=lambda box: box.mid)
    return ((mid, list(of_label)) for mid, of_label in groupby(ordered, key=lambda box: box.mid))


def _label_boxes(color: int, boxes: Sequence[Box]) -> LabelBoxes:
    groups = sum(box.has(Attribute.GROUP) is True for box in boxes)
    number = counted(len(boxes), "box", "boxes")
    if not groups:
        return LabelBoxes(color, number, f"{number} of this label on the picture")
    of_groups = "around a group" if groups == len(boxes) == 1 else f"{groups} of them around a group"
    return LabelBoxes(color, f"{number}, {counted(groups, 'group')}", f"{number} of this label, {of_groups}")
