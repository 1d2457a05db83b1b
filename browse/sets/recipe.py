"""The recipe of a training set: a JSON document with one canonical form, whose SHA-256 is the recipe's name.

Canonical is the document with every part written out, labels by MID, keys sorted, no spaces, and numbers at their
shortest. Two recipes that ask for the same thing have one canonical form.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from browse.query.values import SUBSETS

VERSION = 1
MOST_LABELS = 1000
LEAST_SIDE, MOST_SIDE, USUAL_SIDE = 32, 1024, 512
"""Of rendered pictures, in pixels; the last where none is given."""


RECIPES_OWN = "recipe"
"""In place of a list of labels for boxes: those of the recipe."""


class Take(StrEnum):
    """Which pairs of a label are positives: those that people confirmed alone, or all from a threshold on as well."""

    VERIFIED = "verified"
    THRESHOLD = "threshold"


class Negatives(StrEnum):
    """Which pairs are negatives: those that people rejected, or none."""

    VERIFIED = "verified"
    NONE = "none"


class Apart(StrEnum):
    """What must not stand in two splits."""

    AUTHOR = "author"
    FILE = "file"
    LOOK = "look"


USUALLY_APART = frozenset({Apart.AUTHOR, Apart.FILE})


class Duplicates(StrEnum):
    """Of images with one MD5 the first by ImageID, or all."""

    FIRST = "first"
    ALL = "all"


class PictureKind(StrEnum):
    """The pictures of a set: none, the originals byte for byte, or this site's renderings without metadata."""

    NONE = "none"
    ORIGINAL = "original"
    RENDERED = "rendered"


class Pairs(StrEnum):
    """The pairs that are written: of the recipe's labels alone, or all that the images have."""

    RECIPE = "recipe"
    EVERY = "every"


@dataclass(frozen=True)
class RecipeLabel:
    """A label. at: a threshold in hundredths; precision: what to find one from; neither where take is verified."""

    mid: str
    take: Take = Take.THRESHOLD
    at: int | None = None
    precision: float | None = None


@dataclass(frozen=True)
class Splits:
    """Shares in percent by split, of 100 in all; None means the data set's own subsets. seed: of the shares."""

    shares: tuple[tuple[str, int], ...] | None = (("train", 80), ("validation", 10), ("test", 10))
    seed: int = 0

    @property
    def is_official(self) -> bool:
        """Whether the data set's own subsets are the splits."""
        return self.shares is None

    @property
    def names(self) -> tuple[str, ...]:
        """The splits, in listing order."""
        return SUBSETS if self.shares is None else tuple(name for name, _ in self.shares)


@dataclass(frozen=True)
class Caps:
    """At most and at least so many positives and negatives of a label in each split; most images and bytes in all."""

    positives: int | None = None
    negatives: int | None = None
    least_positives: int = 0
    least_negatives: int = 0
    images: int | None = None
    bytes: int | None = None
    seed: int = 0


@dataclass(frozen=True)
class Pictures:
    """Which pictures a set has. side: of renderings, the longest side in pixels; None for the others."""

    kind: PictureKind = PictureKind.NONE
    side: int | None = None

    @property
    def are_wanted(self) -> bool:
        """Whether there are any."""
        return self.kind is not PictureKind.NONE

    @property
    def values(self) -> Any:
        """As a JSON value: the word `none`, or an object."""
        if not self.are_wanted:
            return PictureKind.NONE
        return {"kind": self.kind} if self.side is None else {"kind": self.kind, "side": self.side}


@dataclass(frozen=True)
class Boxes:
    """Which boxes of its images a set has. They do not change which images it has.

    mids: of these labels, by MID; None means the recipe's own. attributes: words of box terms; area: the smallest, in
    ten-thousandths of the picture. masks: whether those that have a mask are to have it.
    """

    mids: tuple[str, ...] | None = None
    attributes: frozenset[str] = frozenset()
    area: int = 0
    masks: bool = False


@dataclass(frozen=True)
class Recipe:
    """What a set is made of. images: a canonical query, empty for all images; labels: by MID."""

    labels: tuple[RecipeLabel, ...]
    images: str = ""
    negatives: Negatives = Negatives.VERIFIED
    splits: Splits = Splits()
    apart: frozenset[Apart] = USUALLY_APART
    caps: Caps = Caps()
    duplicates: Duplicates = Duplicates.FIRST
    pictures: Pictures = Pictures()
    pairs: Pairs = Pairs.RECIPE
    boxes: Boxes | None = None

    @property
    def box_mids(self) -> tuple[str, ...]:
        """The labels whose boxes the set has, by MID."""
        if self.boxes is None:
            return ()
        return self.mids if self.boxes.mids is None else self.boxes.mids

    @property
    def has_masks(self) -> bool:
        """Whether the set has masks."""
        return self.boxes is not None and self.boxes.masks

    @property
    def mids(self) -> tuple[str, ...]:
        """The MIDs of the labels, in order."""
        return tuple(label.mid for label in self.labels)

    @property
    def name(self) -> str:
        """64 hex digits: the SHA-256 of the canonical form."""
        return hashlib.sha256(canonical_json(self).encode()).hexdigest()


def as_values(recipe: Recipe) -> dict[str, Any]:
    """The recipe as a JSON value, with every part written out, but for `boxes` and their `masks` where there are none.

    So recipes that are older than boxes, or than masks, have the names that they had.
    """
    caps = recipe.caps
    boxes = {} if recipe.boxes is None else {"boxes": _box_values(recipe.boxes)}
    return {
        "version": VERSION,
        "images": recipe.images,
        "labels": [_label_values(label) for label in recipe.labels],
        "negatives": recipe.negatives,
        "splits": _splits_values(recipe.splits),
        "apart": sorted(recipe.apart),
        "caps": {
            "positives": caps.positives,
            "negatives": caps.negatives,
            "least_positives": caps.least_positives,
            "least_negatives": caps.least_negatives,
            "images": caps.images,
            "bytes": caps.bytes,
            "seed": caps.seed,
        },
        "duplicates": recipe.duplicates,
        "pictures": recipe.pictures.values,
        "pairs": recipe.pairs,
        **boxes,
    }


def canonical_json(recipe: Recipe) -> str:
    """The one text that every spelling of this recipe comes down to."""
    return json.dumps(as_values(recipe), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def indented_json(recipe: Recipe) -> str:
    """The same recipe as people read and edit it."""
    return json.dumps(as_values(recipe), indent=2, ensure_ascii=False) + "\n"


def _label_values(label: RecipeLabel) -> dict[str, Any]:
    values: dict[str, Any] = {"mid": label.mid, "take": label.take}
    if label.at is not None:
        values["at"] = shortest(label.at / 100)
    if label.precision is not None:
        values["precision"] = shortest(label.precision)
    return values


def _box_values(boxes: Boxes) -> dict[str, Any]:
    return {
        "labels": RECIPES_OWN if boxes.mids is None else list(boxes.mids),
        "attributes": sorted(boxes.attributes),
        "area": shortest(boxes.area / 10_000),
        **({"masks": True} if boxes.masks else {}),
    }


def _splits_values(splits: Splits) -> Any:
    return "official" if splits.shares is None else {"shares": dict(splits.shares), "seed": splits.seed}


def shortest(number: float) -> float | int:
    """A number as JSON writes it shortest: 1 and not 1.0."""
    return int(number) if number == int(number) else number
