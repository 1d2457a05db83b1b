"""What curators changed, as two small tables that go along with each statement: images that are left out as they were
built, and the same images as they are now. The shards' own tables never change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.facets.clickhouse.alike import Alike
from browse.facets.clickhouse.generation import Generation, ImageRow, key_table
from browse.facets.clickhouse.image_columns import ImageColumns
from browse.facets.clickhouse.schema import BASE
from browse.facets.clickhouse.shards import SentTable
from browse.facets.embedded.statistics import LabelCounts
from browse.facets.index.classes import LEVELS, PairClasses
from browse.query.values import LICENSE_CHECKS, STATES, CheckOutcome, State

_BY_MACHINE = tuple(STATES.index(one) for one in (State.CONFIRMED, State.REJECTED, State.UNVERIFIED))
NOW, GONE, CHECKED, SAID = "changed_now", "changed_gone", "checked", "said_of"
"""The names of the tables: images as they are now; keys of those left out; license checks; all of these."""


def class_after(before: int, *, says: bool) -> int:
    """The class of a pair after a curator's word, by the one before; 0 is no pair."""
    if before and (before - 1) // LEVELS in _BY_MACHINE:
        state = State.CONFIRMED if says else State.REJECTED
        return STATES.index(state) * LEVELS + (before - 1) % LEVELS + 1
    return STATES.index(State.MISSED if says else State.ABSENT) * LEVELS + (100 if says else 0) + 1


