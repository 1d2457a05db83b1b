"""What is suggested while somebody types."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from browse.curation.actions import hide_image, note_label, press_verdict
from browse.domain.spelling import slips_allowed
from browse.search import NamedLabel, consistently
from browse.search.label_finder import LabelFinder
from browse.search.suggestions import Suggestions, suggestions_of
from tests.datasets import BOB, DOG, FIVE, FOUR, NOTHING, ONE, SIX, THREE, TWO
from tests.domain.test_spelling import distance
from tests.drawn import drawn
from tests.facets.brute import words
from tests.facets.draw import TITLES

MOST = 3
NAME_PARTS = (*TITLES, "hot_dog", "dog’s", "golden retriever", "retreiver", "dgo", "catt", "cat", "cats")
NAMES = st.lists(st.sampled_from(NAME_PARTS), min_size=1, max_size=3).map(" ".join)


@st.composite
def labels(draw: st.DrawFn) -> list[NamedLabel]:
    """Labels in the order in which results are: the largest count first, ties by MID."""
    names = draw(st.lists(NAMES, max_size=20))
    found = [
        NamedLabel(f"/m/{n}", name, draw(st.integers(0, 3)), draw(st.sampled_from(["", "", "dog", "sea"])))
        for n, name in enumerate(names)
    ]
    return sorted(found, key=lambda label: (-label.count, label.mid))


@drawn(quick=150, deep=2000)
@given(labels(), NAMES | st.sampled_from(["/m/1", "m/2", "", "…"]))
@example([NamedLabel("/m/0", "dogs", 0, "dog")], "dog dogs")
def test_labels_are_found_as_plain_python_finds_them(known: list[NamedLabel], text: str) -> None:
    renamed = {label.mid: label.renamed for label in known if label.renamed}
    finder = LabelFinder({label.mid: label.name for label in known}, renamed)
    counts = {label.mid: label.count for label in known}
    asked = words(text)
    found = [label for label in known if is_exact(label, text) or begins(all_words(label), asked)]
    exact = [label for label in found if is_exact(label, text)]
    chosen = [*exact, *(label for label in found if label not in exact)][:MOST]
    assert finder.find(text, counts, most=MOST) == [label for label in known if label in chosen]
    slips = [(slips_of(label, asked), place, label) for place, label in enumerate(known)]
    near = sorted((cost, place) for cost, place, _ in slips if cost is not None and len(set(asked)) <= 10)
    assert finder.nearest(text, counts, most=MOST) == [known[place] for _, place in near[:MOST]]


def own_words(label: NamedLabel) -> list[list[str]]:
    return [words(name) for name in (label.name, label.renamed) if name]


def all_words(label: NamedLabel) -> list[str]:
    return [word for name in own_words(label) for word in name]


def is_exact(label: NamedLabel, text: str) -> bool:
    return (words(text) in own_words(label) and bool(words(text))) or label.mid in (text, f"/{text}")


def begins(own: list[str], asked: list[str]) -> bool:
    return bool(asked) and {*asked[:-1]} <= {*own} and any(word.startswith(asked[-1]) for word in own)


def slips_of(label: NamedLabel, asked: list[str]) -> int | None:
    """How many slips a text has where a label is meant; None where it cannot be."""
    own = all_words(label)
    if not asked or not own:
        return None
    least = {word: min(distance(word, other) for other in own) for word in asked}
    return None if any(cost > slips_allowed(word) for word, cost in least.items()) else sum(least.values())


Suggest = Callable[[str], Suggestions]


@pytest.fixture
def suggest(generation: str) -> Suggest:
    return lambda text: consistently(lambda snapshot: suggestions_of(snapshot, text))


@pytest.mark.parametrize("text", ["do", "DOG", "/m/0bt9lr", "m/0bt9lr", " dog "])
def test_a_label_comes_with_its_count(suggest: Suggest, text: str) -> None:
    found = suggest(text)
    assert [(label.mid, label.count) for label in found.labels] == [(DOG, 4)]
    assert not found.are_nearest


@pytest.mark.parametrize(("text", "mid"), [("dogs", DOG), ("dgo", DOG), ("anejo senro", NOTHING)])
def test_the_nearest_spelling_is_given_where_no_label_is_found(suggest: Suggest, text: str, mid: str) -> None:
    found = suggest(text)
    assert (found.are_nearest, [label.mid for label in found.labels]) == (True, [mid])
    assert found.is_nothing


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("an", [("ann", "Ann", 3)]),
        ("ann", [("ann", "Ann", 3)]),
        ("https://www.flickr.com/people/ann/", [("ann", "Ann", 3)]),
        (BOB, []),
        ("x-0123456789ab", [("x-0123456789ab", "Bob", 2)]),
        ("other", []),
        ("nobody", []),
    ],
)
def test_authors_are_found_by_name_key_and_profile(
    suggest: Suggest, text: str, authors: list[tuple[str, str, int]]
) -> None:
    assert [(one.key, one.name, one.count) for one in suggest(text).authors] == authors


@pytest.mark.parametrize(
    ("text", "images"),
    [
        (ONE, [ONE]),
        ("0000", [ONE, TWO, THREE]),
        ("ffff", [SIX]),
        ("8000000000000", [FIVE]),
        ("7FFF", [FOUR]),
        (f"{TWO}.jpg", [TWO]),
        (f"train/{TWO}", [TWO]),
        ("0000000000000000", []),
        ("101", [ONE]),
        ("https://www.flickr.com/photos/whoever/102/in/photostream/", [TWO]),
        ("https://live.staticflickr.com/1/102_f_z.jpg", [TWO]),
        ("AAECAwQFBgcICQoLDA0ODw==", [ONE]),
        (bytes(range(16)).hex(), [ONE]),
        (bytes([0, 1, 2, 3, *[9] * 12]).hex(), []),
        ("dog", []),
    ],
)
def test_images_are_found_by_what_names_them(suggest: Suggest, text: str, images: list[str]) -> None:
    assert [image.image_id for image in suggest(text).images] == images


def test_what_is_hidden_is_never_suggested(suggest: Suggest) -> None:
    hide_image(image_id=ONE, by="cora", why="privacy")
    assert [image.image_id for image in suggest("0000").images] == [TWO, THREE]
    assert suggest("101").images == suggest("AAECAwQFBgcICQoLDA0ODw==").images == suggest(ONE).images == []
    assert [(author.key, author.count) for author in suggest("ann").authors] == [("ann", 2)]
    assert suggest("dog sea").count == 0


@pytest.mark.parametrize(
    ("text", "count"),
    [("dog", 1), ("dog sea", 1), ("ann", 3), ("zebra", 0), ("-dog", None), ("…", None), ("a " * 11, None)],
)
def test_the_count_is_of_the_text_as_a_query(suggest: Suggest, text: str, count: int | None) -> None:
    found = suggest(text)
    assert found.count == count
    assert (found.query is None) == (count is None)


def test_titles_and_names_are_given(suggest: Suggest) -> None:
    one, four = suggest(ONE).images[0], suggest(FOUR).images[0]
    assert (one.subset, one.title, one.author) == ("train", 'Dog & "sea"', "Ann Other")
    assert (four.subset, four.title, four.author) == ("validation", "", "")


def test_a_verdict_counts_and_another_name_is_found_at_once(suggest: Suggest) -> None:
    press_verdict(image_id=FIVE, mid=DOG, says="yes", by="cora")
    assert [label.count for label in suggest("dog").labels] == [5]
    note_label(mid=DOG, by="cora", display_name="hound")
    for text in ("dog", "houn"):
        assert [(label.name, label.renamed) for label in suggest(text).labels] == [("hound", "dog")]


def test_few_queries_are_asked(suggest: Suggest, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    suggest("ann")
    with django_assert_max_num_queries(6):
        suggest("AAECAwQFBgcICQoLDA0ODw==")
