"""Sets with pictures of a host on loopback: which land, which do not and why, whatever is killed meanwhile."""

from __future__ import annotations

import base64
import hashlib
import json
import tarfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from shutil import disk_usage
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image as PillowImage
from pytest_django import Settings

from browse.domain.image_ids import image_id_from_key, key_from_image_id
from browse.models import DatasetState, Hiding, Image, PictureState
from browse.models.roles import REVIEWER, make_groups
from browse.search import current_engine
from browse.sets import fetch
from browse.sets.build import build_set
from browse.sets.errors import DataChangedError, SetError
from browse.sets.formats.registry import FORMATS
from browse.sets.packed import unpacked
from browse.sets.reading import query_reader
from browse.sets.recipe_reader import recipe_of
from browse.sets.site_builds import _Speed, build_waiting
from browse.thumbnails.fetching import Fetcher
from tests import datasets
from tests.html import tree
from tests.sets.thirty_pictures import (
    BAD,
    GOOD,
    IDS,
    MANY,
    PHOTOS,
    RAN_OUT,
    RECIPE,
    STALLS,
    asked_for,
    files_of,
    path_of,
    quiet,
    rows,
    stalls_once,
)
from tests.thumbnails.fake_host import Answer, PictureHost, photo

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("small_batches", "quick_rests")]


@pytest.fixture
def quick_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host's pauses are short, and so is what it has for an answer."""
    monkeypatch.setattr(fetch, "_REPORT_EVERY_S", 0)
    monkeypatch.setattr(fetch, "LONGEST_REST_S", 0.05)
    monkeypatch.setattr(fetch, "MOST_RESTED_S", 30.0)
    monkeypatch.setattr(Fetcher, "_timeout_s", lambda self, place: 0.4 if RAN_OUT in place.url.target else 60.0)
    monkeypatch.setattr("browse.thumbnails.download._retry_after_s", lambda headers: 0.05)
    monkeypatch.setattr("browse.thumbnails.breaker.FIRST_PAUSE_S", 0.1)


@pytest.fixture
def data(proxied: PictureHost, settings: Settings, tmp_path: Path) -> PictureHost:
    """Thirty images, and a host that has most of their originals."""
    settings.INDEX_DIR = tmp_path / "index"
    settings.THUMBNAIL_SOURCES = ["local", "thumbnail", "bucket", "original"]
    datasets.load(MANY, settings.INDEX_DIR)
    for image in Image.objects.all():
        image_id = image_id_from_key(image.pk)
        body = PHOTOS[image_id]
        image.original_url = f"https://farm1.staticflickr.com{path_of(image_id)}"
        image.original_size = len(body)
        image.original_md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
        if image_id == IDS[9]:
            image.original_url = "https://example.org/elsewhere.jpg"
        if image_id == IDS[10]:
            image.original_md5 = ""
        image.save()
        proxied.answers[path_of(image_id)] = BAD[image_id][0] if image_id in BAD else Answer(body=body)
    return proxied


Report = Callable[[str, int, int], None]


def built(folder: Path, report: Report = quiet, *, retry: bool = False, formats: str = "csv", **parts: Any) -> Path:
    recipe = recipe_of(RECIPE | parts, query_reader(current_engine()))
    build_set(recipe, folder, tuple(formats.split()), report, retry=retry)
    return folder


def test_good_pictures_land_and_each_other_one_is_left_out_with_its_reason(data: PictureHost, tmp_path: Path) -> None:
    folder = built(tmp_path / "set")
    assert {path.name: path.read_bytes() for path in (folder / "data").iterdir()} == {
        f"{image_id}.jpg": PHOTOS[image_id] for image_id in GOOD
    }
    excluded = rows(folder, "excluded.csv")
    wanted = {one: (reason, words) for one, (_, reason, words) in BAD.items()}
    wanted |= {IDS[9]: ("blocked", "example.org"), IDS[10]: ("error", "no MD5")}
    assert {one: row["reason"] for one, row in excluded.items()} == {one: reason for one, (reason, _) in wanted.items()}
    assert {one: words for one, (_, words) in wanted.items() if words not in excluded[one]["detail"]} == {}
    assert sorted(rows(folder, "images.csv")) == GOOD
    listed = rows(folder, "pictures.csv")
    assert {one: row["sha256"] for one, row in listed.items()} == {
        one: hashlib.sha256(PHOTOS[one]).hexdigest() for one in GOOD
    }
    assert {(row["width"], row["height"]) for row in listed.values()} == {("64", "48")}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["pictures"] == {
        "wanted": {"kind": "original"},
        "got": len(GOOD),
        "bytes": sum(len(PHOTOS[one]) for one in GOOD),
        "not_got": {"mismatch": 2, "dead": 2, "blocked": 1, "error": 4},
    }
    assert manifest["counts"]["images"] == len(GOOD)
    assert {path.name for path in folder.rglob(".*")} == set()


