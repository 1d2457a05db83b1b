"""Merges what was read, kind by kind, into tables ready to be loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from browse.domain.phases import phase, phase_of
from browse.openimages import kinds
from browse.openimages.kinds.kind import Step
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
    for steps in _together(merge):
        with ThreadPoolExecutor(thread_name_prefix="merge") as threads:
            beside = [threads.submit(_take, merge, step) for step in steps[1:]]
            _take(merge, steps[0])
        for other in beside:
            other.result()
    if merge.fresh:
        for name in kinds.tables():
            merge.result.tables.setdefault(name, 0)
    return merge.finish()


def _together(merge: Preparation) -> list[list[Step]]:
    """The steps, one after the other, those of a list at once.

    Annotations need of images only their keys: in a first import, which asks the database for nothing, they are merged
    beside the images, while the loader waits for these and leaves a core idle.
    """
    steps = [[step] for step in dict.fromkeys(kind.merge for kind in kinds.FILE_KINDS)]
    images: list[Step] = [Preparation.merge_images]
    annotations: list[Step] = [Preparation.merge_annotations]
    if merge.fresh:
        steps.remove(annotations)
        steps[steps.index(images)] += annotations
    return steps


def _take(merge: Preparation, step: Step) -> None:
    """Make the tables of a step, and tell the loader."""
    with phase(phase_of(step)):
        step(merge)
    release_memory()
    for name in kinds.tables(step):
        merge.mark_ready(name)


def late_rejects(merge: Preparation) -> Iterator[Rejects]:
    """The rows that the merge could not take."""
    for kind in kinds.FILE_KINDS:
        yield from kind.late_rejects(merge)
