"""A thumbnail service over the fake host, for tests of what it comes to."""

from __future__ import annotations

import base64
import hashlib
import io
import time
from dataclasses import replace
from pathlib import Path

from PIL import Image

from browse.domain.picture_status import PictureStatus
from browse.thumbnails.config import Config
from browse.thumbnails.outcomes import NoThumbnail, Outcome, PictureRecord, Thumbnail
from browse.thumbnails.rendering import Output
from browse.thumbnails.service import ThumbnailService
from browse.thumbnails.sources import Picture
from tests.thumbnails.fake_host import Answer, PictureHost, photo
from tests.thumbnails.ledger import MemoryLedger

TILE = Output(384, "jpeg")
PHOTO = photo(640, 480)
ORIGINAL = photo(1280, 960, quality=95)
PICTURE = Picture(
    "000060e3121c7305",
    "train",
    thumbnail_url="https://c1.staticflickr.com/1/2_z.jpg",
    original_url="https://farm2.staticflickr.com/1/2_o.jpg",
    original_size=len(ORIGINAL),
    original_md5=base64.b64encode(hashlib.md5(ORIGINAL).digest()).decode(),
)
AT_THUMBNAIL, AT_ORIGINAL, AT_BUCKET = "/1/2_z.jpg", "/1/2_o.jpg", f"/train/{PICTURE.image_id}.jpg"


class Bench:
    """A service over the fake host and a ledger in memory."""

    def __init__(self, host: PictureHost, folder: Path) -> None:
        self.host = host
        self.ledger = MemoryLedger()
        self.config = Config(
            cache_folder=folder / "cache",
            image_root=folder / "images",
            fake_host=host.address,
            wait_s=30,
            short_wait_s=30,
        )
        (folder / "images").mkdir()
        self.services: list[ThumbnailService] = []
        self.service = self.start()

    def start(self, **changes: object) -> ThumbnailService:
        """Another service, with other settings if so wanted."""
        service = ThumbnailService(replace(self.config, **changes), self.ledger)  # type: ignore[arg-type]
        self.services.append(service)
        return service

    def get(self, picture: Picture = PICTURE, output: Output = TILE) -> Outcome:
        return self.service.obtain(picture, output)

    def known(self, picture: Picture = PICTURE) -> PictureRecord:
        return self.ledger.known[picture.image_id]

    def pictures(self, count: int) -> list[Picture]:
        """So many more pictures, each with a thumbnail at the host."""
        made = []
        for number in range(count):
            path = f"/many/{number}_z.jpg"
            self.host.answers[path] = Answer(body=photo(60, 60, colour=(number, 0, 0)))
            made.append(Picture(f"{number:016x}", "train", thumbnail_url=f"https://c1.staticflickr.com{path}"))
        return made


def size_of(outcome: Outcome) -> tuple[int, int]:
    assert isinstance(outcome, Thumbnail)
    return Image.open(io.BytesIO(outcome.data)).size


def status_of(outcome: Outcome) -> PictureStatus:
    assert isinstance(outcome, NoThumbnail)
    return outcome.status


def make_due(bench: Bench) -> None:
    bench.ledger.known[PICTURE.image_id] = replace(bench.known(), retry_at=time.time() - 1)
