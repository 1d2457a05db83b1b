"""Exports: V1's columns, harmless on request, and taken again by the import without a loss."""

from __future__ import annotations

import csv
import gc
import html
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from browse.curation import actions
from browse.exports import downloads
from browse.exports.annotations import LABEL_COLUMNS, decimal, labels_csv
from browse.exports.matches import Matches, matching
from browse.exports.tables import IMAGE_COLUMNS, images_csv, with_entities
from browse.models import DatasetState, Image
from browse.query.values import Query
from browse.search import ChangingError
from tests import datasets
from tests.browser.test_hostile_text import LABELS, TITLES, imported, write_files
from tests.datasets import BEACH, DOG, FOUR, ONE, SEA, THREE, TWO
from tests.facets.datasets import Dataset, Photo
from tests.live import Site

Read = Callable[[str], list[dict[str, str]]]


@pytest.fixture
def read(client: Client, db: None, settings: Settings, tmp_path: Path) -> Read:
    """The rows of an export of the small data set."""
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path)

    def rows(address: str) -> list[dict[str, str]]:
        response = client.get(address)
        assert response.status_code == 200, response.content[:300]
        assert isinstance(response, StreamingHttpResponse)
        assert response["Content-Disposition"].startswith('attachment; filename="openimages-')
        text = b"".join(response).decode()  # type: ignore[arg-type]
        return list(csv.DictReader(io.StringIO(text)))

    return rows


def test_images_are_the_querys_in_the_columns_of_v1(read: Read) -> None:
    rows = read(f"/export/images.csv?label={DOG}")
    assert [row["ImageID"] for row in rows] == [ONE, TWO, THREE, FOUR]
    assert tuple(rows[0]) == IMAGE_COLUMNS
    assert rows[0] == {
        "ImageID": ONE,
        "Subset": "train",
        "OriginalURL": "https://farm1.staticflickr.com/1/1_2_o.jpg",
        "OriginalLandingURL": "https://www.flickr.com/photos/ann/1",
        "License": datasets.BY,
        "AuthorProfileURL": datasets.ANN,
        "Author": "Ann Other",
        "Title": 'Dog & "sea"',
        "OriginalSize": "12345",
        "OriginalMD5": "AAECAwQFBgcICQoLDA0ODw==",
        "Thumbnail300KURL": "https://c1.staticflickr.com/1/1_3_z.jpg",
    }
    assert rows[3]["AuthorProfileURL"] == ""


@pytest.mark.parametrize("order", ["", "&sort=-confidence", "&sort=random&seed=5", "&sort=random&seed=6"])
def test_images_and_labels_stand_in_the_querys_order(read: Read, client: Client, order: str) -> None:
    query = f"label={DOG}{order}"
    wanted = [image["image_id"] for image in client.get(f"/api/images?{query}").json()["results"]]
    assert [row["ImageID"] for row in read(f"/export/images.csv?{query}")] == wanted
    assert list(dict.fromkeys(row["ImageID"] for row in read(f"/export/labels.csv?{query}"))) == wanted


def test_labels_are_all_annotations_of_the_querys_images(read: Read) -> None:
    rows = read(f"/export/labels.csv?label={BEACH}&label={DOG}")
    assert tuple(rows[0]) == LABEL_COLUMNS
    assert [tuple(row.values()) for row in rows] == [
        (ONE, "human", BEACH, "1.0"),
        (ONE, "human", datasets.CAT, "0.0"),
        (ONE, "machine", BEACH, "0.9"),
        (ONE, "machine", DOG, "0.8"),
        (ONE, "machine", datasets.CAT, "0.6"),
    ]
    assert len(read(f"/export/labels.csv?label={SEA}")) == 4


ADDRESSES = ("OriginalURL", "OriginalLandingURL", "Thumbnail300KURL")


