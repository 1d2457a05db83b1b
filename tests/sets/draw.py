"""Hypothesis strategies for recipes."""

from __future__ import annotations

from hypothesis import strategies as st

from browse.sets.recipe import (
    USUALLY_APART,
    Caps,
    Duplicates,
    Negatives,
    Pairs,
    PictureKind,
    Pictures,
    Recipe,
    RecipeLabel,
    Splits,
    Take,
)
from tests.facets.datasets import Dataset

SHARES = (
    (("train", 80), ("validation", 10), ("test", 10)),
    (("train", 34), ("validation", 33), ("test", 33)),
    (("train", 50), ("test", 50)),
    (("train", 100),),
    None,
)
PICTURES = (Pictures(), Pictures(PictureKind.ORIGINAL), Pictures(PictureKind.RENDERED, 300))
seeds = st.integers(0, 3)
few = st.none() | st.integers(1, 6)


@st.composite
def recipes(draw: st.DrawFn, dataset: Dataset) -> Recipe:
    """A recipe over a data set's labels, each with a threshold or verified pairs alone."""
    mids = draw(st.lists(st.sampled_from(dataset.mids), min_size=1, unique=True))
    labels = []
    for mid in sorted(mids):
        at = draw(st.none() | st.sampled_from([0, 50, 60, 80, 100]))
        take = Take.VERIFIED if at is None else Take.THRESHOLD
        labels.append(RecipeLabel(mid, take, at))
    return Recipe(
        labels=tuple(labels),
        negatives=draw(st.sampled_from(Negatives)),
        splits=Splits(draw(st.sampled_from(SHARES)), draw(seeds)),
        apart=frozenset(draw(st.sets(st.sampled_from([*USUALLY_APART])))),
        caps=Caps(
            positives=draw(few), negatives=draw(few), images=draw(st.none() | st.integers(1, 60)), seed=draw(seeds)
        ),
        duplicates=draw(st.sampled_from(Duplicates)),
        pictures=draw(st.sampled_from(PICTURES)),
        pairs=draw(st.sampled_from(Pairs)),
    )
