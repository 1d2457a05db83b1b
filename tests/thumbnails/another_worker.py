"""A process of its own that asks for one thumbnail when told: `python -m tests.thumbnails.another_worker FOLDER PORT`.

Prints `ready`, waits for a line, and prints the thumbnail's bytes, or 0.
"""

from __future__ import annotations

import sys
from pathlib import Path

from browse.domain.picture_status import PictureStatus
from browse.thumbnails.config import Config
from browse.thumbnails.network import FakeHost
from browse.thumbnails.outcomes import PictureRecord, Thumbnail
from browse.thumbnails.rendering import Output
from browse.thumbnails.service import ThumbnailService
from browse.thumbnails.sources import Picture, Source

PICTURE = Picture("000060e3121c7305", "train", thumbnail_url="https://c1.staticflickr.com/1/2_z.jpg")


class FileLedger:
    """Holds the picture's version in a file that all workers see."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def recall(self, image_id: str) -> PictureRecord | None:
        if not self.path.exists() or not (version := self.path.read_text()):
            return None
        return PictureRecord(PictureStatus.FRESH, source=Source.THUMBNAIL, version=version)

    def record(self, image_id: str, known: PictureRecord) -> None:
        self.path.write_text(known.version)

    def is_withdrawn(self, image_id: str) -> bool:
        return False

    def release(self) -> None:
        """Nothing is held."""


def main(folder: Path, port: int) -> None:
    fake_host = FakeHost("127.0.0.1", port, folder / "authority.pem")
    service = ThumbnailService(Config(folder / "cache", fake_host=fake_host), FileLedger(folder / "ledger"))
    print("ready", flush=True)
    sys.stdin.readline()
    outcome = service.obtain(PICTURE, Output(384, "jpeg"), wait_s=20)
    print(len(outcome.data) if isinstance(outcome, Thumbnail) else 0)
    service.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
