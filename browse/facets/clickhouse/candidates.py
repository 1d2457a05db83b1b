"""The images that a training set is chosen from: read once, their pairs and boxes when they are asked for."""
# ruff: noqa: S608 - statements are put together from this room's own names and numbers

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.box_rows import shortest
from browse.facets.candidates import BoxColumns, LabelClass, PairColumns, Places
from browse.facets.clickhouse.annotations import CHOSEN
from browse.facets.clickhouse.changes import Changes
from browse.facets.clickhouse.generation import key_table
from browse.facets.clickhouse.images import Images
from browse.facets.engine import UnknownValueError
from browse.facets.index.classes import LEVELS
from browse.query.values import STATES, Query


class ShardCandidates:
    """The visible images of a query, as `facets.candidates` says."""

    def __init__(self, changes: Changes, query: Query, deadline: float | None) -> None:
        self._changes, self._query, self._deadline = changes, query, deadline
        images = Images(changes, query, deadline)
        columns = ["key", "subset", "license", "author"]
        found = images.ask(f"SELECT {', '.join(columns)} FROM {images.matching(columns)}")
        parts = [np.concatenate([table[name].to_numpy() for table in found.values()]) for name in columns]
        order = np.argsort(parts[0])
        self.keys: npt.NDArray[np.int64] = parts[0][order]
        self.subsets: npt.NDArray[np.uint8] = parts[1][order]
        self.licenses: npt.NDArray[np.uint16] = parts[2][order]
        self.authors: npt.NDArray[np.uint32] = parts[3][order] - np.uint32(1)  # none becomes NO_AUTHOR

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def files(self) -> Places:
        """uint32[n]: place of the first of these images with this one's MD5, its own where it is the only one."""
        generation = self._changes.generation
        first = np.arange(len(self.keys), dtype=np.uint32)
        twins, offsets = generation.whole("duplicate_keys"), generation.whole("duplicate_offsets")
        groups = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        here = np.isin(twins, self.keys)
        places, mine = np.searchsorted(self.keys, twins[here]).astype(np.uint32), groups[here]
        least = np.full(len(offsets), len(self.keys), np.uint32)
        np.minimum.at(least, mine, places)
        first[places] = least[mine]
        return first

    def classes_of(self, mid: str) -> list[LabelClass]:
        """The images of a label by the class of their pair, by state, then confidence. Raises UnknownValueError."""
        number = self._changes.generation.label_numbers.get(mid)
        if number is None:
            raise UnknownValueError("label", mid)
        images = Images(self._changes, self._query)
        held = images.conditions.class_of(number)
        found = images.ask(f"SELECT key, toUInt16({held}) AS c FROM {images.matching(['key'], further=f'{held} > 0')}")
        keys = np.concatenate([table["key"].to_numpy() for table in found.values()])
        classes = np.concatenate([table["c"].to_numpy() for table in found.values()]).astype(np.int64) - 1
        places = np.searchsorted(self.keys, keys).astype(np.uint32)
        return [
            LabelClass(STATES[raw // LEVELS], raw % LEVELS, np.sort(places[classes == raw]))
            for raw in np.unique(classes).tolist()
        ]

    def pairs_on(self, places: npt.NDArray[Any]) -> PairColumns:
        """All pairs of some images, which ascend by place."""
        (labels, classes), owners = self._flat(places, ["labels", "classes"])
        raw = classes.astype(np.int64) - 1
        states, levels = (raw // LEVELS).astype(np.uint8), (raw % LEVELS).astype(np.uint8)
        return PairColumns(owners, labels.astype(np.int64), states, levels)

    def boxes_on(self, places: npt.NDArray[Any]) -> BoxColumns:
        """All boxes of some images, which ascend by place."""
        names = ["box_labels", "box_sources", "box_areas", "box_attributes", "box_corners"]
        (labels, sources, areas, attributes, corners), owners = self._flat(places, names)
        return BoxColumns(
            owners,
            labels.astype(np.int64),
            sources.astype(np.int64),
            areas.astype(np.int64),
            attributes.astype(np.int64),
            shortest(corners.astype(np.float32).reshape(-1, 4)),
            [*self._changes.generation.texts("box_source")],
        )

    def _flat(
        self, places: npt.NDArray[Any], columns: list[str]
    ) -> tuple[list[npt.NDArray[Any]], npt.NDArray[np.int64]]:
        """Columns of lists end to end, in the order of images; and for each value of the first whose it is."""
        wanted = self.keys[places]
        images = Images(self._changes, Query(), within=key_table(CHOSEN, wanted))
        sql = f"SELECT key, {', '.join(columns)} FROM {images.matching(['key', *columns])} ORDER BY key"
        found = [table for _, table in sorted(images.ask(sql).items())]
        keys = np.concatenate([table["key"].to_numpy() for table in found])
        flat = []
        for name in columns:
            parts = [chunk.flatten().to_numpy() for table in found for chunk in table[name].chunks]
            flat.append(np.concatenate(parts) if parts else np.empty(0))
        sizes = [len(one) for table in found for one in table[columns[0]].to_pylist()]
        return flat, np.repeat(np.searchsorted(wanted, keys), sizes).astype(np.int64)
