"""Fixtures of the thumbnail tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from browse.models import PictureState
from browse.thumbnails import current
from tests.patience import PATIENCE_S
from tests.thumbnails.fake_host import Answer, PictureHost, photo, picture_host
from tests.thumbnails.rows import IMAGE_ID, THUMBNAIL, create_image, path_of
from tests.thumbnails.serving import Bench


@pytest.fixture
def host(tmp_path: Path) -> Iterator[PictureHost]:
    """A picture host on loopback."""
    with picture_host(tmp_path) as running:
        yield running


@pytest.fixture
def proxied(
    host: PictureHost, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PictureHost]:
    """The site fetches from the fake host into an empty cache, and waits for it, on however busy a machine."""
    real = current.config_from_settings
    waits = {"wait_s": PATIENCE_S, "short_wait_s": PATIENCE_S, "decode_timeout_s": PATIENCE_S}
    monkeypatch.setattr(current, "config_from_settings", lambda: replace(real(), **waits))
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


@pytest.fixture
def shown(client: Client, proxied: PictureHost) -> PictureState:
    """The state of an image whose picture was fetched once."""
    create_image()
    proxied.answers[path_of(THUMBNAIL)] = Answer(body=photo(640, 480))
    assert client.get(f"/thumb/{IMAGE_ID}/m", headers={"accept": "image/webp"}).status_code == 200
    return PictureState.objects.get()
