"""Imports of small files into the database of the run, SQLite or PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from browse.facets.index.store import open_generation
from browse.facets.reference.engine import open_reference
from browse.management.progress import TerminalProgress
from browse.models import Annotation, DatasetState, Image, Import, ImportProgress, Label, Source
from browse.openimages.loading import database
from browse.query.texts import parse_text
from browse.query.values import Query, Term
from tests.openimages.files import BY, LABELS, MD5, V1, V4, csv_line, gzipped, image_row, pack, small_set, write
from tests.openimages.imports import ID, SEVEN, load, one_image, rejects_of
from tests.openimages.oracle import World, world_of_database
from viewer import start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]


def test_a_first_import_holds_what_the_files_hold(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    summary = load(folder)
    expected = World()
    expected.read(folder)
    assert world_of_database() == expected
    assert summary.rows["read"] == 6 + 8 + 4 + 3 == summary.rows["inserted"]
    assert summary.labels_without_name == ["/m/04"]
    assert Label.objects.get(mid="/m/04").name == "/m/04"
    assert not Label.objects.get(mid="/m/04").in_dictionary


def test_the_index_is_current_with_the_tables(tmp_path: Path, settings: Any) -> None:
    summary = load(small_set(tmp_path / "set"))
    state = DatasetState.objects.get()
    assert state.generation == summary.generation
    with closing(open_generation(settings.INDEX_DIR, state.generation)) as engine:
        assert engine.count(Query()) == 6
        assert engine.count(Query(label=(Term("/m/01"),))) == 6


def test_the_index_finds_images_by_their_titles_and_by_how_authors_are_called(tmp_path: Path, settings: Any) -> None:
    ann, bob = "https://www.flickr.com/people/ann/", "https://www.flickr.com/people/bob/"
    rows = [("Golden Gate", ann, "Ann"), ("Gate", ann, "Ann"), ("", ann, "Annie"), ("Café", "", "Zoë"), ("", bob, "")]
    lines = [
        image_row(f"{number:016x}", Title=title, AuthorProfileURL=url, Author=name)
        for number, (title, url, name) in enumerate(rows)
    ]
    load(one_image(tmp_path / "first", *lines))
    expected = {"gate": 2, "cafe": 1, "ann": 2, "ann*": 3, "zoe": 1, "gate -golden": 1, "author:gate": 0}
    assert counts(settings, expected) == expected
    added = image_row("0" * 15 + "9", Title="Gate", AuthorProfileURL=bob, Author="Ann")
    load(one_image(tmp_path / "second", added))
    assert counts(settings, expected) == expected | {"gate": 3, "ann": 3, "ann*": 4, "gate -golden": 2}


def counts(settings: Any, texts: Iterable[str]) -> dict[str, int]:
    """How many images have each of these texts, as index and tables say."""
    name = DatasetState.objects.get().generation
    with closing(open_generation(settings.INDEX_DIR, name)) as engine:
        found = {text: engine.count(Query(text=parse_text(text))) for text in texts}
    reference = open_reference(settings.INDEX_DIR, name)
    assert {text: reference.count(Query(text=parse_text(text))) for text in texts} == found
    return found


def test_the_database_gives_the_same_index_as_the_files(tmp_path: Path, settings: Any) -> None:
    first = load(small_set(tmp_path / "set")).generation
    manifest = (settings.INDEX_DIR / first / "manifest.json").read_text()
    call_command("build_index")
    state = DatasetState.objects.get()
    again = (settings.INDEX_DIR / state.generation / "manifest.json").read_text()
    strip = lambda text: [line for line in text.splitlines() if "dataset" not in line]  # noqa: E731
    assert strip(manifest) == strip(again)


def test_importing_the_same_files_again_changes_nothing_and_says_so(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    generation = load(folder).generation
    before = world_of_database()
    summary = load(folder)
    assert (summary.status, summary.generation) == ("unchanged", generation)
    assert summary.rows["unchanged"] == summary.rows["read"] == 21
    assert world_of_database() == before


@pytest.mark.parametrize("shape", ["tar", "tar.gz", "csv.gz", "members"])
def test_every_packing_gives_the_same_data(tmp_path: Path, shape: str) -> None:
    folder = small_set(tmp_path / "set")
    expected = World()
    expected.read(folder)
    if shape.startswith("tar"):
        paths = [pack(folder, f"set.{shape}")]
        shutil.rmtree(folder)
    elif shape == "csv.gz":
        for path in list(folder.rglob("*.csv")):
            gzipped(path)
            path.unlink()
        paths = [folder]
    else:
        paths = [pack(folder / "human_ann_2016_08", "human.tar.gz"), *sorted(folder.rglob("images.csv"))]
        paths += [folder / "machine_ann_2016_08", folder / "dict.csv"]
    load(*paths)
    assert world_of_database() == expected


def test_labels_that_stand_before_their_images_in_an_archive_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    write(folder / "a/labels.csv", LABELS, [f"{ID},machine,/m/01,0.9", "00000000000000ff,machine,/m/01,0.9"])
    write(folder / "b/train/images.csv", V1, [image_row(ID)])
    write(folder / "c/labels.csv", LABELS, [f"{ID},human,/m/01,1.0"])
    summary = load(pack(folder, "mixed.tar"), max_rejects=0.5)
    assert Annotation.objects.count() == 2
    [reject] = rejects_of(summary)
    assert reject["reason"] == "unknown image"
    assert reject["line"] == "3"
    assert reject["row"] == "00000000000000ff,machine,/m/01,0.9"
    assert reject["source_file"].endswith("mixed.tar!set/a/labels.csv")


def test_only_rows_that_are_taken_make_labels_and_sources(tmp_path: Path) -> None:
    folder, beyond, nowhere = tmp_path / "set", "00000000000000bb", "00000000000000ff"
    before = [(ID, "machine", "/m/01"), (nowhere, "no", "/m/08")]
    write(folder / "a/labels.csv", LABELS, [f"{i},{s},{m},1" for i, s, m in before])
    write(folder / "b/train/images.csv", V1, [image_row(ID), image_row(beyond)])
    behind = [(ID, "human", "/m/02"), (beyond, "none", "/m/03"), (nowhere, "nobody", "/m/09")]
    write(folder / "c/labels.csv", LABELS, [f"{i},{s},{m},1" for i, s, m in behind])
    load(pack(folder, "mixed.tar"), max_rejects=1, limit=1)
    assert set(Label.objects.values_list("mid", flat=True)) == {"/m/01", "/m/02"}
    assert set(Source.objects.values_list("name", flat=True)) == {"human", "machine"}


def test_a_later_run_updates_by_key(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    load(folder)
    expected = World()
    expected.read(folder)
    changed = "0000000000000010"
    later = tmp_path / "later"
    write(
        later / "images_2016_08/test/images.csv",
        V1,
        [
            image_row(changed, "test", Title="New", AuthorProfileURL="https://www.flickr.com/people/bo/", Author="Bo"),
            image_row("00000000000000ff", "test"),
        ],
    )
    write(
        later / "machine_ann_2016_08/test/labels.csv",
        LABELS,
        [f"{changed},machine,/m/01,0.6", "00000000000000ff,machine,/m/00,0.5"],
    )
    write(later / "dict.csv", None, ["/m/01,Dog", "/m/04,four"])
    expected.read(later)
    summary = load(later, rename_labels=True)
    assert world_of_database() == expected
    assert summary.kinds == {
        "images": {"inserted": 1, "updated": 1, "unchanged": 0},
        "annotations": {"inserted": 1, "updated": 1, "unchanged": 0},
        "names": {"inserted": 1, "updated": 1, "unchanged": 0},
    }


def test_the_index_of_an_updated_data_set_is_that_of_all_files_at_once(tmp_path: Path, settings: Any) -> None:
    """Label and author rows keep their ids, so those of a later run are out of order in the tables."""
    folder = small_set(tmp_path / "set")
    load(folder)
    later = tmp_path / "later"
    write(
        later / "images_2016_08/test/images.csv",
        V1,
        [image_row("0000000000000001", "test", AuthorProfileURL="https://www.flickr.com/people/aa/")],
    )
    write(
        later / "machine_ann_2016_08/test/labels.csv",
        LABELS,
        ["0000000000000010,machine,/m/00,0.5", "0000000000000001,machine,/m/01,0.5"],
    )
    load(later)
    arrays = database.load_arrays()
    assert arrays.label_mids == ["/m/00", "/m/01", "/m/02", "/m/03", "/m/04"]
    assert (bytes(arrays.author_keys.data), arrays.author_keys.ends.tolist()) == (b"aaanna", [2, 6])
    assert np.all(np.diff(arrays.annotations.astype(object)) > 0)
    with closing(open_generation(settings.INDEX_DIR, DatasetState.objects.get().generation)) as engine:
        assert engine.count(Query(label=(Term("/m/00"),))) == 1
        assert engine.count(Query(authors=frozenset({"aa"}))) == 1


def test_of_two_values_for_one_key_the_larger_stands_and_the_other_is_a_conflict(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    write(
        folder / "train/images.csv", V1, [image_row(ID, Title="A"), image_row(ID, Title="B"), image_row(ID, Title="A")]
    )
    rows = [f"{ID},machine,/m/01,{c}" for c in ("0.5", "0.9", "0.50", "0.9")]
    write(folder / "train/labels.csv", LABELS, rows)
    write(folder / "dict.csv", None, ["/m/01,dog", "/m/01,hound", "/m/01,dog", "/m/01,hound"])
    summary = load(folder, max_rejects=1)
    assert Image.objects.get().title == "B"
    assert Annotation.objects.get().confidence == 90
    assert Label.objects.get().name == "hound"
    found = sorted((Path(r["source_file"]).name, r["line"], r["reason"], r["row"]) for r in rejects_of(summary))
    assert found == [
        ("dict.csv", "1", "conflict", "/m/01,dog"),
        ("dict.csv", "3", "conflict", "/m/01,dog"),
        ("images.csv", "2", "conflict", image_row(ID, Title="A")),
        ("images.csv", "4", "conflict", image_row(ID, Title="A")),
        ("labels.csv", "2", "conflict", f"{ID},machine,/m/01,0.5"),
        ("labels.csv", "4", "conflict", f"{ID},machine,/m/01,0.50"),
    ]
    assert summary.rows == {"read": 11, "inserted": 3, "updated": 0, "unchanged": 2, "skipped": 0, "rejected": 6}


def test_a_file_without_a_column_leaves_what_is_known(tmp_path: Path) -> None:
    load(one_image(tmp_path / "full", image_row(ID, Title="Old", Thumbnail300KURL="https://c1.staticflickr.com/t.jpg")))
    fields = [ID, "https://x.example/o.jpg", "https://x.example/", BY, "", "", "New"]
    load(one_image(tmp_path / "seven", csv_line(fields), header=SEVEN, name="validation/images.csv"))
    image = Image.objects.get()
    assert (image.title, image.get_subset_display(), image.original_md5) == ("New", "validation", MD5)
    assert image.thumbnail_url == "https://c1.staticflickr.com/t.jpg"
    assert (image.author, image.original_size) == (None, 1000)


def test_a_dry_run_reads_and_validates_only(tmp_path: Path) -> None:
    summary = load(small_set(tmp_path / "set"), dry_run=True)
    assert (summary.status, summary.rows["inserted"]) == ("dry run", 21)
    assert not Image.objects.exists()
    assert not Import.objects.exists()


def test_limit_takes_the_first_images_of_each_subset_and_their_annotations(tmp_path: Path) -> None:
    summary = load(small_set(tmp_path / "set"), limit=1)
    assert sorted(image.image_id for image in Image.objects.all()) == ["0000000000000010", "0000000000000014"]
    assert Annotation.objects.count() == 2 + 2
    assert summary.rows["skipped"] == 4 + 6 + 2
    assert summary.rows["read"] == 21


def test_the_same_limit_again_changes_nothing(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    load(folder, limit=1)
    again = load(folder, limit=1)
    assert (again.status, again.rows["skipped"]) == ("unchanged", 4 + 6 + 2)
    assert load(folder, limit=2).kinds["images"] == {"inserted": 2, "updated": 0, "unchanged": 2}
    assert Image.objects.count() == 4


def test_replace_brings_a_new_data_set(tmp_path: Path) -> None:
    load(small_set(tmp_path / "set"))
    other = one_image(tmp_path / "other", image_row(ID))
    load(other, replace=True)
    assert [image.image_id for image in Image.objects.all()] == [ID]
    assert not Annotation.objects.exists()
    assert not Label.objects.exists()


def test_what_a_later_file_has_and_the_database_lacks_is_an_update(tmp_path: Path) -> None:
    load(one_image(tmp_path / "v1", csv_line([ID, "", "", BY, "", "A", "t"]), header=SEVEN))
    later = one_image(tmp_path / "v4", image_row(ID) + ",90.0", header=V4)
    assert load(later).kinds["images"] == {"inserted": 0, "updated": 1, "unchanged": 0}
    assert list(Image.objects.values_list("rotation", "original_size", "original_md5")) == [(90, 1000, MD5)]
    assert load(later).status == "unchanged"
    assert load(tmp_path / "v1").kinds["images"]["updated"] == 1  # the title; the rest stays
    assert Image.objects.get().rotation == 90


def test_names_alone_may_come_first_and_the_same_ones_again_change_nothing(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    assert load(folder / "dict.csv").status == "finished"
    assert load(folder / "dict.csv").status == "unchanged"
    assert not start.has_images()
    load(folder)
    assert start.has_images()
    expected = World()
    expected.read(folder)
    assert world_of_database() == expected


def test_a_sample_is_marked_until_it_is_replaced(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    (folder / "SAMPLE.txt").write_text("Open Images viewer sample\n")
    load(folder)
    assert DatasetState.objects.get().is_sample
    load(one_image(tmp_path / "more", image_row(ID)))
    assert DatasetState.objects.get().is_sample
    load(one_image(tmp_path / "more", image_row(ID)), replace=True)
    assert not DatasetState.objects.get().is_sample


def test_a_file_of_another_kind_is_named_and_left_alone(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    boxes = write(folder / "boxes.csv", "ImageID,LabelName,XMin,XMax,YMin,YMax,IsGroupOf", [f"{ID},/m/01,0,1,0,1,0"])
    assert load(folder).not_recognized == [str(boxes)]


def test_what_a_run_killed_at_its_switch_has_left_goes_with_the_next_run(tmp_path: Path, settings: Any) -> None:
    folder = small_set(tmp_path / "set")
    generation = load(folder).generation
    shutil.copytree(settings.INDEX_DIR / generation, settings.INDEX_DIR / "earlier")
    ImportProgress.objects.create(table="browse_image__next", run="another")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE browse_image__old (id integer)")
        cursor.execute("CREATE TABLE browse_image__next (id integer)")
    assert load(folder).status == "unchanged"
    assert [table for table in connection.introspection.table_names() if "__" in table] == []
    assert [path.name for path in settings.INDEX_DIR.iterdir() if path.is_dir()] == [generation]
    assert not ImportProgress.objects.exists()


def test_the_import_is_recorded_with_its_files(tmp_path: Path) -> None:
    load(small_set(tmp_path / "set"))
    record = Import.objects.get()
    assert (record.status, record.summary["rows"]["inserted"]) == ("finished", 21)
    rows = sorted((file.kind, file.rows_read) for file in record.files.all())
    assert rows == [("dictionary", 3), ("images", 2), ("images", 4), ("labels", 4), ("labels", 8)]


def test_a_stopped_import_says_so_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    folder = small_set(tmp_path / "set")
    with monkeypatch.context() as patched:
        patched.setattr(TerminalProgress, "report", stop)
        with pytest.raises(CommandError, match="run the same command again to resume") as stopped:
            call_command("import_openimages", str(folder))
    assert stopped.value.returncode == 130
    assert (Import.objects.get().status, Image.objects.exists()) == ("failed", False)
    assert load(folder).rows["inserted"] == 21
    assert Import.objects.get().status == "finished"


def test_a_real_set_of_rows_is_imported_whole(real_data: Path) -> None:
    folder = real_data / "real_v1_layout"
    summary = load(folder)
    expected = World()
    expected.read(folder)
    assert world_of_database() == expected
    assert summary.rows["inserted"] == 2000 + 3000 + 7881
    assert load(folder).status == "unchanged"
