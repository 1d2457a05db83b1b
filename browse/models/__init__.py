"""Everything the database holds: the data set itself and what people add to it."""

from browse.models.dataset import (
    Annotation,
    Author,
    DatasetState,
    Image,
    Import,
    ImportFile,
    ImportProgress,
    Label,
    License,
    Source,
    Subset,
)
from browse.models.pictures import PictureState

__all__ = [
    "Annotation",
    "Author",
    "DatasetState",
    "Image",
    "Import",
    "ImportFile",
    "ImportProgress",
    "Label",
    "License",
    "PictureState",
    "Source",
    "Subset",
]
