"""Boxes of images, from each engine; data sets without boxes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from browse.domain.image_ids import key_from_image_id
from browse.facets.build.generation import build_generation
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.engine import BoxTermFacet, UnknownValueError
from browse.facets.index.layout import FILES
from browse.facets.index.store import digest_in, open_index
from tests.boxed import box
from tests.facets.boxes import boxed_dataset
from tests.facets.brute import BruteForce
from tests.facets.contract import assert_same_answers
from tests.facets.curated import Event
from tests.facets.datasets import Dataset, Photo, arrays
from tests.facets.engines import ENGINES, EngineKind
from tests.facets.small import image_id, query, small_dataset


@pytest.mark.parametrize("kind", ENGINES)
def test_boxes_come_in_file_order_but_not_of_hidden_images(kind: EngineKind) -> None:
    dataset = boxed_dataset()
    keys = [photo.key for photo in dataset.photos]
    expected = {photo.key: dataset.boxes[photo.image_id] for photo in dataset.photos if photo.image_id in dataset.boxes}
    with kind.over(dataset) as engine:
        assert engine.has_boxes
        assert engine.boxes_of([*keys, 5]) == expected
        assert engine.boxes_of([keys[6]]) == {}
    hidden = dataset.photos[0]
    with kind.over(dataset, [Event("ann", hidden.image_id, hidden=True)]) as engine:
        assert engine.has_boxes
        assert engine.boxes_of(keys) == {key: boxes for key, boxes in expected.items() if key != hidden.key}
    with kind.over(small_dataset()) as engine:
        assert not engine.has_boxes
        assert engine.boxes_of(keys) == {}


@pytest.mark.parametrize("kind", ENGINES)
def test_a_term_without_a_second_number_has_no_limit(kind: EngineKind) -> None:
    many = replace(small_dataset(), boxes={image_id(1): (box("/m/dog"),) * 10_000, image_id(2): (box("/m/dog"),)})
    with kind.over(many) as engine:
        assert engine.count(query("label=box:dog")) == 2
        assert engine.count(query("label=box:dog~9999-")) == 1
        assert engine.count(query("label=box:dog~1-9999")) == 1


def test_without_boxes_their_files_are_empty(tmp_path: Path) -> None:
    index = open_index(tmp_path, build_generation(arrays(small_dataset()), tmp_path, dataset="x"))
    names = [name for name in FILES if name.startswith("box_") and name != "box_source_text_offsets"]
    assert [name for name in names if index.manifest.files[name].length] == []
    index.close()


def test_boxes_change_neither_counts_nor_sources_of_labels(embed: Callable[[Dataset], EmbeddedEngine]) -> None:
    with_boxes, without = embed(boxed_dataset()), embed(small_dataset())
    assert with_boxes.label_counts() == without.label_counts()
    assert with_boxes.statistics.source_confidences() == without.statistics.source_confidences()


def test_the_digest_tells_boxes_apart_whatever_their_order(tmp_path: Path) -> None:
    one = image_id(1)
    dog, far, cat = boxed_dataset().boxes[one]
    other = replace(dog, attributes=dog.attributes[1:])

    def digest(*boxes: object) -> str:
        given = arrays(Dataset((Photo(one),), ("/m/cat", "/m/dog"), boxes={one: boxes}))  # type: ignore[dict-item]
        given = replace(given, image_digests=bytes(32))
        return digest_in(tmp_path, build_generation(given, tmp_path, dataset="x"))

    assert digest(dog, far, cat) == digest(cat, far, dog)
    assert len({digest(), digest(dog), digest(other), digest(dog, dog), digest(far), digest(dog, cat)}) == 6


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [("image", 8, "boxes: image 8 where 8"), ("label", 5, "boxes: label 5 where 5"), ("source", 9, "boxes: source 9")],
)
def test_boxes_that_name_what_there_is_not_are_refused(tmp_path: Path, field: str, value: int, fault: str) -> None:
    given = arrays(boxed_dataset())
    boxes = np.array(given.boxes)
    boxes[field][-1] = value
    with pytest.raises(ValueError, match=fault):
        build_generation(replace(given, boxes=boxes), tmp_path, dataset="x")
    with pytest.raises(ValueError, match="boxes: not by image"):
        build_generation(replace(given, boxes=given.boxes[::-1]), tmp_path, dataset="x")


RULES = [
    ("label=box:dog", "1 2 6"),
    ("label=box:dog~2-", "1"),
    ("label=box:dog~1-1", "2 6"),
    ("label=box:dog~1-1@0.05-1", "2"),
    ("label=box:dog~2-@0.04-1", "1"),
    ("label=box:dog@0.06-1", "1 2"),
    ("label=box:dog@0-0.0001", "6"),
    ("label=box:dog:occluded", "1"),
    ("label=box:dog:not-occluded", "6"),
    ("label=box:dog:occluded-unknown", "1 2"),
    ("label=box:dog:occluded,not-occluded", "1 6"),
    ("label=box:dog:group,occluded-unknown", "2"),
    ("label=box:dog:group,not-group", "1 2"),
    ("label=box:sea:occluded,not-occluded", "4"),
    ("label=box:dog&not=box:dog~2-", "2 6"),
    ("any=box:dog&any=box:cat&any=sea&min_any=2", "1"),
    ("label=dog:confirmed,unverified&not=box:dog", ""),
    ("not=box:dog", "3 4 5 7 8"),
    ("label=box:dog&confidence=0.9-1", "1 2"),
    ("label=box:dog&label=cat&confidence=0.8-0.8", "1 2"),
    ("label=box:dog&label=cat&sort=-confidence", "1 2"),
    ("label=box:unused", ""),
    ("has=boxes", "1 2 4 6"),
    ("has=-boxes&subset=train", "3 7"),
    ("label=box:dog&sort=-boxes", "1 2 6"),
    ("label=box:dog&label=box:dog:occluded-unknown&sort=-area", "2 1"),
    ("label=box:dog:occluded-unknown&label=box:dog&sort=-boxes", "1 2"),
    ("label=box:sea&label=cat&sort=-area", "4"),
]


@pytest.mark.parametrize("kind", ENGINES)
def test_box_terms_hold_for_the_images_that_have_such_boxes(kind: EngineKind) -> None:
    dataset = boxed_dataset()
    with kind.over(dataset) as engine:
        for text, images in RULES:
            asked = query(text)
            expected = [key_from_image_id(image_id(int(number))) for number in images.split()]
            assert engine.page(asked, number=1, size=20).keys == expected, text
            if kind.name == "embedded" and "&" in text:
                assert_same_answers(engine, BruteForce(dataset), asked)


BELOW = [
    ("label=box:sea*", "1 2 4 6"),
    ("label=box:sea*~2-", "1 4"),
    ("label=box:sea*~3-", "1"),
    ("label=box:cat*:group", "2"),
    ("label=box:sea*&sort=-boxes", "1 4 2 6"),
    ("label=box:cat*&sort=-area", "1 2 6"),
    ("not=box:sea*", "3 5 7 8"),
]


@pytest.mark.parametrize("kind", ENGINES)
def test_boxes_of_labels_below_one_count_together(kind: EngineKind) -> None:
    steps = (("/m/sea", "/m/cat", False), ("/m/cat", "/m/dog", False), ("/m/sea", "/m/dog", False))
    dataset = replace(boxed_dataset(), hierarchy=steps)
    with kind.over(dataset) as engine:
        for text, images in BELOW:
            expected = [key_from_image_id(image_id(int(number))) for number in images.split()]
            assert engine.page(query(text), number=1, size=20).keys == expected, text
        assert_same_answers(engine, BruteForce(dataset), query("label=box:sea*~2-&not=box:dog:occluded"))
    with kind.over(replace(dataset, hierarchy=())) as engine, pytest.raises(UnknownValueError):
        engine.count(query("label=box:sea*"))


@pytest.mark.parametrize("kind", ENGINES)
def test_hidden_images_hold_no_box_term(kind: EngineKind) -> None:
    with kind.over(boxed_dataset(), [Event("ann", image_id(2), hidden=True)]) as engine:
        assert engine.count(query("label=box:dog")) == 2
        (facet,) = engine.facets(query("label=box:dog")).terms
        assert isinstance(facet, BoxTermFacet)
        assert facet.attributes["group"] == 0
        assert facet.numbers[2, 2] == 1
