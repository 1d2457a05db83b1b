"""A bulk job: all images of a query on their way into a collection, or out again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class JobState(StrEnum):
    """What a job does, or has done."""

    ADDING = "adding"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


UNFINISHED = (JobState.ADDING, JobState.UNDOING)


@dataclass(frozen=True)
class JobProgress:
    """How far a job has come. seen: images dealt with, of `total`; changed: of them those that were not in before."""

    uid: UUID
    state: JobState
    seen: int
    total: int
    changed: int
