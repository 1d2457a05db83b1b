"""What thresholds on a label of the query keep, to be told while one drags its slider."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from browse.domain.comparison import DEFAULT_PRECISION, MIN_VERIFIED, Comparison
from browse.domain.plural import counted
from browse.presentation.parts.shares import shares
from browse.presentation.parts.values import Link
from browse.query.spelling import format_confidence
from browse.query.values import ANY_CONFIDENCE, ConfidenceRange, Role
from browse.search import TermFacet


@dataclass(frozen=True)
class TermFigures:
    """Figures of a label: precision is that of all its pairs from a confidence on, in the whole data set.

    levels  JSON, for scripts: of each confidence, ascending, `at`, `count` and `precision` (in words, from there on).
            The counts of a range add up to the images that the query has with it; null where they do not: of terms
            other than those that must be there.
    words   what is said of the present range, such as "≥ 0.8: 276 images, precision 98.1% (96.3–99.0)".
    reach   the lowest threshold that surely reaches 95% precision, and the query with it; None where there is none.
    """

    levels: str
    words: str
    reach: Link | None
    no_reach: str


def term_figures(
    facet: TermFacet,
    comparison: Comparison,
    inside: ConfidenceRange | None,
    with_range: Callable[[ConfidenceRange], str],
) -> TermFigures:
    """The figures of a term, whose present range is `inside`; `with_range` leads to the query with another."""
    counts = facet.confidence if facet.role == Role.LABEL else dict.fromkeys(facet.confidence)
    found = comparison.recommended_threshold(DEFAULT_PRECISION, min_verified=MIN_VERIFIED)
    at = "" if found is None else format_confidence(found)
    levels = [
        {"at": format_confidence(level), "count": counts[level], "precision": _precision(comparison, level)}
        for level in sorted(counts)
    ]
    return TermFigures(
        levels=json.dumps(levels),
        words=_words(counts, comparison, inside or ANY_CONFIDENCE),
        reach=None if found is None else Link(with_range(ConfidenceRange(found, 100)), f"≥ {at}"),
        no_reach="No threshold reaches 95% precision with confidence."
        if comparison.total.is_enough
        else f"Thresholds are suggested from {MIN_VERIFIED} checked labels on.",
    )


def _precision(comparison: Comparison, level: int) -> str:
    of_them = shares(comparison.at_least(level))
    return of_them.note or f"precision {of_them.precision} ({of_them.interval})"


def _words(counts: dict[int, int] | dict[int, None], comparison: Comparison, inside: ConfidenceRange) -> str:
    """As `told` in static/js/range.js says it of a range that is dragged. Precision is of ranges that end at 1."""
    held = [level for level in sorted(counts) if level in inside]
    if not held:
        return ""
    numbers = [counts[level] for level in held]
    images = counted(sum(number or 0 for number in numbers), "image") if None not in numbers else ""
    precision = _precision(comparison, held[0]) if inside.high == ANY_CONFIDENCE.high else ""
    text = ", ".join(filter(None, (images, precision)))
    low, high = format_confidence(inside.low), format_confidence(inside.high)
    return f"≥ {low}: {text}" if precision else f"{low}–{high}: {text}" if text else ""
