"""What people did outlives imports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from browse import search
from browse.curation import actions
from browse.dataset.import_run import ImportOptions, run_import
from browse.models import DatasetState, Hiding, Import, Verdict
from browse.query.values import Query, State, Term
from browse.search.results import memo
from tests.openimages.files import V1, image_row, small_set, write

pytestmark = pytest.mark.django_db(transaction=True)
FIRST, SECOND, OTHER = "0000000000000010", "0000000000000011", "00000000000000aa"


@pytest.fixture(autouse=True)
def own_data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.INDEX_DIR = settings.DATA_DIR / "index"
    memo().clear()


def load(path: Path, **options: Any) -> str:
    return run_import(ImportOptions([str(path)], **options), lambda what, done, total: None).status


def dogs(*states: State) -> list[str]:
    term = Term("/m/01", states=frozenset(states) or None)
    return [card.image_id for card in search.search_images(Query(label=(term,))).images]


def test_verdicts_and_hidden_images_stay_over_another_data_set_and_back(tmp_path: Path) -> None:
    folder, other = small_set(tmp_path / "set"), tmp_path / "other"
    write(other / "train/images.csv", V1, [image_row(OTHER), image_row(SECOND)])
    load(folder)
    actions.give_verdict(image_id=FIRST, mid="/m/01", says="no", by="ann")
    actions.hide_image(image_id=SECOND, by="rita", why="asked")
    before = dogs()
    assert dogs(State.REJECTED) == [FIRST]
    assert SECOND not in before
    load(other, replace=True)
    assert [card.image_id for card in search.search_images(Query()).images] == [OTHER]
    load(folder, replace=True)
    assert (dogs(), dogs(State.REJECTED)) == (before, [FIRST])
    assert (Verdict.objects.count(), Hiding.objects.count()) == (1, 1)


def test_an_import_of_more_leaves_them_as_they_were(tmp_path: Path) -> None:
    load(small_set(tmp_path / "set"))
    actions.give_verdict(image_id=FIRST, mid="/m/01", says="no", by="ann")
    actions.hide_image(image_id=SECOND, by="rita", why="asked")
    before = dogs()
    more = tmp_path / "more"
    write(more / "train/images.csv", V1, [image_row(OTHER), image_row(SECOND)])
    load(more)
    assert (dogs(), dogs(State.REJECTED)) == (before, [FIRST])
    assert search.find_image(OTHER) is not None
    assert search.find_image(SECOND) is None


def test_figures_counted_with_the_index_follow_with_an_import_that_changes_nothing_else(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    load(folder)
    first, images = DatasetState.objects.get(), counted()
    assert load(folder) == "unchanged"
    same = DatasetState.objects.get()
    assert (same.generation, same.curation_read, same.version) == (first.generation, first.curation_read, first.version)
    actions.hide_image(image_id=SECOND, by="rita", why="asked")
    assert (load(folder), counted()) == ("unchanged", images - 1)
    after = DatasetState.objects.get()
    assert after.generation != first.generation
    assert after.curation_revision == after.revision == 1
    newest = Import.objects.latest("pk")
    assert (newest.status, newest.summary["generation"]) == ("unchanged", after.generation)
    assert (load(folder), DatasetState.objects.get().generation) == ("unchanged", after.generation)


def test_figures_counted_with_the_index_follow_with_an_import_of_more(tmp_path: Path) -> None:
    folder, more = small_set(tmp_path / "set"), tmp_path / "more"
    load(folder)
    first, images = DatasetState.objects.get(), counted()
    actions.hide_image(image_id=SECOND, by="rita", why="asked")
    write(more / "train/images.csv", V1, [image_row(OTHER)])
    load(more)
    after = DatasetState.objects.get()
    assert (after.curation_revision, counted()) == (after.revision, images)  # one more, one hidden
    dates = [state.curation_read for state in (first, after)]
    assert None not in dates
    assert dates[0] != dates[1]


def counted() -> int:
    return sum(search.consistently(search.labels_per_image_of).values())
