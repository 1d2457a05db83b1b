"""What failures come to: which state, until when, and what is shown meanwhile."""

from __future__ import annotations

import errno
import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from browse.domain.picture_status import PictureStatus
from browse.thumbnails.outcomes import NoThumbnail, Thumbnail
from browse.thumbnails.rendering import Output
from browse.thumbnails.sources import Source
from tests.thumbnails.fake_host import Answer, photo
from tests.thumbnails.serving import (
    AT_BUCKET,
    AT_ORIGINAL,
    AT_THUMBNAIL,
    ORIGINAL,
    PHOTO,
    PICTURE,
    TILE,
    Bench,
    make_due,
    status_of,
)

DAY_S = 86_400
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


SMALL = Output(192, "jpeg")
MEMORY = Path("/proc/self/mem")
"""Can be opened, and reading its beginning is an input/output error."""


def lose_source(bench: Bench) -> None:
    """The source that other sizes are made from leaves the cache."""
    bench.service.cache.source_path(PICTURE.image_id, bench.known().version).unlink()


def test_what_was_rendered_is_shown_also_when_another_size_cannot_be_had(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    shown, before = bench.get(), bench.known()
    lose_source(bench)
    bench.host.answers[AT_THUMBNAIL] = Answer(503)
    assert status_of(bench.get(output=SMALL)) is ERROR
    asked = len(bench.host.requests)
    assert status_of(bench.get(output=SMALL)) is ERROR
    assert bench.get() == shown
    assert len(bench.host.requests) == asked
    after = bench.known()
    assert (after.status, after.source, after.version) == (ERROR, before.source, before.version)
    assert after.retry_at == pytest.approx(time.time() + 60, abs=20)


def recheck(bench: Bench) -> None:
    """As the administration does: the picture is to be looked for again."""
    bench.ledger.record(PICTURE.image_id, replace(bench.known(), status=PictureStatus.PENDING, retry_at=None))


def test_a_recheck_while_the_host_is_in_trouble_loses_no_picture(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    shown = bench.get()
    bench.host.answers[AT_THUMBNAIL] = Answer(503)
    recheck(bench)
    asked = len(bench.host.requests)
    assert bench.get() == shown
    assert len(bench.host.requests) > asked
    assert bench.known().status is ERROR
    asked = len(bench.host.requests)
    assert bench.get() == shown
    assert len(bench.host.requests) == asked


def test_what_a_picture_showed_before_it_was_another_is_seen_no_longer(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    bench.get()
    before = bench.known().version
    bench.host.answers[AT_THUMBNAIL] = Answer(body=photo(320, 200))
    recheck(bench)
    assert isinstance(bench.get(), Thumbnail)
    assert bench.known().version != before
    assert bench.service.cached(PICTURE.image_id, before, TILE) is None
    assert bench.service.cached(PICTURE.image_id, bench.known().version, TILE) is not None


def test_what_is_kept_of_a_picture_of_which_nothing_is_known_goes_when_it_is_gone(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    bench.get()
    before = bench.ledger.known.pop(PICTURE.image_id)
    bench.host.answers[AT_THUMBNAIL] = Answer(404)
    assert status_of(bench.get()) is DEAD
    assert bench.service.cached(PICTURE.image_id, before.version, TILE) is None


@pytest.mark.parametrize("is_rechecked", [False, True])
@pytest.mark.parametrize("answer", [404, 410, 403, 302])
def test_a_picture_that_is_gone_from_its_source_is_shown_no_longer(
    answer: int, is_rechecked: bool, bench: Bench
) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    bench.get()
    before = bench.known()
    lose_source(bench)
    if is_rechecked:
        recheck(bench)
    bench.host.answers[AT_THUMBNAIL] = Answer(answer)
    for output in (SMALL, TILE):
        assert status_of(bench.get(output=output)) is DEAD
    assert bench.service.cached(PICTURE.image_id, before.version, TILE) is None
    after = bench.known()
    assert (after.version, after.width, after.height) == ("", before.width, before.height)
    assert after.retry_at == pytest.approx(time.time() + 30 * DAY_S, abs=20)


def test_a_picture_that_changed_at_its_source_is_shown_no_longer(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    bench.get()
    lose_source(bench)
    bench.host.answers |= {AT_THUMBNAIL: Answer(404), AT_ORIGINAL: Answer(body=ORIGINAL + b"x")}
    for output in (SMALL, TILE):
        assert status_of(bench.get(output=output)) is MISMATCH
    assert bench.known().version == ""


def test_a_source_that_is_the_same_as_before_counts_as_checked(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    bench.get()
    lose_source(bench)
    before, recorded = bench.known(), bench.ledger.recorded
    assert isinstance(bench.get(output=SMALL), Thumbnail)
    assert (bench.known(), bench.ledger.recorded) == (before, recorded + 1)


def test_a_file_in_the_folder_is_shown_whatever_is_known_of_the_sources(bench: Bench, tmp_path: Path) -> None:
    assert status_of(bench.get()) is DEAD
    asked = len(bench.host.requests)
    (tmp_path / "images" / f"{PICTURE.image_id}.jpg").write_bytes(PHOTO)
    assert isinstance(bench.get(), Thumbnail)
    assert (bench.known().status, bench.known().source) == (PictureStatus.FRESH, Source.LOCAL)
    assert len(bench.host.requests) == asked


def test_a_bad_file_in_the_folder_has_no_source_asked_again(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "images" / f"{PICTURE.image_id}.jpg").write_bytes(b"no picture")
    assert status_of(bench.get()) is ERROR
    asked = len(bench.host.requests)
    assert status_of(bench.get()) is ERROR
    assert len(bench.host.requests) == asked


@pytest.mark.skipif(not MEMORY.exists(), reason="There is no file here whose reading fails.")
def test_a_file_that_cannot_be_read_is_a_failure_like_others(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "images" / f"{PICTURE.image_id}.jpg").symlink_to(MEMORY)
    assert status_of(bench.start(sources=(Source.LOCAL,)).obtain(PICTURE, TILE)) is ERROR
    assert os.strerror(errno.EIO) in bench.known().reason


def test_a_folder_by_the_name_of_a_picture_is_passed_over(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "images" / f"{PICTURE.image_id}.jpg").mkdir()
    assert status_of(bench.get()) is DEAD


def test_a_decoder_that_cannot_be_started_says_nothing_of_the_picture(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", fails)
        assert status_of(bench.get()) is PictureStatus.PENDING
    assert bench.ledger.known == {}
    assert isinstance(bench.get(), Thumbnail)
