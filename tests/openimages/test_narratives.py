"""Imports of localized narratives: into their table, as the release writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from browse.domain.image_ids import image_id_from_key
from browse.models import NarrativeAnnotation
from tests.openimages.box_files import A, B
from tests.openimages.files import small_set, write
from tests.openimages.imports import load, rejects_of
from tests.openimages.oracle import world_of_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]

NAME = "open_images_train_v6_localized_narratives-00000-of-00010.jsonl"


def line(image_id: str, annotator: Any = 96, caption: Any = "A dog.", **further: Any) -> str:
    timed = [{"utterance": "A dog.", "start_time": 0, "end_time": 1.2}]
    traces = [[{"x": 0.2, "y": -0.05, "t": 0.1}]]
    said = {"dataset_id": "open_images", "image_id": image_id, "annotator_id": annotator, "caption": caption}
    return json.dumps({**said, "timed_caption": timed, "traces": traces, "voice_recording": "t/one.ogg", **further})


ROWS = [line(B, caption='Says "dog,\n 5" wide"'), line(A, 3), line(B, 7, "Café", voice_recording="../x.ogg")]


def stored() -> list[tuple[object, ...]]:
    rows = NarrativeAnnotation.objects.order_by("image_id", "number")
    columns = ("image_id", "annotator", "caption", "recording", "file", "begin")
    return [(image_id_from_key(key), *values) for key, *values in rows.values_list(*columns)]


def test_narratives_come_with_their_images_and_change_no_label(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    load(folder)
    before = world_of_database()
    file = write(folder / NAME, ROWS[0], ROWS[1:])
    summary = load(folder)
    begins = [0, len(ROWS[0].encode()) + 1, len("\n".join(ROWS[:2]).encode()) + 1]
    assert stored() == [
        (A, 3, "A dog.", "t/one.ogg", str(file), begins[1]),
        (B, 96, 'Says "dog,\n 5" wide"', "t/one.ogg", str(file), 0),
        (B, 7, "Café", "", str(file), begins[2]),
    ]
    assert file.read_bytes()[begins[2] :].startswith(ROWS[2].encode())
    assert summary.kinds["narratives"] == {"inserted": 3, "updated": 0, "unchanged": 0}
    after = world_of_database()
    assert (after.annotations, after.names) == (before.annotations, before.names)
    assert load(write(tmp_path / "elsewhere" / "other.jsonl", ROWS[1], ROWS[2:])).status == "unchanged"


def test_rows_that_cannot_be_taken_are_named_with_their_lines(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    bad = [
        ('{"image_id": "x', "not a JSON object"),
        (line("A" * 16), "bad ImageID"),
        (line(A, 3.5), "annotator_id not a whole number up to 32767"),
        (line(A, caption="x\0"), "caption not a text of 1 to 20,000 characters"),
        (line(A, caption="\ud800"), "caption not a text of 1 to 20,000 characters"),
        (line("00000000000000ff"), "unknown image"),
    ]
    write(folder / NAME, ROWS[0], [*ROWS[1:], *(text for text, _ in bad)])
    summary = load(folder, max_rejects=1)
    found = {(one["line"], one["reason"]) for one in rejects_of(summary)}
    assert found == {(str(number), reason) for number, (_, reason) in enumerate(bad, len(ROWS) + 1)}
    assert len(stored()) == 3
