"""The data set digest: of what a data set holds and of nothing else, checked by a script that reads exports alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from django.core.management import call_command
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client

from browse.curation import actions
from browse.domain.dataset_digest import RUN_IMAGES
from browse.facets.build.generation import build_generation
from browse.facets.index.layout import MANIFEST, Manifest
from browse.facets.index.store import digest_in, open_generation
from browse.models import DatasetState
from browse.openimages.merging import prepare
from browse.openimages.merging.image_digests import ImageDigests, run_digest
from browse.openimages.reading.parsed import IMAGE_SCHEMA
from tests import datasets
from tests.digest_of_exports import digest as digest_of_files
from tests.facets.datasets import arrays
from tests.openimages.files import LABELS, V1, image_row, write
from tests.openimages.imports import load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]

V4 = V1 + ",Rotation"
IDS = ["0000000000000001", "00000000000000ff", "7fffffffffffffff", "800000000000000a", "ffffffffffffffff"]
A, B, C, D, E = IDS
IMAGES = [
    image_row(A, Title="Ann &amp; &quot;Bob&quot;, &amp;amp; Gebrüder ☃ 写真"),
    image_row(B, "validation", Author="Another name of Anna", OriginalSize="", OriginalMD5=""),
    image_row(C, "test", AuthorProfileURL="", Author="Nobody's profile", License=""),
    image_row(D, AuthorProfileURL="", Author="", Title=""),
    image_row(E, "validation", Title="No labels", Thumbnail300KURL="https://c1.staticflickr.com/1/2/3_z.jpg"),
]
ANNOTATIONS = [
    f"{A},machine,/m/02,0.8",
    f"{A},machine,/m/01,1.0",
    f"{A},verification,/m/01,1.0",
    f"{A},crowdsource-verification,/m/01,0.0",
    f"{B},machine,/m/0bt9lr,0.05",
    f"{D},human,/m/01,0.0",
    f"{D},machine,/m/01,0.55",
]


def files(folder: Path, images: list[str] = IMAGES, annotations: list[str] = ANNOTATIONS, header: str = V1) -> Path:
    """A folder with these rows."""
    write(folder / "images.csv", header, images)
    write(folder / "labels.csv", LABELS, annotations)
    return folder


def current(settings: Any) -> str:
    """The digest in the manifest of the current generation."""
    return digest_in(settings.INDEX_DIR, DatasetState.objects.get().generation)


def exported(client: Client, name: str) -> str:
    response = client.get(f"/export/{name}")
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response).decode()  # type: ignore[arg-type]


def test_the_digest_is_what_a_script_makes_of_the_exports(tmp_path: Path, client: Client, settings: Any) -> None:
    summary = load(files(tmp_path / "set"))
    digest = digest_of_files(exported(client, "images.csv"), exported(client, "labels.csv"))
    assert summary.digest == current(settings) == digest


def test_more_images_than_one_run_holds(tmp_path: Path, client: Client, settings: Any) -> None:
    ids = [f"{number * 7919:016x}" for number in range(1, RUN_IMAGES + 3)]
    annotations = [f"{i},machine,/m/0{place % 3},0.{place % 9}" for place, i in enumerate(ids[-9:] + ids[:5])]
    rows = [f"{i},train,,,,,,t,{place},," for place, i in enumerate(ids)]
    summary = load(files(tmp_path / "set", rows, annotations))
    assert summary.digest == digest_of_files(exported(client, "images.csv"), exported(client, "labels.csv"))


@pytest.mark.parametrize("sizes", [[70_000], [1, RUN_IMAGES - 1, 4_464, 0], [RUN_IMAGES, 4_464]])
def test_runs_do_not_depend_on_how_rows_come(sizes: list[int]) -> None:
    keys = np.arange(70_000, dtype=np.int64) * 3 - 2**40
    texts = [f"é{key}" for key in keys]
    table = [texts if field.type == "string" else keys % 3 if field.name != "key" else keys for field in IMAGE_SCHEMA]
    whole = pa.table(
        [pa.array(column).cast(field.type) for column, field in zip(table, IMAGE_SCHEMA, strict=True)], IMAGE_SCHEMA
    )
    with ImageDigests() as digests:
        begin = 0
        for size in sizes:
            digests.take_in(whole.slice(begin, size))
            begin += size
        assert digests.finish() == run_digest(whole[:RUN_IMAGES]) + run_digest(whole[RUN_IMAGES:])


def test_equal_data_has_one_digest_by_whatever_route_it_came(tmp_path: Path, client: Client, settings: Any) -> None:
    wanted = load(files(tmp_path / "set")).digest
    call_command("build_index")
    assert current(settings) == wanted
    images, labels = exported(client, "images.csv"), exported(client, "labels.csv")
    (tmp_path / "again").mkdir()
    (tmp_path / "again/images.csv").write_text(images, encoding="utf-8")
    (tmp_path / "again/labels.csv").write_text(labels, encoding="utf-8")
    assert load(tmp_path / "again", replace=True).digest == wanted
    first = load(files(tmp_path / "first", IMAGES[2:], ANNOTATIONS[5:]), replace=True).digest
    assert first != wanted
    second = load(files(tmp_path / "second", IMAGES[:2], ANNOTATIONS[:5][::-1])).digest
    assert second == current(settings) == wanted
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM browse_source ORDER BY id")
        names = [name for (name,) in cursor.fetchall()]
    assert names != sorted(names), "the second import was to number its sources out of order"


@pytest.mark.parametrize("together", [1, 2])
def test_few_rows_sorted_at_once_are_the_same_data(
    tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    wanted = load(files(tmp_path / "set")).digest
    monkeypatch.setattr(prepare, "ROWS_TOGETHER", together)
    assert load(files(tmp_path / "parts"), replace=True).digest == wanted
    assert load(files(tmp_path / "over", IMAGES[:2], ANNOTATIONS[:4])).kinds["annotations"]["unchanged"] == 4
    assert digest_of_files(exported(client, "images.csv"), exported(client, "labels.csv")) == wanted


CHANGES: dict[str, Callable[[], tuple[list[str], list[str]]]] = {
    "a title": lambda: ([image_row(A, Title="Else"), *IMAGES[1:]], ANNOTATIONS),
    "a subset": lambda: ([*IMAGES[:3], image_row(D, "test", AuthorProfileURL="", Author="", Title="")], ANNOTATIONS),
    "an image less": lambda: (IMAGES[:4], ANNOTATIONS),
    "a confidence": lambda: (IMAGES, [f"{A},machine,/m/02,0.81", *ANNOTATIONS[1:]]),
    "a source": lambda: (IMAGES, [f"{A},human,/m/02,0.8", *ANNOTATIONS[1:]]),
    "an annotation less": lambda: (IMAGES, ANNOTATIONS[:-1]),
    "no annotation": lambda: (IMAGES, []),
}


def test_whatever_the_data_set_holds_counts(tmp_path: Path) -> None:
    digests = [load(files(tmp_path / "set")).digest]
    for change, changed in CHANGES.items():
        digests.append(load(files(tmp_path / change, *changed()), replace=True).digest)
        assert digests[-1] not in ("", *digests[:-1]), change


def test_text_cannot_move_from_one_column_to_the_next(tmp_path: Path) -> None:
    one = load(files(tmp_path / "one", [image_row(A, Author="ab", Title="c")], [])).digest
    assert load(files(tmp_path / "two", [image_row(A, Author="a", Title="bc")], []), replace=True).digest != one


def test_rotations_count_and_unknown_ones_do_not(tmp_path: Path) -> None:
    plain = load(files(tmp_path / "plain")).digest
    unknown = files(tmp_path / "unknown", [f"{row}," for row in IMAGES], header=V4)
    assert load(unknown, replace=True).digest == plain
    turned = files(tmp_path / "turned", [image_row(A) + ",90.0", image_row(B) + ",0"], ANNOTATIONS[:5], header=V4)
    text = [(turned / name).read_text(encoding="utf-8") for name in ("images.csv", "labels.csv")]
    assert load(turned, replace=True).digest == digest_of_files(*text) != plain


def test_label_names_and_curation_do_not_count(tmp_path: Path, settings: Any) -> None:
    wanted = load(files(tmp_path / "set")).digest
    names = write(tmp_path / "dict.csv", None, ['"/m/01","dog"', '"/m/09","of no image"'])
    assert load(names).digest == wanted
    actions.give_verdict(image_id=A, mid="/m/01", says="no", by="ann")
    actions.hide_image(image_id=B, by="ann", why="asked")
    call_command("build_index")
    assert current(settings) == wanted


def test_pages_answers_and_exports_name_the_digest(tmp_path: Path, client: Client) -> None:
    digest = load(files(tmp_path / "set")).digest
    assert f'<span class="mono">{digest}</span>' in client.get("/labels").content.decode()
    assert client.get("/api/openapi.json").json()["info"]["x-dataset-digest"] == digest
    for name in ("credits.txt", "credits.md"):
        sheet = client.get(f"/{name}")
        assert isinstance(sheet, StreamingHttpResponse)
        assert f"Data set digest {digest}." in b"".join(sheet).decode()  # type: ignore[arg-type]
    for address in ("/export/images.csv", "/export/labels.csv", "/credits.csv", "/labels.csv", "/api/images"):
        assert client.get(address)["X-Dataset-Digest"] == digest, address


def test_an_index_built_without_it_says_nothing(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.INDEX_DIR.mkdir(parents=True)
    generation = build_generation(arrays(datasets.EXAMPLE), settings.INDEX_DIR, dataset="old")
    datasets.load_example(settings.INDEX_DIR, generation=generation)
    assert current(settings) == ""
    assert "digest" not in client.get("/labels").content.decode()
    assert "x-dataset-digest" not in client.get("/api/openapi.json").json()["info"]
    for address in ("/export/images.csv", "/credits.csv", "/api/images"):
        assert not client.get(address).has_header("X-Dataset-Digest"), address
    call_command("build_index")
    assert len(current(settings)) == 64


def test_a_manifest_that_lacks_the_digest_is_read(tmp_path: Path) -> None:
    name = build_generation(arrays(datasets.EXAMPLE), tmp_path, dataset="old")
    fields = json.loads((tmp_path / name / MANIFEST).read_bytes())
    del fields["digest"]
    assert Manifest.from_bytes(json.dumps(fields).encode()).digest == ""
    open_generation(tmp_path, name).close()
