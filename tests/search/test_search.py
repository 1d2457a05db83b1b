"""Searching one version of the data set: what is read, what happens while it changes, what is wrong with it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from browse import search
from browse.curation.actions import note_label
from browse.domain.image_ids import key_from_image_id
from browse.facets.build.generation import build_generation
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.engine import FacetCounts, TermFacet, UnknownValueError
from browse.facets.index.store import remove_generations
from browse.models import DatasetState, Image, Label
from browse.query.values import DEFAULT_STATES, STATES, Query, Sort, State, Term
from browse.search.engines import Engines, engines
from browse.search.results import facet_bytes, memo
from tests import datasets
from tests.datasets import BEACH, CAT, DOG, EXAMPLE, FOUR, NAMES, ONE, SIX, THREE
from tests.facets.datasets import arrays
from tests.patience import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def index_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.INDEX_DIR = tmp_path
    return tmp_path


@pytest.fixture
def generation(index_dir: Path) -> str:
    memo().clear()
    return datasets.load_example(index_dir)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = soon()
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_page_has_cards_in_the_query_s_order(generation: str) -> None:
    found = search.search_images(Query(label=(Term(DOG),), sort=Sort.CONFIDENCE), page=1, per_page=2)
    assert [card.image_id for card in found.images] == [THREE, FOUR]
    assert (found.count, found.page, found.per_page, found.version) == (4, 1, 2, f"{generation}.0")
    assert 0 < found.elapsed_ms < 60_000


def test_a_card_says_everything_of_its_image(generation: str) -> None:
    card = search.find_image(ONE)
    assert card is not None
    assert (card.title, card.author_name, card.rotation) == ('Dog & "sea"', "Ann Other", 90)
    assert (card.license_slug, card.license_name, card.license_url) == ("cc-by-2.0", "CC BY 2.0", datasets.BY)
    assert [(pair.mid, pair.machine, pair.human, pair.state) for pair in card.pairs] == [
        (BEACH, 90, "yes", State.CONFIRMED), (DOG, 80, None, State.UNVERIFIED), (CAT, 60, "no", State.REJECTED)
    ]  # fmt: skip
    assert card.pairs[0].annotations == (("machine", 90), ("human", 100))


@pytest.mark.parametrize("image_id", ["", "zz", "00000000000000ff", ONE.upper() + "0"])
def test_an_image_that_is_not_there_is_none(generation: str, image_id: str) -> None:
    assert search.find_image(image_id) is None


def test_unknown_values_are_named(generation: str) -> None:
    with pytest.raises(UnknownValueError, match="/m/unknown"):
        search.search_images(Query(label=(Term("/m/unknown"),)))


def test_facets_come_with_names(generation: str) -> None:
    found = search.facets(Query(label=(Term(DOG),)), top=1)
    assert found.counts.labels == [(DOG, 4)]
    assert found.names == NAMES
    assert found.author_names == {"ann": "Ann", "x-0123456789ab": "Bob"}


def test_a_page_costs_few_queries_however_large(
    generation: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    search.search_images(Query())
    with django_assert_max_num_queries(4):
        search.search_images(Query(), per_page=200)


def test_facets_are_counted_once_for_all_orders_and_anew_for_each_version(
    generation: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    query = Query(label=(Term(DOG),))
    first = search.facets(query)
    with django_assert_max_num_queries(2):
        again = search.facets(replace(query, sort=Sort.RANDOM, seed=4))
    assert again.counts is first.counts
    DatasetState.objects.update(revision=1)
    later = search.facets(query)
    assert later.counts is not first.counts
    assert later.counts == first.counts
    assert later.version == f"{generation}.1"


def test_nothing_is_kept_without_bytes(generation: str, settings: Settings) -> None:
    settings.MEMO_BYTES = 0
    assert search.facets(Query()).counts is not search.facets(Query()).counts


def test_a_renamed_label_shows_with_the_next_version(generation: str) -> None:
    assert search.facets(Query()).names[DOG] == "dog"
    note_label(mid=DOG, display_name="hound", by="ann")
    assert search.facets(Query()).names[DOG] == "hound"


def test_without_data_the_error_names_the_import(index_dir: Path) -> None:
    for ask in (search.current_engine, lambda: search.search_images(Query()), lambda: search.find_image(ONE)):
        with pytest.raises(search.NoDatasetError, match="import_openimages"):
            ask()
    assert search.current_version() == "none"
    DatasetState.objects.create(pk=1, generation="", revision=3)
    with pytest.raises(search.NoDatasetError):
        search.current_engine()


def other_generation(index_dir: Path) -> str:
    """A second index, with one image less."""
    return build_generation(arrays(replace(EXAMPLE, photos=EXAMPLE.photos[:-1])), index_dir, dataset="other")


def switch(generation: str, *, revision: int = 0) -> None:
    DatasetState.objects.update(generation=generation, revision=revision)


def test_a_new_generation_is_served_at_once_and_the_old_one_let_go(generation: str, index_dir: Path) -> None:
    assert search.search_images(Query()).count == 6
    new = other_generation(index_dir)
    switch(new)
    Image.objects.filter(pk=key_from_image_id(SIX)).delete()
    assert search.search_images(Query()).count == 5
    assert search.current_engine().generation == new
    assert remove_generations(index_dir, keep={new}) == [generation]


def test_a_new_generation_is_opened_before_it_is_needed(
    generation: str, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search.current_engine()
    new = other_generation(index_dir)
    search.current_engine()
    wait_until(lambda: new in engines()._engines)
    monkeypatch.setattr("browse.search.engines.open_engine", None)
    switch(new)
    assert search.current_engine().generation == new


def test_what_a_request_began_with_it_ends_with(generation: str, index_dir: Path) -> None:
    engine = search.current_engine()
    new = other_generation(index_dir)
    switch(new)
    search.current_engine()
    remove_generations(index_dir, keep={new})
    assert engine.count(Query()) == 6


def test_work_is_done_again_when_the_version_changed_meanwhile(generation: str) -> None:
    versions = []

    def work(snapshot: search.Snapshot) -> str:
        versions.append(snapshot.version)
        if len(versions) < 3:
            DatasetState.objects.update(revision=len(versions))
        return snapshot.version

    assert search.consistently(work) == f"{generation}.2"
    assert versions == [f"{generation}.{revision}" for revision in range(3)]


def test_a_fault_that_the_switch_made_is_tried_again(generation: str) -> None:
    def work(snapshot: search.Snapshot) -> str:
        if snapshot.version.endswith(".0"):
            DatasetState.objects.update(revision=1)
            raise search.TablesDifferError("images")
        return snapshot.version

    assert search.consistently(work) == f"{generation}.1"


def test_a_version_that_rests_in_time_gives_an_answer(generation: str) -> None:
    attempts = []

    def work(snapshot: search.Snapshot) -> int:
        attempts.append(snapshot.version)
        if len(attempts) < 20:
            DatasetState.objects.update(revision=len(attempts))
        return len(attempts)

    assert search.consistently(work) == 20


def test_a_version_that_never_rests_is_an_error(generation: str) -> None:
    attempts = []

    def work(snapshot: search.Snapshot) -> None:
        attempts.append(snapshot.version)
        DatasetState.objects.update(revision=len(attempts))

    with pytest.raises(search.ChangingError, match="try again"):
        search.consistently(work, timeout_s=0.2)
    assert len(attempts) > 1


def test_past_the_deadline_there_is_an_error_and_no_result(generation: str, settings: Settings) -> None:
    settings.QUERY_DEADLINE_S = -1.0
    for ask in (lambda: search.search_images(Query(any=(Term(DOG),))), lambda: search.facets(Query(any=(Term(DOG),)))):
        with pytest.raises(search.DeadlineError, match="longer than allowed"):
            ask()


def test_images_that_the_tables_lack_are_an_error_with_the_remedy(generation: str) -> None:
    Image.objects.filter(pk=key_from_image_id(THREE)).delete()
    with pytest.raises(search.TablesDifferError, match="build_index"):
        search.search_images(Query())
    assert search.search_images(Query(label=(Term(BEACH),))).count == 2


def test_labels_that_the_tables_lack_are_an_error_with_the_remedy(generation: str) -> None:
    Label.objects.filter(mid=DOG).delete()
    with pytest.raises(search.TablesDifferError, match="build_index"):
        search.find_image(ONE)


def test_a_damaged_newcomer_does_not_disturb_what_is_served(generation: str, index_dir: Path) -> None:
    room = Engines(index_dir)
    room.get(generation, deadline=soon())
    new = other_generation(index_dir)
    next((index_dir / new).glob("image_keys.bin")).write_bytes(b"damaged")
    room._prepare({new})
    assert list(room._engines) == [generation]
    assert room.get(generation, deadline=soon()).count(Query()) == 6


def test_who_waits_too_long_for_an_index_gives_up(generation: str, index_dir: Path) -> None:
    room = Engines(index_dir)
    with room._opening, pytest.raises(search.ChangingError):
        room.get(generation, deadline=time.monotonic() + 0.05)


def test_warming_up_works_with_data_and_without(generation: str, caplog: pytest.LogCaptureFixture) -> None:
    search.warm_up()
    assert not caplog.records
    DatasetState.objects.all().delete()
    search.warm_up()
    assert "import_openimages" in caplog.text


def test_warming_up_compiles_what_the_page_of_an_image_asks(generation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    similar = EmbeddedEngine.similar
    monkeypatch.setattr(
        EmbeddedEngine, "similar", lambda self, key, **how: asked.append(key) or similar(self, key, **how)
    )
    search.warm_up()
    assert len(asked) == 1


def test_labels_by_name_fold_case_and_accents(generation: str) -> None:
    def named(text: str | None) -> list[str]:
        return search.consistently(lambda snapshot: [label.name for label in search.find_labels(snapshot, text)])

    assert named("ea") == ["sea", "beach"]
    assert named("  SENOR ") == ["Señor Añejo"]
    assert named("ñe") == ["Señor Añejo"]
    assert named("0B3YR") == ["beach"]
    assert len(named(None)) == 5
    assert named("\n") == named("")


def test_the_bytes_of_kept_facets_are_not_guessed_too_low(generation: str) -> None:
    labels = [(f"/m/{number:07}", 10_000 + number) for number in range(3000)]
    authors = [(f"{number:08}@N00", 10_000 + number, 5000 + number) for number in range(500)]
    levels = {level: 10_000 + level for level in range(101)}
    states = dict.fromkeys(STATES, 1000)
    terms = [
        TermFacet("label", Term(f"/m/{number}", None, DEFAULT_STATES), dict(levels), states) for number in range(20)
    ]
    licenses = {f"cc-{n}": 1000 + n for n in range(30)}
    values = {"subsets": {"train": 1000}, "licenses": licenses, "states": states, "confidence": levels}
    counts = FacetCounts(5, labels, authors, values, terms)
    counted = (counts, {key: f"Name of {key} é" for key, _, _ in authors})
    real = deep_size(counted, set())
    assert real <= facet_bytes(counted) <= 3 * real


def deep_size(value: Any, seen: set[int]) -> int:
    """Bytes of a value and all that it holds, each thing once."""
    if id(value) in seen:
        return 0
    seen.add(id(value))
    size = sys.getsizeof(value)
    if is_dataclass(value):
        return size + sum(deep_size(getattr(value, field.name), seen) for field in fields(value))
    if isinstance(value, dict):
        return size + sum(deep_size(key, seen) + deep_size(inner, seen) for key, inner in value.items())
    if isinstance(value, list | tuple | frozenset):
        return size + sum(deep_size(inner, seen) for inner in value)
    return size
