"""The pages of kept comparisons of two releases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from browse.dataset.kept_comparisons import KeptComparison, Side
from browse.domain.plural import counted
from browse.openimages.comparing.columns import COLUMNS
from browse.presentation.parts.addresses import label_address, page_address

_SHOWN = (
    ("machine_before", "machine_after", "machine_added", "machine_removed", "machine_changed"),
    ("yes_before", "yes_after", "yes_added", "yes_removed", "no_to_yes"),
    ("no_before", "no_after", "no_added", "no_removed", "yes_to_no"),
)
"""Columns of the tables: of the machine's labels, of verdicts yes, and of verdicts no."""
KINDS = ("machine", "verdict yes", "verdict no")
OF_LABELS = (
    *("machine_added", "machine_removed", "machine_changed", "yes_added", "yes_removed"),
    *("no_added", "no_removed", "no_to_yes", "yes_to_no"),
)


def releases_context(found: Sequence[KeptComparison]) -> dict[str, Any]:
    """What the template of the list takes."""
    return {"comparisons": [_head(one) for one in found]}


def release_context(found: KeptComparison, known: frozenset[str]) -> dict[str, Any]:
    """What the template of one comparison takes. known: the MIDs of labels that have pages here."""
    return {
        **_head(found),
        "subsets": [
            (subset, [(kind, _numbers(row, names)) for kind, names in zip(KINDS, _SHOWN, strict=True)])
            for subset, row in found.totals.items()
        ],
        "images": [(before or "not there", now or "not there", number) for before, now, number in found.images],
        "labels": [
            (
                label.mid,
                label.name,
                label_address(label.mid) if label.mid in known else "",
                _numbers(label.numbers, OF_LABELS),
            )
            for label in found.labels
        ],
        "different": counted(found.different, "label"),
        "more": found.different - len(found.labels),
        "new": found.new,
        "gone": found.gone,
        "csv_href": page_address("release-csv", found.name),
    }


def _head(found: KeptComparison) -> dict[str, Any]:
    return {
        "name": found.name,
        "href": page_address("release", found.name),
        "made": found.made.partition("T")[0],
        "sides": [_side(found.before), _side(found.after)],
        "title": f"{_called(found.before)} and {_called(found.after)}",
    }


def _side(side: Side) -> str:
    rejected = f", {side.rejected:,} of them not readable" if side.rejected else ""
    return f"{_called(side)}: {counted(side.rows, 'row')} of labels in {counted(side.files, 'file')}{rejected}"


def _called(side: Side) -> str:
    """The release and the folder's or file's own name."""
    name = side.path.rstrip("/").rpartition("/")[2]
    return f"{side.release.upper()} ({name})" if side.release else name


def _numbers(row: Sequence[int], names: Sequence[str]) -> list[int]:
    return [row[COLUMNS.index(name)] for name in names]
