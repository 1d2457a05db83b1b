"""Merges what was read, kind by kind, into tables ready to be loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from browse.domain.phases import phase, phase_of
from browse.openimages import kinds
from browse.openimages.loading.memory import release_memory
from browse.openimages.merging.prepare import Preparation, Prepared
from browse.openimages.reading.rejects import Rejects


def merge_kinds(merge: Preparation, begun: Callable[[], None] | None = None) -> Prepared:
    """Make all tables, each marked as ready when it is; `begun` is called when the folder for them is there."""
    merge.begin()
    if begun is not None:
        begun()
    for kind in kinds.FILE_KINDS:
        kind.begin(merge)
    for step in dict.fromkeys(kind.merge for kind in kinds.FILE_KINDS):
        with phase(phase_of(step)):
            step(merge)
        release_memory()
        for name in kinds.tables(step):
            merge.mark_ready(name)
    if merge.fresh:
        for name in kinds.tables():
            merge.result.tables.setdefault(name, 0)
    return merge.finish()


def late_rejects(merge: Preparation) -> Iterator[Rejects]:
    """The rows that the merge could not take."""
    for kind in kinds.FILE_KINDS:
        yield from kind.late_rejects(merge)
