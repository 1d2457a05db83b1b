"""`make test-faults`: the plan of faults and loads. Each part prints its tries, how many were survived, and how many
ended in something lost or wrong; none may. TRIES=0.1 runs a tenth, SEED=N draws the same cases again.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests import postgres
from tests.faults.tally import SCALE, SHOWN, Tally

HERE = Path(__file__).parent
FIGURES = "figures"


def pytest_configure() -> None:
    """One seed for all workers, which inherit it."""
    if not os.environ.get("SEED"):
        os.environ["SEED"] = str(secrets.randbelow(1_000_000))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("faults")


@pytest.fixture
def tally(request: pytest.FixtureRequest, record_property: pytest.RecordProperty) -> Iterator[Tally]:
    """The tries of this test; it fails at its end where any was not survived."""
    counted = Tally(request.node.name.removeprefix("test_").replace("_", " "))
    yield counted
    record_property(FIGURES, counted.figures())
    assert counted.tries, "nothing was tried"
    assert not counted.wrong, "\n".join(counted.wrong[:SHOWN])


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """DATABASE_URL of a new empty database of each kind; empty for a file in the site's own folder."""
    with postgres.fresh() if request.param == "postgresql" else nullcontext("") as url:
        yield url


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of all parts, as docs/reliability.md has it."""
    reports = (report for reports in terminalreporter.stats.values() for report in reports)
    found = [value for report in reports for name, value in getattr(report, "user_properties", ()) if name == FIGURES]
    unique = {figures["part"]: figures for figures in found}
    if not unique:
        return
    terminalreporter.write_sep("=", f"faults: TRIES={SCALE:g} SEED={os.environ['SEED']}")
    for figures in sorted(unique.values(), key=lambda one: str(one["part"])):
        terminalreporter.write_line(", ".join(f"{name}: {value}" for name, value in figures.items()))
