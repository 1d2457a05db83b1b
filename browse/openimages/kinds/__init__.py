"""The kinds of files that an import reads.

A new kind is a module here and an entry in FILE_KINDS, beside the model and the migration of the table that it fills.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from browse.openimages.kinds.boxes import BOX_KIND
from browse.openimages.kinds.dictionaries import DICTIONARY
from browse.openimages.kinds.hierarchy import HIERARCHY
from browse.openimages.kinds.images import IMAGES
from browse.openimages.kinds.kind import FileKind, Step
from browse.openimages.kinds.labels import LABELS, WIDE_LABELS
from browse.openimages.kinds.masks import MASK_KIND
from browse.openimages.kinds.narratives import NARRATIVE_KIND
from browse.openimages.kinds.points import POINT_KIND
from browse.openimages.kinds.relationships import RELATIONSHIP_KIND

FILE_KINDS: tuple[FileKind[Any], ...] = (
    *(DICTIONARY, IMAGES, LABELS, WIDE_LABELS, NARRATIVE_KIND, HIERARCHY),
    *(BOX_KIND, RELATIONSHIP_KIND, POINT_KIND, MASK_KIND),
)
"""In the order in which a header is tried, and in which they are merged."""


def kind_named(name: str) -> FileKind[Any]:
    """The kind of a file by its name in the journal."""
    return next(kind for kind in FILE_KINDS if kind.name == name)


def tables(merged_by: Step | None = None) -> dict[str, type[models.Model]]:
    """The tables that an import fills, or one step of its merge, by the names that their prepared files have, in the
    order of the kinds.
    """
    found = [kind for kind in FILE_KINDS if merged_by in (None, kind.merge)]
    return {model._meta.db_table.removeprefix("browse_"): model for kind in found for model in kind.tables}


def loading_order() -> list[str]:
    """All tables, those first that a first import has ready first: annotations, and then the images beside them."""
    names = list(tables())
    names.remove("image")
    names.insert(names.index("annotation") + 1, "image")
    return names
