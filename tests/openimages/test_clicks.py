"""Extreme clicks of boxes: kept, merged, exported, and hashed."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client

from browse.domain.box_clicks import click_shares
from browse.domain.dataset_digest import Section, dataset_digest
from browse.facets.build import annotation_digests
from browse.facets.index.store import digest_in
from browse.models import BoxAnnotation, DatasetState
from browse.openimages.merging import row_streams
from tests.openimages.box_files import BOXES, CLICKS, NO_CLICKS, ONE, OTHER, SIDES, A, B, box_row, clicked, stored_boxes
from tests.openimages.files import V1, image_row, pack, small_set, write
from tests.openimages.imports import load, rejects_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]


def numbers(clicks: tuple[str, ...]) -> list[float] | None:
    return None if clicks == NO_CLICKS else [float(text) for text in clicks]


def stored() -> list[list[float] | None]:
    """The clicks of all boxes, by image and place."""
    rows = BoxAnnotation.objects.order_by("image_id", "number").values_list("clicks", flat=True)
    return [None if one is None else click_shares(bytes(one)) for one in rows]


def exported(client: Client, name: str = "boxes") -> str:
    return b"".join(client.get(f"/export/{name}.csv")).decode()  # type: ignore[arg-type]


def test_damaged_clicks_are_named_by_file_line_and_field(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    bad = clicked(A, (*ONE[:7], "1.5"))
    write(folder / "oidv6-train-annotations-bbox.csv", CLICKS, [clicked(A, ONE), bad])
    [row] = rejects_of(load(folder, max_rejects=1))
    assert row["source_file"].endswith("oidv6-train-annotations-bbox.csv")
    assert (row["line"], row["row"]) == ("3", bad)
    assert row["reason"] == "XClick1X to XClick4Y neither all numbers in 0 to 1 nor all -1"
    assert stored() == [numbers(ONE)]


def test_a_header_with_some_of_the_columns_is_no_file_of_boxes(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    write(folder / "boxes.csv", CLICKS.rsplit(",", 2)[0], [clicked(A, ONE).rsplit(",", 2)[0]])
    summary = load(folder)
    assert "boxes" not in summary.kinds
    assert [Path(one).name for one in summary.not_recognized] == ["boxes.csv"]


def test_clicks_come_and_go_as_the_files_say(tmp_path: Path, client: Client) -> None:
    folder = small_set(tmp_path / "set")
    plain = write(folder / "boxes.csv", BOXES, [box_row(A, sides=SIDES[0]), box_row(B, sides=SIDES[1])])
    summary = load(folder)
    assert stored() == [None, None]
    assert exported(client).splitlines()[0] == BOXES
    plain_digest = summary.digest
    later = write(tmp_path / "v6.csv", CLICKS, [clicked(A, ONE), clicked(B, NO_CLICKS, SIDES[1]), clicked(B, OTHER)])
    summary = load(later)
    assert summary.kinds["boxes"] == {"inserted": 1, "updated": 1, "unchanged": 1}
    assert stored() == [numbers(ONE), None, numbers(OTHER)]
    assert exported(client).splitlines()[0] == CLICKS
    assert load(later).status == load(plain).status == "unchanged"
    changed = write(tmp_path / "changed.csv", CLICKS, [clicked(A, OTHER)])
    assert load(changed).kinds["boxes"] == {"inserted": 0, "updated": 1, "unchanged": 0}
    assert stored() == [numbers(OTHER), None, numbers(OTHER)]
    assert load(folder, replace=True).digest == plain_digest
    assert exported(client).splitlines()[0] == BOXES


def test_equal_boxes_of_one_file_keep_their_own_clicks(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    rows = [clicked(A, ONE), clicked(A, OTHER), clicked(A, NO_CLICKS), clicked(A, OTHER)]
    write(folder / "boxes.csv", CLICKS, rows)
    load(folder)
    assert stored() == [numbers(ONE), numbers(OTHER), None, numbers(OTHER)]
    again = write(tmp_path / "again.csv", CLICKS, rows[::-1])
    assert load(again).status == "unchanged"


def test_boxes_that_are_read_before_their_images_keep_them(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    write(folder / "a.csv", CLICKS, [clicked(A, ONE), clicked(B, OTHER)])
    load(pack(folder, "set.tar"))
    assert stored() == [numbers(ONE), numbers(OTHER)]


def test_few_rows_at_a_time_make_the_same_data_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    folder = small_set(tmp_path / "set")
    ids = [f"{number:016x}" for number in range(0x10, 0x16)]
    rows = [clicked(one, clicks, sides) for clicks in (ONE, NO_CLICKS, OTHER) for one in ids for sides in SIDES]
    write(folder / "boxes.csv", CLICKS, rows)
    wanted, before = load(folder).digest, exported(client)
    monkeypatch.setattr(row_streams, "CHUNK_ROWS", 2)
    assert load(folder, replace=True).digest == wanted
    assert exported(client) == before


def test_an_index_made_of_the_database_has_the_same_digest(tmp_path: Path, settings: Any, client: Client) -> None:
    folder = small_set(tmp_path / "set")
    write(folder / "boxes.csv", CLICKS, [clicked(A, ONE), clicked(B, NO_CLICKS)])
    wanted, before = load(folder).digest, exported(client)
    call_command("build_index")
    assert digest_in(settings.INDEX_DIR, DatasetState.objects.get().generation) == wanted
    assert exported(client) == before
    write(folder / "boxes.csv", CLICKS, [clicked(A, OTHER), clicked(B, NO_CLICKS)])
    assert load(folder, replace=True).digest not in (wanted, "")


def test_the_digest_holds_clicks_as_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Section] = []

    def noting(sections: Iterable[Section]) -> str:
        seen.extend(sections)
        return dataset_digest(seen)

    monkeypatch.setattr(annotation_digests, "dataset_digest", noting)
    folder = small_set(tmp_path / "set")
    write(folder / "boxes.csv", CLICKS, [clicked(B, OTHER), clicked(A, NO_CLICKS), clicked(A, ONE, SIDES[1])])
    load(folder)
    rows = b""
    for image_id, sides, clicks in ((A, SIDES[1], ONE), (B, SIDES[0], OTHER)):
        rows += bytes.fromhex(image_id) + field("/m/01") + field("xclick")
        rows += np.array(sides.split(","), "<f4").tobytes()
        rows += b"".join(int(Decimal(text) * 1_000_000).to_bytes(4, "little") for text in clicks)
    assert seen[-1] == Section("clicks", 2, hashlib.sha256(rows).digest())


def test_real_rows_come_back_as_they_were_published(tmp_path: Path, client: Client, real_data: Path) -> None:
    [given] = (real_data / "later_releases/boxes_v6_train").glob("*.csv")
    published = as_numbers(given.read_text())
    ids = sorted({str(row[0]) for row in published[1:]})
    folder = tmp_path / "set"
    write(folder / "images.csv", V1, [image_row(one) for one in ids])
    write(folder / "more.csv", CLICKS, [clicked(ids[0], NO_CLICKS).replace("xclick", "activemil")])
    load(folder, given)
    text = exported(client)
    extra = as_numbers(f"{CLICKS}\n{clicked(ids[0], NO_CLICKS).replace('xclick', 'activemil')}")[1:]
    assert as_numbers(text)[0] == published[0]
    assert sorted(as_numbers(text)[1:], key=str) == sorted(published[1:] + extra, key=str)
    before = stored_boxes(), stored()
    (tmp_path / "boxes.csv").write_text(text)
    (tmp_path / "images.csv").write_text(exported(client, "images"))
    load(tmp_path / "images.csv", tmp_path / "boxes.csv", replace=True)
    assert (stored_boxes(), stored()) == before
    assert exported(client) == text


def field(text: str) -> bytes:
    return len(text).to_bytes(4, "little") + text.encode()


def as_numbers(text: str) -> list[tuple[str | Decimal, ...]]:
    """The header, and rows with numbers as such, whatever digits they are given with."""
    header, *rows = csv.reader(text.splitlines())
    return [(*header,), *((*row[:3], *map(Decimal, row[3:])) for row in rows)]
