"""The same cases are drawn again where they are to be."""

from __future__ import annotations

import os

import pytest
from hypothesis.internal.conjecture.providers import HypothesisProvider

from tests.drawn import DEEP, QUICK


@pytest.mark.skipif(
    os.environ.get("HYPOTHESIS_PROFILE", QUICK) == DEEP and not os.environ.get("SEED"), reason="New cases are drawn."
)
def test_what_is_drawn_does_not_depend_on_the_modules_imported_so_far() -> None:
    assert len(HypothesisProvider(None)._local_constants) == 0
