"""Builds an index generation from the arrays of a data set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import NO_AUTHOR, DatasetArrays
from browse.domain.hierarchy import Hierarchy
from browse.domain.phases import phase, phase_of
from browse.facets.build import (
    boxes,
    frequent_labels,
    kernels,
    masks,
    narratives,
    pair_chunks,
    points,
    relationships,
    statistics,
    texts,
)
from browse.facets.build.annotation_digests import digest_of
from browse.facets.build.duplicates import duplicate_groups
from browse.facets.build.image_order import sorted_with
from browse.facets.build.pair_chunks import Pairs, Report, batches, chunks, parts
from browse.facets.embedded.rulings import CurationInput
from browse.facets.index.classes import RAW_CLASSES, PairClasses
from browse.facets.index.labels_below import LabelsBelow
from browse.facets.index.layout import FORMAT, Manifest
from browse.facets.index.writer import ArrayWriter, GenerationWriter
from browse.query.values import SUBSETS


def build_generation(
    arrays: DatasetArrays,
    index_dir: Path,
    *,
    dataset: str,
    rulings: Mapping[tuple[int, str], bool] = MappingProxyType({}),
    hidden: Iterable[int] = (),
    report: Report | None = None,
) -> str:
    """Write the index of a data set below index_dir, complete or not at all; returns the generation's name.

    rulings   what curators say, by image key and MID; hidden: keys of images taken down. Tables that nothing is laid
              over later hold both; all others are of the annotations alone.

    The same of all these and `dataset` (a text for people) gives the same bytes and name. Raises ValueError for arrays
    that break the promises of DatasetArrays.
    """
    report = report or _silent
    with phase("check arrays"):
        _check(arrays)
    labels = {mid: number for number, mid in enumerate(arrays.label_mids)}
    pairs = _tally(arrays, CurationInput.of(arrays.image_keys, labels, rulings, hidden), report)
    with GenerationWriter(index_dir) as writer, ThreadPoolExecutor(1, thread_name_prefix="digest") as beside:
        digest = beside.submit(digest_of, arrays, report)
        for write in SECTIONS:
            with phase(phase_of(write)):
                write(arrays, pairs, writer, report)
            pair_chunks.drop_all_cached_pages(arrays)
        return writer.publish(
            Manifest(
                format=FORMAT,
                dataset=dataset,
                images=len(arrays.image_keys),
                annotations=len(arrays.annotations),
                pairs=len(pairs),
                has_rotations=arrays.has_rotations,
                has_clicks=boxes.any_clicks(arrays),
                classes=tuple(int(raw) for raw in pairs.classes.raw),
                files=writer.entries,
                digest=digest.result(),
            )
        )


def _silent(what: str, done: int, total: int) -> None:
    """Report to nobody."""


def _check(arrays: DatasetArrays) -> None:
    """Raise ValueError where the arrays break the promises of DatasetArrays."""
    n = len(arrays.image_keys)
    _check_lengths(arrays, n)
    for name, numbers in (("image_keys", arrays.image_keys), ("credited", arrays.credited)):
        if not all(_ascends(numbers[i : i + pair_chunks.CHUNK + 1]) for i in range(0, n, pair_chunks.CHUNK)):
            raise ValueError(f"{name}: not ascending")
    named = arrays.authors[arrays.authors != NO_AUTHOR]
    for name, values, limit in (
        ("subsets", arrays.subsets, len(SUBSETS)),
        ("licenses", arrays.licenses, len(arrays.license_slugs)),
        ("authors", named, len(arrays.author_keys)),
        ("credited", arrays.credited, n),
    ):
        if len(values) and int(values.max()) >= limit:
            raise ValueError(f"{name}: {int(values.max())} where {limit} are known")
    for name, ascends in (
        ("license_slugs", all(low < high for low, high in pairwise(arrays.license_slugs))),
        ("author_keys", arrays.author_keys.ascend()),
        ("label_mids", all(low < high for low, high in pairwise(arrays.label_mids))),
    ):
        if not ascends:
            raise ValueError(f"{name}: not sorted and distinct")
    before = -1
    for start, part in parts(arrays.annotations):
        fault = kernels.first_fault(part, before, n, len(arrays.label_mids), len(arrays.sources))
        if fault >= 0:
            raise ValueError(f"annotations: {int(part[fault]):#018x} at {start + fault} is out of order or range")
        before = int(part[-1]) >> 8
    boxes.check(arrays)
    relationships.check(arrays)
    points.check(arrays)
    masks.check(arrays)
    narratives.check(arrays)


def _check_lengths(arrays: DatasetArrays, images: int) -> None:
    lengths = dict.fromkeys(("subsets", "licenses", "authors", "md5", "photos", "titles"), images)
    lengths |= {"author_names": len(arrays.author_keys), "credited_names": len(arrays.credited)}
    for name, length in lengths.items():
        if len(getattr(arrays, name)) != length:
            raise ValueError(f"{name}: {len(getattr(arrays, name))} values instead of {length}")


def _ascends(keys: npt.NDArray[Any]) -> bool:
    return bool((keys[1:] > keys[:-1]).all())


def _tally(arrays: DatasetArrays, laid: CurationInput, report: Report) -> Pairs:
    """Count pairs by label and class."""
    totals = np.zeros((len(arrays.label_mids), RAW_CLASSES), np.int32)
    for chunk in chunks(arrays, report, "count pairs"):
        kernels.tally(chunk.labels, chunk.raw, totals)
    raw = np.flatnonzero(totals.any(axis=0)).astype(np.uint16)
    return Pairs(PairClasses(raw), np.ascontiguousarray(totals[:, raw]), laid)


def _write_names(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    writer.texts("label", arrays.label_mids)
    writer.texts("author", arrays.author_keys)
    writer.texts("license", arrays.license_slugs)
    writer.array("author_ids", arrays.author_ids)


def _write_hierarchy(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    offsets, labels = _below(arrays)
    writer.array("below_offsets", offsets)
    writer.array("below_labels", labels)


def _below(arrays: DatasetArrays) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint16]]:
    """For each label all labels below it, one after the other, and where they begin."""
    number = {mid: place for place, mid in enumerate(arrays.label_mids)}
    below = Hierarchy(arrays.hierarchy).below
    found = [sorted(number[mid] for mid in below.get(label, ()) if mid in number) for label in arrays.label_mids]
    offsets = np.cumsum([0, *map(len, found)]).astype(np.uint32)
    return offsets, np.array([label for labels in found for label in labels], np.uint16)


def _write_images(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    writer.array("image_keys", arrays.image_keys)
    writer.array("image_authors", arrays.authors)
    sizes = np.bincount(arrays.authors[arrays.authors != NO_AUTHOR], minlength=len(arrays.author_keys))
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    images = np.empty(offsets[-1], np.uint32)
    kernels.list_by_value(np.asarray(arrays.authors), offsets[:-1].copy(), images)
    writer.array("author_offsets", offsets)
    writer.array("author_images", images)
    groups, members = duplicate_groups(arrays.md5)
    writer.array("duplicate_offsets", groups)
    writer.array("duplicate_images", members)


def _write_photos(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    known = np.flatnonzero(arrays.photos).astype(np.uint32)
    ids, images = sorted_with(np.asarray(arrays.photos)[known], known)
    writer.array("photo_ids", ids)
    writer.array("photo_images", images)


def _write_md5(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    words = np.ascontiguousarray(arrays.md5).view(">u4").reshape(-1, 4)
    known = np.flatnonzero(words.any(axis=1)).astype(np.uint32)
    heads, images = sorted_with(words[known, 0].astype(np.uint64), known)
    writer.array("md5_heads", heads.astype(np.uint32))
    writer.array("md5_images", images)


def _write_pairs(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    if len(pairs) > 0xFFFFFFFF:
        raise ValueError(f"{len(pairs):,} pairs; an index holds 4,294,967,295")
    dtype = "|u1" if len(pairs.classes) <= 256 else "<u2"
    codes, mask = pairs.classes.codes(), pairs.classes.default
    sizes = np.zeros((2, len(arrays.image_keys)), np.uint32)
    with (
        writer.file("pair_labels") as labels,
        writer.file("pair_classes", dtype) as classes,
        writer.file("default_labels") as default_labels,
    ):
        for chunk in chunks(arrays, report, "list labels by image"):
            own = codes[chunk.raw]
            is_default, places = mask[own], chunk.images - np.uint32(chunk.first)
            labels.append(chunk.labels)
            classes.append(own.astype(dtype))
            default_labels.append(chunk.labels[is_default])
            for row, some in enumerate((places, places[is_default])):
                sizes[row, chunk.first : chunk.last] = np.bincount(some, minlength=chunk.last - chunk.first)
    for name, numbers in zip(("pair_offsets", "default_offsets"), sizes, strict=True):
        with writer.file(name) as offsets:
            offsets.append(np.zeros(1, np.uint32))
            offsets.append(np.cumsum(numbers, dtype=np.uint32))


def _write_annotation_counts(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    counts = np.zeros(len(arrays.image_keys), np.uint32)
    for _, part in parts(arrays.annotations):
        images = (part >> np.uint64(32)).astype(np.int64)
        first = int(images[0])
        numbers = np.bincount(images - first)
        counts[first : first + len(numbers)] += numbers.astype(np.uint32)
    writer.array("annotation_counts", counts)


def _write_postings(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    by_label = pairs.totals.sum(axis=1, dtype=np.int64)
    offsets = np.concatenate([[0], np.cumsum(pairs.totals.ravel(), dtype=np.int64)])
    writer.array("posting_offsets", offsets)
    codes = pairs.classes.codes()
    n_labels, n_classes = pairs.totals.shape
    with writer.file("posting_images") as out:
        for first, last in batches(by_label, pair_chunks.SCATTER_BYTES // 4):
            begin, end = offsets[first * n_classes], offsets[last * n_classes]
            images = np.empty(end - begin, np.uint32)
            ends = (offsets[first * n_classes : last * n_classes] - begin).reshape(last - first, n_classes)
            for chunk in chunks(arrays, report, f"list images by label, {last:,} of {n_labels:,} labels"):
                kernels.scatter(chunk.images, chunk.labels, codes[chunk.raw], first, ends, images)
            out.append(images)
            del images  # before the next are made


class _SetWriter:
    """Writes sets of images, each as a bitset or, below one image in 32, as a list of numbers."""

    def __init__(self, out: ArrayWriter, images: int) -> None:
        self._out = out
        self._images = images
        self.sizes: list[int] = []
        self.offsets = [0]

    def append(self, words: npt.NDArray[np.uint64]) -> None:
        ids = np.flatnonzero(np.unpackbits(words.view(np.uint8), bitorder="little"))
        if len(ids) * 32 <= self._images:
            listed = np.zeros(len(ids) + len(ids) % 2, np.uint32)
            listed[: len(ids)] = ids
            words = listed.view(np.uint64)
        self._out.append(words)
        self.sizes.append(len(ids))
        self.offsets.append(self.offsets[-1] + len(words))


def _write_sets(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    n = len(arrays.image_keys)
    with writer.file("set_words") as out:
        sets = _SetWriter(out, n)
        for subset in range(len(SUBSETS)):
            sets.append(_as_words(np.asarray(arrays.subsets) == subset))
        for license_ in range(len(arrays.license_slugs)):
            sets.append(_as_words(np.asarray(arrays.licenses) == license_))
        for words in chain(_class_sets(arrays, pairs, report), _group_sets(arrays, pairs, report)):
            sets.append(words)
    writer.array("set_sizes", np.array(sets.sizes, np.int64))
    writer.array("set_offsets", np.array(sets.offsets, np.int64))


def _class_sets(arrays: DatasetArrays, pairs: Pairs, report: Report) -> Iterator[npt.NDArray[np.uint64]]:
    """For each class the images with at least one pair of it."""
    codes = pairs.classes.codes()
    width = (len(arrays.image_keys) + 63) // 64
    at_once = max(1, pair_chunks.SCATTER_BYTES // (8 * width + 1))
    for first in range(0, len(pairs.classes), at_once):
        words = np.zeros((min(at_once, len(pairs.classes) - first), width), np.uint64)
        for chunk in chunks(arrays, report, "list images by class"):
            kernels.mark(chunk.images, codes[chunk.raw], first, words)
        yield from words


def _group_sets(arrays: DatasetArrays, pairs: Pairs, report: Report) -> Iterator[npt.NDArray[np.uint64]]:
    """For each label with others below it the images with a pair of any of them, in the default states."""
    below, codes = LabelsBelow(*_below(arrays)), pairs.classes.codes()
    mask = pairs.classes.default
    columns, counts_for = below.columns
    width = (len(arrays.image_keys) + 63) // 64
    at_once = max(1, pair_chunks.SCATTER_BYTES // (8 * width + 1))
    for first in range(0, len(below.groups), at_once):
        some = np.ascontiguousarray(counts_for[:, first : first + at_once])
        words = np.zeros((some.shape[1], width), np.uint64)
        for chunk in chunks(arrays, report, "list images by hierarchy"):
            kernels.mark_groups(chunk.images, chunk.labels, codes[chunk.raw], mask, columns, some, words)
        yield from words


def _as_words(members: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint64]:
    packed = np.packbits(members, bitorder="little")
    return np.concatenate([packed, np.zeros(-len(packed) % 8, np.uint8)]).view(np.uint64)


SECTIONS = (
    _write_names,
    _write_hierarchy,
    _write_images,
    _write_photos,
    _write_md5,
    _write_pairs,
    _write_annotation_counts,
    _write_postings,
    _write_sets,
    frequent_labels.write_together,
    *texts.SECTIONS,
    *statistics.SECTIONS,
    *boxes.SECTIONS,
    *relationships.SECTIONS,
    *points.SECTIONS,
    *masks.SECTIONS,
    *narratives.SECTIONS,
)
"""What writes the files of a generation, in this order; further tables built with the index join here."""
