"""The rows of a set: images with their credit, pairs with their targets; and the hash that names them.

Confidences are float64: as float32, 0.9 would be less than 0.9. `state` and `confidence` are never null.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.deadlines import seconds_left
from browse.domain.text_columns import image_ids_of, joined_lines
from browse.facets.candidates import BoxColumns, Candidates, PairColumns
from browse.facets.errors import QueryTimeoutError
from browse.query.values import STATES, State
from browse.rights import Credit
from browse.sets.box_masks import ImageMasks, MasksOf, masks_by_image
from browse.sets.boxes import BoxRule, box_lines, box_table
from browse.sets.pictures import Landed, file_name
from browse.sets.recipe import Negatives, Pairs, PictureKind
from browse.sets.selection import Chosen
from browse.sets.targets import HIGHEST, UNKNOWN, Targets, targets_of

IMAGE_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("image_id", "split", "file_name", "title", "author", "author_url")),
        *((name, pa.string()) for name in ("license", "license_url", "landing_url", "original_url")),
        ("original_size", pa.int64()),
        ("original_md5", pa.string()),
        ("original_md5_hex", pa.string()),
        ("rotation", pa.int16()),
        ("attribution", pa.string()),
    ]
)
"""A row an image; what the data set does not say is null."""
PAIR_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("image_id", "mid", "state")),
        ("confidence", pa.float64()),
        ("machine", pa.float64()),
        ("human", pa.string()),
        ("target", pa.int8()),
    ]
)
"""A row a pair; `machine` is null where the machine was silent, `human` where nobody judged, `target` where unknown."""
IMAGES_AT_ONCE = {PictureKind.NONE: 10_000, PictureKind.RENDERED: 5000, PictureKind.ORIGINAL: 500}
"""Of a batch: their rows and credit are all in memory at once; with pictures, a file of some formats has so many."""
_BY_MACHINE = [STATES.index(state) for state in (State.CONFIRMED, State.REJECTED, State.UNVERIFIED)]
_A_HALF_TURN = 180
HUMAN = {State.CONFIRMED: "yes", State.MISSED: "yes", State.REJECTED: "no", State.ABSENT: "no"}
"""What people say of a pair, by its state."""


@dataclass(frozen=True)
class SetPairs:
    """Pairs of some images of a set, by image, then MID. targets: int8, UNKNOWN where there is none.

    mids: of all the engine's labels, which `columns.labels` are places among.
    """

    columns: PairColumns
    targets: Targets
    mids: Sequence[str]

    def __len__(self) -> int:
        return len(self.columns)

    def mid_column(self) -> pa.Array:
        """The MID of each pair."""
        used, place = np.unique(self.columns.labels, return_inverse=True)
        names = pa.array([self.mids[number] for number in used.tolist()], pa.string())
        return names.take(pa.array(place.reshape(-1)))

    def state_column(self) -> pa.Array:
        """The state of each pair."""
        return pa.array([str(state) for state in STATES], pa.string()).take(pa.array(self.columns.states))

    def target_column(self) -> pa.Array:
        """The target of each pair; null where it is unknown."""
        return pa.array(self.targets, pa.int8(), mask=self.targets == UNKNOWN)


@dataclass(frozen=True)
class Batch:
    """Some images of one split, ascending, with their pairs; batches come by split, then by image.

    number          of the batch, from 0.
    split           its name.
    of_split        number of the batch within its split, from 0; split_batches: how many that has.
    first_image     how many images all batches before it have; first_pair: how many pairs.
    images          a table of IMAGE_SCHEMA; credits: of each of its rows.
    pictures        by ImageID; None in sets without any.
    boxes           a table of BOX_SCHEMA, by image; None in sets without any. stored_boxes: as the files have them.
    masks           those of each image's boxes; None in sets without any.
    """

    number: int
    split: str
    of_split: int
    split_batches: int
    first_image: int
    first_pair: int
    images: pa.Table
    credits: Sequence[Credit]
    pairs: SetPairs
    pictures: Mapping[str, Landed] | None = None
    boxes: pa.Table | None = None
    stored_boxes: pa.Table | None = None
    masks: Sequence[ImageMasks] | None = None

    def picture(self, folder: Path, image_id: str) -> bytes:
        """The bytes of an image's picture in the set's folder."""
        return (folder / file_name(image_id)).read_bytes()

    def stored_size(self, image_id: str, rotation: int | None) -> tuple[int, int] | None:
        """Width and height of a picture before its rotation, in pixels; None where they are not known."""
        landed = None if self.pictures is None else self.pictures[image_id]
        if landed is None or not landed.width or not landed.height:
            return None
        return (landed.height, landed.width) if (rotation or 0) % _A_HALF_TURN else (landed.width, landed.height)

    @cached_property
    def pair_table(self) -> pa.Table:
        """The pairs as a table of PAIR_SCHEMA."""
        columns = self.pairs.columns
        confidences = columns.confidences / 100
        silent = ~np.isin(columns.states, _BY_MACHINE)
        human = pa.array([HUMAN.get(state) for state in STATES], pa.string())
        arrays = [
            self.images.column("image_id").combine_chunks().take(pa.array(columns.owners)),
            self.pairs.mid_column(),
            self.pairs.state_column(),
            pa.array(confidences, pa.float64()),
            pa.array(confidences, pa.float64(), mask=silent),
            human.take(pa.array(columns.states)),
            self.pairs.target_column(),
        ]
        return pa.Table.from_arrays(arrays, schema=PAIR_SCHEMA)

    @cached_property
    def image_rows(self) -> list[dict[str, Any]]:
        """The images as plain values."""
        rows: list[dict[str, Any]] = self.images.to_pylist()
        return rows

    @cached_property
    def pairs_by_image(self) -> list[list[dict[str, Any]]]:
        """The pairs of each image as plain values."""
        rows = self.pair_table.to_pylist()
        ends = np.searchsorted(self.pairs.columns.owners, np.arange(len(self.images) + 1)).tolist()
        return [rows[start:end] for start, end in pairwise(ends)]

    @cached_property
    def boxes_by_image(self) -> list[list[dict[str, Any]]]:
        """The boxes of each image as plain values, without its ImageID; empty lists in sets without any."""
        found: dict[str, list[dict[str, Any]]] = {row["image_id"]: [] for row in self.image_rows}
        for row in [] if self.boxes is None else self.boxes.to_pylist():
            found[row.pop("image_id")].append(row)
        return list(found.values())


@dataclass(frozen=True)
class BoxNumbers:
    """How many boxes a set has, on how many images, their hash, and by MID both numbers.

    masks: how many of them have a mask; None in sets without masks.
    """

    boxes: int
    images: int
    sha256: str
    by_mid: Mapping[str, tuple[int, int]]
    masks: int | None = None


class SetRows:
    """The pairs of a set's images, read from the engine some images at a time. masks_of: the engine's."""

    def __init__(self, chosen: Chosen, candidates: Candidates, mids: Sequence[str], masks_of: MasksOf) -> None:
        self.chosen = chosen
        self._candidates = candidates
        self._masks_of = masks_of
        self._mids = mids
        recipe = chosen.resolved.recipe
        number = {mid: place for place, mid in enumerate(mids)}
        self._thresholds = np.full(len(mids), HIGHEST, np.int64)
        self._is_asked = np.full(len(mids), recipe.pairs is Pairs.EVERY, np.bool_)
        for label in chosen.resolved.labels:
            self._thresholds[number[label.mid]] = label.threshold
            self._is_asked[number[label.mid]] = True
        self._negatives: Negatives = recipe.negatives
        self._box_rule: BoxRule | None = None
        if recipe.boxes is not None:
            is_asked = np.zeros(len(mids), np.bool_)
            is_asked[[number[mid] for mid in recipe.box_mids]] = True
            self._box_rule = BoxRule(is_asked, recipe.boxes)

    def pairs_of(self, places: npt.NDArray[Any]) -> SetPairs:
        """The pairs of some images, which ascend by place."""
        found = self._candidates.pairs_on(places)
        found = found.only(self._is_asked[found.labels])
        targets = targets_of(found.states, found.confidences, self._thresholds[found.labels], self._negatives)
        return SetPairs(found, targets, self._mids)

    def boxes_of(self, places: npt.NDArray[Any]) -> BoxColumns | None:
        """The boxes of some images, which ascend by place; None in sets without any."""
        return None if self._box_rule is None else self._box_rule.of(self._candidates.boxes_on(places))

    def masks_of(self, places: npt.NDArray[Any]) -> list[ImageMasks] | None:
        """The masks of the boxes of each of some images, which ascend by place; None in sets without any."""
        if self._box_rule is None or not self._box_rule.wanted.masks:
            return None
        keys = self._candidates.keys[places].tolist()
        found = self._masks_of(keys)
        own = [found.get(key, ()) for key in keys]
        return masks_by_image(self._candidates.boxes_on(places), self._box_rule, self._mids, own)

    def box_tables_of(self, places: npt.NDArray[Any], images: pa.Table) -> tuple[pa.Table, pa.Table] | None:
        """The boxes of some images as tables: as the set has them, and as the files do. images: their IMAGE_SCHEMA."""
        import pyarrow.compute as pc  # noqa: PLC0415 - takes a tenth of a second, which the site's start need not wait

        found = self.boxes_of(places)
        if found is None:
            return None
        ids, mids = images.column("image_id").combine_chunks(), [*self._mids]
        stored = box_table(found, ids, mids, None)
        if self.chosen.resolved.recipe.pictures.kind is not PictureKind.RENDERED:
            return stored, stored
        rotations = pc.fill_null(images.column("rotation"), 0).to_numpy().astype(np.int64)
        return box_table(found, ids, mids, rotations), stored

    def box_numbers(self) -> BoxNumbers | None:
        """How many boxes there are, and the hash that names them; None in sets without any."""
        recipe = self.chosen.resolved.recipe
        if recipe.boxes is None:
            return None
        whole, images, masks = hashlib.sha256(), 0, 0
        counts, holders = np.zeros(len(self._mids), np.int64), np.zeros(len(self._mids), np.int64)
        for places in self.batches_of(self.chosen.places):
            found = self.boxes_of(places)
            assert found is not None
            whole.update(box_lines(found, image_ids_of(self._candidates.keys[places]), [*self._mids]))
            counts += np.bincount(found.labels, minlength=len(counts))
            pairs = np.unique(found.owners * len(self._mids) + found.labels)
            holders += np.bincount(pairs % len(self._mids), minlength=len(counts))
            images += len(np.unique(found.owners))
            masks += sum(one.count for one in self.masks_of(places) or ())
        number = {mid: place for place, mid in enumerate(self._mids)}
        by_mid = {mid: (int(counts[number[mid]]), int(holders[number[mid]])) for mid in recipe.box_mids}
        known = masks if recipe.boxes.masks else None
        return BoxNumbers(int(counts.sum()), images, whole.hexdigest(), by_mid, known)

    def batches_of(self, places: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
        """Some images at a time. Raises QueryTimeoutError where somebody waits, and the time for that is over."""
        for start in range(0, len(places), self.at_once):
            left = seconds_left()
            if left is not None and left < 0:
                raise QueryTimeoutError
            yield places[start : start + self.at_once]

    @property
    def at_once(self) -> int:
        """How many images a batch has, but for the last of a split."""
        return IMAGES_AT_ONCE[self.chosen.resolved.recipe.pictures.kind]

    def of(self, chosen: Chosen) -> SetRows:
        """The rows of other images of the same recipe."""
        return SetRows(chosen, self._candidates, self._mids, self._masks_of)

    def hashed(self) -> tuple[str, int]:
        """The row hash, 64 hex digits, and how many pairs there are.

        It is the SHA-256 of the lines `image_id,split,mid,state,hundredths,target`, sorted by their bytes, each with a
        line feed; an unknown target is empty. Of values, so that no program that writes files can change it.
        """
        whole, pairs = hashlib.sha256(), 0
        names = pa.array(self.chosen.resolved.recipe.splits.names, pa.string())
        for places in self.batches_of(self.chosen.places):
            found = self.pairs_of(places)
            ids = image_ids_of(self._candidates.keys[places])
            splits = names.take(pa.array(self.chosen.splits[places]))
            whole.update(_lines(found, ids, splits))
            pairs += len(found)
        return whole.hexdigest(), pairs


def _lines(pairs: SetPairs, ids: pa.Array, splits: pa.Array) -> bytes:
    """The lines of some images' pairs, sorted: they are so already, but for MIDs with characters before the comma."""
    import pyarrow.compute as pc  # noqa: PLC0415 - takes a tenth of a second, which the site's start need not wait

    owners = pa.array(pairs.columns.owners)
    hundredths = pc.cast(pa.array(pairs.columns.confidences), pa.string())
    targets = pc.fill_null(pc.cast(pairs.target_column(), pa.string()), "")
    columns = [ids.take(owners), splits.take(owners), pairs.mid_column(), pairs.state_column(), hundredths, targets]
    return joined_lines(columns, is_sorted=True)
