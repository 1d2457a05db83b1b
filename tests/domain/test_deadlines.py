"""Deadlines, and what extends them."""

from __future__ import annotations

import time

from browse.domain.deadlines import MOST_EXTENDED_S, Deadline, extend, extended_s, seconds_left, until


def test_a_deadline_is_extended_within_its_block_alone() -> None:
    extend(5)
    assert extended_s() == 0
    with until(time.monotonic()):
        extend(5)
        extend(2)
        left = seconds_left()
        assert extended_s() == 7
        assert left is not None
        assert 0 < left <= 7
    assert extended_s() == 0
    assert seconds_left() is None


def test_all_extensions_together_have_a_bound() -> None:
    with until(time.monotonic()):
        extend(MOST_EXTENDED_S - 1)
        extend(20)
        assert extended_s() == MOST_EXTENDED_S


def test_a_stopped_clock_counts_once_however_many_stopped_it() -> None:
    deadline = Deadline(time.monotonic())
    began = time.monotonic()
    deadline.stop()
    deadline.stop()
    time.sleep(0.05)
    assert deadline.extended_s >= 0.05  # while it stands
    deadline.start()
    time.sleep(0.05)
    deadline.start()
    stood = deadline.extended_s
    assert 0.1 <= stood <= time.monotonic() - began
    time.sleep(0.01)
    assert deadline.extended_s == stood
