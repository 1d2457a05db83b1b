"""Hosts that are left alone: when, for how long, and who may try first afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from browse.thumbnails.breaker import Breaker
from browse.thumbnails.errors import HostPausedError

HOST, SIBLING, OTHER = "c1.staticflickr.com", "farm2.staticflickr.com", "open-images-dataset.s3.amazonaws.com"


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["shared", "alone"])
def breaker(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Breaker:
    return Breaker(tmp_path if request.param == "shared" else None, clock=clock)


def pause_of(breaker: Breaker, host: str) -> float:
    """Seconds that the host is paused for; asking counts as a try."""
    try:
        breaker.check(host)
    except HostPausedError as paused:
        return paused.retry_after_s
    return 0.0


def fail(breaker: Breaker, host: str, times: int) -> None:
    for _ in range(times):
        breaker.failed(host)


def test_three_failures_in_a_row_pause_a_host(breaker: Breaker) -> None:
    fail(breaker, HOST, 2)
    assert pause_of(breaker, HOST) == 0
    fail(breaker, HOST, 1)
    assert pause_of(breaker, HOST) == 30
    assert pause_of(breaker, SIBLING) == 0


def test_a_success_in_between_starts_the_count_anew(breaker: Breaker) -> None:
    for _ in range(5):
        fail(breaker, HOST, 2)
        breaker.succeeded(HOST)
    assert pause_of(breaker, HOST) == 0


def test_six_failures_in_a_row_pause_the_site(breaker: Breaker) -> None:
    for number in range(6):
        breaker.failed(f"c{number}.staticflickr.com")
    assert pause_of(breaker, SIBLING) == 30
    assert pause_of(breaker, OTHER) == 0


def test_failures_of_those_already_on_their_way_do_not_lengthen_a_pause(breaker: Breaker) -> None:
    fail(breaker, HOST, 5)
    assert pause_of(breaker, HOST) == 30


def test_after_a_pause_one_tries_first(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, HOST, 3)
    clock.now += 31
    assert pause_of(breaker, HOST) == 0
    assert pause_of(breaker, HOST) == 10
    breaker.succeeded(HOST)
    assert [pause_of(breaker, HOST) for _ in range(3)] == [0, 0, 0]


def test_pauses_double_up_to_ten_minutes(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, HOST, 3)
    lengths = []
    for _ in range(7):
        lengths.append(pause_of(breaker, HOST))
        clock.now += lengths[-1] + 1
        assert pause_of(breaker, HOST) == 0
        breaker.failed(HOST)
        breaker.succeeded(SIBLING)
    assert lengths == [30, 60, 120, 240, 480, 600, 600]


def test_a_pause_that_was_asked_for_is_kept_whoever_else_succeeds(breaker: Breaker, clock: Clock) -> None:
    breaker.pause(HOST, 45)
    breaker.succeeded(HOST)
    assert pause_of(breaker, HOST) == 45
    assert pause_of(breaker, SIBLING) == 0
    clock.now += 46
    assert [pause_of(breaker, HOST) for _ in range(2)] == [0, 0]


def test_processes_share_pauses_and_their_end(tmp_path: Path, clock: Clock) -> None:
    one, other = Breaker(tmp_path, clock=clock), Breaker(tmp_path, clock=clock)
    fail(one, HOST, 3)
    assert pause_of(other, HOST) == 30
    clock.now += 31
    assert pause_of(one, HOST) == 0
    one.succeeded(HOST)
    assert pause_of(other, HOST) == 0
