"""Which images a run's label rows may name."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.openimages.workspace import Workspace

Keys = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NO_KEYS: Keys = np.empty(0, np.int64)


class KnownImages:
    """Keys of the images that label rows may name: those in the database and those read so far."""

    def __init__(self, workspace: Workspace, existing: Keys) -> None:
        self._workspace, self._existing = workspace, existing
        self.epoch = -1
        self.keys = existing
        self._beyond = NO_KEYS

    def refresh(self) -> None:
        """Take in the images committed since."""
        entries = [entry for entry in self._workspace.entries if entry.images]
        if len(entries) != self.epoch:
            self.epoch = len(entries)
            self.keys = known_keys(self._workspace, self._existing, self.epoch)
            beyond = beyond_keys(self._workspace)
            self._beyond = beyond[~positions(self.keys, beyond)[1]]

    def number(self, keys: Keys) -> tuple[Keys, Mask]:
        """Each key's position among the known ones, and whether it is known."""
        return positions(self.keys, keys)

    def is_of_run(self, keys: Keys) -> Mask:
        """Which keys are of images that this run has taken, whether the database holds them or not."""
        return positions(known_keys(self._workspace, NO_KEYS, self.epoch), keys)[1]

    def is_beyond(self, keys: Keys) -> Mask:
        """Which keys are of images that --limit left out and the database does not hold either."""
        return positions(self._beyond, keys)[1]


def beyond_keys(workspace: Workspace) -> Keys:
    """Sorted keys of the image rows that --limit has left out so far."""
    parts = [workspace.read_array("beyond", entry, np.int64) for entry in workspace.entries if entry.beyond]
    return distinct_sorted(np.concatenate([NO_KEYS, *parts]))


def known_keys(workspace: Workspace, existing: Keys, epoch: int) -> Keys:
    """Sorted keys of the existing images and those of the first `epoch` entries with images."""
    entries = [entry for entry in workspace.entries if entry.images][:epoch]
    parts = [workspace.read_array("keys", entry, np.int64) for entry in entries]
    return distinct_sorted(np.concatenate([existing, *parts])) if parts else existing


def distinct_sorted(values: Keys) -> Keys:
    """The distinct values in order; sorts in place. numpy's own hashes first, which takes ten times as long."""
    values.sort()
    first = _begins(values)
    return values if first.all() else values[first]


def _begins(values: Keys) -> Mask:
    """Which values differ from the one before."""
    first = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return first


def positions(known: Keys, keys: Keys) -> tuple[Keys, Mask]:
    """Where keys stand among known ones, which are sorted, and which of them do.

    Only the stretch of `known` that a batch of sorted files spans is searched.
    """
    if not len(known) or not len(keys):
        return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
    low = int(np.searchsorted(known, keys.min(), side="left"))
    high = int(np.searchsorted(known, keys.max(), side="right"))
    if low == high:
        return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
    first = _begins(keys)
    wanted = keys[first]  # rows of one image stand together
    found = np.minimum(np.searchsorted(known[low:high], wanted), high - low - 1) + low
    run = np.cumsum(first) - 1
    return found[run], (known[found] == wanted)[run]
