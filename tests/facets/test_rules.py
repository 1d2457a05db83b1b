"""The rules of the query language, one table of cases for all engines."""

from __future__ import annotations

import pytest

from browse.domain.image_ids import key_from_image_id
from browse.facets.embedded import kernels
from browse.facets.engine import Engine, UnknownValueError
from browse.facets.reference import ordering as reference
from browse.query.values import Role, State
from tests.facets import brute
from tests.facets.small import image_id, query

MATCHES = {
    # all images, and what "given" means
    "": "12345678",
    "confidence=0-1": "12346",
    "state=confirmed&state=unverified&state=missed": "12346",
    "state=rejected": "35",
    "state=absent": "58",
    "confidence=0-0": "",
    "confidence=0-0&state=absent": "58",
    "confidence=0.7-0.7": "6",
    # one term: its own range and states, and the query's where it has none
    "label=dog": "126",
    "label=unused": "",
    "label=dog:rejected": "3",
    "label=dog:absent": "5",
    "label=dog:absent,rejected,confirmed": "235",
    "label=cat:missed": "4",
    "label=cat@1-1": "4",
    "label=dog@0.9-1": "12",
    "label=dog@0.8-1:rejected": "3",
    "label=dog@0.5-0.5": "6",
    "label=dog&confidence=0.5-0.8": "6",
    "label=dog@0.9-1&confidence=0.5-0.8": "12",
    "label=dog&state=rejected": "3",
    "label=dog:unverified&state=rejected": "16",
    "label=sea@0-0.6&state=confirmed": "3",
    # several terms
    "label=dog&label=cat": "12",
    "label=dog&label=dog:confirmed": "2",
    "label=dog@0.9-1&label=cat&confidence=0.8-0.8": "12",
    "any=dog&any=sea": "12346",
    "any=dog&any=sea&any=cat&min_any=2": "124",
    "any=dog&any=sea&any=cat&min_any=3": "1",
    "any=dog&any=dog:confirmed&min_any=2": "2",
    "any=cat&confidence=1-1": "4",
    "any=cat&any=car:absent&confidence=0-0": "8",
    "label=dog&any=cat&any=car": "126",
    # not: no such term as asks for a pair
    "not=dog": "34578",
    "not=dog:rejected": "1245678",
    "not=dog&not=sea": "578",
    "not=dog&confidence=0.6-1": "346",
    "not=sea&state=confirmed": "2",
    "label=dog&not=cat": "6",
    "any=dog&not=cat:confirmed": "16",
    # labels with all below them; a part is not below
    "label=unused*": "1246",
    "label=unused*:rejected": "35",
    "label=unused*@0.9-1": "124",
    "label=unused*&confidence=0.8-0.8": "12",
    "label=sea*": "134",
    "label=unused*&label=dog": "126",
    "not=unused*": "3578",
    "any=unused*:absent&any=car": "56",
    # several authors
    "author=ann&author=bob": "1235678",
    "author=ann&author=bob&label=dog": "126",
    # images by ImageID
    "id=1&id=3&id=99": "13",
    "id=99": "",
    "id=1&id=2&id=4&label=dog": "12",
    "id=2&id=3&author=ann&q=lee": "3",
    # words of titles and authors
    "q=golden": "12",
    "q=gold": "",
    "q=GOLDEN+gate": "1",
    "q=gat*": "16",
    "q=cafe": "4",
    "q=東": "5",
    "q=京東": "5",
    "q=don't": "8",
    "q=lee": "1347",
    "q=title:lee": "",
    "q=author:ann": "137",
    "q=ann*": "1367",
    "q=golden-lee": "1",
    "q=golden+-gate": "2",
    "q=bob+-title:golden": "58",
    "q=lee&not=dog": "347",
    "q=lee&author=ann": "137",
    "q=lee&state=rejected": "3",
    # filters
    "subset=validation": "56",
    "subset=validation&subset=test": "568",
    "subset=test&label=dog": "",
    "license=none": "36",
    "license=none&license=cc-by-2.0": "12345678",
    "author=ann": "1367",
    "author=ann&subset=train&label=dog": "1",
    "author=bob&state=absent": "58",
}

