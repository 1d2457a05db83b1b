"""The engine that settings choose: FACET_ENGINE names one of FACET_ENGINES, each the dotted path of a factory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from browse.facets.engine import Engine

Factory = Callable[[Path, str], Engine]
"""Opens an engine over the folder of index generations and the name of one. Raises IndexUnusableError."""


def factory(name: str) -> Factory:
    """The factory of an engine by its name in settings.FACET_ENGINES."""
    return cast(Factory, import_string(settings.FACET_ENGINES[name]))


def open_engine(index_dir: Path, generation: str) -> Engine:
    """The engine that settings.FACET_ENGINE names, over a generation. Raises IndexUnusableError."""
    return factory(settings.FACET_ENGINE)(index_dir, generation)
