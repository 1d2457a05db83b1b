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
from browse.sample.painting.closeups import Pattern
from browse.sample.painting.drawing import Drawing
from browse.sample.painting.outlines import box, disc
from browse.sample.painting.paints import Palette
from browse.sample.pictures import KINDS, picture

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


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_scene_names_only_labels_that_exist_and_paints_all_its_kinds(kind) -> None:
    for draw in range(150):
        assert kind(Random(draw)).labels <= set(LOOK_ALIKES)
    for draw in range(4):
        drawing = kind(Random(draw)).drawn(160 + 40 * draw, 200, f"{draw}")
        assert np.asarray(drawing.render()).std() > 3


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
    pattern = next(one for one in map(Pattern, map(Random, range(999))) if {kind, colour} <= one.traits)
    drawing = pattern.drawn(240, 180, "hue")
    hue, saturation, _ = (np.asarray(band, dtype=np.float64) for band in drawing.render().convert("HSV").split())
    turn = 2 * np.pi * hue / 255
    middle = np.angle(np.sum(np.where(saturation > 60, saturation, 0) * np.exp(1j * turn)), deg=True) % 360
    assert (middle - low) % 360 <= (high - low) % 360


def rendered(drawing: Drawing) -> np.ndarray:
    return np.asarray(drawing.render(grain=0)).astype(int)


def test_shapes_are_smooth_at_their_edges_and_stay_in_the_picture() -> None:
    drawing = Drawing(140, 100, "disc")
    sharp = drawing.sharp()
    sharp.fill("#ffffff", disc(70, 50, 30))
    sharp.fill("#ff0000", disc(900, 900, 30))
    seen = rendered(drawing)
    assert seen.shape == (100, 140, 3)
    assert seen[50, 70].min() > 245
    assert seen[50, 10].tolist() == [0, 0, 0]
    assert len(np.unique(seen)) > 5
    assert not (seen[..., 0] > seen[..., 1] + 2).any()


def test_a_drawing_is_measured_in_hundredths_of_its_shorter_side() -> None:
    drawing = Drawing(60, 40, "unit")
    assert (drawing.w, drawing.h) == (150, 100)
    drawing.sharp().fill("#ffffff", box(0, 0, 75, 100))
    assert (rendered(drawing)[20, :, 0] > 128).sum() == 30


def test_the_corners_are_darker_than_the_middle() -> None:
    drawing = Drawing(80, 80, "plain")
    drawing.backdrop("#c8c8c8")
    seen = rendered(drawing)
    assert seen[40, 40].tolist() == [200, 200, 200]
    assert seen[0, 0].max() < 170


def test_gradients_run_through_their_stops() -> None:
    drawing = Drawing(60, 60, "fade")
    drawing.backdrop("fade 0 #000000 #c80000 #0000c8")
    column = rendered(drawing)[:, 30]
    assert column[1].max() < 30
    assert column[30, 0] > 180
    assert column[-4, 2] > 150
    drawing = Drawing(60, 60, "fade")
    _, sharp = drawing.backdrop("fade 90 #000000 #ffffff")
    assert (np.diff(rendered(drawing)[30, 5:55, 0]) >= 0).all()
    sharp.fill("#000000", box(0, 0, 100, 100))
    sharp.fill("glow #ffffff 100", disc(50, 50, 40))
    row = rendered(drawing)[30, :, 0]
    assert row[30] > row[40] > row[50]


def test_hills_darken_downwards_from_their_ridge() -> None:
    drawing = Drawing(100, 100, "land")
    _, sharp = drawing.backdrop("#0000ff")
    drawing.palette.name(rock="#fa0000")
    drawing.hill(sharp, 30, 0, "rock", "rock-80")
    column = rendered(drawing)[:, 50]
    assert column[15, 0] == 0
    assert column[15, 2] > 240
    assert (np.diff(column[36:90, 0]) <= 6).all()
    assert column[36, 0] - column[84, 0] > 120


def test_still_water_mirrors_what_stands_above_it() -> None:
    drawing = Drawing(100, 100, "mirror")
    _, sharp = drawing.backdrop("#141414")
    sharp.fill("#fa503c", box(0, 34, 100, 16))
    drawing.mirror(50, "#000000", 0, ripple=0)
    seen = rendered(drawing)[:, 50, 0]
    assert (seen[53:63] > 200).all()
    assert (seen[76:90] < 60).all()


@pytest.mark.parametrize(
    ("text", "paint"),
    [
        ("#102030", "#102030"),
        ("coat", "#646464"),
        ("coat-50", "#323232"),
        ("coat+100", "#ffffff"),
        ("coat~#c80000/50", "#963232"),
        ("coat-50+100", "#ffffff"),
        ("coat@100", "#4b4b4b"),
        ("coat@0", "#000064"),
        ("coat@100-100", "#000000"),
    ],
)
def test_paints_are_tones_that_may_be_lightened_darkened_mixed_and_lit(text: str, paint: str) -> None:
    palette = Palette(coat=(100, 100, 100), air=(0, 0, 100), near=(0, 0, 0))
    palette.gloom = 0.25
    assert palette.paint(text) == paint


@pytest.mark.parametrize("text", ["sand~coat-16/20", "sand~coat", "coat/20", "coat-", "#12", "coat 20"])
def test_a_color_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a tone with changes"):
        Palette(coat=(0, 0, 0), sand=(9, 9, 9)).color(text)


def test_tones_are_named_by_those_before_them() -> None:
    palette = Palette()
    palette.name(sand="#c8c8c8", wet="sand-50", foam="wet+100")
    assert (palette["wet"], palette["foam"]) == ((100, 100, 100), (255, 255, 255))


def test_a_piece_of_art_stands_where_it_is_placed_in_the_light_of_the_scene() -> None:
    drawing = Drawing(100, 100, "dog")
    _, sharp = drawing.backdrop("#ffffff")
    sharp.art("dog", (50, 80, 40), coat="#0a0a0a", own="coat")
    seen = rendered(drawing)
    dark = np.argwhere(seen.max(axis=2) < 60)
    assert 38 <= dark[:, 0].min() <= 46
    assert 78 <= dark[:, 0].max() <= 84
    assert not (seen.max(axis=2) - seen.min(axis=2) > 12).any()


def test_a_piece_of_art_that_is_part_of_another_stands_in_all_its_places() -> None:
    drawing = Drawing(100, 100, "wings")
    _, sharp = drawing.backdrop("#ffffff")
    sharp.art("butterfly", (50, 50, 40), wing="#c80000")
    seen = rendered(drawing)
    red = seen[..., 0] - seen[..., 1] > 90
    assert 0.9 < red[:, :50].sum() / red[:, 50:].sum() < 1.1
    assert red.sum() > 400
