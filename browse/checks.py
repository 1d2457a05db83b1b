"""System check of the index: `python manage.py check` names what is wrong with it and what to run."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from browse.facets.errors import IndexUnusableError
from browse.facets.store import open_generation
from browse.loading import current_state


def index_fault() -> IndexUnusableError | None:
    """Why the current index generation cannot be used, every checksum compared; None where it can."""
    try:
        generation = current_state().generation
    except DatabaseError:  # there are no tables yet
        return None
    try:
        if generation:
            open_generation(settings.INDEX_DIR, generation).close()
    except IndexUnusableError as error:
        return error
    return None


def check_index(**_: Any) -> list[checks.CheckMessage]:
    """A warning, not an error: an error would keep `build_index` itself from running."""
    fault = index_fault()
    return [checks.Warning(str(fault), id="browse.W001")] if fault else []
