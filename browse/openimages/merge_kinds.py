"""Merges what was read, kind by kind, into tables ready to be loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from browse.openimages import kinds
from browse.openimages.loading.memory import release_memory
from browse.openimages.merging.prepare import Preparation, Prepared
from browse.openimages.reading.rejects import Rejects


def merge_kinds(merge: Preparation, early_tables_ready: Callable[[], None] | None = None) -> Prepared:
    """Make all tables; `early_tables_ready` is called as soon as those of the kinds that load early are there."""
    merge.begin()
    for kind in kinds.FILE_KINDS:
        kind.begin(merge)
    for early in (True, False):
        for step in dict.fromkeys(kind.merge for kind in kinds.FILE_KINDS if kind.loads_early is early):
            step(merge)
        if early:
            release_memory()
            if early_tables_ready is not None:
                early_tables_ready()
    if merge.fresh:
        for name in kinds.tables():
            merge.result.tables.setdefault(name, 0)
    return merge.finish()


def late_rejects(merge: Preparation) -> Iterator[Rejects]:
    """The rows that the merge could not take."""
    for kind in kinds.FILE_KINDS:
        yield from kind.late_rejects(merge)
