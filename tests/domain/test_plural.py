"""How numbers stand with what they count."""

from __future__ import annotations

import pytest

from browse.domain.plural import counted


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1000, "1,000 rows"), (1_000_001, "1,000,001 rows")],
)
def test_only_one_is_singular(number: int, words: str) -> None:
    assert counted(number, "row") == words


def test_nouns_have_their_own_plural() -> None:
    assert [counted(number, "entry", "entries") for number in (1, 2)] == ["1 entry", "2 entries"]
