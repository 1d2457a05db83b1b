"""Authors of a run, and the places of texts among others, beside brute force."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.openimages.merging import authors, text_places
from browse.openimages.merging.authors import author_names
from browse.openimages.merging.text_places import TextPlaces

TEXTS = st.text(st.sampled_from("aé/@"), max_size=40)
URLS = st.one_of(st.none(), st.sampled_from(["", "u", "v", "http://www.flickr.com/people/a@N00/", "é" * 30]), TEXTS)
ROWS = st.lists(st.tuples(URLS, st.one_of(st.none(), st.sampled_from(["", "Ann", "Bo", "Ém"]))), max_size=12)


def expected(standing: list[str], wanted: list[str]) -> list[int]:
    return [standing.index(text) if text in standing else -1 for text in wanted]


def found(standing: list[str], wanted: list[str]) -> list[int]:
    column = pa.array(["before", *wanted], pa.string()).slice(1)  # one that begins behind another text
    places: list[int] = TextPlaces(pa.array(standing, pa.string())).of(column).tolist()
    return places


@given(st.lists(TEXTS, unique=True, max_size=30), st.lists(TEXTS, max_size=30))
def test_places_of_texts(standing: list[str], others: list[str]) -> None:
    wanted = [*standing[::2], *others]
    assert found(standing, wanted) == expected(standing, wanted)


def test_texts_that_differ_at_their_beginning_alone() -> None:
    standing = [f"{letter}{'a' * 60}" for letter in "abcdefgh"]
    wanted = ["x" + "a" * 60, *reversed(standing), "a" * 60]
    assert found(standing, wanted) == expected(standing, wanted)


@pytest.mark.parametrize("value", [0, 2**64 - 1])
def test_texts_of_one_hash(value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_places, "text_hashes", lambda texts: np.full(len(texts), value, np.uint64))
    standing, wanted = ["a", "b", "c"], ["c", "x", "a", "b", "c"]
    assert found(standing, wanted) == expected(standing, wanted)


@given(st.lists(ROWS, max_size=8), st.sampled_from([0, 5, 100]))
def test_names_of_authors(tables: list[list[tuple[str | None, str | None]]], waiting: int) -> None:
    schema = pa.schema([("author", pa.string()), ("author_url", pa.string())])
    parts = [pa.Table.from_pylist([{"author_url": u, "author": n} for u, n in rows], schema) for rows in tables]
    largest: dict[str, str] = {}
    for url, name in (row for rows in tables for row in rows):
        if url:
            largest[url] = max(largest.get(url, ""), name or "", key=str.encode)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(authors, "_WAITING_ROWS", waiting)
        names = author_names(parts)
    assert list(zip(*names.to_pydict().values(), strict=True)) == sorted(
        largest.items(), key=lambda row: row[0].encode()
    )
