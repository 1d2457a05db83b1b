"""How many masks, relationships, points and narratives a query asks for, from each engine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from browse.query.texts import parse_caption
from browse.query.values import Query
from tests.facets.brute import BruteForce
from tests.facets.contract import assert_same_rows_asked_for
from tests.facets.engines import ENGINES, EngineKind
from tests.facets.masks import mask
from tests.facets.narratives import narrated_dataset
from tests.facets.points import pointed_dataset
from tests.facets.relationships import related_dataset
from tests.facets.small import image_id, query

QUERIES = {
    "": (3, 7, 7, 6),
    "label=dog": (1, 5, 4, 5),
    "any=rel:/m/dog~on~*&any=rel:*~is~/m/sea": (1, 4, 2, 4),
    "any=point:/m/dog:no,unsure&any=point:/m/cat": (2, 5, 4, 5),
    "label=sea*": (3, 7, 7, 6),
    "any=cat&any=point:/m/sea": (2, 6, 1, 4),
    "any=box:dog&any=dog": (1, 5, 4, 5),
    "not=dog": (1, 2, 1, 1),
    "label=rel:*~on~/m/sea*": (2, 3, 5, 3),
}
"""Masks, relationships, points, narratives, counted by hand."""
CAPTIONS = {"dog": 3, "dog -house": 2, "hou*": 3}


@pytest.mark.parametrize("kind", ENGINES)
def test_engines_count_the_rows_that_a_loop_finds(kind: EngineKind) -> None:
    dataset = replace(
        related_dataset(),
        points=pointed_dataset().points,
        narratives={
            one: tuple(replace(told, file=f"/{told.annotator}") for told in some)
            for one, some in narrated_dataset().narratives.items()
        },
        masks={
            image_id(1): (mask("/m/dog"), replace(mask("/m/cat", 3), file="/data/others.csv")),
            image_id(4): (mask("/m/sea"),),
        },
    )
    brute = BruteForce(dataset)
    with kind.over(dataset) as engine:
        for text, numbers in QUERIES.items():
            selected = engine.selected(query(text))
            counted = selected.relationships(), selected.points(), selected.narratives()
            assert (sum(selected.masks().values()), *counted) == numbers, text
        for text, number in CAPTIONS.items():
            assert engine.selected(Query(caption=parse_caption(text))).narratives() == number
        for asked in (*map(query, QUERIES), *(Query(caption=parse_caption(text)) for text in CAPTIONS)):
            keys = brute.page(asked, number=1, size=100).keys
            for limit in (None, 2):
                images = {photo.image_id for photo in dataset.photos if photo.key in keys[:limit]}
                assert_same_rows_asked_for(engine.selected(asked, limit=limit), brute, asked, images)
