"""Files of the label hierarchy: one JSON document, a label with those below it and its parts in it.

Such as `bbox_labels_600_hierarchy.json` of V4 and later: `{"LabelName": MID, "Subcategory": […], "Part": […]}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from browse.domain.hierarchy import HierarchyEdge
from browse.openimages.reading.formats import is_mid

NAME = "LabelName"
_BELOW = {"Subcategory": False, "Part": True}
"""The fields that hold further labels, and whether these are parts."""
_BEGINNING = re.compile(rb'\s*\{\s*"(LabelName|Subcategory|Part)"\s*:')
_BY_NAME = "a label hierarchy by names, as V2 and V3 have it, which this version does not read; V4's is by MID"


def why_no_hierarchy(data: bytes) -> str:
    """Why a JSON file that begins so is no hierarchy; nothing where it is one, perhaps a damaged one."""
    if _BEGINNING.match(data):
        return ""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return "JSON of an unknown kind; of JSON files only the label hierarchy is read"
    if not document.keys().isdisjoint((NAME, *_BELOW)):
        return ""
    if "name" in document and "children" in document:
        return _BY_NAME
    return "JSON of an unknown kind; of JSON files only the label hierarchy is read"


def parse_hierarchy(data: bytes) -> list[HierarchyEdge]:
    """Each step from a label to one that stands in it, as often as the file has it, in any order.

    What stands directly in a root without a name has no parent. Raises ValueError that says where what is wrong.
    """
    try:
        document = json.loads(data)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: not valid JSON: {error.msg}") from None
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return list(_edges(document))


def _edges(root: Any) -> Iterator[HierarchyEdge]:
    waiting = [(root, _mid(root, "the outermost label") if NAME in root else "")]
    while waiting:
        node, mid = waiting.pop()
        for field, value in node.items():
            if field not in _BELOW and isinstance(value, list):
                raise ValueError(f"{_called(mid)} has an unknown list `{field}`; known are {' and '.join(_BELOW)}")
        inside = [(field, child) for field in _BELOW for child in _list(node, field, mid)]
        for field, child in inside:
            name = _mid(child, f"an entry of `{field}` in {_called(mid)}")
            if mid:
                yield HierarchyEdge(mid, name, _BELOW[field])
            waiting.append((child, name))


def _list(node: dict[str, Any], field: str, mid: str) -> list[Any]:
    found = node.get(field, [])
    if not isinstance(found, list):
        raise ValueError(f"`{field}` of {_called(mid)} is not a list")
    return found


def _mid(node: Any, what: str) -> str:
    name = node.get(NAME) if isinstance(node, dict) else None
    if not isinstance(name, str) or not is_mid(name):
        shown = "" if name is None else f": {str(name)[:80]!r}"
        raise ValueError(f"{what} has no MID as its `{NAME}`{shown}")
    return name


def _called(mid: str) -> str:
    return mid or "the outermost label"
