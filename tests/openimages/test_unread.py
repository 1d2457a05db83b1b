"""Files that are passed over, or read though they are written unusually: all of it is told."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from browse.models import Annotation, DatasetState, Image, Import
from browse.openimages.errors import ImportProblemError, NothingReadError, TooManyRejectsError
from tests.openimages.files import LABELS, V1, image_row, pack, small_set, write
from tests.openimages.imports import ID, SEVEN, load, one_image, rejects_of
from viewer import start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]

OTHER = "00000000000000bb"
MISSPELT = LABELS.replace("fid", "did")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with one image."""
    return one_image(tmp_path / "set", image_row(ID))


HIDDEN = ["train/._images.csv", ".ipynb_checkpoints/images-checkpoint.csv", "__MACOSX/images.csv", "~$images.csv"]


@pytest.mark.parametrize("packed", [False, True])
def test_hidden_files_are_left_out_and_named(pictures: Path, packed: bool, capsys: pytest.CaptureFixture[str]) -> None:
    for name in HIDDEN:
        write(pictures / name, V1, [image_row(OTHER)])
    write(pictures / ".git/objects/1", None, [])
    write(pictures / ".git/objects/2", None, [])
    call_command("import_openimages", str(pack(pictures, "set.tar") if packed else pictures))
    assert [image.image_id for image in Image.objects.all()] == [ID]
    printed = capsys.readouterr().out
    for name in HIDDEN:
        assert f"skipped (hidden): {'set/' if packed else ''}{name} in {pictures}" in printed
    assert "skipped (hidden): 2 hidden in" in printed


def test_a_hidden_file_or_folder_that_is_named_itself_is_read(tmp_path: Path) -> None:
    folder = one_image(tmp_path / ".cache", image_row(ID))
    load(folder, dry_run=True)
    load(write(tmp_path / "train/.images.csv", V1, [image_row(OTHER)]), folder / "train/images.csv")
    assert Image.objects.count() == 2


def test_what_a_link_shows_of_a_hidden_folder_is_read(tmp_path: Path) -> None:
    write(tmp_path / "set/.blobs/train/images.csv", V1, [image_row(ID)])
    (tmp_path / "set/train").symlink_to(".blobs/train")
    load(tmp_path / "set")
    assert Image.objects.count() == 1


def test_a_folder_of_hidden_files_alone_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "set/._images.csv", V1, [image_row(ID)])
    with pytest.raises(ImportProblemError, match=r"file in this folder except hidden ones, such as \._images\.csv"):
        load(tmp_path / "set")


def test_kinds_of_the_releases_that_are_no_csv_are_named(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    caption = '{"dataset_id": "x", "image_id": "y", "annotator_id": 1, "caption": "A dog."}'
    write(pictures / "open_images_train_v6_captions.jsonl", None, [caption])
    write(pictures / "train-masks-0.zip", None, ["x"])
    call_command("import_openimages", str(pictures))
    printed = capsys.readouterr().out
    assert f"in {pictures} (mask pictures, which pages read out of this file while it stays here)" in printed
    assert "narratives without their traces; the files of localized narratives have these captions" in printed


@pytest.mark.parametrize(
    ("header", "rows", "why"),
    [
        (MISSPELT, [f"{ID},machine,/m/01,0.9"], "has `Condidence`, expected `Confidence`"),
        (LABELS, [], "header only, no rows"),
        ("ImageID,LabelName,XMin,XMax,YMin,YMax,IsGroupOf", [], "boxes of a challenge, without `Source`, which this "),
    ],
)
def test_a_file_named_itself_that_gives_nothing_ends_with_status_2(
    pictures: Path, header: str, rows: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = write(pictures / "labels.csv", header, rows)
    call_command("import_openimages", str(pictures))
    assert f"skipped: {labels}: {why}" in capsys.readouterr().out
    with pytest.raises(CommandError) as stopped:
        call_command("import_openimages", str(pictures), str(labels))
    assert stopped.value.returncode == 2
    assert f"nothing was read from {labels}: {why}" in str(stopped.value)


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_import_of_nothing_is_refused(tmp_path: Path, dry_run: bool, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "set/labels.csv", MISSPELT, [f"{ID},machine,/m/01,0.9"])
    write(tmp_path / "set/images.csv", V1, [])
    archive = pack(tmp_path / "set", "set.tar.gz")
    for path in (tmp_path / "set", archive):
        with pytest.raises(CommandError) as stopped:
            call_command("import_openimages", str(path), json=True, dry_run=dry_run)
        assert stopped.value.returncode == 2
        assert "images.csv: header only, no rows; " in str(stopped.value)
        assert "labels.csv: has `Condidence`, expected `Confidence`" in str(stopped.value)
        assert json.loads(capsys.readouterr().out)["status"] == "refused"
    assert not DatasetState.objects.exists()
    assert set(Import.objects.values_list("status", flat=True)) == (set() if dry_run else {"refused"})


def test_an_archive_without_a_csv_file_says_so(tmp_path: Path) -> None:
    write(tmp_path / "set/notes.txt", None, ["x"])
    with pytest.raises(NothingReadError, match=r"nothing was read: no CSV file in .*set\.tar"):
        load(pack(tmp_path / "set", "set.tar"))


def test_a_start_with_data_that_gives_nothing_stops_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "collect_assets", lambda: False)
    labels = write(tmp_path / "labels.csv", MISSPELT, [f"{ID},machine,/m/01,0.9"])
    with pytest.raises(CommandError, match=r"labels\.csv: has `Condidence`, expected `Confidence`"):
        start.make_ready([str(labels)])
    names = write(tmp_path / "dict.csv", None, ["/m/01,dog"])
    for _ in range(2):
        with pytest.raises(CommandError, match=r"dict\.csv: no image rows, and there are no images yet"):
            start.make_ready([str(names)])


def encoded(text: str, encoding: str) -> bytes:
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}[encoding]
    return mark + text.encode(encoding)