ORDERS = {
    "label=cat&sort=-confidence": "412",
    "label=sea&sort=-confidence": "413",
    "label=dog:unverified,confirmed,rejected,absent&sort=-confidence": "12365",
    "label=dog&label=cat&sort=-confidence": "12",
    "label=dog@0-0.8:rejected,unverified&sort=-confidence": "36",
    "label=unused*&sort=-confidence": "4126",
    "label=unused*@0-0.8&sort=-confidence": "126",
    "any=dog&any=sea": "12346",
}


def keys(numbers: str) -> list[int]:
    return [key_from_image_id(image_id(int(number))) for number in numbers]


@pytest.mark.parametrize(("text", "numbers"), MATCHES.items())
def test_a_query_matches_exactly_these_images(engine: Engine, text: str, numbers: str) -> None:
    assert engine.page(query(text), number=1, size=30).keys == keys(numbers)
    assert engine.count(query(text)) == len(numbers)


@pytest.mark.parametrize(("text", "numbers"), ORDERS.items())
def test_orders_and_pages(engine: Engine, text: str, numbers: str) -> None:
    for size in (1, 2, 3):
        pages = [engine.page(query(text), number=number, size=size) for number in range(1, 8)]
        assert {page.count for page in pages} == {len(numbers)}
        assert [key for page in pages for key in page.keys] == keys(numbers)
        assert [len(page.keys) for page in pages] == [min(size, max(0, len(numbers) - size * i)) for i in range(7)]


def test_pages_far_beyond_the_last_are_empty(engine: Engine) -> None:
    page = engine.page(query("label=dog"), number=10_000_000, size=200)
    assert (page.count, page.keys) == (3, [])


def test_random_order_is_by_splitmix64(engine: Engine) -> None:
    def place(number: int) -> int:
        return brute.mix(number ^ brute.mix(2024))

    expected = "".join(str(number) for number in sorted(range(1, 9), key=place))
    assert expected != "12345678"
    assert engine.page(query("sort=random&seed=2024"), number=1, size=8).keys == keys(expected)
    assert engine.page(query("sort=random&seed=2024"), number=3, size=3).keys == keys(expected[6:])


def test_mix_gives_the_published_first_output_of_splitmix64() -> None:
    state = kernels.Word((1234567 + 0x9E3779B97F4A7C15) % 2**64)
    assert {int(kernels.mix(state)), reference.mix(int(state)), brute.mix(int(state))} == {6457827717110365317}


def test_facets_of_one_label(engine: Engine) -> None:
    facets = engine.facets(query("label=dog"))
    assert facets.count == 3
    assert facets.labels == [("/m/dog", 3), ("/m/cat", 2), ("/m/car", 1), ("/m/sea", 1)]
    assert facets.authors == [("ann", 1, 2), ("bob", 2, 1)]
    assert facets.values["subsets"] == {"train": 2, "validation": 1, "test": 0}
    assert facets.values["licenses"] == {"cc-by-2.0": 2, "none": 1}
    assert [*facets.values["states"].items()] == [
        (State.CONFIRMED, 1),
        (State.REJECTED, 1),
        (State.UNVERIFIED, 2),
        (State.MISSED, 0),
        (State.ABSENT, 1),
    ]
    assert facets.values["confidence"] == {0: 0, 50: 1, 60: 0, 70: 0, 80: 0, 90: 2, 100: 0}
    (term,) = facets.terms
    assert (term.role, term.confidence, term.states) == (
        Role.LABEL,
        facets.values["confidence"],
        facets.values["states"],
    )


