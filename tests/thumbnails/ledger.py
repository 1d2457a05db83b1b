"""A ledger in memory, for tests of the service without a database."""

from __future__ import annotations

from browse.thumbnails.outcomes import Known


class MemoryLedger:
    """Remembers in a dictionary, and counts what it was told."""

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self.recorded = 0
        self.withdrawn: set[str] = set()

    def recall(self, image_id: str) -> Known | None:
        return self.known.get(image_id)

    def record(self, image_id: str, known: Known) -> None:
        self.known[image_id] = known
        self.recorded += 1

    def is_withdrawn(self, image_id: str) -> bool:
        return image_id in self.withdrawn

    def release(self) -> None:
        """Nothing is held."""
