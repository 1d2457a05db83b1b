"""Comparisons and statistics of one version: links that keep their promise, orders, pages, a new generation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from browse import search
from browse.domain.comparison import Agreement
from browse.facets.build.generation import build_generation
from browse.models import DatasetState, Image
from browse.query.values import STATES, SUBSETS, Query, State, Term
from browse.search import Snapshot
from tests import datasets
from tests.datasets import BEACH, CAT, DOG, EXAMPLE, FOUR, NOTHING, ONE, SEA, THREE, TWO
from tests.facets.datasets import Dataset, Photo, arrays

pytestmark = pytest.mark.django_db

Answer = TypeVar("Answer")


@pytest.fixture
def index_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.INDEX_DIR = tmp_path
    return tmp_path


@pytest.fixture
def generation(index_dir: Path) -> str:
    return datasets.load_example(index_dir)


def ask(work: Callable[[Snapshot], Answer]) -> Answer:
    return search.consistently(work)


def cells(found: search.MachineHuman) -> list[search.Cell]:
    rows = [cell for row in (*found.rows, found.total) for cell in (row.yes, row.no, row.silent)]
    return [found.judged, *rows, found.missed, found.absent]


@pytest.mark.parametrize("subset", [None, *SUBSETS])
def test_every_cell_of_machine_and_human_leads_to_the_images_that_it_counts(
    generation: str, subset: str | None
) -> None:
    found = ask(lambda snapshot: search.machine_and_human_of(snapshot, subset=subset))
    for cell in cells(found):
        assert search.search_images(cell.query).count == cell.images
        assert cell.pairs >= cell.images
    scope = Query() if subset is None else Query(subsets=frozenset({subset}))
    assert found.images == search.search_images(scope).count


def test_machine_and_human_are_counted_in_pairs(generation: str) -> None:
    found = ask(search.machine_and_human_of)
    assert [(row.confidence, row.yes.pairs, row.no.pairs, row.silent.pairs) for row in (*found.rows, found.total)] == [
        (50, 0, 0, 1), (60, 0, 1, 0), (70, 0, 0, 1), (80, 0, 0, 2), (90, 2, 0, 0), (100, 0, 0, 1), (None, 2, 1, 5)
    ]  # fmt: skip
    assert (found.missed.pairs, found.absent.pairs, found.judged.pairs, found.judged.images) == (1, 1, 5, 3)


def test_samples_are_the_first_images_of_each_state(
    generation: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(11):  # of them nine about the version: state, changes, checks, names
        found = ask(lambda snapshot: search.samples_of(snapshot, DOG, each=1))
    assert [(sample.state, sample.count, [card.image_id for card in sample.images]) for sample in found] == [
        (State.CONFIRMED, 1, [FOUR]), (State.REJECTED, 0, []), (State.UNVERIFIED, 2, [ONE]), (State.MISSED, 1, [THREE]),
        (State.ABSENT, 0, []),
    ]  # fmt: skip
    for sample in found:
        assert search.search_images(sample.query).count == sample.count
    train = ask(lambda snapshot: search.samples_of(snapshot, DOG, subset="train"))
    assert [[card.image_id for card in sample.images] for sample in train] == [[], [], [ONE, TWO], [], []]


def test_partners_are_named_and_counted_as_browsing_counts(generation: str) -> None:
    found = ask(lambda snapshot: search.co_occurring_labels_of(snapshot, BEACH))
    assert [(partner.mid, partner.name) for partner in found] == [(SEA, "sea"), (DOG, "dog")]
    for partner in found:
        assert search.search_images(Query(label=(Term(BEACH), Term(partner.mid)))).count == partner.both == 1
    # beach is on 2 of 6 images, dog on 4, sea on 2: of the two with beach one has each
    assert [partner.lift for partner in found] == [pytest.approx(0.5 / (2 / 6)), pytest.approx(0.5 / (4 / 6))]
    assert all(0 < partner.bound < partner.lift for partner in found)
    assert ask(lambda snapshot: search.co_occurring_labels_of(snapshot, NOTHING)) == []
    assert ask(lambda snapshot: search.co_occurring_labels_of(snapshot, "/m/unknown")) == []


def test_disagreements_come_in_pages_the_strongest_first(generation: str) -> None:
    found = ask(search.disagreements_of)
    assert [(one.image.image_id, one.strength) for one in found.images] == [(ONE, 60), (THREE, 50)]
    second = ask(lambda snapshot: search.disagreements_of(snapshot, page=2, per_page=1))
    assert (second.count, [one.image.image_id for one in second.images]) == (2, [THREE])
    past = ask(lambda snapshot: search.disagreements_of(snapshot, page=3, per_page=1))
    assert (past.count, past.images) == (2, [])
    of_cat = ask(lambda snapshot: search.disagreements_of(snapshot, mid=CAT))
    assert [(one.image.image_id, one.strength) for one in of_cat.images] == [(ONE, 60)]
    assert ask(lambda snapshot: search.disagreements_of(snapshot, mid=CAT, subset="test")).count == 0
    assert ask(lambda snapshot: search.disagreements_of(snapshot, mid="/m/unknown")).count == 0


def judged(mids: dict[str, tuple[int, int, int]]) -> Dataset:
    """Labels with so many confirmed, rejected and unverified pairs, at 0.8, the first images being validation ones."""
    photos = tuple(Photo(f"{number:016x}", "validation" if number < 60 else "train") for number in range(100))
    annotations = {}
    for mid, (yes, no, unverified) in mids.items():
        for number in range(yes + no + unverified):
            annotations[photos[number].image_id, mid, "machine"] = 80
            if number < yes + no:
                annotations[photos[number].image_id, mid, "human"] = 100 if number < yes else 0
    return Dataset(photos, tuple(mids), annotations)


STANDINGS = {
    "/m/good": (40, 0, 50),
    "/m/bad": (20, 30, 0),
    "/m/worse": (5, 30, 10),
    "/m/few": (0, 29, 0),
    "/m/z": (0, 0, 9),
}


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("disagreement", ["worse", "bad", "good", "few", "z"]),
        ("precision", ["worse", "bad", "good", "few", "z"]),
        ("-precision", ["good", "bad", "worse", "few", "z"]),
        ("-machine", ["good", "bad", "worse", "few", "z"]),
        ("-images", ["good", "bad", "worse", "z", "few"]),
        ("-verified", ["bad", "good", "worse", "few", "z"]),
        ("-coverage", ["bad", "worse", "good", "few", "z"]),
        ("-rejected", ["bad", "worse", "few", "good", "z"]),
        ("-missed", ["bad", "few", "good", "worse", "z"]),
        ("name", ["bad", "few", "good", "worse", "z"]),
        ("mid", ["bad", "few", "good", "worse", "z"]),
    ],
)
def test_labels_stand_in_the_order_asked_for(index_dir: Path, order: str, names: list[str]) -> None:
    datasets.load(judged(STANDINGS), index_dir)
    table = ask(lambda snapshot: search.label_table_of(snapshot, order=order))
    assert [row.mid for row in table.rows(0, 10)] == [f"/m/{name}" for name in names]
    assert [row.mid for row in table.rows(1, 3)] == [f"/m/{name}" for name in names[1:3]]
    assert len(table) == 5


def test_labels_are_filtered_by_text_verified_pairs_and_whether_they_are_trainable(index_dir: Path) -> None:
    datasets.load(judged(STANDINGS), index_dir)

    def mids(**conditions: object) -> list[str]:
        return [row.mid for row in ask(lambda s: search.label_table_of(s, order="mid", **conditions)).rows(0, 9)]  # type: ignore[arg-type]

    assert mids(text="O") == ["/m/good", "/m/worse"]
    assert mids(min_verified=30) == ["/m/bad", "/m/good", "/m/worse"]
    assert mids(min_verified=30, text="wors") == ["/m/worse"]
    assert mids(trainable=True) == ["/m/good"], "60 validation images and 30 train images"
    assert mids(trainable=False) == ["/m/bad", "/m/few", "/m/worse", "/m/z"]
    assert mids(trainable=True, subset="train", min_verified=1) == []


def test_the_table_of_a_subset_counts_that_subset(index_dir: Path) -> None:
    datasets.load(judged(STANDINGS), index_dir)
    rows = ask(lambda snapshot: search.label_table_of(snapshot, subset="train", order="-images")).rows(0, 5)
    assert (rows[0].mid, rows[0].images, rows[0].pairs) == ("/m/good", 30, Agreement(30, 0, 0))
    assert [row.pairs.machine for row in rows[1:]] == [0, 0, 0, 0]
    for state in STATES:
        table = ask(search.label_table_of)
        whole = {row.mid: row for row in table.rows(0, 5)}
        count = search.search_images(Query(label=(Term("/m/bad", None, frozenset({state})),))).count
        bad = whole["/m/bad"]
        assert count == {
            "confirmed": bad.pairs.yes, "rejected": bad.pairs.no, "missed": bad.missed, "absent": bad.absent,
            "unverified": bad.pairs.machine - bad.pairs.verified,
        }[state]  # fmt: skip


def test_each_machine_label_has_the_precision_measured_at_its_confidence(index_dir: Path) -> None:
    datasets.load(judged(STANDINGS), index_dir)
    card = search.find_image(f"{0:016x}")
    assert card is not None
    found = ask(lambda snapshot: search.measured_of(snapshot, card.pairs))
    assert found["/m/good"] == Agreement(90, 40, 0)
    assert found["/m/worse"] == Agreement(45, 5, 30)
    assert found.keys() == set(STANDINGS)


def test_pairs_without_a_machine_s_word_have_no_measured_precision(generation: str) -> None:
    card = search.find_image(THREE)
    assert card is not None
    assert ask(lambda snapshot: search.measured_of(snapshot, card.pairs)) == {}


def test_frequencies_are_counts_of_browsing_the_most_first(generation: str) -> None:
    found = ask(search.frequencies_of)
    assert [(label.mid, label.images, label.train, label.annotated, label.yes, label.no) for label in found] == [
        (DOG, 4, 2, 4, 1, 0), (SEA, 2, 2, 2, 0, 0), (BEACH, 2, 2, 2, 1, 0), (NOTHING, 0, 0, 0, 0, 0),
        (CAT, 0, 0, 2, 0, 1),
    ]  # fmt: skip


def test_labels_authors_and_confidences_are_counted(generation: str) -> None:
    assert ask(search.labels_per_image_of) == {0: 1, 1: 2, 2: 3}
    assert ask(lambda snapshot: search.labels_per_image_of(snapshot, subset="validation")) == {0: 0, 1: 2}
    assert ask(lambda snapshot: search.labels_per_image_of(snapshot, subset="test")) == {}
    assert ask(search.author_sizes_of) == search.AuthorSizes({2: 1, 3: 1}, nobody=1)
    assert ask(search.confidences_of) == {
        "human": {0: 3, 100: 2},
        "machine": {50: 1, 60: 1, 70: 1, 80: 2, 90: 2, 100: 1},
        "verification": {100: 1},
    }
    assert ask(lambda snapshot: search.confidences_of(snapshot, subset="validation"))["human"] == {0: 2, 100: 1}


def twins(sizes: dict[str, tuple[int, int, int]]) -> Dataset:
    """Groups of images with one MD5, so many in each subset, and two images of their own."""
    photos = []
    for md5, by_subset in sizes.items():
        for subset, number in zip(SUBSETS, by_subset, strict=True):
            photos += [Photo(f"{len(photos) + step:016x}", subset, md5=md5.encode() * 16) for step in range(number)]
    lone = [Photo(f"{len(photos):016x}", md5=bytes(range(16))), Photo(f"{len(photos) + 1:016x}")]
    return Dataset((*photos, *lone), (DOG,))


def test_duplicates_are_told_within_and_across_subsets(index_dir: Path) -> None:
    datasets.load(twins({"a": (2, 0, 0), "b": (1, 1, 0), "c": (0, 0, 3), "d": (30, 1, 0)}), index_dir)
    assert ask(search.duplicate_summary_of) == search.DuplicateSummary(
        groups=4, images=38, within={"train": 1, "validation": 0, "test": 1}, across=2, across_images=33
    )
    found = ask(search.duplicates_of)
    assert [group.count for group in found.groups] == [2, 2, 3, 31]
    assert [len(group.images) for group in found.groups] == [2, 2, 3, 24], "a large group shows its first images"
    assert found.groups[1].subsets == {"train": 1, "validation": 1, "test": 0}
    for group in found.groups:
        assert {card.original_md5 for card in group.images} == {group.md5}
    across = ask(lambda snapshot: search.duplicates_of(snapshot, across=True, page=2, per_page=1))
    assert (across.count, [group.count for group in across.groups]) == (2, [31])
    within = ask(lambda snapshot: search.duplicates_of(snapshot, across=False))
    assert [group.count for group in within.groups] == [2, 3]


def test_statistics_follow_the_generation(generation: str, index_dir: Path) -> None:
    assert ask(search.comparison_of).total == Agreement(8, 2, 1)
    before = ask(search.label_table_of).rows(0, 9)
    annotations = {key: value for key, value in EXAMPLE.annotations.items() if key[2] == "machine"}
    other = build_generation(arrays(replace(EXAMPLE, annotations=annotations)), index_dir, dataset="other")
    DatasetState.objects.update(generation=other)
    assert ask(search.comparison_of).total == Agreement(8, 0, 0)
    assert ask(search.disagreements_of).count == 0
    assert ask(search.label_table_of).rows(0, 9) != before
    assert list(ask(search.confidences_of)) == ["machine"]


def test_images_that_the_tables_do_not_have_are_an_error(generation: str) -> None:
    Image.objects.all().delete()
    with pytest.raises(search.TablesDifferError, match="build_index"):
        ask(search.disagreements_of)
