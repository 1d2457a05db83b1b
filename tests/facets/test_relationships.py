"""Relationships from each engine: terms, facets, triplets, and those of images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.image_ids import key_from_image_id
from browse.facets.build.generation import build_generation
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.engine import UnknownValueError
from browse.facets.index.layout import FILES
from browse.facets.index.store import digest_in, open_index
from browse.query.values import Query, Role
from tests.drawn import drawn
from tests.facets.brute import BruteForce
from tests.facets.contract import assert_same_answers
from tests.facets.curated import Event
from tests.facets.datasets import Dataset, Photo, arrays
from tests.facets.draw import datasets
from tests.facets.engines import ENGINES, EngineKind
from tests.facets.relationships import related_dataset, relationship
from tests.facets.small import image_id, query, small_dataset
from tests.query.relation_draw import relation_terms

RULES = [
    ("label=rel:*~*~*", "1 2 4 6"),
    ("label=rel:*~on~*", "1 2"),
    ("label=rel:/m/dog~on~/m/cat", "1"),
    ("label=rel:/m/dog~*~*", "1 4 6"),
    ("label=rel:*~*~/m/sea", "1 4 6"),
    ("label=rel:*~is~/m/sea", "1 6"),
    ("label=rel:/m/sea*~on~*", "1 2"),
    ("label=rel:/m/sea*~at~/m/sea*", "4"),
    ("label=rel:/m/sea~at~*", ""),
    ("label=rel:*~on~*&not=rel:/m/dog~on~*", "2"),
    ("any=rel:*~on~*&any=rel:*~is~*&min_any=2", "1"),
    ("has=relationships", "1 2 4 6"),
    ("label=rel:*~under~*&confidence=0-1", "4"),
]


@pytest.mark.parametrize("kind", ENGINES)
def test_terms_hold_for_the_images_that_have_such_a_relationship(kind: EngineKind) -> None:
    dataset = related_dataset()
    with kind.over(dataset) as engine:
        for text, images in RULES:
            expected = [key_from_image_id(image_id(int(number))) for number in images.split()]
            assert engine.page(query(text), number=1, size=20).keys == expected, text
        assert_same_answers(engine, BruteForce(dataset), query("label=rel:*~on~*"))
        for text, value in (("label=rel:*~eats~*", "eats"), ("not=rel:*~on~/m/gone", "/m/gone")):
            with pytest.raises(UnknownValueError, match=value):
                engine.count(query(text))


@pytest.mark.parametrize("kind", ENGINES)
def test_triplets_and_rows_are_those_of_images_to_be_seen(kind: EngineKind) -> None:
    dataset = related_dataset()
    keys = [photo.key for photo in dataset.photos]
    rows = {photo.key: dataset.relationships.get(photo.image_id, ()) for photo in dataset.photos}
    with kind.over(dataset) as engine:
        assert engine.relations == ["at", "is", "on", "under"]
        assert engine.relationships_of([*keys, 5]) == {key: found for key, found in rows.items() if found}
        assert engine.triplet_counts() == [
            (("/m/dog", "is", "/m/sea"), 2),
            (("/m/cat", "on", "/m/dog"), 1),
            (("/m/dog", "at", "/m/sea"), 1),
            (("/m/dog", "on", "/m/cat"), 1),
            (("/m/sea", "under", "/m/dog"), 1),
        ]
    with kind.over(dataset, [Event("ann", image_id(4), hidden=True)]) as engine:
        assert engine.relations == ["at", "is", "on", "under"]
        assert [triplet[1] for triplet, _ in engine.triplet_counts()] == ["is", "on", "on"]
        assert engine.count(query("label=rel:*~under~*")) == 0
        assert engine.facets(Query()).relations == [("is", 2), ("on", 2)]
        assert not engine.relationships_of([keys[3]])
    with kind.over(small_dataset()) as engine:
        assert (engine.relations, engine.triplet_counts(), engine.relationships_of(keys)) == ([], [], {})


@pytest.mark.parametrize("kind", ENGINES)
@drawn(quick=5, deep=34)
@given(data=st.data())
def test_many_terms_of_one_data_set_hold_as_plain_loops_say(kind: EngineKind, data: st.DataObject) -> None:
    dataset = data.draw(datasets().filter(lambda one: any(one.relationships.values())))
    mids = [mid for mid in dataset.mids if mid.isascii()]
    brute = BruteForce(dataset)
    with kind.over(dataset) as engine:
        terms = relation_terms(mids, dataset.relations, below=engine.has_hierarchy)
        roles = st.sampled_from(Role)
        for role, term in data.draw(st.lists(st.tuples(roles, terms), min_size=30, max_size=30)):
            asked = Query(**{"without" if role is Role.NOT else str(role): (term,)})
            assert engine.count(asked) == brute.count(asked)


def test_without_relationships_their_files_are_empty(tmp_path: Path) -> None:
    index = open_index(tmp_path, build_generation(arrays(small_dataset()), tmp_path, dataset="x"))
    begins = ("relation_", "triplet_", "related_")
    names = [name for name in FILES if name.startswith(begins) and name != "relation_text_offsets"]
    assert [name for name in names if index.manifest.files[name].length] == []
    index.close()


def test_relationships_change_no_count_of_labels(embed: Callable[[Dataset], EmbeddedEngine]) -> None:
    assert embed(related_dataset()).label_counts() == embed(small_dataset()).label_counts()


def test_the_digest_tells_relationships_apart_whatever_their_order(tmp_path: Path) -> None:
    one = image_id(1)
    first, second = relationship("dog~on~cat"), relationship("cat~on~dog")

    def digest(*rows: object) -> str:
        given = arrays(Dataset((Photo(one),), ("/m/cat", "/m/dog"), relationships={one: rows}))  # type: ignore[dict-item]
        given = replace(given, image_digests=bytes(32))
        return digest_in(tmp_path, build_generation(given, tmp_path, dataset="x"))

    assert digest(first, second) == digest(second, first)
    turned = replace(first, subject_box=first.object_box, object_box=first.subject_box)
    others = [digest(), digest(first), digest(second), digest(first, first), digest(turned)]
    assert len({*others, digest(replace(first, relation="at"))}) == 6
