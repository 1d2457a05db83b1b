"""Fixtures of the thumbnail tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.thumbnails.fake_host import PictureHost, picture_host


@pytest.fixture
def host(tmp_path: Path) -> Iterator[PictureHost]:
    """A picture host on loopback."""
    with picture_host(tmp_path) as running:
        yield running


@pytest.fixture
def proxied(host: PictureHost, tmp_path: Path, settings) -> PictureHost:
    """The site fetches from the fake host into an empty cache."""
    settings.THUMBNAILS = "proxy"
    settings.THUMBNAIL_DIR = tmp_path / "thumbnails"
    settings.OPENIMAGES_IMAGE_ROOT = None
    settings.THUMBNAIL_FAKE_HOST = host.address
    return host
