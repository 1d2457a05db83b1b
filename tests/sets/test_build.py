"""Sets in their folders: every format has the rows of plain Python, whatever was killed or changed meanwhile."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from browse.domain.image_ids import key_from_image_id
from browse.models import DatasetState, Hiding, Verdict
from browse.search import current_engine
from browse.sets.build import build_set
from browse.sets.errors import DataChangedError, SetError
from browse.sets.formats import fiftyone
from browse.sets.formats.output import Output
from browse.sets.formats.registry import FORMATS
from browse.sets.pictures import JOURNAL
from browse.sets.reading import query_reader
from browse.sets.recipe import Recipe
from browse.sets.recipe_reader import recipe_of
from tests.datasets import BEACH, CAT, DOG, EXAMPLE, FIVE, NAMES, ONE, SEA, SIX, TWO
from tests.facets.brute import BruteForce, merge
from tests.sets.brute import Plain, Row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("generation", "small_batches")]

RECIPE = {"labels": [{"mid": mid, "at": 0.6} for mid in (DOG, CAT, BEACH, SEA)], "splits": {"seed": 5}}
WITHOUT_PICTURES = tuple(name for name in FORMATS if name not in ("webdataset", "yolo"))
CURATOR = "a-curators-name"
Folder = dict[str, bytes]


def quiet(what: str, done: int, total: int) -> None:
    """No progress is told."""


def recipe(**parts: Any) -> Recipe:
    return recipe_of(RECIPE | parts, query_reader(current_engine()))


def built(folder: Path, report: Callable[[str, int, int], None] = quiet, **parts: Any) -> Folder:
    """A set in every format that needs no pictures, as the bytes of its files."""
    build_set(recipe(**parts), folder, WITHOUT_PICTURES, report)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows_of_csv(folder: Path) -> dict[str, Row]:
    with (folder / "images.csv").open() as images, (folder / "pairs.csv").open() as pairs:
        found: dict[str, Row] = {row["image_id"]: (row["split"], {}) for row in csv.DictReader(images)}
        for row in csv.DictReader(pairs):
            target = int(row["target"]) if row["target"] else None
            found[row["image_id"]][1][row["mid"]] = row["state"], round(100 * float(row["confidence"])), target
    return found


def rows_of_parquet(folder: Path) -> dict[str, Row]:
    images, pairs = (pq.read_table(folder / name).to_pylist() for name in ("images", "pairs"))
    found: dict[str, Row] = {row["image_id"]: (row["split"], {}) for row in images}
    for row in pairs:
        found[row["image_id"]][1][row["mid"]] = row["state"], round(100 * row["confidence"]), row["target"]
    return found


def rows_of_huggingface(folder: Path) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for path in (folder / "data").glob("*.parquet"):
        table = pq.read_table(path)
        features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
        names = features["positive"][0]["names"]
        for row in table.to_pylist():
            pairs = {one["mid"]: (one["state"], round(100 * one["confidence"]), one["target"]) for one in row["labels"]}
            found[row["image_id"]] = path.name.partition("-")[0], pairs
            for column, wanted in (("positive", 1), ("negative", 0)):
                expected = [NAMES[mid] for mid, (_, _, target) in sorted(pairs.items()) if target == wanted]
                assert [names[number] for number in row[column]] == expected
    return found


def rows_of_coco(folder: Path) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for path in (folder / "annotations").glob("labels_*.json"):
        content = json.loads(path.read_bytes())
        mids = {one["id"]: one["mid"] for one in content["categories"]}
        positives: dict[int, list[str]] = {}
        assert len({one["id"] for one in content["annotations"]}) == len(content["annotations"])
        for one in content["annotations"]:
            assert "bbox" not in one
            positives.setdefault(one["image_id"], []).append(mids[one["category_id"]])
        for image in content["images"]:
            pairs = {
                mids[one["category_id"]]: (one["state"], round(100 * one["confidence"]), one["target"])
                for one in image["labels"]
            }
            assert positives.get(image["id"], []) == [
                mid for mid, (_, _, target) in sorted(pairs.items()) if target == 1
            ]
            negatives = [mids[number] for number in image["neg_category_ids"]]
            assert negatives == [mid for mid, (_, _, target) in sorted(pairs.items()) if target == 0]
            assert image["attribution"]
            found[image["image_id"]] = path.stem.removeprefix("labels_"), pairs
    return found


def rows_of_open_images(folder: Path) -> dict[str, Row]:
    """The pairs that an import makes of the label files; targets are those of the deciding rows."""
    words: dict[tuple[str, str], dict[str, int]] = {}
    found: dict[str, Row] = {}
    deciding: dict[tuple[str, str], tuple[str, float]] = {}
    for path in (folder / "annotations").glob("*-imagelabels.csv"):
        for row in csv.DictReader(path.read_text().splitlines()):
            pair = row["ImageID"], row["LabelName"]
            words.setdefault(pair, {})[row["Source"]] = round(100 * float(row["Confidence"]))
            if "human" in path.name:
                assert pair not in deciding
                deciding[pair] = row["Source"], float(row["Confidence"])
    for path in (folder / "annotations").glob("*-images-with-rotation.csv"):
        for row in csv.DictReader(path.read_text().splitlines()):
            assert path.name.startswith(row["Subset"])
            found[row["ImageID"]] = row["Subset"], {}
    for (image, mid), sources in words.items():
        confidence, state = merge(sources)
        source, value = deciding.get((image, mid), ("", 0))
        target = None if not source else 1 if source == "machine" else int(value)
        found[image][1][mid] = str(state), confidence, target
    return found


def rows_of_fiftyone(folder: Path) -> dict[str, Row]:
    found: dict[str, Row] = {}
    samples = json.loads((folder / "samples.json").read_bytes())["samples"]
    ids = [one["_id"]["$oid"] for one in samples]
    for sample in samples:
        pairs = {}
        for name, target in (("positive", 1), ("negative", 0), ("unknown", None)):
            for one in sample[name]["classifications"]:
                assert (one["target"], one["label"]) == (target, NAMES[one["mid"]])
                pairs[one["mid"]] = one["state"], round(100 * one["confidence"]), one["target"]
                ids.append(one["_id"]["$oid"])
        assert sample["attribution"]
        found[sample["image_id"]] = sample["tags"][0], pairs
    assert len(set(ids)) == len(ids)
    return found


READERS = (rows_of_csv, rows_of_parquet, rows_of_huggingface, rows_of_coco, rows_of_fiftyone, rows_of_open_images)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("parts", [{}, {"splits": "official"}, {"caps": {"positives": 1, "seed": 2}}])
def test_every_format_has_the_rows_of_plain_python(
    tmp_path: Path, read: Callable[[Path], dict[str, Row]], parts: dict[str, Any]
) -> None:
    built(tmp_path / "set", **parts)
    assert read(tmp_path / "set") == Plain(BruteForce(EXAMPLE), recipe(**parts)).made().rows


def test_lists_for_downloaders_name_every_image_that_has_an_address(tmp_path: Path) -> None:
    files = built(tmp_path / "set")
    (listed,) = pq.read_table(tmp_path / "set" / "urls.parquet").to_pylist()
    assert (listed["image_id"], listed["md5"]) == (ONE, bytes(range(16)).hex())
    assert listed["url"] == "https://farm1.staticflickr.com/1/1_2_o.jpg"
    assert listed["caption"].startswith('"Dog & "sea"" by Ann Other')
    images = {row["image_id"]: row["split"] for row in csv.DictReader(files["images.csv"].decode().splitlines())}
    assert files["image_ids.txt"].decode().split() == [f"{split}/{image}" for image, split in images.items()]
    classes = dict(csv.reader(files["metadata/classes.csv"].decode().splitlines()))
    assert classes == {mid: NAMES[mid] for mid in (DOG, CAT, BEACH, SEA)}


def test_a_set_too_large_for_one_file_of_samples_has_a_program_that_reads_parquet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fiftyone, "MOST_IMAGES", 2)
    files = built(tmp_path / "set")
    assert {"samples.json", "metadata.json"} & files.keys() == set()
    compile(files["load_fiftyone.py"], "load_fiftyone.py", "exec")
    with pytest.raises(SetError, match="from parquet; have both formats written"):
        build_set(recipe(), tmp_path / "other", ("fiftyone",), quiet)


def test_confidences_are_doubles_and_state_and_confidence_are_never_null(tmp_path: Path) -> None:
    built(tmp_path / "set", pairs="every")
    table = pq.read_table(tmp_path / "set" / "pairs")
    assert [str(table.schema.field(name).type) for name in ("confidence", "machine")] == ["double", "double"]
    assert table.column("state").null_count == table.column("confidence").null_count == 0
    assert table.filter(pq.read_table(tmp_path / "set" / "pairs").column("human").is_null()).num_rows > 0
    read = pq.read_table(next((tmp_path / "set" / "data").glob("*.parquet")))
    assert "double" in str(read.schema.field("labels").type)


def test_every_image_is_credited(tmp_path: Path) -> None:
    files = built(tmp_path / "set")
    credited = [*csv.DictReader(files["CREDITS.csv"].decode().splitlines())]
    images = {row["image_id"]: row for row in csv.DictReader(files["images.csv"].decode().splitlines())}
    assert [row["ImageID"] for row in credited] == [*images]
    assert all(row["Attribution"] == images[row["ImageID"]]["attribution"] != "" for row in credited)
    assert files["CREDITS.md"].decode().count("\n- `") == len(images)
    assert images[ONE]["author"] == "Ann Other"
    assert images[ONE]["original_md5_hex"] == bytes(range(16)).hex()


def test_what_is_left_out_is_listed_but_for_what_was_taken_down(tmp_path: Path) -> None:
    Hiding.objects.create(image_key=key_from_image_id(TWO), hidden=True)
    DatasetState.objects.update(revision=1)
    files = built(tmp_path / "set", caps={"images": 1})
    left_out = [*csv.DictReader(files["excluded.csv"].decode().splitlines())]
    assert {row["reason"] for row in left_out} == {"over caps"}
    manifest = json.loads(files["manifest.json"])
    assert manifest["counts"]["left_out"] == {
        "taken down": 1, "duplicate": 0, "wrong side of a split": 0, "over caps": len(left_out)
    }  # fmt: skip
    assert not any(TWO.encode() in content for content in files.values())


def test_sums_and_the_list_of_files_are_of_all_files(tmp_path: Path) -> None:
    files = built(tmp_path / "set")
    sums = dict(reversed(line.split("  ")) for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert sorted(files["files.txt"].decode().split()) == sorted([*files, "SHA256SUMS"])
    croissant = json.loads(files["croissant.json"])
    assert all(sums[one["@id"]] == one["sha256"] for one in croissant["distribution"])
    assert [one["@id"] for one in croissant["recordSet"]] == ["labels", "images", "pairs"]


class KilledError(BaseException):
    """Stands for SIGKILL: nothing catches it."""


def test_a_build_that_was_killed_goes_on_to_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at each write of a growing file, in the middle of it, and run again."""
    whole = built(tmp_path / "whole")
    append, calls, kill_at = Output.append, 0, 0

    def killed(out: Output, name: str, data: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls == kill_at:
            append(out, name, data[: len(data) // 2])
            raise KilledError
        append(out, name, data)

    monkeypatch.setattr(Output, "append", killed)
    folder, killings = tmp_path / "set", 0
    for place in range(1, 40):
        calls, kill_at = 0, place
        try:
            files = built(folder)
        except KilledError:
            assert not folder.exists()
            killings += 1
            continue
        break
    assert killings > 5
    assert files == whole
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_another_recipe_does_not_go_on_with_what_the_first_one_left(tmp_path: Path) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if done:
            raise KilledError

    with pytest.raises(KilledError):
        built(tmp_path / "set", stop)
    assert built(tmp_path / "set", pairs="every") == built(tmp_path / "other", pairs="every")


@pytest.mark.parametrize("what", ["import", "take-down"])
def test_a_build_ends_where_the_data_set_changes(tmp_path: Path, what: str) -> None:
    def change(doing: str, done: int, total: int) -> None:
        if done and what == "import":
            DatasetState.objects.update(generation="000000000000")
        elif done:
            Hiding.objects.create(image_key=key_from_image_id(ONE), hidden=True)
            DatasetState.objects.update(revision=7)

    with pytest.raises(DataChangedError, match="the data set changed"):
        built(tmp_path / "set", change)
    assert not (tmp_path / "set").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("")
    with pytest.raises(SetError, match="is not empty"):
        built(tmp_path)


def test_a_set_without_images_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetError, match="nothing to write"):
        built(tmp_path / "set", images="subset=test")


@pytest.fixture
def recipe_file(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(RECIPE))
    return path


def test_the_command_builds_and_a_manifest_builds_again(
    tmp_path: Path, recipe_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("build_set", recipe_file, tmp_path / "set", "--format", "csv")
    assert "row hash" in capsys.readouterr().out
    manifest = tmp_path / "set" / "manifest.json"
    call_command("build_set", tmp_path / "again", "--manifest", str(manifest))
    assert "equal" in capsys.readouterr().out
    assert (tmp_path / "again" / "manifest.json").read_bytes() == manifest.read_bytes()


def test_a_command_that_is_run_again_says_that_all_is_there(
    tmp_path: Path, recipe_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where it was killed when the set was in its place, and left the journal of its pictures there."""
    call_command("build_set", recipe_file, tmp_path / "set", "--format", "csv")
    (tmp_path / "set" / JOURNAL).write_text("")
    before = {path: path.read_bytes() for path in (tmp_path / "set").iterdir() if path.name != JOURNAL}
    call_command("build_set", recipe_file, tmp_path / "set", "--format", "csv")
    assert "has this set already: 5 images, row hash " in capsys.readouterr().out
    assert {path: path.read_bytes() for path in (tmp_path / "set").iterdir()} == before
    call_command("build_set", tmp_path / "set", "--manifest", str(tmp_path / "set" / "manifest.json"))
    assert "equal" in capsys.readouterr().out
    with pytest.raises(CommandError, match="is not empty"):
        call_command("build_set", recipe_file, tmp_path / "set", "--format", "parquet")
    Hiding.objects.create(image_key=key_from_image_id(FIVE), hidden=True)
    DatasetState.objects.update(revision=1)
    with pytest.raises(CommandError, match="is not empty"):
        call_command("build_set", recipe_file, tmp_path / "set", "--format", "csv")


def test_rows_have_one_hash_on_every_database(tmp_path: Path) -> None:
    """Worked out by hand of the lines that docs/training-sets.md describes; this runs on SQLite and PostgreSQL."""
    plain = Plain(BruteForce(EXAMPLE), recipe()).made()
    lines = sorted(
        f"{image},{split},{mid},{state},{confidence},{'' if target is None else target}\n"
        for image, (split, pairs) in plain.rows.items()
        for mid, (state, confidence, target) in pairs.items()
    )
    files = built(tmp_path / "set")
    row_hash = json.loads(files["manifest.json"])["row_hash"]
    assert row_hash == hashlib.sha256("".join(lines).encode()).hexdigest()
    assert row_hash == "d12035a75e24de4d4759a56bb8483be5969e839eaa5ffcef33365855551eda0d"


def test_a_manifest_says_what_differs(tmp_path: Path, recipe_file: Path) -> None:
    call_command("build_set", recipe_file, tmp_path / "set")
    Hiding.objects.create(image_key=key_from_image_id(FIVE), hidden=True)
    DatasetState.objects.update(revision=1)
    with pytest.raises(CommandError, match="images: 5 in the manifest, 4 here") as told:
        call_command("build_set", tmp_path / "again", "--manifest", str(tmp_path / "set" / "manifest.json"))
    assert told.value.returncode == 3
    assert FIVE not in str(told.value)
    assert "only in the manifest's set: 2 pairs of images that were taken down since" in str(told.value)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_manifest_names_the_pair_that_a_verdict_changed(tmp_path: Path, recipe_file: Path, form: str) -> None:
    call_command("build_set", recipe_file, tmp_path / "set", "--format", form)
    Verdict.objects.create(image_key=key_from_image_id(ONE), mid=DOG, says="no", by=CURATOR)
    DatasetState.objects.update(revision=1)
    with pytest.raises(CommandError) as told:
        call_command("build_set", tmp_path / "again", "--manifest", str(tmp_path / "set" / "manifest.json"))
    lines = str(told.value).splitlines()[-3:]
    assert lines[0].startswith("  row hash: ")
    assert lines[1:] == [
        f"  only in the manifest's set: {ONE} {DOG} unverified 0.8 1",
        f"  only here: {ONE} {DOG} rejected 0.8 0",
    ]
    files = [path for path in (tmp_path / "again").rglob("*") if path.is_file()]
    assert not any(CURATOR.encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("{", (), "the recipe is not JSON"),
        ('{"labels": [{"mid": "/m/gone", "at": 1}]}', (), "labels: /m/gone is not the MID of a label"),
        ('{"labels": [{"mid": "/m/gone", "at": 1}], "images": "subset=dev"}', (), "images: subset: must be"),
        (json.dumps(RECIPE), ("--format", "xml"), "format: 'xml' is not known; there are csv, parquet"),
        (json.dumps(RECIPE), ("--format", "webdataset"), "format: webdataset holds pictures; choose original or"),
        (json.dumps(RECIPE), ("--side", "64"), "--pictures.side: has no effect unless kind is rendered"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, text: str, arguments: tuple[str, ...], message: str) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(text)
    with pytest.raises(CommandError, match="(?s)" + message.replace("(", r"\(")):
        call_command("build_set", path, tmp_path / "set", *arguments)
    assert not (tmp_path / "set").exists()


def test_images_without_a_label_of_the_recipe_are_no_part_of_it(tmp_path: Path) -> None:
    assert SIX not in built(tmp_path / "set")["images.csv"].decode()
