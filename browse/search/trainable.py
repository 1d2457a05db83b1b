"""Which labels are trainable, by the rule of the release that the site's data set is of."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.domain.releases import TrainableRule, rule_of
from browse.search.snapshot import Snapshot


def trainable_rule(snapshot: Snapshot) -> TrainableRule:
    """The rule that the whole site follows."""
    return rule_of(snapshot.release)


def trainable_labels(snapshot: Snapshot) -> npt.NDArray[np.bool_]:
    """bool[labels]: which are trainable, of the labels as the engine's statistics have them; curators count not."""
    return trainable_rule(snapshot).are_met(snapshot.engine.statistics.given_pairs())


def is_trainable(snapshot: Snapshot, mid: str) -> bool:
    """Whether one label is."""
    return bool(trainable_rule(snapshot).are_met(snapshot.engine.statistics.given_pairs(mid=mid))[0])
