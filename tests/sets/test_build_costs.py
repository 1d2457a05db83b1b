"""What building a set may cost: statements of the database, and passes of the garbage collector."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from browse.models import Image
from browse.sets.formats.output import Output
from browse.sets.reading import image_table
from tests.sets.test_build import built

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("generation", "small_batches")]


def test_a_build_collects_garbage_seldom_and_then_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append, usual, meanwhile = Output.append, gc.get_threshold(), set()

    def watched(out: Output, name: str, data: bytes) -> None:
        meanwhile.add(gc.get_threshold()[0])
        append(out, name, data)

    monkeypatch.setattr(Output, "append", watched)
    built(tmp_path / "set")
    assert min(meanwhile) > 10 * usual[0]
    assert gc.get_threshold() == usual


def test_images_are_read_with_one_parameter_however_many_they_are(django_assert_num_queries: Any) -> None:
    keys = np.array(sorted(Image.objects.values_list("pk", flat=True)), np.int64)
    with django_assert_num_queries(1) as queries:
        table, _ = image_table(keys, "train")
    assert len(table) == len(keys) > 1
    assert "IN (SELECT" in queries[0]["sql"]
