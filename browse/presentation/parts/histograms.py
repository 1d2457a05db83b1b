"""Counts by size: columns of a drawing, bars of a table, and the same as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from browse.presentation.parts.values import share_of
from browse.query.spelling import format_confidence
from browse.search import AuthorSizes

AUTHOR_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""Where the classes of authors by their number of images begin."""
LABELS, CONFIDENCE, AUTHORS = HISTOGRAMS = ("labels-per-image", "confidence", "authors")
CSV_COLUMNS = {
    LABELS: ("Labels", "Images"),
    CONFIDENCE: ("Source", "Confidence", "Annotations"),
    AUTHORS: ("Images", "Authors"),
}
Row = tuple[str | int | float, ...]


@dataclass(frozen=True)
class BarRow:
    """A number with a bar, in hundredths of the longest."""

    text: str
    count: int
    share: int
    more: int = 0


def bar_rows(counts: Mapping[str, int]) -> list[BarRow]:
    """Bars in the order given."""
    largest = max(counts.values(), default=0)
    return [BarRow(text, count, share_of(count, largest)) for text, count in counts.items()]


def labels_per_image(found: Mapping[int, int]) -> list[BarRow]:
    """Images by their number of labels."""
    return bar_rows({str(n): images for n, images in found.items()})


def mean_labels(found: Mapping[int, int]) -> float | None:
    """How many labels an image has on average; None without images."""
    images = sum(found.values())
    return sum(n * count for n, count in found.items()) / images if images else None


def confidences(found: Mapping[str, Mapping[int, int]]) -> list[tuple[str, list[BarRow]]]:
    """For each source its annotations by confidence; sources without any here are left out."""
    return [
        (source, bar_rows({format_confidence(level): n for level, n in levels.items()}))
        for source, levels in found.items()
        if levels
    ]


def author_classes(sizes: AuthorSizes) -> list[BarRow]:
    """Authors by how many images they have, in classes; `more` is how many images those are in all."""
    steps = (*AUTHOR_STEPS, max([*sizes.authors, AUTHOR_STEPS[-1]]) + 1)
    rows = [_author_class(sizes, low, high) for low, high in pairwise(steps)]
    largest = max((count for _, count, _ in rows), default=0)
    return [BarRow(text, count, share_of(count, largest), images) for text, count, images in rows if count]


def _author_class(sizes: AuthorSizes, low: int, high: int) -> tuple[str, int, int]:
    inside = {size: authors for size, authors in sizes.authors.items() if low <= size < high}
    text = f"{low:,}" if high - low == 1 else f"{low:,}–{high - 1:,}"
    return text, sum(inside.values()), sum(size * authors for size, authors in inside.items())


def confidence_csv(found: Mapping[str, Mapping[int, int]]) -> list[Row]:
    """Annotations by source and confidence, as rows of their CSV_COLUMNS."""
    return [(source, format_confidence(level), n) for source, levels in found.items() for level, n in levels.items()]
