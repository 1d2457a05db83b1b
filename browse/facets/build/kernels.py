"""Loops of the index build, compiled by numba."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers, kernel

_NO_RANK = 0xFFFF


@kernel
def merge(
    annotations: Bitset,
    ranks: npt.NDArray[np.uint16],
    images: ImageNumbers,
    labels: npt.NDArray[np.uint16],
    raw: npt.NDArray[np.uint16],
) -> int:
    """Merge annotations, ascending and of whole pairs, into pairs: image, label and raw class each; how many.

    ranks: for each source 0 for the machine, else 1 and up by falling authority.
    """
    pairs = 0
    place = 0
    while place < len(annotations):
        pair = annotations[place] >> np.uint64(16)
        machine = -1
        human = -1
        best = _NO_RANK
        while place < len(annotations) and annotations[place] >> np.uint64(16) == pair:
            confidence = int(np.int64(annotations[place] & np.uint64(0xFF)))
            rank = int(ranks[(annotations[place] >> np.uint64(8)) & np.uint64(0xFF)])
            if rank == 0:
                machine = confidence
            elif rank < best:
                best = rank
                human = 1 if confidence >= 50 else 0
            place += 1
        images[pairs] = np.uint32(pair >> np.uint64(16))
        labels[pairs] = np.uint16(pair & np.uint64(0xFFFF))
        raw[pairs] = _raw_class(machine, human)
        pairs += 1
    return pairs


@kernel
def _raw_class(machine: int, human: int) -> int:
    """State times 101 plus confidence; -1 stands for no machine or no human."""
    if machine < 0:
        return 3 * 101 + 100 if human == 1 else 4 * 101
    if human < 0:
        return 2 * 101 + machine
    return machine if human == 1 else 101 + machine


@kernel
def mark_distinct(
    images: ImageNumbers, labels: npt.NDArray[np.uint16], last: Counts, is_first: npt.NDArray[np.bool_]
) -> None:
    """Say of rows by image which is the first of its image with its label.

    last: for each label the number, plus 1, of the last image with it before these rows; 0 for none. Carried on.
    """
    for row in range(len(images)):
        image, label = np.int64(images[row]) + 1, labels[row]
        is_first[row] = last[label] != image
        last[label] = image


@kernel
def first_fault(annotations: Bitset, before: int, images: int, labels: int, sources: int) -> int:
    """Place of the first annotation out of order or out of range, or -1. before: the one before them >> 8, or -1."""
    for place in range(len(annotations)):
        key = int(np.int64(annotations[place] >> np.uint64(8)))
        if (
            key <= before
            or key >> 24 >= images
            or (key >> 8) & 0xFFFF >= labels
            or key & 0xFF >= sources
            or annotations[place] & np.uint64(0xFF) > np.uint64(100)
        ):
            return place
        before = key
    return -1


@kernel
def tally(labels: npt.NDArray[np.uint16], raw: npt.NDArray[np.uint16], totals: npt.NDArray[np.int32]) -> None:
    """Add to totals[label, raw class]."""
    for pair in range(len(labels)):
        totals[labels[pair], raw[pair]] += 1


@kernel
def scatter(
    images: ImageNumbers,
    labels: npt.NDArray[np.uint16],
    codes: npt.NDArray[np.uint16],
    first: int,
    ends: npt.NDArray[np.int64],
    out: ImageNumbers,
) -> None:
    """Append each image to the posting list of its label and class, for labels from `first` on.

    ends: int64[some labels, classes], where in `out` the next image of each list goes.
    """
    for pair in range(len(images)):
        label = np.int64(labels[pair]) - first
        if 0 <= label < len(ends):
            code = codes[pair]
            out[ends[label, code]] = images[pair]
            ends[label, code] += 1


@kernel
def mark(images: ImageNumbers, codes: npt.NDArray[np.uint16], first: int, sets: npt.NDArray[np.uint64]) -> None:
    """Put each image into the set of its pair's class, classes from `first` on; sets: uint64[some classes, words]."""
    for pair in range(len(images)):
        code = np.int64(codes[pair]) - first
        if 0 <= code < len(sets):
            image = np.uint64(images[pair])
            sets[code, image >> np.uint64(6)] |= np.uint64(1) << (image & np.uint64(63))


@kernel
def mark_groups(
    images: ImageNumbers,
    labels: npt.NDArray[np.uint16],
    codes: npt.NDArray[np.uint16],
    mask: npt.NDArray[np.bool_],
    columns: npt.NDArray[np.uint16],
    counts_for: npt.NDArray[np.bool_],
    sets: npt.NDArray[np.uint64],
) -> None:
    """Put each image into the sets that its pairs in `mask` count for. sets: uint64[groups, words].

    columns: which row of counts_for says for which groups a label counts; row 0 is for none.
    """
    for pair in range(len(images)):
        column = columns[labels[pair]]
        if column != 0 and mask[codes[pair]]:
            image = np.uint64(images[pair])
            for group in range(counts_for.shape[1]):
                if counts_for[column, group]:
                    sets[group, image >> np.uint64(6)] |= np.uint64(1) << (image & np.uint64(63))