def unusual(text: str, way: str) -> bytes:
    """The same CSV text, written in another way."""
    if way.startswith("utf-16"):
        return encoded(text.replace("\n", "\r\n"), way)
    header, _, rows = text.partition("\n")
    if way in (";", "\t"):
        return text.replace(",", way).encode()
    return f" {header.upper().replace(',', ' , ')}\n{rows}".encode()


@pytest.mark.parametrize("way", [";", "\t", "header", "utf-16-le", "utf-16-be"])
def test_unusual_files_give_the_same_data(tmp_path: Path, way: str) -> None:
    images = "\n".join([SEVEN, f"{ID},,,b,,Zoë 🙂,t", f"{OTHER},,,b,,A,t", ""])
    labels = "\n".join([LABELS, f"{ID},machine,/m/01,0.9", f"{OTHER},machine,/m/01,0.5", f"{ID},human,/m/02,1", ""])
    for name, text in (("train/images.csv", images), ("labels.csv", labels), ("dict.csv", "/m/01,dog\n/m/02,emu\n")):
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if way == "header" and name == "dict.csv" else unusual(text, way))
    load(pack(tmp_path / "set", "set.tar"), dry_run=True, max_rejects=0)
    summary = load(tmp_path / "set", max_rejects=0)
    rows = Annotation.objects.values_list("image_id", "label__name", "source__name", "confidence")
    first, second = (image.pk for image in Image.objects.order_by("id"))
    assert set(rows) == {(first, "dog", "machine", 90), (second, "dog", "machine", 50), (first, "emu", "human", 100)}
    assert Image.objects.with_credit().get(pk=first).credited_name == "Zoë 🙂"
    notes = {";": {"fields separated by `;`"}, "\t": {"fields separated by tabs"}}
    assert set(summary.read_as.values()) == notes.get(way, set())


def test_one_column_too_many_is_passed_over_and_named(pictures: Path) -> None:
    labels = write(
        pictures / "labels.csv", LABELS + ",Note", [f'{ID},machine,/m/01,0.9,"a, ""b"""', f"{ID},machine,/m/02,0.9"]
    )
    summary = load(pictures, max_rejects=0.5)
    assert [row["row"] for row in rejects_of(summary)] == [f"{ID},machine,/m/02,0.9"]
    assert Annotation.objects.count() == 1
    assert summary.read_as == {str(labels): "column `Note` ignored"}


def test_rows_of_other_separators_are_judged_and_looked_up_like_all(pictures: Path) -> None:
    rows = [f"{ID};machine;/m/01;0.5", f"{ID};machine;/m/01;0.9", f'"{ID}";"machine";/m/02;"0,9"', f"{ID};x"]
    write(pictures / "labels.csv", LABELS.replace(",", ";"), rows)
    found = [(row["line"], row["reason"], row["row"]) for row in rejects_of(load(pictures, max_rejects=1))]
    assert sorted(found) == [
        ("2", "conflict", rows[0]),
        ("4", "confidence not a number in 0 to 1", rows[2]),
        ("5", "wrong number of fields", rows[3]),
    ]


