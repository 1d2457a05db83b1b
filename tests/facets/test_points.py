"""Points from each engine: terms, and those of images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.image_ids import key_from_image_id
from browse.domain.points import PointVerdict
from browse.facets.build import points as build_points
from browse.facets.build.generation import build_generation
from browse.facets.engine import PlainTermFacet
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
from tests.facets.points import point, pointed_dataset
from tests.facets.small import image_id, query, small_dataset
from tests.query.point_draw import point_terms

RULES = [
    ("label=point:/m/dog", "1"),
    ("label=point:/m/dog:no", "1 2"),
    ("label=point:/m/dog:no&not=point:/m/dog", "2"),
    ("label=point:/m/cat:unsure,yes", "1 6"),
    ("label=point:/m/sea*", "1 4 6"),
    ("label=point:/m/sea*:no,unsure", "1 2"),
    ("label=point:/m/sea:no", ""),
    ("has=points", "1 2 4 6"),
]


@pytest.mark.parametrize("kind", ENGINES)
def test_terms_hold_for_the_images_that_have_such_a_point(kind: EngineKind) -> None:
    dataset = pointed_dataset()
    rows = {photo.key: dataset.points[photo.image_id] for photo in dataset.photos if photo.image_id in dataset.points}
    with kind.over(dataset) as engine:
        for text, images in RULES:
            expected = [key_from_image_id(image_id(int(number))) for number in images.split()]
            assert engine.page(query(text), number=1, size=20).keys == expected, text
        asked = query("label=point:/m/dog:no")
        assert_same_answers(engine, BruteForce(dataset), asked)
        assert engine.facets(asked).terms == [PlainTermFacet(Role.LABEL, asked.label[0])]  # type: ignore[arg-type]
        assert engine.points_of([*rows, 5]) == rows
    with kind.over(dataset, [Event("ann", image_id(1), hidden=True)]) as engine:
        assert engine.has_points
        assert engine.count(query("label=point:/m/dog")) == 0
        assert not engine.points_of([key_from_image_id(image_id(1))])
    with kind.over(small_dataset()) as engine:
        assert (engine.has_points, engine.points_of([*rows])) == (False, {})


@pytest.mark.parametrize("together", [1, 3])
def test_lists_are_the_same_however_many_are_made_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    points = arrays(pointed_dataset())
    whole = build_generation(points, tmp_path / "whole", dataset="x")
    monkeypatch.setattr(build_points, "TOGETHER", together)
    assert build_generation(points, tmp_path / "parts", dataset="x") == whole


@pytest.mark.parametrize("kind", ENGINES)
@drawn(quick=5, deep=34)
@given(data=st.data())
def test_many_terms_of_one_data_set_hold_as_plain_loops_say(kind: EngineKind, data: st.DataObject) -> None:
    dataset = data.draw(datasets().filter(lambda one: any(one.points.values())))
    brute = BruteForce(dataset)
    with kind.over(dataset) as engine:
        terms = point_terms([mid for mid in dataset.mids if mid.isascii()], below=engine.has_hierarchy)
        for role, term in data.draw(st.lists(st.tuples(st.sampled_from(Role), terms), min_size=30, max_size=30)):
            asked = Query(**{"without" if role is Role.NOT else str(role): (term,)})
            assert engine.count(asked) == brute.count(asked)


def test_without_points_their_files_are_empty_and_the_digest_stays(tmp_path: Path) -> None:
    index = open_index(tmp_path, build_generation(arrays(small_dataset()), tmp_path, dataset="x"))
    ends = ("point_text_offsets", "point_source_text_offsets")
    names = [name for name in FILES if name.startswith("point_") and name not in ends]
    assert [name for name in names if index.manifest.files[name].length] == []
    index.close()
    one, first = image_id(1), point("dog:yes")

    def digest(*rows: object) -> str:
        given = arrays(Dataset((Photo(one),), ("/m/cat", "/m/dog"), points={one: rows}))  # type: ignore[dict-item]
        given = replace(given, image_digests=bytes(32))
        return digest_in(tmp_path, build_generation(given, tmp_path, dataset="x"))

    second = replace(first, text="wing", verdict=PointVerdict.NO)
    assert digest(first, second) == digest(second, first)
    others = (second, replace(first, votes=(1, 3, 0)), replace(first, x=0.5))
    assert len({digest(), digest(first), digest(first, first), *map(digest, others)}) == 6
