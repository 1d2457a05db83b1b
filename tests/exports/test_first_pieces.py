"""A request waits for the first piece of a file, which comes after one batch of images, whatever lines these have."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from pytest_django import Settings

from browse.domain.masks import Mask, mask_path
from browse.domain.narratives import Narrative
from browse.domain.points import VERDICTS, Point
from browse.domain.relationships import Relationship, Sides
from browse.exports import downloads, matches
from browse.exports.downloads import BATCH_READ, SILENT_S, begun, in_chunks
from browse.exports.matches import Matches
from browse.exports.tables import EXPORTS
from tests import datasets
from tests.boxed import box
from tests.datasets import DOG, IDS, ONE
from tests.exports.test_layout_exports import png

LAST = IDS[-1]
SPARSE = [form for form in EXPORTS if form.kind]
OTHERS = [form for form in EXPORTS if form.name in ("images", "labels", "pairs")]
PASSES = {"coco": 2, "coco-masks": 2}


@pytest.fixture
def asked(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> list[list[int]]:
    """The example with a row of each kind, all on its last image; the batches of one image that are read."""
    settings.INDEX_DIR = tmp_path / "index"
    sides, said = (0.1, 0.4, 0.2, 0.3), tmp_path / "said.jsonl"
    said.write_text(json.dumps({"image_id": LAST, "annotator_id": 1, "caption": "a dog"}) + "\n")
    (tmp_path / mask_path(LAST, DOG, 7)).write_bytes(png(np.ones((4, 6), np.bool_)))
    datasets.load_example(
        settings.INDEX_DIR,
        boxes={LAST: (box(DOG),)},
        relationships={LAST: (Relationship(DOG, "on", DOG, Sides(*sides), Sides(*sides)),)},
        points={LAST: (Point(DOG, "ih", 0.5, 0.5, VERDICTS[0], (1, 0, 0)),)},
        masks={LAST: (Mask(DOG, 7, *sides, None, str(tmp_path / "masks.csv")),)},
        narratives={LAST: (Narrative(1, "a dog", file=str(said)),)},
    )
    monkeypatch.setattr(matches, "KEYS_AT_ONCE", 1)
    read, found = Matches.read, []

    def counted(self: Matches, keys: list[int], rows: Callable[[], Any]) -> Any:
        found.append(keys)
        return read(self, keys, rows)

    monkeypatch.setattr(Matches, "read", counted)
    return found


@pytest.mark.parametrize("form", [*SPARSE, *OTHERS], ids=lambda form: form.path)
def test_one_batch_is_read_before_the_head_however_far_the_first_line_is(
    client: Client, form: Any, asked: list[list[int]]
) -> None:
    answer = client.get(form.path)
    assert isinstance(answer, StreamingHttpResponse)
    assert len(asked) == 1
    assert (LAST in answer.getvalue().decode()) or form in OTHERS
    assert len(asked) == len(IDS) * PASSES.get(form.name, 1)


@pytest.mark.parametrize("form", SPARSE, ids=lambda form: form.path)
def test_nothing_is_read_for_a_file_without_records(client: Client, form: Any, asked: list[list[int]]) -> None:
    answer = client.get(f"{form.path}?id={ONE}")
    assert isinstance(answer, StreamingHttpResponse)
    assert (bool(answer.getvalue()), answer.status_code) == (form.ending != "jsonl", 200)
    assert (answer["X-Record-Count"], asked) == ("0", [])


def test_a_piece_goes_out_after_the_first_batch_and_later_once_it_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(downloads.time, "monotonic", lambda: now[0])

    def lines() -> Iterator[str]:
        yield from ("header\n", BATCH_READ, "a\n", BATCH_READ, "b\n")
        now[0] += SILENT_S
        yield from (BATCH_READ, BATCH_READ, "c\n")

    assert [*in_chunks(lines())] == ["header\n", "a\nb\n", "c\n"]
    without_header = in_chunks(iter([BATCH_READ, BATCH_READ, "a\n", BATCH_READ]))
    assert next(without_header) == ""
    assert [*begun(without_header)] == ["a\n"]