@pytest.mark.parametrize("broken", [b"\x00", b"\x3d\xd8", b"\x00\xdc\n\x00"])
def test_what_is_no_text_in_utf16_is_rejected_like_bad_utf8(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "train/images.csv"
    path.parent.mkdir()
    path.write_bytes(encoded(f"{SEVEN}\n{ID},,,b,,A,t\n{OTHER},,,b,,A,t", "utf-16-le") + broken)
    assert load(path, max_rejects=0.5).rejects == {"invalid UTF-8": 1}
    assert Image.objects.count() == 1


def test_whole_numbers_written_as_fractions_are_sizes(tmp_path: Path) -> None:
    texts = ["1000.0", "1000", "7.0", "0.00", "", "7.", "1000.5", ".0", "1e3", "1000.0.0"]
    rows = [image_row(f"{n:016x}", OriginalSize=text) for n, text in enumerate(texts)]
    summary = load(one_image(tmp_path / "set", *rows), max_rejects=1)
    assert list(Image.objects.order_by("id").values_list("original_size", flat=True)) == [1000, 1000, 7, 0, None]
    assert summary.rejects == {"OriginalSize not a whole number": 5}


def test_rows_without_a_subset_lead_to_the_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = one_image(tmp_path / "set", f"{ID},,,b,,A,t", header=SEVEN, name="images.csv")
    with pytest.raises(TooManyRejectsError, match=r"1 of 1 rows rejected, .*; --subset names one; see "):
        load(folder)
    with pytest.raises(CommandError):
        call_command("import_openimages", str(folder))
    assert "rejected 1: no subset (--subset names one)" in capsys.readouterr().out


def test_there_is_a_rejects_file_only_where_rows_were_rejected(tmp_path: Path, settings: Any) -> None:
    bad = one_image(tmp_path / "bad", image_row(ID), image_row("bad"))
    load(bad, max_rejects=1, dry_run=True)
    rejects = settings.DATA_DIR / "rejects"
    assert [path.name for path in rejects.iterdir()] == ["dry-run.csv"]
    good = small_set(tmp_path / "set")
    load(good, dry_run=True)
    assert load(good).rejects_file == Import.objects.get().rejects_path == ""
    assert list(rejects.iterdir()) == []


def test_rows_before_their_images_are_no_rejects(tmp_path: Path) -> None:
    write(tmp_path / "set/a/labels.csv", LABELS, [f"{ID},machine,/m/01,0.5"])
    write(tmp_path / "set/b/train/images.csv", V1, [image_row(ID)])
    summary = load(pack(tmp_path / "set", "set.tar"), max_rejects=0)
    assert (summary.rejects, summary.rejects_file) == ({}, "")
    assert Annotation.objects.count() == 1


def test_each_source_is_told_with_its_rows_and_how_it_counts(
    pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {
        "machine": ["0.9", "0.5"], "Machine": ["0.7"], "verification": ["1", "0", "0.0"], "model-v2": ["0.4", "1"],
        "crowdsource-verification": ["1"],
    }  # fmt: skip
    lines = [f"{ID},{source},/m/0{n},{text}" for source, texts in rows.items() for n, text in enumerate(texts)]
    write(pictures / "labels.csv", LABELS, [*lines, f"{OTHER},nobody,/m/01,0.5"])
    call_command("import_openimages", str(pictures), max_rejects=0.5)
    told = [line.strip() for line in capsys.readouterr().out.splitlines() if "source " in line]
    assert told == [
        "source machine: 2 rows, counts as machine",
        "source verification: 3 rows, counts as human, authority 2 of 5",
        "source crowdsource-verification: 1 row, counts as human, authority 4 of 5",
        "source Machine: 1 row, counts as human, authority 5 of 5",
        "warning: source Machine differs from `machine` only by case",
        "warning: source Machine counts as human, with confidences other than 0 and 1 in 1 row",
        "source model-v2: 2 rows, counts as human, authority 5 of 5",
        "warning: source model-v2 counts as human, with confidences other than 0 and 1 in 1 row",
    ]
    write(pictures / "labels.csv", LABELS, [f"{ID},MODEL-v2,/m/01,1"])
    assert load(pictures).sources == [
        {
            "name": "MODEL-v2",
            "rows": 1,
            "counts_as": "human",
            "authority": 5,
            "warnings": ["differs from `model-v2` only by case"],
        }
    ]
