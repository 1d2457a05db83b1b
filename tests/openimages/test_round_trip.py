"""What is exported and imported again is the same data set, of V1 and of later releases, plain and for spreadsheets."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import event, given
from hypothesis import strategies as st

from browse.models import Annotation, Image, Label
from browse.openimages.kinds import DICTIONARY
from browse.openimages.recognition import recognize
from tests.drawn import drawn
from tests.openimages.files import BY, LABELS, MD5, V1, image_row, write
from tests.openimages.imports import load, rejects_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]

IDS = ("00000000000000aa", "00000000000000ab", "1234567890123456", "fffffffffffffff0")
MIDS = ("/m/01", "/m/02", "/m/03", "/g/1unused", "/m/04nameless")
TEXTS = st.text("'=+-@&;#<>\",ab é39ltquoamp\t", max_size=12) | st.text(max_size=12)
ADDRESSES = st.sampled_from(["", "https://www.flickr.com/people/a/", "=1+1", "'x", "https://example.org/?a=1&amp;b=2"])


@st.composite
def images(draw: st.DrawFn, *, later: bool) -> list[list[str]]:
    """Rows of one file of images, of V1 or with the Rotation that later releases have."""
    rows = []
    for image_id in IDS:
        row = [image_id, draw(st.sampled_from(["train", "validation", "test"]))]
        row += [draw(ADDRESSES), draw(ADDRESSES), draw(st.sampled_from([BY, ""])), draw(ADDRESSES), draw(TEXTS)]
        row += [draw(TEXTS), draw(st.sampled_from(["", "0", "123"])), draw(st.sampled_from(["", MD5])), draw(ADDRESSES)]
        rows.append(row + ([draw(st.sampled_from(["", "0.0", "90.0", "180.0", "270"]))] if later else []))
    return rows


ANNOTATIONS = st.dictionaries(
    st.tuples(
        st.sampled_from(IDS),
        st.sampled_from(["machine", "human", "verification", "=x", "'y"]),
        st.sampled_from([mid for mid in MIDS if mid != "/g/1unused"]),
    ),
    st.integers(0, 100),
    max_size=20,
)
NAMES = st.fixed_dictionaries({mid: TEXTS.filter(re.compile(r"[^\s\d.,+-]").search) for mid in MIDS[:4]})
"""None is a number: a table of numbers alone is not taken for a dictionary."""


def write_set(folder: Path, rows: list[list[str]], annotations: dict[Any, int], names: dict[str, str]) -> None:
    folder.mkdir()
    tables = {
        "images.csv": [[*V1.split(","), *(["Rotation"] if len(rows[0]) == 12 else [])], *rows],
        "labels.csv": [
            LABELS.split(","),
            *([image, source, mid, str(level / 100)] for (image, source, mid), level in annotations.items()),
        ],
        "dict.csv": [["LabelName", "DisplayName"], *map(list, names.items())],
    }
    for name, lines in tables.items():
        with (folder / name).open("w", newline="", encoding="utf-8", errors="replace") as file:
            csv.writer(file).writerows(lines)


def everything() -> dict[str, Any]:
    """All tables by the ids that a data set has of itself."""
    fields = [field.name for field in Image._meta.fields if field.name not in ("author", "license", "author_name")]
    images = {
        image.pk: (
            *(getattr(image, name) for name in fields),
            image.license.url,
            image.author.profile_url if image.author else None,
            image.credited_name,
        )
        for image in Image.objects.with_credit()
    }
    rows = Annotation.objects.values_list("image_id", "label__mid", "source__name", "confidence")
    labels = Label.objects.values_list("mid", "name", "in_dictionary")
    return {"images": images, "annotations": sorted(rows), "labels": sorted(labels)}


def exported(client: Client, folder: Path, *, safe: bool, names: str) -> None:
    """A folder with what the site exports."""
    folder.mkdir()
    for address in ("/export/images.csv", "/export/labels.csv", names):
        response = client.get(f"{address}?safe=1" if safe else address)
        assert response.status_code == 200
        path = folder / address.strip("/").replace("/", "-")
        path.write_bytes(b"".join(response))  # type: ignore[arg-type]


@pytest.mark.parametrize("later", [False, True], ids=["V1", "V4 and later"])
@drawn(quick=4, deep=24, shares_fixtures=True)
@given(data=st.data())
def test_a_data_set_comes_back_as_it_was(
    client: Client, tmp_path_factory: Any, later: bool, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("round")
    rows = data.draw(images(later=later))
    write_set(folder / "given", rows, data.draw(ANNOTATIONS), data.draw(NAMES))
    safe, names = data.draw(st.booleans()), data.draw(st.sampled_from(["/labels.csv", "/export/dict.csv"]))
    event(f"{names}, {'safe' if safe else 'plain'}")
    load(folder / "given", replace=True, max_rejects=1)
    before = everything()
    exported(client, folder / "once", safe=safe, names=names)
    has_rotations = any(len(row) == 12 and row[11] for row in rows)
    head = (folder / "once/export-images.csv").read_text("utf-8-sig").split("\n")[0]
    assert head == V1 + (",Rotation" if has_rotations else "")
    summary = load(folder / "once", replace=True, spreadsheet=safe)
    after = everything()
    if names == "/export/dict.csv":  # has the names of labels that stand on images
        used = {mid for _, mid, _, _ in before["annotations"]}
        before["labels"] = [label for label in before["labels"] if label[0] in used]
    assert after == before
    assert not summary.rejects
    exported(client, folder / "twice", safe=safe, names=names)
    for path in (folder / "once").iterdir():
        if path.name != "labels.csv" or names == "/labels.csv":
            assert (folder / "twice" / path.name).read_bytes() == path.read_bytes()


def test_a_sites_table_of_labels_is_a_dictionary(client: Client, tmp_path: Path) -> None:
    header = "LabelName,DisplayName,Images,Machine,Verified,Confirmed,Rejected,Missed,Absent,Coverage,Precision"
    assert recognize(header).kind is DICTIONARY
    assert recognize("LabelName,DisplayName").format.columns == ("LabelName", "DisplayName")
    assert recognize("ImageID,LabelName,DisplayName,State").kind is None
    write(tmp_path / "set/images.csv", V1, [image_row("00000000000000aa")])
    write(tmp_path / "set/table.csv", header, ["/m/01,A &amp; B" + ",0" * 9, "/m/02", "/m/03,/m/03" + ",0" * 9])
    summary = load(tmp_path / "set", max_rejects=1)
    assert dict(Label.objects.values_list("mid", "name")) == {"/m/01": "A &amp; B", "/m/03": "/m/03"}
    assert dict(Label.objects.values_list("mid", "in_dictionary")) == {"/m/01": True, "/m/03": False}
    assert [(row["line"], row["reason"]) for row in rejects_of(summary)] == [("3", "wrong number of fields")]


def test_a_mid_in_place_of_a_name_takes_no_name_away(tmp_path: Path) -> None:
    header = "LabelName,DisplayName"
    write(tmp_path / "set/images.csv", V1, [image_row("00000000000000aa")])
    write(tmp_path / "set/dict.csv", header, ["/m/01,dog", "/m/01,/m/01"])
    load(tmp_path / "set")
    assert Label.objects.get().name == "dog"
    write(tmp_path / "more/dict.csv", header, ["/m/01,/m/01"])
    assert load(tmp_path / "more").status == "unchanged"
    assert Label.objects.get().name == "dog"


def test_only_the_option_takes_an_apostrophe_off_and_only_one(tmp_path: Path) -> None:
    row = image_row("00000000000000aa", Title="''tis", Author="'=Ann")
    write(tmp_path / "set/images.csv", V1, [row])
    load(tmp_path / "set")
    image = Image.objects.get()
    assert (image.title, image.credited_name) == ("''tis", "'=Ann")
    load(tmp_path / "set", spreadsheet=True)
    image.refresh_from_db()
    assert (image.title, Image.objects.get().credited_name) == ("'tis", "=Ann")
