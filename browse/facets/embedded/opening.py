"""The factory of this engine, as settings.FACET_ENGINES names it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from browse.facets.embedded.compile_time import discount_compiling
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.embedded.ranges import use_threads
from browse.facets.index.store import open_generation


def open_embedded(index_dir: Path, name: str) -> EmbeddedEngine:
    """Open a generation, whose queries use settings.ENGINE_THREADS threads each. Raises IndexUnusableError."""
    discount_compiling()
    use_threads(settings.ENGINE_THREADS)
    return open_generation(index_dir, name)
