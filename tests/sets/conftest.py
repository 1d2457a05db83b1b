"""A site over the example data set, and sets of it in small batches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from browse.sets import rows
from browse.sets.recipe import PictureKind
from browse.thumbnails import current
from tests.thumbnails.fake_host import PictureHost, picture_host


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two images."""
    monkeypatch.setattr(rows, "IMAGES_AT_ONCE", dict.fromkeys(PictureKind, 2))


@pytest.fixture
def proxied(tmp_path: Path, settings: Settings) -> Iterator[PictureHost]:
    """A picture host on loopback, which the site fetches from into an empty cache."""
    with picture_host(tmp_path) as host:
        settings.THUMBNAILS = "proxy"
        settings.THUMBNAIL_DIR = tmp_path / "thumbnails"
        settings.OPENIMAGES_IMAGE_ROOT = None
        settings.THUMBNAIL_FAKE_HOST = host.address
        yield host
        current.close_services()
