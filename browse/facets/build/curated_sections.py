"""The sections of an index generation that hold what curators say: nothing is laid over these tables later.

They count pairs in default states, annotations and authors of the images that were visible at the build.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.domain.comparison import lifts
from browse.domain.dataset_arrays import NO_AUTHOR, DatasetArrays
from browse.facets.build import kernels, pair_chunks
from browse.facets.build.pair_chunks import PairChunk, Pairs, Report, batches, chunks, parts
from browse.facets.embedded.kernels import Counts, ImageNumbers
from browse.facets.embedded.rulings import CurationInput
from browse.facets.index.classes import LEVELS, RAW_CLASSES, PairClasses
from browse.facets.index.writer import GenerationWriter
from browse.query.pairs import CURATOR
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, SUBSETS

PARTNERS = 30
"""So many labels that stand with a label are kept."""

_STANDING = PairClasses(np.arange(RAW_CLASSES, dtype=np.uint16)).mask(ANY_CONFIDENCE, DEFAULT_STATES)
"""bool[RAW_CLASSES]: those of default states."""
_NOWHERE = len(SUBSETS)
"""The subset of hidden images."""
Labels = npt.NDArray[np.uint16]


def effective_pairs(chunk: PairChunk, laid: CurationInput) -> tuple[ImageNumbers, Labels]:
    """Images and labels of the visible pairs of a chunk in default states, the pairs of one image in a row.

    A curator's yes leaves a pair in a default state, or makes one; after a no it is in none.
    """
    said = laid.between(chunk.first, chunk.last)
    wanted = _STANDING[chunk.raw]
    places = _pairs_on(chunk, np.unique(said.images))
    codes = (chunk.images[places].astype(np.int64) << 32) | chunk.labels[places]
    found = np.searchsorted(codes, said.rulings)
    there = found < len(codes)
    there[there] = codes[found[there]] == said.rulings[there]
    wanted[places[found[there]]] = said.says[there]
    wanted[_pairs_on(chunk, said.hidden)] = False
    images, labels = chunk.images[wanted], chunk.labels[wanted]
    new = said.says & ~there
    if not new.any():
        return images, labels
    where = np.searchsorted(images, said.images[new], side="right")
    return np.insert(images, where, said.images[new]), np.insert(labels, where, said.labels[new])


def _pairs_on(chunk: PairChunk, images: ImageNumbers) -> Counts:
    """The places of a chunk's pairs on some images, ascending."""
    starts, stops = (np.searchsorted(chunk.images, images, side=side) for side in ("left", "right"))
    sizes = stops - starts
    places: Counts = np.arange(sizes.sum()) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
    return places


def _subsets(arrays: DatasetArrays, laid: CurationInput) -> npt.NDArray[np.uint8]:
    """The subset of each image, _NOWHERE for hidden ones."""
    subsets = np.array(arrays.subsets)
    subsets[laid.hidden] = _NOWHERE
    return subsets


