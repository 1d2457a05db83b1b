"""Masks from each engine: which images have them, and those of images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from browse.domain.image_ids import key_from_image_id
from browse.domain.masks import Mask
from browse.facets.build.generation import build_generation
from browse.facets.index.layout import FILES
from browse.facets.index.store import digest_in, open_index
from tests.facets.brute import BruteForce
from tests.facets.contract import assert_same_answers
from tests.facets.curated import Event
from tests.facets.datasets import Dataset, Photo, arrays
from tests.facets.engines import ENGINES, EngineKind
from tests.facets.masks import mask
from tests.facets.small import image_id, query, small_dataset


@pytest.mark.parametrize("kind", ENGINES)
def test_images_with_masks_are_found_and_their_masks_told(kind: EngineKind) -> None:
    masks = {image_id(1): (mask("/m/dog"), mask("/m/cat", 7, None)), image_id(4): (mask("/m/dog", iou=1.0),)}
    dataset = replace(small_dataset(), masks=masks)
    rows = {key_from_image_id(image): own for image, own in masks.items()}
    with kind.over(dataset) as engine:
        assert engine.masks_of([*rows, 5]) == rows
        for text, count in (("has=masks", 2), ("has=-masks", 6), ("label=dog&has=masks", 1)):
            assert engine.count(query(text)) == count
            assert_same_answers(engine, BruteForce(dataset), query(text))
    with kind.over(dataset, [Event("ann", image_id(1), hidden=True)]) as engine:
        assert (engine.has_masks, engine.count(query("has=masks"))) == (True, 1)
        assert not engine.masks_of([key_from_image_id(image_id(1))])
    with kind.over(small_dataset()) as engine:
        assert (engine.has_masks, engine.masks_of([*rows])) == (False, {})


def test_without_masks_their_files_are_empty_and_the_digest_stays(tmp_path: Path) -> None:
    index = open_index(tmp_path, build_generation(arrays(small_dataset()), tmp_path, dataset="x"))
    names = [name for name in FILES if name.startswith("mask_") and name != "mask_file_text_offsets"]
    assert [name for name in names if index.manifest.files[name].length] == []
    index.close()
    one, first = image_id(1), mask("/m/cat")

    def digest(*rows: Mask) -> str:
        given = arrays(Dataset((Photo(one),), ("/m/cat", "/m/dog"), masks={one: rows}))
        return digest_in(tmp_path, build_generation(replace(given, image_digests=bytes(32)), tmp_path, dataset="x"))

    second = replace(first, mid="/m/dog")
    assert digest(first, second) == digest(second, first)
    assert digest(first) == digest(replace(first, file=""))
    others = (second, replace(first, iou=None), replace(first, box_id=1), replace(first, x_max=0.7))
    assert len({digest(), digest(first), digest(first, first), *map(digest, others)}) == 7
