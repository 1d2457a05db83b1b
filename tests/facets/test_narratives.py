"""Narratives from each engine: words of captions, and those of images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.image_ids import key_from_image_id
from browse.domain.narratives import Narrative
from browse.facets.build.generation import build_generation
from browse.facets.index.layout import FILES
from browse.facets.index.store import digest_in, open_index
from browse.query.texts import parse_caption
from browse.query.values import Query
from tests.drawn import drawn
from tests.facets.brute import BruteForce
from tests.facets.contract import assert_same_answers
from tests.facets.curated import Event
from tests.facets.datasets import Dataset, Photo, arrays
from tests.facets.draw import datasets
from tests.facets.engines import ENGINES, EngineKind
from tests.facets.narratives import caption_texts, narrated_dataset
from tests.facets.small import image_id, query, small_dataset

RULES = [
    ("dog grass", "1"),
    ("dog", "1 6"),
    ("dog*", "1 6"),
    ("house dog*", "1 6"),
    ("dog -house", "1 6"),
    ("house -dog*", "2"),
    ("house:grass", "2"),
    ("title:x", "4"),
    ("CAFE", "4"),
    ("京", "4"),
    ("gras", ""),
]


@pytest.mark.parametrize("kind", ENGINES)
def test_a_caption_is_asked_for_as_a_whole(kind: EngineKind) -> None:
    dataset = narrated_dataset()
    rows = {key_from_image_id(image): narratives for image, narratives in dataset.narratives.items()}
    with kind.over(dataset) as engine:
        for text, images in RULES:
            expected = [key_from_image_id(image_id(int(number))) for number in images.split()]
            assert engine.page(Query(caption=parse_caption(text)), number=1, size=20).keys == expected, text
        asked = replace(query("label=dog&has=narrative"), caption=parse_caption("dog"))
        assert_same_answers(engine, BruteForce(dataset), asked)
        assert engine.narratives_of([*rows, 5]) == rows
    with kind.over(dataset, [Event("ann", image_id(1), hidden=True)]) as engine:
        assert engine.has_narratives
        assert engine.count(Query(caption=parse_caption("dog"))) == 1
        assert not engine.narratives_of([key_from_image_id(image_id(1))])
    with kind.over(small_dataset()) as engine:
        assert (engine.has_narratives, engine.narratives_of([*rows])) == (False, {})


@pytest.mark.parametrize("kind", ENGINES)
@drawn(quick=5, deep=34)
@given(data=st.data())
def test_many_texts_of_one_data_set_are_found_as_plain_loops_say(kind: EngineKind, data: st.DataObject) -> None:
    dataset = data.draw(datasets().filter(lambda one: any(one.narratives.values())))
    brute = BruteForce(dataset)
    with kind.over(dataset) as engine:
        for text in data.draw(st.lists(caption_texts(), min_size=20, max_size=20)):
            asked = Query(caption=text)
            assert engine.count(asked) == brute.count(asked)


def test_without_narratives_their_files_are_empty_and_the_digest_stays(tmp_path: Path) -> None:
    index = open_index(tmp_path, build_generation(arrays(small_dataset()), tmp_path, dataset="x"))
    names = [name for name in FILES if name.startswith(("narrative_", "caption_", "recording_"))]
    filled = [name for name in names if not name.endswith("_offsets") and index.manifest.files[name].length]
    assert filled == []
    index.close()
    one, first = image_id(1), Narrative(7, "A dog", "x.ogg", "/data/one.jsonl", 12)

    def digest(*rows: Narrative) -> str:
        given = arrays(Dataset((Photo(one),), ("/m/cat",), narratives={one: rows}))
        return digest_in(tmp_path, build_generation(replace(given, image_digests=bytes(32)), tmp_path, dataset="x"))

    second = replace(first, caption="A cat")
    assert digest(first, second) == digest(second, first)
    assert digest(first) == digest(replace(first, file="", begin=0))
    others = (second, replace(first, annotator=8), replace(first, recording=""))
    assert len({digest(), digest(first), digest(first, first), *map(digest, others)}) == 6
