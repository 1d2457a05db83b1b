"""From a picture's row to its thumbnail: which source, and what is kept."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from browse.domain.picture_status import PictureStatus
from browse.thumbnails.outcomes import NoThumbnail, Thumbnail
from browse.thumbnails.rendering import Output
from browse.thumbnails.service import ThumbnailService
from browse.thumbnails.sources import Source
from browse.thumbnails.urls import BUCKET_HOST
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
    size_of,
    status_of,
)


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


AT_VALIDATION, AT_TEST = (f"/{subset}/{PICTURE.image_id}.jpg" for subset in ("validation", "test"))


@pytest.mark.parametrize(
    ("subset", "held", "asked"),
    [
        ("validation", AT_VALIDATION, [AT_VALIDATION]),
        ("validation", AT_TEST, [AT_VALIDATION, AT_TEST]),
        ("validation", AT_BUCKET, [AT_VALIDATION, AT_TEST]),
        ("test", AT_VALIDATION, [AT_TEST]),
        ("train", AT_TEST, [AT_BUCKET]),
    ],
)
def test_the_bucket_is_asked_for_a_validation_image_under_test_too(
    subset: str, held: str, asked: list[str], bench: Bench
) -> None:
    bench.host.answers[held] = Answer(body=PHOTO)
    outcome = bench.start(sources=(Source.BUCKET,)).obtain(replace(PICTURE, subset=subset), TILE)
    assert bench.host.paths() == asked
    assert isinstance(outcome, Thumbnail if held == asked[-1] else NoThumbnail)


def test_a_bucket_in_trouble_is_not_asked_for_another_subset(bench: Bench) -> None:
    bench.host.answers |= {AT_VALIDATION: Answer(503), AT_TEST: Answer(body=PHOTO)}
    outcome = bench.start(sources=(Source.BUCKET,)).obtain(replace(PICTURE, subset="validation"), TILE)
    assert isinstance(outcome, NoThumbnail)
    assert bench.host.paths() == [AT_VALIDATION]


@pytest.mark.parametrize("name", ["test/{id}.jpg", "test/data/{id}.jpg", "test_0/{id}.JPG", "validation/{id}.jpg"])
def test_validation_images_are_found_in_a_local_folder_of_test_images(name: str, bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "images" / name.format(id=PICTURE.image_id)
    path.parent.mkdir(parents=True)
    path.write_bytes(photo(100, 50))
    assert size_of(bench.get(replace(PICTURE, subset="validation"))) == (100, 50)
    assert isinstance(bench.get(replace(PICTURE, image_id="00006000000000ff")), NoThumbnail)


@pytest.mark.parametrize("ending", ["JPG", "jpeg", "JPEG", "PNG"])
def test_local_files_are_found_by_any_usual_ending(ending: str, bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "images" / "train" / f"{PICTURE.image_id}.{ending}"
    path.parent.mkdir()
    path.write_bytes(photo(100, 50, encoding="PNG" if ending == "PNG" else "JPEG"))
    assert size_of(bench.get()) == (100, 50)
    assert bench.host.requests == []


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
    assert outcome.words == "Picture not available here"
    assert NoThumbnail(PictureStatus.PENDING, "", 60).words == PictureStatus.PENDING.words == "Picture not loaded yet"
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


def test_a_fetch_that_ends_after_its_image_was_taken_down_leaves_nothing_on_disk(bench: Bench) -> None:
    bench.host.answers[AT_THUMBNAIL] = Answer(body=PHOTO)
    bench.ledger.withdrawn.add(PICTURE.image_id)
    bench.get()
    assert bench.host.paths() == [AT_THUMBNAIL]
    kept = [path for path in bench.config.cache_folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert [path for path in kept if {"renderings", "sources"} & {*path.parts}] == []
