"""Searching: the engine says which images, the database says what they are, and both are of one version."""

from browse.search.cards import ImageCard, Pair
from browse.search.errors import (
    ChangingError,
    DeadlineError,
    IndexUnavailableError,
    NoDatasetError,
    SearchError,
    TablesDifferError,
)
from browse.search.labels import NamedLabel, find_labels
from browse.search.results import (
    FacetResult,
    SearchResult,
    facets,
    facets_of,
    find_image,
    image_of,
    page_of,
    search_images,
    warm_up,
)
from browse.search.snapshot import Snapshot, consistently, current_engine, current_version

__all__ = [
    "ChangingError",
    "DeadlineError",
    "FacetResult",
    "ImageCard",
    "IndexUnavailableError",
    "NamedLabel",
    "NoDatasetError",
    "Pair",
    "SearchError",
    "SearchResult",
    "Snapshot",
    "TablesDifferError",
    "consistently",
    "current_engine",
    "current_version",
    "facets",
    "facets_of",
    "find_image",
    "find_labels",
    "image_of",
    "page_of",
    "search_images",
    "warm_up",
]
