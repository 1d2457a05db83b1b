"""Files of the releases that this version does not read, as a message calls them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

NOT_READ = "{}, which this version does not read"
ATTRIBUTES = frozenset({("/m/083vt", "Wooden"), ("/m/02gy9n", "Transparent")})
"""Rows of the releases' lists of attributes that no list of classes has: there /m/083vt is Wood."""

_TRIPLETS = "relationship triplets"
"""Relationships themselves have the same columns and more."""
_NAMED = (
    (re.compile(r"(^|[-_. ])attributes?([-_. ]|$)"), "descriptions of attributes"),
    (re.compile(r"(^|[-_. ])relationships?[-_. ]descriptions?"), "descriptions of relationships"),
    (re.compile(r"(^|[-_. ])triplets?([-_. ]|$)"), _TRIPLETS),
)
_BY_COLUMNS = (
    (("GenderPresentation", "AgePresentation", "XMin", "XMax"), "MIAP boxes"),
    (("LabelName1", "LabelName2", "RelationshipLabel"), _TRIPLETS),
    (("image_name", "image_url"), "a list of image URLs"),
)
_CHALLENGE_BOXES = frozenset({"imageid", "labelname", "xmin", "xmax", "ymin", "ymax"})
"""Those of the releases have a `Source` too, and are read."""


def official_name(name: str) -> str:
    """The official kind that a file's name tells, of those whose rows do not."""
    base = PurePosixPath(name.replace("\\", "/")).name.lower()
    return next((kind for pattern, kind in _NAMED if pattern.search(base)), "")


def official_by_columns(fields: list[str]) -> str:
    """The official kind that a header is of, in words, where this version does not read it."""
    present = {field.casefold() for field in fields}
    for columns, kind in _BY_COLUMNS:
        is_other = kind == _TRIPLETS and "imageid" in present
        if present.issuperset(name.casefold() for name in columns) and not is_other:
            return NOT_READ.format(kind)
    if present >= _CHALLENGE_BOXES and "source" not in present:
        return NOT_READ.format("boxes of a challenge, without `Source`")
    if present == {"imageid", "labelname", "confidence"}:
        return NOT_READ.format("image-level labels of a challenge, without `Source`")
    return ""