def write_standing(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Images by their number of labels; for each label how many images have it, and which labels stand with it."""
    sizes, totals = _count_standing(arrays, pairs.laid, report)
    most = int(np.flatnonzero(sizes.any(axis=0))[-1]) if sizes.any() else 0
    writer.array("labels_per_image", sizes[:, : most + 1].ravel())
    writer.array("partner_totals", totals)
    _write_partners(arrays, pairs.laid, totals, int(sizes.sum()), writer, report)


def _count_standing(arrays: DatasetArrays, laid: CurationInput, report: Report) -> tuple[Counts, Counts]:
    """int64[subsets, labels + 1]: images by how many labels they have; int64[labels]: images with each label."""
    subsets, n_labels = _subsets(arrays, laid), len(arrays.label_mids)
    sizes = np.zeros((len(SUBSETS), n_labels + 1), np.int64)
    totals = np.zeros(n_labels, np.int64)
    for chunk in chunks(arrays, report, "count labels by image"):
        by_image = np.zeros(chunk.last - chunk.first, np.uint32)
        kernels.tally_labels(*effective_pairs(chunk, laid), chunk.first, by_image, totals)
        for subset in range(len(SUBSETS)):
            of_subset = by_image[subsets[chunk.first : chunk.last] == subset]
            sizes[subset] += np.bincount(of_subset, minlength=n_labels + 1)
    return sizes, totals


def _write_partners(
    arrays: DatasetArrays, laid: CurationInput, totals: Counts, visible: int, writer: GenerationWriter, report: Report
) -> None:
    """For each label those that stand with it far more often than by chance, and on how many images they do."""
    rows = max(1, pair_chunks.SCATTER_BYTES // (4 * len(totals) + 1))
    ends = [0]
    with writer.file("partner_labels") as labels, writer.file("partner_images") as images:
        for first, last in batches(np.ones(len(totals), np.int64), rows):
            for numbers, counts in _partners(arrays, laid, (first, last), totals, visible, report):
                labels.append(numbers)
                images.append(counts)
                ends.append(ends[-1] + len(numbers))
    writer.array("partner_offsets", np.array(ends, np.int64))


def _partners(
    arrays: DatasetArrays, laid: CurationInput, of: tuple[int, int], totals: Counts, visible: int, report: Report
) -> list[tuple[Labels, ImageNumbers]]:
    """For each label from the first of `of` to before the last its partners, and on how many images both stand.

    The table that they are chosen from is gone with the return: the next one is as large.
    """
    first, last = of
    together = np.zeros((last - first, len(totals)), np.uint32)
    rows = np.full(len(totals), -1, np.int32)
    rows[first:last] = np.arange(last - first)
    for chunk in chunks(arrays, report, f"count labels together, {last:,} of {len(totals):,}"):
        kernels.count_together(*effective_pairs(chunk, laid), rows, together)
    chosen = (rank_partners(row, label, totals, visible) for label, row in enumerate(together, first))
    return [(best.astype(np.uint16), row[best]) for best, row in zip(chosen, together, strict=True)]


def rank_partners(together: ImageNumbers, label: int, totals: Counts, images: int) -> Counts:
    """The PARTNERS labels with the largest bound of their lift, ties by label; together: images with both."""
    others = np.flatnonzero(together)
    others = others[others != label]
    _, bounds = lifts(together[others].astype(np.int64), int(totals[label]), totals[others], images)
    if len(others) > PARTNERS:
        keep = bounds >= np.partition(bounds, -PARTNERS)[-PARTNERS]
        others, bounds = others[keep], bounds[keep]
    best: Counts = others[np.argsort(-bounds, kind="stable")][:PARTNERS]
    return best


def write_sources(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Annotations by source, subset and confidence, curators' yes and no among them; sources by name."""
    subsets = _subsets(arrays, pairs.laid)
    counts = np.zeros((len(arrays.sources), _NOWHERE + 1, LEVELS), np.int64)
    for _, part in parts(arrays.annotations):
        kernels.tally_sources(part, subsets, counts)
    given: npt.NDArray[np.bool_] = np.any(counts, axis=(1, 2))  # a source may have boxes alone
    found = {name: counts[place, :_NOWHERE] for place, name in enumerate(arrays.sources) if given[place]}
    said = pairs.laid.between(0, len(subsets))
    if len(said.rulings):
        own = found.setdefault(CURATOR, np.zeros((_NOWHERE, LEVELS), np.int64))
        np.add.at(own, (subsets[said.images], np.where(said.says, 100, 0)), 1)
        _take_away_replaced(arrays, subsets, said, own)
    names = sorted(found)
    writer.texts("source", names)
    writer.array("source_counts", np.array([found[name] for name in names], np.int64).ravel())


def _take_away_replaced(
    arrays: DatasetArrays, subsets: npt.NDArray[np.uint8], said: CurationInput, own: Counts
) -> None:
    """What the data set itself has of the source `curator` gives way where a curator says something here."""
    if CURATOR not in arrays.sources:
        return
    source = np.uint64(arrays.sources.index(CURATOR))
    pair = (said.images.astype(np.uint64) << np.uint64(16)) | said.labels
    wanted = (pair << np.uint64(8)) | source
    places = np.searchsorted(arrays.annotations, wanted << np.uint64(8))
    inside = places < len(arrays.annotations)
    words = np.asarray(arrays.annotations[places[inside]])
    same = words >> np.uint64(8) == wanted[inside]
    images, levels = words[same] >> np.uint64(32), words[same] & np.uint64(0xFF)
    np.subtract.at(own, (subsets[images], levels), 1)


def write_author_sizes(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Authors by how many visible images they have."""
    authors = np.array(arrays.authors)
    authors[pairs.laid.hidden] = NO_AUTHOR
    sizes = np.bincount(authors[authors != NO_AUTHOR], minlength=len(arrays.author_keys))
    writer.array("author_sizes", np.bincount(sizes))


SECTIONS = (write_standing, write_sources, write_author_sizes)
