"""Hostile pictures end in a picture or a neutral tile, in time, and hurt nobody after them."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from browse.domain.picture_status import PictureStatus
from browse.thumbnails.config import Config
from browse.thumbnails.outcomes import NoThumbnail, Thumbnail
from browse.thumbnails.rendering import Output
from browse.thumbnails.service import ThumbnailService
from browse.thumbnails.sources import Picture, Source
from tests.thumbnails.fake_host import photo
from tests.thumbnails.hostile import ALL, BAD, GOOD
from tests.thumbnails.ledger import MemoryLedger

WITHIN_S = 20.0
"""The decoder gives up after two seconds, which a busy machine makes longer."""
TILE = Output(384, "webp")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[ThumbnailService]:
    """One service for all of them, as in a web worker; it has decoded a picture before."""
    config = Config(cache_folder=folder / "cache", image_root=folder, sources=(Source.LOCAL,), decoders=1)
    service = ThumbnailService(config, MemoryLedger())
    assert_alive(service, folder, "warm")
    yield service
    service.close()


def assert_alive(service: ThumbnailService, folder: Path, name: str) -> None:
    image_id = f"{hash(name) & 0xFFFFFFFFFFFFFFF:016x}"
    (folder / f"{image_id}.jpg").write_bytes(photo())
    assert isinstance(service.obtain(Picture(image_id, "train"), TILE, wait_s=20), Thumbnail)


def test_there_are_enough_of_them() -> None:
    assert len(ALL) >= 60


@pytest.mark.parametrize("name", ALL)
def test_ends_in_time_and_leaves_the_worker_alive(name: str, service: ThumbnailService, folder: Path) -> None:
    image_id = f"{list(ALL).index(name):016x}"
    (folder / f"{image_id}.jpg").write_bytes(ALL[name]())
    start = time.monotonic()
    outcome = service.obtain(Picture(image_id, "train"), TILE)
    assert time.monotonic() - start < WITHIN_S
    assert isinstance(outcome, Thumbnail if name in GOOD else NoThumbnail if name in BAD else (Thumbnail, NoThumbnail))
    if isinstance(outcome, Thumbnail):
        with Image.open(io.BytesIO(outcome.data), formats=("WEBP",)) as made:
            made.load()
            assert max(made.size) <= 384
            assert set(made.info) <= {"loop", "background", "timestamp", "duration"}
    else:
        assert outcome.status in (PictureStatus.ERROR, PictureStatus.PENDING)
    assert_alive(service, folder, name)
