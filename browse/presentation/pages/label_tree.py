"""The label tree: the hierarchy as nested lists, with how many images each label has, alone and with all below it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from browse.domain.hierarchy import Hierarchy
from browse.presentation.parts.addresses import label_address
from browse.presentation.parts.counts import Count, group_count, label_count
from browse.presentation.parts.names import Names
from browse.search.hierarchy import LabelTree

MAX_NODES = 5_000
"""Of more, which only labels with many parents on many levels make, the deeper ones are left to the labels' pages."""


@dataclass(frozen=True)
class TreeNode:
    """A label in one place of the tree.

    mid         where another label has the same name, or where it is no label of the data set.
    href        its page; empty where it is no label.
    own, group  images with the label itself, and with it or any below; None where there is nothing to count.
    part        whether it is a part of the label that it stands in.
    children    those directly below it by name, then its parts by name.
    """

    name: str
    mid: str
    href: str
    own: Count | None
    group: Count | None
    part: bool
    children: tuple[TreeNode, ...]
    open: bool
    matched: bool


def tree_context(tree: LabelTree, names: Names, *, text: str | None) -> dict[str, Any]:
    """What the template takes."""
    builder = _Builder(tree, names)
    known = {mid for edge in tree.hierarchy.edges for mid in (edge.parent, edge.child)} & tree.counts.keys()
    found = None if tree.found is None else len(known & tree.found)
    return {
        "nodes": builder.nodes(),
        "text": text or "",
        "number": len(known) if found is None else found,
        "several": sum(len(tree.hierarchy.parents.get(mid, ())) > 1 for mid in known),
        "title": f"Label tree: “{text}”" if text else "Label tree",
    }


class _Builder:
    """Makes the nodes of a tree, of those labels that are to be shown."""

    def __init__(self, tree: LabelTree, names: Names) -> None:
        self._tree, self._names, self._hierarchy = tree, names, tree.hierarchy
        self._left = MAX_NODES
        self._found = tree.found
        self._above = frozenset[str]() if tree.found is None else _above(tree.hierarchy, tree.found)

    def nodes(self) -> tuple[TreeNode, ...]:
        """The nodes at the top. What is no label there, such as a root without a name, gives way to what is below."""
        return tuple(self._node(mid, (), part=False) for mid in self._by_name(self._tops(_roots(self._hierarchy))))

    def _tops(self, mids: Iterable[str]) -> Iterator[str]:
        for mid in mids:
            if mid in self._tree.counts:
                yield mid
            else:
                yield from self._tops(self._hierarchy.children.get(mid, ()))

    def _node(self, mid: str, path: tuple[str, ...], *, part: bool) -> TreeNode:
        self._left -= 1
        is_label, names = mid in self._tree.counts, self._names
        children = (
            *self._below(self._hierarchy.children, mid, path, part=False),
            *self._below(self._hierarchy.parts, mid, path, part=True),
        )
        group = self._tree.groups.get(mid)
        return TreeNode(
            name=names.label(mid) if is_label else mid,
            mid=mid if is_label and names.is_ambiguous(mid) else "",
            href=label_address(mid) if is_label else "",
            own=label_count(self._tree.counts[mid], mid) if is_label else None,
            group=None if group is None else group_count(group, mid),
            part=part,
            children=children,
            open=mid in self._above,
            matched=self._found is not None and mid in self._found,
        )

    def _below(
        self, steps: Mapping[str, Collection[str]], mid: str, path: tuple[str, ...], *, part: bool
    ) -> Iterator[TreeNode]:
        path = (*path, mid)
        for one in self._by_name(steps.get(mid, ()), inside=path):
            if self._left > 0 and one not in path:
                yield self._node(one, path, part=part)

    def _by_name(self, mids: Iterable[str], inside: tuple[str, ...] = ()) -> list[str]:
        """Those that are to be shown: what is found, what leads there, and what is below it."""
        shown = {mid for mid in mids if self._is_shown(mid, inside)}
        return sorted(shown, key=lambda mid: (self._names.label(mid).casefold(), mid))

    def _is_shown(self, mid: str, inside: tuple[str, ...]) -> bool:
        if self._found is None or mid in self._found or mid in self._above:
            return True
        return not self._found.isdisjoint(inside)


def _roots(hierarchy: Hierarchy) -> list[str]:
    """What has something below it, or parts, and stands in nothing itself."""
    tops = hierarchy.children.keys() | hierarchy.parts.keys()
    return sorted(tops - hierarchy.parents.keys() - hierarchy.wholes.keys())


def _above(hierarchy: Hierarchy, mids: Collection[str]) -> frozenset[str]:
    """Whatever any of these stands in, at any depth."""
    found, waiting = set[str](), [*mids]
    while waiting:
        mid = waiting.pop()
        further = {*hierarchy.parents.get(mid, ()), *hierarchy.wholes.get(mid, ())} - found
        found |= further
        waiting += further
    return frozenset(found)
