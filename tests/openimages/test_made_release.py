"""The generated release has the published sizes, scaled, and is imported without a row left over."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bench.make_release import ALL_IMAGES, BOXES, HUMAN, MACHINE, make
from browse.models import Annotation, BoxAnnotation, DatasetState, HierarchyRow, Image
from tests.openimages.imports import load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]
MADE = 600


def test_what_is_made_is_imported_row_by_row(tmp_path: Path) -> None:
    rows = make(tmp_path / "made", MADE, seed=3)
    assert json.loads((tmp_path / "made/expected.json").read_text()) == rows
    kinds = Counter[str]()
    for name, number in rows.items():
        for kind in ("machine-imagelabels", "human-imagelabels", "annotations-bbox"):
            kinds[kind] += number if kind in name else 0
    sizes = {"machine-imagelabels": MACHINE, "human-imagelabels": HUMAN, "annotations-bbox": BOXES}
    for kind, published in sizes.items():
        assert kinds[kind] == pytest.approx(sum(published.values()) * MADE / ALL_IMAGES, rel=0.05)
    summary = load(tmp_path / "made")
    assert not summary.rejects
    assert Annotation.objects.count() == kinds["machine-imagelabels"] + kinds["human-imagelabels"]
    assert BoxAnnotation.objects.count() == kinds["annotations-bbox"]
    assert Image.objects.count() == sum(number for name, number in rows.items() if "rotation" in name)
    assert HierarchyRow.objects.filter(is_part=True).count() == 38
    parents = Counter(HierarchyRow.objects.filter(is_part=False).values_list("child", flat=True))
    assert sum(number > 1 for number in parents.values()) > 50
    assert DatasetState.objects.get().release == "v7"
