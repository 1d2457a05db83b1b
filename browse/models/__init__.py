"""Everything the database holds: the data set itself and what people add to it."""

from browse.models.batches import Batch
from browse.models.curation import (
    BulkJob,
    Collection,
    CollectionDetails,
    CollectionItem,
    Decision,
    Entry,
    Flag,
    FlagLook,
    Hiding,
    LabelNote,
    LicenseCheck,
    PassedOver,
    SavedView,
    Verdict,
)
from browse.models.dataset import (
    Annotation,
    Author,
    BoxAnnotation,
    DatasetState,
    HierarchyRow,
    Image,
    Import,
    ImportFile,
    ImportProgress,
    Label,
    License,
    PointAnnotation,
    RelationshipAnnotation,
    Source,
    Subset,
    credited_name,
)
from browse.models.history import HISTORY
from browse.models.nodes import NodeWorker
from browse.models.people import PublicName
from browse.models.pictures import PictureState, SourceFailure
from browse.models.reports import ReportSender
from browse.models.sets import SetBuild, TrainingSet
from browse.models.tasks import Claim, Opinion, Task, TaskClosing, TaskItem
from browse.models.tokens import AccessToken

__all__ = [
    "HISTORY",
    "AccessToken",
    "Annotation",
    "Author",
    "Batch",
    "BoxAnnotation",
    "BulkJob",
    "Claim",
    "Collection",
    "CollectionDetails",
    "CollectionItem",
    "DatasetState",
    "Decision",
    "Entry",
    "Flag",
    "FlagLook",
    "Hiding",
    "HierarchyRow",
    "Image",
    "Import",
    "ImportFile",
    "ImportProgress",
    "Label",
    "LabelNote",
    "License",
    "LicenseCheck",
    "NodeWorker",
    "Opinion",
    "PassedOver",
    "PictureState",
    "PointAnnotation",
    "PublicName",
    "RelationshipAnnotation",
    "ReportSender",
    "SavedView",
    "SetBuild",
    "Source",
    "SourceFailure",
    "Subset",
    "Task",
    "TaskClosing",
    "TaskItem",
    "TrainingSet",
    "Verdict",
    "credited_name",
]
