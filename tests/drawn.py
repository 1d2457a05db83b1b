"""How many cases the tests that draw theirs draw.

`make test` takes the quick number and draws the same cases every time; `make test-deep` (the hypothesis
profile `deep`) takes the deep number, or as many percent of it as DEEP_PERCENT says, and draws new ones, or those of
its SEED. The second run, on PostgreSQL, takes a fifth of the quick number where no other is given: the rules are the
same ones, only the database's part is new.

hypothesis also draws numbers and texts that stand in the modules imported so far. Which these are depends on what a
worker ran before, so they are left out where the same cases are to be drawn again.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from tests.postgres import ON_POSTGRESQL

Test = TypeVar("Test", bound=Callable[..., Any])

QUICK, DEEP = "quick", "deep"
DEEP_PERCENT = int(os.environ.get("DEEP_PERCENT") or 100)
_common = {"deadline": None, "print_blob": True, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile(QUICK, max_examples=10 if ON_POSTGRESQL else 50, derandomize=True, database=None, **_common)
settings.register_profile(DEEP, max_examples=500, **_common)


def load_profile() -> None:
    """Take the profile that HYPOTHESIS_PROFILE names, quick by default."""
    profile = os.environ.get("HYPOTHESIS_PROFILE", QUICK)
    settings.load_profile(profile)
    if profile == QUICK or os.environ.get("SEED"):
        providers._get_local_constants = Constants


def drawn(
    *, quick: int, deep: int, on_postgresql: int | None = None, shares_fixtures: bool = False
) -> Callable[[Test], Test]:
    """Mark a hypothesis test as drawn, with its number of cases in `make test` and in `make test-deep`.

    shares_fixtures: all cases see the same fixtures, and none minds what another leaves there.
    """
    is_deep = os.environ.get("HYPOTHESIS_PROFILE", QUICK) == DEEP
    cases = max(quick, deep * DEEP_PERCENT // 100) if is_deep else quick
    if ON_POSTGRESQL:
        cases = on_postgresql or max(1, cases // 5)

    def decorate(test: Test) -> Test:
        allowed = [HealthCheck.too_slow, *([HealthCheck.function_scoped_fixture] if shares_fixtures else [])]
        return pytest.mark.drawn(settings(max_examples=cases, suppress_health_check=allowed)(test))

    return decorate
