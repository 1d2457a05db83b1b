"""What stands directly above and below a label in the hierarchy, as links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from browse.presentation.parts.addresses import label_address, page_address
from browse.presentation.parts.counts import Count, group_count
from browse.presentation.parts.names import Names
from browse.presentation.parts.values import Link
from browse.search.hierarchy import Relatives

MOST_SHOWN = 20


@dataclass(frozen=True)
class RelativeRow:
    """Labels that stand to this one in one way, by name; `more` are not shown."""

    title: str
    links: tuple[Link, ...]
    more: int


@dataclass(frozen=True)
class LabelRelatives:
    """Where a label stands. group: images with it or any below; tree: where it stands in the label tree."""

    rows: tuple[RelativeRow, ...]
    group: Count | None
    tree: str


def label_relatives(found: Relatives, mid: str, names: Names) -> LabelRelatives:
    """The relatives of a label."""
    ways = (
        ("Kind of", found.parents),
        ("Kinds", found.children),
        ("Part of", found.wholes),
        ("Parts", found.parts),
    )
    return LabelRelatives(
        rows=tuple(_row(title, mids, names) for title, mids in ways if mids),
        group=None if found.count is None else group_count(found.count, mid),
        tree=page_address("label-tree", q=mid),
    )


def _row(title: str, mids: Iterable[str], names: Names) -> RelativeRow:
    links = sorted(
        (Link(label_address(mid), names.distinct(mid)) for mid in mids), key=lambda link: link.text.casefold()
    )
    return RelativeRow(title, tuple(links[:MOST_SHOWN]), len(links[MOST_SHOWN:]))
