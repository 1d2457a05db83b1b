"""What curators changed, laid over an index: pairs of another class than the index has them in, and hidden images.

A pair has one class (`classes`). A verdict gives it another, or makes one where there was no pair; a hidden image takes
all its pairs away. Each such change is an entry: label, image, the class before, the class after. Every answer is the
index's own, corrected by the entries: few, sorted by label, so that a term costs only its own label's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from browse.facets.embedded import kernels
from browse.facets.embedded.correction_entries import LOW, Classes, ClassTransitions, entries_of, packed, replaced
from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers
from browse.facets.embedded.license_checks import LicenseChecks
from browse.facets.embedded.pairs_of_images import pairs_of
from browse.facets.embedded.rulings import NONE, CurationInput, numbered, numbers
from browse.facets.index.classes import Mask, PairClasses
from browse.facets.index.open_index import Index
from browse.query.values import SUBSETS, CheckOutcome


@dataclass(frozen=True)
class Deltas:
    """Changes to the number of pairs by label, subset and class, one row a pair; NONE where there is no pair.

    Subsets by their place among SUBSETS, labels by the index's numbers, classes by the overlay's.
    """

    labels: ImageNumbers
    subsets: npt.NDArray[np.int8]
    before: Classes
    after: Classes


@dataclass(frozen=True)
class Corrections:
    """Verdicts, hidden images and license checks over one index. Immutable; threads may share one.

    Labels and images by their numbers.

    entries          int64[entries] label << 32 | image, ascending; before, after: the classes
    changed          uint32, ascending: images with an entry, or hidden
    held             uint64[changed, classes / 64]: the classes that such an image has a pair of, bit by bit
    visible          the images that are not hidden, as a bitset; None where all are
    checks           the images whose license was checked, hidden ones too
    """

    index: Index
    shifts: ClassTransitions
    laid: CurationInput
    entries: Counts
    before: Classes
    after: Classes
    changed: ImageNumbers
    held: Bitset
    visible: Bitset | None
    checks: LicenseChecks

    @classmethod
    def nothing(cls, index: Index) -> Corrections:
        """No verdicts, no hidden images, no license checks."""
        shifts = ClassTransitions.of(index.classes)
        codes, classes = np.empty(0, np.int64), np.empty(0, np.int16)
        return cls(
            index=index,
            shifts=shifts,
            laid=CurationInput(codes, np.empty(0, np.bool_), np.empty(0, np.uint32)),
            entries=codes,
            before=classes,
            after=classes,
            changed=np.empty(0, np.uint32),
            held=np.empty((0, (len(shifts.classes) + 63) // 64), np.uint64),
            visible=None,
            checks=LicenseChecks.nothing(),
        )

    def with_changes(
        self,
        rulings: Mapping[tuple[int, str], bool | None],
        hidings: Mapping[int, bool] | None = None,
        checks: Mapping[int, CheckOutcome] | None = None,
    ) -> Corrections:
        """The overlay with other words on some pairs (image key, MID), None being nobody's, other hidden images, and
        other newest license checks.

        Images and labels that the index does not have are left out. Costs by what changes, but for copies.
        """
        changed = self._with_words(rulings, hidings or {})
        return (
            changed if not checks else replace(changed, checks=self.checks.with_changes(self.index.image_keys, checks))
        )

    def _with_words(self, rulings: Mapping[tuple[int, str], bool | None], hidings: Mapping[int, bool]) -> Corrections:
        codes, words = numbered(self.index.image_keys, self.index.label_numbers, rulings)
        shown, hidden = self._split(hidings)
        images = np.unique(np.concatenate([codes >> 32, shown, hidden])).astype(np.uint32)
        if not len(images):
            return self
        decided = words >= 0
        rows, (says,) = replaced(
            self.laid.rulings,
            [self.laid.says],
            np.isin(self.laid.rulings, codes),
            codes[decided],
            [words[decided] == 1],
        )
        all_hidden = np.union1d(np.setdiff1d(self.laid.hidden, shown), hidden).astype(np.uint32)
        changed = replace(self, laid=CurationInput(rows, says, all_hidden))
        return changed._laid_anew(images, is_visibility_new=bool(len(shown) or len(hidden)))

    @cached_property
    def changed_pairs(self) -> tuple[Counts, npt.NDArray[np.uint16], Classes]:
        """All pairs of the changed images as they are now, by image: place among them, label, class."""
        owners, labels, codes = pairs_of(self, self.changed)
        return owners, labels.astype(np.uint16), codes.astype(np.int16)

    @property
    def classes(self) -> PairClasses:
        """The index's classes, and behind them those that only verdicts make."""
        return self.shifts.classes

    @cached_property
    def images(self) -> int:
        """How many images are visible."""
        return self.index.images - len(self.laid.hidden)

    @cached_property
    def levels(self) -> list[int]:
        """The distinct confidences of visible pairs, ascending, in hundredths."""
        totals = np.concatenate([self.index.class_totals, np.zeros(len(self.classes) - len(self.index.classes), int)])
        totals += self._moved(self.before, self.after)
        return [int(level) for level in np.unique(self.classes.confidences[totals > 0])]

    def class_totals(self, label: int) -> Counts:
        """int64[classes]: visible images with a pair of this label in each class."""
        totals = np.zeros(len(self.classes), np.int64)
        totals[: len(self.index.classes)] = np.diff(self.index.bounds(label))
        mine = self.entries_of(label)
        if mine.start < mine.stop:
            totals += self._moved(self.before[mine], self.after[mine])
        return totals

    def label_totals(self, mask: Mask) -> Counts:
        """int64[labels]: visible images with a pair of each label in these classes."""
        totals = self.index.label_totals(mask[: len(self.index.classes)])
        if len(self.entries):
            self.lay_label_counts(all_images(self.index), mask, totals)  # entries of hidden images take theirs away
        return totals

    @cached_property
    def with_pair_totals(self) -> dict[bytes, int]:
        """How many visible images have a pair of some classes, by their mask; `Selector.count_with_pair` fills it."""
        return {}

    def correct_term(self, words: Bitset, label: int, mask: Mask) -> None:
        """Correct the set of the images with a pair of a label in these classes."""
        mine = self.entries_of(label)
        if mine.start < mine.stop:
            kernels.put_bits(words, self.entry_images[mine], _in_mask(mask, self.after[mine]).astype(np.bool_))

    def lay_any_pair(self, words: Bitset, mask: Mask) -> None:
        """Correct the set of the images with a pair of any label in these classes."""
        if len(self.changed):
            kernels.set_matching_bits(words, self.changed, self.held, packed(mask[np.newaxis])[0])

    def lay_label_counts(self, words: Bitset, mask: Mask, counts: Counts) -> None:
        """Correct counts[label] of pairs in these classes, of the images of a set without hidden ones."""
        if len(self.entries):
            kernels.adjust_label_counts(
                words, self.entry_images, self.entry_labels, self.before, self.after, mask, counts
            )

    def lay_class_counts(self, words: Bitset, label: int, counts: Counts) -> None:
        """Correct counts[class] of the images of a set without hidden ones, by their pair of a label."""
        mine = self.entries_of(label)
        if mine.start < mine.stop:
            kernels.adjust_class_counts(words, self.entry_images[mine], self.before[mine], self.after[mine], counts)

    def is_hidden(self, key: int) -> bool:
        """Whether the image with this key is hidden."""
        place = int(np.searchsorted(self._hidden_keys, key))
        return place < len(self.laid.hidden) and int(self._hidden_keys[place]) == key

    def says_of(self, keys: Iterable[int]) -> dict[int, dict[str, bool]]:
        """For images by their keys what curators say, by MID; images without verdicts are left out."""
        found: dict[int, dict[str, bool]] = {}
        if not len(self.laid.rulings):
            return found
        asked = list(keys)
        images = numbers(self.index.image_keys, asked)
        lows, highs = np.searchsorted(self.laid.rulings, [images << 32, images + 1 << 32])
        for place in np.flatnonzero((lows < highs) & (images >= 0)).tolist():
            ruled = slice(lows[place], highs[place])
            labels, says = (self.laid.rulings[ruled] & LOW).tolist(), self.laid.says[ruled].tolist()
            found[asked[place]] = {self.index.labels[label]: yes for label, yes in zip(labels, says, strict=True)}
        return found

    def class_deltas(self) -> Deltas:
        """What the entries change in the number of pairs by label, subset and class."""
        subsets = np.full(len(self.entries), NONE, np.int8)
        for place in range(len(SUBSETS)):
            subsets[self._among(place, self.entry_images)] = place
        return Deltas(self.entry_labels, subsets, self.before, self.after)

    @cached_property
    def entry_images(self) -> ImageNumbers:
        """The image of each entry."""
        return (self.entries & LOW).astype(np.uint32)

    @cached_property
    def entry_labels(self) -> ImageNumbers:
        """The label of each entry."""
        return (self.entries >> 32).astype(np.uint32)

    @cached_property
    def _hidden_keys(self) -> npt.NDArray[np.int64]:
        return self.index.image_keys[self.laid.hidden]

    @cached_property
    def _starts(self) -> list[int]:
        labels = np.arange(len(self.index.labels) + 1, dtype=np.int64)
        starts: list[int] = np.searchsorted(self.entries, labels << 32).tolist()
        return starts

    def entries_of(self, label: int) -> slice:
        """Where the entries of a label stand."""
        return slice(self._starts[label], self._starts[label + 1])

    def _moved(self, before: Classes, after: Classes) -> Counts:
        """int64[classes]: how many more pairs there are of each."""
        n = len(self.classes) + 1
        return (np.bincount(after + 1, minlength=n) - np.bincount(before + 1, minlength=n))[1:]

    def _among(self, place: int, images: ImageNumbers) -> npt.NDArray[np.bool_]:
        """Which of these images are in a set of the index's own."""
        sets = self.index.sets
        if sets.is_listed(place):
            return _are_among(images, sets.ids(place))
        return _has_bits(sets.words(place), images)

    def _split(self, hidings: Mapping[int, bool]) -> tuple[Counts, Counts]:
        """The images to be shown and those to be hidden, of what the index has."""
        images = numbers(self.index.image_keys, list(hidings))
        hide = np.array(list(hidings.values()), np.bool_)
        return images[~hide & (images >= 0)], images[hide & (images >= 0)]

    def _laid_anew(self, images: ImageNumbers, *, is_visibility_new: bool) -> Corrections:
        """With the entries of these images (ascending) made anew from the rulings and hidden images."""
        part = entries_of(self.index, self.shifts, self.laid.among(images), images)
        entries, (before, after) = replaced(
            self.entries,
            [self.before, self.after],
            np.isin(self.entry_images, images),
            part.entries,
            [part.before, part.after],
        )
        changed, (held,) = replaced(self.changed, [self.held], np.isin(self.changed, images), part.changed, [part.held])
        return replace(
            self,
            entries=entries,
            before=before,
            after=after,
            changed=changed,
            held=held,
            visible=self._visible_now() if is_visibility_new else self.visible,
        )

    def _visible_now(self) -> Bitset | None:
        if not len(self.laid.hidden):
            return None
        words = all_images(self.index)
        kernels.put_bits(words, self.laid.hidden, np.zeros(len(self.laid.hidden), np.bool_))
        return words


def all_images(index: Index) -> Bitset:
    """The set of all images of an index."""
    words = np.full(index.width, np.uint64(0xFFFFFFFFFFFFFFFF))
    if index.images % 64:
        words[-1] >>= np.uint64(64 - index.images % 64)
    return words


def _in_mask(mask: Mask, classes: Classes) -> npt.NDArray[np.int8]:
    """1 for each class that is wanted, 0 for others and NONE."""
    wanted: npt.NDArray[np.int8] = np.append(mask, False).astype(np.int8)[classes]
    return wanted


def _are_among(images: ImageNumbers, ids: ImageNumbers) -> npt.NDArray[np.bool_]:
    """Which images are in a list, ascending and far longer."""
    places = np.searchsorted(ids, images)
    found = places < len(ids)
    found[found] = ids[places[found]] == images[found]
    return found


def _has_bits(words: Bitset, images: ImageNumbers) -> npt.NDArray[np.bool_]:
    """Which images are in a set."""
    places = (images & np.uint32(63)).astype(np.uint64)
    bits: npt.NDArray[np.bool_] = ((words[images >> np.uint32(6)] >> places) & np.uint64(1)).astype(np.bool_)
    return bits