@pytest.mark.parametrize("title", ["=1+1", "+49", "-1", "@home", "\tx"])
def test_free_text_is_made_harmless_on_request_only(read: Read, title: str) -> None:
    datasets.update_image(ONE, title=title, author_name=title, original_md5="+/" + "A" * 20 + "==")
    datasets.update_image(ONE, original_url=title, landing_url=title, thumbnail_url=title)
    plain = read(f"/export/images.csv?label={DOG}")[0]
    safe = read(f"/export/images.csv?label={DOG}&safe=1")[0]
    assert [(plain[name], safe[name]) for name in ADDRESSES] == [(title, f"'{title}")] * 3
    assert (plain["Title"], plain["Author"]) == (title, title)
    assert (safe["Title"], safe["Author"]) == (f"'{title}", f"'{title}")
    assert safe["OriginalMD5"] == plain["OriginalMD5"] == "+/" + "A" * 20 + "=="


@pytest.mark.parametrize(
    ("hundredths", "text"), [(0, "0.0"), (5, "0.05"), (50, "0.5"), (85, "0.85"), (90, "0.9"), (100, "1.0")]
)
def test_confidences_are_written_as_in_v1(hundredths: int, text: str) -> None:
    assert decimal(hundredths) == text


@pytest.mark.drawn
@given(st.text() | st.text("&;#xltgamp<>0123456789"))
def test_unescaping_entities_once_gives_the_text_back(text: str) -> None:
    assert html.unescape(with_entities(text)) == text


def test_text_without_entities_stays_as_it_is() -> None:
    assert with_entities("Sam & Max <3") == "Sam & Max <3"


