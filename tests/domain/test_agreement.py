"""Agreement of two people: raw, and Cohen's kappa with its interval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.agreement import Agreed, agreed
from browse.domain.comparison import wilson_interval
from tests.drawn import drawn

WORDS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)


@drawn(quick=30, deep=1000)
@given(WORDS)
def test_shares_are_those_of_plain_loops(words: list[tuple[bool, bool]]) -> None:
    found, number = agreed(words), len(words)
    same = sum(one == other for one, other in words)
    assert (found.pairs, found.differing) == (number, number - same)
    assert found.share is not None
    assert (found.share.share, found.share.low) == (same / number, wilson_interval(same, number - same)[0])
    chance = sum(
        (sum(one == word for one, _ in words) / number) * (sum(other == word for _, other in words) / number)
        for word in (True, False)
    )
    if len({one for one, _ in words}) == 1 or len({other for _, other in words}) == 1:
        assert found.kappa is None
    else:
        assert found.kappa is not None
        assert found.kappa.share == pytest.approx((same / number - chance) / (1 - chance))
        assert -1 <= found.kappa.low <= found.kappa.share <= found.kappa.high <= 1


def test_the_published_example() -> None:
    """20, 5, 10 and 15 of 50: kappa 0.4; its standard error is that of the general formula over all cells."""
    found = Agreed(20, 5, 10, 15)
    cells = np.array([[20, 5], [10, 15]]) / 50
    rows, columns = cells.sum(axis=1), cells.sum(axis=0)
    same, chance = np.trace(cells), rows @ columns
    spread = sum(cells[i, i] * ((1 - chance) - (rows[i] + columns[i]) * (1 - same)) ** 2 for i in range(2))
    spread += (1 - same) ** 2 * sum(
        cells[i, j] * (columns[i] + rows[j]) ** 2 for i in range(2) for j in range(2) if i != j
    )
    spread -= (same * chance - 2 * chance + same) ** 2
    half = 1.959963984540054 * np.sqrt(spread / 50) / (1 - chance) ** 2
    assert found.kappa is not None
    assert found.kappa.share == pytest.approx(0.4)
    assert (found.kappa.low, found.kappa.high) == pytest.approx((0.4 - half, 0.4 + half))


def test_kappas_interval_covers_the_true_one_as_often_as_it_says() -> None:
    random = np.random.default_rng(1)
    true = np.array([0.5, 0.1, 0.05, 0.35])
    chance = 0.6 * 0.55 + 0.4 * 0.45
    kappa = (0.85 - chance) / (1 - chance)
    found = [Agreed(*map(int, row)).kappa for row in random.multinomial(200, true, size=2000)]
    assert np.mean([one is not None and one.low <= kappa <= one.high for one in found]) >= 0.92


def test_where_one_says_the_same_of_everything_there_is_no_kappa() -> None:
    assert agreed([(True, True)] * 40).kappa is None
    assert agreed([(True, True), (True, False)] * 40).kappa is None
    assert Agreed().share is None
    assert Agreed().kappa is None
    assert not Agreed(both_yes=29).is_enough
    assert Agreed(1, 2, 3, 4) + Agreed(1, 1, 1, 1) == Agreed(2, 3, 4, 5)
