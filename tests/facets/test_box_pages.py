"""Pages of boxes, from each engine: which, how many, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from browse.domain.boxes import Box
from browse.facets.engine import Engine
from browse.query.box_terms import BoxTerm, parse_box_term
from browse.query.values import Query, Sort, Term
from tests.facets.boxes import boxed_dataset
from tests.facets.brute_boxes import counted_areas
from tests.facets.curated import Event
from tests.facets.engines import ENGINES, EngineKind

DOG, CAT, SEA = "/m/dog", "/m/cat", "/m/sea"
DATASET = replace(boxed_dataset(), hierarchy=((SEA, DOG, False), (CAT, DOG, False)))
BOXES = {photo.key: DATASET.boxes.get(photo.image_id, ()) for photo in DATASET.photos}
QUERIES = (
    Query(),
    Query(label=(Term(DOG),)),
    Query(label=(Term(DOG),), sort=Sort.CONFIDENCE),
    Query(sort=Sort.RANDOM, seed=5),
    Query(without=(Term(SEA),), sort=Sort.RANDOM, seed=6),
    Query(subsets=frozenset({"train"})),
    Query(label=(BoxTerm(DOG),), sort=Sort.BOXES),
)
TERMS = (
    (),
    (BoxTerm(DOG),),
    (BoxTerm(DOG), BoxTerm(SEA)),
    (BoxTerm(SEA, below=True),),
    (parse_box_term(f"box:{DOG}@0.1-1"),),
    (parse_box_term(f"box:{DOG}:occluded"), parse_box_term(f"box:{DOG}@0-0.1:group,not-group"), BoxTerm(CAT)),
)


def is_counted(box: Box, terms: Sequence[BoxTerm]) -> bool:
    return any(counted_areas(term, [box], DATASET) for term in terms)


def expected(engine: Engine, query: Query, terms: Sequence[BoxTerm], *, largest_first: bool) -> list[tuple[int, int]]:
    """The places of the boxes, from the order of images that the engine has."""
    keys = engine.page(query, number=1, size=100).keys
    found = [(key, n) for key in keys for n, box in enumerate(BOXES[key], 1) if not terms or is_counted(box, terms)]
    return sorted(found, key=lambda place: (-BOXES[place[0]][place[1] - 1].area, place)) if largest_first else found


@pytest.mark.parametrize("kind", ENGINES)
def test_boxes_come_in_the_order_of_their_images_or_by_area(kind: EngineKind) -> None:
    with kind.over(DATASET) as engine:
        for query in QUERIES:
            for terms in TERMS:
                for largest_first in (False, True):
                    wanted = expected(engine, query, terms, largest_first=largest_first)
                    for number, size in ((1, 100), (2, 2), (9, 30)):
                        page = engine.box_page(query, terms, largest_first=largest_first, number=number, size=size)
                        assert page.places == wanted[(number - 1) * size : number * size]
                        assert (page.count, page.images) == (len(wanted), len({key for key, _ in wanted}))


@pytest.mark.parametrize("kind", ENGINES)
def test_hidden_images_have_no_boxes_there(kind: EngineKind) -> None:
    hidden = DATASET.photos[0]
    with kind.over(DATASET, [Event("ann", hidden.image_id, hidden=True)]) as engine:
        page = engine.box_page(Query(), [BoxTerm(DOG)], number=1, size=100)
        assert (page.count, page.images) == (2, 2)
        assert hidden.key not in {key for key, _ in page.places}
