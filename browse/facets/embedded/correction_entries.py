"""What verdicts and hidden images change in an index: entries of label, image, class before, class after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers
from browse.facets.embedded.rulings import NONE, CurationInput
from browse.facets.index.classes import LEVELS, PairClasses
from browse.facets.index.open_index import Index
from browse.query.values import STATES, State

LOW = np.int64(0xFFFFFFFF)
_BY_MACHINE = (State.CONFIRMED, State.REJECTED, State.UNVERIFIED)

Classes = npt.NDArray[np.int16]
"""Numbers of classes, or NONE."""


@dataclass(frozen=True)
class ClassTransitions:
    """Which class a verdict moves a pair to, by the class that it is of.

    yes, no   int16[classes + 1], the last for NONE
    classes   the index's, and behind them those that only verdicts make
    """

    classes: PairClasses
    yes: Classes
    no: Classes

    @classmethod
    def of(cls, base: PairClasses) -> ClassTransitions:
        """The shifts of an index with these classes."""
        raws = [*base.raw.tolist(), None]
        yes = [_raw(raw, State.CONFIRMED, State.MISSED) for raw in raws]
        no = [_raw(raw, State.REJECTED, State.ABSENT) for raw in raws]
        every = [*raws[:-1], *sorted({*yes, *no} - {*raws})]
        number = {raw: place for place, raw in enumerate(every)}
        return cls(
            PairClasses(np.array(every, np.uint16)),
            np.array([number[raw] for raw in yes], np.int16),
            np.array([number[raw] for raw in no], np.int16),
        )


def _raw(raw: int | None, with_machine: State, without: State) -> int:
    """The raw class of a pair of this one after a verdict."""
    if raw is not None and STATES[raw // LEVELS] in _BY_MACHINE:
        return STATES.index(with_machine) * LEVELS + raw % LEVELS
    return STATES.index(without) * LEVELS + (100 if without is State.MISSED else 0)


@dataclass(frozen=True)
class ImageCorrections:
    """Entries, and what is held, of some images."""

    entries: Counts
    before: Classes
    after: Classes
    changed: ImageNumbers
    held: Bitset


def entries_of(index: Index, shifts: ClassTransitions, laid: CurationInput, images: ImageNumbers) -> ImageCorrections:
    """What is laid over some images, ascending, and only over them, makes of their pairs."""
    owners, codes, classes = _pairs_of(index, images)
    is_hidden = np.isin(images, laid.hidden)
    rulings, says = laid.rulings, laid.says
    ruled = np.searchsorted(images, (rulings >> 32).astype(np.uint32))
    place = np.searchsorted(codes, rulings)
    there = np.zeros(len(rulings), np.bool_)
    inside = place < len(codes)
    there[inside] = codes[place[inside]] == rulings[inside]
    before = np.full(len(rulings), NONE, np.int16)
    before[there] = classes[place[there]]
    after = np.where(says, shifts.yes[before], shifts.no[before])
    moved = (before != after) & ~is_hidden[ruled]
    gone = is_hidden[owners]
    entries = np.concatenate([_by_label(rulings[moved]), _by_label(codes[gone])])
    order = np.argsort(entries)
    holds = np.zeros((len(images), len(shifts.classes)), np.bool_)
    now = classes.copy()
    now[place[moved & there]] = after[moved & there]
    holds[owners[~gone], now[~gone]] = True
    holds[ruled[moved], after[moved]] = True
    is_changed = is_hidden.copy()
    is_changed[ruled[moved]] = True
    return ImageCorrections(
        entries[order],
        np.concatenate([before[moved], classes[gone]])[order],
        np.concatenate([after[moved], np.full(int(gone.sum()), NONE, np.int16)])[order],
        images[is_changed],
        packed(holds[is_changed]),
    )


def _pairs_of(index: Index, images: ImageNumbers) -> tuple[Counts, Counts, Classes]:
    """The index's own pairs of some images, ascending: place of the image, image << 32 | label, class."""
    starts, stops = index.pair_offsets[images].astype(np.int64), index.pair_offsets[images + np.uint32(1)]
    sizes = stops.astype(np.int64) - starts
    owners = np.repeat(np.arange(len(images)), sizes)
    pairs = np.arange(len(owners)) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
    codes = (images[owners].astype(np.int64) << 32) | index.pair_labels[pairs]
    return owners, codes, index.pair_classes[pairs].astype(np.int16)


def _by_label(codes: Counts) -> Counts:
    """label << 32 | image of image << 32 | label."""
    swapped: Counts = ((codes & LOW) << 32) | (codes >> 32)
    return swapped


def replaced(
    keys: npt.NDArray[Any], columns: list[Any], gone: npt.NDArray[np.bool_], new_keys: npt.NDArray[Any], new: list[Any]
) -> tuple[Any, list[Any]]:
    """A sorted table with some rows gone and others put in their places."""
    kept = keys[~gone]
    places = np.searchsorted(kept, new_keys)
    rows = [np.insert(column[~gone], places, added, axis=0) for column, added in zip(columns, new, strict=True)]
    return np.insert(kept, places, new_keys), rows


def packed(rows: npt.NDArray[np.bool_]) -> Bitset:
    """bool[rows, bits] as uint64[rows, words], bit i % 64 of word i // 64."""
    padded = np.zeros((len(rows), -(-rows.shape[1] // 64) * 64), np.bool_)
    padded[:, : rows.shape[1]] = rows
    words: Bitset = np.packbits(padded, axis=1, bitorder="little").view(np.uint64)
    return words
