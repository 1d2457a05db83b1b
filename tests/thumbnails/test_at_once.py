"""Many pictures and many who ask: how often, how many at once, and how long anybody waits."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from browse.domain.picture_status import PictureStatus
from browse.thumbnails import network, stall_detector
from browse.thumbnails.errors import GoneError, HostDownError
from browse.thumbnails.jobs import WaitBudget
from browse.thumbnails.outcomes import Thumbnail
from browse.thumbnails.rendering import Output, Part
from tests.thumbnails.fake_host import Answer, PictureHost
from tests.thumbnails.serving import (
    AT_THUMBNAIL,
    PHOTO,
    PICTURE,
    TILE,
    Bench,
    size_of,
    status_of,
)

ROOT = Path(__file__).resolve().parents[2]


def behind(gate: threading.Event, bench: Bench) -> None:
    """The host answers nothing until the gate opens."""
    for path, answer in bench.host.answers.items():
        bench.host.answers[path] = replace(answer, gate=gate)


def test_only_so_many_wait_long() -> None:
    patience, job = WaitBudget(short_s=0.01, long_s=60, long_waits=1), Future[str]()
    with ThreadPoolExecutor(3) as threads:
        waits = [
            threads.submit(patience.result, job, began=time.monotonic(), is_stalled=lambda: False) for _ in range(3)
        ]
        try:
            first_two = list(islice(as_completed(waits, timeout=30), 2))
        finally:
            job.set_result("done")
    assert [type(wait.exception()) for wait in first_two] == [TimeoutError] * 2
    assert sorted(wait.result() for wait in waits if wait not in first_two) == ["done"]


def test_a_wait_ends_once_nothing_moves() -> None:
    patience, job = WaitBudget(short_s=60, long_s=0.01, long_waits=1), Future[str]()
    with ThreadPoolExecutor(1) as threads:
        wait = threads.submit(patience.result, job, began=time.monotonic(), is_stalled=lambda: True)
        try:
            assert isinstance(wait.exception(timeout=30), TimeoutError)
        finally:
            if not job.done():
                job.set_result("late")


def test_nobody_waits_while_no_host_answers_and_the_work_goes_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, gate: threading.Event
) -> None:
    monkeypatch.setattr(stall_detector, "STALLED_AFTER_S", 0)
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO, gate=gate)
    service = bench.start(wait_s=0.01, short_wait_s=60)
    assert status_of(service.obtain(PICTURE, TILE)) is PictureStatus.PENDING
    gate.set()
    assert isinstance(service.obtain(PICTURE, TILE, wait_s=30), Thumbnail)
    assert len(bench.host.requests) == 1


def test_parts_of_pictures_leave_threads_to_others(bench: Bench, gate: threading.Event) -> None:
    one, other, third = bench.pictures(3)
    behind(gate, bench)
    service = bench.start(wait_s=60, short_wait_s=60, part_waits=1, part_wait_s=0.01)
    part = Output(384, "jpeg", Part(0, 5000, 0, 5000))
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(service.obtain, one, part)
        bench.host.wait_for_requests(1)
        assert status_of(service.obtain(other, part)) is PictureStatus.PENDING
        whole = threads.submit(service.obtain, third, TILE)
        bench.host.wait_for_requests(3)
        assert [first.done(), whole.done(), gate.is_set()] == [False, False, False]
        gate.set()
        assert isinstance(first.result(30), Thumbnail)
        assert isinstance(whole.result(30), Thumbnail)
    assert isinstance(service.obtain(other, part, wait_s=30), Thumbnail)
    assert len(bench.host.requests) == 3


def test_what_needs_no_network_does_not_wait_for_a_host(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, gate: threading.Event, tmp_path: Path
) -> None:
    kept = bench.pictures(7)[6]
    assert isinstance(bench.get(kept), Thumbnail)
    behind(gate, bench)
    monkeypatch.setattr(stall_detector, "STALLED_AFTER_S", 0)
    service = bench.start(threads=2, wait_s=0, short_wait_s=30)
    for picture in bench.pictures(6):
        bench.host.answers[f"/many/{int(picture.image_id, 16)}_z.jpg"] = Answer(gate=gate)
        assert status_of(service.obtain(picture, TILE)) is PictureStatus.PENDING
    bench.host.wait_for_requests(3)
    (tmp_path / "images" / f"{PICTURE.image_id}.jpg").write_bytes(PHOTO)
    assert size_of(service.obtain(PICTURE, TILE)) == (384, 288)
    assert size_of(service.obtain(kept, Output(30, "webp"))) == (30, 30)
    assert not gate.is_set()


def test_a_sign_of_life_ends_a_stall() -> None:
    now = 0.0
    watched = stall_detector.StallDetector(clock=lambda: now)
    with watched.download():
        now = 1.5
        assert watched.is_stalled
        with pytest.raises(GoneError), watched.download():
            raise GoneError("gone")
        assert not watched.is_stalled
    now = 2.0
    with watched.download():
        now = 4.0
        with pytest.raises(HostDownError), watched.download():
            raise HostDownError("down")
        assert watched.is_stalled
        assert watched.silent_s == 4.0 - 1.5
    assert not watched.is_stalled
    assert watched.silent_s == 0


def test_many_askers_are_one_fetch(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO, delay_s=0.3)
    with ThreadPoolExecutor(50) as threads:
        outcomes = set(threads.map(lambda _: bench.get(), range(50)))
    assert len(outcomes) == 1
    assert isinstance(outcomes.pop(), Thumbnail)
    assert len(bench.host.requests) == 1


def test_many_sizes_at_once_are_one_fetch(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO, delay_s=0.3)
    outputs = [Output(side, kind) for side in (192, 384, 1024) for kind in ("webp", "jpeg")]
    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(lambda output: bench.get(output=output), outputs))
    assert all(isinstance(outcome, Thumbnail) for outcome in outcomes)
    assert len(bench.host.requests) == 1


def test_many_workers_are_one_fetch(host: PictureHost, tmp_path: Path) -> None:
    host.answers[AT_THUMBNAIL] = Answer(body=PHOTO, delay_s=0.5)
    command = [sys.executable, "-m", "tests.thumbnails.another_worker", str(tmp_path), str(host.port)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(3)]  # type: ignore[call-overload]
    assert [worker.stdout.readline() for worker in workers] == ["ready\n"] * 3
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    sizes = {int(worker.communicate(timeout=30)[0]) for worker in workers}
    assert len(sizes) == 1
    assert sizes.pop() > 0
    assert len(host.requests) == 1


@pytest.mark.parametrize(("bounds", "most"), [({"fetches_per_host": 2}, 2), ({"fetches_in_all": 3}, 3)])
def test_fetches_are_bounded(bounds: dict[str, int], most: int, bench: Bench) -> None:
    pictures = bench.pictures(12)
    for path, answer in bench.host.answers.items():
        bench.host.answers[path] = replace(answer, delay_s=0.05)
    services = [bench.start(threads=6, **bounds) for _ in range(2)]
    with ThreadPoolExecutor(12) as threads:
        outcomes = threads.map(lambda n: services[n % 2].obtain(pictures[n], TILE, wait_s=20), range(12))
        assert all(isinstance(outcome, Thumbnail) for outcome in outcomes)
    assert bench.host.most_at_once == most


def test_more_jobs_than_allowed_are_turned_away(bench: Bench) -> None:
    pictures = bench.pictures(3)
    for path, answer in bench.host.answers.items():
        bench.host.answers[path] = replace(answer, delay_s=0.5)
    service = bench.start(max_jobs=2, wait_s=0.02, short_wait_s=0.01)
    reasons = [service.obtain(picture, TILE).reason for picture in pictures]  # type: ignore[union-attr]
    assert reasons == ["The picture is being fetched."] * 2 + ["Many pictures are being fetched."]


def test_a_host_that_does_not_begin_to_answer_is_given_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, gate: threading.Event
) -> None:
    monkeypatch.setattr(network, "FIRST_BYTE_TIMEOUT_S", 0.3)
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO, gate=gate)
    assert status_of(bench.get()) is PictureStatus.ERROR
