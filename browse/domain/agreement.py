"""How far two people agree who judged the same pairs: the share, and what is left of it beyond chance. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from browse.domain.comparison import MIN_VERIFIED, Estimate, Z, wilson_interval


@dataclass(frozen=True)
class Agreed:
    """Pairs that two judged yes or no: both yes, only the first, only the second, both no."""

    both_yes: int = 0
    first_yes: int = 0
    second_yes: int = 0
    both_no: int = 0

    def __add__(self, other: Agreed) -> Agreed:
        return Agreed(
            self.both_yes + other.both_yes,
            self.first_yes + other.first_yes,
            self.second_yes + other.second_yes,
            self.both_no + other.both_no,
        )

    @property
    def pairs(self) -> int:
        """How many they both judged."""
        return self.both_yes + self.first_yes + self.second_yes + self.both_no

    @property
    def differing(self) -> int:
        """On how many they differ."""
        return self.first_yes + self.second_yes

    @property
    def is_enough(self) -> bool:
        """Whether there are enough for shares to be shown."""
        return self.pairs >= MIN_VERIFIED

    @property
    def share(self) -> Estimate | None:
        """Raw agreement with Wilson's interval; None where they share no pair."""
        if not self.pairs:
            return None
        same = self.pairs - self.differing
        return Estimate(same / self.pairs, *wilson_interval(same, self.differing))

    @property
    def kappa(self) -> Estimate | None:
        """Cohen's kappa with a 95 % interval; None where one of them said the same of every pair.

        Cohen (1960), A coefficient of agreement for nominal scales; the standard error is that of Fleiss, Cohen and
        Everitt (1969), Large sample standard errors of kappa and weighted kappa, eq. 13.
        """
        if not (0 < self.both_yes + self.first_yes < self.pairs and 0 < self.both_yes + self.second_yes < self.pairs):
            return None
        cells = [[self.both_yes / self.pairs, self.first_yes / self.pairs]]
        cells.append([self.second_yes / self.pairs, self.both_no / self.pairs])
        rows, columns = [sum(row) for row in cells], [sum(column) for column in zip(*cells, strict=True)]
        same = cells[0][0] + cells[1][1]
        chance = sum(row * column for row, column in zip(rows, columns, strict=True))
        kappa = (same - chance) / (1 - chance)
        half = Z * math.sqrt(max(0.0, _spread(cells, rows, columns, same, chance)) / self.pairs) / (1 - chance) ** 2
        return Estimate(kappa, max(-1.0, kappa - half), min(1.0, kappa + half))


def _spread(cells: list[list[float]], rows: list[float], columns: list[float], same: float, chance: float) -> float:
    """The variance of kappa, times the number of pairs and (1 - chance)⁴."""
    agreeing = sum(cells[i][i] * ((1 - chance) - (rows[i] + columns[i]) * (1 - same)) ** 2 for i in (0, 1))
    others = sum(cells[i][1 - i] * (columns[i] + rows[1 - i]) ** 2 for i in (0, 1))
    return agreeing + (1 - same) ** 2 * others - (same * chance - 2 * chance + same) ** 2


def agreed(words: Iterable[tuple[bool, bool]]) -> Agreed:
    """The count of what two said of each pair, as (first, second) with True for yes."""
    counts = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
    for word in words:
        counts[word] += 1
    return Agreed(*counts.values())


DECISION = "decision on a conflict"
"""How the reason of a verdict begins that a reviewer gave on what others differ about, or are unsure of."""

ADOPTED = "adopted from a task"
"""How the reason of a verdict begins that stands for the answers of a task."""