def test_what_stalls_ends_in_time_and_is_asked_for_once_more(
    data: PictureHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last one stalls only once, and lands."""
    stalls = STALLS | {IDS[15]: stalls_once(PHOTOS[IDS[15]])}
    data.answers |= {path_of(one): answer for one, answer in stalls.items()}
    for one in BAD:
        data.answers[path_of(one)] = Answer(body=PHOTOS[one])
    paths = {path_of(one) for one in stalls}
    monkeypatch.setattr(Fetcher, "_timeout_s", lambda self, place: 2.0 if place.url.target in paths else 60.0)
    folder = built(tmp_path / "set")
    excluded = rows(folder, "excluded.csv")
    assert excluded.keys() == {*STALLS, IDS[9], IDS[10]}
    assert {(excluded[one]["reason"], excluded[one]["detail"]) for one in STALLS} == {
        ("error", "The picture's host did not respond completely in time.")
    }
    assert {one for one, times in asked_for(data).items() if times > 1} == {*stalls}


def test_a_build_over_silent_hosts_does_not_wait_for_each_picture_anew(
    data: PictureHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests, rest = Counter[str](), fetch._Asker._rest

    def counted(asker: fetch._Asker, seconds: float) -> float:
        rests["all"] += 1
        return rest(asker, seconds)

    monkeypatch.setattr(fetch._Asker, "_rest", counted)
    monkeypatch.setattr(fetch, "MOST_RESTED_S", 1.0)
    monkeypatch.setattr("browse.thumbnails.breaker.FIRST_PAUSE_S", 600.0)
    data.close()
    with pytest.raises(SetError, match="no picture could be had"):
        built(tmp_path / "set")
    of_one = 1.0 / fetch.LONGEST_REST_S
    assert rests["all"] <= (fetch.JOBS + 1) * of_one


class KilledError(BaseException):
    """Stands for SIGKILL: nothing catches it."""


def killed_after(number: int) -> Report:
    def report(what: str, done: int, total: int) -> None:
        if what == fetch.DOING and done >= number:
            raise KilledError

    return report


def test_killed_thrice_no_good_picture_is_fetched_twice(data: PictureHost, tmp_path: Path) -> None:
    for number in (1, 9, 16):
        with pytest.raises(KilledError):
            built(tmp_path / "set", killed_after(number))
        assert not (tmp_path / "set").exists()
    folder = built(tmp_path / "set")
    assert {one: asked_for(data)[one] for one in GOOD} == dict.fromkeys(GOOD, 1)
    assert all(asked_for(data)[one] <= 1 for one in (IDS[1], IDS[2], IDS[3]))
    PictureState.objects.all().delete()
    assert files_of(built(tmp_path / "again")) == files_of(folder)


def test_those_that_failed_are_asked_for_again_where_that_is_wanted(data: PictureHost, tmp_path: Path) -> None:
    folder = built(tmp_path / "set")
    before = asked_for(data)
    for one in BAD:
        data.answers[path_of(one)] = Answer(body=PHOTOS[one])
    with pytest.raises(SetError, match="has this set already"):
        built(folder)
    with pytest.raises(SetError, match="another recipe"):
        built(folder, retry=True, pairs="every")
    with pytest.raises(KilledError):
        built(folder, killed_after(len(GOOD) + 4), retry=True)
    built(folder, retry=True)
    again = asked_for(data) - before
    assert {*again} == {*BAD}
    assert {one["reason"] for one in rows(folder, "excluded.csv").values()} == {"blocked", "error"}
    assert len([*(folder / "data").iterdir()]) == len(GOOD) + len(BAD)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_rendered_pictures_have_no_metadata_and_the_side_that_was_asked_for(data: PictureHost, tmp_path: Path) -> None:
    body = photo(640, 480, exif=b"Exif\0\0" + PillowImage.Exif().tobytes())
    for one in BAD:
        data.answers[path_of(one)] = Answer(404)
    for one in IDS[:4]:
        data.answers[f"/train/{one}.jpg"] = Answer(body=body)
    folder = built(tmp_path / "set", images="subset=train", pictures={"kind": "rendered", "side": 200})
    sizes = {row["image_id"]: (row["width"], row["height"]) for row in rows(folder, "pictures.csv").values()}
    assert {sizes[one] for one in IDS[:4]} == {("200", "150")}
    with PillowImage.open(folder / "data" / f"{IDS[0]}.jpg") as picture:
        assert (picture.size, dict(picture.getexif())) == ((200, 150), {})
    assert rows(folder, "excluded.csv")[IDS[5]]["reason"] == "dead"
    assert json.loads((folder / "manifest.json").read_text())["pictures"]["wanted"] == {"kind": "rendered", "side": 200}


def test_rows_are_those_of_the_set_without_pictures_but_the_missing_ones(data: PictureHost, tmp_path: Path) -> None:
    with_pictures, without = built(tmp_path / "set"), built(tmp_path / "none", pictures="none")
    left_out = rows(with_pictures, "excluded.csv")
    for name in ("images.csv", "pairs.csv"):
        lines = (without / name).read_text().splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(tuple(f'"{one}' for one in left_out))]
        assert (with_pictures / name).read_text() == "".join(kept)


def test_sums_are_of_pictures_too(data: PictureHost, tmp_path: Path) -> None:
    files = files_of(built(tmp_path / "set"))
    sums = dict(reversed(line.split("  ")) for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert sorted(files["files.txt"].decode().split()) == sorted([*files, "SHA256SUMS"])


def test_a_disk_that_is_too_small_is_named_before_anything_is_fetched(
    data: PictureHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = sum(map(len, PHOTOS.values()))
    free = disk_usage(tmp_path)._replace(free=2 * wanted)
    monkeypatch.setattr("shutil.disk_usage", lambda place: free)
    with pytest.raises(SetError, match=f"about {3 * wanted:,} bytes wanted, {2 * wanted:,} free"):
        built(tmp_path / "set", formats="huggingface webdataset")
    assert data.requests == []
    built(tmp_path / "set", formats="csv")


def test_a_site_that_fetches_no_originals_says_so(data: PictureHost, tmp_path: Path, settings: Settings) -> None:
    settings.THUMBNAILS = "local"
    with pytest.raises(SetError, match="this site fetches none of these and has no picture folder"):
        built(tmp_path / "set")
    settings.OPENIMAGES_IMAGE_ROOT = tmp_path / "pictures"
    settings.OPENIMAGES_IMAGE_ROOT.mkdir()
    (settings.OPENIMAGES_IMAGE_ROOT / f"{IDS[0]}.jpg").write_bytes(PHOTOS[IDS[0]])
    assert [*rows(built(tmp_path / "set"), "images.csv")] == [IDS[0]]
    assert data.requests == []


def test_no_picture_at_all(data: PictureHost, tmp_path: Path) -> None:
    data.answers.clear()
    with pytest.raises(SetError, match="no picture could be had, so there is nothing to write"):
        built(tmp_path / "set")


def test_what_is_taken_down_meanwhile_ends_the_build_and_goes_with_the_next(data: PictureHost, tmp_path: Path) -> None:
    def take_down(what: str, done: int, total: int) -> None:
        if what != fetch.DOING and done and not Hiding.objects.exists():
            Hiding.objects.create(image_key=key_from_image_id(IDS[0]), hidden=True)
            DatasetState.objects.update(revision=1)

    with pytest.raises(DataChangedError, match="taken down"):
        built(tmp_path / "set", take_down)
    folder = built(tmp_path / "set")
    assert not (folder / "data" / f"{IDS[0]}.jpg").exists()
    assert not any(IDS[0].encode() in content for content in files_of(folder).values())


def test_the_command_says_which_pictures(data: PictureHost, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(RECIPE | {"pictures": "none"}))
    call_command("build_set", path, tmp_path / "set", "--format", "csv", "--pictures", "original")
    assert f"pictures: {len(GOOD)}, " in capsys.readouterr().out
    with pytest.raises(CommandError, match=r"--pictures\.side: must be a whole number from 32"):
        call_command("build_set", path, tmp_path / "other", "--pictures", "rendered", "--side", "7")
    with pytest.raises(CommandError, match=r"--pictures\.side: has no effect"):
        call_command("build_set", path, tmp_path / "other", "--pictures", "original", "--side", "70")


@pytest.fixture
def formats(data: PictureHost, tmp_path: Path) -> Path:
    """A set with pictures in every format."""
    return built(tmp_path / "set", formats=" ".join(name for name in FORMATS if name != "yolo"))


def test_each_format_holds_or_points_to_the_pictures(formats: Path, data: PictureHost) -> None:
    held = {}
    for path in (formats / "data").glob("*.parquet"):
        table = pq.read_table(path)
        assert json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]["image"] == {"_type": "Image"}
        for row in table.select(["image_id", "image"]).to_pylist():
            held[row["image_id"]] = row["image"]
    assert held == {one: {"bytes": PHOTOS[one], "path": f"{one}.jpg"} for one in GOOD}
    pointed = []
    for path in (formats / "annotations").glob("labels_*.json"):
        for one in json.loads(path.read_bytes())["images"]:
            assert (formats / one["file_name"]).read_bytes() == PHOTOS[one["image_id"]]
            assert (one["width"], one["height"]) == (64, 48)
            pointed.append(one["image_id"])
    assert sorted(pointed) == GOOD
    samples = json.loads((formats / "samples.json").read_bytes())["samples"]
    assert {one["image_id"]: (formats / one["filepath"]).read_bytes() for one in samples} == {
        one: PHOTOS[one] for one in GOOD
    }
    assert "`data/` has 21 pictures: the originals" in (formats / "README.md").read_text()
    _check_tars(formats)
    PictureState.objects.all().delete()
    again = built(formats.parent / "again", formats=" ".join(name for name in FORMATS if name != "yolo"))
    assert files_of(again) == files_of(formats)


def _check_tars(folder: Path) -> None:
    """Each sample is a picture, its row and pairs, and its credit; nothing says when or by whom it was made."""
    images, seen = rows(folder, "images.csv"), []
    for path in sorted(folder.glob("*.tar")):
        assert path.read_bytes()[257:265] == b"ustar\x0000"
        with tarfile.open(path) as tar:
            members = {one.name: one for one in tar}
            content = {name: tar.extractfile(one).read() for name, one in members.items()}  # type: ignore[union-attr]
        assert {(one.mtime, one.uid, one.gid, one.uname, one.mode) for one in members.values()} == {
            (0, 0, 0, "", 0o644)
        }
        for number, name in enumerate(content):
            image_id, ending = name.split(".")
            assert ending == ("jpg", "json", "txt")[number % 3]
        for image_id in dict.fromkeys(name.partition(".")[0] for name in content):
            assert content[f"{image_id}.jpg"] == PHOTOS[image_id]
            assert content[f"{image_id}.txt"].decode() == images[image_id]["attribution"] + "\n" != "\n"
            sample = json.loads(content[f"{image_id}.json"])
            assert (sample["split"], path.name.partition("-")[0]) == (images[image_id]["split"],) * 2
            assert sample["labels"][0]["target"] == len(sample["positive"]) == 1
            seen.append(image_id)
    assert sorted(seen) == GOOD


@pytest.mark.parametrize("formats", ["webdataset", "huggingface", "huggingface webdataset"])
def test_pictures_are_kept_once_where_files_of_the_formats_hold_them(
    data: PictureHost, tmp_path: Path, formats: str
) -> None:
    folder = built(tmp_path / "set", formats=formats)
    assert dict(unpacked(folder)) == {f"{one}.jpg": PHOTOS[one] for one in GOOD}
    assert [*folder.glob("data/*.jpg")] == []
    assert {row["file_name"] for row in rows(folder, "pictures.csv").values()} == {f"{one}.jpg" for one in GOOD}
    files = files_of(folder)
    sums = dict(reversed(line.split("  ")) for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    before = asked_for(data)
    data.answers[path_of(IDS[1])] = Answer(body=PHOTOS[IDS[1]])
    built(folder, retry=True, formats=formats)
    assert (asked_for(data) - before).keys() <= {*BAD}
    assert {name for name, _ in unpacked(folder)} == {f"{one}.jpg" for one in (*GOOD, IDS[1])}
    built(folder, retry=True, formats="csv")
    assert len([*folder.glob("data/*.jpg")]) == len(GOOD) + 1


def test_a_reviewer_has_one_built_and_its_page_says_so(
    data: PictureHost, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "site"
    make_groups(apps)
    user = User.objects.create_user("rev")
    user.groups.add(Group.objects.get(name=REVIEWER))
    client.force_login(user)
    address = client.post("/sets", {"recipe": json.dumps(RECIPE), "format": "csv"})["Location"]
    assert build_waiting() == 1
    page = tree(client.get(address).text)
    assert f"{len(GOOD)} pictures, " in page.text
    assert "; 9 missing." in page.text
    said = [" ".join(line.split()) for line in page.words_of(".set-left-out li")]
    assert "2 whose picture is no longer at its source" in said
    assert not [name for name in page.words_of(".table th a[download]") if name.startswith("data/")]
    picture = client.get(f"{address}/files/data/{GOOD[0]}.jpg")
    assert (picture["Content-Type"], b"".join(picture)) == ("image/jpeg", PHOTOS[GOOD[0]])
    listed = client.get(f"/api{address}").json()["files"]
    assert not [name for name in listed if "/data/" in name]


def test_the_speed_of_a_build_is_told() -> None:
    now = [0.0]
    speed = _Speed(lambda: now[0])
    assert speed.words("fetch pictures", 10, 1000) == ""
    now[0] = 20.0
    assert speed.words("fetch pictures", 110, 1000) == " (5.0 per second, 3 min left)"
    assert speed.words("write images", 0, 1000) == ""
    now[0] = 1020.0
    assert speed.words("write images", 1, 1000) == " (0.0 per second, 278 h left)"