@dataclass(frozen=True)
class Changes:
    """Words of curators by image key and label number, hidden images, newest license checks. Immutable.

    The images' own rows are read when they are first needed. Images that the data set does not have count for nothing.
    """

    generation: Generation
    words: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    hidings: frozenset[int] = frozenset()
    outcomes: Mapping[int, CheckOutcome] = field(default_factory=dict)

    def with_changes(
        self,
        rulings: Mapping[tuple[int, str], bool | None],
        hidings: Mapping[int, bool] | None,
        checks: Mapping[int, CheckOutcome] | None,
    ) -> Changes:
        """With other words on some pairs, None being nobody's, other hidden images, and other newest checks."""
        words = dict(self.words)
        for (key, mid), says in rulings.items():
            number = self.generation.label_numbers.get(mid)
            if number is None:
                continue
            if says is None:
                words.pop((key, number), None)
            else:
                words[key, number] = says
        hidden = {key for key, hide in (hidings or {}).items() if hide}
        shown = {key for key, hide in (hidings or {}).items() if not hide}
        outcomes = {**self.outcomes, **(checks or {})}
        return replace(self, words=words, hidings=(self.hidings - shown) | hidden, outcomes=outcomes)

    @cached_property
    def by_image(self) -> dict[int, dict[int, bool]]:
        """The words on each image, by label number."""
        found: dict[int, dict[int, bool]] = {}
        for (key, label), says in self.words.items():
            found.setdefault(key, {})[label] = says
        return found

    @cached_property
    def built(self) -> dict[int, ImageRow]:
        """The images that something is said of, as they were built."""
        return self.generation.image_rows(sorted({*self.by_image, *self.hidings, *self.checks}))

    @cached_property
    def hidden(self) -> frozenset[int]:
        """The images that are hidden."""
        return self.hidings & self.built.keys()

    @cached_property
    def checks(self) -> dict[int, CheckOutcome]:
        """The newest license checks that say something."""
        return {key: outcome for key, outcome in self.outcomes.items() if outcome is not CheckOutcome.UNCHECKED}

    @cached_property
    def now(self) -> dict[int, dict[int, int]]:
        """The visible images with other pairs than they were built with: their classes by label."""
        found = {}
        for key, row in self.built.items():
            words = self.by_image.get(key, {})
            pairs = {label: class_after(row.pairs.get(label, 0), says=says) for label, says in words.items()}
            if key not in self.hidden and any(row.pairs.get(label) != one for label, one in pairs.items()):
                found[key] = dict(sorted({**row.pairs, **pairs}.items()))
        return found

    @property
    def images(self) -> int:
        """How many images are visible."""
        return self.generation.images - len(self.hidden)

    @cached_property
    def is_laid(self) -> bool:
        """Whether any image is another than it was built."""
        return bool(self.hidden or self.now)

    def tables(self, place: int) -> list[SentTable]:
        """What goes along to a shard with a statement about images; of its own images only."""
        return self._sent[place]

    @cached_property
    def _sent(self) -> list[list[SentTable]]:
        if not self.is_laid and not self.checks:
            return [[] for _ in self.generation.places]
        bounds = [*self.generation.bounds[1:], None]
        return [self._of_range(low, high) for low, high in zip([None, *bounds[:-1]], bounds, strict=True)]

    def _of_range(self, low: int | None, high: int | None) -> list[SentTable]:
        def inside(keys: Iterable[int]) -> list[int]:
            return sorted(key for key in keys if (low is None or key >= low) and (high is None or key < high))

        sent = []
        if self.is_laid:
            sent = [key_table(GONE, inside({*self.hidden, *self.now})), self._now_table(inside(self.now))]
        if self.checks:
            keys = inside(self.checks)
            results = [LICENSE_CHECKS.index(self.checks[key]) for key in keys]
            columns = {"key": pa.array(keys, pa.int64()), "outcome": pa.array(results, pa.uint8())}
            sent.append(SentTable.of(CHECKED, "key Int64, outcome UInt8", pa.table(columns)))
        return sent

    def _now_table(self, keys: list[int]) -> SentTable:
        rows = [self.built[key] for key in keys]
        lists = pa.list_(pa.uint16())
        columns = {
            "key": pa.array(keys, pa.int64()),
            "subset": pa.array([row.subset for row in rows], pa.uint8()),
            "license": pa.array([row.license for row in rows], pa.uint16()),
            "author": pa.array([row.author for row in rows], pa.uint32()),
            "annotations": pa.array([row.annotations for row in rows], pa.uint32()),
            "kinds": pa.array([row.kinds for row in rows], pa.uint8()),
            "labels": pa.array([[*self.now[key]] for key in keys], lists),
            "classes": pa.array([[*self.now[key].values()] for key in keys], lists),
        }
        return SentTable.of(NOW, ", ".join(f"{name} {kind}" for name, kind in BASE.items()), pa.table(columns))

    @cached_property
    def said_built(self) -> ImageColumns:
        """The images that something is said of, as they were built."""
        return ImageColumns.of_rows([(row, row.pairs, CheckOutcome.UNCHECKED) for row in self.built.values()])

    @cached_property
    def said_now(self) -> ImageColumns:
        """The visible ones of them as they are now."""
        visible = [(key, row) for key, row in self.built.items() if key not in self.hidden]
        return ImageColumns.of_rows(
            [(row, self.now.get(key, row.pairs), self.checks.get(key, CheckOutcome.UNCHECKED)) for key, row in visible]
        )

    def said_of(self, place: int) -> list[SentTable]:
        """The keys of them, to go along to a shard; of its own images only, and nothing where there are none."""
        return self._said_of[place]

    @cached_property
    def _said_of(self) -> list[list[SentTable]]:
        if not self.built:
            return [[] for _ in self.generation.places]
        keys = np.array(sorted(self.built), np.int64)
        ends = [0, *np.searchsorted(keys, self.generation.bounds[1:]).tolist(), len(keys)]
        return [[key_table(SAID, keys[low:high])] for low, high in pairwise(ends)]

    @cached_property
    def label_counts(self) -> LabelCounts:
        """Visible pairs by label, subset and class."""
        return self._counted(self.now)

    @cached_property
    def given_counts(self) -> LabelCounts:
        """The same by what the data set itself says: hidden images are gone, words count for nothing."""
        return self._counted({})

    def _counted(self, now: Mapping[int, Mapping[int, int]]) -> LabelCounts:
        generation = self.generation
        built, classes = generation.label_counts, self._all_classes
        if not self.hidden and not now:
            return built
        counts = np.zeros((*built.counts.shape[:2], len(classes)), np.int64)
        counts[:, :, np.searchsorted(classes.raw, built.classes.raw)] = built.counts
        for key in {*self.hidden, *now}:
            row = self.built[key]
            for pairs, sign in ((row.pairs, -1), (now.get(key, {}), 1)):
                places = np.searchsorted(classes.raw, np.array([*pairs.values()], np.int64) - 1)
                labels = np.array([*pairs], np.int64)
                np.add.at(counts, (labels, np.full(len(labels), row.subset), places), sign)
        return LabelCounts(classes, counts.astype(np.uint32))

    @cached_property
    def _all_classes(self) -> PairClasses:
        made = {one - 1 for pairs in self.now.values() for one in pairs.values()}
        return PairClasses(np.array(sorted({*self.generation.classes.raw.tolist(), *made}), np.uint16))

    @cached_property
    def levels(self) -> list[int]:
        """The distinct confidences of visible pairs, ascending, in hundredths."""
        counts = self.label_counts
        there = counts.counts.sum(axis=(0, 1), dtype=np.int64) > 0
        return [int(level) for level in np.unique(counts.classes.confidences[there])]

    @cached_property
    def alike(self) -> Alike | None:
        """The visible images by what facets ask of all images; None where these are too many kinds to be counted."""
        built = self.generation.alike
        if built is None:
            return None
        changed = [(row, -1, CheckOutcome.UNCHECKED) for row in self.built.values()]
        changed += [
            (replace(row, pairs=self.now.get(key, row.pairs)), 1, self.checks.get(key, CheckOutcome.UNCHECKED))
            for key, row in self.built.items()
            if key not in self.hidden
        ]
        raw = self._all_classes.raw
        held = np.zeros((len(changed), len(raw)), np.bool_)
        for place, (row, _, _) in enumerate(changed):
            held[place, np.searchsorted(raw, np.array([*row.pairs.values()], np.int64) - 1)] = True
        columns = {
            "subset": [row.subset for row, _, _ in changed],
            "license": [row.license for row, _, _ in changed],
            "kinds": [row.kinds for row, _, _ in changed],
            "outcome": [LICENSE_CHECKS.index(outcome) for _, _, outcome in changed],
            "n": [sign for _, sign, _ in changed],
        }
        return built.with_rows(columns, PairClasses(raw), held)

    @cached_property
    def author_counts(self) -> npt.NDArray[np.int64]:
        """int64[subsets, authors + 1]: visible images by the number of their author; 0 for those without one."""
        counts = self.generation.author_counts.astype(np.int64)
        for key in self.hidden:
            counts[self.built[key].subset, self.built[key].author] -= 1
        return counts

    @cached_property
    def author_moves(self) -> dict[int, int]:
        """How many images fewer than as built authors have, by number; -n for n hidden ones."""
        moves: dict[int, int] = {}
        for key in self.hidden:
            author = self.built[key].author
            if author:
                moves[author] = moves.get(author, 0) - 1
        return moves

    def subset_places(self, keys: Iterable[int]) -> npt.NDArray[np.int64]:
        """The place among SUBSETS of images that something is said of."""
        return np.array([self.built[key].subset for key in keys], np.int64)
