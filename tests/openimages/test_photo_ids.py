"""Ids of photos at Flickr, out of addresses, and images by them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.facets.build.generation import build_generation
from browse.facets.index.store import open_generation
from browse.openimages.reading.texts import photo_ids
from tests.drawn import drawn
from tests.facets.datasets import Dataset, Photo, arrays

PAGE, FILE = "https://www.flickr.com/photos/", "https://farm1.staticflickr.com/"
CASES = [
    (f"{PAGE}ann/123", "", 123),
    (f"{PAGE}1@N00/5440938389/", "", 5440938389),
    (f"{PAGE}ann/9999999999999999999", "", 9999999999999999999),
    (f"{PAGE}ann/99999999999999999999", "", 0),
    (f"{PAGE}ann/12a", f"{FILE}1/77_2_o.jpg", 77),
    (f"{PAGE}ann/1٣", "", 0),
    (f"{PAGE}ann", "", 0),
    ("https://example.org/photos/ann/5", f"{FILE}1/78_secret.jpg", 78),
    ("", f"{FILE}1/x_2_o.jpg", 0),
    (None, "https://example.org/9_2_o.jpg", 0),
    (None, None, 0),
]


def test_ids_come_from_the_page_or_else_from_the_file() -> None:
    landing, original = (pa.array([case[place] for case in CASES], pa.string()) for place in (0, 1))
    assert photo_ids(landing, original).tolist() == [number for _, _, number in CASES]
    assert photo_ids(landing[:0], original[:0]).tolist() == []


@pytest.mark.parametrize(("landing", "original", "number"), CASES)
def test_a_slice_of_a_column_is_read_from_its_own_start(landing: str | None, original: str | None, number: int) -> None:
    columns = (pa.array([f"{PAGE}x/1", text], pa.string()).slice(1) for text in (landing, original))
    assert photo_ids(*columns).tolist() == [number]


@drawn(quick=20, deep=200)
@given(ids=st.lists(st.sampled_from([0, 1, 2, 7, 1 << 40, (1 << 64) - 1]), min_size=1, max_size=30))
def test_an_index_finds_exactly_the_images_of_a_photo(tmp_path_factory: pytest.TempPathFactory, ids: list[int]) -> None:
    folder: Path = tmp_path_factory.mktemp("photos")
    photos = tuple(Photo(f"{place:016x}", photo=number) for place, number in enumerate(ids))
    dataset = Dataset(photos=photos, mids=("/m/1",))
    engine = open_generation(folder, build_generation(arrays(dataset), folder, dataset="photos"))
    for wanted in (0, 1, 2, 3, 7, 1 << 40, (1 << 64) - 1, 1 << 64, -1):
        expected = [photo.key for photo in photos if photo.photo == wanted and wanted]
        assert engine.keys_of_photo(wanted) == expected
    engine.close()
