"""What large sets are counted from, known counts of frequent labels and of prolific authors, gives what loops give."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.facets.build.generation import build_generation
from browse.facets.embedded import counting, kernels, label_counts
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.embedded.postings import add_postings
from browse.facets.index import open_index
from browse.facets.index.store import open_generation
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, Query, State, Term
from tests.drawn import drawn
from tests.facets.datasets import Dataset, Photo, arrays
from tests.facets.draw import AUTHORS

IMAGES = 4000
MIDS = tuple(f"/m/{letter}" for letter in "abcdefgh")
SHARES = (0.5, 0.3, 0.2, 0.1, 0.05, 0.01, 0.001, 0.0)


def labeled() -> Dataset:
    """Frequent and rare labels, some of them ruled out, on images in no order."""
    chance = random.Random(40)
    photos = tuple(Photo(f"{number:016x}", author=chance.randrange(5)) for number in range(IMAGES))
    annotations = {}
    for mid, share in zip(MIDS, SHARES, strict=True):
        for photo in chance.sample(photos, int(share * IMAGES)):
            annotations[photo.image_id, mid, "machine"] = chance.choice((50, 80, 100))
            if chance.random() < 0.1:
                annotations[photo.image_id, mid, "verification"] = 0
    return Dataset(photos, MIDS, annotations, authors=AUTHORS)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    folder = tmp_path_factory.mktemp("index")
    opened = open_generation(folder, build_generation(arrays(labeled()), folder, dataset="test"))
    yield opened
    opened.close()


def _words(engine: EmbeddedEngine, inside: list[bool]) -> kernels.Bitset:
    words = np.zeros(engine._index.width, np.uint64)
    kernels.put_bits(words, np.arange(len(inside), dtype=np.uint32), np.array(inside, np.bool_))
    return words


def _listed(engine: EmbeddedEngine, label: int) -> kernels.Bitset:
    """The images that the index lists of a label in the default states."""
    words, index = np.zeros(engine._index.width, np.uint64), engine._index
    add_postings(words, index, label, index.classes.default)
    return words


@drawn(quick=60, deep=600)
@given(data=st.data())
def _same_with_known_labels(engine: EmbeddedEngine, data: st.DataObject) -> None:
    chance = random.Random(data.draw(st.integers(0, 1 << 32)))
    named = data.draw(st.permutations(range(len(MIDS))).map(lambda order: order[: chance.randint(1, 6)]))
    holds = {Term(MIDS[label]) for label in named[: data.draw(st.integers(0, len(named)))]}
    least, noise = data.draw(st.integers(1, 3)), data.draw(st.sampled_from([0.0, 0.01, 0.5]))
    chosen = engine._selector(Query(), None)
    sets = [chosen.term(Query(), term) for term in holds]
    bits = [np.unpackbits(words.view(np.uint8), bitorder="little")[:IMAGES] for words in sets]
    inside = sum(bits, np.zeros(IMAGES, np.uint8)) >= least
    if data.draw(st.booleans()):
        inside = ~inside
    words = _words(engine, [bool(one) != (chance.random() < noise) for one in inside])
    states = data.draw(st.sampled_from([DEFAULT_STATES, frozenset({State.UNVERIFIED, State.REJECTED})]))
    mask, count = engine.overlay.classes.mask(ANY_CONFIDENCE, states), int(kernels.count_bits(words))
    plain = label_counts.label_counts(engine.overlay, words, count, mask)
    at_hand = {label: _listed(engine, label) if data.draw(st.booleans()) else None for label in named}
    assert label_counts.label_counts(engine.overlay, words, count, mask, at_hand).tolist() == plain.tolist()


def test_counts_by_known_labels_are_those_of_a_pass_over_all(engine: EmbeddedEngine) -> None:
    _same_with_known_labels(engine)


@pytest.mark.parametrize(
    ("query", "most"),
    [
        (Query(label=(Term("/m/a"),)), 0),
        (Query(without=(Term("/m/a"),)), 0),
        (Query(any=(Term("/m/b"), Term("/m/c"))), 400),
        (Query(any=(Term("/m/b"), Term("/m/g"))), 10),
        (Query(without=(Term("/m/c"), Term("/m/d"))), 150),
    ],
)
def test_only_images_are_gone_through_that_known_labels_do_not_tell(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch, query: Query, most: int
) -> None:
    gone_through, go_through = [], label_counts._label_pass
    monkeypatch.setattr(label_counts, "_label_pass", lambda *args: (gone_through.append(args[2]), go_through(*args))[1])
    found = engine.facets(query, top=None)
    assert sum(gone_through) <= most < found.count
    for mid, count in found.labels:
        assert count == engine.count(Query(label=(*query.label, Term(mid)), any=query.any, without=query.without))


def test_images_that_a_walk_came_by_are_not_listed_again(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = [Query(any=(Term("/m/b"), Term("/m/c"))), Query(without=(Term("/m/b"), Term("/m/c")))]
    expected = [engine.facets(query) for query in queries]
    monkeypatch.setattr(label_counts, "add_postings", lambda *args: pytest.fail("listed again"))
    assert [engine.facets(query) for query in queries] == expected


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 10])
@pytest.mark.parametrize("prolific", [1, 2, 3, 100, 1000])
def test_the_best_authors_are_those_of_all_counts(
    embed: Callable[[Dataset], EmbeddedEngine], monkeypatch: pytest.MonkeyPatch, limit: int, prolific: int
) -> None:
    monkeypatch.setattr(counting, "FEW_IMAGES", 0)
    monkeypatch.setattr(open_index, "PROLIFIC_AUTHORS", prolific)
    index, chance = embed(credited())._index, random.Random(41)
    told = 0
    for share in (0.0, 0.02, 0.3, 0.9, 1.0):
        words = np.zeros(index.width, np.uint64)
        inside = np.array([chance.random() < share for _ in range(IMAGES)])
        kernels.put_bits(words, np.arange(IMAGES, dtype=np.uint32), inside)
        expected = counting.largest(counting.author_counts(index, words, int(inside.sum())), limit)
        assert counting.largest_authors(index, words, limit) == expected
        told += counting._of_prolific(index, words, int(inside.sum()), limit) == expected
    assert told or limit > 3 or prolific <= limit


def credited() -> Dataset:
    """Two hundred authors, each with as many images as the first by its place."""
    chance, authors = random.Random(42), [(f"https://www.flickr.com/people/p{n:03}/", f"p{n:03}") for n in range(200)]
    drawn_ones = chance.choices(range(len(authors)), [1 / (n + 1) for n in range(len(authors))], k=IMAGES)
    photos = tuple(Photo(f"{number:016x}", author=author) for number, author in enumerate(drawn_ones))
    return Dataset(photos, MIDS[:1], {}, authors=tuple(authors))
