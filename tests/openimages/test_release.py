"""Which release a data set is of: told by file names, else by the option, else the newest imported before."""

from __future__ import annotations

from pathlib import Path

import pytest

from browse.management.commands.import_openimages import describe
from browse.models import DatasetState
from tests.openimages.box_files import BOXES, A, box_row
from tests.openimages.files import LABELS, small_set, write
from tests.openimages.imports import load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]


def release() -> str:
    return DatasetState.objects.get().release


def test_names_tell_it_else_the_option_and_else_it_stays(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "v5" / "set")  # a folder further out than the one named tells nothing
    assert load(folder).release == release() == "v1"
    own = write(tmp_path / "own/labels.csv", LABELS, [f"{A},machine,/m/01,0.8"])
    summary = load(own)
    assert (summary.release, summary.release_by) == ("v1", "")
    summary = load(own, release="v2")
    assert (summary.status, summary.release_by, release()) == ("unchanged", "--release", "v2")
    boxes = write(tmp_path / "more/oidv6-train-annotations-bbox.csv", BOXES, [box_row(A)])
    summary = load(boxes, release="v3")
    assert (summary.release, summary.release_by, release()) == ("v6", "file names", "v6")
    assert "release V6, by file names; trainable: on at least 100 training images" in describe(summary)
    older = write(tmp_path / "2017_11/labels.csv", LABELS, [f"{A},verification,/m/01,1"])
    summary = load(older.parent)
    assert (summary.release, release()) == ("v6", "v6")
    assert load(folder, replace=True).release == release() == "v1"