@kernel
def list_by_value(values: ImageNumbers, ends: Counts, out: ImageNumbers) -> None:
    """Append each image to the list of its value; values beyond the lists are nobody's."""
    for image in range(len(values)):
        value = values[image]
        if value < len(ends):
            out[ends[value]] = np.uint32(image)
            ends[value] += 1


@kernel
def tally_subsets(
    images: ImageNumbers,
    labels: npt.NDArray[np.uint16],
    codes: npt.NDArray[np.uint16],
    subsets: npt.NDArray[np.uint8],
    counts: ImageNumbers,
) -> None:
    """Add each pair to counts[label, subset of its image, class]; counts: uint32[labels, subsets, classes]."""
    for pair in range(len(images)):
        counts[labels[pair], subsets[images[pair]], codes[pair]] += np.uint32(1)


@kernel
def tally_sources(annotations: Bitset, subsets: npt.NDArray[np.uint8], counts: Counts) -> None:
    """Add each annotation to counts[source, subset of its image, hundredths]."""
    for place in range(len(annotations)):
        word = annotations[place]
        subset = subsets[word >> np.uint64(32)]
        counts[(word >> np.uint64(8)) & np.uint64(0xFF), subset, word & np.uint64(0xFF)] += 1


@kernel
def add_by_image(images: ImageNumbers, values: ImageNumbers, sums: ImageNumbers) -> None:
    """Add the value of each pair to the sum of its image."""
    for pair in range(len(images)):
        sums[images[pair]] += values[pair]


@kernel
def tally_labels(
    images: ImageNumbers, labels: npt.NDArray[np.uint16], first: int, by_image: ImageNumbers, by_label: Counts
) -> None:
    """Add each pair to by_image[image - first] and by_label[label]."""
    for pair in range(len(images)):
        by_image[np.int64(images[pair]) - first] += np.uint32(1)
        by_label[labels[pair]] += 1


@kernel
def count_together(
    images: ImageNumbers, labels: npt.NDArray[np.uint16], rows: npt.NDArray[np.int32], together: ImageNumbers
) -> None:
    """Add to together[rows[label], other label] each image that has both; pairs of one image follow one another.

    rows: int32[labels], below 0 for labels that are not asked for. together: uint32[some labels, labels]; a label's own
    column counts its images.
    """
    start = 0
    while start < len(images):
        stop = start + 1
        while stop < len(images) and images[stop] == images[start]:
            stop += 1
        for place in range(start, stop):
            row = rows[labels[place]]
            if row >= 0:
                for other in range(start, stop):
                    together[row, labels[other]] += np.uint32(1)
        start = stop


@kernel
def pack_annotations(
    annotations: Bitset,
    first: int,
    image_ids: Bitset,
    labels: npt.NDArray[np.uint8],
    label_widths: Counts,
    sources: npt.NDArray[np.uint8],
    source_widths: Counts,
    out: npt.NDArray[np.uint8],
) -> int:
    """Write annotations as the data set digest hashes them; how many bytes that takes of `out`.

    first: number of the image that image_ids[0] belongs to; labels, sources: the bytes of each name in one row, of
    which its width is used.
    """
    size = 0
    for annotation in annotations:
        image_id = image_ids[np.int64(annotation >> np.uint64(32)) - first]
        label = np.int64((annotation >> np.uint64(16)) & np.uint64(0xFFFF))
        source = np.int64((annotation >> np.uint64(8)) & np.uint64(0xFF))
        for place in range(8):
            out[size + place] = np.uint8((image_id >> np.uint64(56 - 8 * place)) & np.uint64(0xFF))
        size += 8
        for place in range(label_widths[label]):
            out[size + place] = labels[label, place]
        size += label_widths[label]
        for place in range(source_widths[source]):
            out[size + place] = sources[source, place]
        size += source_widths[source]
        out[size] = np.uint8(annotation & np.uint64(0xFF))
        size += 1
    return size


@kernel
def pack_boxes(
    image_ids: Bitset,
    names: ImageNumbers,
    tails: npt.NDArray[np.uint8],
    texts: npt.NDArray[np.uint8],
    widths: Counts,
    out: npt.NDArray[np.uint8],
) -> int:
    """Write boxes as the data set digest hashes them; how many bytes that takes of `out`.

    names: for each row the places of its names among `texts`, the bytes of each name in one row, of which its width is
    used; tails: what follows the names.
    """
    size = 0
    for row in range(len(image_ids)):
        for place in range(8):
            out[size + place] = np.uint8((image_ids[row] >> np.uint64(56 - 8 * place)) & np.uint64(0xFF))
        size += 8
        for name in names[row]:
            for place in range(widths[name]):
                out[size + place] = texts[name, place]
            size += widths[name]
        for place in range(tails.shape[1]):
            out[size + place] = tails[row, place]
        size += tails.shape[1]
    return size
