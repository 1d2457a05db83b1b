"""Hypothesis strategies: small data sets, and queries that have something to find in them."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from browse.query.values import MAX_SEED, MAX_TERMS, STATES, SUBSETS, ConfidenceRange, Query, Role, Sort, Term
from tests.facets.datasets import Dataset, Photo

MIDS = ("/m/06ht1", "/m/05wrt", "/m/0bt9lr", "/g/11bc5yg2y4", "/m/0_z", "/m/é")
SOURCES = ("machine", "human", "verification", "curator", "crowdsource-verification", "zeta", "Alpha", "Machine")
AUTHORS = (
    ("https://www.flickr.com/people/ann/", "ann"),
    ("http://www.flickr.com/people/ann", "ann"),
    ("https://www.flickr.com/people/Zoë/", "Zoë"),
    ("https://www.flickr.com/people/12345678@N00/", "12345678@N00"),
    ("https://example.org/me", "x-0123456789ab"),
)
LICENSES = (
    ("https://creativecommons.org/licenses/by/2.0/", "cc-by-2.0"),
    ("http://creativecommons.org/licenses/by/2.0", "cc-by-2.0"),
    ("https://creativecommons.org/licenses/by/2.0/fr/", "cc-by-2.0-fr"),
    ("", "none"),
)
EDGES = (0, 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)
TENTHS = (50, 60, 70, 80, 90, 100)


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """A data set of up to 150 images; what it looks like within the drawn bounds hangs on a drawn number."""
    chance = random.Random(draw(st.integers(0, 1 << 32)))
    images = draw(st.integers(0, 12) | st.integers(60, 70) | st.integers(0, 150))
    mids = draw(st.permutations(MIDS))[: draw(st.integers(1, len(MIDS)))]
    levels = draw(st.just(TENTHS) | st.lists(st.integers(0, 100), min_size=1, max_size=6).map(tuple))
    sources = draw(st.sampled_from([("machine", "human"), ("machine",), ("human",), SOURCES]))
    share = draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))
    keys = sorted({*chance.sample(EDGES, min(images, 3)), *(chance.getrandbits(64) for _ in range(images))})[:images]
    photos = tuple(_photo(chance, key) for key in keys)
    annotations = {
        (photo.image_id, mid, source): _confidence(chance, source, levels)
        for photo in photos
        for mid in mids
        for source in sources
        if chance.random() < share
    }
    return Dataset(photos, tuple(mids), annotations, AUTHORS, LICENSES)


def _photo(chance: random.Random, key: int) -> Photo:
    return Photo(
        image_id=f"{key:016x}",
        subset=chance.choice(SUBSETS[: 1 + key % 3]),
        license=chance.choice((0, 0, 1, 2)),
        author=chance.choice((None, 0, 0, 1, 2, 4)),
        md5=chance.choice((b"", bytes(range(16)), bytes(8) + b"12345678", chance.randbytes(15) + b"!")),
    )


def _confidence(chance: random.Random, source: str, levels: tuple[int, ...]) -> int:
    return chance.choice(levels if source == "machine" else (0, 100, 100, 49, 50, 80))


state_sets = st.sampled_from(STATES).map(lambda state: frozenset({state})) | st.frozensets(
    st.sampled_from(STATES), min_size=1
)


def _between(ends: tuple[int, int]) -> ConfidenceRange:
    return ConfidenceRange(min(ends), max(ends))


@st.composite
def queries(draw: st.DrawFn, dataset: Dataset) -> Query:
    """A valid query over a data set's labels, authors and licences, mostly a short one."""
    ends = st.sampled_from(sorted({0, 50, 80, 100, *dataset.annotations.values()}))
    ranges = ends.map(lambda end: ConfidenceRange(end, end)) | st.tuples(ends, ends).map(_between)
    terms = st.builds(Term, st.sampled_from(dataset.mids), st.none() | ranges, st.none() | state_sets)
    longest = draw(st.sampled_from([1, 2, 2, 3, 6]))
    label, any_, without = (draw(st.lists(terms, max_size=longest, unique=True).map(tuple)) for _ in Role)
    without = without[: MAX_TERMS - len(label) - len(any_)]
    sort = draw(st.sampled_from([*Sort]) if label else st.sampled_from([Sort.IMAGE_ID, Sort.RANDOM]))
    return Query(
        label=label,
        any=any_,
        min_any=draw(st.integers(1, max(1, len(any_)))),
        without=without,
        confidence=draw(st.none() | ranges),
        states=draw(st.none() | state_sets),
        subsets=draw(st.just(frozenset[str]()) | st.frozensets(st.sampled_from(SUBSETS))),
        licenses=draw(st.just(frozenset[str]()) | st.frozensets(st.sampled_from([s for _, s in LICENSES]))),
        author=draw(st.none() | st.none() | st.sampled_from([key for _, key in AUTHORS])),
        sort=sort,
        seed=draw(st.integers(0, MAX_SEED)) if sort is Sort.RANDOM else None,
    )