def test_facets_replace_what_stands_in_the_query(engine: Engine) -> None:
    facets = engine.facets(
        query("label=dog&subset=validation&license=none&author=ann&state=unverified&confidence=0.5-0.5")
    )
    assert facets.count == 1
    assert facets.values["subsets"] == {"train": 0, "validation": 1, "test": 0}
    assert facets.values["licenses"] == {"cc-by-2.0": 0, "none": 1}
    assert facets.authors == [("ann", 1, 1)]
    assert facets.values["states"][State.UNVERIFIED] == 1
    assert engine.facets(query("label=dog&author=bob")).authors == [("ann", 1, 2), ("bob", 2, 1)]
    assert engine.facets(query("label=dog&state=rejected")).values["states"][State.UNVERIFIED] == 2
    assert engine.facets(query("label=dog&confidence=0.5-0.5")).values["confidence"][90] == 2


def test_a_label_in_the_query_counts_without_its_own_range_and_states(engine: Engine) -> None:
    facets = engine.facets(query("label=dog:rejected,confirmed"))
    assert (facets.count, dict(facets.labels)["/m/dog"]) == (2, 1)


def test_states_of_a_query_without_terms_ask_for_a_pair(engine: Engine) -> None:
    facets = engine.facets(query(""))
    assert facets.count == 8
    assert [*facets.values["states"].values()] == [2, 2, 3, 1, 2]
    assert facets.values["confidence"] == {0: 0, 50: 1, 60: 2, 70: 1, 80: 2, 90: 2, 100: 1}


def test_an_any_term_that_becomes_equal_to_another_collapses_and_lowers_k(engine: Engine) -> None:
    facets = engine.facets(query("any=dog@0.9-0.9&any=dog@0.5-0.5&min_any=2"))
    assert facets.count == 0
    first, second = facets.terms
    assert first.confidence == {0: 0, 50: 1, 60: 0, 70: 0, 80: 0, 90: 0, 100: 0}
    assert second.confidence == {0: 0, 50: 0, 60: 0, 70: 0, 80: 0, 90: 2, 100: 0}


def test_a_collapsed_any_term_does_not_count_twice(engine: Engine) -> None:
    facets = engine.facets(query("any=dog@0.9-0.9&any=dog@0.5-0.5&any=cat&min_any=2"))
    assert facets.count == 2
    assert facets.terms[0].confidence == {0: 0, 50: 0, 60: 0, 70: 0, 80: 0, 90: 2, 100: 0}
    assert facets.terms[1].confidence == {0: 2, 50: 2, 60: 2, 70: 2, 80: 2, 90: 2, 100: 2}


def test_not_terms_count_what_their_change_leaves(engine: Engine) -> None:
    (term,) = engine.facets(query("not=dog")).terms
    assert term.confidence == {0: 8, 50: 7, 60: 8, 70: 8, 80: 8, 90: 6, 100: 8}
    assert [*term.states.values()] == [7, 7, 6, 8, 7]


def test_lists_are_cut_after_the_largest(engine: Engine) -> None:
    facets = engine.facets(query(""), top=2, top_authors=1)
    assert facets.labels == [("/m/cat", 3), ("/m/dog", 3)]
    assert facets.authors == [("ann", 1, 4)]


@pytest.mark.parametrize(
    ("text", "parameter", "value"),
    [
        ("label=dog&label=wolf", "label", "/m/wolf"),
        ("any=wolf", "any", "/m/wolf"),
        ("not=wolf", "not", "/m/wolf"),
        ("license=cc0-1.0", "license", "cc0-1.0"),
        ("author=carl", "author", "carl"),
        ("author=%ED%A0%80", "author", "\ufffd\ufffd\ufffd"),
    ],
)
def test_what_the_data_set_does_not_have_is_named(engine: Engine, text: str, parameter: str, value: str) -> None:
    for ask in (engine.count, engine.facets, lambda unknown: engine.page(unknown, number=1, size=1)):
        with pytest.raises(UnknownValueError) as raised:
            ask(query(text))
        assert (raised.value.parameter, raised.value.value) == (parameter, value)
