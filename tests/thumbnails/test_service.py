"""From a picture's row to its thumbnail: which source, which state, how often, how many at once."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from browse.picture_states import PictureStatus
from browse.thumbnails import network, pulse
from browse.thumbnails.config import Config
from browse.thumbnails.errors import GoneError, HostDownError
from browse.thumbnails.outcomes import Known, NoThumbnail, Outcome, Thumbnail
from browse.thumbnails.rendering import Output
from browse.thumbnails.service import ThumbnailService
from browse.thumbnails.sources import Picture, Source
from browse.thumbnails.urls import BUCKET_HOST
from tests.thumbnails.fake_host import Answer, PictureHost, photo
from tests.thumbnails.ledger import MemoryLedger

ROOT = Path(__file__).resolve().parents[2]
TILE = Output(384, "jpeg")
DAY_S = 86_400
PHOTO = photo(640, 480)
ORIGINAL = photo(1280, 960, quality=95)
PICTURE = Picture(
    "000060e3121c7305",
    "train",
    thumbnail_url="https://c1.staticflickr.com/1/2_z.jpg",
    original_url="https://farm2.staticflickr.com/1/2_o.jpg",
    original_size=len(ORIGINAL),
    original_md5=base64.b64encode(hashlib.md5(ORIGINAL).digest()).decode(),
)
AT_THUMBNAIL, AT_ORIGINAL, AT_BUCKET = "/1/2_z.jpg", "/1/2_o.jpg", f"/train/{PICTURE.image_id}.jpg"


class Bench:
    """A service over the fake host and a ledger in memory."""

    def __init__(self, host: PictureHost, folder: Path) -> None:
        self.host = host
        self.ledger = MemoryLedger()
        self.config = Config(
            cache_folder=folder / "cache",
            image_root=folder / "images",
            fake_host=host.address,
            wait_s=30,
            short_wait_s=30,
        )
        (folder / "images").mkdir()
        self.services: list[ThumbnailService] = []
        self.service = self.start()

    def start(self, **changes: object) -> ThumbnailService:
        """Another service, with other settings if so wanted."""
        service = ThumbnailService(replace(self.config, **changes), self.ledger)  # type: ignore[arg-type]
        self.services.append(service)
        return service

    def get(self, picture: Picture = PICTURE, output: Output = TILE) -> Outcome:
        return self.service.obtain(picture, output)

    def known(self, picture: Picture = PICTURE) -> Known:
        return self.ledger.known[picture.image_id]

    def pictures(self, count: int) -> list[Picture]:
        """So many more pictures, each with a thumbnail at the host."""
        made = []
        for number in range(count):
            path = f"/many/{number}_z.jpg"
            self.host.answers[path] = Answer(body=photo(60, 60, colour=(number, 0, 0)))
            made.append(Picture(f"{number:016x}", "train", thumbnail_url=f"https://c1.staticflickr.com{path}"))
        return made


@pytest.fixture
def bench(host: PictureHost, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(host, tmp_path)
    yield bench
    for service in bench.services:
        service.close()


def size_of(outcome: Outcome) -> tuple[int, int]:
    assert isinstance(outcome, Thumbnail)
    return Image.open(io.BytesIO(outcome.data)).size


def status_of(outcome: Outcome) -> PictureStatus:
    assert isinstance(outcome, NoThumbnail)
    return outcome.status


def test_sources_are_asked_in_order_until_one_has_it(bench: Bench) -> None:
    bench.host.answers[AT_ORIGINAL] = Answer(body=ORIGINAL)
    assert size_of(bench.get()) == (384, 288)
    assert bench.host.paths() == [AT_THUMBNAIL, AT_BUCKET, AT_ORIGINAL]
    assert [request.host for request in bench.host.requests] == [
        "c1.staticflickr.com",
        BUCKET_HOST,
        "farm2.staticflickr.com",
    ]
    assert (bench.known().source, bench.known().verified) == (Source.ORIGINAL, True)
    assert (bench.known().width, bench.known().height) == (1280, 960)


@pytest.mark.parametrize(
    ("source", "path", "data"),
    [
        (Source.THUMBNAIL, AT_THUMBNAIL, PHOTO),
        (Source.BUCKET, AT_BUCKET, PHOTO),
        (Source.ORIGINAL, AT_ORIGINAL, ORIGINAL),
    ],
)
def test_each_source_can_be_the_only_one(source: Source, path: str, data: bytes, bench: Bench) -> None:
    bench.host.answers[path] = Answer(body=data)
    assert isinstance(bench.start(sources=(source,)).obtain(PICTURE, TILE), Thumbnail)
    assert bench.host.paths() == [path]
    assert bench.known().source is source


@pytest.mark.parametrize("name", ["{id}.jpg", "train/{id}.jpg", "train/data/{id}.jpg", "train_0/{id}.jpg", "{id}.png"])
def test_the_local_folder_comes_first_in_any_usual_layout(name: str, bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "images" / name.format(id=PICTURE.image_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(photo(100, 50, encoding="PNG" if path.suffix == ".png" else "JPEG"))
    assert size_of(bench.get()) == (100, 50)
    assert bench.host.requests == []
    assert (bench.known().source, bench.known().verified) == (Source.LOCAL, False)


def test_a_local_original_is_verified_by_its_md5(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "images" / f"{PICTURE.image_id}.jpg").write_bytes(ORIGINAL)
    bench.get()
    assert bench.known().verified


def test_what_is_no_file_is_passed_over(bench: Bench, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "images" / f"{PICTURE.image_id}.jpg")
    (tmp_path / "images" / "train").write_text("a file where a folder might be")
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    assert isinstance(bench.get(), Thumbnail)
    assert bench.known().source is Source.THUMBNAIL


def test_an_empty_thumbnail_url_is_passed_over(bench: Bench) -> None:
    bench.host.answers[AT_ORIGINAL] = Answer(body=ORIGINAL)
    assert isinstance(bench.get(replace(PICTURE, thumbnail_url="")), Thumbnail)
    assert bench.host.paths() == [AT_BUCKET, AT_ORIGINAL]


def test_local_only_asks_nobody_and_remembers_nothing(bench: Bench) -> None:
    outcome = bench.start(sources=(Source.LOCAL,)).obtain(PICTURE, TILE)
    assert isinstance(outcome, NoThumbnail)
    assert (outcome.status, outcome.retry_after_s) == (PictureStatus.PENDING, None)
    assert bench.host.requests == []
    assert bench.ledger.known == {}


def test_one_fetch_serves_every_size_and_format(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    sizes = {size_of(bench.get(output=Output(side, kind))) for side in (192, 384) for kind in ("webp", "jpeg")}
    assert sizes == {(192, 144), (384, 288)}
    assert len(bench.host.requests) == 1
    assert bench.ledger.recorded == 1


def test_a_restart_finds_the_cache(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    first = bench.get()
    assert bench.start().obtain(PICTURE, TILE) == first
    assert len(bench.host.requests) == 1


def test_a_damaged_source_in_the_cache_is_fetched_anew(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    bench.get()
    bench.service.cache.source_path(PICTURE.image_id, bench.known().version).write_bytes(b"damaged")
    assert size_of(bench.get(output=Output(192, "jpeg"))) == (192, 144)
    assert len(bench.host.requests) == 2


def test_the_version_changes_with_bytes_and_turn(bench: Bench) -> None:
    versions = set()
    for data, rotation in ((PHOTO, None), (PHOTO, 90), (photo(641, 480), None)):
        bench.ledger.known.clear()
        bench.host.answers[AT_BUCKET] = Answer(body=data)
        bench.get(replace(PICTURE, thumbnail_url="", rotation=rotation))
        versions.add(bench.known().version)
    assert len(versions) == 3


DEAD, MISMATCH, BLOCKED, ERROR = (PictureStatus(s) for s in ("dead", "mismatch", "blocked", "error"))
HTML = Answer(body=b"<html>gone</html>")
STATES: dict[str, tuple[dict[str, Answer], PictureStatus, float]] = {
    "gone everywhere": ({}, DEAD, 30 * DAY_S),
    "redirect to a placeholder": ({AT_THUMBNAIL: Answer(302), AT_ORIGINAL: Answer(302)}, DEAD, 30 * DAY_S),
    "forbidden": ({AT_THUMBNAIL: Answer(403), AT_ORIGINAL: Answer(403), AT_BUCKET: Answer(403)}, DEAD, 30 * DAY_S),
    "original of other bytes": ({AT_ORIGINAL: Answer(body=photo(1280, 960))}, MISMATCH, 30 * DAY_S),
    "original of other bytes, same size": ({AT_ORIGINAL: Answer(body=ORIGINAL[:-1] + b"x")}, MISMATCH, 30 * DAY_S),
    "original longer than it was": ({AT_ORIGINAL: Answer(body=ORIGINAL + b"x")}, MISMATCH, 30 * DAY_S),
    "host in trouble": ({AT_THUMBNAIL: Answer(503)}, ERROR, 60),
    "no picture": ({AT_THUMBNAIL: HTML, AT_BUCKET: HTML}, ERROR, DAY_S),
    "too large": ({AT_THUMBNAIL: Answer(body=bytes((4 << 20) + 1))}, ERROR, 60),
}


@pytest.mark.parametrize("name", STATES)
def test_each_failure_has_its_state_and_its_time(name: str, bench: Bench) -> None:
    answers, status, wait_s = STATES[name]
    bench.host.answers |= answers
    outcome = bench.get()
    assert isinstance(outcome, NoThumbnail)
    assert (outcome.status, bench.known().status) == (status, status)
    assert outcome.reason == bench.known().reason != ""
    assert bench.known().retry_at == pytest.approx(time.time() + wait_s, abs=20)
    asked = len(bench.host.requests)
    assert status_of(bench.get()) is status
    assert len(bench.host.requests) == asked


def test_urls_that_are_not_allowed_are_blocked(bench: Bench) -> None:
    picture = replace(PICTURE, thumbnail_url="https://127.0.0.1/a.jpg", original_url="https://evil.example/a.jpg")
    assert status_of(bench.start(sources=(Source.THUMBNAIL, Source.ORIGINAL)).obtain(picture, TILE)) is BLOCKED
    assert bench.host.requests == []


def test_an_original_too_large_to_fetch_is_not_asked_for(bench: Bench) -> None:
    picture = replace(PICTURE, thumbnail_url="", original_size=(64 << 20) + 1)
    assert status_of(bench.get(picture)) is ERROR
    assert bench.host.paths() == [AT_BUCKET]


def test_an_original_without_md5_is_shown_but_not_called_verified(bench: Bench) -> None:
    bench.host.answers[AT_ORIGINAL] = Answer(body=ORIGINAL)
    assert isinstance(bench.get(replace(PICTURE, original_md5="")), Thumbnail)
    assert not bench.known().verified


def test_a_thumbnail_is_never_held_against_the_originals_md5(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    assert isinstance(bench.get(), Thumbnail)
    assert not bench.known().verified


def make_due(bench: Bench) -> None:
    bench.ledger.known[PICTURE.image_id] = replace(bench.known(), retry_at=time.time() - 1)


def test_an_error_is_tried_again_ever_later_and_ends(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(400)
    waits = []
    for _ in range(13):
        bench.get()
        waits.append(round((bench.known().retry_at or 0) - time.time(), -1))
        make_due(bench)
    assert waits[:4] == [60, 120, 240, 480]
    assert waits[-1] == DAY_S
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    assert isinstance(bench.get(), Thumbnail)
    assert (bench.known().status, bench.known().failures) == (PictureStatus.FRESH, 0)


def test_a_dead_picture_that_is_back_is_shown(bench: Bench) -> None:
    bench.get()
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    assert status_of(bench.get()) is DEAD
    make_due(bench)
    assert isinstance(bench.get(), Thumbnail)


def test_a_pause_asked_for_marks_no_photo_dead_and_is_kept(bench: Bench) -> None:
    pictures = bench.pictures(3)
    bench.host.answers["/many/0_z.jpg"] = Answer(429, headers={"Retry-After": "40"})
    for picture in pictures:
        outcome = bench.get(picture)
        assert isinstance(outcome, NoThumbnail)
        assert outcome.status is PictureStatus.PENDING
        assert outcome.retry_after_s == pytest.approx(40, abs=5)
    assert [path for path in bench.host.paths() if path.startswith("/many")] == ["/many/0_z.jpg"]
    assert bench.ledger.known == {}


def test_a_pause_holds_for_other_workers_too(bench: Bench) -> None:
    pictures = bench.pictures(2)
    bench.host.answers["/many/0_z.jpg"] = Answer(429)
    bench.get(pictures[0])
    assert status_of(bench.start().obtain(pictures[1], TILE)) is PictureStatus.PENDING
    assert "/many/1_z.jpg" not in bench.host.paths()


def test_a_host_that_is_down_is_soon_left_alone(bench: Bench) -> None:
    pictures = bench.pictures(20)
    service = bench.start(fake_host=replace(bench.host.address, port=1), sources=(Source.THUMBNAIL,))
    statuses = [status_of(service.obtain(picture, TILE)) for picture in pictures]
    assert statuses == [ERROR] * 3 + [PictureStatus.PENDING] * 17
    start = time.monotonic()
    for picture in pictures[3:]:
        service.obtain(picture, TILE)
    assert time.monotonic() - start < 1


def test_a_slow_host_holds_nobody_longer_than_agreed_and_is_done_later(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO, delay_s=1)
    service = bench.start(wait_s=0.3, short_wait_s=0.1, long_waits=1)
    with ThreadPoolExecutor(3) as threads:
        start = time.monotonic()
        waits = [threads.submit(_timed, service, start) for _ in range(3)]
        times = sorted(wait.result() for wait in waits)
    assert times[1] < 0.25
    assert 0.28 < times[2] < 0.8
    assert isinstance(service.obtain(PICTURE, TILE, wait_s=10), Thumbnail)
    assert len(bench.host.requests) == 1


def _timed(service: ThumbnailService, start: float) -> float:
    assert status_of(service.obtain(PICTURE, TILE)) is PictureStatus.PENDING
    return time.monotonic() - start


def test_nobody_waits_long_while_no_host_answers(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "STALLED_AFTER_S", 0.2)
    pictures = bench.pictures(5)
    for path, answer in bench.host.answers.items():
        bench.host.answers[path] = replace(answer, delay_s=2)
    service = bench.start(wait_s=1.5, short_wait_s=1.0, long_waits=1)

    def wait(picture: Picture) -> float:
        start = time.monotonic()
        assert status_of(service.obtain(picture, TILE)) is PictureStatus.PENDING
        return time.monotonic() - start

    with ThreadPoolExecutor(3) as threads:
        first = sorted(threads.map(wait, pictures[:3]))
        assert first[1] < 0.6
        assert 1.4 < first[2] < 2
        occupied = threads.submit(wait, pictures[3])
        time.sleep(0.1)
        assert wait(pictures[4]) < 0.3
        assert occupied.result() > 1.4


def test_a_sign_of_life_ends_a_stall() -> None:
    now = 0.0
    watched = pulse.Pulse(clock=lambda: now)
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
    assert not watched.is_stalled


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


def fill(bench: Bench, tmp_path: Path) -> ThumbnailService:
    (tmp_path / "full").touch()
    return bench.start(cache_folder=tmp_path / "full" / "cache")


def test_a_full_disk_means_serving_uncached(bench: Bench, tmp_path: Path) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    service = fill(bench, tmp_path)
    assert [size_of(service.obtain(PICTURE, TILE)) for _ in range(2)] == [(384, 288)] * 2
    assert len(bench.host.requests) == 2


def test_a_host_is_left_alone_on_a_full_disk_too(bench: Bench, tmp_path: Path) -> None:
    pictures = bench.pictures(2)
    bench.host.answers["/many/0_z.jpg"] = Answer(429)
    service = fill(bench, tmp_path)
    assert [status_of(service.obtain(picture, TILE)) for picture in pictures] == [PictureStatus.PENDING] * 2
    assert "/many/1_z.jpg" not in bench.host.paths()


def test_a_forgotten_picture_is_under_no_address(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    bench.get()
    version = bench.known().version
    assert bench.service.cached(PICTURE.image_id, version, TILE) is not None
    bench.service.forget(PICTURE.image_id)
    assert bench.service.cached(PICTURE.image_id, version, TILE) is None
    assert [path for path in bench.config.cache_folder.rglob("*") if path.is_file() and path.suffix != ".slot"] == []


def test_one_deadline_for_the_whole_fetch(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting, sending and receiving share it: each in time alone is not enough."""
    monkeypatch.setattr(network, "FIRST_BYTE_TIMEOUT_S", 0.3)
    release = threading.Event()
    bench.host.answers[AT_THUMBNAIL] = Answer(raw=lambda handler: release.wait(5))  # type: ignore[arg-type,return-value]
    start = time.monotonic()
    assert status_of(bench.get()) is ERROR
    assert time.monotonic() - start < 2
    release.set()


def test_a_fetch_that_ends_after_its_image_was_taken_down_leaves_nothing_on_disk(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    bench.ledger.withdrawn.add(PICTURE.image_id)
    bench.get()
    assert bench.host.paths() == [AT_THUMBNAIL]
    kept = [path for path in bench.config.cache_folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert [path for path in kept if {"renderings", "sources"} & {*path.parts}] == []
