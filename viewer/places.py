"""Where the project's own files lie, and by default an installation's: in a checkout, or in an installed package."""

from __future__ import annotations

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
PACKAGED = Path(__file__).resolve().parent / "packaged"
IS_PACKAGED = PACKAGED.is_dir()
"""Whether this is an installed package: it has templates and collected assets inside (setup.py)."""
PROJECT_DIR = PACKAGED if IS_PACKAGED else BASE_DIR
"""Has `templates`, and `static` or what was collected of it."""


def default_folder(in_checkout: str, variable: str, in_home: str) -> Path:
    """A folder of the checkout; for an installed package one of the user's own, as freedesktop.org has it."""
    if not IS_PACKAGED:
        return BASE_DIR / in_checkout
    return Path(os.environ.get(variable) or f"~/{in_home}") / "openimages-viewer"
