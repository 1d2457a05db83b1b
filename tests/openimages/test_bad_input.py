"""Rows and files that an import cannot take: each is named, and nothing else suffers."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import os
import tarfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from browse.models import Annotation, DatasetState, Image, Import, Label
from browse.openimages.errors import ImportLockedError, ImportProblemError, NoImagesError, TooManyRejectsError
from browse.openimages.loading import lock
from browse.openimages.loading.lock import import_lock
from tests.openimages.box_files import V3_BOXES
from tests.openimages.files import LABELS, V1, image_row, pack, small_set, write
from tests.openimages.imports import ID, load, one_image, rejects_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]


BAD_IMAGES = [
    ({"Subset": "dev"}, "unknown subset"),
    ({"Subset": ""}, "no subset"),
    ({"OriginalSize": "1.5"}, "OriginalSize not a whole number"),
    ({"OriginalSize": "-1"}, "OriginalSize not a whole number"),
    ({"OriginalMD5": "d41d8cd98f00b204e9800998ecf8427e"}, "OriginalMD5 not base64 of 16 bytes"),
    ({"ImageID": "000060E3121C7305"}, "bad ImageID"),
    ({"ImageID": "60e3121c7305"}, "bad ImageID"),
    ({"ImageID": ""}, "bad ImageID"),
]


def test_bad_image_rows_are_rejected_with_file_line_reason_and_row(tmp_path: Path) -> None:
    rows = [image_row(f"{number:016x}", **values) for number, (values, _) in enumerate(BAD_IMAGES)]
    good = image_row("00000000000000ab")
    folder = one_image(tmp_path / "set", good, *rows, image_row("00000000000000ac"), name="pictures/images.csv")
    summary = load(folder, max_rejects=1)
    assert rejects_of(summary) == [
        {"source_file": str(folder / "pictures/images.csv"), "line": str(line), "reason": reason, "row": row}
        for line, row, (_, reason) in zip(itertools.count(3), rows, BAD_IMAGES, strict=False)
    ]
    assert Image.objects.count() == 2


BAD_LABELS = [
    (f"{ID},machine,/m/01,1.5", "confidence not a number in 0 to 1"),
    (f"{ID},machine,/m/01,9e999999", "confidence not a number in 0 to 1"),
    (f"{ID},machine,/m/01,", "confidence not a number in 0 to 1"),
    (f"{ID},machine,dog,0.5", "bad label MID"),
    (f"{ID},machine,/m/A@B,0.5", "bad label MID"),
    (f"{ID},,/m/01,0.5", "bad source"),
    ("xyz,machine,/m/01,0.5", "bad ImageID"),
    (f"{ID},machine,/m/01", "wrong number of fields"),
    (f'{ID},machine,"/m/01,0.5', "unbalanced quote"),
    (f"{ID},machine,/m/\xff,0.5".encode("latin-1"), "invalid UTF-8"),
    ("00000000000000cc,machine,/m/01,0.5", "unknown image"),
]


def test_bad_label_rows_are_rejected_and_the_others_stay(tmp_path: Path) -> None:
    folder = one_image(tmp_path / "set", image_row(ID))
    good = [f"{ID},machine,/m/0{n},0.5" for n in range(1, len(BAD_LABELS) + 1)]
    rows = [row for (bad, _), kept in zip(BAD_LABELS, good, strict=True) for row in (bad, kept)]
    write(folder / "labels.csv", LABELS, rows)
    summary = load(folder, max_rejects=1)
    found = [(reject["line"], reject["reason"], reject["row"]) for reject in rejects_of(summary)]
    assert sorted(found, key=lambda reject: int(reject[0])) == [
        (str(line), reason, row if isinstance(row, str) else row.decode("utf-8", "surrogateescape"))
        for line, (row, reason) in zip(itertools.count(2, 2), BAD_LABELS, strict=False)
    ]
    assert summary.rejects == dict(Counter(reason for _, reason in BAD_LABELS))
    assert Annotation.objects.count() == len(good)


def test_a_short_row_before_the_column_of_ids_is_a_reject_like_others(tmp_path: Path) -> None:
    folder = one_image(tmp_path / "set", image_row(ID))
    write(folder / "labels.csv", "Source,ImageID,LabelName,Confidence", [f"machine,{ID},/m/01,0.9", "short"])
    summary = load(folder, max_rejects=1)
    assert summary.rejects == {"wrong number of fields": 1}
    assert Annotation.objects.count() == 1


def test_an_empty_path_is_not_the_folder_one_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(one_image(tmp_path / "set", image_row(ID)))
    with pytest.raises(ImportProblemError, match="empty path"):
        load("")


def test_too_many_rejects_make_nothing_visible(tmp_path: Path) -> None:
    folder = one_image(tmp_path / "set", image_row(ID))
    write(folder / "labels.csv", LABELS, [f"{ID},machine,/m/01,0.5", f"{ID},machine,/m/02,2"])
    with pytest.raises(TooManyRejectsError, match=r"1 of 3 rows rejected, more than --max-rejects 0\.01"):
        load(folder)
    assert not Image.objects.exists()
    assert not DatasetState.objects.exists()
    assert Import.objects.get().status == "refused"


@pytest.mark.parametrize("as_json", [False, True])
def test_a_refused_import_prints_its_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    folder = one_image(tmp_path / "set", image_row(ID), image_row("bad"))
    with pytest.raises(CommandError, match="1 of 2 rows rejected"):
        call_command("import_openimages", str(folder), json=as_json)
    printed = capsys.readouterr().out
    if as_json:
        assert json.loads(printed)["rejects"] == {"bad ImageID": 1}
    assert "refused" in printed
    assert str(Import.objects.get().rejects_path) in printed


def test_nothing_takes_the_place_of_a_data_set_without_images(tmp_path: Path) -> None:
    before = load(small_set(tmp_path / "set")).generation
    boxes = write(tmp_path / "boxes.csv", V3_BOXES, [f"{ID},xclick,/m/01,1,0,1,0,1"])
    for path in (boxes, tmp_path / "set/dict.csv", tmp_path / "set/machine_ann_2016_08"):
        with pytest.raises(NoImagesError, match="no image rows; --replace would leave an empty data set"):
            load(path, replace=True, max_rejects=1)
    assert Import.objects.latest("id").status == "refused"
    assert DatasetState.objects.get().generation == before
    assert Image.objects.count() == 6


def test_a_second_import_says_who_holds_the_lock(tmp_path: Path, settings: Any) -> None:
    with (
        import_lock(settings.DATA_DIR / "import.lock"),
        pytest.raises(ImportLockedError, match=r"process \d+ on .* since 20"),
    ):
        load(small_set(tmp_path / "set"))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="A SQLite file belongs to one data folder.")
def test_an_import_from_another_data_folder_into_the_same_database_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "WAIT_S", 0.01)
    folder = small_set(tmp_path / "set")
    with (
        lock.database_lock(),
        pytest.raises(ImportLockedError, match=rf"process {os.getpid()} on .* since 20\d\d-.*; wait for it"),
    ):
        load(folder)
    assert load(folder).status == "finished"


LABEL_FILE = "\n".join([LABELS, *(f"{n * 7919:016x},machine,/m/01,0.5" for n in range(1000))]).encode()


def tar_of(content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("set/labels.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def spoilt(packed: bytes) -> bytes:
    """The same bytes but for some in the middle."""
    return packed[:1000] + b"\xff" * 100 + packed[1100:]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.csv", None, "no such file"),
        ("notes.txt", b"x", "not one of .csv"),
        ("broken.tar", b"x" * 2000, "incomplete or damaged tar archive"),
        ("broken.csv.gz", b"no gzip at all", "incomplete or damaged gzip file"),
        ("cut.csv.gz", gzip.compress(b"ImageID,Source\n" * 99, mtime=0)[:-12], "incomplete or damaged gzip file"),
        ("hit.csv.gz", spoilt(gzip.compress(LABEL_FILE, mtime=0)), "incomplete or damaged gzip file"),
        ("cut.tar", tar_of(LABEL_FILE)[:-20_000], "incomplete or damaged tar archive"),
        ("cut.tar.gz", gzip.compress(tar_of(LABEL_FILE)[:-20_000], mtime=0), "incomplete or damaged tar archive"),
        ("hit.tar.gz", spoilt(gzip.compress(tar_of(LABEL_FILE), mtime=0)), "incomplete or damaged"),
        ("edge.tar", tar_of(LABEL_FILE)[: 512 + -(-len(LABEL_FILE) // 512) * 512], "incomplete or damaged tar archive"),
        ("more.tar", tar_of(LABEL_FILE) + tar_of(LABEL_FILE), "incomplete or damaged tar archive"),
        ("sum.tar.gz", gzip.compress(tar_of(LABEL_FILE), mtime=0)[:-8] + bytes(8), "incomplete or damaged gzip file"),
        ("more.csv.gz", gzip.compress(LABEL_FILE, mtime=0) + LABEL_FILE, "incomplete or damaged gzip file"),
        ("empty.csv.gz", b"", "incomplete or damaged gzip file"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ImportProblemError, match=message) as caught:
        load(path)
    assert name in str(caught.value)
    assert set(Import.objects.values_list("status", flat=True)) <= {"failed"}
    assert not DatasetState.objects.exists()


def test_a_gzip_bomb_is_not_read_on(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"ImageID,Source,LabelName,Confidence\n" + b"0" * (200 << 20)))
    with pytest.raises(ImportProblemError, match=r"bomb\.csv\.gz"):
        load(path)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ImportProblemError, match=r"no \.csv"):
        load(tmp_path)


def test_a_name_that_is_no_utf8_is_shown_and_kept_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "set/train").mkdir(parents=True)
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/set/train/im\xffages.csv"))
    write(path, V1, [image_row(ID), image_row("bad")])
    (tmp_path / os.fsdecode(b"set/no\xfftes.txt")).touch()
    call_command("import_openimages", str(path.parent.parent), max_rejects=1.0)
    assert r"images: " + str(tmp_path / r"set/train/im\udcffages.csv") in capsys.readouterr().out
    record = Import.objects.get()
    assert record.files.get().name.endswith(r"im\udcffages.csv")
    assert record.summary["left_out"][0]["first"] == r"no\udcfftes.txt"


def test_a_disk_that_cannot_be_written_is_named(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR.mkdir()
    (settings.DATA_DIR / "rejects").touch()
    with pytest.raises(ImportProblemError, match=r"data/rejects: File exists"):
        load(small_set(tmp_path / "set"))
    assert Import.objects.get().status == "failed"


def test_a_database_without_tables_is_named(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE browse_importfile RENAME TO gone")
        for command in (["import_openimages", str(folder)], ["build_index"]):
            with pytest.raises(CommandError, match=r"no table browse_importfile: run manage\.py migrate first"):
                call_command(*command)
        transaction.set_rollback(True)


def test_annotations_of_images_that_are_nowhere_are_skipped_where_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "set"
    nowhere = "00000000000000cc"
    rows = [f"{ID},machine,/m/01,0.5", f"{nowhere},machine,/m/02,0.5", f"{nowhere},odd,/m/03,0.5", "short"]
    write(folder / "a/labels.csv", LABELS, rows)
    write(folder / "b/train/images.csv", V1, [image_row(ID)])
    write(folder / "c/wide.csv", "ImageID,Confidence:Labels...", [f"{nowhere},0.9:/m/04", f"{ID},0.9:/m/05"])
    archive = pack(folder, "set.tar")
    for path in (folder, archive):
        with pytest.raises(
            TooManyRejectsError, match=r"4 of 7 rows .*; --known-images-only skips rows that name .*; see "
        ):
            load(path)
    summary = load(archive, known_images_only=True, max_rejects=0.2)
    assert summary.rows == {"read": 7, "inserted": 3, "updated": 0, "unchanged": 0, "skipped": 3, "rejected": 1}
    assert [reject["row"] for reject in rejects_of(summary)] == ["short"]
    assert set(Annotation.objects.values_list("label__mid", flat=True)) == {"/m/01", "/m/05"}
    assert Label.objects.count() == 2
    call_command("import_openimages", str(folder), known_images_only=True, max_rejects=1.0)
    assert "skipped 3: annotations of images that are not in the data set" in capsys.readouterr().out


def test_images_of_the_database_are_known_ones(tmp_path: Path) -> None:
    load(one_image(tmp_path / "images", image_row(ID)))
    rows = [f"{ID},machine,/m/01,0.5", "00000000000000cc,machine,/m/01,0.5"]
    labels = write(tmp_path / "labels.csv", LABELS, rows)
    summary = load(labels, known_images_only=True, max_rejects=0)
    assert (summary.rows["inserted"], summary.rows["skipped"], summary.rejects) == (1, 1, {})


def test_rejected_rows_are_kept_byte_for_byte(tmp_path: Path) -> None:
    odd = [
        '00000000000000cc,"machine",/m/01,0.5',
        '"00000000000000cc",""",x",/m/01,0.5',
        "00000000000000cc,machine,/m/01,0.5 ",
        b"00000000000000cc,machine,/m/\xe9,0.5".decode("utf-8", "surrogateescape"),
        "é" * 3,
        "=1+1",
    ]
    for end in ("\n", "\r\n"):
        folder = one_image(tmp_path / f"a, {len(end)}", image_row(ID))
        lines = "".join(line + end for line in [LABELS, *odd])
        (folder / 'label "rows".csv').write_bytes(lines.encode("utf-8", "surrogateescape"))
        found = rejects_of(load(folder, max_rejects=1, replace=True))
        assert {(r["line"], r["row"]) for r in found} == {(str(n), row) for n, row in enumerate(odd, start=2)}
        assert {r["source_file"] for r in found} == {str(folder / 'label "rows".csv')}
