"""Pair classes: what state and confidence pairs can have, numbered.

Every pair is of one class, and a data set has few classes: about twenty where the machine writes tenths, 305 at the
very most (three states with a machine's 0 to 100 hundredths, two with a human's 100 or 0).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, STATES, ConfidenceRange, State

LEVELS = 101
"""Confidences, in hundredths, are 0 to 100."""
RAW_CLASSES = len(STATES) * LEVELS
"""Raw class of a pair: the state's place among STATES times LEVELS, plus the confidence in hundredths."""

Mask = npt.NDArray[np.bool_]
"""bool[classes]: those wanted."""


@dataclass(frozen=True)
class PairClasses:
    """The classes that occur, by state and then confidence. raw: uint16[classes], ascending raw classes."""

    raw: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.raw)

    @cached_property
    def states(self) -> npt.NDArray[np.int64]:
        """int64[classes]: each class's place among STATES."""
        return self.raw.astype(np.int64) // LEVELS

    @cached_property
    def confidences(self) -> npt.NDArray[np.int64]:
        """int64[classes]: each class's confidence in hundredths."""
        return self.raw.astype(np.int64) % LEVELS

    @cached_property
    def levels(self) -> list[int]:
        """The distinct confidences, ascending, in hundredths."""
        return [int(level) for level in np.unique(self.confidences)]

    def mask(self, confidence: ConfidenceRange, states: Set[State]) -> Mask:
        """The classes within a range and among these states."""
        wanted = np.array([state in states for state in STATES])
        inside = (self.confidences >= confidence.low) & (self.confidences <= confidence.high)
        mask: Mask = inside & wanted[self.states]
        return mask

    @cached_property
    def default(self) -> Mask:
        """The classes of the default states. Not to be changed."""
        return self.mask(ANY_CONFIDENCE, DEFAULT_STATES)

    def are_default(self, mask: Mask) -> bool:
        """Whether a mask is of just these."""
        return bool(np.array_equal(mask, self.default))

    def codes(self) -> npt.NDArray[np.uint16]:
        """uint16[RAW_CLASSES]: the class number of each raw class that occurs, 0 for the others."""
        table = np.zeros(RAW_CLASSES, np.uint16)
        table[self.raw] = np.arange(len(self.raw), dtype=np.uint16)
        return table
