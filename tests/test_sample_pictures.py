"""The sample's pictures: files as the tables say, the same each time, and true to their labels."""

from __future__ import annotations

import csv
from base64 import b64encode
from functools import lru_cache
from hashlib import md5
from pathlib import Path
from random import Random
from statistics import fmean

import numpy as np
import pytest
from PIL import Image

from browse.sample import write_sample
from browse.sample.labels import LOOK_ALIKES
from browse.sample.painting.canvas import Blend, Canvas, Pen
from browse.sample.painting.graphics import PALETTES, Pattern
from browse.sample.painting.paints import Ball, Fade
from browse.sample.pictures import _DECK, picture

IMAGES = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("sample") / "small"
    write_sample(target, IMAGES, jobs=2)
    return target


@lru_cache(maxsize=IMAGES)
def pixels(number: int) -> np.ndarray:
    return np.asarray(picture(number).image().convert("RGB"), dtype=np.float32)


def test_each_image_has_its_file_with_the_size_and_sum_that_its_row_says(folder: Path) -> None:
    rows = []
    for subset in ("train", "validation"):
        with (folder / f"images_2016_08/{subset}/images.csv").open(encoding="utf-8", newline="") as lines:
            rows += list(csv.DictReader(lines))
    assert {path.name for path in (folder / "images").iterdir()} == {f"{row['ImageID']}.jpg" for row in rows}
    for row in rows:
        content = (folder / "images" / f"{row['ImageID']}.jpg").read_bytes()
        digest = b64encode(md5(content, usedforsecurity=False).digest()).decode()
        assert (int(row["OriginalSize"]), row["OriginalMD5"]) == (len(content), digest)
    assert len({row["OriginalMD5"] for row in rows}) == IMAGES - 1


def test_pictures_are_small_jpeg_files_of_many_shapes(folder: Path) -> None:
    shapes = set()
    for path in (folder / "images").iterdir():
        with Image.open(path) as image:
            assert image.format == "JPEG"
            assert max(image.size) <= 640
            shapes.add(round(image.width / image.height, 1))
    assert len(shapes) >= 8
    assert min(shapes) < 0.5
    assert max(shapes) > 2
    total = sum(path.stat().st_size for path in (folder / "images").iterdir())
    assert total / IMAGES < 25_000_000 / 600


@pytest.mark.parametrize("number", [0, 7, 23, 41])
def test_a_picture_drawn_here_equals_the_one_that_another_process_drew(folder: Path, number: int) -> None:
    one = picture(number)
    assert one.jpeg() == (folder / "images" / f"{one.image_id}.jpg").read_bytes()


@pytest.mark.parametrize(("number", "first"), [(59, 46), (179, 164), (133, 131), (134, 131)])
def test_copies_have_the_scene_of_the_first(number: int, first: int) -> None:
    copy, original = picture(number), picture(first)
    assert copy.image_id != original.image_id
    assert (copy.seed, copy.scene, copy.size, copy.grey) == (
        original.seed,
        original.scene,
        original.size,
        original.grey,
    )


@pytest.mark.parametrize("kind", sorted(set(_DECK), key=str), ids=lambda kind: kind.__name__)
def test_every_scene_names_only_labels_that_exist_and_paints_all_its_kinds(kind) -> None:
    for draw in range(150):
        assert kind.plan(Random(draw)).labels <= set(LOOK_ALIKES)
    for draw in range(4):
        canvas = Canvas(160 + 40 * draw, 200, f"{draw}")
        kind.plan(Random(draw)).paint(canvas)
        assert np.asarray(canvas.finish()).std() > 3


def test_night_pictures_are_darker_than_those_of_the_day() -> None:
    labels = {number: picture(number).labels for number in range(IMAGES)}
    night = [pixels(number).mean() for number in labels if "night" in labels[number]]
    day = [pixels(number).mean() for number in labels if "daytime" in labels[number]]
    assert min(len(night), len(day)) >= 5
    assert fmean(night) < 0.55 * fmean(day)