@pytest.fixture
def line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file that is begun, no more than the first line is made."""
    monkeypatch.setattr(downloads, "CHARACTERS_AT_ONCE", 1)


@pytest.mark.usefixtures("line_by_line")
@pytest.mark.parametrize("name", ["images", "labels"])
def test_an_import_in_between_breaks_the_export_off(read: Read, client: Client, name: str) -> None:
    response = client.get(f"/export/{name}.csv")
    DatasetState.objects.update(generation="0123456789ab")
    with pytest.raises(ChangingError):
        b"".join(response)  # type: ignore[arg-type]


@pytest.mark.usefixtures("line_by_line")
@pytest.mark.parametrize(
    "name", ["export/images.csv", "export/labels.csv", "credits.csv", "credits.txt", "collections/UID/credits.csv"]
)
def test_what_is_under_way_leaves_out_what_is_hidden_meanwhile(read: Read, client: Client, name: str) -> None:
    made = actions.create_collection(name="C", by="ann", is_public=True)
    for image_id in (ONE, TWO):
        actions.add_to_collection(collection=made.pk, image_id=image_id, by="ann")
    response = client.get(f"/{name}".replace("UID", str(made.uid)))
    actions.hide_image(image_id=ONE, by="rita", why="asked")
    text = b"".join(response).decode()  # type: ignore[arg-type]
    assert TWO in text
    assert ONE not in text


NAMES = ("images", "labels", "dict")


def exports_of(site: Site) -> dict[str, str]:
    """Everything a site exports, by file name."""
    with site.served() as url, httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        return {name: client.get(f"/export/{name}.csv").raise_for_status().text for name in NAMES}


def site_with(folder: Path, *files: Path) -> Site:
    """A new installation with these files imported; it shows no pages."""
    folder.mkdir()
    site = Site(folder, {"THUMBNAILS": "local", "WEB_WORKERS": "1"})
    site.manage("migrate", "--verbosity=0")
    site.manage("import_openimages", *files)
    return site


def write_more(folder: Path) -> None:
    """Images of every subset, one without a size, and people's words of every source, in steps of a hundredth."""
    with (folder / "more-images.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(IMAGE_COLUMNS)
        for image_id, subset, size in MORE_IMAGES:
            writer.writerow([image_id, subset, "", "", datasets.BY, datasets.ANN, "Ann", "", size, "", ""])
    with (folder / "more-labels.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(LABEL_COLUMNS)
        writer.writerows(MORE_LABELS)


MORE_IMAGES = [
    ("00000000000000f1", "validation", "123"),
    ("00000000000000f2", "test", ""),
    ("fffffffffffffff3", "train", "0"),
]
MORE_LABELS = [
    ("00000000000000f1", "crowdsource-verification", "/m/0h1", "1.0"),
    ("00000000000000f1", "human", "/m/0h1", "0.0"),
    ("00000000000000f1", "machine", "/m/0h1", "0.85"),
    ("00000000000000f1", "machine", "/m/0h2", "0.0"),
    ("00000000000000f2", "human", "/m/0h2", "1.0"),
    ("00000000000000f2", "somebody else", "/m/0h2", "0.05"),
    ("00000000000000f2", "verification", "/m/0h3", "0.0"),
]
JUDGE = """
from browse.curation.actions import give_verdict, undo_verdict
def say(image, mid, says):
    return give_verdict(image_id=f"00000000000000{image}", mid=mid, says=says, by="ann")
say("f1", "/m/0h1", "no")
say("f2", "/m/0h1", "yes")
say("f2", "/m/0h2", "unsure")
undo_verdict(verdict=say("f1", "/m/0h2", "yes").pk, by="ann")
"""
JUDGED = [("00000000000000f1", "curator", "/m/0h1", "0.0"), ("00000000000000f2", "curator", "/m/0h1", "1.0")]


@pytest.mark.deep
def test_what_is_exported_is_imported_again_without_a_loss(tmp_path: Path) -> None:
    files = write_files(tmp_path / "files")
    write_more(files)
    site = site_with(tmp_path / "one", files)
    site.manage("shell", "-v0", "-c", JUDGE)
    first = exports_of(site)
    images = list(csv.DictReader(io.StringIO(first["images"])))
    assert [html.unescape(row["Title"]) for row in images[: len(TITLES)]] == [imported(title) for title in TITLES]
    assert [(row["ImageID"], row["Subset"], row["OriginalSize"]) for row in images[len(TITLES) :]] == MORE_IMAGES
    labels = [tuple(row.values()) for row in csv.DictReader(io.StringIO(first["labels"]))]
    assert labels[len(TITLES) * len(LABELS) :] == sorted(MORE_LABELS + JUDGED)
    again = tmp_path / "again"
    again.mkdir()
    for name, text in first.items():
        (again / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    assert exports_of(site_with(tmp_path / "two", again)) == first


MANY = 2_500
AT_ONCE = 1_000


@pytest.fixture
def many(db: None, settings: Settings, tmp_path: Path) -> Matches:
    """All of a data set of several batches, each image with a label."""
    settings.INDEX_DIR = tmp_path
    photos = tuple(Photo(f"{number:016x}") for number in range(MANY))
    datasets.load(Dataset(photos, (DOG,), {(photo.image_id, DOG, "machine"): 80 for photo in photos}), tmp_path)
    return matching(Query())


@pytest.mark.parametrize("export", [images_csv, labels_csv])
def test_an_export_holds_no_more_than_a_batch_at_a_time(many: Matches, export: Callable[..., Iterator[str]]) -> None:
    """Of the images asked for, all but a batch have been given out; and what was given out is not kept."""
    asked = 0

    def note(execute: Callable[..., Any], sql: str, params: Any, is_many: bool, context: dict[str, Any]) -> Any:
        nonlocal asked
        if "browse_image" in sql or "browse_annotation" in sql:
            asked += sum(len(json.loads(keys) if isinstance(keys, str) else keys) for keys in params)
        return execute(sql, params, is_many, context)

    given = 0
    earlier = [held for held in gc.get_objects() if type(held) is Image]  # of other tests, not collected yet
    with connection.execute_wrapper(note):
        for piece in export(many):
            given += piece.count("\n")
            assert asked - given <= 0
            assert piece.count("\n") <= AT_ONCE
            held = sum(type(one) is Image for one in gc.get_objects())  # isinstance asks lazy objects
            assert held == len(earlier)
    assert asked == MANY == given - 1
