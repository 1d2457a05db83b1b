"""What is compared of two engines: count, pages in order, all facets."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from operator import itemgetter
from typing import Protocol

import numpy as np
import pytest

from browse.domain.box_rows import unpacked
from browse.domain.boxes import Box
from browse.domain.dataset_arrays import NO_AUTHOR
from browse.domain.image_ids import key_from_image_id
from browse.facets.candidates import BoxColumns
from browse.facets.engine import Engine, FacetCounts, PageOfImages, SelectedImages, UnknownValueError
from browse.query.values import STATES, SUBSETS, Query, Sort, State, Term
from tests.facets.brute import BruteForce, counted_areas, has_hierarchy, with_below
from tests.facets.brute_rows import ROWS, rows_asked_for


class Counting(Protocol):
    """As much of an engine as plain Python has too."""

    def count(self, query: Query, *, deadline: float | None = None) -> int: ...

    def page(self, query: Query, *, number: int, size: int, deadline: float | None = None) -> PageOfImages: ...

    def facets(
        self, query: Query, *, top: int | None = 50, top_authors: int | None = 10, deadline: float | None = None
    ) -> FacetCounts: ...


def assert_same_answers(engine: Counting, other: Counting, query: Query, *, size: int = 7, top: int = 3) -> None:
    """Compare an engine's answers to one query with those of a slow one, to the last count and the order of ids."""
    count = engine.count(query)
    assert other.count(query) == count
    for number in {1, 2, count // size + 1, count // size + 2}:
        assert engine.page(query, number=number, size=size) == other.page(query, number=number, size=size)
    facets, others = (one.facets(query, top=None, top_authors=None) for one in (engine, other))
    assert facets == others
    names = [name for name in facets.values if name != "kinds"]
    assert names == ["subsets", "licenses", "license_check", "states", "confidence"]
    for facet, counts in facets.values.items():
        assert [*counts] == [*others.values[facet]], f"order of {facet}"
    groups = None if facets.hierarchy is None else facets.hierarchy[:top]
    few = replace(facets, labels=facets.labels[:top], authors=facets.authors[:2], hierarchy=groups)
    few = replace(few, box_labels=facets.box_labels[:top])
    assert engine.facets(query, top=top, top_authors=2) == few


def assert_same_authors_named(engine: Engine, brute: BruteForce, query: Query, text: str) -> None:
    """The authors in a result that a text finds."""
    found = engine.authors_named(query, text)
    assert found == brute.authors_named(query, text)
    assert engine.authors_named(query, text, top=1) == found[:1]


def assert_same_selection(engine: Engine, brute: BruteForce, query: Query) -> None:
    """What else is asked of the images that match: those after one, and what the first of them have."""
    keys = brute.page(replace(query, sort=Sort.IMAGE_ID, seed=None), number=1, size=1000).keys
    assert engine.after(query, None, size=3) == keys[:3]
    for key in keys[:2]:
        assert engine.after(query, key, size=3) == keys[keys.index(key) + 1 :][:3]
        assert key == -(1 << 63) or engine.after(query, key - 1, size=3) == keys[keys.index(key) :][:3]
    ordered = brute.page(query, number=1, size=1000).keys
    for limit in (None, 2, len(ordered) + 1):
        selected = engine.selected(query, limit=limit)
        images = {photo.image_id for photo in brute.dataset.photos if photo.key in ordered[:limit]}
        assert selected.count == len(images)
        wanted = query.wanted_boxes
        assert selected.boxes() == Counter(
            box.mid
            for image in images
            for box in brute.dataset.boxes.get(image, ())
            if not wanted or any(counted_areas(term, [box], brute.dataset) for term in wanted)
        )
        assert_same_rows_asked_for(selected, brute, query, images)
        assert selected.labels() == sorted({mid for image in images for mid in brute.pairs[image]})
        terms = query.wanted_pairs
        assert selected.pairs() == sum(
            any(mid in brute.pairs_for(query, term, image) for term in terms or (Term(mid),))
            for image in images
            for mid in brute.pairs[image]
        )


def assert_same_rows_asked_for(selected: SelectedImages, brute: BruteForce, query: Query, images: set[str]) -> None:
    """How many masks, relationships, points and narratives of these images a query asks for."""
    asked = {kind: [*rows_asked_for(brute, query, kind, images)] for kind in ROWS}
    assert selected.masks() == Counter(mask.mid for _, mask in asked["masks"])
    assert selected.relationships() == len(asked["relationships"])
    assert selected.points() == len(asked["points"])
    assert selected.narratives() == len(asked["narratives"])
    for kind, found in (
        ("masks", selected.images_by_mask_file()),
        ("narratives", selected.images_by_narrative_file()),
    ):
        first = {(one.file, image_id[0]): image_id for image_id, one in sorted(asked[kind], key=itemgetter(0))[::-1]}
        assert found == sorted({*map(key_from_image_id, first.values())})


def assert_same_candidates(engine: Engine, brute: BruteForce, query: Query) -> None:
    """The images that a training set is chosen from: places, groups, and pairs by label and by image."""
    dataset = brute.dataset
    photos = [photo for photo in dataset.photos if brute.matches(query, photo)]
    found = engine.candidates(query)
    assert found.keys.tolist() == [photo.key for photo in photos]
    assert len(found) == len(photos)
    assert [SUBSETS[number] for number in found.subsets.tolist()] == [photo.subset for photo in photos]
    slugs = [engine.licenses[number] for number in found.licenses.tolist()]
    assert slugs == [dataset.licenses[photo.license][1] for photo in photos]
    authors = [None if photo.author is None else dataset.authors[photo.author][1] for photo in photos]
    numbers = [None if number == NO_AUTHOR else number for number in found.authors.tolist()]
    assert _alike(numbers) == _alike(authors)
    md5s = [photo.md5 or photo.image_id for photo in photos]
    assert found.files.tolist() == [md5s.index(md5) for md5 in md5s]
    for mid in dataset.mids:
        classes = {(one.state, one.confidence): one.places.tolist() for one in found.classes_of(mid)}
        expected: dict[tuple[State, int], list[int]] = {}
        for place, photo in enumerate(photos):
            if mid in brute.pairs[photo.image_id]:
                confidence, state = brute.pairs[photo.image_id][mid]
                expected.setdefault((state, confidence), []).append(place)
        assert classes == expected
        assert [*classes] == sorted(classes, key=lambda one: (STATES.index(one[0]), one[1]))
    with pytest.raises(UnknownValueError):
        found.classes_of("/m/gone")
    for places in (range(len(photos)), range(0, len(photos), 3)):
        pairs = found.pairs_on(np.array(places, np.int64))
        columns = (pairs.owners, pairs.labels, pairs.states, pairs.confidences)
        assert [*zip(*(column.tolist() for column in columns), strict=True)] == [
            (owner, [*engine.labels].index(mid), STATES.index(state), confidence)
            for owner, place in enumerate(places)
            for mid, (confidence, state) in sorted(brute.pairs[photos[place].image_id].items())
        ]

        boxes = found.boxes_on(np.array(places, np.int64))
        assert list(zip(boxes.owners.tolist(), _as_boxes(engine, boxes), strict=True)) == [
            (owner, box) for owner, place in enumerate(places) for box in dataset.boxes.get(photos[place].image_id, ())
        ]


def _as_boxes(engine: Engine, boxes: BoxColumns) -> list[Box]:
    columns = (boxes.labels, boxes.sources, boxes.areas, boxes.attributes, boxes.corners)
    return [
        Box(engine.labels[label], boxes.source_names[source], *corners, area, unpacked(code))
        for label, source, area, code, corners in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _alike(values: Sequence[object]) -> list[int | None]:
    """Of each value, None being nobody's, the place of the first that is equal."""
    return [None if value is None else values.index(value) for value in values]


def assert_same_catalogue(engine: Engine, brute: BruteForce, hidden: Iterable[int]) -> None:
    """What there is, by name and number."""
    dataset, everything = brute.dataset, brute.facets(Query())
    assert engine.images == len(dataset.photos)
    assert [*engine.labels] == sorted(dataset.mids)
    assert engine.label_counts() == {mid: brute.count_with(Query(), Term(mid)) for mid in sorted(dataset.mids)}
    assert [*engine.licenses] == [*everything.values["licenses"]]
    assert engine.subsets == [*everything.values["subsets"]]
    assert engine.confidences == [*everything.values["confidence"]]
    assert not engine.has_rotations
    rows = {key: row for row, (_, key) in reversed([*enumerate(dataset.authors, 1)])}
    for key in (*rows, "nobody", "\ud800", "\0"):
        assert (engine.has_author(key), engine.author_id(key)) == (key in rows, rows.get(key))
    assert all(engine.has_label(mid) for mid in dataset.mids)
    assert not engine.has_label("/m/gone")
    assert engine.has_hierarchy == has_hierarchy(dataset)
    assert {mid: engine.below(mid) for mid in dataset.mids} == {
        mid: sorted(with_below(dataset, mid) - {mid}) for mid in dataset.mids
    }
    groups = {mid for mid in dataset.mids if engine.below(mid)}
    assert engine.group_counts() == {mid: brute.count_with(Query(), Term(mid, below=True)) for mid in groups}
    with pytest.raises(UnknownValueError):
        engine.below("/m/gone")
    assert all(engine.has_license(slug) for _, slug in dataset.licenses)
    assert not engine.has_license("cc0-1.0")
    by_md5: dict[bytes, list[int]] = {}
    for photo in dataset.photos:
        by_md5.setdefault(photo.md5, []).append(photo.key)
    for photo in dataset.photos:
        same = by_md5[photo.md5] if photo.md5 else []
        assert engine.duplicates(photo.key) == (same if len(same) > 1 else [])
    for head in {photo.md5[:4] for photo in dataset.photos if photo.md5}:
        assert engine.keys_of_md5_head(head) == [photo.key for photo in dataset.photos if photo.md5[:4] == head]
    for asked in (["ann"], ["a"], ["ann", "l"], ["lee", "ann"], ["an", "lee"], ["do"], ["nobody"], []):
        found = [(key, rows[key], count) for key, count in brute.suggested_authors(asked)]
        assert engine.suggested_authors(asked, top=9) == found
        assert engine.suggested_authors(asked, top=1) == found[:1]
    for photo in dataset.photos[:2]:
        assert_same_similar(engine, brute, photo.key)
    for key in hidden:
        assert engine.is_hidden(key)
        assert engine.similar(key, top=3) == []
        assert engine.duplicates(key) == []
    assert not any(engine.is_hidden(photo.key) for photo in dataset.photos)


def assert_same_similar(engine: Engine, brute: BruteForce, key: int) -> None:
    """Half up by trying each: the largest number of millionths that is not more than half of one above the cosine."""
    expected = []
    for other, squared in brute.similar(key):
        near = round(1_000_000 * math.sqrt(squared))
        fits = (like for like in (near + 1, near, near - 1) if Fraction(2 * like - 1, 2_000_000) ** 2 <= squared)
        expected.append((other, next(fits)))
    expected.sort(key=lambda one: (-one[1], one[0]))
    assert engine.similar(key, top=len(brute.dataset.photos)) == [one for one in expected if one[1]]
    assert engine.similar(key, top=2) == [one for one in expected if one[1]][:2]
