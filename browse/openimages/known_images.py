"""Which images a run's label rows may name."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.openimages.formats import FileKind
from browse.openimages.workspace import Workspace


class KnownImages:
    """Keys of the images that label rows may name: those in the database and those read so far."""

    def __init__(self, workspace: Workspace, existing: npt.NDArray[np.int64]) -> None:
        self._workspace, self._existing = workspace, existing
        self.epoch = -1
        self.keys = existing
        self.beyond: npt.NDArray[np.int64] = np.empty(0, np.int64)

    def refresh(self) -> None:
        """Take in the images committed since."""
        epoch = sum(1 for entry in self._workspace.entries if entry.kind is FileKind.IMAGES)
        if epoch != self.epoch:
            self.epoch, self.keys = epoch, known_keys(self._workspace, self._existing, epoch)
            skipped = [
                self._workspace.read_array("beyond", entry, np.int64)
                for entry in self._workspace.entries
                if entry.beyond
            ]
            self.beyond = np.setdiff1d(np.concatenate(skipped), self.keys) if skipped else np.empty(0, np.int64)

    def number(self, keys: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """Each key's position among the known ones, and whether it is known."""
        return _positions(self.keys, keys)

    def is_beyond(self, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which keys are of images that --limit left out."""
        return _positions(self.beyond, keys)[1]


def known_keys(workspace: Workspace, existing: npt.NDArray[np.int64], epoch: int) -> npt.NDArray[np.int64]:
    """Sorted keys of the existing images and those of the first `epoch` image entries."""
    entries = [entry for entry in workspace.entries if entry.kind is FileKind.IMAGES][:epoch]
    parts = [workspace.read_array("keys", entry, np.int64) for entry in entries]
    return distinct_sorted(np.concatenate([existing, *parts])) if parts else existing


def distinct_sorted(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The distinct values in order; sorts in place. numpy's own hashes first, which takes ten times as long."""
    values.sort()
    first = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return values if first.all() else values[first]


def _positions(
    known: npt.NDArray[np.int64], keys: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Search only the stretch of `known` that a batch of sorted files spans."""
    if not len(known) or not len(keys):
        return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
    low = int(np.searchsorted(known, keys.min(), side="left"))
    high = int(np.searchsorted(known, keys.max(), side="right"))
    if low == high:
        return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
    found = np.minimum(np.searchsorted(known[low:high], keys), high - low - 1) + low
    return found, known[found] == keys