def test_grey_pictures_are_labelled_and_have_no_colour() -> None:
    grey = [one for one in map(picture, range(IMAGES)) if one.grey]
    assert grey
    for one in grey:
        assert one.image().mode == "L"
        assert "black and white" in one.labels
        assert not one.labels & {"red", "green", "blue", "pink"}


@pytest.mark.parametrize(
    ("colour", "low", "high"),
    [("red", 340, 30), ("orange (colour)", 15, 45), ("yellow", 30, 65), ("green", 70, 165), ("blue", 190, 240),
     ("purple", 255, 310), ("pink", 320, 360)],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["dots", "hexagons", "stripes"])
def test_a_pattern_has_the_colour_that_its_label_names(colour: str, low: int, high: int, kind: str) -> None:
    canvas = Canvas(240, 180, "hue")
    Pattern(kind, colour).paint(canvas)
    hue, saturation, _ = (np.asarray(band, dtype=np.float64) for band in canvas.finish().convert("HSV").split())
    turn = 2 * np.pi * hue / 255
    middle = np.angle(np.sum(np.where(saturation > 60, saturation, 0) * np.exp(1j * turn)), deg=True) % 360
    assert (middle - low) % 360 <= (high - low) % 360
    assert colour in PALETTES


def test_shapes_are_smooth_at_their_edges_and_stay_in_the_picture() -> None:
    canvas = Canvas(40, 30, "disc")
    canvas.fill(Pen().ellipse(38, 15, 10), (255, 255, 255))
    canvas.fill(Pen().ellipse(500, 500, 10), (255, 0, 0))
    seen = np.asarray(canvas.image)
    assert seen.shape == (30, 40, 3)
    assert seen[15, 38].tolist() == [255, 255, 255]
    assert seen[15, 10].tolist() == [0, 0, 0]
    assert len(np.unique(seen)) > 3
    assert not (seen[..., 0] > seen[..., 1]).any()


def test_what_is_cut_out_stays_as_it_was() -> None:
    canvas = Canvas(40, 40, "ring")
    canvas.fill(Pen().ring(20, 20, 15, 5), (200, 100, 50))
    seen = np.asarray(canvas.image)
    assert seen[20, 20].tolist() == [0, 0, 0]
    assert seen[20, 7].tolist() == [200, 100, 50]


def test_gradients_run_through_their_stops() -> None:
    canvas = Canvas(30, 30, "fade")
    canvas.backdrop(Fade(((0, 0, 0), (100, 0, 0), (0, 0, 200))))
    column = np.asarray(canvas.image)[:, 5]
    assert column[0].tolist() == [0, 0, 0] or column[0].max() < 8
    assert column[15, 0] > 90
    assert column[-1, 2] > 190
    canvas.backdrop(Fade(((0, 0, 0), (255, 255, 255)), angle=90))
    row = np.asarray(canvas.image)[10, :, 0].astype(int)
    assert (np.diff(row) >= 0).all()
    canvas.fill(Pen().ellipse(15, 15, 12), Ball(((255, 255, 255), (0, 0, 0)), focus=(0.5, 0.5)))
    assert np.asarray(canvas.image)[15, 15, 0] > np.asarray(canvas.image)[15, 24, 0]


def test_light_brightens_and_shade_darkens() -> None:
    for blend, compare in ((Blend.LIGHT, np.greater_equal), (Blend.DARKEN, np.less_equal)):
        canvas = Canvas(20, 20, "blend")
        canvas.backdrop((100, 120, 140))
        before = np.asarray(canvas.image).copy()
        canvas.fill(Pen().rectangle(0, 0, 20, 20), (90, 90, 90), blend=blend)
        after = np.asarray(canvas.image)
        assert compare(after, before).all()
        assert (after != before).any()


def test_still_water_mirrors_what_stands_above_it() -> None:
    canvas = Canvas(60, 60, "mirror")
    canvas.backdrop((20, 20, 20))
    canvas.backdrop((250, 80, 60), 20, 30)
    canvas.mirror(30, ripple=0, tint=(0, 0, 0), strength=0)
    seen = np.asarray(canvas.image)[:, 30, 0]
    assert (seen[32:38] > 200).all()
    assert (seen[46:] < 60).all()
