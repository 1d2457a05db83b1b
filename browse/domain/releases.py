"""Releases of Open Images: how a file's name tells its own, and which labels are trainable in each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from browse.query.values import SUBSETS, State

Counts = npt.NDArray[np.int64]
GivenPairs = Mapping[State, Counts]
"""By state int64[labels, SUBSETS]: images whose pair has it, of what the data set itself says, without curators."""
Needs = tuple[tuple[tuple[str, ...], int], ...]
"""So many images at least of these subsets together."""


class Release(StrEnum):
    """The releases, oldest first."""

    V1 = "v1"
    V2 = "v2"
    V3 = "v3"
    V4 = "v4"
    V5 = "v5"
    V6 = "v6"
    V7 = "v7"


@dataclass(frozen=True)
class TrainableRule:
    """When a label is trainable: on so many images at least it has a pair of one of these states.

    short, words: the rule in words, behind "on at least", and what its images are.
    """

    releases: str
    states: frozenset[State]
    needs: Needs
    short: str
    words: str

    @property
    def images(self) -> int:
        """A label on fewer images in all cannot be trainable."""
        return sum(least for _, least in self.needs)

    @property
    def train_images(self) -> int:
        """A label on fewer training images cannot be trainable."""
        return sum(least for subsets, least in self.needs if subsets == ("train",))

    def are_met(self, given: GivenPairs) -> npt.NDArray[np.bool_]:
        """bool[labels]: which labels are trainable."""
        counts = np.sum([given[state] for state in self.states], axis=0)
        enough = [counts[:, [SUBSETS.index(one) for one in subsets]].sum(axis=1) >= n for subsets, n in self.needs]
        met: npt.NDArray[np.bool_] = np.logical_and.reduce(enough)
        return met


_ANY = TrainableRule(
    "V1",
    frozenset(State),
    ((("train",), 20), (("validation",), 50)),
    "50 validation and 20 training images",
    "in any state",
)
_VERIFIED = TrainableRule(
    "V2 and V3",
    frozenset({State.CONFIRMED, State.REJECTED, State.MISSED, State.ABSENT}),
    ((("train",), 30), (("validation", "test"), 5)),
    "30 training images and 5 validation or test images",
    "verified by raters",
)
_POSITIVE = TrainableRule(
    "V4 and later",
    frozenset({State.CONFIRMED, State.MISSED}),
    ((("train",), 100),),
    "100 training images",
    "on which raters saw it",
)
_EARLY, _MIDDLE = (Release.V1,), (Release.V2, Release.V3)
_BY_DATE = {"2016_08": Release.V1, "2017_07": Release.V2, "2017_11": Release.V3, "2018_04": Release.V4}
_DATE = re.compile("|".join(_BY_DATE))
_PREFIX = re.compile(r"(?:^|[/_.-])oidv([1-7])[-_.]")
_FOLDER = re.compile(r"(?:^|/)v([5-7])/")
_LATER = re.compile(
    r"(?:train|validation|val|test)-(?:annotations-(?:bbox|human-imagelabels|machine-imagelabels|object-segmentation|vrd)"
    r"|images(?:-boxable|-with-labels)?-with-rotation)|bbox_labels_600_hierarchy|image_ids_and_rotation"
)
_OF_2017 = re.compile(r"(?:^|/)(?:annotations-(?:human|machine|human-bbox)|classes-bbox(?:-trainable)?)\.")


def rule_of(release: str) -> TrainableRule:
    """The rule of a release; that of the first where the release is not known."""
    if not release or release in _EARLY:
        return _ANY
    return _VERIFIED if release in _MIDDLE else _POSITIVE


def release_of(names: Iterable[str]) -> str:
    """The newest release that one of these files' names, or their folders' names, tells; empty where none does.

    Names that several releases share tell the first of them: its rule is that of all.
    """
    told = (_told(name.replace("\\", "/").lower()) for name in names)
    return max((one for one in told if one is not None), default="")


def _told(name: str) -> str | None:
    found = [_BY_DATE[date] for date in _DATE.findall(name)]
    found += [Release(f"v{number}") for number in (*_PREFIX.findall(name), *_FOLDER.findall(name))]
    found += [Release.V4] if _LATER.search(name) else []
    found += [Release.V2] if _OF_2017.search(name) else []
    return max(found, default=None)


def newest(*releases: str) -> str:
    """The newest of these; empty ones are not known."""
    return max(releases, default="")
