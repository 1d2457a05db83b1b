"""A ledger in memory, for tests of the service without a database."""

from __future__ import annotations

from browse.thumbnails.outcomes import PictureRecord
from browse.thumbnails.sources import Source


class MemoryLedger:
    """Remembers in a dictionary, and counts what it was told."""

    def __init__(self) -> None:
        self.known: dict[str, PictureRecord] = {}
        self.recorded = 0
        self.failures: dict[tuple[str, Source], PictureRecord] = {}
        self.withdrawn: set[str] = set()

    def recall(self, image_id: str) -> PictureRecord | None:
        return self.known.get(image_id)

    def record(self, image_id: str, known: PictureRecord) -> None:
        self.known[image_id] = known
        self.recorded += 1

    def recall_failure(self, image_id: str, source: Source) -> PictureRecord | None:
        return self.failures.get((image_id, source))

    def record_failure(self, image_id: str, source: Source, known: PictureRecord | None) -> None:
        if known is None:
            self.failures.pop((image_id, source), None)
        else:
            self.failures[image_id, source] = known

    def is_withdrawn(self, image_id: str) -> bool:
        return image_id in self.withdrawn

    def release(self) -> None:
        """Nothing is held."""
