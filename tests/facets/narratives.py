"""A few narratives over the small data set, and drawn ones."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from browse.domain.narratives import Narrative
from browse.query.texts import parse_caption
from browse.query.values import TextQuery
from tests.facets.datasets import Dataset
from tests.facets.small import image_id, small_dataset

CAPTIONS = {
    1: ("In this image there is a dog on the grass.", "A house; behind it are dogs"),
    2: ("Grass and a house",),
    4: ("東京 title:x, Café",),
    6: ("dog house", "dog"),
}
WORDS = ("dog", "dogs", "Grass", "house", "café", "東京", "the", "a", "don't")


def narrated_dataset() -> Dataset:
    """The small data set with the narratives of CAPTIONS."""
    said = {
        image_id(number): tuple(Narrative(place, text, f"{place}.ogg", "/x", 7) for place, text in enumerate(texts))
        for number, texts in CAPTIONS.items()
    }
    return replace(small_dataset(), narratives=said)


def drawn_narratives() -> st.SearchStrategy[tuple[Narrative, ...]]:
    """A few narratives of WORDS."""
    captions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
    one = st.builds(Narrative, st.integers(0, 9), captions, st.sampled_from(["", "a.ogg"]))
    return st.lists(one, max_size=3).map(tuple)


def caption_texts() -> st.SearchStrategy[TextQuery]:
    """What captions may be asked for."""
    sign, end = st.sampled_from(["", "", "-"]), st.sampled_from(["", "", "*"])
    words = st.sampled_from([*WORDS, "hou", "Do", "dog:house", "title:x", "none"])
    part = st.builds("{}{}{}".format, sign, words, end)
    first = st.builds("{}{}".format, words, end)
    return st.builds(lambda one, more: parse_caption(" ".join([one, *more])), first, st.lists(part, max_size=2))
