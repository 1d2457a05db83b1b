"""What a pair teaches: 1 where the label is there, 0 where it is not, else unknown, which is never a negative."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from browse.query.values import STATES, State
from browse.sets.recipe import Negatives

POSITIVE, NEGATIVE, UNKNOWN = 1, 0, -1
HIGHEST = 101
"""A threshold that no confidence, in hundredths, reaches: only verified pairs are positives."""
_VERIFIED = frozenset({State.CONFIRMED, State.MISSED})
_REJECTED = frozenset({State.REJECTED, State.ABSENT})

Targets = npt.NDArray[np.int8]


@dataclass(frozen=True)
class TargetRule:
    """From which confidence on, in hundredths, an unverified pair is a positive, and whether there are negatives."""

    threshold: int
    negatives: Negatives = Negatives.VERIFIED

    def target(self, state: State, confidence: int) -> int:
        """The target of a pair of this state and confidence, in hundredths."""
        if state in _VERIFIED:
            return POSITIVE
        if state in _REJECTED:
            return NEGATIVE if self.negatives is Negatives.VERIFIED else UNKNOWN
        return POSITIVE if confidence >= self.threshold else UNKNOWN


def targets_of(
    states: npt.NDArray[np.uint8],
    confidences: npt.NDArray[np.uint8],
    thresholds: npt.NDArray[np.int64],
    negatives: Negatives,
) -> Targets:
    """int8: the target of each pair. states: places among STATES; thresholds: of each pair's label, in hundredths."""
    targets = np.full(len(states), UNKNOWN, np.int8)
    targets[_among(states, _VERIFIED)] = POSITIVE
    if negatives is Negatives.VERIFIED:
        targets[_among(states, _REJECTED)] = NEGATIVE
    unverified = states == STATES.index(State.UNVERIFIED)
    targets[unverified & (confidences >= thresholds)] = POSITIVE
    return targets


def _among(states: npt.NDArray[np.uint8], wanted: frozenset[State]) -> npt.NDArray[np.bool_]:
    return np.isin(states, [STATES.index(state) for state in wanted])
