"""The folders that benchmarks work on. One that is not named has its benchmark passed over, and no other."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

DATA = "a data set's folder with --data or BENCH_DATA"
SITE = "an installation's data folder with --site or BENCH_SITE"


def named(variable: str) -> Path | None:
    """The folder that the environment names."""
    given = os.environ.get(variable)
    return Path(given) if given else None


def pass_over(needed: str) -> NoReturn:
    """Say what is needed, and leave it at that: `make bench` goes on with the next."""
    print(f"Passed over: name {needed}.")
    raise SystemExit(0)
