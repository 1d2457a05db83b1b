"""A further kind of file is one value: recognized, read, merged and loaded like those that are built in."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import models

from browse.domain.image_ids import image_id_from_key
from browse.models import ImportFile
from browse.openimages import kinds
from browse.openimages.recognition import recognize_file
from tests.openimages.files import V1, image_row, small_set, write
from tests.openimages.image_notes import notes_are_read
from tests.openimages.imports import load, rejects_of
from tests.openimages.oracle import World, world_of_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]

ROWS = ["0000000000000010,a red door", '0000000000000011,"snow, much"', "00000000000000ff,nowhere", "x,no id"]


def notes_of(model: type[models.Model]) -> dict[str, str]:
    rows = model._default_manager.values_list("id", "note")
    return {image_id_from_key(key): note for key, note in rows}


def test_a_further_kind_of_file_fills_its_table_and_says_what_became_of_each_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_set(tmp_path / "set")
    expected = World()
    expected.read(folder)
    notes = write(folder / "a_notes.csv", "ImageID,Note", ROWS)
    with notes_are_read(monkeypatch) as model:
        summary = load(folder, max_rejects=1)
        assert world_of_database() == expected
        assert notes_of(model) == {"0000000000000010": "a red door", "0000000000000011": "snow, much"}
        assert summary.kinds["notes"] == {"inserted": 2, "updated": 0, "unchanged": 0}
        assert summary.rejects == {"bad ImageID": 1, "unknown image": 1}
        assert {(row["line"], row["row"]) for row in rejects_of(summary)} == {
            ("4", "00000000000000ff,nowhere"),
            ("5", "x,no id"),
        }
        assert summary.rows["read"] == 6 + 8 + 4 + 3 + 4
        assert ImportFile.objects.get(name=str(notes)).kind == "notes"


def test_later_imports_lay_over_keep_and_replace_the_rows_of_a_further_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_set(tmp_path / "set")
    write(folder / "notes.csv", "ImageID,Note", ROWS[:2])
    later = write(tmp_path / "later/notes.csv", "imageid;note", ["0000000000000010;a blue door"])
    other = write(tmp_path / "other/images.csv", V1, [image_row("00000000000000ee")])
    with notes_are_read(monkeypatch) as model:
        load(folder)
        assert load(folder).status == "unchanged"
        assert load(later).kinds["notes"] == {"inserted": 0, "updated": 1, "unchanged": 0}
        kept = {"0000000000000010": "a blue door", "0000000000000011": "snow, much"}
        assert notes_of(model) == kept
        load(other)
        assert notes_of(model) == kept
        load(other, replace=True)
        assert notes_of(model) == {}


def test_a_header_near_to_a_further_kind_is_told_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert recognize_file(b"ImageID,Note", b"", "x.csv").kind is None
    with notes_are_read(monkeypatch):
        found = recognize_file(b"ImageID,Note", b"", "x.csv").kind
        assert found is not None
        assert found.name == "notes"
        assert recognize_file(b"ImageID,Notes", b"", "x.csv").note == "has `Notes`, expected `Note` (notes)"


def test_every_table_is_loaded_once_and_annotations_before_the_images_that_are_merged_beside_them() -> None:
    order = kinds.loading_order()
    assert sorted(order) == sorted(kinds.tables())
    assert order.index("annotation") < order.index("image")
