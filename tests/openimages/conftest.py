"""A data folder of its own for each test that imports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def own_data_dir(settings: Any, tmp_path: Path) -> Path:
    """The data folder: nothing of another test lies in it."""
    settings.DATA_DIR = tmp_path / "data"
    settings.INDEX_DIR = settings.DATA_DIR / "index"
    return settings.DATA_DIR
