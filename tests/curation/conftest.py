"""The example data set in database and index."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from browse.search.results import memo
from tests import datasets


@pytest.fixture
def generation(settings: Settings, tmp_path: Path, db: None) -> str:
    settings.INDEX_DIR = tmp_path / "index"
    settings.THUMBNAIL_DIR = tmp_path / "thumbnails"
    settings.INDEX_DIR.mkdir()
    memo().clear()
    return datasets.load_example(settings.INDEX_DIR)
