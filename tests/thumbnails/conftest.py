"""Fixtures of the thumbnail tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from browse.thumbnails import current
from tests.thumbnails.fake_host import PictureHost, picture_host
from tests.thumbnails.serving import Bench


@pytest.fixture
def host(tmp_path: Path) -> Iterator[PictureHost]:
    """A picture host on loopback."""
    with picture_host(tmp_path) as running:
        yield running


@pytest.fixture
def proxied(host: PictureHost, tmp_path: Path, settings: Settings) -> Iterator[PictureHost]:
    """The site fetches from the fake host into an empty cache, and waits for it."""
    settings.THUMBNAILS = "proxy"
    settings.THUMBNAIL_DIR = tmp_path / "thumbnails"
    settings.OPENIMAGES_IMAGE_ROOT = None
    settings.THUMBNAIL_FAKE_HOST = host.address
    yield host
    current.close_services()


@pytest.fixture
def bench(host: PictureHost, tmp_path: Path) -> Iterator[Bench]:
    """A service over the fake host, with an empty cache and an empty folder of pictures."""
    bench = Bench(host, tmp_path)
    yield bench
    for service in bench.services:
        service.close()


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Opened at the end, so that nobody waits longer than the test."""
    gate = threading.Event()
    yield gate
    gate.set()
