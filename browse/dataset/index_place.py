"""Where nodes share index generations, as settings name it."""

from __future__ import annotations

from django.conf import settings

from browse.dataset.nodes import index_token
from browse.facets.index.source import IndexSource, open_source, shown


def index_source() -> IndexSource | None:
    """What INDEX_SOURCE names; None where it is not set. Raises SourceError."""
    return open_source(settings.INDEX_SOURCE, index_token()) if settings.INDEX_SOURCE else None


def source_place() -> str:
    """INDEX_SOURCE as it may be shown."""
    return shown(settings.INDEX_SOURCE)
