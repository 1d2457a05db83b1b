"""The tables that only grow."""

from __future__ import annotations

from browse.models.curation import (
    Collection,
    CollectionDetails,
    CollectionItem,
    Decision,
    Entry,
    Flag,
    Hiding,
    LabelNote,
    LicenseCheck,
    SavedView,
    Verdict,
)
from browse.models.people import PublicName
from browse.models.sets import TrainingSet
from browse.models.tasks import Opinion, Task, TaskClosing, TaskItem

HISTORY: tuple[type[Entry], ...] = (
    Verdict,
    Flag,
    Decision,
    LicenseCheck,
    Hiding,
    LabelNote,
    Collection,
    CollectionDetails,
    CollectionItem,
    SavedView,
    TrainingSet,
    Task,
    TaskItem,
    Opinion,
    TaskClosing,
    PublicName,
)
"""The tables that only grow, those first that others refer to."""
