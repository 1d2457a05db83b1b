"""The phases of long work, as the log tells them."""

import logging
import re

import pytest

from browse.domain import phases


def _write_titles() -> None:
    """A function as it names a phase."""


def test_a_phase_tells_its_time_where_it_took_some(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG, phases.__name__)
    monkeypatch.setattr(phases, "_WORTH_TELLING_S", 60)
    with phases.phase("soon over"):
        pass
    assert not caplog.messages
    monkeypatch.setattr(phases, "_WORTH_TELLING_S", 0)
    with phases.phase(phases.phase_of(_write_titles)):
        sum(range(1000))
    [told] = caplog.messages
    assert re.fullmatch(r"test_phases, write titles: \d+\.\d s, \d+\.\d s of processor time", told)
